//! The simulation of RDS: an account with its instances and what is in them.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::{Map, Value as Json};

use crate::builder::FakeServiceBuilder;
use crate::clock::Clock;
use crate::execution::Simulate;
use crate::fake_instance::FakeInstance;
use crate::fake_service::FakeService;
use crate::refusal::Refusal;
use crate::seed::Seed;
use rds_api::schema::{CATALOGUE, Operation};
use rds_api::{Client, ClientBuilder, Error, Result};

use account_state::{AccountState, Settings};

pub(crate) mod account_state;
mod accounts;
mod backups;
mod call;
mod catalog;
mod cluster;
mod cross_region;
mod custom;
mod databases;
mod events;
mod extensions;
mod families;
mod global_databases;
mod instance;
mod instances;
mod journal;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod life;
mod logs;
mod migration;
mod network;
mod parameters;
mod performance;
mod proxy;
mod quota;
mod records;
mod restore;
mod security;
mod seed;
mod settings;
mod snapshot;
mod tags;
mod tasks;
mod upgrades;
mod whitelists;
mod wire;

/// The id of the simulated account.
const ACCOUNT_ID: &str = "1234567890123456";

/// What the account of a service begins with.
#[derive(Debug)]
pub(crate) struct Beginning {
    backup_duration: Duration,
    change_duration: Duration,
    instances: Vec<FakeInstance>,
    /// The state that another service has left.
    state: Option<String>,
}

impl Simulate for AccountState {
    fn simulate(
        &mut self,
        operation: &Operation,
        parameters: &Map<String, Json>,
        now: SystemTime,
    ) -> Option<Result<Json, Refusal>> {
        self.simulate(operation, parameters, now)
    }

    fn is_simulated(&self, operation: &str) -> bool {
        families::simulation(operation).is_some()
    }

    fn admit(
        &mut self,
        operation: &Operation,
        parameters: &Map<String, Json>,
        now: SystemTime,
    ) -> Result<(), Refusal> {
        self.check_instance(operation, parameters, now)
    }

    fn download(&self, path: &str, now: SystemTime) -> Option<Bytes> {
        let audited =
            path.split_once('/').and_then(|(id, name)| self.instances.get(id)?.audit_file(name, now));
        match audited {
            Some(content) => Some(Bytes::copy_from_slice(content.as_bytes())),
            None => self.file_at(path, now).map(|name| backups::files::content(&name)),
        }
    }

    fn snapshot(&self, now: SystemTime) -> String {
        self.to_snapshot(now)
    }

    fn restore(&mut self, snapshot: &str) -> std::result::Result<SystemTime, String> {
        let (account, then) = Self::from_snapshot(snapshot, self.settings.clone())?;
        *self = account;
        Ok(then)
    }

    fn seeds(&self) -> &'static [&'static str] {
        seed::ADDRESSES
    }

    fn seed(&mut self, name: &str, given: &Json, now: SystemTime) -> std::result::Result<Json, String> {
        self.put_given(name, given, now)
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

    /// The names of the operations that are simulated with state, sorted. All others are checked, and their responses
    /// have the examples of the specification, which the header `x-response-source: example` tells.
    pub fn simulated_operations() -> Vec<&'static str> {
        families::names()
    }

    /// Puts something into the account, as if it had happened.
    ///
    /// # Errors
    ///
    /// [`Input`](rds_api::ErrorKind::Input) if it cannot be, such as a slow query of an instance that is not there; then
    /// nothing is put into it.
    pub fn seed(&self, seed: impl Into<Seed>) -> Result<()> {
        // As a program in another language gives it, so that both have the same.
        let given = serde_json::to_value(seed.into().0).unwrap_or_default();
        let (name, given) = given
            .as_object()
            .and_then(|it| it.iter().next())
            .ok_or_else(|| Error::input("nothing is given"))?;
        self.state.seed(name, given).map(drop).map_err(Error::input)
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
        let mut builder = FakeService::builder_of(&CATALOGUE);
        builder.account = Some(Beginning {
            backup_duration: Duration::from_secs(10),
            change_duration: Duration::from_secs(5),
            instances: Vec::new(),
            state: None,
        });
        builder
    }
}

impl FakeServiceBuilder {
    /// The duration of a backup by the service's clock; 10 s unless set.
    pub fn backup_duration(self, duration: Duration) -> Self {
        self.begin(|account| account.backup_duration = duration)
    }

    /// The time it takes to create, start, stop, restart, change or release an instance, by the service's
    /// clock; 5 s unless set.
    pub fn change_duration(self, duration: Duration) -> Self {
        self.begin(|account| account.change_duration = duration)
    }

    /// An instance that is there from the start, besides [`FakeService::INSTANCE`].
    pub fn instance(self, instance: FakeInstance) -> Self {
        self.begin(|account| account.instances.push(instance))
    }

    /// The state in which another service was, as its [`snapshot`](FakeService::snapshot) tells it. Its clock goes on from
    /// there, if that is later than now. The region and the durations are still those of this builder.
    ///
    /// ```
    /// use rds_api_testing::FakeService;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> rds_api::Result<()> {
    /// let first = FakeService::start()?;
    /// first.client()?.create_database(FakeService::INSTANCE, "utf8mb4", "orders").await?;
    ///
    /// let second = FakeService::builder().state(first.snapshot()).start()?;
    /// let databases = second.client()?.describe_databases(FakeService::INSTANCE).await?;
    /// assert_eq!(databases.databases[0].db_name.as_deref(), Some("orders"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn state(self, snapshot: impl Into<String>) -> Self {
        self.begin(|account| account.state = Some(snapshot.into()))
    }

    fn begin(mut self, change: impl FnOnce(&mut Beginning)) -> Self {
        self.account.as_mut().map(change);
        self
    }

    /// The account that the service begins with.
    pub(crate) fn simulated_account(
        &mut self,
        endpoint: &str,
        clock: &Clock,
    ) -> Result<Option<Box<dyn Simulate>>> {
        let Some(beginning) = self.account.take() else { return Ok(None) };
        let settings = Settings {
            backup_duration: beginning.backup_duration,
            change_duration: beginning.change_duration,
            region: self.region.clone(),
            endpoint: endpoint.to_owned(),
        };
        let mut account = match beginning.state {
            Some(snapshot) => {
                let (account, then) =
                    AccountState::from_snapshot(&snapshot, settings).map_err(Error::input)?;
                clock.advance(then.duration_since(clock.now()).unwrap_or_default());
                account
            }
            None => {
                let mut account = AccountState::empty(settings);
                account.add_first(clock.now()).map_err(Error::input)?;
                account
            }
        };
        for instance in beginning.instances {
            account.add(instance, clock.now()).map_err(Error::input)?;
        }
        Ok(Some(Box::new(account)))
    }
}
