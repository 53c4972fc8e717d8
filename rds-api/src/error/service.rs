//! What the service itself says of a failure.

use std::fmt;

use crate::object::{Fields, Object, Slot, Value, impl_object};
use crate::redact::Redactor;

/// An error answer of the service.
#[derive(Clone, Default)]
pub struct ServiceError {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    host_id: Option<String>,
    recommendation: Option<String>,
    access_denied: Option<AccessDenied>,
    http_status: u16,
    /// Milliseconds that the service's clock was ahead of ours, by the answer's date.
    clock_offset: Option<i64>,
}

/// Why access was denied and by which policy, in the service's own words. Any part may be missing.
#[derive(Clone, Default)]
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
        for text in texts.into_iter().flatten() {
            let end = text.find(ECHO).unwrap_or(text.len());
            *text = secrets.redact(text[..end].trim_end());
        }
        self
    }

    /// The string to sign that a refused signature echoes, taken from an answer as it was received.
    pub(crate) fn echoed_string_to_sign(&self) -> Option<&str> {
        let message = self.message.as_deref()?;
        message.find(ECHO).map(|at| message[at + ECHO.len()..].trim())
    }

    /// Whether the answer has a code, without which it is not the service's.
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

    /// The HTTP status of the answer.
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

    /// Whether the call was refused because the clocks differ.
    pub(crate) fn is_clock_skew(&self) -> bool {
        self.code() == "InvalidTimeStamp.Expired"
    }

    pub(crate) fn clock_offset(&self) -> Option<i64> {
        self.clock_offset
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

/// What stands before the string to sign in the message of a refused signature.
const ECHO: &str = "server string to sign is:";

impl fmt::Display for ServiceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.code(), self.http_status)?;
        match self.message() {
            "" => Ok(()),
            message => write!(formatter, ": {message}"),
        }
    }
}

impl std::error::Error for ServiceError {}

impl Object for ServiceError {
    fn empty() -> Self {
        Self::default()
    }

    fn slot(&mut self, key: &str) -> Slot<'_> {
        match key {
            "Code" | "code" => Slot::of(&mut self.code),
            "Message" | "message" => Slot::of(&mut self.message),
            "RequestId" | "requestId" => Slot::of(&mut self.request_id),
            "HostId" | "hostId" => Slot::of(&mut self.host_id),
            "Recommend" | "recommend" => Slot::of(&mut self.recommendation),
            "AccessDeniedDetail" | "accessDeniedDetail" => Slot::of(&mut self.access_denied),
            _ => Slot::Skip,
        }
    }

    fn fields<'a>(&'a self, fields: &mut dyn Fields<'a>) {
        fields.field("Code", Value::of(&self.code));
        fields.field("Message", Value::of(&self.message));
        fields.field("RequestId", Value::of(&self.request_id));
        fields.field("HostId", Value::of(&self.host_id));
        fields.field("Recommend", Value::of(&self.recommendation));
        fields.field("AccessDeniedDetail", Value::of(&self.access_denied));
    }
}

impl Object for AccessDenied {
    fn empty() -> Self {
        Self::default()
    }

    fn slot(&mut self, key: &str) -> Slot<'_> {
        match key {
            "AuthAction" => Slot::of(&mut self.auth_action),
            "AuthPrincipalType" => Slot::of(&mut self.auth_principal_type),
            "AuthPrincipalOwnerId" => Slot::of(&mut self.auth_principal_owner_id),
            "AuthPrincipalDisplayName" => Slot::of(&mut self.auth_principal_display_name),
            "NoPermissionType" => Slot::of(&mut self.no_permission_type),
            "PolicyType" => Slot::of(&mut self.policy_type),
            "EncodedDiagnosticMessage" => Slot::of(&mut self.encoded_diagnostic_message),
            _ => Slot::Skip,
        }
    }

    fn fields<'a>(&'a self, fields: &mut dyn Fields<'a>) {
        fields.field("AuthAction", Value::of(&self.auth_action));
        fields.field("AuthPrincipalType", Value::of(&self.auth_principal_type));
        fields.field("AuthPrincipalOwnerId", Value::of(&self.auth_principal_owner_id));
        fields.field("AuthPrincipalDisplayName", Value::of(&self.auth_principal_display_name));
        fields.field("NoPermissionType", Value::of(&self.no_permission_type));
        fields.field("PolicyType", Value::of(&self.policy_type));
        fields.field("EncodedDiagnosticMessage", Value::of(&self.encoded_diagnostic_message));
    }
}

impl_object!(ServiceError AccessDenied);
