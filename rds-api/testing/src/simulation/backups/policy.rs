//! The backup policy of an instance.

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::records::record;
use super::schedule::{PERIOD, RETENTION_DAYS, TIME};
use crate::refusal::Refusal;

impl AccountState {
    pub(super) fn describe_backup_policy(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        // That of a new instance.
        let mut policy = record(json!({
            "BackupMethod": "Physical", "BackupRetentionPeriod": RETENTION_DAYS, "BackupLog": "Enable", "EnableBackupLog": "1",
            "PreferredBackupPeriod": PERIOD, "PreferredBackupTime": TIME,
            "LogBackupRetentionPeriod": 7, "LocalLogRetentionHours": 18, "LocalLogRetentionSpace": "30",
            "LogBackupLocalRetentionNumber": 60, "HighSpaceUsageProtection": "Enable", "CompressType": "1",
            "Category": "Standard", "BackupInterval": "-1", "ReleasedKeepPolicy": "None",
            "ArchiveBackupRetentionPeriod": "0", "ArchiveBackupKeepPolicy": "ByMonth",
            "ArchiveBackupKeepCount": "1", "BackupPriority": 2, "EnablePitrProtection": false,
            "EnableIncrementDataBackup": false, "SupportReleasedKeep": 1, "SupportVolumeShadowCopy": 0,
        }));
        policy.extend(self.instance(call)?.backups.policy.clone());
        // Whether logs are backed up has two names, of which either may have been set.
        let is_logged = |value: &Json| value.as_str().is_some_and(|it| ["1", "True", "true"].contains(&it));
        if let Some(enabled) = self.instance(call)?.backups.policy.get("EnableBackupLog") {
            policy.insert("EnableBackupLog".to_owned(), is_logged(enabled).into());
            let log = if is_logged(enabled) { "Enable" } else { "Disabled" };
            policy.insert("BackupLog".to_owned(), log.into());
        }
        Ok(Json::Object(policy))
    }

    pub(super) fn modify_backup_policy(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        let given = call.given().into_iter().filter(|(_, value)| value.as_str() != Some(""));
        instance.backups.policy.extend(given);
        instance.backups.reschedule(call.now);
        let mut response = Json::Object(instance.backups.policy.clone());
        response["DBInstanceID"] = instance.id.clone().into();
        Ok(response)
    }
}
