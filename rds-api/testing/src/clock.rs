//! The clock of the embedded service: real time, faster or slower on demand, and moved forward on demand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// A clock that runs with real time and can be moved forward, so that a test need not wait.
#[derive(Debug, Clone)]
pub struct Clock {
    started: SystemTime,
    behind: Duration,
    speed: f64,
    /// The milliseconds that it was moved by.
    moved: Arc<AtomicU64>,
}

/// The seconds that the clock can gain at most: a thousand years, so that every time it shows can be written as a
/// date.
const MAX_SECONDS: u64 = 1000 * 365 * 24 * 3600;

impl Clock {
    /// A clock that is this much behind the right time now, and goes on at this speed.
    pub(crate) fn new(speed: f64, behind: Duration) -> Self {
        Self { started: SystemTime::now(), behind, speed, moved: Arc::default() }
    }

    /// The time by this clock.
    pub fn now(&self) -> SystemTime {
        let passed = SystemTime::now().duration_since(self.started).unwrap_or_default();
        let passed = (passed.as_secs_f64() * self.speed).min(MAX_SECONDS as f64);
        let moved = Duration::from_millis(self.moved.load(Ordering::Relaxed));
        self.started - self.behind + Duration::from_secs_f64(passed) + moved
    }

    /// Moves the clock forward, to the millisecond, and no further than a thousand years in all. More than
    /// 15 minutes ahead of the client, the service refuses its timestamps, as the real one does; the client
    /// then learns the difference and goes on.
    pub fn advance(&self, by: Duration) {
        let milliseconds = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        let moved = |offset: u64| Some(offset.saturating_add(milliseconds).min(MAX_SECONDS * 1000));
        let _ = self.moved.fetch_update(Ordering::Relaxed, Ordering::Relaxed, moved);
    }
}
