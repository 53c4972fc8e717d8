//! Faults that are injected into a service, and which requests they hit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::fault::Fault;

/// A fault that was injected with [`FakeService::inject`](crate::FakeService::inject), to be narrowed down:
/// it hits every request of every operation until told otherwise.
#[derive(Debug, Clone)]
pub struct Injection(Arc<Mutex<Settings>>);

#[derive(Debug)]
struct Settings {
    fault: Fault,
    operation: Option<String>,
    share: f64,
    skip: u64,
    left: Option<u64>,
    hits: u64,
}

impl Injection {
    /// Only requests of this operation, by its wire name.
    pub fn on_operation(self, name: impl Into<String>) -> Self {
        self.settings().operation = Some(name.into());
        self
    }

    /// Only this share of the requests, from 0 to 1, chosen at random by the
    /// [seed](crate::FakeServiceBuilder::seed) of the service.
    pub fn share(self, share: f64) -> Self {
        self.settings().share = share;
        self
    }

    /// Leaves out this many requests at first.
    pub fn skip(self, requests: u64) -> Self {
        self.settings().skip = requests;
        self
    }

    /// At most this many requests.
    pub fn times(self, times: u64) -> Self {
        self.settings().left = Some(times);
        self
    }

    /// Hits no request from now on.
    pub fn stop(&self) {
        self.settings().left = Some(0);
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
        if self.left == Some(0) || self.operation.as_deref().is_some_and(|own| own != operation) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if random.f64() >= self.share {
            return false;
        }
        self.left = self.left.map(|left| left - 1);
        self.hits += 1;
        true
    }
}

/// All faults of a service, and the chance they share.
#[derive(Debug)]
pub(crate) struct Faults(Mutex<(Vec<Injection>, fastrand::Rng)>);

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new((Vec::new(), fastrand::Rng::with_seed(seed))))
    }

    pub(crate) fn inject(&self, fault: Fault) -> Injection {
        let settings = Settings { fault, operation: None, share: 1.0, skip: 0, left: None, hits: 0 };
        let injection = Injection(Arc::new(Mutex::new(settings)));
        self.lock().0.push(injection.clone());
        injection
    }

    /// Forgets all faults.
    pub(crate) fn clear(&self) {
        self.lock().0.clear();
    }

    /// The fault that hits a request, if one does. The first that was injected wins.
    pub(crate) fn draw(&self, operation: &str) -> Option<Fault> {
        let (injections, random) = &mut *self.lock();
        injections.iter().find_map(|injection| {
            let mut settings = injection.settings();
            settings.hits(operation, random).then(|| settings.fault.clone())
        })
    }

    fn lock(&self) -> MutexGuard<'_, (Vec<Injection>, fastrand::Rng)> {
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
