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

/// Those that live for less than fifteen minutes, which is the least that the service gives, are renewed when this part
/// of their time is left. With a fixed time before their end they would be asked for by every call.
const RENEW_BEFORE_PART: u32 = 5;

/// How long credentials that are still valid are used after a renewal failed, before the next try.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Keeps the credentials of another provider until shortly before they expire.
///
/// - They are renewed by the call that finds less than 180 seconds left, or less than a fifth of the time that they had
///   when they came. Concurrent calls use the old ones as long as these are valid, and otherwise wait for that one
///   renewal, also to fail with it.
/// - If a renewal fails, the old ones are used while they are valid.
/// - Credentials that do not expire are not kept: the source is asked each time.
/// - A client judges the time left by the service's clock, once it has learnt that this differs from the machine's. So
///   does what it asks, such as a `Refreshing` inside of another source.
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
    /// Held during a renewal. The last one.
    renewal: Mutex<Option<Renewal>>,
}

/// Credentials that are kept, and the clock that their expiration is of.
struct Current {
    credentials: Credentials,
    by_own_clock: bool,
    /// They are renewed when no more than this is left.
    renew_before: Duration,
}

impl Current {
    /// Nothing is kept that does not expire.
    fn of(credentials: &Credentials, clock: &Clock) -> Option<Self> {
        let expiration = credentials.expiration()?;
        let left = |now| expiration.duration_since(now).ok().filter(|left| !left.is_zero());
        let (by_service, by_machine) = (left(clock.read().time), left(SystemTime::now()));
        // A source may have counted from the machine's clock, and nobody hands out what has expired already.
        let by_own_clock = by_service.is_none() && by_machine.is_some();
        // What has expired by both clocks may have been given by one that nobody knows yet.
        let lifetime = by_service.or(by_machine).unwrap_or(Duration::MAX);
        let renew_before = (lifetime / RENEW_BEFORE_PART).min(RENEW_BEFORE);
        Some(Self { credentials: credentials.clone(), by_own_clock, renew_before })
    }

    /// How much is left of their time.
    fn left(&self, clock: &Clock) -> Duration {
        let now = if self.by_own_clock { SystemTime::now() } else { clock.read().time };
        let left = self.credentials.expiration().and_then(|expiration| expiration.duration_since(now).ok());
        left.unwrap_or_default()
    }
}

/// How a renewal has ended, and when.
struct Renewal {
    at: Instant,
    result: Result<Credentials, Failure>,
}

/// A renewal that failed.
struct Failure {
    message: String,
    retryable: bool,
}

impl Failure {
    fn of(error: &Error) -> Self {
        Self { message: with_causes(error), retryable: error.is_retryable() }
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

    /// The current credentials, if they need not be renewed yet.
    fn fresh(&self) -> Option<Credentials> {
        self.current(|current, left| left > current.renew_before)
    }

    /// The current credentials, if they have not expired.
    fn valid(&self) -> Option<Credentials> {
        self.current(|_, left| !left.is_zero())
    }

    fn current(&self, is_wanted: impl Fn(&Current, Duration) -> bool) -> Option<Credentials> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let current = current.as_ref().filter(|current| is_wanted(current, current.left(&self.clock)));
        current.map(|current| current.credentials.clone())
    }

    fn keep(&self, credentials: &Credentials) {
        let current = Current::of(credentials, &self.clock);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = current;
    }

    async fn current_or_renewed(&self) -> Result<Credentials> {
        if let Some(fresh) = self.fresh() {
            return Ok(fresh);
        }
        let asked_at = Instant::now();
        let mut last = match self.renewal.try_lock() {
            Ok(guard) => guard,
            Err(_) => match self.valid() {
                Some(valid) => return Ok(valid),
                None => self.renewal.lock().await,
            },
        };
        if let Some(fresh) = self.fresh() {
            return Ok(fresh);
        }
        // While this call waited, another may have renewed them, or failed to: then all that waited for it have what it
        // has got, however short its time is, instead of each asking in turn.
        let valid = self.valid();
        match (&*last, valid) {
            (Some(Renewal { at, result: Err(_) }), Some(valid)) if at.elapsed() < PAUSE_AFTER_FAILURE => {
                return Ok(valid);
            }
            (Some(Renewal { at, result }), None) if *at > asked_at => {
                return match result {
                    Ok(given) => Ok(given.clone()),
                    Err(failure) => Err(failure.error()),
                };
            }
            _ => {}
        }
        let result = self.source.provide().await;
        let kept = result.as_ref().cloned().map_err(Failure::of);
        *last = Some(Renewal { at: Instant::now(), result: kept });
        match result {
            Ok(renewed) => {
                self.keep(&renewed);
                Ok(renewed)
            }
            Err(error) => {
                let valid = self.valid().ok_or(error)?;
                tracing::warn!("credentials could not be renewed; the old ones are valid for a while yet");
                Ok(valid)
            }
        }
    }
}

impl<P: ProvideCredentials> ProvideCredentials for Refreshing<P> {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(self.clock.asking(self.current_or_renewed()))
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

    use super::super::CredentialsUri;
    use super::super::loopback::{Loopback, PLAIN};
    use super::*;

    /// Counts how often it is asked, and responds after a moment, in which others can ask.
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
    async fn ones_that_live_are_kept_and_others_asked_for_each_time() {
        let long = living(3600);
        assert_eq!((id(&long).await, id(&long).await), ("id-1".into(), "id-1".into()));
        let expired = living(0);
        assert_eq!((id(&expired).await, id(&expired).await), ("id-1".into(), "id-2".into()));
        let permanent = Refreshing::new(Source::default());
        assert_eq!((id(&permanent).await, id(&permanent).await), ("id-1".into(), "id-2".into()));
    }

    /// Moves the clock on.
    fn later(refreshing: &Refreshing<Source>, seconds: i64) {
        let clock = &refreshing.clock;
        clock.correct(clock.read(), Some(seconds * 1000)).unwrap();
    }

    #[tokio::test]
    async fn however_long_they_live_they_are_renewed_in_the_last_fifth_and_the_last_three_minutes() {
        for (lifetime, renewed_after) in
            [(3600, 3420), (900, 720), (600, 480), (180, 144), (60, 48), (30, 24)]
        {
            let refreshing = living(lifetime);
            for _ in 0..5 {
                assert_eq!(id(&refreshing).await, "id-1", "{lifetime}");
            }
            later(&refreshing, renewed_after - 6);
            assert_eq!(id(&refreshing).await, "id-1", "{lifetime}");
            later(&refreshing, renewed_after + 1);
            assert_eq!(id(&refreshing).await, "id-2", "{lifetime}");
        }
    }

    #[tokio::test]
    async fn what_has_expired_when_it_comes_serves_all_that_wait_for_it() {
        for lifetime in [Some(Duration::ZERO), None] {
            let refreshing = Arc::new(Refreshing::new(Source { lifetime, ..Source::default() }));
            assert!(ask(&refreshing, 20).await.iter().all(Result::is_ok));
            assert_eq!(refreshing.source.asked.load(Ordering::Relaxed), 1);
            assert!(ask(&refreshing, 20).await.iter().all(Result::is_ok));
            assert_eq!(refreshing.source.asked.load(Ordering::Relaxed), 2);
        }
    }

    #[tokio::test]
    async fn a_server_is_asked_once_for_what_lives_a_minute() {
        let server = Loopback::start(|_| {
            let expiration = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(60);
            (200, PLAIN.replace("2030-01-02T03:04:05Z", &expiration.to_string()))
        })
        .await;
        let shared = Arc::new(Refreshing::new(CredentialsUri::new(&server.address)));
        let calls = (0..20).map(|_| {
            tokio::spawn({
                let shared = shared.clone();
                async move { shared.provide().await }
            })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap().unwrap();
        }
        for _ in 0..20 {
            shared.provide().await.unwrap();
        }
        assert_eq!(server.requests().len(), 1);
    }

    #[tokio::test]
    async fn what_is_inside_goes_by_the_clock_of_what_is_outside() {
        let inner = Arc::new(living(3600));
        let clock = Arc::new(Clock::default());
        let outer = Refreshing::by_clock(inner.clone(), clock.clone());
        assert_eq!(outer.provide().await.unwrap().access_key_id(), "id-1");
        // By the clock of the service they have nearly expired, which the inner one cannot know by itself.
        clock.correct(clock.read(), Some(3500 * 1000)).unwrap();
        assert_eq!(inner.provide().await.unwrap().access_key_id(), "id-1");
        assert_eq!(outer.provide().await.unwrap().access_key_id(), "id-2");
        assert_eq!(inner.source.asked.load(Ordering::Relaxed), 2);
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
        later(&refreshing, 90);
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
