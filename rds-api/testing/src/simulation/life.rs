//! The life of an account, in which every simulated operation is called: for tests of what holds for all of them.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value as Json};

use super::account_state::{AccountState, Settings};
use crate::fake_instance::FakeInstance;
use crate::fake_service::FakeService;
use crate::refusal::Refusal;
use rds_api::schema::{self, Operation};

/// A call of the life, or the time that passes.
pub(super) enum Step {
    Call { operation: &'static Operation, parameters: Map<String, Json> },
    Wait(Duration),
}

/// An account and its clock.
pub(super) struct Life {
    pub(super) account: AccountState,
    pub(super) now: SystemTime,
}

/// What a service is told where changes take no time.
pub(super) fn settings() -> Settings {
    Settings {
        region: "cn-hangzhou".to_owned(),
        endpoint: "http://127.0.0.1:1".to_owned(),
        ..Settings::default()
    }
}

pub(super) fn steps() -> Vec<Step> {
    let lines = include_str!("../../tests/service/simulated_life.txt").lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let steps = lines.map(|line| {
        if let Some(seconds) = line.strip_prefix('+') {
            return Step::Wait(Duration::from_secs(seconds.trim().parse().unwrap()));
        }
        let line = line.replace("$I", FakeService::INSTANCE);
        let line =
            line.strip_prefix('!').and_then(|line| line.split_once(' ')).map_or(&*line, |(_, line)| line);
        let (name, parameters) = line.split_once(' ').unwrap_or((line, "{}"));
        let parameters = serde_json::from_str(parameters).unwrap();
        Step::Call { operation: schema::operation(name).unwrap(), parameters }
    });
    steps.collect()
}

impl Life {
    /// The account at the beginning.
    pub(super) fn new() -> Self {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
        let mut account = AccountState::empty(settings());
        account.add_first(now).unwrap();
        let old = FakeInstance::new("MySQL")
            .id("rm-old")
            .age(Duration::from_secs(90 * 24 * 3600))
            .database("orders")
            .daily_backups(2)
            .error_log("[ERROR] out of memory")
            .slow_query("orders", "SELECT * FROM orders WHERE id = 17", Duration::from_secs(3));
        account.add(old, now).unwrap();
        Self { account, now }
    }

    /// The account after all of its life.
    pub(super) fn whole() -> Self {
        let mut life = Self::new();
        steps().iter().for_each(|step| drop(life.go(step)));
        life
    }

    /// Does one step. What a call responds is of no matter here.
    pub(super) fn go(&mut self, step: &Step) -> Result<(), Refusal> {
        match step {
            Step::Wait(time) => {
                self.now += *time;
                Ok(())
            }
            Step::Call { operation, parameters } => self.call(operation, parameters),
        }
    }

    pub(super) fn call(
        &mut self,
        operation: &Operation,
        parameters: &Map<String, Json>,
    ) -> Result<(), Refusal> {
        self.account.simulate(operation, parameters, self.now).unwrap().map(drop)
    }
}
