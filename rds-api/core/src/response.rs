//! The response to a call, with its metadata.

use std::fmt;

use bytes::Bytes;

/// A decoded response with its metadata: what [`send_full`](crate::RawCall::send_full) gives.
///
/// `Debug` shows how long the body is, and not what is in it: it has the sensitive members in the clear.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The decoded response.
    pub value: T,
    /// The HTTP status, in the two hundreds.
    pub status: u16,
    /// The id the service gave the request, also for operations that repeat it nowhere in the body.
    pub request_id: Option<String>,
    /// The number of attempts it took.
    pub attempts: u32,
    /// The body as it came, for what the types do not show.
    pub body: Bytes,
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}
