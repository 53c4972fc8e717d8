//! Waiting until something is as it should be.
//!
//! Most changes of the service go on after their call has returned: a backup takes minutes, an instance a
//! quarter of an hour. The loop that asks until it is done is easily got wrong: it asks too often and is
//! throttled, takes a passing failure for the end, does not notice that what it waits for has failed, or never
//! ends. So the operations that tell how far something is have methods `until_…`, listed on the page of the
//! operation. Await one for the last response:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> rds_api::Result<()> {
//! # use std::time::Duration;
//! # let service = rds_api_testing::FakeService::builder().backup_duration(Duration::ZERO).start()?;
//! # let client = service.client()?;
//! # let instance = rds_api_testing::FakeService::INSTANCE;
//! let started = client.create_backup(instance).await?;
//! let job = started.backup_job_id.and_then(|id| id.parse().ok()).unwrap_or_default();
//!
//! let done = client.describe_backup_tasks(instance).backup_job_id(job).until_finished().await?;
//! println!("{:?}", done.items[0].backup_id);
//! # Ok(())
//! # }
//! ```
//!
//! or take each response as it comes, to show how far it is:
//!
//! ```no_run
//! # async fn example(client: rds_api::Client, job: i64) -> rds_api::Result<()> {
//! use std::time::Duration;
//!
//! let wait = client.describe_backup_tasks("rm-uf6wjk5****").backup_job_id(job).until_finished();
//! let mut responses = wait.with_timeout(Duration::from_secs(6 * 3600)).progress();
//! while let Some(tasks) = responses.next().await {
//!     println!("{:?} %", tasks?.items[0].process_number());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What happens on the way
//!
//! | a response | means |
//! | --- | --- |
//! | all values of the field mean done | the end |
//! | one of them means failed | an error of kind [`WaitFailed`](ErrorKind::WaitFailed) |
//! | it has no such field, or the thing is not found | done, if that is waited for; else go on, because what was just created takes a moment to be seen, but not for longer than [`not_found_grace`](Waiter::not_found_grace) |
//! | throttled, unreachable, failed for now, the instance is busy | ask again, more slowly; the call has been repeated by its own settings before |
//! | any other error, also where nothing shows that a response is the service's | that error |
//! | too late | an error of kind [`WaitTimeout`](ErrorKind::WaitTimeout), which says what was seen last |
//!
//! The first poll is at once. The delays between polls grow by half each time up to a bound, and are shortened
//! by up to a fifth at random. A change begins a moment after its call, so whoever waits for an instance to
//! run that ran before may see it still running: [`with_initial_delay`](Wait::with_initial_delay) waits before
//! the first poll.
//!
//! # Waiting for something else
//!
//! Every call can be waited with, for any field of its response:
//!
//! ```no_run
//! # async fn example(client: rds_api::Client) -> rds_api::Result<()> {
//! use rds_api::waiter::Waiter;
//!
//! let unlocked = Waiter::new("Items.LockMode").done(["Unlock"]).failed(["LockByExpiration"]);
//! client.describe_db_instance_attribute("rm-uf6wjk5****").until(unlocked).await?;
//! # Ok(())
//! # }
//! ```
//!
//! [`RawCall::until`] does the same for operations that this crate does not know.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

pub use rds_api_schema::Waiter;
use serde_json::Value as Json;
use tokio::time::Instant;

use crate::duration::seconds;
use crate::error::{Error, ErrorKind, Result};
use crate::future::BoxFuture;
use crate::object::{Value, find};
use crate::sequence::raw::RawCall;
use crate::sequence::stream::ResultStream;
use crate::sequence::{Next, Outcome, PreparedCall, Strategy, says_that_it_failed};

/// Waiting that has not begun: await it for the last response, or follow its [`progress`](Wait::progress).
///
/// Where it is done because something is not there any more, the last response may be an empty one.
#[must_use = "nothing is sent until it is awaited or its progress is asked for"]
pub struct Wait<T> {
    waiter: Waiter,
    begin: Box<dyn FnOnce(Box<dyn Strategy>) -> ResultStream<T> + Send>,
}

impl RawCall {
    /// Repeats the call until what is waited for is done. It must be known to be a [read](RawCall::with_access).
    pub fn until(self, waiter: Waiter) -> Wait<Json> {
        Wait::new(waiter, |strategy| ResultStream::new(self.sequence(strategy), || Json::Null))
    }
}

impl<T> Wait<T> {
    /// `begin` makes the calls, as it is told to.
    #[doc(hidden)]
    pub fn new(
        waiter: Waiter,
        begin: impl FnOnce(Box<dyn Strategy>) -> ResultStream<T> + Send + 'static,
    ) -> Self {
        Self { waiter, begin: Box::new(begin) }
    }

    /// Sets how long to wait in all; as long as the waiter says unless set. When it is over, that is an error of kind
    /// [`WaitTimeout`](ErrorKind::WaitTimeout).
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { waiter: self.waiter.timeout(timeout), ..self }
    }

    /// Sets the delay before the first poll; none unless the waiter says otherwise.
    pub fn with_initial_delay(self, delay: Duration) -> Self {
        Self { waiter: self.waiter.initial_delay(delay), ..self }
    }

    /// Sets the delay after the first poll, which grows by half with each further one.
    pub fn with_delay(self, delay: Duration) -> Self {
        Self { waiter: self.waiter.delay(delay), ..self }
    }

    /// Sets the bound that delays grow to. It also bounds the first ones.
    pub fn with_max_delay(self, delay: Duration) -> Self {
        Self { waiter: self.waiter.max_delay(delay), ..self }
    }

    /// The waiter: what is waited for, and how patiently.
    pub fn waiter(&self) -> &Waiter {
        &self.waiter
    }

    /// Every response, the last of which is the one that awaiting gives. Where waiting fails, the response that
    /// shows it comes first and then the error. The time runs from here.
    pub fn progress(self) -> ResultStream<T> {
        let Self { waiter, begin } = self;
        begin(Box::new(Poller::new(waiter)))
    }
}

impl<T: Send + 'static> IntoFuture for Wait<T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut progress = self.progress();
            let mut last = None;
            while let Some(response) = progress.next().await {
                last = Some(response?);
            }
            last.ok_or_else(|| Error::new(ErrorKind::WaitFailed, "waiting ended without a response"))
        })
    }
}

impl<T> fmt::Debug for Wait<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Wait").field("waiter", &self.waiter).finish_non_exhaustive()
    }
}

/// Waiting under way.
struct Poller {
    waiter: Waiter,
    /// The next delay, before chance shortens it.
    delay: Duration,
    started: Instant,
    /// The time when the field was last there, or of the start.
    seen: Instant,
    /// The values of the field when it was last there.
    values: Vec<String>,
    /// The failure of the newest poll.
    failure: Option<Error>,
    polls: u32,
    /// The call's own timeout.
    call_timeout: Duration,
    /// There is no time for another poll.
    is_last: bool,
}

/// The result of one poll.
enum Poll {
    Done,
    GoOn,
    Slower { hint: Duration },
    Failed(Error),
}

impl Poller {
    fn new(waiter: Waiter) -> Self {
        let started = Instant::now();
        Self {
            delay: waiter.delay.min(waiter.max_delay),
            waiter,
            started,
            seen: started,
            values: Vec::new(),
            failure: None,
            polls: 0,
            call_timeout: Duration::MAX,
            is_last: false,
        }
    }

    fn left(&self) -> Duration {
        self.waiter.timeout.saturating_sub(self.started.elapsed())
    }

    fn is_absent_for_too_long(&self) -> bool {
        self.seen.elapsed() >= self.waiter.not_found_grace
    }

    fn poll(&mut self, response: Value<'_>) -> Poll {
        self.failure = None;
        let Waiter { field, done, failed, done_when_absent, not_found_grace, .. } = &self.waiter;
        let mut values = find::texts(response, field);
        values.dedup();
        if values.is_empty() {
            return match done_when_absent {
                true if says_that_it_failed(response) => {
                    let message = format!(
                        "waiting failed: the response has no `{field}`, but says that nothing was found out"
                    );
                    Poll::Failed(Error::new(ErrorKind::WaitFailed, message))
                }
                true => Poll::Done,
                false if self.is_absent_for_too_long() => {
                    let message = format!(
                        "waiting failed: no response had `{field}` for {}",
                        seconds(*not_found_grace)
                    );
                    Poll::Failed(Error::new(ErrorKind::WaitFailed, message))
                }
                false => Poll::GoOn,
            };
        }
        self.seen = Instant::now();
        let poll = if let Some(value) = values.iter().find(|value| failed.contains(value)) {
            let message = format!("waiting failed: `{field}` became `{value}`");
            Poll::Failed(Error::new(ErrorKind::WaitFailed, message))
        } else if values.iter().all(|value| done.contains(value)) {
            Poll::Done
        } else {
            Poll::GoOn
        };
        self.values = values;
        poll
    }

    fn failed_poll(&mut self, error: Error) -> Poll {
        let passes = error.is_retryable() || error.is_timeout() || error.is_instance_busy();
        // Under a status of success, of which one of both is wrong, it proves nothing.
        let is_contradiction = error.http_status().is_some_and(|status| (200..300).contains(&status));
        let poll = match error.is_not_found() && !is_contradiction {
            true if self.waiter.done_when_absent => return Poll::Done,
            true if self.is_absent_for_too_long() => {
                let absence = seconds(self.waiter.not_found_grace);
                return Poll::Failed(error.explain(format!("waiting failed: not found for {absence}")));
            }
            true => Poll::GoOn,
            false if passes => Poll::Slower { hint: error.retry_after().unwrap_or_default() },
            false => return Poll::Failed(error),
        };
        self.failure = Some(error);
        poll
    }

    /// The delay before the next poll, which is the last where no other fits into the time. That one is taken
    /// shortly before the end.
    fn next_delay(&mut self, slower: bool, hint: Duration) -> Duration {
        let bound = self.waiter.max_delay;
        let delay = if slower { self.delay.saturating_mul(2).min(bound) } else { self.delay };
        self.delay = delay.saturating_mul(3).checked_div(2).unwrap_or(bound).min(bound);
        let delay = delay.mul_f64(1.0 - fastrand::f64() / 5.0).max(hint);
        let left = self.left();
        if delay < left {
            return delay;
        }
        self.is_last = true;
        left.saturating_sub((left / 2).min(Duration::from_secs(1)))
    }

    fn too_late(&mut self) -> Error {
        let Waiter { field, timeout, .. } = &self.waiter;
        let state = match self.values.join("`, `") {
            values if values.is_empty() => format!("no response had `{field}`"),
            values => format!("`{field}` was last `{values}`"),
        };
        let polls = if self.polls == 1 { "poll" } else { "polls" };
        let message = format!("not done after {} and {} {polls}: {state}", seconds(*timeout), self.polls);
        let error = Error::new(ErrorKind::WaitTimeout, message).retryable(true);
        match self.failure.take() {
            Some(failure) => error.with_source(failure),
            None => error,
        }
    }
}

impl Strategy for Poller {
    fn begin(&mut self, call: &mut PreparedCall) -> Result<Duration> {
        if let Some(name) = self.waiter.needs.as_ref().filter(|name| !call.parameters.has(name)) {
            let message = format!("without `{name}` no response has `{}` to wait for", self.waiter.field);
            return Err(Error::input(message));
        }
        self.call_timeout = call.timeout();
        let first = self.waiter.initial_delay.min(self.waiter.timeout);
        call.options.timeout = Some(self.call_timeout.min(self.waiter.timeout - first));
        Ok(first)
    }

    fn evaluate(&mut self, response: Result<Value<'_>>, call: &mut PreparedCall) -> Outcome {
        self.polls += 1;
        let (shown, poll) = match response {
            Ok(response) => (true, self.poll(response)),
            Err(error) => (false, self.failed_poll(error)),
        };
        let (slower, hint) = match poll {
            Poll::Done => return Outcome::Show(Next::End),
            Poll::Failed(error) if shown => return Outcome::Show(Next::Fail(error)),
            Poll::Failed(error) => return Outcome::Skip(Next::Fail(error)),
            Poll::GoOn => (false, Duration::ZERO),
            Poll::Slower { hint } => (true, hint),
        };
        let next = if self.is_last || self.left().is_zero() {
            Next::Fail(self.too_late())
        } else {
            let delay = self.next_delay(slower, hint);
            call.options.timeout = Some(self.call_timeout.min(self.left().saturating_sub(delay)));
            Next::Call(delay)
        };
        if shown { Outcome::Show(next) } else { Outcome::Skip(next) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_up_to_their_bound_and_end_before_the_time_does() {
        let second = Duration::from_secs(1);
        let mut poller = Poller::new(Waiter::new("X").delay(second * 4).max_delay(second * 10));
        let bounds = [4.0, 6.0, 9.0, 10.0, 10.0];
        for bound in bounds {
            let delay = poller.next_delay(false, Duration::ZERO).as_secs_f64();
            assert!(delay <= bound && delay >= bound * 0.8 - 0.001, "{delay} {bound}");
        }
        let mut poller = Poller::new(Waiter::new("X").delay(second * 4).max_delay(second * 10));
        let slower = poller.next_delay(true, Duration::ZERO);
        assert!(slower > second * 6 && slower <= second * 8, "{slower:?}");
        assert_eq!(poller.next_delay(true, second * 60), second * 60);
        assert!(!poller.is_last);

        let mut poller = Poller::new(Waiter::new("X").timeout(second * 2));
        let last = poller.next_delay(false, Duration::ZERO);
        assert!(poller.is_last && last <= second && last > Duration::from_millis(900), "{last:?}");
    }
}
