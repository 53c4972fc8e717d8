//! Waiting until something is as it should be.
//!
//! Most changes of the service go on after their call has returned: a backup takes minutes, an instance a
//! quarter of an hour. The loop that asks until it is done is easily got wrong: it asks too often and is
//! throttled, takes a passing failure for the end, does not notice that what it waits for has failed, or never
//! ends. So the operations that tell how far something is have methods `until_…`, listed on the page of the
//! operation. Await one for the last answer:
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
//! or take each answer as it comes, to show how far it is:
//!
//! ```no_run
//! # async fn example(client: rds_api::Client, job: i32) -> rds_api::Result<()> {
//! use std::time::Duration;
//!
//! let wait = client.describe_backup_tasks("rm-uf6wjk5****").backup_job_id(job).until_finished();
//! let mut answers = wait.with_timeout(Duration::from_secs(6 * 3600)).progress();
//! while let Some(tasks) = answers.next().await {
//!     println!("{:?} %", tasks?.items[0].process_number());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What happens on the way
//!
//! | an answer | means |
//! | --- | --- |
//! | all values of the field mean done | the end |
//! | one of them means failed | an error of kind [`WaitFailed`](ErrorKind::WaitFailed) |
//! | it has no such field, or the thing is not found | done, if that is waited for; else go on, because what was just created takes a moment to be seen, but not for longer than [`not_found_grace`](Waiter::not_found_grace) |
//! | throttled, unreachable, failed for now, the instance is busy | ask again, more slowly; the call has been repeated by its own settings before |
//! | any other error | that error |
//! | too late | an error of kind [`WaitTimeout`](ErrorKind::WaitTimeout), which says what was seen last |
//!
//! The first look is at once. The pauses between looks grow by half each time up to a bound, and are shortened
//! by up to a fifth at random. A change begins a moment after its call, so whoever waits for an instance to
//! run that ran before may see it still running: [`with_initial_delay`](Wait::with_initial_delay) waits before the first look.
//!
//! # Waiting for something else
//!
//! Every call can be waited with, for any field of its answer:
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

use crate::error::{Error, ErrorKind, Result};
use crate::future::BoxFuture;
use crate::object::{Value, find};
use crate::sequence::raw::RawCall;
use crate::sequence::stream::ResultStream;
use crate::sequence::{Plan, Prepared, Then, Verdict};

/// Waiting that has not begun: await it for the last answer, or follow its [`progress`](Wait::progress).
///
/// Where it is done because something is not there any more, the last answer may be an empty one.
#[must_use = "nothing is sent until it is awaited or its progress is asked for"]
pub struct Wait<T> {
    waiter: Waiter,
    begin: Box<dyn FnOnce(Box<dyn Plan>) -> ResultStream<T> + Send>,
}

impl RawCall {
    /// Repeats the call until what is waited for is done. It must be known to be a [read](RawCall::with_access).
    pub fn until(self, waiter: Waiter) -> Wait<Json> {
        Wait::new(waiter, |plan| ResultStream::of(self.series(plan), || Json::Null))
    }
}

impl<T> Wait<T> {
    /// `begin` makes the calls, as it is told to.
    #[doc(hidden)]
    pub fn new(
        waiter: Waiter,
        begin: impl FnOnce(Box<dyn Plan>) -> ResultStream<T> + Send + 'static,
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

    /// What is waited for, and how patiently.
    pub fn waiter(&self) -> &Waiter {
        &self.waiter
    }

    /// Every answer, the last of which is the one that awaiting gives. Where waiting fails, the answer that
    /// shows it comes first and then the error. The time runs from here.
    pub fn progress(self) -> ResultStream<T> {
        let Self { waiter, begin } = self;
        begin(Box::new(Watch::new(waiter)))
    }
}

impl<T: Send + 'static> IntoFuture for Wait<T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut progress = self.progress();
            let mut last = None;
            while let Some(answer) = progress.next().await {
                last = Some(answer?);
            }
            last.ok_or_else(|| Error::new(ErrorKind::WaitFailed, "waiting ended without an answer"))
        })
    }
}

impl<T> fmt::Debug for Wait<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Wait").field("waiter", &self.waiter).finish_non_exhaustive()
    }
}

/// Waiting under way.
struct Watch {
    waiter: Waiter,
    /// The next pause, before chance shortens it.
    pause: Duration,
    started: Instant,
    /// When the field was last there, or the start.
    seen: Instant,
    /// The values of the field when it was last there.
    values: Vec<String>,
    /// The failure of the newest look.
    failure: Option<Error>,
    looks: u32,
    /// What the call's own timeout is.
    call_timeout: Duration,
    /// Whether there is no time for another look.
    is_last: bool,
}

/// What one look says.
enum Look {
    Done,
    GoOn,
    Slower { hint: Duration },
    Failed(Error),
}

impl Watch {
    fn new(waiter: Waiter) -> Self {
        let started = Instant::now();
        Self {
            pause: waiter.delay.min(waiter.max_delay),
            waiter,
            started,
            seen: started,
            values: Vec::new(),
            failure: None,
            looks: 0,
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

    fn look(&mut self, answer: Value<'_>) -> Look {
        self.failure = None;
        let Waiter { field, done, failed, done_when_absent, not_found_grace, .. } = &self.waiter;
        let mut values = find::texts(answer, field);
        values.dedup();
        if values.is_empty() {
            return match done_when_absent {
                true => Look::Done,
                false if self.is_absent_for_too_long() => {
                    let message =
                        format!("waiting failed: no answer had `{field}` for {}", written(*not_found_grace));
                    Look::Failed(Error::new(ErrorKind::WaitFailed, message))
                }
                false => Look::GoOn,
            };
        }
        self.seen = Instant::now();
        let look = if let Some(value) = values.iter().find(|value| failed.contains(value)) {
            let message = format!("waiting failed: `{field}` became `{value}`");
            Look::Failed(Error::new(ErrorKind::WaitFailed, message))
        } else if values.iter().all(|value| done.contains(value)) {
            Look::Done
        } else {
            Look::GoOn
        };
        self.values = values;
        look
    }

    fn failed_look(&mut self, error: Error) -> Look {
        let passes = error.is_retryable() || error.is_timeout() || error.is_instance_busy();
        let look = match error.is_not_found() {
            true if self.waiter.done_when_absent => return Look::Done,
            true if self.is_absent_for_too_long() => {
                let absence = written(self.waiter.not_found_grace);
                return Look::Failed(error.explain(format!("waiting failed: not found for {absence}")));
            }
            true => Look::GoOn,
            false if passes => Look::Slower { hint: error.retry_after().unwrap_or_default() },
            false => return Look::Failed(error),
        };
        self.failure = Some(error);
        look
    }

    /// The pause before the next look, which is the last where no other fits into the time. That one is taken
    /// shortly before the end.
    fn next_pause(&mut self, slower: bool, hint: Duration) -> Duration {
        let bound = self.waiter.max_delay;
        let pause = if slower { self.pause.saturating_mul(2).min(bound) } else { self.pause };
        self.pause = pause.saturating_mul(3).checked_div(2).unwrap_or(bound).min(bound);
        let pause = pause.mul_f64(1.0 - fastrand::f64() / 5.0).max(hint);
        let left = self.left();
        if pause < left {
            return pause;
        }
        self.is_last = true;
        left.saturating_sub((left / 2).min(Duration::from_secs(1)))
    }

    fn too_late(&mut self) -> Error {
        let Waiter { field, timeout, .. } = &self.waiter;
        let state = match self.values.join("`, `") {
            values if values.is_empty() => format!("no answer had `{field}`"),
            values => format!("`{field}` was last `{values}`"),
        };
        let looks = if self.looks == 1 { "look" } else { "looks" };
        let message = format!("not done after {} and {} {looks}: {state}", written(*timeout), self.looks);
        let error = Error::new(ErrorKind::WaitTimeout, message).retryable(true);
        match self.failure.take() {
            Some(failure) => error.with_source(failure),
            None => error,
        }
    }
}

impl Plan for Watch {
    fn begin(&mut self, call: &mut Prepared) -> Result<Duration> {
        if let Some(name) = self.waiter.needs.as_ref().filter(|name| !call.parameters.has(name)) {
            let message = format!("without `{name}` no answer has `{}` to wait for", self.waiter.field);
            return Err(Error::input(message));
        }
        self.call_timeout = call.timeout();
        let first = self.waiter.initial_delay.min(self.waiter.timeout);
        call.options.timeout = Some(self.call_timeout.min(self.waiter.timeout - first));
        Ok(first)
    }

    fn judge(&mut self, answer: Result<Value<'_>>, call: &mut Prepared) -> Verdict {
        self.looks += 1;
        let (shown, look) = match answer {
            Ok(answer) => (true, self.look(answer)),
            Err(error) => (false, self.failed_look(error)),
        };
        let (slower, hint) = match look {
            Look::Done => return Verdict::Show(Then::End),
            Look::Failed(error) if shown => return Verdict::Show(Then::Fail(error)),
            Look::Failed(error) => return Verdict::Skip(Then::Fail(error)),
            Look::GoOn => (false, Duration::ZERO),
            Look::Slower { hint } => (true, hint),
        };
        let then = if self.is_last || self.left().is_zero() {
            Then::Fail(self.too_late())
        } else {
            let pause = self.next_pause(slower, hint);
            call.options.timeout = Some(self.call_timeout.min(self.left().saturating_sub(pause)));
            Then::Call(pause)
        };
        if shown { Verdict::Show(then) } else { Verdict::Skip(then) }
    }
}

/// A duration in seconds, as a message has it.
fn written(duration: Duration) -> String {
    format!("{} s", (duration.as_secs_f64() * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_their_bound_and_end_before_the_time_does() {
        let second = Duration::from_secs(1);
        let mut watch = Watch::new(Waiter::new("X").delay(second * 4).max_delay(second * 10));
        let bounds = [4.0, 6.0, 9.0, 10.0, 10.0];
        for bound in bounds {
            let pause = watch.next_pause(false, Duration::ZERO).as_secs_f64();
            assert!(pause <= bound && pause >= bound * 0.8 - 0.001, "{pause} {bound}");
        }
        let mut watch = Watch::new(Waiter::new("X").delay(second * 4).max_delay(second * 10));
        let slower = watch.next_pause(true, Duration::ZERO);
        assert!(slower > second * 6 && slower <= second * 8, "{slower:?}");
        assert_eq!(watch.next_pause(true, second * 60), second * 60);
        assert!(!watch.is_last);

        let mut watch = Watch::new(Waiter::new("X").timeout(second * 2));
        let last = watch.next_pause(false, Duration::ZERO);
        assert!(watch.is_last && last <= second && last > Duration::from_millis(900), "{last:?}");
    }
}
