//! Refusals: the error responses of the service.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::given;

/// An error response, in the service's own terms: an HTTP status, a code and a message.
///
/// ```
/// use std::time::Duration;
/// use rds_api_testing::Refusal;
///
/// let busy = Refusal::new(403, "OperationDenied.DBInstanceStatus", "The instance is restarting.");
/// let throttled = Refusal::throttled().retry_after(Duration::from_millis(50));
/// # let _ = (busy, throttled);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    #[serde(default = "bad_request", deserialize_with = "given::status_of_failure")]
    pub(crate) status: u16,
    #[serde(deserialize_with = "given::text")]
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) message: String,
    #[serde(default, with = "given::optional_seconds")]
    pub(crate) retry_after: Option<Duration>,
}

fn bad_request() -> u16 {
    400
}

impl Refusal {
    /// A refusal with an HTTP status, a code such as `InvalidDBInstanceName.NotFound`, and a message.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), retry_after: None }
    }

    /// The caller makes too many calls in a time.
    pub fn throttled() -> Self {
        Self::new(400, "Throttling.User", "Request was denied due to user flow control.")
    }

    /// The service has failed.
    pub fn internal_error() -> Self {
        Self::new(500, "InternalError", "The request processing has failed due to some unknown error.")
    }

    /// The service is unavailable for the moment.
    pub fn unavailable() -> Self {
        Self::new(
            503,
            "ServiceUnavailable",
            "The request has failed due to a temporary failure of the server.",
        )
    }

    /// The body of the request is too large.
    pub(crate) fn too_large() -> Self {
        Self::new(413, "RequestEntityTooLarge", "The body of the request is too large.")
    }

    /// The temporary credentials have expired.
    pub fn expired_token() -> Self {
        Self::new(400, "InvalidSecurityToken.Expired", "Specified security token is expired.")
    }

    /// Adds the hint when to try again, to the millisecond.
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// The body, under the request's id.
    pub(crate) fn body(&self, request_id: &str, host: &str) -> Json {
        json!({
            "RequestId": request_id,
            "HostId": host,
            "Code": self.code,
            "Message": self.message,
            "Recommend": format!("https://api.aliyun.com/troubleshoot?q={}", self.code),
        })
    }
}
