//! Keeping temporary credentials, and renewing them in time.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Mutex;

use super::http::with_causes;
use super::{BoxFuture, Credentials, ProvideCredentials};
use crate::clock::Clock;
use crate::error::{Error, Result};

/// With less left than this, credentials are renewed: a call with its retries should outlive none.
const RENEW_BEFORE: Duration = Duration::from_secs(180);

/// How long credentials that are still valid are used after a renewal failed, before the next try.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Keeps the credentials of another provider until shortly before they expire.
///
/// - They are renewed by the call that finds less than 180 seconds left. Concurrent calls use the old ones as
///   long as these are valid, and otherwise wait for that one renewal, also to fail with it.
/// - If a renewal fails, the old ones are used while they are valid.
/// - Credentials that do not expire are not kept: the source is asked each time.
/// - A client judges the time left by the service's clock, once it has learnt that this differs from the machine's.
///
/// The client wraps every provider in it, so wrap one yourself only to share it between clients.
///
/// ```
/// use std::sync::Arc;
/// use rds_api::credentials::{EcsMetadata, Refreshing};
///
/// let shared = Arc::new(Refreshing::new(EcsMetadata::new()));
/// # let _ = shared;
/// ```
pub struct Refreshing<P> {
    source: P,
    clock: Arc<Clock>,
    current: RwLock<Option<Current>>,
    /// Held during a renewal.
    renewal: Mutex<Option<Failure>>,
}

/// Credentials that are kept, and the clock that their expiration is of.
struct Current {
    credentials: Credentials,
    by_own_clock: bool,
}

/// The last renewal, if it failed.
struct Failure {
    at: Instant,
    message: String,
    retryable: bool,
}

impl Failure {
    fn of(error: &Error) -> Self {
        Self { at: Instant::now(), message: with_causes(error), retryable: error.is_retryable() }
    }

    /// The error again, for another call that it concerns.
    fn error(&self) -> Error {
        Error::credentials(self.message.clone()).retryable(self.retryable)
    }
}

impl<P: ProvideCredentials> Refreshing<P> {
    /// Keeps what `source` provides.
    pub fn new(source: P) -> Self {
        Self::by_clock(source, Arc::default())
    }

    /// Keeps what `source` provides for as long as it is valid by the clock of a service.
    pub(crate) fn by_clock(source: P, clock: Arc<Clock>) -> Self {
        Self { source, clock, current: RwLock::new(None), renewal: Mutex::new(None) }
    }

    /// The current credentials, if more than `left` remains of their time.
    fn current(&self, left: Duration) -> Option<Credentials> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let current = current.as_ref().filter(|it| {
            let now = if it.by_own_clock { SystemTime::now() } else { self.clock.read().time };
            lasts(&it.credentials, now, left)
        });
        current.map(|it| it.credentials.clone())
    }

    fn keep(&self, credentials: &Credentials) {
        let is_valid = |now| lasts(credentials, now, Duration::ZERO);
        // A source may have counted from the machine's clock, and nobody hands out what has expired already.
        let by_own_clock = !is_valid(self.clock.read().time) && is_valid(SystemTime::now());
        let current = Current { credentials: credentials.clone(), by_own_clock };
        let current = Some(current).filter(|it| it.credentials.expiration().is_some());
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = current;
    }

    async fn current_or_renewed(&self) -> Result<Credentials> {
        if let Some(fresh) = self.current(RENEW_BEFORE) {
            return Ok(fresh);
        }
        let asked_at = Instant::now();
        let mut last_failure = match self.renewal.try_lock() {
            Ok(guard) => guard,
            Err(_) => match self.current(Duration::ZERO) {
                Some(valid) => return Ok(valid),
                None => self.renewal.lock().await,
            },
        };
        // While this call waited, another may have renewed them, or failed to: then all that waited for it
        // fail, instead of each trying in turn.
        if let Some(fresh) = self.current(RENEW_BEFORE) {
            return Ok(fresh);
        }
        if let Some(failure) = &*last_failure {
            let valid = self.current(Duration::ZERO);
            match valid {
                Some(valid) if failure.at.elapsed() < PAUSE_AFTER_FAILURE => return Ok(valid),
                None if failure.at > asked_at => return Err(failure.error()),
                _ => {}
            }
        }
        match self.source.provide().await {
            Ok(renewed) => {
                *last_failure = None;
                self.keep(&renewed);
                Ok(renewed)
            }
            Err(error) => {
                *last_failure = Some(Failure::of(&error));
                let valid = self.current(Duration::ZERO).ok_or(error)?;
                tracing::warn!("credentials could not be renewed; the old ones are valid for a while yet");
                Ok(valid)
            }
        }
    }
}

/// Whether more than `left` remains of the time of credentials.
fn lasts(credentials: &Credentials, now: SystemTime, left: Duration) -> bool {
    let remaining = credentials.expiration().and_then(|expiration| expiration.duration_since(now).ok());
    remaining.is_some_and(|remaining| remaining > left)
}

impl<P: ProvideCredentials> ProvideCredentials for Refreshing<P> {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(self.current_or_renewed())
    }

    /// Forgets the credentials if they are still the refused ones, so that of many calls that are refused at
    /// once only the first causes a renewal.
    fn invalidate(&self, refused: &Credentials) {
        {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            if current.as_ref().is_some_and(|current| current.credentials == *refused) {
                *current = None;
            }
        }
        self.source.invalidate(refused);
    }
}

impl<P: fmt::Debug> fmt::Debug for Refreshing<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Refreshing").field(&self.source).finish()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    use super::*;

    /// Counts how often it is asked, and answers after a moment, in which others can ask.
    #[derive(Debug, Default)]
    struct Source {
        asked: AtomicU64,
        fails: AtomicBool,
        lifetime: Option<Duration>,
    }

    impl ProvideCredentials for Source {
        fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
            Box::pin(async {
                let count = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
                if self.fails.load(Ordering::Relaxed) {
                    return Err(Error::credentials("the source is dry"));
                }
                let credentials = Credentials::new(format!("id-{count}"), "secret");
                Ok(match self.lifetime {
                    Some(lifetime) => credentials.with_expiration(SystemTime::now() + lifetime),
                    None => credentials,
                })
            })
        }
    }

    fn living(seconds: u64) -> Refreshing<Source> {
        Refreshing::new(Source { lifetime: Some(Duration::from_secs(seconds)), ..Source::default() })
    }

    async fn id(refreshing: &Refreshing<Source>) -> String {
        refreshing.provide().await.unwrap().access_key_id().to_owned()
    }

    #[tokio::test]
    async fn long_lived_ones_are_kept_and_short_lived_ones_renewed() {
        let long = living(3600);
        assert_eq!((id(&long).await, id(&long).await), ("id-1".into(), "id-1".into()));
        let short = living(100);
        assert_eq!((id(&short).await, id(&short).await), ("id-1".into(), "id-2".into()));
        let permanent = Refreshing::new(Source::default());
        assert_eq!((id(&permanent).await, id(&permanent).await), ("id-1".into(), "id-2".into()));
    }

    /// Asks from several tasks at once.
    async fn ask(refreshing: &Arc<Refreshing<Source>>, times: usize) -> Vec<Result<Credentials>> {
        let tasks: Vec<_> = (0..times)
            .map(|_| {
                tokio::spawn({
                    let shared = refreshing.clone();
                    async move { shared.provide().await }
                })
            })
            .collect();
        let mut responses = Vec::new();
        for task in tasks {
            responses.push(task.await.unwrap());
        }
        responses
    }

    #[tokio::test]
    async fn one_renewal_serves_all_that_wait() {
        let refreshing = Arc::new(living(3600));
        assert!(ask(&refreshing, 10).await.iter().all(Result::is_ok));
        assert_eq!(refreshing.source.asked.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn one_failure_serves_all_that_wait() {
        let refreshing = Arc::new(living(3600));
        refreshing.source.fails.store(true, Ordering::Relaxed);
        for response in ask(&refreshing, 10).await {
            assert_eq!(response.unwrap_err().to_string(), "the source is dry");
        }
        assert_eq!(refreshing.source.asked.load(Ordering::Relaxed), 1);
        refreshing.source.fails.store(false, Ordering::Relaxed);
        assert_eq!(id(&refreshing).await, "id-2");
    }

    #[tokio::test]
    async fn valid_ones_are_used_during_and_after_a_failed_renewal() {
        let refreshing = Arc::new(living(100));
        id(&refreshing).await;
        refreshing.source.fails.store(true, Ordering::Relaxed);
        for response in ask(&refreshing, 10).await {
            assert_eq!(response.unwrap().access_key_id(), "id-1");
        }
        assert_eq!(id(&refreshing).await, "id-1");
        assert_eq!(refreshing.source.asked.load(Ordering::Relaxed), 2, "a pause follows a failure");
    }

    #[tokio::test]
    async fn expired_ones_are_not_used() {
        let refreshing = living(0);
        id(&refreshing).await;
        refreshing.source.fails.store(true, Ordering::Relaxed);
        assert!(refreshing.provide().await.is_err());
    }

    #[tokio::test]
    async fn a_renewal_that_is_given_up_leaves_the_way_to_the_next() {
        let refreshing = Arc::new(living(3600));
        let given_up = tokio::time::timeout(Duration::from_millis(5), refreshing.provide()).await;
        assert!(given_up.is_err());
        assert!(ask(&refreshing, 3).await.iter().all(Result::is_ok));
        assert_eq!(refreshing.source.asked.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn refused_ones_are_renewed_once() {
        let refreshing = living(3600);
        let refused = refreshing.provide().await.unwrap();
        refreshing.invalidate(&refused);
        assert_eq!(id(&refreshing).await, "id-2");
        refreshing.invalidate(&refused);
        assert_eq!(id(&refreshing).await, "id-2");
    }
}
