//! The policy for failed attempts: whether to try again, and how long to wait before.
//!
//! A failed call is repeated only where repeating cannot do anything twice:
//!
//! | operation | is repeated |
//! | --- | --- |
//! | reads | after any failure that may pass within seconds; one that writes with its parameters, as `DescribeSQLLogRecords` does with `Form` set to `File`, is a write |
//! | writes with an idempotency token | likewise, and while an earlier request with the token is still being executed; the token stays the same over all attempts |
//! | other writes | only if the failed attempt was certainly not executed: never sent, or refused for its rate |
//!
//! What the error codes of the service say of this is [`ErrorClass`]. A busy instance is not waited for: that takes
//! minutes, and a [waiter](crate::sequence::waiter) does it better. Nor is a certificate that is refused tried again.
//!
//! Backoff grows exponentially and is chosen at random below its bound ("full jitter"), so that many clients
//! that failed together do not return together. After a refusal for the rate, and while an earlier request is being
//! executed, it is at least a second, since coming back sooner is of no use. A hint of the service wins over both; if
//! the time of the call does not suffice for it, the call ends at once, and
//! [`retry_after`](crate::error::Error::retry_after) has the hint.
//!
//! All calls of a client share a budget of retries, so that an outage is not multiplied by the attempts of every
//! caller. Some repetitions count neither as an attempt of the policy nor against the budget, where they are safe: once
//! per call after a clock that is off has been corrected, and after a security token that has expired has been renewed;
//! and, unless the policy is [`none`](RetryPolicy::none), after a connection that had carried a response before broke
//! before it carried another. The service drops connections that rest, and each of these repetitions is paid for by an
//! earlier success.
//!
//! ```
//! use std::time::Duration;
//! use rds_api::RetryPolicy;
//!
//! // Patient: up to eight attempts, with backoff of up to a minute.
//! let patient = RetryPolicy::default().max_attempts(8).max_backoff(Duration::from_secs(60));
//! // Not at all.
//! let none = RetryPolicy::none();
//! # let _ = (patient, none);
//! ```

use std::time::Duration;

use crate::error::{Error, ErrorClass};
use crate::operation::Access;

/// The policy for failed attempts: how many there are, and the backoff between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    initial_backoff: Duration,
    throttled_backoff: Duration,
    max_backoff: Duration,
}

impl Default for RetryPolicy {
    /// Four attempts, backoff from 200 ms up to 20 s, and from 1 s after throttling.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            initial_backoff: Duration::from_millis(200),
            throttled_backoff: Duration::from_secs(1),
            max_backoff: Duration::from_secs(20),
        }
    }
}

impl RetryPolicy {
    /// One attempt only.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// The number of attempts in all, the first included; 4 unless set. 0 counts as 1.
    pub fn max_attempts(self, attempts: u32) -> Self {
        Self { max_attempts: attempts.max(1), ..self }
    }

    /// The bound of the first backoff, which doubles with every further one; 200 ms unless set.
    pub fn initial_backoff(self, backoff: Duration) -> Self {
        Self { initial_backoff: backoff, ..self }
    }

    /// The first backoff after the service has refused a call for its rate, or because an earlier request with the same
    /// idempotency token is still being executed, and has not said when to come back; 1 s unless set. It is at least
    /// this, at most twice as long, and doubles with every further one. [`max_backoff`](Self::max_backoff) bounds it.
    pub fn throttled_backoff(self, backoff: Duration) -> Self {
        Self { throttled_backoff: backoff, ..self }
    }

    /// The bound that backoff grows to; 20 s unless set. A hint of the service may be longer.
    pub fn max_backoff(self, backoff: Duration) -> Self {
        Self { max_backoff: backoff, ..self }
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.max_attempts
    }

    /// The backoff after `attempts` attempts, the last of which failed so: as long as the service says, or else random,
    /// by a bound that doubles each time.
    pub(crate) fn backoff(&self, attempts: u32, error: &Error) -> Duration {
        if let Some(hint) = error.retry_after() {
            return hint;
        }
        let doubled = 1_u32.checked_shl(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
        let bound = |first: Duration| first.saturating_mul(doubled).min(self.max_backoff);
        match error.class() {
            Some(ErrorClass::Throttled | ErrorClass::InProgress) => {
                let least = bound(self.throttled_backoff);
                least.saturating_add(least.mul_f64(fastrand::f64())).min(self.max_backoff)
            }
            _ => bound(self.initial_backoff).mul_f64(fastrand::f64()),
        }
    }
}

/// Repeating a call after `error` cannot do anything twice. Without a token of this call's own it is another's
/// request that is in progress.
pub(crate) fn is_safe(access: Access, has_token: bool, error: &Error) -> bool {
    let is_safe = access == Access::Read || !error.may_have_been_executed();
    has_token || (is_safe && error.class() != Some(ErrorClass::InProgress))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn backoff_grows_up_to_its_bound_and_begins_at_a_second_after_throttling() {
        let policy = RetryPolicy::default();
        let throttled = Error::new(ErrorKind::Throttled, "");
        let other = Error::new(ErrorKind::Interrupted, "");
        let milliseconds = |attempts, error| policy.backoff(attempts, error).as_millis();
        for _ in 0..100 {
            for (attempts, bound) in
                [(1, 200), (2, 400), (3, 800), (7, 12_800), (8, 20_000), (u32::MAX, 20_000)]
            {
                assert!(milliseconds(attempts, &other) <= bound);
            }
            for (attempts, least) in
                [(1, 1000), (2, 2000), (3, 4000), (5, 16_000), (6, 20_000), (u32::MAX, 20_000)]
            {
                let backoff = milliseconds(attempts, &throttled);
                assert!((least..=(2 * least).min(20_000)).contains(&backoff), "{attempts}: {backoff}");
            }
        }
        let hint = Duration::from_secs(3600);
        assert_eq!(policy.backoff(1, &throttled.after(Some(hint))), hint);
        let endless = policy.throttled_backoff(Duration::MAX).max_backoff(Duration::MAX);
        assert_eq!(endless.backoff(9, &Error::new(ErrorKind::Throttled, "")), Duration::MAX);
    }
}
