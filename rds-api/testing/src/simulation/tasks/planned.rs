//! Tasks that the service has planned, each for a time of its own, which a user may move or call off.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::instance::Instance;
use super::super::journal::end;
use super::super::records::{Record, record, text};
use crate::refusal::Refusal;
use crate::seed::{FakeEvent, PlannedTask};
use rds_api::Timestamp;

const KIND: &str = "planned task";

/// How many tasks a call may be about.
const MAX_IDS: usize = 25;

const PENDING: i64 = 3;
const UNDER_WAY: i64 = 4;
const SUCCEEDED: i64 = 5;
const FAILED: i64 = 6;
const CANCELLED: i64 = 7;

/// The types of task, and how the service calls each for people.
const TYPES: &[(&str, &str, &str)] = &[
    ("rds_apsaradb_ha", "Primary/secondary switchover", "主备切换"),
    ("rds_apsaradb_maxscale", "Proxy minor version update", "代理小版本升级"),
    ("rds_apsaradb_transfer", "Instance migration", "实例迁移"),
    ("rds_apsaradb_upgrade", "Minor version update", "小版本升级"),
];

fn time(task: &Record, name: &str) -> Option<SystemTime> {
    Timestamp::from(text(task, name)).to_system_time()
}

fn preparation(task: &Record) -> Duration {
    Duration::from_secs(task.get("Preparation").and_then(Json::as_u64).unwrap_or_default())
}

/// When a task begins to be prepared.
fn start(task: &Record) -> Option<SystemTime> {
    time(task, "SwitchTime")?.checked_sub(preparation(task))
}

fn status(task: &Record, now: SystemTime) -> i64 {
    match task.get("Status").and_then(Json::as_i64).unwrap_or(FAILED) {
        PENDING if start(task).is_some_and(|start| start <= now) => UNDER_WAY,
        status => status,
    }
}

fn text_of(time: SystemTime) -> Json {
    Timestamp::from_system_time_secs(time).to_string().into()
}

/// The name that tasks have for an engine.
pub(super) fn db_type(instance: Option<&Instance>) -> &'static str {
    match instance.map(|it| it.engine.as_str()) {
        Some("PostgreSQL") => "pgsql",
        Some("SQLServer") => "mssql",
        _ => "mysql",
    }
}

impl AccountState {
    /// Plans a task, or says what is wrong with it.
    pub(in crate::simulation) fn plan_task(
        &mut self,
        instance: &str,
        given: PlannedTask,
        now: SystemTime,
    ) -> Result<Json, String> {
        let PlannedTask { kind, level, switch_in, deadline_in, prepare, can_cancel, can_change } = given;
        if !TYPES.iter().any(|(known, ..)| *known == kind) {
            let known: Vec<&str> = TYPES.iter().map(|(known, ..)| *known).collect();
            return Err(format!("there is no type `{kind}`; there are {}", known.join(", ")));
        }
        if !["S0", "S1"].contains(&level.as_str()) {
            return Err(format!("there is no level `{level}`; there are S0 and S1"));
        }
        if deadline_in < switch_in || switch_in < prepare {
            return Err("`prepare`, `switch_in` and `deadline_in` are to follow one another".to_owned());
        }
        let id = 11_110 + self.next(KIND);
        let task = json!({
            "Id": id, "InsName": instance, "TaskType": kind, "ChangeLevel": level, "Status": PENDING,
            "CreatedTime": text_of(now), "ModifiedTime": text_of(now), "SwitchTime": text_of(end(now, switch_in)),
            "Deadline": text_of(end(now, deadline_in)), "Preparation": prepare.as_secs(),
            "AllowCancel": can_cancel, "AllowChange": can_change,
        });
        self.records.insert(KIND, &id.to_string(), record(task)).map_err(|refusal| refusal.message)?;
        Ok(json!({ "id": id }))
    }

    /// Does what was planned for a time that has come.
    pub(in crate::simulation) fn execute_planned_tasks(&mut self, now: SystemTime) {
        let takes = self.settings.change_duration;
        let is_due = |task: &Record| {
            status(task, now) == UNDER_WAY && time(task, "SwitchTime").is_none_or(|switch| switch <= now)
        };
        let due: Vec<(String, Record)> = self
            .records
            .of(KIND)
            .filter(|(_, task)| is_due(task))
            .map(|(id, task)| (id.clone(), task.clone()))
            .collect();
        for (id, task) in due {
            let at = time(&task, "SwitchTime").unwrap_or(now);
            let instance = text(&task, "InsName").to_owned();
            let done = self.instances.get_mut(&instance).map(Arc::make_mut).map(|instance| {
                instance.undergo(text(&task, "TaskType"), at, takes);
                instance.region.clone()
            });
            if let Some(task) = self.records.get_mut(KIND, &id) {
                let status = if done.is_some() { SUCCEEDED } else { FAILED };
                task.insert("Status".to_owned(), status.into());
                task.insert("ModifiedTime".to_owned(), text_of(at));
            }
            if let Some(region) = done {
                let (_, words, _) = named(text(&task, "TaskType"));
                let event = FakeEvent::new("SystemMaintenance.Reboot")
                    .category("Maintenance")
                    .level("INFO")
                    .detail(words)
                    .ago(now.duration_since(at).unwrap_or_default());
                let noted = self.add_system_event(instance, region, event, now);
                debug_assert!(noted.is_ok(), "{noted:?}");
            }
        }
    }

    pub(super) fn list_planned_tasks(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = call.text("Region").unwrap_or(&self.settings.region);
        let any = |filter: &str, value: &str| {
            call.text(filter).is_none_or(|wanted| wanted == "all" || wanted.eq_ignore_ascii_case(value))
        };
        let flag = |filter: &str, task: &Record| {
            let is_set = task.get(filter) == Some(&Json::Bool(true));
            call.integer(filter).is_none_or(|wanted| wanted == -1 || wanted == i64::from(is_set))
        };
        let tasks = self.records.of(KIND).filter_map(|(_, task)| {
            let instance = self.instances.get(text(task, "InsName")).map(Arc::as_ref)?;
            let is_wanted = (region == "all" || instance.region == region)
                && any("ProductId", "RDS")
                && any("ChangeLevel", text(task, "ChangeLevel"))
                && any("DbType", db_type(Some(instance)))
                && any("TaskType", text(task, "TaskType"))
                && call.admits("InsName", &instance.id)
                && flag("AllowCancel", task)
                && flag("AllowChange", task)
                && call.integer("Status").is_none_or(|it| it == -1 || it == status(task, call.now));
            is_wanted.then(|| shown(task, instance, call.now))
        });
        let mut tasks: Vec<Json> = tasks.collect();
        tasks.sort_by_key(|task| task["Id"].as_u64());
        call.listed(tasks)
    }

    pub(super) fn move_planned_tasks(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let refuse = |code, message: &str| Err(Refusal::new(400, code, message));
        let is_immediate = call.integer("ImmediateStart") == Some(1);
        let ids = self.pending_tasks(call, "AllowChange", "TaskModifyError")?;
        for id in &ids {
            let Some(task) = self.records.get_mut(KIND, id) else { continue };
            let earliest = end(call.now, preparation(task));
            let switch = if is_immediate { Some(earliest) } else { call.time("SwitchTime") };
            let Some(switch) = switch else {
                return refuse("InvalidTime.Format", "`SwitchTime` is no time.");
            };
            if switch < earliest {
                return refuse("StartTimeBeforeNow", "The task would have to start before now.");
            }
            if !is_immediate && time(task, "Deadline").is_some_and(|deadline| switch > deadline) {
                return refuse("SwitchTimeAfterDeadline", "The time is later than the deadline of the task.");
            }
            task.insert("SwitchTime".to_owned(), text_of(switch));
            task.insert("ModifiedTime".to_owned(), text_of(call.now));
        }
        Ok(json!({ "Ids": ids.join(",") }))
    }

    pub(super) fn cancel_planned_tasks(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ids = self.pending_tasks(call, "AllowCancel", "IncorrectTaskType")?;
        for id in &ids {
            let Some(task) = self.records.get_mut(KIND, id) else { continue };
            task.insert("Status".to_owned(), CANCELLED.into());
            task.insert("ResultInfo".to_owned(), "userCancel".into());
            task.insert("ModifiedTime".to_owned(), text_of(call.now));
        }
        Ok(json!({ "Ids": ids.join(",") }))
    }

    /// The tasks that a call is about, all of which wait for their time and allow what it is to do.
    fn pending_tasks(&self, call: &Call<'_>, allowed: &str, code: &str) -> Result<Vec<String>, Refusal> {
        let ids = call.texts("Ids");
        if ids.len() > MAX_IDS {
            return Err(Refusal::new(400, "InvalidParam", format!("There are more than {MAX_IDS} ids.")));
        }
        for id in &ids {
            let task = self.records.get(KIND, id).ok_or_else(|| {
                Refusal::new(404, "InvalidTask.NotFound", format!("There is no planned task {id}."))
            })?;
            let (code, why) = match status(task, call.now) {
                PENDING if task.get(allowed) == Some(&Json::Bool(true)) => continue,
                PENDING => (code, "does not allow this"),
                UNDER_WAY => ("TaskHasStarted", "has started"),
                _ => ("IncorrectTaskStatus", "is over"),
            };
            return Err(Refusal::new(400, code, format!("The task {id} {why}.")));
        }
        Ok(ids)
    }
}

fn named(kind: &str) -> (&'static str, &'static str, &'static str) {
    TYPES.iter().find(|(known, ..)| *known == kind).copied().unwrap_or(TYPES[0])
}

/// A task as the list has it.
fn shown(task: &Record, instance: &Instance, now: SystemTime) -> Json {
    let seconds = preparation(task).as_secs();
    let (_, english, chinese) = named(text(task, "TaskType"));
    let is_system = text(task, "ChangeLevel") == "S1";
    let own = json!({
        "Status": status(task, now), "StartTime": start(task).map(text_of),
        "PrepareInterval": format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
        "DbType": db_type(Some(instance)), "DbVersion": instance.engine_version, "Region": instance.region,
        "CurrentAVZ": instance.text("ZoneId"), "InsComment": instance.text("DBInstanceDescription"),
        "ChangeLevelEn": if is_system { "System maintenance" } else { "Exception recovery" },
        "ChangeLevelZh": if is_system { "系统运维" } else { "异常修复" },
        "Impact": "TransientDisconnection", "ImpactEn": "Transient instance disconnection", "ImpactZh": "实例闪断",
        "TaskTypeEn": english, "TaskTypeZh": chinese, "TaskParams": "{}",
    });
    let mut task = task.clone();
    for name in ["AllowCancel", "AllowChange"] {
        let is_allowed = task.get(name) == Some(&Json::Bool(true));
        task.insert(name.to_owned(), if is_allowed { "1" } else { "0" }.into());
    }
    task.extend(record(own));
    Json::Object(task)
}

impl Instance {
    /// Goes through what a task does to an instance. One that does not run stays as it is.
    fn undergo(&mut self, kind: &str, at: SystemTime, takes: Duration) {
        let is_running = self.status(at) == "Running";
        let through = match kind {
            "rds_apsaradb_upgrade" => {
                let latest = self.text("LatestKernelVersion");
                self.set("CurrentKernelVersion", latest);
                "MinorVersionUpgrading"
            }
            "rds_apsaradb_ha" => {
                if let Some(secondary) = self.ordered_nodes().into_iter().nth(1) {
                    self.set("MasterNode", secondary);
                }
                "HASwitching"
            }
            "rds_apsaradb_transfer" => "TRANSING",
            _ => return,
        };
        if is_running {
            self.change(through, "Running", at, takes);
        }
    }
}
