//! Instances that are made of others: clones, restored and temporary ones, and those that only read.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::catalog;
use super::databases::Database;
use super::instance::Instance;
use super::network::Connection;
use crate::refusal::Refusal;
use rds_api::Timestamp;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CloneDBInstance", AccountState::clone_instance),
    ("CreateReadOnlyDBInstance", AccountState::create_read_only_instance),
    ("CreateTempDBInstance", AccountState::create_temporary_instance),
    ("DescribeDBInstanceReplication", AccountState::describe_replication),
    ("DescribeLocalAvailableRecoveryTime", AccountState::describe_recovery_time),
    ("DescribeMetaList", AccountState::list_restorable_databases),
    ("DescribeReadDBInstanceDelay", AccountState::describe_delay),
    ("ModifyDBInstanceDelayedReplicationTime", AccountState::delay_replication),
    ("ModifyDBInstanceReplicationSwitch", AccountState::switch_replication),
    ("ModifyReadonlyInstanceDelayReplicationTime", AccountState::delay_replication),
    ("RecoveryDBInstance", AccountState::recover_databases),
    ("RestoreTable", AccountState::restore_tables),
];

/// More instances than this do not read for one.
const READ_ONLY_QUOTA: usize = 10;

impl AccountState {
    /// A new instance with the content of another one.
    pub(super) fn derive(
        &mut self,
        source: &Instance,
        prefix: &str,
        call: &Call<'_>,
    ) -> Result<Instance, Refusal> {
        self.check_quota(1)?;
        let engine = source.engine();
        let code = call.text("DBInstanceClass").map_or_else(|| source.text("DBInstanceClass"), str::to_owned);
        let class = catalog::class(engine, &code)?;
        let (number, id) = self.next_instance(prefix);
        let version = (engine, source.engine_version.as_str(), &class);
        let region = call.text("RegionId").unwrap_or(&source.region).to_owned();
        let mut derived = Instance::new(id, number, version, &region, call.now);
        let of_place = ["ZoneId", "VpcId", "VSwitchId"].into_iter().filter(|_| region == source.region);
        for name in ["DBInstanceStorage", "DBInstanceStorageType", "Category"].into_iter().chain(of_place) {
            if let Some(value) = source.properties.get(name) {
                derived.set(name, value.clone());
            }
        }
        if let Some(storage) = call.integer("DBInstanceStorage")
            && storage < source.storage()
        {
            let message =
                format!("The storage must be {} GB at least, as that of the source.", source.storage());
            return Err(Refusal::new(400, "InvalidReadDBInstanceStorage.Format", message));
        }
        derived.take_properties(call)?;
        derived.accounts = source.accounts.clone();
        derived.databases = source.databases.clone();
        derived.parameters = source.parameters.clone();
        derived.whitelists = source.whitelists.clone();
        derived.connections = vec![Connection::private(&derived)];
        super::tags::add(&mut derived.tags, super::tags::requested(call)?)?;
        Ok(derived)
    }

    fn source(&mut self, call: &Call<'_>) -> Result<Instance, Refusal> {
        Ok(self.running(call)?.clone())
    }

    fn clone_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let source = self.source(call)?;
        check_origin(&source, call)?;
        let mut clone = self.derive(&source, source.engine().prefix, call)?;
        let wanted = call.texts("DbNames");
        if let Some(missing) = wanted.iter().find(|name| !source.databases.contains_key(*name)) {
            return Err(super::databases::not_found(missing));
        }
        clone.databases.retain(|name, _| wanted.is_empty() || wanted.contains(name));
        Ok(json!({ "DBInstanceId": self.begin(clone, call) }))
    }

    fn create_temporary_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let source = self.source(call)?;
        check_origin(&source, call)?;
        if !source.text("TempDBInstanceId").is_empty() {
            let message = "The instance has a temporary instance already.";
            return Err(Refusal::new(400, "InvalidTempInstance.NotSupport", message));
        }
        let mut temporary = self.derive(&source, "sub", call)?;
        temporary.set("DBInstanceType", "Temp");
        temporary.set("MasterInstanceId", source.id.clone());
        let id = self.begin(temporary, call);
        self.instance(call)?.set("TempDBInstanceId", id.clone());
        Ok(json!({ "TempDBInstanceId": id }))
    }

    fn create_read_only_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let source = self.source(call)?;
        if source.is_read_only() || source.text("Category") == "Basic" {
            let message =
                "Only an instance that is no basic one and does not only read can have others read for it.";
            return Err(Refusal::new(400, "OperationDenied.DBInstanceType", message));
        }
        if source.read_only_ids.len() >= READ_ONLY_QUOTA {
            let message = format!("{READ_ONLY_QUOTA} instances read for the instance, which is its quota.");
            return Err(Refusal::new(400, "InvalidDBInstance.ReadDBInstanceExceeded", message));
        }
        if call.text("EngineVersion").is_some_and(|version| version != source.engine_version) {
            let message = format!("The version must be that of the instance, {}.", source.engine_version);
            return Err(Refusal::new(400, "InvalidEngineVersion.Malformed", message));
        }
        let prefix = if source.engine == "PostgreSQL" { "pgr" } else { "rr" };
        let mut reader = self.derive(&source, prefix, call)?;
        reader.set("DBInstanceType", "Readonly");
        reader.set("MasterInstanceId", source.id.clone());
        reader.set("ReadonlyInstanceSQLDelayedTime", "0");
        let (string, port) = (reader.connection_string(), reader.port());
        let id = self.begin(reader, call);
        self.instance(call)?.read_only_ids.push(id.clone());
        Ok(json!({ "DBInstanceId": id, "ConnectionString": string, "Port": port }))
    }

    /// Restores databases of a backup: into an instance that is there, or into a new one.
    fn recover_databases(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let source = self.source(call)?;
        check_origin(&source, call)?;
        let mut restored = BTreeMap::new();
        for (from, to) in super::databases::named(call) {
            let database = source.databases.get(&from).ok_or_else(|| super::databases::not_found(&from))?;
            restored.insert(to, database.clone());
        }
        let Some(target) = call.text("TargetDBInstanceId") else {
            let mut new = self.derive(&source, source.engine().prefix, call)?;
            new.databases = restored;
            return Ok(json!({ "DBInstanceId": self.begin(new, call) }));
        };
        let takes = self.settings.change_duration;
        let target = self.instance_by_id(target, call)?;
        target.require_status("Running", call.now)?;
        target.databases.extend(restored);
        target.change("RESTORING", "Running", call.now, takes);
        Ok(json!({ "DBInstanceId": target.id }))
    }

    fn restore_tables(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let source = self.source(call)?;
        check_origin(&source, call)?;
        self.restore_tables_of(&source.databases, call)
    }

    /// Puts the databases that a call names in `TableMeta` back into the instance, as they were there.
    pub(super) fn restore_tables_of(
        &mut self,
        databases: &BTreeMap<String, Database>,
        call: &Call<'_>,
    ) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running(call)?;
        let meta: Json =
            serde_json::from_str(call.text("TableMeta").unwrap_or_default()).map_err(|error| {
                Refusal::new(400, "InvalidParameters.Format", format!("`TableMeta` is not JSON: {error}"))
            })?;
        for database in meta.as_array().into_iter().flatten() {
            let name = database["name"].as_str().unwrap_or_default();
            let restored = databases.get(name).cloned();
            let restored = restored.ok_or_else(|| super::databases::not_found(name))?;
            let new = database["newname"].as_str().filter(|new| !new.is_empty()).unwrap_or(name);
            instance.databases.insert(new.to_owned(), restored);
        }
        instance.change("RESTORING", "Running", call.now, takes);
        Ok(json!({ "DBInstanceId": instance.id }))
    }

    fn describe_recovery_time(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let first = instance.backups.restorable(call.now).map(|(_, time)| time).min();
        let text = |time: SystemTime| Timestamp::from_system_time_secs(time).to_string();
        // Without a backup there is nothing to begin with.
        let end = first.map(|_| text(call.now)).unwrap_or_default();
        Ok(json!({ "RecoveryBeginTime": first.map(text).unwrap_or_default(), "RecoveryEndTime": end }))
    }

    fn list_restorable_databases(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let databases = instance.databases.keys().filter(|name| {
            call.admits("GetDbName", name) && call.text("Pattern").is_none_or(|part| name.contains(part))
        });
        let databases = databases.map(|name| json!({ "Database": name, "Size": "10", "Tables": "" }));
        let mut response = call.listed(databases.collect())?;
        response["DBInstanceName"] = instance.id.clone().into();
        Ok(response)
    }

    fn describe_delay(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let reader = call.text("ReadInstanceId").unwrap_or_default();
        let instance = self.instance(call)?;
        if !instance.read_only_ids.iter().any(|id| id == reader) {
            let message = format!("{reader} does not read for the instance.");
            return Err(Refusal::new(404, "InvalidReadDBInstance.NotFound", message));
        }
        let id = instance.id.clone();
        let delay = self.instance_by_id(reader, call)?.text("ReadonlyInstanceSQLDelayedTime");
        let lag = json!({
            "ReadDBInstanceName": reader, "FlushLag": "0", "FlushLatency": "0", "ReplayLag": delay,
            "ReplayLatency": "0", "SendLatency": "0", "WriteLag": "0", "WriteLatency": "0",
        });
        let items = json!([{
            "DBInstanceId": id, "ReadDBInstanceNames": [reader], "ReadDelayTimes": [delay],
            "ReadonlyInstanceDelay": [lag],
        }]);
        Ok(json!({ "DelayTime": delay, "ReadDBInstanceId": reader, "Items": items }))
    }

    fn delay_replication(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        if !instance.is_read_only() {
            let message = "Only an instance that reads for another one can be behind it.";
            return Err(Refusal::new(400, "OperationDenied.DBInstanceType", message));
        }
        instance.set("ReadonlyInstanceSQLDelayedTime", call.owned("ReadSQLReplicationTime"));
        Ok(json!({ "DBInstanceId": instance.id }))
    }

    fn switch_replication(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        instance.set("ExternalReplication", call.owned("ExternalReplication"));
        Ok(json!({}))
    }

    fn describe_replication(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let is_on = instance.text("ExternalReplication") == "ON";
        Ok(json!({
            "ExternalReplication": if is_on { "ON" } else { "OFF" },
            "ReplicationState": if is_on { "Connecting" } else { "Stopped" }, "ReplicationDelay": "0",
        }))
    }
}

/// Refuses to restore from a backup that there is not, or to a time that cannot be reached.
fn check_origin(source: &Instance, call: &Call<'_>) -> Result<(), Refusal> {
    if let Some(id) = call.integer("BackupId").map(|id| id.to_string())
        && !source.backups.restorable(call.now).any(|(known, _)| known == id)
    {
        return Err(super::backups::sets::not_found(&id));
    }
    if let Some(time) = call.time("RestoreTime") {
        let first = source.backups.restorable(call.now).map(|(_, time)| time).min();
        if time > call.now || first.is_none_or(|first| time < first) {
            let message = "There is no backup from which the instance could be restored to that time.";
            return Err(Refusal::new(400, "InvalidRestoreTime.Malformed", message));
        }
    }
    Ok(())
}
