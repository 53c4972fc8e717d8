//! The error that the service itself responds with.

use std::fmt;

use super::MAX_NAME_CHARS;
use crate::secrecy::{Redactor, string_to_sign, without_string_to_sign};
use crate::text::short_line;

/// An error response of the service.
#[derive(Clone, Default)]
pub struct ServiceError {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) host_id: Option<String>,
    pub(crate) recommendation: Option<String>,
    pub(crate) access_denied: Option<AccessDenied>,
    http_status: u16,
    /// Milliseconds that the service's clock was ahead of ours, by the response's date.
    clock_offset: Option<i64>,
}

/// Why access was denied and by which policy, in the service's own words. Any part may be missing.
#[derive(Default)]
#[non_exhaustive]
pub struct AccessDenied {
    /// The action that was not allowed, such as `rds:DeleteBackup`.
    pub auth_action: Option<String>,
    /// The kind of who asked, such as `SubUser` or `AssumedRoleUser`.
    pub auth_principal_type: Option<String>,
    /// The account that who asked belongs to.
    pub auth_principal_owner_id: Option<String>,
    /// The name of who asked.
    pub auth_principal_display_name: Option<String>,
    /// `ImplicitDeny`: no policy allows it; `ExplicitDeny`: a policy forbids it.
    pub no_permission_type: Option<String>,
    /// The kind of policy that decided, such as `AccountLevelIdentityBasedPolicy`.
    pub policy_type: Option<String>,
    /// The full diagnosis, for the RAM operation `DecodeDiagnosticMessage`.
    pub encoded_diagnostic_message: Option<String>,
}

impl AccessDenied {
    fn texts(&mut self) -> [&mut Option<String>; 7] {
        [
            &mut self.auth_action,
            &mut self.auth_principal_type,
            &mut self.auth_principal_owner_id,
            &mut self.auth_principal_display_name,
            &mut self.no_permission_type,
            &mut self.policy_type,
            &mut self.encoded_diagnostic_message,
        ]
    }
}

impl ServiceError {
    /// Adds what HTTP said, and takes secrets out of the message: a refused signature echoes the string to
    /// sign with every parameter of the call, and other messages repeat the value they complain of.
    pub(crate) fn received(
        mut self,
        http_status: u16,
        request_id: Option<&str>,
        clock_offset: Option<i64>,
        secrets: &Redactor,
    ) -> Self {
        self.http_status = http_status;
        self.clock_offset = clock_offset;
        if self.request_id.as_deref().is_none_or(str::is_empty) {
            self.request_id = request_id.map(str::to_owned);
        }
        // The message is where secrets are known to stand; nothing keeps them out of the others either.
        let texts = [
            &mut self.message,
            &mut self.code,
            &mut self.request_id,
            &mut self.host_id,
            &mut self.recommendation,
        ];
        let denied = self.access_denied.iter_mut().flat_map(AccessDenied::texts);
        for text in texts.into_iter().chain(denied).flatten() {
            *text = secrets.redact(without_string_to_sign(text));
        }
        self
    }

    /// The string to sign that a refused signature echoes, taken from a response as it was received.
    pub(crate) fn echoed_string_to_sign(&self) -> Option<&str> {
        string_to_sign(self.message.as_deref()?)
    }

    /// Whether the response has a code, without which it is not the service's.
    pub(crate) fn has_code(&self) -> bool {
        self.code.as_deref().is_some_and(|code| !code.is_empty())
    }

    /// The error code, such as `InvalidDBInstanceId.NotFound`.
    pub fn code(&self) -> &str {
        self.code.as_deref().unwrap_or_default()
    }

    /// The message in the service's own words.
    pub fn message(&self) -> &str {
        self.message.as_deref().unwrap_or_default()
    }

    /// The id the service gave the request.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The HTTP status of the response.
    pub fn http_status(&self) -> u16 {
        self.http_status
    }

    /// The address of a page about this error.
    pub fn recommendation(&self) -> Option<&str> {
        self.recommendation.as_deref()
    }

    /// Which policy denied access, where that was the reason.
    pub fn access_denied(&self) -> Option<&AccessDenied> {
        self.access_denied.as_ref()
    }

    pub(crate) fn is_throttling(&self) -> bool {
        self.code().starts_with("Throttling") || self.code() == "Rejected.Throttling"
    }

    /// Whether the service may have been working on the call when it failed.
    pub(crate) fn may_have_been_executed(&self) -> bool {
        matches!(self.code(), "InternalError" | "InternalFailure" | "UnknownError" | "ServiceUnavailable")
            || (self.http_status >= 500 && !self.is_throttling())
            || self.is_replay()
    }

    /// Milliseconds that the service's clock is ahead, if the call was refused because the clocks differ.
    pub(crate) fn clock_skew(&self) -> Option<i64> {
        self.clock_offset.filter(|_| self.code() == "InvalidTimeStamp.Expired")
    }

    /// Whether the call was refused because its temporary credentials have expired. With a security token an
    /// unknown key may mean the same.
    pub(crate) fn is_expired_token(&self, has_token: bool) -> bool {
        self.code() == "InvalidSecurityToken.Expired"
            || (has_token && self.code() == "InvalidAccessKeyId.NotFound")
    }

    /// Whether another request with the same nonce came before. Nonces are never reused, so something on the
    /// way has sent this very request twice, and the first may be under way.
    fn is_replay(&self) -> bool {
        self.code() == "SignatureNonceUsed"
    }

    pub(crate) fn is_transient(&self) -> bool {
        self.is_throttling() || self.may_have_been_executed()
    }

    pub(crate) fn is_not_found(&self) -> bool {
        let code = self.code();
        let about_the_call = ["InvalidAccessKeyId", "InvalidAction", "InvalidApi", "InvalidProduct"];
        code.ends_with("NotFound") && !about_the_call.iter().any(|prefix| code.starts_with(prefix))
    }

    pub(crate) fn is_instance_busy(&self) -> bool {
        matches!(
            self.code(),
            "OperationDenied.DBInstanceStatus"
                | "OperationDenied.ReadDBInstanceStatus"
                | "OperationDenied.MasterDBInstanceState"
                | "OperationDenied.PrimaryDBInstanceStatus"
                | "OperationDenied.DBStatus"
                | "OperationDenied.DBClusterStatus"
                | "IncorrectDBInstanceState"
                | "SYSTEM.CONCURRENT_OPERATE"
                | "ConcurrentTaskExceeded"
                | "LockTimeout"
                | "InstanceConnectTimeoutFault"
                | "Database.ConnectError"
                | "InternalError"
        )
    }
}

/// `Display` shows no more characters of a message.
const MAX_SHOWN_CHARS: usize = 500;

impl fmt::Display for ServiceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = short_line(self.code(), MAX_NAME_CHARS);
        write!(formatter, "{code} ({})", self.http_status)?;
        match short_line(self.message(), MAX_SHOWN_CHARS) {
            message if message.is_empty() => Ok(()),
            message => write!(formatter, ": {message}"),
        }
    }
}

impl std::error::Error for ServiceError {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::error::Error;

    fn error(code: &str, http_status: u16, hint: Option<Duration>) -> Error {
        let service = ServiceError { code: Some(code.to_owned()), http_status, ..ServiceError::default() };
        Error::service(service, hint)
    }

    /// What is true of an error, a letter each: may be tried Again, is Throttled, may have been Executed, says
    /// Not found, says Busy.
    fn verdict(error: &Error) -> String {
        let truths = [
            (error.is_retryable(), 'A'),
            (error.is_throttled(), 'T'),
            (error.may_have_been_executed(), 'E'),
            (error.is_not_found(), 'N'),
            (error.is_instance_busy(), 'B'),
        ];
        truths.iter().filter(|(is_true, _)| *is_true).map(|(_, letter)| letter).collect()
    }

    #[test]
    fn each_code_that_the_documentation_names_is_what_it_is() {
        for (codes, http_status, expected) in [
            ("Throttling Throttling.User Throttling.Api Throttling.Api.Concurrency", 400, "AT"),
            ("Throttling.System Throttling.Anything Rejected.Throttling", 400, "AT"),
            ("Throttling.Resource", 429, "AT"),
            ("Throttling.User", 503, "AT"),
            ("ServiceUnavailable", 503, "AE"),
            ("InternalError", 500, "AEB"),
            ("InternalError", 400, "AEB"),
            ("UnknownError InternalFailure", 500, "AE"),
            ("AnythingElse", 502, "AE"),
            // The first of the two requests may be under way.
            ("SignatureNonceUsed", 400, "AE"),
            ("InvalidTimeStamp.Expired IllegalTimestamp InvalidTimeStamp.Format", 400, ""),
            (
                "IdempotentParameterMismatch MissingParameter InvalidParameter InvalidParameter.Format",
                400,
                "",
            ),
            ("SignatureDoesNotMatch IncompleteSignature InvalidSignatureMethod", 400, ""),
            ("InvalidAccessKeyId.Inactive Forbidden.AccessKeyDisabled InvalidSecurityToken.Expired", 400, ""),
            ("InvalidSecurityToken.Malformed MissingSecurityToken InsufficientBalance", 400, ""),
            ("InvalidAccessKeyId.NotFound InvalidAction.NotFound InvalidApi.NotFound", 404, ""),
            ("InvalidProduct.NotFound InvalidProtocol.NeedSsl", 404, ""),
            ("Forbidden.RAM Forbedden.NotSupportRAM ActionUnauthorized OperationDenied", 403, ""),
            ("Forbidden.InstanceNotFound InvalidDBInstanceId.NotFound", 404, "N"),
            ("InvalidDBInstanceName.NotFound InvalidDBName.NotFound", 404, "N"),
            ("OperationDenied.DBInstanceStatus OperationDenied.ReadDBInstanceStatus", 403, "B"),
            ("OperationDenied.MasterDBInstanceState OperationDenied.PrimaryDBInstanceStatus", 403, "B"),
            ("OperationDenied.DBStatus OperationDenied.DBClusterStatus IncorrectDBInstanceState", 403, "B"),
            ("SYSTEM.CONCURRENT_OPERATE ConcurrentTaskExceeded LockTimeout", 400, "B"),
            ("InstanceConnectTimeoutFault Database.ConnectError", 400, "B"),
        ] {
            for code in codes.split(' ') {
                let error = error(code, http_status, None);
                assert_eq!(verdict(&error), expected, "{code} with {http_status}");
                assert_eq!((error.code(), error.http_status()), (Some(code), Some(http_status)));
            }
        }
    }

    #[test]
    fn a_hint_to_wait_is_throttling_unless_the_service_broke() {
        let hint = Some(Duration::from_millis(5));
        assert_eq!(verdict(&error("SomethingNew", 400, hint)), "AT");
        assert_eq!(verdict(&error("SomethingNew", 500, hint)), "AE");
        assert_eq!(verdict(&error("ServiceUnavailable", 503, hint)), "AE");
    }
}
