//! The body of a response, as it comes.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use hyper::body::Body;

use crate::error::{Error, Result};

/// The body of a response, piece by piece as it comes. Nothing is read ahead of what is asked for.
pub struct ResponseBody(Source);

type Source = Box<dyn FnMut(&mut Context<'_>) -> Poll<Option<Result<Bytes>>> + Send>;

impl ResponseBody {
    /// The body that a stream makes up. Its first error should be its end.
    pub fn new(stream: impl Stream<Item = Result<Bytes>> + Send + 'static) -> Self {
        let mut stream = Box::pin(stream);
        Self(Box::new(move |context| stream.as_mut().poll_next(context)))
    }

    /// That of an HTTP client, whose errors become ours.
    pub(crate) fn of_http<B>(body: B, failed: fn(B::Error) -> Error) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
    {
        let mut body = Box::pin(body);
        Self(Box::new(move |context| {
            loop {
                match ready!(body.as_mut().poll_frame(context)) {
                    // Trailers are no part of the body.
                    Some(Ok(frame)) => match frame.into_data() {
                        Ok(data) => return Poll::Ready(Some(Ok(data))),
                        Err(_) => continue,
                    },
                    Some(Err(error)) => return Poll::Ready(Some(Err(failed(error)))),
                    None => return Poll::Ready(None),
                }
            }
        }))
    }

    /// The next piece, or `None` after the last one. Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// That of the exchange, which has broken off.
    pub async fn chunk(&mut self) -> Option<Result<Bytes>> {
        poll_fn(|context| (self.0)(context)).await
    }

    /// The next piece or the end, as far as that need not be waited for.
    #[cfg(feature = "download")]
    pub(crate) async fn arrived(&mut self) -> Option<Option<Result<Bytes>>> {
        poll_fn(|context| {
            Poll::Ready(match (self.0)(context) {
                Poll::Ready(piece) => Some(piece),
                Poll::Pending => None,
            })
        })
        .await
    }
}

/// A body that is there as a whole.
impl From<Bytes> for ResponseBody {
    fn from(bytes: Bytes) -> Self {
        let mut whole = Some(bytes);
        Self(Box::new(move |_| Poll::Ready(whole.take().map(Ok))))
    }
}

impl Stream for ResponseBody {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        (self.0)(context)
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ResponseBody").finish_non_exhaustive()
    }
}
