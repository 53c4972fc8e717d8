//! The error that the service itself responds with.

use std::fmt;

use crate::error::class::{ErrorClass, ErrorCodes};
use crate::error::display::MAX_NAME_CHARS;
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
    class: Option<ErrorClass>,
    may_have_been_executed: bool,
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
    /// Adds what HTTP said and what the code means, and takes secrets out of the message: a refused signature echoes
    /// the string to sign with every parameter of the call, and other messages repeat the value they complain of.
    pub(crate) fn received(
        mut self,
        http_status: u16,
        request_id: Option<&str>,
        clock_offset: Option<i64>,
        codes: &ErrorCodes,
        secrets: &Redactor,
    ) -> Self {
        self.http_status = http_status;
        self.class = codes.class(self.code(), http_status);
        self.may_have_been_executed = codes.may_have_been_executed(self.code(), http_status);
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

    /// What the code means, or `None` if neither the code nor the status says what is to be done.
    pub fn class(&self) -> Option<ErrorClass> {
        self.class
    }

    /// Whether the service may have been working on the call when it failed.
    pub(crate) fn may_have_been_executed(&self) -> bool {
        self.may_have_been_executed
    }

    /// Whether the same call may succeed within seconds.
    pub(crate) fn is_transient(&self) -> bool {
        use ErrorClass::{InProgress, Throttled, Transient};
        matches!(self.class, Some(Throttled | InProgress | Transient))
    }

    /// Milliseconds that the service's clock is ahead of ours, if the response had a date.
    pub(crate) fn clock_offset(&self) -> Option<i64> {
        self.clock_offset
    }

    /// Whether the call was refused because its temporary credentials have expired. With a security token an
    /// unknown key may mean the same.
    pub(crate) fn is_expired_token(&self, has_token: bool) -> bool {
        self.code() == "InvalidSecurityToken.Expired"
            || (has_token && self.code() == "InvalidAccessKeyId.NotFound")
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
