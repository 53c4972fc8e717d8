//! Limits on how much a client calls at once and in a second.

use std::time::Duration;

use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::error::{Error, Result};

/// The two limits of a client.
#[derive(Debug)]
pub(crate) struct Limits {
    in_flight: Option<Semaphore>,
    rate_limiter: Option<RateLimiter>,
}

/// Lets attempts start evenly spaced.
#[derive(Debug)]
struct RateLimiter {
    interval: Duration,
    /// The moment when the next attempt may start; held by the one that waits for that moment, while the others queue.
    next: Mutex<Option<Instant>>,
}

impl Limits {
    /// Without a number there is no limit.
    pub(crate) fn new(in_flight: Option<usize>, per_second: Option<f64>) -> Result<Self> {
        if in_flight == Some(0) {
            return Err(Error::input("no call is allowed in flight: allow at least 1"));
        }
        let rate_limiter = match per_second {
            None => None,
            Some(rate) if rate.is_finite() && rate > 0.0 => {
                let interval = Duration::try_from_secs_f64(1.0 / rate).unwrap_or(Duration::MAX);
                Some(RateLimiter { interval, next: Mutex::new(None) })
            }
            Some(rate) => {
                return Err(Error::input(format!(
                    "{rate} is not a number of attempts per second: it must be above 0"
                )));
            }
        };
        let in_flight = in_flight.map(|calls| Semaphore::new(calls.min(Semaphore::MAX_PERMITS)));
        Ok(Self { in_flight, rate_limiter })
    }

    /// Waits until the call may be under way, which it is until the permit is dropped.
    pub(crate) async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed, so acquiring cannot fail.
        self.in_flight.as_ref()?.acquire().await.ok()
    }

    /// Waits until the next attempt may start. One that gives up waiting takes no turn from the others.
    pub(crate) async fn attempt(&self) {
        if let Some(RateLimiter { interval, next }) = &self.rate_limiter {
            let mut next = next.lock().await;
            let now = Instant::now();
            // A turn that has passed is not made up for: what rested does not start in a burst.
            let turn = next.unwrap_or(now).max(now);
            tokio::time::sleep_until(turn).await;
            *next = Some(later(turn, *interval));
        }
    }
}

/// The moment that is so much later; one beyond what the clock can say is as good as never.
pub(crate) fn later(moment: Instant, by: Duration) -> Instant {
    moment.checked_add(by).unwrap_or_else(|| moment + Duration::from_secs(u32::MAX.into()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn attempts_start_evenly_spaced_and_one_that_gives_up_takes_no_turn() {
        let limits = Limits::new(None, Some(10.0)).unwrap();
        let started = Instant::now();
        limits.attempt().await;
        let hasty = tokio::time::timeout(Duration::from_millis(30), limits.attempt()).await;
        assert!(hasty.is_err());
        for _ in 0..3 {
            limits.attempt().await;
        }
        assert_eq!(started.elapsed().as_millis() / 10, 30);
        tokio::time::sleep(Duration::from_secs(60)).await;
        let rested = Instant::now();
        limits.attempt().await;
        assert_eq!(rested.elapsed(), Duration::ZERO, "no turn is lost by waiting, and none is saved up");
        limits.attempt().await;
        assert_eq!(rested.elapsed().as_millis() / 10, 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_may_be_as_small_as_can_be_said() {
        let limits = Limits::new(None, Some(f64::MIN_POSITIVE)).unwrap();
        limits.attempt().await;
        assert!(tokio::time::timeout(Duration::from_secs(3600), limits.attempt()).await.is_err());
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = Limits::new(None, Some(rate)).unwrap_err();
            assert!(
                error.to_string().ends_with("is not a number of attempts per second: it must be above 0")
            );
        }
        assert!(Limits::new(Some(0), None).is_err());
    }
}
