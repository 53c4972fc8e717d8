//! The simulation of backups: tasks that go through their phases, backup sets, and the backup policy.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use crate::refusal::Refusal;
use rds_api::{Timestamp, schema};

/// More backups than this within a day are refused.
const DAILY_QUOTA: usize = 20;

/// The backups of an instance.
#[derive(Debug, Default)]
pub(super) struct Backups {
    tasks: Vec<Task>,
    policy: Map<String, Json>,
}

/// One backup task, and the backup set that it makes.
#[derive(Debug)]
struct Task {
    id: i64,
    method: String,
    started: SystemTime,
    takes: Duration,
    is_deleted: bool,
}

/// The phases of a task, each with the share of the task's time at which it ends.
const PHASES: [(&str, f64); 4] =
    [("NoStart", 0.05), ("Preparing", 0.15), ("Uploading", 0.85), ("Checking", 1.0)];

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CreateBackup", AccountState::create_backup),
    ("DeleteBackup", AccountState::delete_backup),
    ("DeleteBackupFile", AccountState::delete_backup_file),
    ("DescribeBackupPolicy", AccountState::describe_backup_policy),
    ("DescribeBackups", AccountState::list_backups),
    ("DescribeBackupTasks", AccountState::list_backup_tasks),
    ("ModifyBackupPolicy", AccountState::modify_backup_policy),
];

impl Task {
    /// The share of the work that is done, from 0 to 1.
    fn share(&self, now: SystemTime) -> f64 {
        let elapsed = now.duration_since(self.started).unwrap_or_default();
        if self.takes.is_zero() { 1.0 } else { (elapsed.as_secs_f64() / self.takes.as_secs_f64()).min(1.0) }
    }

    fn phase(share: f64) -> &'static str {
        PHASES.iter().find(|(_, end)| share < *end).map_or("Finished", |(phase, _)| phase)
    }

    fn backup_id(&self) -> String {
        (300_000_000 + self.id).to_string()
    }

    /// True if there is a backup set.
    fn is_set(&self, now: SystemTime) -> bool {
        !self.is_deleted && self.share(now) >= 1.0
    }
}

impl AccountState {
    fn create_backup(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.durations.backup;
        self.created += 1;
        let id = 5_070_000 + i64::try_from(self.created).unwrap_or_default();
        let tasks = &mut self.running(call)?.backups.tasks;
        if tasks.iter().any(|task| task.share(call.now) < 1.0) {
            return Err(Refusal::new(400, "BackupJobExists", "A backup task of the instance is under way."));
        }
        let a_day = Duration::from_secs(24 * 3600);
        let is_recent = |task: &&Task| call.now.duration_since(task.started).is_ok_and(|age| age < a_day);
        if tasks.iter().filter(is_recent).count() >= DAILY_QUOTA {
            let message = format!("The instance has had {DAILY_QUOTA} backups within a day.");
            return Err(Refusal::new(403, "Exceeded.BackupTimes", message));
        }
        let method = call.text("BackupMethod").unwrap_or("Physical").to_owned();
        tasks.push(Task { id, method, started: call.now, takes, is_deleted: false });
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
                // All tasks here are manual.
                && call.admits("BackupMode", "Manual")
        };
        let jobs = self.instance(call)?.backups.tasks.iter().filter(is_wanted).map(|task| {
            let share = task.share(call.now);
            let phase = Task::phase(share);
            let mut job = json!({
                // A number, as the real service responds against its own contract.
                "BackupJobId": task.id,
                "BackupProgressStatus": phase,
                "JobMode": "Manual",
                "Process": format!("{:.0}", (share * 100.0).floor()),
                "TaskAction": "TempBackupTask",
            });
            // The status is that of a task under way; of one that is over, only a call that names its id shows
            // how it ended, and what it made.
            if wanted.is_some() || phase != "Finished" {
                job["BackupStatus"] = phase.into();
            }
            if wanted.is_some() && phase == "Finished" {
                job["BackupId"] = task.backup_id().into();
            }
            job
        });
        Ok(json!({ "Items": { "BackupJob": jobs.collect::<Vec<_>>() } }))
    }

    fn list_backups(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let time = |name: &str| call.text(name).and_then(|text| Timestamp::from(text).to_system_time());
        let (from, to) = (time("StartTime"), time("EndTime"));
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            return Err(Refusal::new(400, "InvalidEndTime.Format", "The end is not later than the start."));
        }
        let instance = self.instance(call)?;
        let is_wanted = |task: &&Task| {
            task.is_set(call.now)
                && call.admits("BackupId", &task.backup_id())
                && call.admits("BackupStatus", "Success")
                && call.admits("BackupMode", "Manual")
                && (call.admits("BackupType", "FullBackup") || call.text("BackupType") == Some("Auto"))
                && from.is_none_or(|from| task.started >= from)
                && to.is_none_or(|to| task.started <= to)
        };
        let sets = instance.backups.tasks.iter().rev().filter(is_wanted).map(|task| {
            json!({
                "BackupId": task.backup_id(),
                "BackupMethod": task.method,
                "BackupMode": "Manual",
                "BackupInitiator": "User",
                "BackupType": "FullBackup",
                "BackupStatus": "Success",
                "BackupStartTime": Timestamp::from(task.started).as_str(),
                "BackupEndTime": Timestamp::from(task.started + task.takes).as_str(),
                "BackupSize": 2_167_808 + task.id,
                "DBInstanceId": instance.id,
                "Engine": instance.engine,
                "EngineVersion": instance.engine_version,
                "IsAvail": 1,
                "StoreStatus": "Disabled",
            })
        });
        let page = call.page(sets.collect());
        // Text, where most operations have numbers.
        Ok(json!({
            "PageNumber": page.number.to_string(),
            "PageRecordCount": page.elements.len().to_string(),
            "TotalRecordCount": page.total.to_string(),
            "Items": { "Backup": page.elements },
        }))
    }

    fn delete_backup(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.delete_backup_sets(call)?;
        Ok(json!({}))
    }

    fn delete_backup_file(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let deleted = self.delete_backup_sets(call)?;
        Ok(json!({ "DeletedBaksetIds": { "DeletedBaksetIds": deleted } }))
    }

    fn delete_backup_sets(&mut self, call: &Call<'_>) -> Result<Vec<String>, Refusal> {
        let wanted: Vec<&str> = call.text("BackupId").unwrap_or_default().split(',').collect();
        let tasks = &mut self.running(call)?.backups.tasks;
        let exists = |id: &str| tasks.iter().any(|task| task.backup_id() == id && task.is_set(call.now));
        if let Some(missing) = wanted.iter().find(|id| !exists(id)) {
            let message = format!("There is no backup set {missing}.");
            return Err(Refusal::new(404, "InvalidBackupSetID.NotFound", message));
        }
        for task in tasks.iter_mut() {
            task.is_deleted |= wanted.contains(&task.backup_id().as_str());
        }
        Ok(wanted.into_iter().map(str::to_owned).collect())
    }

    fn describe_backup_policy(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let operation = schema::operation("DescribeBackupPolicy");
        let members = operation.map(|operation| operation.response.as_slice()).unwrap_or_default();
        let mut policy = schema::samples(members);
        for (name, value) in &self.instance(call)?.backups.policy {
            if let Some(kept) = policy.get_mut(name) {
                // A value that is set as a number may be listed as text, and the other way round.
                *kept = match (&*kept, value) {
                    (Json::String(_), Json::String(_)) => value.clone(),
                    (Json::String(_), other) => other.to_string().into(),
                    (Json::Number(_), Json::String(text)) => {
                        text.parse::<i64>().map_or(value.clone(), Json::from)
                    }
                    _ => value.clone(),
                };
            }
        }
        Ok(policy.into())
    }

    fn modify_backup_policy(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        let given = call.parameters.iter().map(|(name, value)| (name.clone(), value.clone()));
        instance.backups.policy.extend(given);
        Ok(json!({ "DBInstanceID": instance.id }))
    }
}
