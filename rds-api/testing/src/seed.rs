//! What a test puts into the account of a service, as if it had happened.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::fake_instance::FakeInstance;
use crate::given;

/// Something that a test puts into the account of a running service, as if it had happened; see
/// [`FakeService::seed`](crate::FakeService::seed).
///
/// ```
/// use std::time::Duration;
/// use rds_api_testing::{FakeService, Seed, Statement};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> rds_api::Result<()> {
/// let service = FakeService::start()?;
/// let query = Statement::new("SELECT * FROM orders").database("shop").took(Duration::from_secs(3));
/// service.seed(Seed::slow_query(FakeService::INSTANCE, query))?;
///
/// let logged = service.client()?.describe_slow_log_records(FakeService::INSTANCE, "2020-01-01T00:00Z", "2990-01-01T00:00Z");
/// assert_eq!(logged.await?.items[0].sql_text.as_deref(), Some("SELECT * FROM orders"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "give it to `FakeService::seed`"]
pub struct Seed(pub(crate) Kind);

/// What there is to put into an account. The names are those of the addresses below `/testing/`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    ErrorLogs(#[serde(deserialize_with = "given::named")] OfInstance<LogLine>),
    Events(#[serde(deserialize_with = "given::named")] OfInstance<FakeEvent>),
    Instances(#[serde(deserialize_with = "given::named")] Box<FakeInstance>),
    PlannedTasks(#[serde(deserialize_with = "given::named")] OfInstance<PlannedTask>),
    SlowQueries(#[serde(deserialize_with = "given::named")] OfInstance<Statement>),
    Statements(#[serde(deserialize_with = "given::named")] OfInstance<Statement>),
}

/// Something that is of an instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OfInstance<T> {
    pub(crate) instance: String,
    #[serde(flatten, deserialize_with = "given::named", bound(deserialize = "T: Deserialize<'de>"))]
    pub(crate) what: T,
}

impl Seed {
    /// An instance, with what is in it.
    pub fn instance(instance: FakeInstance) -> Self {
        Self(Kind::Instances(Box::new(instance)))
    }

    /// A statement in the slow log of an instance, and in its SQL audit if that is on.
    pub fn slow_query(instance: impl Into<String>, statement: Statement) -> Self {
        Self(Kind::SlowQueries(of(instance, statement)))
    }

    /// A line in the error log of an instance.
    pub fn error_log(instance: impl Into<String>, line: LogLine) -> Self {
        Self(Kind::ErrorLogs(of(instance, line)))
    }

    /// A statement in the SQL audit of an instance, which is to be on.
    pub fn statement(instance: impl Into<String>, statement: Statement) -> Self {
        Self(Kind::Statements(of(instance, statement)))
    }

    /// A task that the service has planned for an instance.
    pub fn planned_task(instance: impl Into<String>, task: PlannedTask) -> Self {
        Self(Kind::PlannedTasks(of(instance, task)))
    }

    /// An event of an instance.
    pub fn event(instance: impl Into<String>, event: FakeEvent) -> Self {
        Self(Kind::Events(of(instance, event)))
    }
}

fn of<T>(instance: impl Into<String>, what: T) -> OfInstance<T> {
    OfInstance { instance: instance.into(), what }
}

impl From<FakeInstance> for Seed {
    fn from(instance: FakeInstance) -> Self {
        Self::instance(instance)
    }
}

/// A statement that an instance has executed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[must_use = "give it to `Seed`"]
pub struct Statement {
    pub(crate) sql: String,
    #[serde(default)]
    pub(crate) database: String,
    /// The account; the first of the instance unless set.
    #[serde(default)]
    pub(crate) user: Option<String>,
    #[serde(default = "host")]
    pub(crate) host: String,
    #[serde(default, with = "given::seconds")]
    pub(crate) took: Duration,
    #[serde(default, with = "given::seconds")]
    pub(crate) ago: Duration,
    #[serde(default = "rows_examined", deserialize_with = "given::count")]
    pub(crate) rows_examined: u64,
    #[serde(default = "rows_sent", deserialize_with = "given::count")]
    pub(crate) rows_sent: u64,
}

fn host() -> String {
    "10.0.0.1".to_owned()
}

fn rows_examined() -> u64 {
    100_000
}

fn rows_sent() -> u64 {
    1
}

impl Statement {
    /// A statement that has just ended, took no time, examined 100,000 rows and returned one.
    pub fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            database: String::new(),
            user: None,
            host: host(),
            took: Duration::ZERO,
            ago: Duration::ZERO,
            rows_examined: rows_examined(),
            rows_sent: rows_sent(),
        }
    }

    /// The database; none unless set.
    pub fn database(mut self, name: impl Into<String>) -> Self {
        self.database = name.into();
        self
    }

    /// The account; the first of the instance unless set, or `app`.
    pub fn user(mut self, name: impl Into<String>) -> Self {
        self.user = Some(name.into());
        self
    }

    /// The address from which it came; `10.0.0.1` unless set.
    pub fn host(mut self, address: impl Into<String>) -> Self {
        self.host = address.into();
        self
    }

    /// The time that it took.
    pub fn took(mut self, time: Duration) -> Self {
        self.took = time;
        self
    }

    /// The time since it ended, by the service's clock.
    pub fn ago(mut self, time: Duration) -> Self {
        self.ago = time;
        self
    }

    /// How many rows it examined, and how many it returned.
    pub fn rows(mut self, examined: u64, returned: u64) -> Self {
        (self.rows_examined, self.rows_sent) = (examined, returned);
        self
    }
}

/// A line in the error log of an instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[must_use = "give it to `Seed`"]
pub struct LogLine {
    pub(crate) text: String,
    #[serde(default, with = "given::seconds")]
    pub(crate) ago: Duration,
}

impl LogLine {
    /// A line that was just written.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ago: Duration::ZERO }
    }

    /// The time since it was written, by the service's clock.
    pub fn ago(mut self, time: Duration) -> Self {
        self.ago = time;
        self
    }
}

/// Something that the service has brought about or noticed: an entry of the event center, which `DescribeHistoryEvents` lists.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[must_use = "give it to `Seed`"]
pub struct FakeEvent {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default = "category")]
    pub(crate) category: String,
    #[serde(default = "level")]
    pub(crate) level: String,
    #[serde(default)]
    pub(crate) detail: String,
    #[serde(default, with = "given::seconds")]
    pub(crate) ago: Duration,
}

fn category() -> String {
    "Exception".to_owned()
}

fn level() -> String {
    "WARN".to_owned()
}

impl FakeEvent {
    /// An event of this type, such as `SystemFailure.Reboot`, that has just happened.
    pub fn new(kind: impl Into<String>) -> Self {
        let (category, level) = (category(), level());
        Self { kind: kind.into(), category, level, detail: String::new(), ago: Duration::ZERO }
    }

    /// Its category, such as `Maintenance`; `Exception` unless set.
    pub fn category(mut self, category: impl Into<String>) -> Self {
        self.category = category.into();
        self
    }

    /// Its severity: `INFO`, `WARN` or `CRITICAL`; `WARN` unless set.
    pub fn level(mut self, level: impl Into<String>) -> Self {
        self.level = level.into();
        self
    }

    /// What happened, in words.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The time since it happened, by the service's clock.
    pub fn ago(mut self, time: Duration) -> Self {
        self.ago = time;
        self
    }
}

/// A task that the service has planned, which `DescribeActiveOperationTasks` lists. The service does it when its time has
/// come by the service's clock.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[must_use = "give it to `Seed`"]
pub struct PlannedTask {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default = "system_maintenance")]
    pub(crate) level: String,
    #[serde(default = "a_day", with = "given::seconds")]
    pub(crate) switch_in: Duration,
    #[serde(default = "a_week", with = "given::seconds")]
    pub(crate) deadline_in: Duration,
    #[serde(default, with = "given::seconds")]
    pub(crate) prepare: Duration,
    #[serde(default = "yes", deserialize_with = "given::flag")]
    pub(crate) can_cancel: bool,
    #[serde(default = "yes", deserialize_with = "given::flag")]
    pub(crate) can_change: bool,
}

fn system_maintenance() -> String {
    "S1".to_owned()
}

fn a_day() -> Duration {
    Duration::from_secs(24 * 3600)
}

fn a_week() -> Duration {
    7 * a_day()
}

fn yes() -> bool {
    true
}

impl PlannedTask {
    /// A task of the type `rds_apsaradb_upgrade`, `rds_apsaradb_ha`, `rds_apsaradb_transfer` or `rds_apsaradb_maxscale`,
    /// which is done in a day, may be moved within a week, and called off.
    pub fn new(kind: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            level: system_maintenance(),
            switch_in: a_day(),
            deadline_in: a_week(),
            prepare: Duration::ZERO,
            can_cancel: true,
            can_change: true,
        }
    }

    /// Its level: `S0` for the recovery from an exception, or `S1` for maintenance, which it is unless set.
    pub fn level(mut self, level: impl Into<String>) -> Self {
        self.level = level.into();
        self
    }

    /// The time until it is done, and until when at most that may be put off; a day and a week unless set.
    pub fn switch_in(mut self, time: Duration, deadline: Duration) -> Self {
        (self.switch_in, self.deadline_in) = (time, deadline);
        self
    }

    /// The time before that for which it is under way and can neither be moved nor called off; none unless set.
    pub fn prepare(mut self, time: Duration) -> Self {
        self.prepare = time;
        self
    }

    /// It can be moved, and called off, or not; both unless set.
    pub fn allow(mut self, change: bool, cancel: bool) -> Self {
        (self.can_change, self.can_cancel) = (change, cancel);
        self
    }
}
