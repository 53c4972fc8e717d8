//! Instances that a service has from the start.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::given;
use crate::seed::Statement;

/// An instance that a [`FakeService`](crate::FakeService) is to have from the start, with what is in it.
///
/// ```
/// use std::time::Duration;
/// use rds_api_testing::{FakeInstance, FakeService};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> rds_api::Result<()> {
/// let days = |days: u64| Duration::from_secs(days * 24 * 3600);
/// let shop = FakeInstance::new("PostgreSQL")
///     .age(days(30))
///     .database("orders")
///     .account("app", "ReadWrite")
///     .daily_backups(7)
///     .slow_query("orders", "SELECT * FROM orders WHERE id = 17", Duration::from_secs(3));
/// let service = FakeService::builder().instance(shop).start()?;
///
/// let backups = service.client()?.describe_backups("pgm-fake0000000000002").await?;
/// assert_eq!(backups.items.len(), 7);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[must_use = "give it to `FakeServiceBuilder::instance`"]
pub struct FakeInstance {
    pub(crate) engine: String,
    #[serde(default)]
    pub(crate) id: Option<String>,
    #[serde(default)]
    pub(crate) version: Option<String>,
    #[serde(default)]
    pub(crate) class: Option<String>,
    #[serde(default)]
    pub(crate) region: Option<String>,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default, with = "given::seconds")]
    pub(crate) age: Duration,
    #[serde(default, deserialize_with = "given::flag")]
    pub(crate) stopped: bool,
    #[serde(default)]
    pub(crate) databases: Vec<String>,
    #[serde(default)]
    pub(crate) accounts: Vec<FakeAccount>,
    #[serde(default, deserialize_with = "given::days")]
    pub(crate) daily_backups: u32,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) slow_queries: Vec<Statement>,
    #[serde(default)]
    pub(crate) statements: Vec<Statement>,
    #[serde(default)]
    pub(crate) error_logs: Vec<String>,
    #[serde(default)]
    pub(crate) whitelist: Option<String>,
}

/// An account of such an instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FakeAccount {
    pub(crate) name: String,
    /// On each of its databases.
    pub(crate) privilege: String,
}

impl FakeInstance {
    /// A new, running instance of `MySQL`, `PostgreSQL`, `SQLServer` or `MariaDB`, with the newest version and a class of
    /// that engine.
    pub fn new(engine: impl Into<String>) -> Self {
        Self {
            engine: engine.into(),
            id: None,
            version: None,
            class: None,
            region: None,
            description: String::new(),
            age: Duration::ZERO,
            stopped: false,
            databases: Vec::new(),
            accounts: Vec::new(),
            daily_backups: 0,
            tags: BTreeMap::new(),
            slow_queries: Vec::new(),
            statements: Vec::new(),
            error_logs: Vec::new(),
            whitelist: None,
        }
    }

    /// Its id, such as `rm-shop`. Unless set, it has the next one that the service would give.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The version of its engine, such as `8.0`.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Its class, such as `mysql.x4.large.2c`.
    pub fn class(mut self, class: impl Into<String>) -> Self {
        self.class = Some(class.into());
        self
    }

    /// Its region; that of the service unless set.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Its description, which is the name that consoles show.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// The time since it was created, for which it has logs and values of performance.
    pub fn age(mut self, age: Duration) -> Self {
        self.age = age;
        self
    }

    /// It does not run.
    pub fn stopped(mut self) -> Self {
        self.stopped = true;
        self
    }

    /// A database in it.
    pub fn database(mut self, name: impl Into<String>) -> Self {
        self.databases.push(name.into());
        self
    }

    /// An account in it, with a privilege such as `ReadWrite` on each of its databases.
    pub fn account(mut self, name: impl Into<String>, privilege: impl Into<String>) -> Self {
        self.accounts.push(FakeAccount { name: name.into(), privilege: privilege.into() });
        self
    }

    /// As many automated backups, one for each of the last days. The backup policy keeps them for a day longer, and for seven
    /// days at least.
    pub fn daily_backups(mut self, days: u32) -> Self {
        self.daily_backups = days;
        self
    }

    /// A tag.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// A query in its slow log, which took this long and ended when the service starts.
    pub fn slow_query(mut self, database: impl Into<String>, sql: impl Into<String>, took: Duration) -> Self {
        self.slow_queries.push(Statement::new(sql).database(database).took(took));
        self
    }

    /// A statement in its SQL audit, which is on then.
    pub fn statement(mut self, statement: Statement) -> Self {
        self.statements.push(statement);
        self
    }

    /// A line in its error log.
    pub fn error_log(mut self, line: impl Into<String>) -> Self {
        self.error_logs.push(line.into());
        self
    }

    /// The addresses that may connect, commas between; `127.0.0.1` unless set.
    pub fn whitelist(mut self, addresses: impl Into<String>) -> Self {
        self.whitelist = Some(addresses.into());
        self
    }
}
