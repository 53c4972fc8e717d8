//! What can go wrong between a client and the service, on demand.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Refusal;

/// Something that goes wrong with a request or its answer.
///
/// ```
/// use std::time::Duration;
/// use rds_api_testing::{FakeService, Fault, Refusal};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> rds_api::Result<()> {
/// // A tenth of all calls is lost on the way back, and the second backup is refused.
/// let service = FakeService::builder().seed(7).start()?;
/// service.inject(Fault::ResetAfterExecution).share(0.1);
/// service.inject(Refusal::unavailable()).on_operation("CreateBackup").skip(1).times(1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The service takes its time, in real time, and then does as it should.
    Delay(Duration),
    /// The service refuses without doing anything.
    Refuse(Refusal),
    /// The service does as asked and then says that it failed.
    RefuseAfterExecution(Refusal),
    /// The connection breaks off before the service does anything.
    ResetBeforeExecution,
    /// The service does as asked, and the connection breaks off before a word of the answer.
    ResetAfterExecution,
    /// The service does as asked, and the connection breaks off in the middle of the body.
    TruncatedBody,
    /// The service does as asked, and the body is neither JSON nor XML.
    GarbledBody,
    /// The service does as asked, and calls the body HTML.
    WrongContentType,
    /// The service does as asked, and answers in XML whatever was asked for.
    UnaskedXml,
    /// The service's clock jumps ahead, as seen by all clients, and stays so.
    ClockSkew(Duration),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

/// A fault that was injected with [`FakeService::inject`](super::FakeService::inject), to be narrowed down:
/// it strikes every request of every operation until told otherwise.
#[derive(Debug, Clone)]
pub struct Injection(Arc<Mutex<Plan>>);

#[derive(Debug)]
struct Plan {
    fault: Fault,
    operation: Option<String>,
    share: f64,
    skip: u64,
    left: Option<u64>,
    struck: u64,
}

impl Injection {
    /// Only requests of this operation, by its wire name.
    pub fn on_operation(self, name: impl Into<String>) -> Self {
        self.plan().operation = Some(name.into());
        self
    }

    /// Only this share of the requests, from 0 to 1, chosen at random by the
    /// [seed](super::FakeServiceBuilder::seed) of the service.
    pub fn share(self, share: f64) -> Self {
        self.plan().share = share;
        self
    }

    /// Not the first requests, as many as are given.
    pub fn skip(self, requests: u64) -> Self {
        self.plan().skip = requests;
        self
    }

    /// So many times and no more.
    pub fn times(self, times: u64) -> Self {
        self.plan().left = Some(times);
        self
    }

    /// No more from now on.
    pub fn stop(&self) {
        self.plan().left = Some(0);
    }

    /// How many requests were struck.
    pub fn count(&self) -> u64 {
        self.plan().struck
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plan {
    fn strikes(&mut self, operation: &str, random: &mut fastrand::Rng) -> bool {
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
        self.struck += 1;
        true
    }
}

/// All faults of a service, and the chance they share.
#[derive(Debug)]
pub(super) struct Faults(Mutex<(Vec<Injection>, fastrand::Rng)>);

impl Faults {
    pub(super) fn new(seed: u64) -> Self {
        Self(Mutex::new((Vec::new(), fastrand::Rng::with_seed(seed))))
    }

    pub(super) fn inject(&self, fault: Fault) -> Injection {
        let plan = Plan { fault, operation: None, share: 1.0, skip: 0, left: None, struck: 0 };
        let injection = Injection(Arc::new(Mutex::new(plan)));
        self.lock().0.push(injection.clone());
        injection
    }

    /// The fault that strikes a request, if one does. The first that was injected wins.
    pub(super) fn draw(&self, operation: &str) -> Option<Fault> {
        let (injections, random) = &mut *self.lock();
        injections.iter().find_map(|injection| {
            let mut plan = injection.plan();
            plan.strikes(operation, random).then(|| plan.fault.clone())
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

    fn struck(seed: u64) -> Vec<bool> {
        let faults = Faults::new(seed);
        let injection = faults.inject(Fault::GarbledBody).share(0.3);
        let struck: Vec<bool> = (0..200).map(|_| faults.draw("Any").is_some()).collect();
        assert_eq!(injection.count(), struck.iter().filter(|struck| **struck).count() as u64);
        struck
    }

    #[test]
    fn the_same_seed_strikes_the_same_requests() {
        assert_eq!(struck(1), struck(1));
        assert_ne!(struck(1), struck(2));
        assert!((30..90).contains(&struck(1).iter().filter(|struck| **struck).count()));
    }

    #[test]
    fn strikes_only_where_and_as_often_as_told() {
        let faults = Faults::new(0);
        let injection = faults.inject(Fault::UnaskedXml).on_operation("CreateBackup").skip(1).times(2);
        let drawn: Vec<bool> = (0..5).map(|_| faults.draw("CreateBackup").is_some()).collect();
        assert_eq!(drawn, [false, true, true, false, false]);
        assert_eq!((faults.draw("DeleteBackup"), injection.count()), (None, 2));
    }
}
