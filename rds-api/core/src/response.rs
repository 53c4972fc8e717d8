//! The response to a call, with its metadata.

use std::fmt;

use bytes::Bytes;

/// A decoded response with its metadata: what [`send_full`](crate::RawCall::send_full) gives.
///
/// `Debug` shows how long the body is, and not what is in it: it has the sensitive members in the clear.
///
/// # What is a success
///
/// Proxies that open TLS, portals of hotels and load balancers send their pages under any status. So a status of success
/// is believed only if the body shows that it is the service's:
///
/// | body, with a status from 200 to 299 | what it is |
/// | --- | --- |
/// | a JSON object, or XML, with a request id in it or in the header `x-acs-request-id` | a success |
/// | an empty one, with the id in the header, of an operation that changes something | a success without values |
/// | an empty one of an operation that reads | [`Decode`](crate::ErrorKind::Decode): nothing says that a list is empty |
/// | with `Code` beside `Message` or `HostId`, if the type has no `Code`; with `Code` and `HostId`, if it has one; with all three, of a raw call; XML with the root `Error` | [`Service`](crate::ErrorKind::Service) with that code; a waiter never takes it for an absence |
/// | HTML; XML with another root than `…Response` whose request id is in the header only; JSON that is no object; any other text | [`Response`](crate::ErrorKind::Response) |
/// | without any request id | [`Response`](crate::ErrorKind::Response) |
///
/// All of these errors say that the call may have been executed. `Success: false` in a response is a success of the
/// call: the methods `is_success` of the responses that have it tell what it did.
///
/// What a success says is read even if some of it is not valid: a byte order mark is skipped, what is no text is read as
/// U+FFFD, and a number too large for its member is no value.
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
