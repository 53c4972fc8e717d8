//! Limits on how much a client calls at once and in a second.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{Error, Result};

/// The two limits of a client.
#[derive(Debug)]
pub(crate) struct Pace {
    in_flight: Option<Semaphore>,
    spacing: Option<Spacing>,
}

/// Hands out the moments at which attempts may start, evenly spaced.
#[derive(Debug)]
struct Spacing {
    interval: Duration,
    next: Mutex<Instant>,
}

impl Pace {
    pub(crate) fn new(in_flight: Option<usize>, per_second: Option<f64>) -> Result<Self> {
        if in_flight == Some(0) {
            return Err(Error::input(
                "with no call allowed in flight nothing could be called: allow at least 1",
            ));
        }
        let spacing = match per_second {
            None => None,
            Some(rate) if rate.is_finite() && rate > 0.0 => {
                let interval = Duration::try_from_secs_f64(1.0 / rate).unwrap_or(Duration::MAX);
                Some(Spacing { interval, next: Mutex::new(Instant::now()) })
            }
            Some(rate) => {
                return Err(Error::input(format!(
                    "{rate} is no number of calls per second: it must be above 0"
                )));
            }
        };
        let in_flight = in_flight.map(|calls| Semaphore::new(calls.min(Semaphore::MAX_PERMITS)));
        Ok(Self { in_flight, spacing })
    }

    /// Waits until the call may be under way, which it is until the permit is dropped.
    pub(crate) async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed, so acquiring cannot fail.
        self.in_flight.as_ref()?.acquire().await.ok()
    }

    /// Waits until the next attempt may start.
    pub(crate) async fn attempt(&self) {
        if let Some(spacing) = &self.spacing {
            let start = {
                let mut next = spacing.next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let start = (*next).max(Instant::now());
                *next = start + spacing.interval;
                start
            };
            tokio::time::sleep_until(start.into()).await;
        }
    }
}
