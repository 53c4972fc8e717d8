//! The simulation of RDS: an account with its instances and what is in them.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value as Json};

use crate::builder::FakeServiceBuilder;
use crate::execution::Simulate;
use crate::fake_service::FakeService;
use crate::refusal::Refusal;
use rds_api::schema::CATALOGUE;
use rds_api::{Client, ClientBuilder, Result};

use account_state::{AccountState, Durations};

pub(crate) mod account_state;
mod accounts;
mod backups;
mod call;
mod databases;
mod engine_parameters;
mod instance;
mod instances;
mod tags;
mod whitelists;

impl Simulate for AccountState {
    fn simulate(
        &mut self,
        operation: &str,
        parameters: &Map<String, Json>,
        now: SystemTime,
    ) -> Option<Result<Json, Refusal>> {
        AccountState::simulate(self, operation, parameters, now)
    }
}

impl FakeService {
    /// An instance that exists from the start.
    pub const INSTANCE: &str = "rm-fake0000000000001";

    /// Starts a service with defaults on a free port of loopback.
    ///
    /// # Errors
    ///
    /// [`Input`](rds_api::ErrorKind::Input) if no port can be had; [`Runtime`](rds_api::ErrorKind::Runtime) if no thread can be
    /// started.
    pub fn start() -> Result<Self> {
        Self::builder().start()
    }

    /// Settings for a service, to be changed before it starts.
    pub fn builder() -> FakeServiceBuilder {
        FakeServiceBuilder::default()
    }

    /// A client for the service.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::build`].
    pub fn client(&self) -> Result<Client> {
        self.client_of()
    }

    /// A client for the service, to be set up further.
    pub fn client_builder(&self) -> ClientBuilder {
        self.client_builder_of()
    }
}

impl Default for FakeServiceBuilder {
    fn default() -> Self {
        let durations = Durations { backup: Duration::from_secs(10), change: Duration::from_secs(5) };
        let mut builder = FakeService::builder_of(&CATALOGUE);
        builder.durations = Some(durations);
        builder
    }
}

impl FakeServiceBuilder {
    /// The duration of a backup by the service's clock; 10 s unless set.
    pub fn backup_duration(mut self, duration: Duration) -> Self {
        if let Some(durations) = &mut self.durations {
            durations.backup = duration;
        }
        self
    }

    /// The time it takes to create, start, stop, restart, change or release an instance, by the service's
    /// clock; 5 s unless set.
    pub fn change_duration(mut self, duration: Duration) -> Self {
        if let Some(durations) = &mut self.durations {
            durations.change = duration;
        }
        self
    }

    /// The account that the service begins with.
    pub(crate) fn account(&self, now: SystemTime) -> Option<Box<dyn Simulate>> {
        let durations = self.durations?;
        Some(Box::new(AccountState::new(&self.region, durations, now)))
    }
}
