//! An instance: what it is, what state it is in, and what it holds.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::accounts::Account;
use super::backups::Backups;
use super::databases::Database;
use super::whitelists::Whitelist;
use crate::{FakeService, Refusal};

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
    pub(super) settings: BTreeMap<String, String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) backups: Backups,
    pub(super) state: State,
}

/// A state that lasts, and one on the way to it that does not.
#[derive(Debug)]
pub(super) struct State {
    lasting: &'static str,
    passing: Option<Passing>,
}

#[derive(Debug)]
struct Passing {
    status: &'static str,
    since: SystemTime,
    takes: Duration,
}

/// The lasting state of an instance that is no longer there.
const RELEASED: &str = "Released";

impl Instance {
    /// The instance that exists from the start.
    pub(super) fn first(region: &str, now: SystemTime) -> Self {
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
            settings: BTreeMap::new(),
            tags: BTreeMap::new(),
            backups: Backups::default(),
            state: State { lasting: "Running", passing: None },
        }
    }

    /// The state it is in.
    pub(super) fn status(&self, now: SystemTime) -> &'static str {
        match &self.state.passing {
            // Not by the time of its end, which may be later than a clock can say.
            Some(Passing { status, since, takes })
                if now.duration_since(*since).unwrap_or_default() < *takes =>
            {
                status
            }
            _ => self.state.lasting,
        }
    }

    /// Goes through one state to another.
    pub(super) fn change(
        &mut self,
        passing: &'static str,
        lasting: &'static str,
        now: SystemTime,
        takes: Duration,
    ) {
        let passing = Passing { status: passing, since: now, takes };
        self.state = State { lasting, passing: Some(passing) };
    }

    /// Begins to go away.
    pub(super) fn release(&mut self, now: SystemTime, takes: Duration) {
        self.change("Deleting", RELEASED, now, takes);
    }

    pub(super) fn is_gone(&self, now: SystemTime) -> bool {
        self.status(now) == RELEASED
    }

    /// Refuses a call that the state does not allow.
    pub(super) fn require(&self, status: &str, now: SystemTime) -> Result<(), Refusal> {
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
