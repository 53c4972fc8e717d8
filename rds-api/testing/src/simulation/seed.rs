//! What a test puts into the account: instances that are there from the start, and what happens to them by no call.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::account_state::AccountState;
use super::accounts::Account;
use super::catalog::engines::{ENGINES, Engine};
use super::databases::Database;
use super::instance::Instance;
use super::logs::LoggedStatement;
use super::whitelists::Whitelist;
use crate::fake_instance::FakeInstance;
use crate::fake_service::FakeService;
use crate::given;
use crate::seed::{self, OfInstance, Statement};

/// The addresses below `/testing/` of this product: the durations, and each kind of seed.
pub(super) const ADDRESSES: &[&str] =
    &[DURATIONS, "error-logs", "events", "instances", "planned-tasks", "slow-queries", "statements"];

/// The address of what changes take.
const DURATIONS: &str = "durations";

#[derive(Serialize, Deserialize)]
struct Durations {
    #[serde(default, with = "given::optional_seconds")]
    backup: Option<Duration>,
    #[serde(default, with = "given::optional_seconds")]
    change: Option<Duration>,
}

/// A statement that is longer is not taken.
const MAX_SQL_BYTES: usize = 65_536;

const DAY: Duration = Duration::from_secs(24 * 3600);

impl AccountState {
    /// Puts in what is given at one of the addresses, or says what is wrong with it.
    pub(super) fn put_given(&mut self, name: &str, given: &Json, now: SystemTime) -> Result<Json, String> {
        if name == DURATIONS {
            let Durations { backup, change } = given::read(given)?;
            let settings = &mut self.settings;
            settings.backup_duration = backup.unwrap_or(settings.backup_duration);
            settings.change_duration = change.unwrap_or(settings.change_duration);
            return Ok(json!({}));
        }
        let kind: seed::Kind = given::read(&json!({ name: given }))?;
        self.put(kind, now)
    }

    /// Puts in what a test asks for, and says what has become of it.
    pub(crate) fn put(&mut self, kind: seed::Kind, now: SystemTime) -> Result<Json, String> {
        self.catch_up(now);
        match kind {
            seed::Kind::Instances(instance) => {
                let id = self.add(*instance, now)?;
                return Ok(json!({ "instance": id }));
            }
            seed::Kind::SlowQueries(OfInstance { instance, what }) => {
                let instance = self.seeded(&instance)?;
                let query = instance.logged(what, now)?;
                instance.logs.add_slow_query(query.clone());
                instance.audit(query);
            }
            seed::Kind::Statements(OfInstance { instance: id, what }) => {
                let instance = self.seeded(&id)?;
                let statement = instance.logged(what, now)?;
                if !instance.is_audited() {
                    return Err(format!(
                        "the SQL audit of `{id}` is not on; ModifySQLCollectorPolicy switches it on"
                    ));
                }
                instance.audit(statement);
            }
            seed::Kind::PlannedTasks(OfInstance { instance, what }) => {
                self.seeded(&instance)?;
                return self.plan_task(&instance, what, now);
            }
            seed::Kind::ErrorLogs(OfInstance { instance, what }) => {
                let time = before(now, what.ago);
                self.seeded(&instance)?.logs.add_error(time, what.text);
            }
            seed::Kind::Events(OfInstance { instance, what }) => {
                let region = self.seeded(&instance)?.region.clone();
                return self.add_system_event(instance, region, what, now);
            }
        }
        Ok(json!({}))
    }

    /// The instance that something is put into.
    fn seeded(&mut self, id: &str) -> Result<&mut Instance, String> {
        self.instances.get_mut(id).map(Arc::make_mut).ok_or_else(|| format!("there is no instance `{id}`"))
    }

    /// Adds the instance that every service begins with.
    pub(crate) fn add_first(&mut self, now: SystemTime) -> Result<(), String> {
        let first =
            FakeInstance::new("MySQL").id(FakeService::INSTANCE).version("8.0").class("mysql.n2.medium.2c");
        self.add(first.description("The instance that exists from the start"), now).map(drop)
    }

    /// Adds an instance and tells its id, or says what is wrong with it.
    pub(crate) fn add(&mut self, given: FakeInstance, now: SystemTime) -> Result<String, String> {
        let names: Vec<&str> = ENGINES.iter().map(|engine| engine.name).collect();
        let engine = Engine::named(&given.engine).ok_or_else(|| {
            format!("there is no engine `{}`; there are {}", given.engine, names.join(", "))
        })?;
        let newest = engine.versions.last().copied().unwrap_or_default();
        let version = given.version.as_deref().unwrap_or(newest);
        if !engine.has_version(version) {
            return Err(format!("{} has no version `{version}`", engine.name));
        }
        let default = engine.classes().find(|class| class.category == "HighAvailability");
        let class = given.class.as_deref().map_or(default, |code| engine.class(code));
        let class = class.ok_or_else(|| format!("{} has no such class", engine.name))?;
        let (number, id) = match given.id {
            Some(id) => (self.next("instance"), id),
            None => self.next_instance(engine.prefix),
        };
        if self.instances.contains_key(&id) {
            return Err(format!("there are two instances `{id}`"));
        }
        let region = given.region.unwrap_or_else(|| self.settings.region.clone());
        let created = before(now, given.age);
        let mut instance = Instance::new(id, number, (engine, version, &class), &region, created);
        instance.set("DBInstanceDescription", given.description);
        instance.set("DBInstanceStorage", 100);
        instance.tags.extend(given.tags);
        if let Some(addresses) = &given.whitelist {
            instance.whitelists.insert("default".to_owned(), Whitelist::parse(addresses)?);
        }
        for name in &given.databases {
            instance.databases.insert(name.clone(), Database::new(engine.character_sets[0]));
        }
        for given_account in given.accounts {
            let mut account = Account::new("Normal");
            let privilege = given_account.privilege;
            account.privileges = given.databases.iter().map(|it| (it.clone(), privilege.clone())).collect();
            instance.accounts.insert(given_account.name, account);
        }
        for days in (1..=given.daily_backups).rev() {
            let Some(started) = now.checked_sub(DAY * days) else { continue };
            instance.backups.add_automated(self.next("backup"), started, Duration::from_secs(600));
        }
        if given.daily_backups > 0 {
            instance.backups.keep_for(given.daily_backups + 1);
        }
        for statement in given.slow_queries {
            let query = instance.logged(statement, now)?;
            instance.logs.add_slow_query(query);
        }
        for statement in given.statements {
            instance.begin_audit();
            let statement = instance.logged(statement, now)?;
            instance.audit(statement);
        }
        given.error_logs.into_iter().for_each(|line| instance.logs.add_error(now, line));
        if given.stopped {
            instance.change("Stopping", "Stopped", created, Duration::ZERO);
        }
        instance.check_quotas().map_err(|refusal| format!("{}: {}", instance.id, refusal.message))?;
        self.check_quota(1).map_err(|refusal| refusal.message)?;
        let id = instance.id.clone();
        self.instances.insert(id.clone(), Arc::new(instance));
        Ok(id)
    }
}

/// A time ago, which may be earlier than a clock can say.
pub(super) fn before(now: SystemTime, ago: Duration) -> SystemTime {
    now.checked_sub(ago).filter(|time| *time >= SystemTime::UNIX_EPOCH).unwrap_or(SystemTime::UNIX_EPOCH)
}

impl Instance {
    /// A statement as a log has it.
    fn logged(&self, given: Statement, now: SystemTime) -> Result<LoggedStatement, String> {
        let Statement { sql, database, user, host, took, ago, rows_examined, rows_sent } = given;
        let time = before(before(now, ago), took);
        let first = || self.accounts.keys().next().cloned().unwrap_or_else(|| "app".to_owned());
        let user = user.unwrap_or_else(first);
        if sql.len() > MAX_SQL_BYTES {
            return Err(format!("`sql` is longer than {MAX_SQL_BYTES} bytes"));
        }
        Ok(LoggedStatement { time, database, user, host, sql, took, rows_examined, rows_sent })
    }
}
