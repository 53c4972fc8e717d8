//! The simulation of backups: tasks that go through their phases, the sets that they make, logs, and the policy.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::journal::share;
use crate::refusal::Refusal;

pub(crate) mod files;
pub(super) mod logs;
mod policy;
mod schedule;
pub(super) mod sets;
mod user_files;

/// More backups than this within a day are refused.
const DAILY_QUOTA: usize = 20;

/// The backups of an instance.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Backups {
    tasks: Vec<Task>,
    /// What was set of the policy.
    pub(super) policy: Map<String, Json>,
    /// When the policy has the next backup made; not known until the instance has been looked at.
    #[serde(default)]
    next: Option<SystemTime>,
    /// When logs were last removed on demand.
    pub(super) purged: Option<SystemTime>,
}

/// One backup task, and the backup set that it makes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Task {
    id: i64,
    pub(super) method: String,
    mode: String,
    /// The databases that it is of; all, if there are none.
    pub(super) databases: Vec<String>,
    pub(super) started: SystemTime,
    pub(super) takes: Duration,
    is_deleted: bool,
    /// When it is removed, if not when the policy says.
    expires: Option<String>,
}

/// The phases of a task, each with the share of the task's time at which it ends.
const PHASES: [(&str, f64); 4] =
    [("NoStart", 0.05), ("Preparing", 0.15), ("Uploading", 0.85), ("Checking", 1.0)];

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("AuthorizeBackupEncryption", AccountState::authorize_backup_encryption),
    ("CheckBackupEncryptionAuthorized", AccountState::check_backup_encryption),
    ("CheckRegionSupportBackupEncryption", AccountState::check_backup_encryption),
    ("CreateBackup", AccountState::create_backup),
    ("DeleteBackup", AccountState::delete_backup),
    ("DeleteBackupFile", AccountState::delete_backup_file),
    ("DeleteUserBackupFile", AccountState::delete_user_file),
    ("DescribeBackupDatabase", AccountState::describe_backup_databases),
    ("DescribeBackupPolicy", AccountState::describe_backup_policy),
    ("DescribeBackupTasks", AccountState::list_backup_tasks),
    ("DescribeBackups", AccountState::list_backups),
    ("DescribeBinlogFiles", AccountState::list_binary_logs),
    ("DescribeDetachedBackups", AccountState::list_detached_backups),
    ("DescribeLogBackupFiles", AccountState::list_log_backups),
    ("EnableBackupEncryption", AccountState::enable_backup_encryption),
    ("ImportUserBackupFile", AccountState::import_user_file),
    ("ListUserBackupFiles", AccountState::list_user_files),
    ("ModifyBackupPolicy", AccountState::modify_backup_policy),
    ("ModifyBackupSetExpireTime", AccountState::modify_backup_expiry),
    ("UpdateUserBackupFile", AccountState::update_user_file),
];

impl Task {
    /// The share of the work that is done, from 0 to 1.
    fn share(&self, now: SystemTime) -> f64 {
        share(self.started, self.takes, now)
    }

    fn phase(share: f64) -> &'static str {
        PHASES.iter().find(|(_, end)| share < *end).map_or("Finished", |(phase, _)| phase)
    }

    pub(super) fn backup_id(&self) -> String {
        (300_000_000 + self.id).to_string()
    }

    /// True if there is a backup set.
    fn is_set(&self, now: SystemTime) -> bool {
        !self.is_deleted && self.share(now) >= 1.0
    }
}

impl Backups {
    /// Adds a backup that the service made by itself.
    pub(super) fn add_automated(&mut self, number: u64, started: SystemTime, takes: Duration) {
        let task = Task {
            id: task_id(number),
            method: "Physical".to_owned(),
            mode: "Automated".to_owned(),
            databases: Vec::new(),
            started,
            takes,
            is_deleted: false,
            expires: None,
        };
        let at = self.tasks.partition_point(|it| it.started <= started);
        self.tasks.insert(at, task);
    }

    /// The ids of the sets from which a state can be restored, and when each was made; oldest first.
    pub(super) fn restorable(&self, now: SystemTime) -> impl Iterator<Item = (String, SystemTime)> {
        self.tasks.iter().filter(move |task| task.is_set(now)).map(|task| (task.backup_id(), task.started))
    }

    /// The tasks whose sets are there, oldest first.
    pub(super) fn complete(&self, now: SystemTime) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(move |task| task.is_set(now))
    }

    /// The names of the files of the latest sets.
    fn files(&self, now: SystemTime, sets: usize) -> impl Iterator<Item = String> {
        let sets = self.tasks.iter().rev().filter(move |task| task.is_set(now)).take(sets);
        sets.flat_map(|task| {
            let id = task.backup_id();
            let of_databases = task.databases.iter().map(|name| files::database_backup_name(&id, name));
            of_databases.chain([files::backup_name(&id)]).collect::<Vec<_>>()
        })
    }

    /// How many of the latest sets are kept once the instance is gone.
    fn kept_after_release(&self) -> usize {
        match self.policy.get("ReleasedKeepPolicy").and_then(Json::as_str) {
            Some("All") => usize::MAX,
            Some("Lastest") => 1,
            _ => 0,
        }
    }

    /// The bytes of all backup sets, and of all logs.
    pub(super) fn sizes(&self, now: SystemTime) -> (u64, u64) {
        let sets = self.tasks.iter().filter(|task| task.is_set(now));
        let sets: u64 = sets.map(|task| files::size(&files::backup_name(&task.backup_id()))).sum();
        (sets, sets / 4)
    }
}

fn task_id(number: u64) -> i64 {
    5_070_000 + i64::try_from(number).unwrap_or_default()
}

impl AccountState {
    fn create_backup(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.backup_duration;
        let number = self.next("backup");
        let instance = self.running(call)?;
        let databases = call.texts("DBName");
        if let Some(missing) = databases.iter().find(|name| !instance.databases.contains_key(*name)) {
            return Err(super::databases::not_found(missing));
        }
        let tasks = &mut instance.backups.tasks;
        if tasks.iter().any(|task| task.share(call.now) < 1.0) {
            return Err(Refusal::new(400, "BackupJobExists", "A backup task of the instance is under way."));
        }
        let a_day = Duration::from_secs(24 * 3600);
        let is_recent = |task: &&Task| {
            task.mode == "Manual" && call.now.duration_since(task.started).is_ok_and(|age| age < a_day)
        };
        if tasks.iter().filter(is_recent).count() >= DAILY_QUOTA {
            let message = format!("The instance has had {DAILY_QUOTA} backups within a day.");
            return Err(Refusal::new(403, "Exceeded.BackupTimes", message));
        }
        let id = task_id(number);
        tasks.push(Task {
            id,
            method: call.text("BackupMethod").unwrap_or("Physical").to_owned(),
            mode: "Manual".to_owned(),
            databases,
            started: call.now,
            takes,
            is_deleted: false,
            expires: None,
        });
        Ok(json!({ "BackupJobId": id.to_string() }))
    }

    fn list_backup_tasks(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let wanted = call.integer("BackupJobId");
        let is_wanted = |task: &&Task| {
            let phase = Task::phase(task.share(call.now));
            wanted.is_none_or(|id| id == task.id)
                && match call.text("BackupJobStatus") {
                    Some("NoStart") => phase == "NoStart",
                    Some("Progressing") => phase != "NoStart" && phase != "Finished",
                    _ => true,
                }
                && call.admits("BackupMode", &task.mode)
        };
        let jobs = self.instance(call)?.backups.tasks.iter().filter(is_wanted).map(|task| {
            let share = task.share(call.now);
            let phase = Task::phase(share);
            let action = if task.mode == "Manual" { "TempBackupTask" } else { "NormalBackupTask" };
            let mut job = json!({
                "BackupJobId": task.id,
                "BackupProgressStatus": phase,
                "JobMode": task.mode,
                "Process": format!("{:.0}", (share * 100.0).floor()),
                "TaskAction": action,
                // The status is that of a task under way; of one that is over, only a call that names its id shows
                // how it ended, and what it made.
                "BackupStatus": null,
                "BackupId": null,
            });
            if wanted.is_some() || phase != "Finished" {
                job["BackupStatus"] = phase.into();
            }
            if wanted.is_some() && phase == "Finished" {
                job["BackupId"] = task.backup_id().into();
            }
            job
        });
        Ok(json!({ "Items": jobs.collect::<Vec<_>>() }))
    }

    fn describe_backup_databases(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let names: Vec<&str> = instance.databases.keys().map(String::as_str).collect();
        Ok(json!({ "DatabaseNames": names.join(",") }))
    }

    /// The role in which the service encrypts for the account.
    pub(super) fn encryption_role(&self) -> String {
        format!("acs:ram::{}:role/aliyunrdsinstanceencryptiondefaultrole", crate::simulation::ACCOUNT_ID)
    }

    fn authorize_backup_encryption(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let key = format!("{}/backup encryption", self.region(call));
        self.account_settings.insert(key, true.into());
        Ok(json!({ "AuthorizationState": 1, "RoleARN": self.encryption_role() }))
    }

    fn check_backup_encryption(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let key = format!("{}/backup encryption", self.region(call));
        let is_authorized = self.account_settings.contains_key(&key);
        let role = if is_authorized { self.encryption_role() } else { String::new() };
        Ok(json!({ "AuthorizationState": is_authorized, "RoleARN": role, "SupportBackupEncryption": true }))
    }

    fn enable_backup_encryption(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        instance.set("BackupEncryptionKey", call.owned("EncryptionKey"));
        Ok(json!({ "DBInstanceId": instance.id }))
    }
}
