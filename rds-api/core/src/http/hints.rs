//! What the headers of a response say of time: how long to wait, and by how much the clocks differ.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// How long the service asks to wait: in milliseconds in its own headers, in seconds or until a date in that of HTTP,
/// which is all that gateways in between know. Nothing that has passed already is a hint.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let milliseconds = |text: &str| number(text).map(Duration::from_millis);
    let own = text(headers, "x-acs-retry-after").and_then(milliseconds);
    // Such as `Limit:1,Remain:0,TimeLeft:2000,Reset:1234`.
    let of_limit = |limit: &str| {
        let value = |key: &str| {
            let mut pairs = limit.split(',').filter_map(|pair| pair.split_once(':'));
            pairs.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim())
        };
        (value("Remain")? == "0").then(|| value("TimeLeft").and_then(milliseconds)).flatten()
    };
    let limits = ["x-ratelimit-user-api", "x-ratelimit-user"];
    let hint = own.or_else(|| limits.iter().filter_map(|name| text(headers, name)).find_map(of_limit));
    let of_http = || {
        let text = text(headers, "retry-after")?;
        number(text).map(Duration::from_secs).or_else(|| until(parse_date(text)?, headers))
    };
    hint.or_else(of_http).filter(|hint| !hint.is_zero())
}

/// Milliseconds that the service's clock is ahead of ours, by the header `Date`. Years in which no service was there
/// are no date: they are those of a machine that has lost its own.
pub(crate) fn clock_offset(headers: &HeaderMap) -> Option<i64> {
    const YEAR_2000: i64 = 946_684_800;
    let theirs = date(headers).filter(|date| date.as_second() >= YEAR_2000)?;
    let ours = Timestamp::try_from(SystemTime::now()).ok()?;
    theirs.as_millisecond().checked_sub(ours.as_millisecond())
}

/// How long it is until then by the clock that the response was dated by, if it was.
fn until(then: Timestamp, headers: &HeaderMap) -> Option<Duration> {
    let now = date(headers).or_else(|| Timestamp::try_from(SystemTime::now()).ok())?;
    let left = SignedDuration::from_secs(then.as_second().checked_sub(now.as_second())?);
    left.try_into().ok()
}

fn date(headers: &HeaderMap) -> Option<Timestamp> {
    text(headers, "date").and_then(parse_date)
}

/// A date in any of the forms that HTTP has had: the usual one, one with two digits for the year, and what the C library
/// prints.
fn parse_date(text: &str) -> Option<Timestamp> {
    let usual = || rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok();
    let in_form = |form: &str| {
        let civil = strtime::parse(form, text).ok()?.to_datetime().ok()?;
        Offset::UTC.to_timestamp(civil).ok()
    };
    usual().or_else(|| in_form("%A, %d-%b-%y %H:%M:%S GMT")).or_else(|| in_form("%a %b %e %H:%M:%S %Y"))
}

/// A number above 0, and as large as can be said at most.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX)).filter(|number| *number > 0)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_pause_is_read_in_every_form() {
        const DATE: (&str, &str) = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        let own = |value| [("x-acs-retry-after", value), ("retry-after", "7")];
        let limit = |value| [("x-ratelimit-user-api", value), ("retry-after", "7")];
        let http = |value| [("retry-after", value), DATE];
        for (lines, expected) in [
            (own("30"), Some(30)),
            (own(" 30 "), Some(30)),
            (own("soon"), Some(7000)),
            (own("-1"), Some(7000)),
            (own("18446744073709551616"), Some(u64::MAX)),
            (own("99999999999999999999999999999999"), Some(u64::MAX)),
            (own("0"), Some(7000)),
            (limit("Limit:1,Remain:0,TimeLeft:30,Reset:1"), Some(30)),
            (limit("Limit: 1, Remain: 0, TimeLeft: 30"), Some(30)),
            (limit("Limit:1,Remain:1,TimeLeft:30"), Some(7000)),
            (limit("Limit:1,RemainX:0,TimeLeft:30"), Some(7000)),
            (limit(""), Some(7000)),
            (http("120"), Some(120_000)),
            (http("0"), None),
            (http("1.5"), None),
            (http("+5"), None),
            (http("99999999999999999999"), Some(u64::MAX)),
            (http("Sun, 06 Nov 1994 08:50:07 GMT"), Some(30_000)),
            (http("Sunday, 06-Nov-94 08:50:07 GMT"), Some(30_000)),
            (http("Sun Nov  6 08:50:07 1994"), Some(30_000)),
            (http("Wed Nov 16 08:49:37 1994"), Some(10 * 86_400_000)),
            (http("Sun, 06 Nov 1994 08:50:07 +0000"), Some(30_000)),
            // The day of the week is no part of the time.
            (http("Mon, 06 Nov 1994 08:50:07 GMT"), Some(30_000)),
            (http("Sun, 06 Nov 1994 08:49:37 GMT"), None),
            (http("Sun, 06 Nov 1994 08:49:36 GMT"), None),
            (http("Thu, 01 Jan 1970 00:00:00 GMT"), None),
            (http("Fri, 01 Jan 9999 23:59:59 GMT"), Some(252_586_739_422_000)),
            (http("tomorrow"), None),
            (http(""), None),
        ] {
            let hint = retry_after(&headers(&lines));
            let milliseconds = hint.map(|hint| u64::try_from(hint.as_millis()).unwrap_or(u64::MAX));
            assert_eq!(milliseconds, expected, "{lines:?}");
        }
    }

    #[test]
    fn without_a_date_of_its_own_a_pause_ends_by_our_clock() {
        let then = Timestamp::now() + SignedDuration::from_secs(60);
        let then = then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let hint = retry_after(&headers(&[("retry-after", &then)])).unwrap().as_secs();
        assert!((50..=61).contains(&hint), "{hint}");
    }

    #[test]
    fn a_date_says_how_far_the_clocks_are_apart_unless_it_is_absurd() {
        let offset = |date: &str| clock_offset(&headers(&[("date", date)]));
        let years = |date: &str| offset(date).unwrap() / (365 * 86_400_000);
        assert!(years("Mon, 01 Jan 2001 00:00:00 GMT") < -20);
        assert!(years("Monday, 01-Jan-01 00:00:00 GMT") < -20);
        assert!(years("Mon Jan  1 00:00:00 2001") < -20);
        assert!(years("Wed, 01 Jan 3026 00:00:00 GMT") > 900);
        for absurd in ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 1999 23:59:59 GMT", "some time", "", "0"]
        {
            assert_eq!(offset(absurd), None, "{absurd}");
        }
        assert_eq!(clock_offset(&HeaderMap::new()), None);
    }
}
