//! Full backups that a user has brought along.

use std::time::{Duration, SystemTime};

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::records::{Record, text};
use crate::refusal::Refusal;

const KIND: &str = "user backup";

fn milliseconds(time: SystemTime) -> String {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis().to_string()
}

/// The record as it stands now: an import takes as long as a backup.
fn imported(record: &Record, now: SystemTime, takes: Duration) -> Record {
    let mut record = record.clone();
    let began = Duration::from_millis(text(&record, "CreationTime").parse().unwrap_or_default());
    let ends = SystemTime::UNIX_EPOCH.checked_add(began.saturating_add(takes));
    if let Some(ends) = ends.filter(|ends| *ends <= now) {
        record.insert("FinishTime".to_owned(), milliseconds(ends).into());
        record.insert("Status".to_owned(), "BackupSuccess".into());
    }
    record
}

impl AccountState {
    pub(super) fn import_user_file(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let file: Json = match call.text("BackupFile") {
            Some(file) => serde_json::from_str(file).map_err(|error| {
                let message = format!("`BackupFile` is not JSON: {error}");
                Refusal::new(400, "InvalidBackupFile.Format", message)
            })?,
            None => json!({}),
        };
        let id = self.next_id("b");
        let part = |name: &str| file[name].as_str().unwrap_or_default().to_owned();
        let mut record = call.given();
        let now = milliseconds(call.now);
        for (name, value) in [
            ("BackupId", id.clone()),
            ("RegionId", self.region(call)),
            ("Engine", "mysql".to_owned()),
            ("EngineVersion", call.text("EngineVersion").unwrap_or("5.7").to_owned()),
            ("OssBucket", part("Bucket")),
            ("OssFilePath", part("File")),
            ("OssFileName", part("File").rsplit('/').next().unwrap_or_default().to_owned()),
            ("OssUrl", part("Key")),
            ("CreationTime", now.clone()),
            ("ModificationTime", now),
            ("FinishTime", String::new()),
            ("Reason", "success".to_owned()),
            ("Status", "Importing".to_owned()),
        ] {
            record.insert(name.to_owned(), value.into());
        }
        record.insert("OssFileSize".to_owned(), super::files::size(&id).into());
        record.entry("Retention").or_insert(7300.into());
        self.records.insert(KIND, &id, record)?;
        Ok(json!({ "BackupId": id, "Status": true }))
    }

    pub(super) fn list_user_files(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        let takes = self.settings.backup_duration;
        let is_wanted = |record: &Record| {
            text(record, "RegionId") == region
                && ["BackupId", "Comment", "Status", "OssUrl"]
                    .iter()
                    .all(|name| call.admits(name, text(record, name)))
        };
        let files =
            self.records.of(KIND).map(|(_, record)| imported(record, call.now, takes)).filter(is_wanted);
        Ok(json!({ "Records": files.map(Json::Object).collect::<Vec<_>>() }))
    }

    fn user_file(&mut self, call: &Call<'_>) -> Result<&mut Record, Refusal> {
        let (id, region) = (call.owned("BackupId"), self.region(call));
        let found = self.records.get_mut(KIND, &id).filter(|record| text(record, "RegionId") == region);
        found.ok_or_else(|| super::sets::not_found(&id))
    }

    pub(super) fn update_user_file(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let record = self.user_file(call)?;
        record.insert("ModificationTime".to_owned(), milliseconds(call.now).into());
        for name in ["Comment", "Retention"] {
            if let Some(value) = call.parameters.get(name) {
                record.insert(name.to_owned(), value.clone());
            }
        }
        Ok(json!({}))
    }

    pub(super) fn delete_user_file(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.user_file(call)?;
        self.records.remove(KIND, &call.owned("BackupId"));
        Ok(json!({}))
    }
}
