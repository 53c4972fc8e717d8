//! The simulation of backups: tasks that go through their phases, backup sets, and the backup policy.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value as Json, json};

use super::FakeService;
use super::answer::Refusal;
use super::examples;
use crate::{Timestamp, catalogue};

type Parameters = Map<String, Json>;

/// The backups of the one instance there is.
pub(super) struct Backups {
    duration: Duration,
    tasks: Vec<Task>,
    policy: Parameters,
}

/// One backup task, and the backup set that it makes.
struct Task {
    id: i64,
    method: String,
    started: SystemTime,
    is_deleted: bool,
}

/// The phases of a task, each with the share of the task's time at which it ends.
const PHASES: [(&str, f64); 4] =
    [("NoStart", 0.05), ("Preparing", 0.15), ("Uploading", 0.85), ("Checking", 1.0)];

impl Task {
    /// The share of the work that is done, from 0 to 1.
    fn share(&self, duration: Duration, now: SystemTime) -> f64 {
        let elapsed = now.duration_since(self.started).unwrap_or_default();
        if duration.is_zero() { 1.0 } else { (elapsed.as_secs_f64() / duration.as_secs_f64()).min(1.0) }
    }

    fn phase(share: f64) -> &'static str {
        PHASES.iter().find(|(_, end)| share < *end).map_or("Finished", |(phase, _)| phase)
    }

    fn backup_id(&self) -> String {
        format!("{}", 300_000_000 + self.id)
    }
}

impl Backups {
    pub(super) fn new(duration: Duration) -> Self {
        Self { duration, tasks: Vec::new(), policy: Map::new() }
    }

    /// The answer of an operation that is simulated; `None` for all others.
    pub(super) fn answer(
        &mut self,
        operation: &str,
        parameters: &Parameters,
        now: SystemTime,
    ) -> Option<Result<Json, Refusal>> {
        let simulate: fn(&mut Self, &Parameters, SystemTime) -> Result<Json, Refusal> = match operation {
            "CreateBackup" => Self::create,
            "DescribeBackupTasks" => Self::tasks,
            "DescribeBackups" => Self::list,
            "DeleteBackup" => Self::delete,
            "DescribeBackupPolicy" => Self::policy,
            "ModifyBackupPolicy" => Self::modify_policy,
            _ => return None,
        };
        let instance = text(parameters, "DBInstanceId");
        Some(if instance == Some(FakeService::INSTANCE) {
            simulate(self, parameters, now)
        } else {
            let message = "The specified instance is not found.";
            Err(Refusal::new(404, "InvalidDBInstanceName.NotFound", message))
        })
    }

    fn create(&mut self, parameters: &Parameters, now: SystemTime) -> Result<Json, Refusal> {
        if self.tasks.iter().any(|task| task.share(self.duration, now) < 1.0) {
            return Err(Refusal::new(400, "BackupJobExists", "A backup task of the instance is under way."));
        }
        let id = 5_070_001 + self.tasks.len() as i64;
        let method = text(parameters, "BackupMethod").unwrap_or("Physical").to_owned();
        self.tasks.push(Task { id, method, started: now, is_deleted: false });
        Ok(json!({ "BackupJobId": id.to_string() }))
    }

    fn tasks(&mut self, parameters: &Parameters, now: SystemTime) -> Result<Json, Refusal> {
        let wanted = parameters.get("BackupJobId").and_then(Json::as_i64);
        let state = text(parameters, "BackupJobStatus");
        let is_wanted = |task: &&Task| {
            let share = task.share(self.duration, now);
            wanted.is_none_or(|id| id == task.id)
                && match state {
                    Some("NoStart") => Task::phase(share) == "NoStart",
                    Some("Progressing") => share < 1.0 && Task::phase(share) != "NoStart",
                    _ => true,
                }
                // All tasks here are manual.
                && text(parameters, "BackupMode") != Some("Automated")
        };
        let jobs = self.tasks.iter().filter(is_wanted).map(|task| {
            let share = task.share(self.duration, now);
            let phase = Task::phase(share);
            let mut job = json!({
                // A number, as the real service answers against its own contract.
                "BackupJobId": task.id,
                "BackupProgressStatus": phase,
                "BackupStatus": phase,
                "JobMode": "Manual",
                "Process": format!("{:.0}", (share * 100.0).floor()),
                "TaskAction": "TempBackupTask",
            });
            if wanted.is_some() && phase == "Finished" {
                job["BackupId"] = task.backup_id().into();
            }
            job
        });
        Ok(json!({ "Items": { "BackupJob": jobs.collect::<Vec<_>>() } }))
    }

    fn list(&mut self, parameters: &Parameters, now: SystemTime) -> Result<Json, Refusal> {
        let number = |name: &str| parameters.get(name).and_then(Json::as_u64);
        let (page, size) = (number("PageNumber").unwrap_or(1), number("PageSize").unwrap_or(30));
        let is_wanted = |task: &&Task| {
            !task.is_deleted
                && task.share(self.duration, now) >= 1.0
                && text(parameters, "BackupId").is_none_or(|id| id == task.backup_id())
                && text(parameters, "BackupStatus") != Some("Failed")
                && text(parameters, "BackupMode") != Some("Automated")
        };
        let sets: Vec<Json> =
            self.tasks.iter().rev().filter(is_wanted).map(|task| self.backup(task)).collect();
        let total = sets.len();
        let first = (page.max(1) - 1).saturating_mul(size) as usize;
        let sets: Vec<Json> = sets.into_iter().skip(first).take(size as usize).collect();
        Ok(json!({
            "PageNumber": page.to_string(),
            "PageRecordCount": sets.len().to_string(),
            "TotalRecordCount": total.to_string(),
            "Items": { "Backup": sets },
        }))
    }

    fn backup(&self, task: &Task) -> Json {
        json!({
            "BackupId": task.backup_id(),
            "BackupMethod": task.method,
            "BackupMode": "Manual",
            "BackupType": "FullBackup",
            "BackupStatus": "Success",
            "BackupStartTime": Timestamp::from(task.started).as_str(),
            "BackupEndTime": Timestamp::from(task.started + self.duration).as_str(),
            "BackupSize": 2_167_808 + task.id,
            "DBInstanceId": FakeService::INSTANCE,
            "IsAvail": 1,
            "StoreStatus": "Disabled",
        })
    }

    fn delete(&mut self, parameters: &Parameters, now: SystemTime) -> Result<Json, Refusal> {
        let wanted: Vec<&str> = text(parameters, "BackupId").unwrap_or_default().split(',').collect();
        let exists = |id: &&&str| {
            let task = self.tasks.iter().find(|task| task.backup_id() == **id);
            task.is_some_and(|task| !task.is_deleted && task.share(self.duration, now) >= 1.0)
        };
        if let Some(missing) = wanted.iter().find(|id| !exists(id)) {
            let message = format!("There is no backup set {missing}.");
            return Err(Refusal::new(404, "InvalidBackupId.NotFound", message));
        }
        for task in &mut self.tasks {
            task.is_deleted |= wanted.contains(&task.backup_id().as_str());
        }
        Ok(json!({}))
    }

    fn policy(&mut self, _: &Parameters, _: SystemTime) -> Result<Json, Refusal> {
        let operation = catalogue::operation("DescribeBackupPolicy");
        let members = operation.map(|operation| operation.response.as_slice()).unwrap_or_default();
        let mut policy = examples::body(members);
        for (name, value) in &self.policy {
            if let Some(kept) = policy.get_mut(name) {
                // What is set as a number may be told as text, and the other way round.
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
        Ok(policy)
    }

    fn modify_policy(&mut self, parameters: &Parameters, _: SystemTime) -> Result<Json, Refusal> {
        self.policy.extend(parameters.iter().map(|(name, value)| (name.clone(), value.clone())));
        Ok(json!({ "DBInstanceID": FakeService::INSTANCE }))
    }
}

fn text<'p>(parameters: &'p Parameters, name: &str) -> Option<&'p str> {
    parameters.get(name).and_then(Json::as_str)
}
