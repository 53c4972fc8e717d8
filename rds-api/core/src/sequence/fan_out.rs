//! Many calls at once, a bounded number at a time: over regions, instances, files.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::stream::FuturesUnordered;

use crate::error::{Error, Result};
use crate::future::BoxFuture;
use crate::sequence::stream::ResultStream;

/// The results of many calls, each with what it was made for. A bounded number of them is under way at a time, and a
/// failure stands beside the results of the others.
///
/// ```no_run
/// # async fn example(client: &rds_api::Client, instances: Vec<String>) -> rds_api::Result<()> {
/// use rds_api::FanOut;
///
/// let mut policies = FanOut::each(instances, |instance| client.describe_backup_policy(instance)).with_concurrency(4);
/// while let Some((instance, policy)) = policies.next().await {
///     match policy {
///         Ok(policy) => println!("{instance}: {:?}", policy.preferred_backup_time),
///         Err(error) => eprintln!("{instance}: {error}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// Nothing is sent before the first result is asked for, and calls make progress only while one is. Dropping it stops
/// those that are under way, and the others are never sent. It is a [`Stream`], so the adapters of the futures crate work
/// on it.
#[must_use = "nothing is sent until a result is asked for"]
pub struct FanOut<K, T> {
    waiting: VecDeque<(K, Source<T>)>,
    running: FuturesUnordered<BoxFuture<'static, Step<K, T>>>,
    concurrency: usize,
    started: u64,
    order: Option<Order<K, T>>,
    /// The key of a list for its next entry.
    repeat_key: fn(&K) -> Option<K>,
}

/// What gives one result, or one after another.
enum Source<T> {
    Call(BoxFuture<'static, Result<T>>),
    List(ResultStream<T>),
    Nothing,
}

/// The next result of a source, unless it has ended, and what is left of it.
struct Step<K, T> {
    number: u64,
    key: K,
    result: Option<Result<T>>,
    rest: Source<T>,
}

/// Steps that wait for the sources before theirs.
struct Order<K, T> {
    /// The number of the source whose results are due.
    due: u64,
    early: BTreeMap<u64, Step<K, T>>,
}

/// The number of calls under way unless set.
const CONCURRENCY: usize = 8;

impl<K: Send + 'static, T: Send + 'static> FanOut<K, T> {
    /// A call for each item, whose result comes with the item.
    pub fn each<I, C>(items: I, mut call: impl FnMut(&K) -> C) -> Self
    where
        I: IntoIterator<Item = K>,
        C: IntoFuture<Output = Result<T>>,
        C::IntoFuture: Send + 'static,
    {
        let call = |key: &K| Source::Call(Box::pin(call(key).into_future()));
        Self::new(items, call, |_| None)
    }

    /// A list for each item, such as the pages of a call, each of whose entries comes with the item. A list that fails
    /// ends with its error.
    pub fn lists<I>(items: I, mut list: impl FnMut(&K) -> ResultStream<T>) -> Self
    where
        I: IntoIterator<Item = K>,
        K: Clone,
    {
        Self::new(items, |key| Source::List(list(key)), |key| Some(key.clone()))
    }

    fn new(
        items: impl IntoIterator<Item = K>,
        mut source: impl FnMut(&K) -> Source<T>,
        repeat_key: fn(&K) -> Option<K>,
    ) -> Self {
        let with_source = |key: K| {
            let source = source(&key);
            (key, source)
        };
        Self {
            waiting: items.into_iter().map(with_source).collect(),
            running: FuturesUnordered::new(),
            concurrency: CONCURRENCY,
            started: 0,
            order: None,
            repeat_key,
        }
    }

    /// The number of calls or lists that are under way at a time; 8 unless set, and at least 1. The limits of the client
    /// hold besides.
    pub fn with_concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// Gives the results in the order of the items, and those of a list together. Unless set they come as they are there.
    pub fn in_order(mut self) -> Self {
        self.order = Some(Order { due: 0, early: BTreeMap::new() });
        self
    }

    /// The next result with what it is of, or `None` after the last one. Dropping the future loses nothing: the calls under
    /// way go on when the next result is asked for.
    pub async fn next(&mut self) -> Option<(K, Result<T>)> {
        poll_fn(|context| self.poll(context)).await
    }

    /// All results, failures among them.
    pub async fn into_vec(mut self) -> Vec<(K, Result<T>)> {
        let mut results = Vec::new();
        while let Some(result) = self.next().await {
            results.push(result);
        }
        results
    }

    /// All that has succeeded, and all that has failed.
    pub async fn partition(mut self) -> (Vec<(K, T)>, Vec<(K, Error)>) {
        let (mut successes, mut failures) = (Vec::new(), Vec::new());
        while let Some((key, result)) = self.next().await {
            match result {
                Ok(value) => successes.push((key, value)),
                Err(error) => failures.push((key, error)),
            }
        }
        (successes, failures)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<(K, Result<T>)>> {
        loop {
            self.start_waiting();
            let due = self.order.as_mut().and_then(|order| order.early.remove(&order.due));
            let step = match due {
                Some(step) => step,
                None => match ready!(Pin::new(&mut self.running).poll_next(context)) {
                    Some(step) => step,
                    None => return Poll::Ready(None),
                },
            };
            match &mut self.order {
                Some(order) if order.due != step.number => drop(order.early.insert(step.number, step)),
                _ => {
                    if let Some(result) = self.take(step) {
                        return Poll::Ready(Some(result));
                    }
                }
            }
        }
    }

    /// Starts as many as may be under way.
    fn start_waiting(&mut self) {
        let early = self.order.as_ref().map_or(0, |order| order.early.len());
        while self.running.len() + early < self.concurrency {
            let Some((key, source)) = self.waiting.pop_front() else { return };
            self.running.push(step(self.started, key, source));
            self.started += 1;
        }
    }

    /// The result of a step whose turn it is; its source goes on.
    fn take(&mut self, Step { number, key, result, rest }: Step<K, T>) -> Option<(K, Result<T>)> {
        let next = result.is_some().then(|| (self.repeat_key)(&key)).flatten();
        match (next, &mut self.order) {
            (Some(key), _) => self.running.push(step(number, key, rest)),
            (None, Some(order)) => order.due += 1,
            (None, None) => {}
        }
        result.map(|result| (key, result))
    }
}

/// Waits for the next result of a source.
fn step<K: Send + 'static, T: Send + 'static>(
    number: u64,
    key: K,
    source: Source<T>,
) -> BoxFuture<'static, Step<K, T>> {
    Box::pin(async move {
        let (result, rest) = match source {
            Source::Call(call) => (Some(call.await), Source::Nothing),
            Source::List(mut list) => (list.next().await, Source::List(list)),
            Source::Nothing => (None, Source::Nothing),
        };
        Step { number, key, result, rest }
    })
}

/// What is pinned in it lies in boxes.
impl<K, T> Unpin for FanOut<K, T> {}

impl<K: Send + 'static, T: Send + 'static> Stream for FanOut<K, T> {
    type Item = (K, Result<T>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

impl<K, T> fmt::Debug for FanOut<K, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FanOut")
            .field("waiting", &self.waiting.len())
            .field("running", &self.running.len())
            .finish_non_exhaustive()
    }
}
