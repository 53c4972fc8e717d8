//! The state of the simulated account: its instances, and all other things that it has.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::call::Call;
use super::families;
use super::instance::Instance;
use super::journal::Activities;
use super::records::Records;
use super::wire;
use crate::execution::shape;
use crate::refusal::Refusal;
use rds_api::Access;
use rds_api::schema::{Operation, OperationExt as _};

/// Everything that an account has, in all regions, and how long its changes take.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AccountState {
    /// Not kept with the state: the service that takes it over has its own.
    #[serde(skip)]
    pub(super) settings: Settings,
    /// Shared with the copy that a call is held against until it is done, so that only what it changes is copied.
    pub(super) instances: BTreeMap<String, Arc<Instance>>,
    /// Instances that were released, and may be rebuilt.
    pub(super) recycled: BTreeMap<String, Arc<Instance>>,
    /// All that is no instance, nor part of one.
    pub(super) records: Records,
    /// The tasks and events that followed from calls.
    pub(super) activities: Activities,
    /// Settings of the account, by region and name.
    pub(super) account_settings: BTreeMap<String, Json>,
    /// How many of each kind have been created, for ids.
    pub(super) created: BTreeMap<String, u64>,
}

/// What the service that has the state was told when it was built.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    /// The time that a backup takes, by the service's clock.
    pub(crate) backup_duration: Duration,
    /// The time that a change of an instance takes.
    pub(crate) change_duration: Duration,
    /// The region of the service's address.
    pub(crate) region: String,
    /// The address of the service, for downloads.
    pub(crate) endpoint: String,
}

/// The simulation of one operation.
pub(super) type Simulate = fn(&mut AccountState, &Call<'_>) -> Result<Json, Refusal>;

impl AccountState {
    /// An account without instances.
    pub(crate) fn empty(settings: Settings) -> Self {
        Self {
            settings,
            instances: BTreeMap::new(),
            recycled: BTreeMap::new(),
            records: Records::default(),
            activities: Activities::default(),
            account_settings: BTreeMap::new(),
            created: BTreeMap::new(),
        }
    }

    /// The response of an operation that is simulated; `None` for all others.
    pub(crate) fn simulate(
        &mut self,
        operation: &Operation,
        parameters: &Map<String, Json>,
        now: SystemTime,
    ) -> Option<Result<Json, Refusal>> {
        let simulate = families::simulation(&operation.name)?;
        self.catch_up(now);
        let call = Call { operation, parameters, now };
        let writes = operation.access_with(parameters) == Access::Write;
        let before = writes.then(|| self.without_activities());
        let simulated = simulate(self, &call);
        let simulated = match &before {
            Some(before) => simulated.and_then(|known| self.check_quotas(before).map(|()| known)),
            None => simulated,
        };
        let mut known = match simulated {
            Ok(known) => known,
            Err(refusal) => {
                if let Some(before) = before {
                    self.go_back_to(before);
                }
                return Some(Err(refusal));
            }
        };
        if writes && !call.is_true("DryRun") {
            self.note(&call, &mut known);
        }
        Some(Ok(shape::complete(operation, parameters, &known, |path| wire::kind(&operation.name, path))))
    }

    /// A copy without what follows from calls only once they have succeeded, which may be long.
    fn without_activities(&mut self) -> Self {
        let activities = std::mem::take(&mut self.activities);
        let copy = self.clone();
        self.activities = activities;
        copy
    }

    /// Takes back what a call has changed before it was refused. No id is given twice all the same.
    fn go_back_to(&mut self, before: Self) {
        let (activities, created) = (std::mem::take(&mut self.activities), std::mem::take(&mut self.created));
        *self = Self { activities, created, ..before };
    }

    /// Refuses a call that names an instance which is not there, whether or not its operation is simulated.
    pub(crate) fn check_instance(
        &mut self,
        operation: &Operation,
        parameters: &Map<String, Json>,
        now: SystemTime,
    ) -> Result<(), Refusal> {
        self.catch_up(now);
        let call = Call { operation, parameters, now };
        match call.text("DBInstanceId").or_else(|| call.text("DbInstanceId")) {
            Some(_) => self.instance(&call).map(drop),
            None => Ok(()),
        }
    }

    /// Does what time alone has brought about since the last call.
    pub(super) fn catch_up(&mut self, now: SystemTime) {
        self.recycle(now);
        self.execute_scheduled_changes(now);
        self.execute_planned_tasks(now);
        self.execute_backup_policies(now);
        self.copy_to_other_regions(now);
        self.give_up_retained_addresses(now);
    }

    /// Moves instances that have been released to where they can be rebuilt from.
    fn recycle(&mut self, now: SystemTime) {
        let gone: Vec<String> =
            self.instances.values().filter(|it| it.is_gone(now)).map(|it| it.id.clone()).collect();
        for id in gone {
            let Some(instance) = self.instances.remove(&id) else { continue };
            for other in self.instances.values_mut().map(Arc::make_mut) {
                other.read_only_ids.retain(|it| *it != id);
            }
            self.recycled.insert(id, instance);
        }
        while self.recycled.len() > super::instances::QUOTA {
            self.recycled.pop_first();
        }
    }

    /// The instance that a call is about.
    pub(super) fn instance(&mut self, call: &Call<'_>) -> Result<&mut Instance, Refusal> {
        self.instance_by_id(call.instance_id().unwrap_or_default(), call)
    }

    /// An instance that a call names, in the region that it names.
    pub(super) fn instance_by_id(&mut self, id: &str, call: &Call<'_>) -> Result<&mut Instance, Refusal> {
        let found = self.instances.get_mut(id).filter(|instance| call.admits("RegionId", &instance.region));
        found.map(Arc::make_mut).ok_or_else(|| {
            // Some operations have another name for it.
            let codes: Vec<&String> = call.operation.errors.values().flatten().collect();
            let has = |code: &str| codes.iter().any(|it| *it == code);
            let [usual, other] = ["InvalidDBInstanceName.NotFound", "InvalidDBInstance.NotFound"];
            let code = if has(other) && !has(usual) { other } else { usual };
            Refusal::new(404, code, "The specified instance is not found.")
        })
    }

    /// The instance that a call is about, if it runs.
    pub(super) fn running(&mut self, call: &Call<'_>) -> Result<&mut Instance, Refusal> {
        let instance = self.instance(call)?;
        instance.require_status("Running", call.now)?;
        Ok(instance)
    }

    /// The number of the next thing of a kind, from 1.
    pub(super) fn next(&mut self, kind: &str) -> u64 {
        let count = self.created.entry(kind.to_owned()).or_default();
        *count += 1;
        *count
    }

    /// The id of the next thing of a kind.
    pub(super) fn next_id(&mut self, prefix: &str) -> String {
        format!("{prefix}-fake{:013}", self.next(prefix))
    }

    /// The number and the id of the next instance. An instance that is there from the start may have any id.
    pub(super) fn next_instance(&mut self, prefix: &str) -> (u64, String) {
        loop {
            let number = self.next("instance");
            let id = format!("{prefix}-fake{number:013}");
            if !self.instances.contains_key(&id) && !self.recycled.contains_key(&id) {
                return (number, id);
            }
        }
    }

    /// The region that a call is about.
    pub(super) fn region(&self, call: &Call<'_>) -> String {
        call.text("RegionId").unwrap_or(&self.settings.region).to_owned()
    }
}
