//! The sets that backup tasks make.

use std::time::SystemTime;

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::instance::Instance;
use super::super::journal::end;
use super::{Task, files};
use crate::refusal::Refusal;
use rds_api::Timestamp;

impl Task {
    fn set_as_json(&self, instance: &Instance, endpoint: &str, now: SystemTime) -> Json {
        let name = files::backup_name(&self.backup_id());
        let url = files::url(endpoint, &instance.id, &name, now);
        let ended = end(self.started, self.takes);
        let consistent = ended.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let links = self.databases.iter().map(|database| {
            let name = files::database_backup_name(&self.backup_id(), database);
            let url = files::url(endpoint, &instance.id, &name, now);
            json!({ "DataBase": database, "DownloadLink": url, "IntranetDownloadLink": url })
        });
        json!({
            "BackupId": self.backup_id(), "BackupMethod": self.method, "BackupMode": self.mode,
            "BackupInitiator": if self.mode == "Manual" { "User" } else { "System" },
            "BackupType": "FullBackup", "BackupStatus": "Success",
            "BackupStartTime": Timestamp::from(self.started).as_str(),
            "BackupEndTime": Timestamp::from(ended).as_str(),
            "BackupSize": files::size(&name), "Checksum": files::checksum(&name),
            "BackupDownloadURL": url, "BackupIntranetDownloadURL": url,
            "BackupDownloadLinkByDB": links.collect::<Vec<_>>(), "ConsistentTime": consistent.as_secs(),
            "HostInstanceID": instance.nodes().last(), "MetaStatus": "OK", "CopyOnlyBackup": "0",
            "DBInstanceId": instance.id, "DBInstanceComment": instance.text("DBInstanceDescription"),
            "Engine": instance.engine, "EngineVersion": instance.engine_version, "Encryption": "{}",
            "ExpectExpireTime": self.expires.as_deref().unwrap_or_default(), "IsAvail": 1, "StorageClass": "0",
            "StoreStatus": "Disabled",
        })
    }
}

impl AccountState {
    pub(super) fn list_backups(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let endpoint = self.settings.endpoint.clone();
        let instance = self.instance(call)?;
        call.listed(sets(instance, call, &endpoint))
    }

    /// The sets of instances that are gone, as far as they were to be kept.
    pub(super) fn list_detached_backups(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let mut all = Vec::new();
        for instance in self.recycled.values() {
            let is_wanted =
                call.admits("DBInstanceId", &instance.id) && call.admits("Region", &instance.region);
            if is_wanted {
                let kept = instance.backups.kept_after_release();
                all.extend(sets(instance, call, &self.settings.endpoint).into_iter().take(kept));
            }
        }
        call.listed(all)
    }

    pub(super) fn delete_backup(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.delete_backup_sets(call)?;
        Ok(json!({}))
    }

    pub(super) fn delete_backup_file(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let deleted = self.delete_backup_sets(call)?;
        Ok(json!({ "DeletedBaksetIds": deleted }))
    }

    fn delete_backup_sets(&mut self, call: &Call<'_>) -> Result<Vec<String>, Refusal> {
        let wanted = call.texts("BackupId");
        let tasks = &mut self.running(call)?.backups.tasks;
        let exists = |id: &str| tasks.iter().any(|task| task.backup_id() == id && task.is_set(call.now));
        if let Some(missing) = wanted.iter().find(|id| !exists(id)) {
            return Err(not_found(missing));
        }
        for task in tasks.iter_mut() {
            task.is_deleted |= wanted.contains(&task.backup_id());
        }
        Ok(wanted)
    }

    pub(super) fn modify_backup_expiry(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let wanted = call.integer("BackupId").unwrap_or_default().to_string();
        let tasks = &mut self.running(call)?.backups.tasks;
        let task = tasks.iter_mut().find(|task| task.backup_id() == wanted && task.is_set(call.now));
        task.ok_or_else(|| not_found(&wanted))?.expires = call.text("ExpectExpireTime").map(str::to_owned);
        Ok(json!({ "Data": wanted }))
    }
}

pub(in crate::simulation) fn not_found(id: &str) -> Refusal {
    Refusal::new(404, "InvalidBackupSetID.NotFound", format!("There is no backup set {id}."))
}

/// The sets of an instance that a call asks for, the newest first.
fn sets(instance: &Instance, call: &Call<'_>, endpoint: &str) -> Vec<Json> {
    let is_wanted = |task: &&Task| {
        task.is_set(call.now)
            && call.admits("BackupId", &task.backup_id())
            && call.admits("BackupStatus", "Success")
            && call.admits("BackupMode", &task.mode)
            && (call.admits("BackupType", "FullBackup") || call.text("BackupType") == Some("Auto"))
            && call.spans(task.started)
    };
    let sets = instance.backups.tasks.iter().rev().filter(is_wanted);
    sets.map(|task| task.set_as_json(instance, endpoint, call.now)).collect()
}
