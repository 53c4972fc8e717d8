//! What error codes mean: their classes, the table of a product's codes, and the rules for codes that no table has.

/// What an error code of the service means for whoever gets it: wait, slow down, ask again, mend the clock, or give up
/// and say what is to be mended.
///
/// A code has the class that the table of its product gives it ([`SERVICE.error_codes`](ErrorCodes) for this one, which
/// judges each by its messages and not by its name). A code that no table has, such as one that the service has got
/// since, is judged by rules:
///
/// | class | a code that no table has |
/// | --- | --- |
/// | [`Throttled`](Self::Throttled) | `Throttling*`, `*.Throttling`, `*TooManyRequests*`, `*FlowControl`, `*RateLimit*`; status 429 whatever the code |
/// | [`Clock`](Self::Clock) | `*Timestamp*`, `*TimeTooSkewed*`, `RequestExpired` |
/// | [`InProgress`](Self::InProgress) | `*Idempot*Processing*`, `*Token*Processing*`, `*LastRequest*Processing*`; likewise `InProgress` |
/// | [`Credentials`](Self::Credentials) | `*AccessKey*`, `*SecurityToken*`, `*Signature*` |
/// | [`Permission`](Self::Permission) | `Forbidden.RAM`, `NoPermission*`, `*Unauthorized*`, `*NotAuthorized*`, `*AccessDenied*`, … |
/// | [`Invalid`](Self::Invalid) | `*NotFound` of what is a value: `*Region*`, `*Class*`, `*Zone*`, `*Version*`, `*Param*`, … |
/// | [`NotFound`](Self::NotFound) | any other `*NotFound` and `*NotExist`, unless the status says that the service failed |
/// | [`Busy`](Self::Busy) | `OperationDenied.*Status`, `Incorrect*Status`, `*InstanceStatus*`, likewise `State`; `*Concurrent*`, `*Task*Exists`, `*InProcess`, … |
/// | [`Transient`](Self::Transient) | `*InternalError*`, `*Unavailable*`, `*Timeout*`, `*Exception*`; every other code with status 408, 460, 499 or 500 and above |
/// | the rest | `*AlreadyExist*`, `*Duplicate*`; `*Unpaid*`, `*Balance*`; `*Quota*`, `*Exceed*`, `*Insufficient*`; `*NotSupport*`; `Invalid*`, `Missing*`, `*.Format`, … |
///
/// The case of letters is minded where it tells two codes apart, and ignored otherwise.
///
/// ```
/// use rds_api::{ErrorClass, SERVICE};
///
/// let class = |code| SERVICE.error_codes.class(code, 400);
/// assert_eq!(class("OperationDenied.DBInstanceStatus"), Some(ErrorClass::Busy));
/// assert_eq!(class("InvalidDBInstanceId.NotFound"), Some(ErrorClass::NotFound));
/// // A value that is in no catalogue, and not a thing that is gone.
/// assert_eq!(class("InvalidRegionId.NotFound"), Some(ErrorClass::Invalid));
/// // Not in the table.
/// assert_eq!(class("Throttling.Tomorrow"), Some(ErrorClass::Throttled));
/// assert_eq!(class("SomethingElse"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// Another operation, a task, a lock or a state that passes on its own stands in the way. The same call succeeds
    /// later, often after minutes; nobody has to do anything but wait. The client does not wait so long by itself.
    Busy,
    /// Refused for the rate of calls, so certainly not executed. The client repeats the call after a pause.
    Throttled,
    /// An earlier request with the same idempotency token is still being executed. The client asks again with the same
    /// token until the outcome is known; a program does likewise, and never with another token.
    InProgress,
    /// The service, or something behind it, has failed. The client repeats the call where that is safe.
    Transient,
    /// The time in the request is not accepted. The client signs again by the service's clock, once.
    Clock,
    /// The service does not know who asks: access key, signature or security token.
    Credentials,
    /// Who asks may not do this: a policy, a role or the owner of the account has to allow it.
    Permission,
    /// The thing that the call is about does not exist. A value that does not exist is [`Invalid`](Self::Invalid).
    NotFound,
    /// There is such a thing already, or it is already as the call wants it.
    AlreadyExists,
    /// A limit is reached, or the stock is used up: ask for less, free something, or choose another zone.
    Quota,
    /// Money is in the way: balance, payment method, an unpaid order, risk control.
    Payment,
    /// Somebody has to do something else first, to the thing or beside it.
    Precondition,
    /// The thing can never do this: its engine, version, edition, class, storage or region does not allow it.
    Unsupported,
    /// The request is wrong, whatever it is sent to.
    Invalid,
}

/// The judged error codes of a product.
#[derive(Debug, Clone, Copy)]
pub struct ErrorCodes {
    /// Each class with its codes.
    pub classes: &'static [(ErrorClass, &'static [&'static str])],
    /// Codes of any class that report a failure in the middle of the work, or an earlier request with the same token.
    pub may_have_been_executed: &'static [&'static str],
}

impl ErrorCodes {
    /// No codes: that of a service of which nothing is known but that it speaks the protocol.
    pub(crate) const NONE: Self = Self { classes: &[], may_have_been_executed: &[] };

    /// The class of a code that came with an HTTP status, or `None` if neither says what is to be done.
    pub fn class(&self, code: &str, http_status: u16) -> Option<ErrorClass> {
        if http_status == 429 {
            return Some(ErrorClass::Throttled);
        }
        self.judged(code).or_else(|| class_by_rules(code, http_status))
    }

    /// Whether the service may have executed the request, or a part of it, before it sent this code with this HTTP
    /// status. `false` is certain, as far as the documentation of the service goes.
    ///
    /// It may have with the codes that are known for it whatever their status, with status 408, 460, 499 or 500 and above
    /// unless the code says that the rate was exceeded, and with codes that no table has and that speak of a timeout, an
    /// exception, a failure or something that was broken off.
    pub fn may_have_been_executed(&self, code: &str, http_status: u16) -> bool {
        if find(self.may_have_been_executed, code) {
            return true;
        }
        let class = self.class(code, http_status);
        if class == Some(ErrorClass::Throttled) {
            return self.judged(code).is_none() && matches_any(TOOK_TOO_LONG, code);
        }
        failed(http_status)
            || (self.judged(code).is_none()
                && (class == Some(ErrorClass::InProgress) || matches_any(BROKEN_OFF, code)))
    }

    /// Whether a code is one of the product's as far as can be told: it is in the table, or says to slow down, to ask
    /// again or to look at the clock, which is right whoever says it.
    pub(crate) fn know(&self, code: &str) -> bool {
        let in_table = self.classes.iter().any(|(_, codes)| codes.contains(&code));
        let says = || class_by_rules(code, 400);
        in_table || matches!(says(), Some(ErrorClass::Throttled | ErrorClass::InProgress | ErrorClass::Clock))
    }

    /// The class of a code that is in the table.
    fn judged(&self, code: &str) -> Option<ErrorClass> {
        let class_of = |same: fn(&str, &str) -> bool| {
            let of_code = |(_, codes): &&(_, &[&str])| codes.iter().any(|known| same(known, code));
            self.classes.iter().find(of_code).map(|(class, _)| *class)
        };
        class_of(|known, code| known == code).or_else(|| class_of(str::eq_ignore_ascii_case))
    }
}

fn find(codes: &[&str], code: &str) -> bool {
    codes.iter().any(|known| known.eq_ignore_ascii_case(code))
}

/// The status says that the service, or a gateway before it, failed while it had the request. Gateways send 408 for
/// what took too long behind them, too, when they have passed the request on, and 460 or 499 when they believe that
/// nobody waits for it any more.
pub(crate) fn failed(http_status: u16) -> bool {
    matches!(http_status, 408 | 460 | 499) || http_status >= 500
}

/// Rules for codes that no table has, in lower case, with `*` for any text. The first that fits decides.
type Rules = &'static [(ErrorClass, &'static [&'static str])];

/// The rules that hold whatever the status.
#[rustfmt::skip]
const RULES: Rules = &[
    (ErrorClass::Throttled, &[
        "throttling*", "*.throttling", "*throttled*", "*toomanyrequests*", "*flowcontrol", "*ratelimit*",
        "*requestlimitexceeded*",
    ]),
    (ErrorClass::Clock, &["*timestamp*", "*timetooskewed*", "requestexpired", "request.expired"]),
    (ErrorClass::InProgress, &[
        "*idempot*processing*", "*token*processing*", "*lastrequest*processing*", "*idempot*inprogress*",
        "*token*inprogress*",
    ]),
    // Nonces are never reused, so something on the way has sent the request twice. And a deadline is no quota.
    (ErrorClass::Transient, &["*nonceused*", "*noncereused*", "*deadlineexceeded*"]),
    (ErrorClass::Invalid, &["*idempot*"]),
    (ErrorClass::Credentials, &["*accesskey*", "*securitytoken*", "*signature*"]),
    (ErrorClass::Permission, &[
        "forbidden", "forbidden.ram", "nopermission*", "*.nopermission", "*unauthorized*", "*notauthorized*",
        "*accessdenied*", "*permissiondenied*", "*notsupportram",
    ]),
    (ErrorClass::Busy, &[
        "operationdenied.*status", "operationdenied.*state", "incorrect*status", "incorrect*state",
        "*instancestatus*", "*instancestate*", "invalid*dbstat*", "*statusnotvalid", "*notactive", "generalins.*",
        "*concurren*", "*operationconflict*", "*operation.conflict", "*retrylater*", "*inprocess", "*inprogress",
        "*orderprocessing", "*taskexist*", "*taskhasexist*", "*taskalreadyexist*", "*jobexist*", "*creating",
        "*restoring", "*switching", "*locktimeout*", "*operatefrequently*",
    ]),
];

/// The rules that a status of failure comes before.
#[rustfmt::skip]
const RULES_AFTER_STATUS: Rules = &[
    // Not found, but values.
    (ErrorClass::Invalid, &[
        "*region*notfound*", "*zone*notfound*", "*area*notfound*", "*class*notfound*", "*type*notfound*",
        "*mode*notfound*", "*engine*notfound*", "*version*notfound*", "*param*notfound*", "*param*notexist*",
        "*option*notfound*", "*action*notfound*", "*api*notfound*", "*product*notfound*", "*method*notfound*",
        "*character*notfound*", "*language*notfound*", "*page*notfound*", "*storage*notfound*", "*time*notfound*",
        "*code*notfound*", "*level*notfound*", "*category*notfound*", "*config*notfound*", "*password*notfound*",
        "*condition*notfound*", "*commodity*notfound*", "*article*notfound*", "*price*notfound*",
        "*image*notfound*",
        // What a gateway says of its routes.
        "notfound", "*gateway*notfound*", "*upstream*notfound*", "*route*notfound*",
    ]),
    // What no request names.
    (ErrorClass::Precondition, &["*role*notfound*", "*role*notexist*", "*default*notfound*"]),
    (ErrorClass::Credentials, &["*user.notfound*"]),
    (ErrorClass::NotFound, &["*notfound", "*notfounderror", "*notexist", "*notexists", "*notexisterror", "*.deleted"]),
    (ErrorClass::Transient, &[
        "*internalerror*", "*internalfailure*", "*internalservererror*", "*unavailable", "*timeout*", "*timedout*",
        "*exception*", "servicebusy*", "systembusy*", "unknownerror*",
    ]),
    (ErrorClass::AlreadyExists, &[
        "*alreadyexist*", "*.duplicate*", "*.exist", "*.exists", "*alreadyused*",
    ]),
    (ErrorClass::Payment, &[
        "*balance*", "*unpaid*", "*payment*", "pay.*", "*arrear*", "*realname*", "risk*", "*creditcard*",
    ]),
    (ErrorClass::Quota, &["*quota*", "*exceed*", "*notenough*", "*insufficient*", "*exhausted*", "*soldout*"]),
    (ErrorClass::Invalid, &["*valuenotsupport*"]),
    (ErrorClass::Unsupported, &["*notsupport*", "*unsupport*"]),
    (ErrorClass::Invalid, &[
        "invalid*", "missing*", "illegal*", "*.format", "*.malformed", "*.missing", "*.invalid", "*parameter*", "*isnull",
    ]),
];

/// What codes have in their names that report a failure in the middle of the work.
#[rustfmt::skip]
const BROKEN_OFF: &[&str] = &[
    "*timeout*", "*timedout*", "*exception*", "*internalerror*", "*internalfailure*", "*internalservererror*", "*failed*",
    "*failure*", "*nonceused*", "*noncereused*", "*serviceunavailable*", "*unknownerror*", "*servicebusy*",
    "*systembusy*", "*systemerror*", "*backenderror*", "*unexpectederror*", "*aborted*", "*interrupted*", "*cancelled*",
    "*deadlineexceeded*", "*connection*reset*", "*connection*closed*", "*brokenpipe*", "*partialsuccess*",
];

/// What a code has in its name if something took too long, whatever else it says.
const TOOK_TOO_LONG: &[&str] = &["*timeout*", "*timedout*"];

/// The class of a code that no table has.
fn class_by_rules(code: &str, http_status: u16) -> Option<ErrorClass> {
    let by = |rules: Rules| {
        rules.iter().find(|(_, patterns)| matches_any(patterns, code)).map(|(class, _)| *class)
    };
    by(RULES).or_else(|| match failed(http_status) {
        true => Some(ErrorClass::Transient),
        false => by(RULES_AFTER_STATUS),
    })
}

fn matches_any(patterns: &[&str], code: &str) -> bool {
    let code = code.to_ascii_lowercase();
    patterns.iter().any(|pattern| matches(pattern, &code))
}

/// Whether a text is what a pattern says, in which each `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return text == pattern };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        match text.split_once(part) {
            Some((_, after)) => text = after,
            None => return false,
        }
    }
    text.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_in_order_and_to_the_end() {
        for (pattern, text, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ab", true),
            ("*a", "ba", true),
            ("*a", "ab", false),
            ("*a*", "bab", true),
            ("a*b*c", "axbxc", true),
            ("a*b*c", "axcxb", false),
            ("a*b", "ab", true),
            ("ab*ba", "aba", false),
            ("*", "", true),
            ("*é*", "naïfé", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn the_case_decides_where_it_tells_codes_apart_and_not_elsewhere() {
        const CODES: ErrorCodes = ErrorCodes {
            classes: &[
                (ErrorClass::Precondition, &["InvalidSSLstatus"]),
                (ErrorClass::Invalid, &["InvalidSSLStatus", "Gone"]),
            ],
            may_have_been_executed: &["Gone"],
        };
        assert_eq!(CODES.class("InvalidSSLstatus", 400), Some(ErrorClass::Precondition));
        assert_eq!(CODES.class("InvalidSSLStatus", 400), Some(ErrorClass::Invalid));
        assert_eq!(CODES.class("GONE", 404), Some(ErrorClass::Invalid));
        assert!(CODES.may_have_been_executed("gone", 404));
    }
}
