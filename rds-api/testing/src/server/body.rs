//! The body of a response, which a fault may cut short or slow down.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep};

/// The pieces that a slow body comes in.
const SLOW_PIECES: usize = 8;

/// The bytes of a response, which may end too soon.
pub(super) struct Body {
    bytes: Bytes,
    rest: Rest,
    slowness: Option<Slowness>,
}

/// The pause before each piece of a body.
struct Slowness {
    pause: Duration,
    piece: usize,
    sleep: Pin<Box<Sleep>>,
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
        Self { bytes, rest: Rest::Everything { aborts: false }, slowness: None }
    }

    /// Comes in pieces, with a pause before each.
    pub(super) fn slow_down(&mut self, pause: Duration) {
        let piece = self.bytes.len().div_ceil(SLOW_PIECES).max(1);
        self.slowness = Some(Slowness { pause, piece, sleep: Box::pin(tokio::time::sleep(pause)) });
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
            Rest::Everything { .. }
                if self.slowness.as_ref().is_some_and(|slow| self.bytes.len() > slow.piece) =>
            {
                let Body { bytes, slowness: Some(slow), .. } = &mut *self else { return Poll::Ready(None) };
                ready!(slow.sleep.as_mut().poll(context));
                slow.sleep.as_mut().reset(Instant::now() + slow.pause);
                Poll::Ready(Some(Ok(Frame::data(bytes.split_to(slow.piece)))))
            }
            Rest::Everything { aborts } => {
                if let Some(slow) = &mut self.slowness {
                    ready!(slow.sleep.as_mut().poll(context));
                }
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
