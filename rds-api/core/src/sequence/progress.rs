//! How far it is with what is waited for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use rds_api_schema::Waiter;
use tokio::time::Instant;

use crate::object::{Value, find};

/// How far it is with what is waited for, by one response.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Progress<T> {
    /// Which it is about, by its id, where several things are waited for one after another.
    pub of: Option<String>,
    /// How much is done, from 0 to 100, where the response tells: of several things, that of the one least done.
    pub percent: Option<f64>,
    /// What is being done, in the words of the service, where the response tells.
    pub phase: Option<String>,
    /// The state in the words of the service: the value of the field that is waited for. Of several things, that of the
    /// first one not done. `None` where there is none yet, or none any more.
    pub state: Option<String>,
    /// The time when state and phase were first seen as they are, by the clock of this machine.
    pub since: SystemTime,
    /// How long the wait has taken.
    pub elapsed: Duration,
    /// The response; an empty one where it is not found yet, or any more.
    pub response: T,
}

/// What the newest response says, for the poller to write and the stream to read.
#[derive(Clone)]
pub(super) struct Report(Arc<Mutex<Newest>>);

struct Newest {
    of: Option<String>,
    percent: Option<f64>,
    phase: Option<String>,
    state: Option<String>,
    since: SystemTime,
    started: Instant,
}

impl Report {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Newest {
            of: None,
            percent: None,
            phase: None,
            state: None,
            since: SystemTime::now(),
            started: Instant::now(),
        })))
    }

    /// Notes what a response says.
    pub(super) fn note(&self, waiter: &Waiter, of: Option<&str>, values: &[String], response: Value<'_>) {
        let at = |path: &Option<String>| match path {
            Some(path) => find::texts(response, path),
            None => Vec::new(),
        };
        let percents = at(&waiter.percent);
        let percents = percents.iter().filter_map(|text| text.trim().trim_end_matches('%').parse().ok());
        let percent = percents.filter(|percent| (0.0..=100.0).contains(percent)).reduce(f64::min);
        let phase = at(&waiter.phase).into_iter().next();
        let state = values.iter().find(|value| !waiter.done.contains(value)).or(values.first()).cloned();
        self.put(of, percent, phase, state);
    }

    /// Notes that it is not there.
    pub(super) fn note_absence(&self, of: Option<&str>) {
        self.put(of, None, None, None);
    }

    fn put(&self, of: Option<&str>, percent: Option<f64>, phase: Option<String>, state: Option<String>) {
        let mut newest = self.newest();
        if (of, &phase, &state) != (newest.of.as_deref(), &newest.phase, &newest.state) {
            newest.since = SystemTime::now();
        }
        newest.of = of.map(str::to_owned);
        (newest.percent, newest.phase, newest.state) = (percent, phase, state);
    }

    /// The response with what it says.
    pub(super) fn of<T>(&self, response: T) -> Progress<T> {
        let Newest { of, percent, phase, state, since, started } = &*self.newest();
        Progress {
            of: of.clone(),
            percent: *percent,
            phase: phase.clone(),
            state: state.clone(),
            since: *since,
            elapsed: started.elapsed(),
            response,
        }
    }

    fn newest(&self) -> MutexGuard<'_, Newest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
