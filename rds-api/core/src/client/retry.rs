//! The policy for failed attempts: whether to try again, and how long to wait before.
//!
//! A failed call is repeated only where repeating cannot do anything twice:
//!
//! | operation | is repeated |
//! | --- | --- |
//! | reads | after any failure that may pass |
//! | writes with an idempotency token | likewise; the token stays the same over all attempts |
//! | other writes | only if the failed attempt was certainly not executed: never sent, or refused for its rate |
//!
//! Backoff grows exponentially and is chosen at random below its bound ("full jitter"), so that many clients
//! that failed together do not return together; a hint of the service wins over it. All calls of a client
//! share a budget of retries, so that an outage is not multiplied by the attempts of every caller.
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

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::error::Error;
use crate::operation::{Access, Operation};

/// The policy for failed attempts: how many there are, and the backoff between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
}

impl Default for RetryPolicy {
    /// Four attempts, backoff from 200 ms up to 20 s.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            initial_backoff: Duration::from_millis(200),
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

    /// The bound that backoff grows to; 20 s unless set. A hint of the service may be longer.
    pub fn max_backoff(self, backoff: Duration) -> Self {
        Self { max_backoff: backoff, ..self }
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.max_attempts
    }

    /// The backoff after `attempts` attempts: random, below a bound that doubles each time.
    pub(crate) fn backoff(&self, attempts: u32, hint: Option<Duration>) -> Duration {
        hint.unwrap_or_else(|| {
            let doubled = 1_u32.checked_shl(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
            self.initial_backoff.saturating_mul(doubled).min(self.max_backoff).mul_f64(fastrand::f64())
        })
    }
}

/// Repeating an operation after `error` cannot do anything twice.
pub(crate) fn is_safe(operation: &Operation, has_token: bool, error: &Error) -> bool {
    operation.access == Access::Read || has_token || !error.may_have_been_executed()
}

/// The retries that all calls of a client have together: some at once, then a tenth of the calls.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    /// Retries that may be made before any call succeeds.
    const AT_ONCE: u32 = 100;
    /// A retry costs ten parts; a call that succeeds brings one.
    const RETRY: u32 = 10;

    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(Self::AT_ONCE * Self::RETRY))
    }

    /// Takes one retry, if there is one left.
    pub(crate) fn take(&self) -> bool {
        let taken =
            self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |parts| parts.checked_sub(Self::RETRY));
        taken.is_ok()
    }

    /// Counts a success.
    pub(crate) fn earn(&self) {
        let full = Self::AT_ONCE * Self::RETRY;
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |parts| (parts < full).then_some(parts + 1));
    }
}
