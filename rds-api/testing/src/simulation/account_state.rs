//! The state of the simulated account: its instances and all that is in them.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value as Json};

use super::call::Call;
use super::instance::Instance;
use super::{accounts, backups, databases, engine_parameters, instances, tags, whitelists};
use crate::refusal::Refusal;

/// All instances of an account, and how long their changes take.
#[derive(Debug)]
pub(crate) struct AccountState {
    pub(super) durations: Durations,
    pub(super) instances: BTreeMap<String, Instance>,
    /// Counts what has been created, for ids.
    pub(super) created: u64,
}

/// The time that simulated work takes, by the service's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Durations {
    pub(crate) backup: Duration,
    pub(crate) change: Duration,
}

/// The simulation of one operation.
pub(super) type Simulate = fn(&mut AccountState, &Call<'_>) -> Result<Json, Refusal>;

/// The simulated operations, by the things that they are about.
const FAMILIES: [&[(&str, Simulate)]; 7] = [
    accounts::OPERATIONS,
    backups::OPERATIONS,
    databases::OPERATIONS,
    engine_parameters::OPERATIONS,
    instances::OPERATIONS,
    tags::OPERATIONS,
    whitelists::OPERATIONS,
];

impl AccountState {
    /// An account with one instance, which runs.
    pub(crate) fn new(region: &str, durations: Durations, now: SystemTime) -> Self {
        let initial = Instance::initial(region, now);
        Self { durations, instances: BTreeMap::from([(initial.id.clone(), initial)]), created: 1 }
    }

    /// The response of an operation that is simulated; `None` for all others.
    pub(crate) fn simulate(
        &mut self,
        operation: &str,
        parameters: &Map<String, Json>,
        now: SystemTime,
    ) -> Option<Result<Json, Refusal>> {
        let mut operations = FAMILIES.iter().copied().flatten();
        let (_, simulate) = operations.find(|(name, _)| *name == operation)?;
        self.instances.retain(|_, instance| !instance.is_gone(now));
        Some(simulate(self, &Call { parameters, now }))
    }

    /// The instance that a call is about.
    pub(super) fn instance(&mut self, call: &Call<'_>) -> Result<&mut Instance, Refusal> {
        let id = call.text("DBInstanceId").unwrap_or_default();
        self.instances.get_mut(id).ok_or_else(|| {
            Refusal::new(404, "InvalidDBInstanceName.NotFound", "The specified instance is not found.")
        })
    }

    /// The instance that a call is about, if it runs.
    pub(super) fn running(&mut self, call: &Call<'_>) -> Result<&mut Instance, Refusal> {
        let instance = self.instance(call)?;
        instance.require_status("Running", call.now)?;
        Ok(instance)
    }
}
