//! The polls of a waiter: what each response says of the wait, and the delay before the next poll.

use std::time::Duration;

use rds_api_schema::Waiter;
use tokio::time::Instant;

use crate::duration::seconds;
use crate::error::{Error, ErrorKind, Result};
use crate::object::find;
use crate::sequence::progress::Report;
use crate::sequence::subjects::Subjects;
use crate::sequence::{Next, Outcome, PreparedCall, Seen, Strategy};

/// Waiting under way.
pub(super) struct Poller {
    waiter: Waiter,
    subjects: Subjects,
    report: Report,
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
    pub(super) fn new(waiter: Waiter, subjects: Subjects, report: Report) -> Self {
        let started = Instant::now();
        Self {
            delay: waiter.delay.min(waiter.max_delay),
            waiter,
            subjects,
            report,
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

    fn poll(&mut self, response: Seen<'_>) -> Poll {
        self.failure = None;
        let Waiter { field, done, failed, done_when_absent, not_found_grace, .. } = &self.waiter;
        let mut values = find::texts(response.value, field);
        self.report.note(&self.waiter, self.subjects.current(), &values, response.value);
        // What is not there yet is not done, whatever is.
        let lacks_some = !done_when_absent && values.len() < self.subjects.at_once;
        values.dedup();
        if values.is_empty() || lacks_some && self.is_absent_for_too_long() {
            return match done_when_absent {
                true if response.shows_absence_at(field) => Poll::Done,
                true => {
                    let message = format!(
                        "waiting failed: the response has no `{field}`, but does not show that it is not there"
                    );
                    Poll::Failed(Error::new(ErrorKind::WaitFailed, message))
                }
                false if self.is_absent_for_too_long() => {
                    let absence = seconds(*not_found_grace);
                    let message = match values.len() {
                        0 => format!("waiting failed: no response had `{field}` for {absence}"),
                        _ => {
                            let all = self.subjects.at_once;
                            format!("waiting failed: not all {all} were there for {absence}")
                        }
                    };
                    Poll::Failed(Error::new(ErrorKind::WaitFailed, message))
                }
                false => Poll::GoOn,
            };
        }
        if !lacks_some {
            self.seen = Instant::now();
        }
        let poll = if let Some(value) = values.iter().find(|value| failed.contains(value)) {
            let message = format!("waiting failed: `{field}` became `{value}`");
            Poll::Failed(Error::new(ErrorKind::WaitFailed, message))
        } else if !lacks_some && values.iter().all(|value| done.contains(value)) {
            Poll::Done
        } else {
            Poll::GoOn
        };
        self.values = values;
        poll
    }

    fn failed_poll(&mut self, error: Error) -> Poll {
        let passes = error.is_retryable() || error.is_timeout() || error.is_instance_busy();
        let poll = match says_not_there(&error) {
            true if self.waiter.done_when_absent => return Poll::Done,
            true if self.is_absent_for_too_long() => {
                let absence = seconds(self.waiter.not_found_grace);
                let message = format!("waiting failed: not found for {absence}");
                return Poll::Failed(error.explain(message).of_kind(ErrorKind::WaitFailed));
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

    /// Turns to the next of several things, once one is done.
    fn turn(&mut self, call: &mut PreparedCall) -> bool {
        if !self.subjects.turn(&mut call.parameters) {
            return false;
        }
        self.delay = self.waiter.delay.min(self.waiter.max_delay);
        self.seen = Instant::now();
        self.values.clear();
        true
    }

    /// Says of an error which of several things it is about.
    fn of_current(&self, error: Error) -> Error {
        match self.subjects.current() {
            Some(id) => error.of(id),
            None => error,
        }
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

    fn evaluate(&mut self, response: Result<Seen<'_>>, call: &mut PreparedCall) -> Outcome {
        self.polls += 1;
        let (shown, poll) = match response {
            Ok(response) => (true, self.poll(response)),
            Err(error) => {
                let poll = self.failed_poll(error);
                // That it is not there yet is told, since a mistyped id is never there.
                let is_absent = matches!(poll, Poll::GoOn);
                if is_absent {
                    self.report.note_absence(self.subjects.current());
                }
                (is_absent, poll)
            }
        };
        let (is_done, slower, hint) = match poll {
            Poll::Done if !self.turn(call) => return Outcome::Show(Next::End),
            Poll::Done => (true, false, Duration::ZERO),
            Poll::Failed(error) => {
                let next = Next::Fail(self.of_current(error));
                return if shown { Outcome::Show(next) } else { Outcome::Skip(next) };
            }
            Poll::GoOn => (false, false, Duration::ZERO),
            Poll::Slower { hint } => (false, true, hint),
        };
        let next = if self.left().is_zero() || self.is_last && !is_done {
            let error = self.too_late();
            Next::Fail(self.of_current(error))
        } else {
            let delay = if is_done { Duration::ZERO } else { self.next_delay(slower, hint) };
            call.options.timeout = Some(self.call_timeout.min(self.left().saturating_sub(delay)));
            Next::Call(delay)
        };
        if shown { Outcome::Show(next) } else { Outcome::Skip(next) }
    }
}

/// Whether an error says that the thing is not there that was asked for. Under a status of success, or one of a failure of
/// the service, one of both is wrong and it proves nothing. Nor does it if what is not there is not the thing, but
/// something that only says where it is to be looked for.
fn says_not_there(error: &Error) -> bool {
    const SURROUNDINGS: [&str; 7] =
        ["resourcegroup", "vpc", "vswitch", "securitygroup", "network", "role", "policy"];
    let is_refusal = error.http_status().is_none_or(|status| (400..500).contains(&status));
    let [code, operation] = [error.code(), error.operation()]
        .map(|name| name.unwrap_or_default().replace(['.', '_', '-'], "").to_ascii_lowercase());
    let is_elsewhere = SURROUNDINGS.iter().any(|it| code.contains(it) && !operation.contains(it));
    error.is_not_found() && is_refusal && !is_elsewhere
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_up_to_their_bound_and_end_before_the_time_does() {
        let new = |waiter| Poller::new(waiter, Subjects::default(), Report::new());
        let second = Duration::from_secs(1);
        let mut poller = new(Waiter::new("X").delay(second * 4).max_delay(second * 10));
        let bounds = [4.0, 6.0, 9.0, 10.0, 10.0];
        for bound in bounds {
            let delay = poller.next_delay(false, Duration::ZERO).as_secs_f64();
            assert!(delay <= bound && delay >= bound * 0.8 - 0.001, "{delay} {bound}");
        }
        let mut poller = new(Waiter::new("X").delay(second * 4).max_delay(second * 10));
        let slower = poller.next_delay(true, Duration::ZERO);
        assert!(slower > second * 6 && slower <= second * 8, "{slower:?}");
        assert_eq!(poller.next_delay(true, second * 60), second * 60);
        assert!(!poller.is_last);

        let mut poller = new(Waiter::new("X").timeout(second * 2));
        let last = poller.next_delay(false, Duration::ZERO);
        assert!(poller.is_last && last <= second && last > Duration::from_millis(900), "{last:?}");
    }
}
