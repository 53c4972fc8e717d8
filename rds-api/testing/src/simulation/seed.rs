//! Instances that are there from the start.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::account_state::AccountState;
use super::accounts::Account;
use super::catalog::engines::{ENGINES, Engine};
use super::databases::Database;
use super::instance::Instance;
use super::logs::SlowQuery;
use super::whitelists::Whitelist;
use crate::fake_instance::FakeInstance;
use crate::fake_service::FakeService;

const DAY: Duration = Duration::from_secs(24 * 3600);

impl AccountState {
    /// Adds the instance that every service begins with.
    pub(crate) fn add_first(&mut self, now: SystemTime) -> Result<(), String> {
        let first =
            FakeInstance::new("MySQL").id(FakeService::INSTANCE).version("8.0").class("mysql.n2.medium.2c");
        self.add(first.description("The instance that exists from the start"), now)
    }

    /// Adds an instance, or says what is wrong with it.
    pub(crate) fn add(&mut self, given: FakeInstance, now: SystemTime) -> Result<(), String> {
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
        let created = now.checked_sub(given.age).unwrap_or(SystemTime::UNIX_EPOCH);
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
        for (name, privilege) in given.accounts {
            let mut account = Account::new("Normal");
            account.privileges = given.databases.iter().map(|it| (it.clone(), privilege.clone())).collect();
            instance.accounts.insert(name, account);
        }
        for days in (1..=given.backups).rev() {
            let Some(started) = now.checked_sub(DAY * days) else { continue };
            instance.backups.add_automated(self.next("backup"), started, Duration::from_secs(600));
        }
        if given.backups > 0 {
            instance.backups.keep_for(given.backups + 1);
        }
        for (database, sql, took) in given.slow_queries {
            let time = now.checked_sub(took).unwrap_or(now);
            let user = instance.accounts.keys().next().cloned().unwrap_or_else(|| "app".to_owned());
            let (host, rows_examined, rows_sent) = ("10.0.0.1".to_owned(), 100_000, 1);
            let query = SlowQuery { time, database, user, host, sql, took, rows_examined, rows_sent };
            instance.logs.add_slow_query(query);
        }
        given.errors.into_iter().for_each(|line| instance.logs.add_error(now, line));
        if given.is_stopped {
            instance.change("Stopping", "Stopped", created, Duration::ZERO);
        }
        instance.check_quotas().map_err(|refusal| format!("{}: {}", instance.id, refusal.message))?;
        self.check_quota(1).map_err(|refusal| refusal.message)?;
        self.instances.insert(instance.id.clone(), Arc::new(instance));
        Ok(())
    }
}
