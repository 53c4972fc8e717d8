//! Restoring copies in the region that they are in.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::instance::Instance;
use super::super::whitelists::Whitelist;
use crate::refusal::Refusal;

fn refused(code: &str, message: &str) -> Refusal {
    Refusal::new(400, code, message)
}

impl AccountState {
    /// The instance that a call is to restore from: that of a copy, or the one that it names with a time. Names of
    /// parameters are those of the operation.
    fn copied_origin(&self, call: &Call<'_>, set: &str, is_by_time: bool) -> Result<Instance, Refusal> {
        let region = self.region(call);
        let (instance, places) = if is_by_time {
            let id = call.text("SourceDBInstanceName");
            let id =
                id.ok_or_else(|| refused("NoSourceInstanceName", "`SourceDBInstanceName` is missing."))?;
            let found = self.instances.get(id).or_else(|| self.recycled.get(id));
            let found = found.filter(|it| call.admits("SourceRegion", &it.region));
            let instance = found.map(Arc::as_ref).cloned().ok_or_else(|| {
                refused("NoSourceInstanceName", &format!("There is no instance {id} in that region."))
            })?;
            let cross = &instance.cross_region;
            let first = cross.copies.iter().map(super::Copy::made).min();
            let time = call.time("RestoreTime").filter(|time| *time <= call.now);
            let is_covered = time.zip(first).is_some_and(|(time, first)| time >= first);
            if !is_covered || cross.logs_since.is_none() {
                let message = "No backup and logs were copied from which that time could be reached.";
                return Err(refused("NoAvailableDisasterRestoreBakset", message));
            }
            let places = vec![cross.region.clone(), instance.region.clone()];
            (instance, places)
        } else {
            let id =
                call.integer(set).ok_or_else(|| refused("NoBaksetName", &format!("`{set}` is missing.")))?;
            let (instance, copy) = self.copy(id, call.now)?;
            let places = vec![copy.region, instance.region.clone()];
            (instance, places)
        };
        if !places.contains(&region) {
            let message = format!("The backup can be restored to {}, not to {region}.", places.join(" and "));
            return Err(refused("DisasterRestoreRegionNotMatched", &message));
        }
        Ok(instance)
    }

    /// Refuses what a new instance cannot be made of.
    fn check_new_instance(&self, source: &Instance, call: &Call<'_>) -> Result<(), Refusal> {
        if call.text("Engine").is_some_and(|engine| engine != source.engine) {
            return Err(refused("IncorrectDBInstanceType", &format!("The source is of {}.", source.engine)));
        }
        if call.text("EngineVersion").is_some_and(|version| version != source.engine_version) {
            let message = format!("The source has the version {}.", source.engine_version);
            return Err(refused("IncorrectEngineVersion", &message));
        }
        if call.integer("DBInstanceStorage").is_some_and(|storage| storage < source.storage()) {
            let message = format!("The source has {} GB.", source.storage());
            return Err(refused("InvalidStorage.Format", &message));
        }
        Ok(())
    }

    pub(super) fn check_disaster_recovery(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let source = self.copied_origin(call, "BackupSetId", call.text("RestoreType") == Some("1"))?;
        self.check_new_instance(&source, call)?;
        let code = call.text("DBInstanceClass").unwrap_or_default();
        super::super::catalog::class(source.engine(), code)?;
        Ok(json!({ "IsValid": "true" }))
    }

    pub(super) fn recover_elsewhere(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let source =
            self.copied_origin(call, "BackupSetId", call.text("RestoreType") == Some("BackupTime"))?;
        self.check_new_instance(&source, call)?;
        let mut new = self.derive(&source, source.engine().prefix, call)?;
        let addresses = Whitelist::parse(call.text("SecurityIPList").unwrap_or_default())
            .map_err(|why| refused("InvalidSecurityIPList.Format", &why))?;
        new.whitelists.insert("default".to_owned(), addresses);
        let (string, port) = (new.connection_string(), new.port());
        let id = self.begin(new, call);
        Ok(json!({ "DBInstanceId": id, "ConnectionString": string, "Port": port }))
    }

    pub(super) fn restore_copied_tables(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let source = self.copied_origin(call, "BackupId", call.text("RestoreType") == Some("1"))?;
        self.restore_tables_of(&source.databases, call)
    }
}
