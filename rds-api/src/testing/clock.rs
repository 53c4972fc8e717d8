//! The clock of the embedded service: real time, moved forward on demand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// A clock that runs with real time and can be moved forward, so that a test need not wait.
#[derive(Debug, Clone, Default)]
pub struct Clock(Arc<AtomicU64>);

/// How far the clock can be moved, in milliseconds: a thousand years, so that every time it shows can be
/// written as a date.
const FARTHEST: u64 = 1000 * 365 * 24 * 3600 * 1000;

impl Clock {
    /// The time by this clock.
    pub fn now(&self) -> SystemTime {
        SystemTime::now() + Duration::from_millis(self.0.load(Ordering::Relaxed))
    }

    /// Moves the clock forward, to the millisecond, and no further than a thousand years in all. More than 15 minutes ahead of the client, the service
    /// refuses its timestamps, as the real one does; the client then learns the difference and goes on.
    pub fn advance(&self, by: Duration) {
        let milliseconds = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        let moved = |offset: u64| Some(offset.saturating_add(milliseconds).min(FARTHEST));
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, moved);
    }
}
