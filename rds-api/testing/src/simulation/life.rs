//! The life of an account, in which every simulated operation is called: for tests of what holds for all of them.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value as Json};

use super::account_state::{AccountState, Settings};
use crate::fake_service::FakeService;
use crate::refusal::Refusal;
use rds_api::schema::Operation;
pub(super) use simulated_life::Step;

#[path = "../../tests/service/simulated_life.rs"]
#[allow(dead_code, clippy::panic, reason = "it is of the tests of the service, which look at more of it")]
mod simulated_life;

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
    simulated_life::steps(FakeService::INSTANCE).collect()
}

impl Life {
    /// The account at the beginning.
    pub(super) fn new() -> Self {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
        let mut account = AccountState::empty(settings());
        account.add_first(now).unwrap();
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
            Step::Seed { address, given } => {
                drop(self.account.put_given(address, given, self.now));
                Ok(())
            }
            Step::Call { operation, parameters, .. } => self.call(operation, parameters),
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
