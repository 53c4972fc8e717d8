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
/// on it. What is done for each item may be more than a call, and fail with an error of its own.
#[must_use = "nothing is sent until a result is asked for"]
pub struct FanOut<K, T, E = Error> {
    waiting: VecDeque<(K, Source<T, E>)>,
    running: FuturesUnordered<BoxFuture<'static, Step<K, T, E>>>,
    concurrency: usize,
    started: u64,
    order: Option<Order<K, T, E>>,
    /// The key of a list for its next entry.
    repeat_key: fn(&K) -> Option<K>,
}

/// What gives one result, or one after another.
enum Source<T, E> {
    Call(BoxFuture<'static, Result<T, E>>),
    List(List<T, E>),
    Nothing,
}

/// The results of a list, one after another.
type List<T, E> = Pin<Box<dyn Stream<Item = Result<T, E>> + Send>>;

/// The next result of a source, unless it has ended, and what is left of it.
struct Step<K, T, E> {
    number: u64,
    key: K,
    result: Option<Result<T, E>>,
    rest: Source<T, E>,
}

/// Steps that wait for the sources before theirs.
struct Order<K, T, E> {
    /// The number of the source whose results are due.
    due: u64,
    early: BTreeMap<u64, Step<K, T, E>>,
}

/// The number of calls under way unless set.
const CONCURRENCY: usize = 8;

impl<K: Send + 'static, T: Send + 'static> FanOut<K, T> {
    /// A list for each item, such as the pages of a call, each of whose entries comes with the item. A list that fails
    /// ends with its error.
    pub fn lists<I>(items: I, mut list: impl FnMut(&K) -> ResultStream<T>) -> Self
    where
        I: IntoIterator<Item = K>,
        K: Clone,
    {
        Self::new(items, |key| Source::List(Box::pin(list(key))), |key| Some(key.clone()))
    }
}

impl<K: Send + 'static, T: Send + 'static, E: Send + 'static> FanOut<K, T, E> {
    /// A call for each item, whose result comes with the item.
    pub fn each<I, C>(items: I, mut call: impl FnMut(&K) -> C) -> Self
    where
        I: IntoIterator<Item = K>,
        C: IntoFuture<Output = Result<T, E>>,
        C::IntoFuture: Send + 'static,
    {
        let call = |key: &K| Source::Call(Box::pin(call(key).into_future()));
        Self::new(items, call, |_| None)
    }

    fn new(
        items: impl IntoIterator<Item = K>,
        mut source: impl FnMut(&K) -> Source<T, E>,
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
    pub async fn next(&mut self) -> Option<(K, Result<T, E>)> {
        poll_fn(|context| self.poll(context)).await
    }

    /// All results, failures among them.
    pub async fn into_vec(mut self) -> Vec<(K, Result<T, E>)> {
        let mut results = Vec::new();
        while let Some(result) = self.next().await {
            results.push(result);
        }
        results
    }

    /// All that has succeeded, and all that has failed.
    pub async fn partition(mut self) -> (Vec<(K, T)>, Vec<(K, E)>) {
        let (mut successes, mut failures) = (Vec::new(), Vec::new());
        while let Some((key, result)) = self.next().await {
            match result {
                Ok(value) => successes.push((key, value)),
                Err(error) => failures.push((key, error)),
            }
        }
        (successes, failures)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<(K, Result<T, E>)>> {
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
    fn take(&mut self, Step { number, key, result, rest }: Step<K, T, E>) -> Option<(K, Result<T, E>)> {
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
fn step<K: Send + 'static, T: Send + 'static, E: Send + 'static>(
    number: u64,
    key: K,
    source: Source<T, E>,
) -> BoxFuture<'static, Step<K, T, E>> {
    Box::pin(async move {
        let (result, rest) = match source {
            Source::Call(call) => (Some(call.await), Source::Nothing),
            Source::List(mut list) => {
                let next = poll_fn(|context| list.as_mut().poll_next(context)).await;
                (next, Source::List(list))
            }
            Source::Nothing => (None, Source::Nothing),
        };
        Step { number, key, result, rest }
    })
}

/// What is pinned in it lies in boxes.
impl<K, T, E> Unpin for FanOut<K, T, E> {}

impl<K: Send + 'static, T: Send + 'static, E: Send + 'static> Stream for FanOut<K, T, E> {
    type Item = (K, Result<T, E>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

impl<K, T, E> fmt::Debug for FanOut<K, T, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FanOut")
            .field("waiting", &self.waiting.len())
            .field("running", &self.running.len())
            .finish_non_exhaustive()
    }
}
