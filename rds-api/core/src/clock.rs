//! The service's clock, as far as its responses have shown it.
//!
//! A signature holds for a few minutes, so a machine whose clock is off is refused everything. The refusal has the
//! service's time in its header `Date`: from it the client learns by how much the clocks differ, and signs again. What
//! it has learnt it forgets where that is refused as well, and where a later success has another date, so that one
//! response with an absurd date moves nothing for good.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// A request whose time is nearer to the service's than this was not refused for the machine's clock.
const NOISE: Duration = Duration::from_secs(5);

/// The service takes no time that is further from its own, by its documentation.
const TOLERANCE: Duration = Duration::from_secs(15 * 60);

tokio::task_local! {
    /// The clock of the client that is asking its source of credentials, which may be made of others.
    static ASKING: Arc<Clock>;
}

/// The time by the clock of the service that credentials are asked for, as far as it is known, or else this machine's.
pub(crate) fn now() -> SystemTime {
    time_ahead(ASKING.try_with(|clock| clock.0.load(Ordering::Relaxed)).unwrap_or_default())
}

/// How far the service's clock is ahead of this machine's, in milliseconds: 0 until a refusal has shown it.
#[derive(Debug, Default)]
pub(crate) struct Clock(AtomicI64);

/// A time of this clock, and the offset that it was made with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) time: SystemTime,
    offset: i64,
}

/// The change that a refusal has made to a clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Correction {
    before: i64,
    after: i64,
}

impl Correction {
    /// How far the service's clock is ahead of this machine's, in milliseconds, where that is news.
    pub(crate) fn ahead(self) -> Option<i64> {
        (self.after != self.before).then_some(self.after)
    }
}

impl Clock {
    /// The service's time. As long as nothing has been learnt, it is [`now`].
    pub(crate) fn read(&self) -> Reading {
        let offset = self.0.load(Ordering::Relaxed);
        let time = if offset == 0 { now() } else { time_ahead(offset) };
        Reading { time, offset }
    }

    /// Asks a source of credentials, which goes by this clock where it has learnt nothing of its own.
    pub(crate) fn asking<F: Future>(self: &Arc<Self>, source: F) -> impl Future<Output = F::Output> + use<F> {
        // Clients may be asked for the credentials of others, and the first of them is the one that will sign.
        let clock = ASKING.try_with(Arc::clone).unwrap_or_else(|_| self.clone());
        ASKING.scope(clock, source)
    }

    /// Learns from a refusal of the time that was read, whose response says that the service is `theirs` milliseconds
    /// ahead of this machine. Gives nothing if there is nothing to be learnt.
    pub(crate) fn correct(&self, refused: Reading, theirs: Option<i64>) -> Option<Correction> {
        let after = match theirs {
            Some(theirs) if apart(time_ahead(theirs), refused.time) > NOISE => theirs,
            // What was learnt before is not accepted any more.
            _ if refused.offset != 0 => 0,
            _ => return None,
        };
        self.0.store(after, Ordering::Relaxed);
        Some(Correction { before: refused.offset, after })
    }

    /// Takes back a correction that did not help, unless another has come since.
    pub(crate) fn undo(&self, Correction { before, after }: Correction) {
        self.replace(after, before);
    }

    /// Takes note of a success. A date that is far from the corrected clock shows that the correction was wrong, so
    /// `theirs` is asked for only where there is one.
    pub(crate) fn accepted(&self, accepted: Reading, theirs: impl FnOnce() -> Option<i64>) {
        let tolerance = TOLERANCE.as_millis() as i64;
        if accepted.offset != 0
            && let Some(theirs) = theirs()
            && theirs.saturating_sub(accepted.offset).saturating_abs() > tolerance
        {
            self.replace(accepted.offset, if theirs.saturating_abs() > tolerance { theirs } else { 0 });
        }
    }

    fn replace(&self, before: i64, after: i64) {
        let _ = self.0.compare_exchange(before, after, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// The time of a clock that is so many milliseconds ahead of this machine's.
fn time_ahead(milliseconds: i64) -> SystemTime {
    let now = SystemTime::now();
    let by = Duration::from_millis(milliseconds.unsigned_abs());
    let shifted = if milliseconds < 0 { now.checked_sub(by) } else { now.checked_add(by) };
    shifted.unwrap_or(now)
}

fn apart(one: SystemTime, other: SystemTime) -> Duration {
    one.duration_since(other).unwrap_or_else(|error| error.duration())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn offset(clock: &Clock) -> i64 {
        clock.read().offset
    }

    #[test]
    fn what_a_refusal_shows_is_learnt_and_forgotten_where_it_does_not_help() {
        let clock = Clock::default();
        let correction = clock.correct(clock.read(), Some(2 * HOUR)).unwrap();
        assert_eq!(offset(&clock), 2 * HOUR);
        assert!(apart(clock.read().time, SystemTime::now() + Duration::from_secs(7200)) < NOISE);
        clock.undo(correction);
        assert_eq!(offset(&clock), 0);

        clock.correct(clock.read(), Some(2 * HOUR)).unwrap();
        // Another call has learnt something newer.
        let newer = clock.correct(clock.read(), Some(3 * HOUR)).unwrap();
        clock.undo(correction);
        assert_eq!(offset(&clock), 3 * HOUR);
        clock.undo(newer);
        assert_eq!(offset(&clock), 2 * HOUR);
    }

    #[test]
    fn a_refusal_without_a_date_or_with_the_same_time_teaches_nothing_but_that_the_correction_was_wrong() {
        let clock = Clock::default();
        for theirs in [None, Some(0), Some(1000), Some(-1000)] {
            assert!(clock.correct(clock.read(), theirs).is_none());
            assert_eq!(offset(&clock), 0);
        }
        for theirs in [None, Some(2 * HOUR)] {
            clock.correct(clock.read(), Some(2 * HOUR)).unwrap();
            assert!(clock.correct(clock.read(), theirs).is_some());
            assert_eq!(offset(&clock), 0);
        }
    }

    #[test]
    fn a_success_with_another_date_shows_that_the_correction_was_wrong() {
        for (theirs, expected) in [
            (None, 2 * HOUR),
            (Some(2 * HOUR + 60_000), 2 * HOUR),
            (Some(0), 0),
            (Some(-60_000), 0),
            (Some(-HOUR), -HOUR),
            (Some(i64::MIN), i64::MIN),
            (Some(i64::MAX), i64::MAX),
        ] {
            let clock = Clock::default();
            clock.correct(clock.read(), Some(2 * HOUR)).unwrap();
            clock.accepted(clock.read(), || theirs);
            assert_eq!(offset(&clock), expected, "{theirs:?}");
        }
        // Without a correction the machine's clock was accepted, whatever the date.
        let clock = Clock::default();
        clock.accepted(clock.read(), || Some(HOUR));
        assert_eq!(offset(&clock), 0);
    }

    #[test]
    fn no_offset_is_too_much() {
        for theirs in [i64::MIN, i64::MIN + 1, i64::MAX] {
            let clock = Clock::default();
            let _ = clock.correct(clock.read(), Some(theirs));
            let _ = clock.read();
        }
    }
}
