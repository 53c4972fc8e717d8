//! The body of a response, which a fault may cut short.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

/// The bytes of a response, which may end too soon.
pub(super) struct Body {
    bytes: Bytes,
    rest: Rest,
}

/// The part of a body that is still to be sent.
enum Rest {
    Everything { aborts: bool },
    Pause,
    Abort,
    Nothing,
}

impl Body {
    pub(super) fn whole(text: String) -> Self {
        Self::bytes(text.into())
    }

    pub(super) fn bytes(bytes: Bytes) -> Self {
        Self { bytes, rest: Rest::Everything { aborts: false } }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Sends the first half, and then aborts the connection.
    pub(super) fn truncate(&mut self) {
        self.bytes.truncate(self.bytes.len() / 2);
        self.rest = Rest::Everything { aborts: true };
    }
}

/// The error that makes the server abort a connection.
#[derive(Debug)]
pub(super) struct ConnectionAborted;

impl std::fmt::Display for ConnectionAborted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the connection is aborted, as a fault demands")
    }
}

impl std::error::Error for ConnectionAborted {}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = ConnectionAborted;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ConnectionAborted>>> {
        match self.rest {
            Rest::Everything { aborts } => {
                self.rest = if aborts { Rest::Pause } else { Rest::Nothing };
                let bytes = std::mem::take(&mut self.bytes);
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            // Gives the server a turn in which it sends what it has.
            Rest::Pause => {
                self.rest = Rest::Abort;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Rest::Abort => Poll::Ready(Some(Err(ConnectionAborted))),
            Rest::Nothing => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.rest, Rest::Nothing)
    }

    fn size_hint(&self) -> SizeHint {
        match self.rest {
            Rest::Everything { aborts: false } => SizeHint::with_exact(self.bytes.len() as u64),
            Rest::Nothing => SizeHint::with_exact(0),
            _ => SizeHint::default(),
        }
    }
}
