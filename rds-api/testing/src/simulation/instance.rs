//! An instance: its properties, its state, and everything in it.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::accounts::Account;
use super::backups::Backups;
use super::databases::Database;
use super::whitelists::Whitelist;
use crate::fake_service::FakeService;
use crate::refusal::Refusal;

#[derive(Debug)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) description: String,
    pub(super) engine: String,
    pub(super) engine_version: String,
    pub(super) class: String,
    pub(super) storage: i64,
    pub(super) region: String,
    pub(super) zone: String,
    pub(super) pay_type: String,
    pub(super) net_type: String,
    pub(super) created: SystemTime,
    pub(super) is_protected: bool,
    pub(super) accounts: BTreeMap<String, Account>,
    pub(super) databases: BTreeMap<String, Database>,
    pub(super) whitelists: BTreeMap<String, Whitelist>,
    pub(super) engine_parameters: BTreeMap<String, String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) backups: Backups,
    pub(super) state: InstanceState,
}

/// The state of an instance: settled, or in transition to a settled one.
#[derive(Debug)]
pub(super) struct InstanceState {
    settled: &'static str,
    transition: Option<Transition>,
}

#[derive(Debug)]
struct Transition {
    status: &'static str,
    since: SystemTime,
    takes: Duration,
}

/// The settled state of an instance that is no longer there.
const RELEASED: &str = "Released";

impl Instance {
    /// The instance that exists from the start.
    pub(super) fn initial(region: &str, now: SystemTime) -> Self {
        Self {
            id: FakeService::INSTANCE.to_owned(),
            description: "The instance that exists from the start".to_owned(),
            engine: "MySQL".to_owned(),
            engine_version: "8.0".to_owned(),
            class: "mysql.n2.medium.2c".to_owned(),
            storage: 100,
            region: region.to_owned(),
            zone: format!("{region}-b"),
            pay_type: "Postpaid".to_owned(),
            net_type: "Intranet".to_owned(),
            created: now,
            is_protected: false,
            accounts: BTreeMap::new(),
            databases: BTreeMap::new(),
            whitelists: BTreeMap::from([(
                "default".to_owned(),
                Whitelist::parse("127.0.0.1").unwrap_or_default(),
            )]),
            engine_parameters: BTreeMap::new(),
            tags: BTreeMap::new(),
            backups: Backups::default(),
            state: InstanceState { settled: "Running", transition: None },
        }
    }

    /// The name of the present state.
    pub(super) fn status(&self, now: SystemTime) -> &'static str {
        match &self.state.transition {
            // Not by the time of its end, which may be later than a clock can say.
            Some(Transition { status, since, takes })
                if now.duration_since(*since).unwrap_or_default() < *takes =>
            {
                status
            }
            _ => self.state.settled,
        }
    }

    /// Goes through one state to another.
    pub(super) fn change(
        &mut self,
        through: &'static str,
        settled: &'static str,
        now: SystemTime,
        takes: Duration,
    ) {
        let transition = Transition { status: through, since: now, takes };
        self.state = InstanceState { settled, transition: Some(transition) };
    }

    /// Begins the release.
    pub(super) fn release(&mut self, now: SystemTime, takes: Duration) {
        self.change("Deleting", RELEASED, now, takes);
    }

    pub(super) fn is_gone(&self, now: SystemTime) -> bool {
        self.status(now) == RELEASED
    }

    /// Refuses a call that the state does not allow.
    pub(super) fn require_status(&self, status: &str, now: SystemTime) -> Result<(), Refusal> {
        if self.status(now) == status {
            return Ok(());
        }
        let message =
            format!("The operation is not permitted: the instance is {}, not {status}.", self.status(now));
        Err(Refusal::new(403, "OperationDenied.DBInstanceStatus", message))
    }

    pub(super) fn connection_string(&self) -> String {
        format!("{}.{}.rds.aliyuncs.com", self.id, self.engine.to_lowercase())
    }

    pub(super) fn port(&self) -> &'static str {
        match self.engine.as_str() {
            "PostgreSQL" => "5432",
            "SQLServer" => "1433",
            _ => "3306",
        }
    }
}
