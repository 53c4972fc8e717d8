//! The migration of PostgreSQL databases of one's own to an instance: assessed, copied, followed, and cut over.

use std::time::SystemTime;

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::instance::Instance;
use super::journal::share;
use super::records::{Record, record, text};
use crate::refusal::Refusal;
use rds_api::Timestamp;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("ActivateMigrationTargetInstance", AccountState::cut_over),
    ("CreateCloudMigrationPrecheckTask", AccountState::assess_migration),
    ("CreateCloudMigrationTask", AccountState::begin_migration),
    ("DescribeCloudMigrationPrecheckResult", AccountState::list_assessments),
    ("DescribeCloudMigrationResult", AccountState::list_migrations),
];

const ASSESSMENT: &str = "migration assessment";
const MIGRATION: &str = "migration";

/// The stages of a migration, each with the share of its time at which it ends; then it follows the source.
const STAGES: [(&str, f64); 3] = [("precheck", 0.2), ("basebackup", 0.6), ("startup", 0.8)];

impl AccountState {
    /// The instance that a call is to migrate to.
    fn migration_target(&mut self, call: &Call<'_>) -> Result<&mut Instance, Refusal> {
        let instance = self.instance(call)?;
        if instance.engine != "PostgreSQL" {
            let message = format!("The instance is of {}, not of PostgreSQL.", instance.engine);
            return Err(Refusal::new(403, "IncorrectDBInstanceType", message));
        }
        if instance.status(call.now) != "Running" {
            let message = format!("The instance is {}, not Running.", instance.status(call.now));
            return Err(Refusal::new(400, "IncorrectDBInstanceState", message));
        }
        Ok(instance)
    }

    fn begin_task(&mut self, kind: &str, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.migration_target(call)?.id.clone();
        let id = 440_000 + self.next(kind);
        let name = call.text("TaskName").map_or_else(|| format!("slm-{id}"), str::to_owned);
        let now = Timestamp::from_system_time_secs(call.now).to_string();
        let mut task = call.given();
        task.extend(record(json!({
            "TaskId": id, "TaskName": name, "TargetInstanceName": instance, "GmtCreated": now, "GmtModified": now,
        })));
        self.records.insert(kind, &format!("{id:020}"), task)?;
        Ok(json!({ "DBInstanceName": instance, "TaskId": id, "TaskName": name }))
    }

    fn assess_migration(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.begin_task(ASSESSMENT, call)
    }

    fn begin_migration(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.begin_task(MIGRATION, call)
    }

    /// The share of its time that a task has had.
    fn progress(&self, task: &Record, now: SystemTime) -> f64 {
        let began = Timestamp::from(text(task, "GmtCreated")).to_system_time().unwrap_or(now);
        share(began, self.settings.change_duration, now)
    }

    /// The tasks that a call asks for, the newest first.
    fn tasks_of(&mut self, kind: &str, call: &Call<'_>) -> Result<Vec<Record>, Refusal> {
        let instance = self.instance(call)?.id.clone();
        let integer = |name: &str, task: &Record| {
            call.integer(name).is_none_or(|wanted| task.get(name).and_then(Json::as_i64) == Some(wanted))
        };
        let tasks = self.records.of(kind).map(|(_, task)| task).filter(|task| {
            text(task, "TargetInstanceName") == instance
                && integer("TaskId", task)
                && integer("SourcePort", task)
                && call.admits("TaskName", text(task, "TaskName"))
                && call.admits("SourceIpAddress", text(task, "SourceIpAddress"))
        });
        let mut tasks: Vec<Record> = tasks.cloned().collect();
        tasks.reverse();
        Ok(tasks)
    }

    fn list_assessments(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let tasks = self.tasks_of(ASSESSMENT, call)?.into_iter().map(|mut task| {
            let is_over = self.progress(&task, call.now) >= 1.0;
            let detail = if is_over { "{\"result\":\"success\"}" } else { "" };
            task.insert("Detail".to_owned(), detail.into());
            Json::Object(task)
        });
        let tasks: Vec<Json> = tasks.collect();
        call.listed(tasks)
    }

    /// The stage of a migration, and the state of its replication.
    fn stage(&self, task: &Record, now: SystemTime) -> (&'static str, &'static str) {
        let share = self.progress(task, now);
        if !text(task, "SwitchTime").is_empty() {
            return ("success", "finish");
        }
        match STAGES.iter().find(|(_, end)| share < *end) {
            Some((stage, _)) => (stage, "unstarted"),
            None if share < 1.0 => ("increment", "catchup"),
            None => ("increment", "streaming"),
        }
    }

    fn list_migrations(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let tasks = self.tasks_of(MIGRATION, call)?.into_iter().map(|mut task| {
            let (stage, state) = self.stage(&task, call.now);
            task.insert("MigrateStage".to_owned(), stage.into());
            task.insert("ReplicationState".to_owned(), state.into());
            Json::Object(task)
        });
        let tasks: Vec<Json> = tasks.collect();
        call.listed(tasks)
    }

    fn cut_over(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.migration_target(call)?.id.clone();
        let waits = |task: &Record| {
            text(task, "TargetInstanceName") == instance && text(task, "SwitchTime").is_empty()
        };
        let waiting = self.records.of(MIGRATION).find(|(_, task)| waits(task));
        let waiting = waiting.map(|(key, task)| (key.clone(), task.clone()));
        let Some((key, task)) = waiting else {
            let message = "No migration to the instance waits to be cut over.";
            return Err(Refusal::new(400, "InvalidMigrateTask", message));
        };
        let is_forced = call.text("ForceSwitch") == Some("1");
        let (stage, state) = self.stage(&task, call.now);
        if stage != "increment" || (state != "streaming" && !is_forced) {
            let message = format!("The migration is in the stage {stage}, and its replication {state}.");
            return Err(Refusal::new(400, "InvalidMigrateStatus", message));
        }
        let now = Timestamp::from_system_time_secs(call.now).to_string();
        if let Some(task) = self.records.get_mut(MIGRATION, &key) {
            task.insert("SwitchTime".to_owned(), now.clone().into());
            task.insert("GmtModified".to_owned(), now.into());
        }
        Ok(json!({
            "DBInstanceName": instance, "SourceIpAddress": task.get("SourceIpAddress"),
            "SourcePort": task.get("SourcePort"), "TaskId": task.get("TaskId"),
        }))
    }
}
