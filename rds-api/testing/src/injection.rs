//! Faults that are injected into a service, and which requests they hit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::fault::Fault;
use crate::given;
use crate::numbered::Numbered;

/// A fault that was injected with [`FakeService::inject`](crate::FakeService::inject), to be narrowed down:
/// it hits every request of every operation until told otherwise.
#[derive(Debug, Clone)]
pub struct Injection(Arc<Mutex<Settings>>);

/// A fault, and the requests that it is to hit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Aimed {
    #[serde(flatten)]
    fault: Fault,
    /// Of all operations, unless one is named.
    #[serde(default)]
    pub(crate) operation: Option<String>,
    #[serde(default = "all", deserialize_with = "given::share")]
    share: f64,
    #[serde(default, deserialize_with = "given::count")]
    skip: u64,
    /// How many requests it is still to hit; all unless it says so.
    #[serde(default, deserialize_with = "given::optional_count")]
    times: Option<u64>,
}

fn all() -> f64 {
    1.0
}

#[derive(Debug)]
struct Settings {
    aimed: Aimed,
    hits: u64,
}

impl From<Fault> for Aimed {
    fn from(fault: Fault) -> Self {
        Self { fault, operation: None, share: all(), skip: 0, times: None }
    }
}

impl Injection {
    /// Only requests of this operation, by its wire name.
    pub fn on_operation(self, name: impl Into<String>) -> Self {
        self.settings().aimed.operation = Some(name.into());
        self
    }

    /// Only this share of the requests, from 0 to 1, chosen at random by the
    /// [seed](crate::FakeServiceBuilder::seed) of the service.
    pub fn share(self, share: f64) -> Self {
        self.settings().aimed.share = share;
        self
    }

    /// Leaves out this many requests at first.
    pub fn skip(self, requests: u64) -> Self {
        self.settings().aimed.skip = requests;
        self
    }

    /// At most this many requests.
    pub fn times(self, times: u64) -> Self {
        self.settings().aimed.times = Some(times);
        self
    }

    /// Hits no request from now on.
    pub fn stop(&self) {
        self.settings().aimed.times = Some(0);
    }

    /// The number of requests that it hit.
    pub fn count(&self) -> u64 {
        self.settings().hits
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Settings {
    fn hits(&mut self, operation: &str, random: &mut fastrand::Rng) -> bool {
        let aimed = &mut self.aimed;
        if aimed.times == Some(0) || aimed.operation.as_deref().is_some_and(|own| own != operation) {
            return false;
        }
        if aimed.skip > 0 {
            aimed.skip -= 1;
            return false;
        }
        if random.f64() >= aimed.share {
            return false;
        }
        aimed.times = aimed.times.map(|times| times - 1);
        self.hits += 1;
        true
    }
}

/// All faults of a service, and the chance they share.
#[derive(Debug)]
pub(crate) struct Faults(Mutex<(Numbered<Injection>, fastrand::Rng)>);

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new((Numbered::default(), fastrand::Rng::with_seed(seed))))
    }

    /// Begins the chance anew.
    pub(crate) fn reseed(&self, seed: u64) {
        self.lock().1 = fastrand::Rng::with_seed(seed);
    }

    pub(crate) fn inject(&self, fault: Fault) -> Injection {
        self.add(fault.into()).1
    }

    /// Injects a fault, and tells its number as well.
    pub(crate) fn add(&self, aimed: Aimed) -> (u64, Injection) {
        let injection = Injection(Arc::new(Mutex::new(Settings { aimed, hits: 0 })));
        (self.lock().0.add(injection.clone()), injection)
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().0.len()
    }

    /// All faults as JSON: what they are, and how many requests they have hit.
    pub(crate) fn to_json(&self) -> Vec<Json> {
        let faults = &self.lock().0;
        let faults = faults.iter().map(|(number, injection)| {
            let settings = injection.settings();
            let mut fault = serde_json::to_value(&settings.aimed).unwrap_or_default();
            fault["id"] = number.into();
            fault["count"] = settings.hits.into();
            fault
        });
        faults.collect()
    }

    /// Forgets the fault of a number, or all; false if there is none.
    pub(crate) fn remove(&self, number: Option<u64>) -> bool {
        self.lock().0.remove(number)
    }

    /// The fault that hits a request, if one does. The first that was injected wins.
    pub(crate) fn draw(&self, operation: &str) -> Option<Fault> {
        let (injections, random) = &mut *self.lock();
        injections.iter().find_map(|(_, injection)| {
            let mut settings = injection.settings();
            settings.hits(operation, random).then(|| settings.aimed.fault.clone())
        })
    }

    fn lock(&self) -> MutexGuard<'_, (Numbered<Injection>, fastrand::Rng)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn hits(seed: u64) -> Vec<bool> {
        let faults = Faults::new(seed);
        let injection = faults.inject(Fault::GarbledBody).share(0.3);
        let hits: Vec<bool> = (0..200).map(|_| faults.draw("Any").is_some()).collect();
        assert_eq!(injection.count(), hits.iter().filter(|hits| **hits).count() as u64);
        hits
    }

    #[test]
    fn the_same_seed_hits_the_same_requests() {
        assert_eq!(hits(1), hits(1));
        assert_ne!(hits(1), hits(2));
        assert!((30..90).contains(&hits(1).iter().filter(|hits| **hits).count()));
    }

    #[test]
    fn hits_only_where_and_as_often_as_told() {
        let faults = Faults::new(0);
        let injection = faults.inject(Fault::UnrequestedXml).on_operation("CreateBackup").skip(1).times(2);
        let drawn: Vec<bool> = (0..5).map(|_| faults.draw("CreateBackup").is_some()).collect();
        assert_eq!(drawn, [false, true, true, false, false]);
        assert_eq!((faults.draw("DeleteBackup"), injection.count()), (None, 2));
    }
}
