//! The stream of what several calls give.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::error::Result;
use crate::sequence::{Sequence, Sink, lock};

/// The results of several calls, one after another: pages, the items on them, or the responses of a waiter.
///
/// Nothing is sent before it is asked for the first value, and a call is made only when its response is asked
/// for. The first error is the last value. Dropping it stops the call under way.
///
/// It is a [`Stream`], so the adapters of the futures crate work on it. What most programs need is here:
///
/// ```no_run
/// # async fn example(client: &rds_api::Client) -> rds_api::Result<()> {
/// let mut instances = client.describe_db_instances().items();
/// while let Some(instance) = instances.next().await {
///     println!("{:?}", instance?.db_instance_id);
/// }
///
/// let backups = client.describe_backups("rm-uf6wjk5****").items().into_vec().await?;
/// println!("{} backups", backups.len());
/// # Ok(())
/// # }
/// ```
///
/// A program without an async runtime has `client.block_on(items.into_vec())`, with the feature `blocking`.
#[must_use = "nothing is sent until a value is asked for"]
pub struct ResultStream<T>(Source<T>);

type Source<T> = Box<dyn FnMut(&mut Context<'_>) -> Poll<Option<Result<T>>> + Send>;

impl<T: 'static> ResultStream<T> {
    /// The responses of a sequence. `empty` stands for a response that is known to have nothing in it.
    #[doc(hidden)]
    pub fn new(mut sequence: Sequence, empty: fn() -> T) -> Self
    where
        Mutex<Option<T>>: Sink,
    {
        let sink = Arc::new(Mutex::new(None));
        let shared: Arc<dyn Sink> = sink.clone();
        Self(Box::new(move |context| {
            let response = ready!(sequence.poll(context, &shared));
            Poll::Ready(response.map(|response| response.map(|()| lock(&sink).take().unwrap_or_else(empty))))
        }))
    }

    /// The values that `split` makes of each value.
    #[doc(hidden)]
    pub fn flat_map<U: Send + 'static>(
        mut self,
        mut split: impl FnMut(T) -> Vec<U> + Send + 'static,
    ) -> ResultStream<U> {
        let mut rest = Vec::new().into_iter();
        ResultStream(Box::new(move |context| {
            loop {
                if let Some(item) = rest.next() {
                    return Poll::Ready(Some(Ok(item)));
                }
                rest = match ready!((self.0)(context)) {
                    Some(Ok(value)) => split(value).into_iter(),
                    Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                    None => return Poll::Ready(None),
                };
            }
        }))
    }
}

impl<T> ResultStream<T> {
    /// What `make` makes of each value.
    pub(crate) fn map<U>(mut self, mut make: impl FnMut(T) -> U + Send + 'static) -> ResultStream<U>
    where
        T: 'static,
    {
        ResultStream(Box::new(move |context| {
            let value = ready!((self.0)(context));
            Poll::Ready(value.map(|value| value.map(&mut make)))
        }))
    }

    /// The next value, or `None` after the last one. Dropping the future loses nothing: the call under way
    /// goes on when the next value is asked for.
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|context| (self.0)(context)).await
    }

    /// All values, or the first error.
    ///
    /// # Errors
    ///
    /// That of the call that failed. The values before it are lost; to keep them, ask for one after another.
    pub async fn into_vec(mut self) -> Result<Vec<T>> {
        let mut values = Vec::new();
        while let Some(value) = self.next().await {
            values.push(value?);
        }
        Ok(values)
    }
}

impl<T> Stream for ResultStream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        (self.0)(context)
    }
}

impl<T> fmt::Debug for ResultStream<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ResultStream").finish_non_exhaustive()
    }
}
