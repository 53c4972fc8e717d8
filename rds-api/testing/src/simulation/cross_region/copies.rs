//! The copies in other regions, of backup sets and of logs.

use std::time::SystemTime;

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::backups::logs::log_files;
use super::super::backups::{files, sets};
use super::super::call::Call;
use super::super::instance::Instance;
use super::Copy;
use crate::execution::download_address::LIFETIME;
use crate::refusal::Refusal;
use rds_api::Timestamp;

/// The name of the file of a copy.
fn file_name(copy: &Copy) -> String {
    files::backup_name(&copy.task.backup_id())
}

impl Copy {
    fn to_json(&self, instance: &Instance, endpoint: &str, now: SystemTime) -> Json {
        let name = file_name(self);
        let made = Timestamp::from(self.made()).to_string();
        json!({
            "CrossBackupId": self.id, "CrossBackupRegion": self.region, "CrossBackupSetLocation": "oss",
            "CrossBackupSetFile": format!("{}_{}_{name}", instance.region, instance.id),
            "CrossBackupSetSize": files::size(&name), "BackupMethod": if self.task.method == "Logical" { "L" } else { "P" }, "BackupType": "F",
            "CrossBackupDownloadLink": files::url(endpoint, &instance.id, &name, now), "BackupSetStatus": 0,
            "BackupSetScale": i32::from(!self.task.databases.is_empty()), "ConsistentTime": made,
            "BackupStartTime": Timestamp::from(self.task.started).as_str(), "BackupEndTime": made,
            "Category": instance.text("Category"), "DBInstanceStorageType": instance.text("DBInstanceStorageType"),
            "Engine": instance.engine.to_lowercase(), "EngineVersion": instance.engine_version,
            "InstanceId": instance.nodes().last(), "RestoreRegions": [self.region, instance.region],
        })
    }
}

impl Instance {
    /// The names of the files of copies, which are there also when the sets are not any more.
    pub(in crate::simulation) fn copied_files(&self, now: SystemTime) -> impl Iterator<Item = String> {
        let kept = self.cross_region.copies.iter().filter(move |copy| copy.is_kept(&self.cross_region, now));
        kept.map(file_name)
    }
}

/// Refuses a call that says neither of which copy nor of which time it is.
fn require_time(call: &Call<'_>) -> Result<(), Refusal> {
    let has_time = call.text("StartTime").is_some() && call.text("EndTime").is_some();
    if has_time || call.parameters.contains_key("CrossBackupId") {
        return Ok(());
    }
    let message = "Either `CrossBackupId` or `StartTime` and `EndTime` are needed.";
    Err(Refusal::new(400, "ParameterAbsence", message))
}

impl AccountState {
    /// The copy of this id, and the instance that it is of, which may be gone.
    pub(super) fn copy(&self, id: i64, now: SystemTime) -> Result<(Instance, Copy), Refusal> {
        let instances = self.instances.values().chain(self.recycled.values());
        let mut copies = instances.flat_map(|it| it.cross_region.copies.iter().map(move |copy| (it, copy)));
        let found =
            copies.find(|(instance, copy)| copy.id == id && copy.is_kept(&instance.cross_region, now));
        let (instance, copy) = found.ok_or_else(|| sets::not_found(&id.to_string()))?;
        Ok((Instance::clone(instance), copy.clone()))
    }

    pub(super) fn list_copies(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        require_time(call)?;
        let endpoint = self.settings.endpoint.clone();
        let instance = self.copied_instance(call, "CrossBackupNotSupport")?;
        let id = |name: &str| call.integer(name);
        let copies = instance.cross_region.copies.iter().rev().filter(|copy| {
            copy.is_kept(&instance.cross_region, call.now)
                && id("CrossBackupId").is_none_or(|wanted| wanted == copy.id)
                && id("BackupId").is_none_or(|wanted| wanted.to_string() == copy.task.backup_id())
                && call.admits("CrossBackupRegion", &copy.region)
                && call.spans(copy.task.started)
        });
        call.listed(copies.map(|copy| copy.to_json(instance, &endpoint, call.now)).collect())
    }

    pub(super) fn list_copied_logs(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let endpoint = self.settings.endpoint.clone();
        let instance = self.copied_instance(call, "CrossBackupNotSupport")?;
        let cross = &instance.cross_region;
        let oldest = call.now.checked_sub(cross.retention());
        let wanted = (call.time("StartTime"), call.time("EndTime"));
        let logs = log_files(instance, call.now, wanted).into_iter().filter(|file| {
            file.is_complete
                && cross.logs_since.is_some_and(|since| file.end >= since)
                && oldest.is_none_or(|oldest| file.end > oldest)
                && call.admits("CrossBackupRegion", &cross.region)
        });
        let logs = logs.map(|file| {
            let path = file.path(&instance.engine);
            let url = files::url(&endpoint, &instance.id, &path, call.now);
            json!({
                "CrossBackupRegion": cross.region, "CrossDownloadLink": url, "CrossIntranetDownloadLink": url,
                "CrossLogBackupId": 10 * file.number + file.node % 10, "CrossLogBackupSize": files::size(&path),
                "InstanceId": file.node, "LinkExpiredTime": Timestamp::from(call.now + LIFETIME).as_str(),
                "LogBeginTime": Timestamp::from(file.begin).as_str(), "LogEndTime": Timestamp::from(file.end).as_str(),
                "LogFileName": format!("{}_{}_{}", instance.region, instance.id, file.name(&instance.engine)),
            })
        });
        let logs: Vec<Json> = logs.collect();
        call.listed(logs)
    }

    /// The time to which a copy allows to restore: that of the set, and later as far as logs were copied.
    pub(super) fn describe_copied_time(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = call.integer("CrossBackupId").unwrap_or_default();
        let (instance, copy) = self.copy(id, call.now)?;
        let until = if instance.cross_region.logs_since.is_some() { call.now } else { copy.made() };
        Ok(json!({
            "CrossBackupId": id, "RegionId": instance.region,
            "RecoveryBeginTime": Timestamp::from_system_time_secs(copy.made()).as_str(),
            "RecoveryEndTime": Timestamp::from_system_time_secs(until).as_str(),
        }))
    }

    pub(super) fn list_copied_databases(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let (instance, copy) = self.copy(call.integer("BackupSetId").unwrap_or_default(), call.now)?;
        let is_in_set = |name: &String| copy.task.databases.is_empty() || copy.task.databases.contains(name);
        let databases = instance.databases.keys().filter(|name| {
            is_in_set(name)
                && call.admits("GetDbName", name)
                && call.text("Pattern").is_none_or(|part| name.contains(part))
        });
        let databases = databases.map(|name| json!({ "Database": name, "Size": "10", "Tables": "" }));
        let mut response = call.listed(databases.collect())?;
        response["DBInstanceName"] = instance.id.into();
        Ok(response)
    }
}
