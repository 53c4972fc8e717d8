//! The simulated account: its instances and all that is in them.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value as Json};

use super::Refusal;
use call::Call;
use instance::Instance;

mod accounts;
mod backups;
mod call;
mod databases;
mod instance;
mod instances;
mod settings;
mod tags;
mod whitelists;

/// All instances, and how fast things happen.
#[derive(Debug)]
pub(super) struct World {
    pub(super) pace: Pace,
    instances: BTreeMap<String, Instance>,
    created: u64,
}

/// How long simulated work takes, by the service's clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) backup: Duration,
    pub(super) change: Duration,
}

/// The simulation of one operation.
type Simulate = fn(&mut World, &Call<'_>) -> Result<Json, Refusal>;

impl World {
    /// A world with one instance, which runs.
    pub(super) fn new(region: &str, pace: Pace, now: SystemTime) -> Self {
        let first = Instance::first(region, now);
        Self { pace, instances: BTreeMap::from([(first.id.clone(), first)]), created: 1 }
    }

    /// The answer of an operation that is simulated; `None` for all others.
    pub(super) fn simulate(
        &mut self,
        operation: &str,
        parameters: &Map<String, Json>,
        now: SystemTime,
    ) -> Option<Result<Json, Refusal>> {
        let families =
            [instances::find, accounts::find, databases::find, whitelists::find, settings::find, tags::find];
        let simulate: Simulate =
            families.iter().find_map(|find| find(operation)).or_else(|| backups::find(operation))?;
        self.instances.retain(|_, instance| !instance.is_gone(now));
        Some(simulate(self, &Call { parameters, now }))
    }

    /// The instance that a call is about.
    fn instance(&mut self, call: &Call<'_>) -> Result<&mut Instance, Refusal> {
        let id = call.text("DBInstanceId").unwrap_or_default();
        self.instances.get_mut(id).ok_or_else(|| {
            Refusal::new(404, "InvalidDBInstanceName.NotFound", "The specified instance is not found.")
        })
    }

    /// The instance that a call is about, if it runs.
    fn running(&mut self, call: &Call<'_>) -> Result<&mut Instance, Refusal> {
        let instance = self.instance(call)?;
        instance.require("Running", call.now)?;
        Ok(instance)
    }
}
