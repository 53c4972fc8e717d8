//! Upgrades of instances of PostgreSQL to a later major version, and the checks that come before them.

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::catalog;
use super::instance::Instance;
use super::records::{Record, record, text};
use crate::refusal::Refusal;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("DescribeUpgradeMajorVersionPrecheckTask", AccountState::list_upgrade_checks),
    ("DescribeUpgradeMajorVersionTasks", AccountState::list_upgrades),
    ("UpgradeDBInstanceMajorVersion", AccountState::upgrade_major_version),
    ("UpgradeDBInstanceMajorVersionPrecheck", AccountState::check_upgrade),
];

/// The kinds of records.
const CHECK: &str = "upgrade check";
const UPGRADE: &str = "upgrade";

/// A report is good for seven days.
const GOOD_FOR: u64 = 7 * 24 * 3600 * 1000;

fn milliseconds(time: std::time::SystemTime) -> u64 {
    let time = time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// A time of a record.
fn time(record: &Record, name: &str) -> u64 {
    text(record, name).parse().unwrap_or_default()
}

/// The later version that a call asks for.
fn target(instance: &Instance, call: &Call<'_>) -> Result<String, Refusal> {
    instance.require_engine(&["PostgreSQL"])?;
    let engine = instance.engine();
    let target = call.owned("TargetMajorVersion");
    catalog::check_version(engine, &target)?;
    let position = |version: &str| engine.versions.iter().position(|known| *known == version);
    if position(&target) <= position(&instance.engine_version) {
        let message = format!("The instance has {}, and {target} is not later.", instance.engine_version);
        return Err(Refusal::new(403, "TargetMajorVesionNotSupported", message));
    }
    Ok(target)
}

impl AccountState {
    fn next_upgrade_task(&mut self) -> u64 {
        416_980_000 + self.next(UPGRADE)
    }

    fn check_upgrade(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ends = milliseconds(call.now + self.settings.change_duration);
        let task = self.next_upgrade_task();
        let instance = self.running(call)?;
        let target = target(instance, call)?;
        let id = instance.id.clone();
        let report = json!({
            "DBInstanceId": id, "TaskId": task, "SourceMajorVersion": instance.engine_version,
            "TargetMajorVersion": target, "UpgradeMode": call.owned("UpgradeMode"), "Result": "Success",
            "CheckTime": ends.to_string(), "EffectiveTime": (ends + GOOD_FOR).to_string(),
            "Detail": "[user_check_report]User check success",
        });
        self.records.insert(CHECK, &task.to_string(), record(report))?;
        Ok(json!({ "DBInstanceName": id, "TargetMajorVersion": target, "TaskId": task.to_string() }))
    }

    /// A check is there with its report, once that is.
    fn list_upgrade_checks(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = self.instance(call)?.id.clone();
        let now = milliseconds(call.now);
        let reports = self.records.of(CHECK).filter(|(task, report)| {
            text(report, "DBInstanceId") == id
                && time(report, "CheckTime") <= now
                && call.integer("TaskId").is_none_or(|wanted| wanted.to_string() == **task)
                && call.admits("TargetMajorVersion", text(report, "TargetMajorVersion"))
        });
        call.listed(reports.map(|(_, report)| Json::Object(report.clone())).collect())
    }

    fn upgrade_major_version(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let source = self.running(call)?.clone();
        let target = target(&source, call)?;
        let now = milliseconds(call.now);
        let is_checked = self.records.of(CHECK).any(|(_, report)| {
            text(report, "DBInstanceId") == source.id
                && text(report, "TargetMajorVersion") == target
                && (time(report, "CheckTime")..time(report, "EffectiveTime")).contains(&now)
        });
        if !is_checked {
            let message = "No check of the instance for this version has passed within seven days.";
            return Err(Refusal::new(400, "InvalidUpgradePrecheckResult", message));
        }
        let is_switched = call.is_true("SwitchOver");
        if is_switched && !source.read_only_ids.is_empty() {
            let message = "Instances read for the instance, so it cannot be switched over.";
            return Err(Refusal::new(400, "PrimaryInstanceWithReadonlyNotSupport", message));
        }
        let upgraded = if call.text("UpgradeMode") == Some("inPlaceUpgrade") {
            let instance = self.running(call)?;
            target.clone_into(&mut instance.engine_version);
            instance.change("EngineVersionUpgrading", "Running", call.now, takes);
            source.id.clone()
        } else {
            let mut upgraded = self.derive(&source, source.engine().prefix, call)?;
            target.clone_into(&mut upgraded.engine_version);
            if is_switched {
                std::mem::swap(&mut upgraded.connections, &mut self.running(call)?.connections);
            }
            self.begin(upgraded, call)
        };
        let task = self.next_upgrade_task();
        let ends = milliseconds(call.now + takes).to_string();
        let upgrade = json!({
            "TaskId": task, "SourceInsName": source.id, "SourceMajorVersion": source.engine_version,
            "TargetInsName": upgraded, "TargetMajorVersion": target, "StartTime": now.to_string(), "EndTime": ends,
            "CollectStatMode": call.owned("CollectStatMode"), "cutOver": is_switched,
            "UpgradeMode": if is_switched { "switch" } else { "clone" },
            "SwitchTime": if is_switched { ends.as_str() } else { "" },
        });
        self.records.insert(UPGRADE, &task.to_string(), record(upgrade))?;
        Ok(json!({ "DBInstanceId": upgraded, "TaskId": task }))
    }

    fn list_upgrades(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = self.instance(call)?.id.clone();
        let now = milliseconds(call.now);
        let upgrades = self.records.of(UPGRADE).filter(|(task, upgrade)| {
            [text(upgrade, "SourceInsName"), text(upgrade, "TargetInsName")].contains(&id.as_str())
                && call.integer("TaskId").is_none_or(|wanted| wanted.to_string() == **task)
                && call.admits("TargetMajorVersion", text(upgrade, "TargetMajorVersion"))
        });
        let upgrades = upgrades.map(|(_, upgrade)| {
            let mut shown = upgrade.clone();
            let is_over = time(upgrade, "EndTime") <= now;
            shown.insert("Result".to_owned(), if is_over { "Success" } else { "Running" }.into());
            if !is_over {
                shown.remove("EndTime");
            }
            Json::Object(shown)
        });
        call.listed(upgrades.collect())
    }
}
