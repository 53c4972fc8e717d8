//! The faults that a test can ask for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::given;
use crate::refusal::Refusal;

/// A fault: something that goes wrong with a request or its response.
///
/// ```
/// use std::time::Duration;
/// use rds_api_testing::{FakeService, Fault, Refusal};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> rds_api::Result<()> {
/// // A tenth of all calls is lost on the way back, and the second backup is refused.
/// let service = FakeService::builder().seed(7).start()?;
/// service.inject(Fault::ResetAfterExecution).share(0.1);
/// service.inject(Refusal::unavailable()).on_operation("CreateBackup").skip(1).times(1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault")]
#[non_exhaustive]
pub enum Fault {
    /// The service waits, in real time, before it executes the request.
    Delay(#[serde(with = "of_a_time")] Duration),
    /// The service refuses without doing anything.
    Refuse(#[serde(deserialize_with = "given::named")] Refusal),
    /// The service executes the request and then responds that it failed.
    RefuseAfterExecution(#[serde(deserialize_with = "given::named")] Refusal),
    /// The connection is aborted before the service executes anything.
    ResetBeforeExecution,
    /// The service executes the request, and the connection is aborted before the first byte of the response.
    ResetAfterExecution,
    /// The service executes the request, and the connection is aborted in the middle of the body.
    TruncatedBody,
    /// The service executes the request, and the body comes in eight pieces, with this pause, in real time, before each.
    SlowBody(#[serde(with = "of_a_time")] Duration),
    /// The service executes the request, and the body is neither JSON nor XML; of a file, some of its bytes are wrong.
    GarbledBody,
    /// The service executes the request, and calls the body HTML.
    WrongContentType,
    /// The service executes the request, and responds in XML although JSON was requested.
    UnrequestedXml,
    /// The service executes the request, and the response has a request id in its head and no body.
    EmptyBody,
    /// A gateway responds with a page in HTML and the status 200, and the service never sees the request.
    BlockedPage,
    /// The service refuses without doing anything, but with the status 200.
    DisguisedRefusal(#[serde(deserialize_with = "given::named")] Refusal),
    /// The service's clock jumps ahead, as seen by all clients, and stays so.
    ClockSkew(#[serde(with = "of_a_time")] Duration),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

/// The time of a fault, beside its name.
mod of_a_time {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct OfATime {
        #[serde(with = "given::seconds")]
        seconds: Duration,
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        given::named(deserializer).map(|OfATime { seconds }| seconds)
    }

    pub(super) fn serialize<S: serde::Serializer>(
        seconds: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        OfATime { seconds: *seconds }.serialize(serializer)
    }
}
