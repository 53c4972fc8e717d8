//! Tasks, as they go on and end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::journal::{Task, end};
use crate::refusal::Refusal;
use rds_api::Timestamp;

mod planned;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CancelActiveOperationTasks", AccountState::cancel_planned_tasks),
    ("DescribeActiveOperationMaintainConf", AccountState::describe_maintenance),
    ("DescribeActiveOperationTasks", AccountState::list_planned_tasks),
    ("DescribeHistoryTasks", AccountState::list_past_tasks),
    ("DescribeHistoryTasksStat", AccountState::count_past_tasks),
    ("DescribeTasks", AccountState::list_tasks),
    ("ModifyActiveOperationTasks", AccountState::move_planned_tasks),
    ("ModifyTaskInfo", AccountState::modify_task),
];

impl Task {
    fn seconds_left(&self, now: SystemTime) -> u64 {
        let end = end(self.began, self.takes);
        end.duration_since(now).unwrap_or_default().as_secs()
    }

    fn id(&self) -> String {
        format!("t-fake{:013}", self.id)
    }

    fn status(&self, now: SystemTime) -> &'static str {
        if self.share(now) < 1.0 { "Running" } else { "Succeed" }
    }

    fn progress(&self, now: SystemTime) -> f64 {
        (self.share(now) * 100.0).floor()
    }
}

impl AccountState {
    fn list_tasks(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = self.instance(call)?.id.clone();
        let tasks = self.activities.tasks.iter().rev().filter(|task| {
            // 2 stands for a task that is over.
            let status = if task.share(call.now) < 1.0 { "1" } else { "2" };
            // The release of an instance is seen by its absence: what waits for it, Terraform among others, knows no
            // such task with a number for its state.
            task.instance == id
                && task.action != "DeleteDBInstance"
                && call.spans(task.began)
                && call.admits("TaskAction", &task.action)
                && call.admits("Status", status)
        });
        let tasks = tasks.map(|task| {
            let is_over = task.share(call.now) >= 1.0;
            let end = Timestamp::from(end(task.began, task.takes)).to_string();
            json!({
                "TaskId": task.id, "TaskAction": task.action, "BeginTime": Timestamp::from(task.began).as_str(),
                "FinishTime": if is_over { end.as_str() } else { "" }, "ExpectedFinishTime": end,
                "Progress": format!("{:.0}", task.progress(call.now)), "Remain": task.seconds_left(call.now),
                "Status": if is_over { "2" } else { "1" }, "CurrentStepName": if is_over { "" } else { "exec_task" },
                "StepProgressInfo": if is_over { "1/1" } else { "0/1" },
            })
        });
        call.listed(tasks.collect())
    }

    fn past_tasks(&self, call: &Call<'_>) -> Vec<&Task> {
        let region = self.region(call);
        let wanted = call.texts("Status");
        let ids = call.texts("TaskId");
        let instances = call.texts("InstanceId");
        let is_wanted = |task: &&Task| {
            let took = call.now.duration_since(task.began).unwrap_or_default().min(task.takes).as_secs();
            task.region == region
                && call.time("FromStartTime").is_none_or(|from| task.began >= from)
                && call.time("ToStartTime").is_none_or(|to| task.began <= to)
                && (wanted.is_empty() || wanted.iter().any(|it| it == task.status(call.now)))
                && (ids.is_empty() || ids.contains(&task.id()))
                && (instances.is_empty() || instances.contains(&task.instance))
                && call.admits("TaskType", &task.action)
                && call.integer("FromExecTime").is_none_or(|from| took >= u64::try_from(from).unwrap_or(0))
                && call
                    .integer("ToExecTime")
                    .is_none_or(|to| to <= 0 || took <= u64::try_from(to).unwrap_or(0))
        };
        self.activities.tasks.iter().rev().filter(is_wanted).collect()
    }

    fn list_past_tasks(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let tasks = self.past_tasks(call).into_iter().map(|task| {
            let is_over = task.share(call.now) >= 1.0;
            let end = Timestamp::from(end(task.began, task.takes)).to_string();
            let instance = self.instances.get(&task.instance);
            json!({
                "TaskId": task.id(), "TaskType": task.action, "InstanceId": task.instance,
                "InstanceName": instance.map(|it| it.text("DBInstanceDescription")).unwrap_or_default(),
                "InstanceType": "Instance", "Product": "rds", "RegionId": task.region, "DbType": planned::db_type(instance.map(Arc::as_ref)),
                "StartTime": Timestamp::from(task.began).as_str(), "EndTime": if is_over { end.as_str() } else { "" },
                "Progress": task.progress(call.now), "RemainTime": task.seconds_left(call.now),
                "Status": task.status(call.now), "CallerSource": "USER", "CallerUid": crate::simulation::ACCOUNT_ID,
                "Uid": crate::simulation::ACCOUNT_ID, "ActionInfo": "{}", "TaskDetail": "{}",
                "CurrentStepName": if is_over { "" } else { "exec_task" },
            })
        });
        call.listed(tasks.collect())
    }

    fn count_past_tasks(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for task in self.past_tasks(call) {
            *counts.entry(task.status(call.now)).or_default() += 1;
        }
        let counts =
            counts.into_iter().map(|(status, count)| json!({ "Status": status, "TotalCount": count }));
        Ok(json!({ "Items": counts.collect::<Vec<_>>() }))
    }

    fn modify_task(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ids = call.texts("TaskId");
        // A task here can neither be stopped nor sped up.
        let message = "mst.errorcode.task_not_modifiable.errordesc";
        Ok(json!({ "SuccessCount": "0", "ErrorTaskId": ids.join(","), "ErrorCode": message }))
    }

    fn describe_maintenance(&mut self, _call: &Call<'_>) -> Result<Json, Refusal> {
        Ok(json!({ "HasConfig": 0, "Config": {} }))
    }
}
