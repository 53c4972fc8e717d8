//! The retry budget: what keeps an outage from being multiplied by the attempts of every call.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The retries that all calls of a client have together: some at once, then a tenth of the calls.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    parts: AtomicU32,
    /// A retry was refused since one was granted.
    is_used_up: AtomicBool,
}

impl RetryBudget {
    /// Retries that may be made before any call succeeds.
    const AT_ONCE: u32 = 100;
    /// A retry costs ten parts; a call that succeeds brings one.
    const RETRY: u32 = 10;

    pub(crate) fn new() -> Self {
        Self { parts: AtomicU32::new(Self::AT_ONCE * Self::RETRY), is_used_up: AtomicBool::new(false) }
    }

    /// Takes one retry, if there is one left.
    pub(crate) fn take(&self) -> Result<(), UsedUp> {
        let take = |parts: u32| parts.checked_sub(Self::RETRY);
        match self.parts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
            Ok(_) => {
                self.is_used_up.store(false, Ordering::Relaxed);
                Ok(())
            }
            Err(_) => Err(UsedUp { is_news: !self.is_used_up.swap(true, Ordering::Relaxed) }),
        }
    }

    /// Counts a success.
    pub(crate) fn earn(&self) {
        let full = Self::AT_ONCE * Self::RETRY;
        let _ = self
            .parts
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |parts| (parts < full).then_some(parts + 1));
    }
}

/// There is no retry left.
pub(crate) struct UsedUp {
    /// The one before was granted.
    pub(crate) is_news: bool,
}
