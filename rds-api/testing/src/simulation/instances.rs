//! Creating, listing, changing and releasing instances.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::catalog;
use super::instance::Instance;
use super::whitelists::Whitelist;
use crate::refusal::Refusal;
use rds_api::Timestamp;

pub(super) mod changes;
mod lists;

/// More instances than this are refused.
pub(super) const QUOTA: usize = 100;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CheckInstanceExist", AccountState::check_instance_exists),
    ("CreateDBInstance", AccountState::create_instance),
    ("CreateDBInstanceForRebuild", AccountState::rebuild_instance),
    ("DeleteDBInstance", AccountState::delete_instance),
    ("DescribeDBInstanceAttribute", AccountState::describe_instance),
    ("DescribeDBInstanceDetail", AccountState::describe_instance_in_short),
    ("DescribeDBInstances", AccountState::list_instances),
    ("DescribeDBInstancesAsCsv", AccountState::list_all_instances),
    ("DescribeDBInstancesByExpireTime", AccountState::list_expiring_instances),
    ("DescribeDBInstancesByPerformance", AccountState::list_instances_by_performance),
    ("DescribeDBInstancesForClone", AccountState::list_instances),
    ("DescribeResourceDetails", AccountState::describe_resources),
    ("DestroyDBInstance", AccountState::destroy_instance),
    ("MigrateToOtherZone", AccountState::migrate_instance),
    ("ModifyDBInstanceConfig", AccountState::configure_instance),
    ("ModifyDBInstanceDeletionProtection", AccountState::protect_instance),
    ("ModifyDBInstanceDescription", AccountState::rename_instance),
    ("ModifyDBInstancePayType", AccountState::change_pay_type),
    ("ModifyDBInstanceSpec", AccountState::change_instance_spec),
    ("RenewInstance", AccountState::renew_instance),
    ("RestartDBInstance", AccountState::restart_instance),
    ("StartDBInstance", AccountState::start_instance),
    ("StopDBInstance", AccountState::stop_instance),
    ("TransformDBInstancePayType", AccountState::change_pay_type),
    ("UpgradeDBInstanceEngineVersion", AccountState::upgrade_engine),
    ("UpgradeDBInstanceKernelVersion", AccountState::upgrade_kernel),
];

/// Parameters of a new instance, and the property that keeps each.
const KEPT: &[(&str, &str)] = &[
    ("AutoUpgradeMinorVersion", "AutoUpgradeMinorVersion"),
    ("BabelfishConfig", "BabelfishConfig"),
    ("BpeEnabled", "BpeEnabled"),
    ("BurstingEnabled", "BurstingEnabled"),
    ("Category", "Category"),
    ("ColdDataEnabled", "ColdDataEnabled"),
    ("ConnectionMode", "ConnectionMode"),
    ("DBInstanceDescription", "DBInstanceDescription"),
    ("DBInstanceNetType", "DBInstanceNetType"),
    ("DBInstanceStorage", "DBInstanceStorage"),
    ("DBInstanceStorageType", "DBInstanceStorageType"),
    ("DBTimeZone", "TimeZone"),
    ("DedicatedHostGroupId", "DedicatedHostGroupId"),
    ("DeletionProtection", "DeletionProtection"),
    ("InstanceNetworkType", "InstanceNetworkType"),
    ("IoAccelerationEnabled", "IoAccelerationEnabled"),
    ("IsAnalyticReadOnlyIns", "IsAnalyticReadOnlyIns"),
    ("OptimizedWrites", "OptimizedWritesInfo"),
    ("PayType", "PayType"),
    ("ResourceGroupId", "ResourceGroupId"),
    ("SystemDBCharset", "Collation"),
    ("TargetMinorVersion", "CurrentKernelVersion"),
    ("VPCId", "VpcId"),
    ("VSwitchId", "VSwitchId"),
    ("ZoneId", "ZoneId"),
];

impl AccountState {
    fn create_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let engine = catalog::engine(call)?;
        let version = call.text("EngineVersion").unwrap_or_default();
        catalog::check_version(engine, version)?;
        let class = catalog::class(engine, call.text("DBInstanceClass").unwrap_or_default())?;
        let region = self.region(call);
        if call.is_true("DryRun") {
            return Ok(json!({ "DryRun": true, "DryRunResult": true, "Message": "", "Code": "" }));
        }
        let amount = usize::try_from(call.integer("Amount").unwrap_or(1)).unwrap_or(1).max(1);
        self.check_quota(amount)?;
        let addresses = whitelist(call)?;
        let mut ids = Vec::new();
        for _ in 0..amount {
            let (number, id) = self.next_instance(engine.prefix);
            let mut instance = Instance::new(id, number, (engine, version, &class), &region, call.now);
            instance.take_properties(call)?;
            instance.whitelists.insert("default".to_owned(), addresses.clone());
            super::tags::add(&mut instance.tags, super::tags::requested(call)?)?;
            if let Some(group) = call.text("DBParamGroupId") {
                self.apply_parameter_group(&mut instance, group, call)?;
            }
            ids.push(self.begin(instance, call));
        }
        let first = &self.instances[&ids[0]];
        Ok(json!({
            "DBInstanceId": ids.join(","),
            "ConnectionString": first.connection_string(),
            "Port": first.port(),
            "DryRun": false,
            "TagResult": !first.tags.is_empty(),
            "Message": "",
        }))
    }

    /// Refuses more instances than there may be.
    pub(super) fn check_quota(&self, more: usize) -> Result<(), Refusal> {
        if self.instances.len().saturating_add(more) > QUOTA {
            let message = format!("The account has {QUOTA} instances, which is its quota.");
            return Err(Refusal::new(400, "InsufficientAvailableQuota", message));
        }
        Ok(())
    }

    /// Puts a new instance into the account, where it takes a while until it runs.
    pub(super) fn begin(&mut self, mut instance: Instance, call: &Call<'_>) -> String {
        let id = instance.id.clone();
        instance.change("Creating", "Running", call.now, self.settings.change_duration);
        self.instances.insert(id.clone(), Arc::new(instance));
        id
    }

    fn rebuild_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let old = call.instance_id().unwrap_or_default();
        let Some(mut instance) = self.recycled.get(old).map(|it| Instance::clone(it)) else {
            let message = format!("There is no instance {old} in the recycle bin.");
            return Err(Refusal::new(404, "InvalidDBInstanceId.NotFound", message));
        };
        self.check_quota(1)?;
        self.recycled.remove(old);
        (instance.number, instance.id) = self.next_instance(instance.engine().prefix);
        instance.created = call.now;
        instance.take_properties(call)?;
        instance.connections = vec![super::network::Connection::private(&instance)];
        instance.cluster = None;
        Ok(json!({ "DBInstanceId": self.begin(instance, call), "Message": "success" }))
    }

    fn check_instance_exists(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        Ok(json!({ "IsExistInstance": self.instance(call).is_ok() }))
    }

    fn delete_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.instance(call)?;
        if instance.properties.get("DeletionProtection") == Some(&Json::Bool(true)) {
            let message = "The instance is protected from deletion.";
            return Err(Refusal::new(403, "OperationDenied.DeletionProtection", message));
        }
        if instance.status(call.now) != "Stopped" {
            instance.require_status("Running", call.now)?;
        }
        if let Some(policy) = call.text("ReleasedKeepPolicy") {
            instance.backups.policy.insert("ReleasedKeepPolicy".to_owned(), policy.into());
        }
        instance.release(call.now, takes);
        let (region, master) = (instance.region.clone(), instance.text("MasterInstanceId"));
        let id = instance.id.clone();
        if let Some(master) = self.instances.get_mut(&master).map(Arc::make_mut) {
            master.read_only_ids.retain(|it| *it != id);
            if master.text("TempDBInstanceId") == id {
                master.properties.remove("TempDBInstanceId");
            }
        }
        Ok(json!({ "RegionId": region }))
    }

    fn destroy_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = call.instance_id().unwrap_or_default();
        if self.recycled.remove(id).is_some() {
            return Ok(json!({}));
        }
        self.delete_instance(call)
    }
}

/// The addresses that may connect to a new instance.
fn whitelist(call: &Call<'_>) -> Result<Whitelist, Refusal> {
    Whitelist::parse(call.text("SecurityIPList").unwrap_or_default())
        .map_err(|why| Refusal::new(400, "InvalidSecurityIPList.Format", why))
}

impl Instance {
    /// Takes over what a call says of a new instance.
    pub(super) fn take_properties(&mut self, call: &Call<'_>) -> Result<(), Refusal> {
        for (parameter, property) in KEPT {
            match call.parameters.get(*parameter) {
                None => {}
                Some(Json::String(text)) if text.is_empty() => {}
                Some(value) => self.set(property, value.clone()),
            }
        }
        if call.text("VSwitchId").is_none() && call.text("ZoneId").is_some() {
            self.set("VSwitchId", catalog::regions::switch(&self.text("ZoneId")));
        }
        let slaves: Vec<Json> = ["ZoneIdSlave1", "ZoneIdSlave2"]
            .iter()
            .filter_map(|name| call.text(name))
            .map(|zone| json!({ "ZoneId": zone }))
            .collect();
        if !slaves.is_empty() {
            self.set("SlaveZones", slaves);
        }
        let serverless = call.parameters.get("ServerlessConfig");
        if let Some(config) = serverless.or_else(|| call.parameters.get("ServerlessConfiguration")) {
            self.set_serverless(config);
        }
        if let Some(key) = call.text("EncryptionKey") {
            self.settings
                .entry("DescribeDBInstanceEncryptionKey".to_owned())
                .or_default()
                .insert("EncryptionKey".to_owned(), key.into());
        }
        self.set_expiry(call);
        let domain = self.engine().domain;
        if let Some(connection) = self.connections.first_mut() {
            let prefix = call.text("ConnectionString").map(|it| it.split('.').next().unwrap_or(it));
            connection.place(call, prefix, domain);
        }
        Ok(())
    }

    fn set_serverless(&mut self, config: &Json) {
        self.set(
            "ServerlessConfig",
            json!({
                "ScaleMin": config["MinCapacity"], "ScaleMax": config["MaxCapacity"],
                "AutoPause": config.get("AutoPause").unwrap_or(&json!(false)),
                "SwitchForce": config.get("SwitchForce").unwrap_or(&json!(false)),
            }),
        );
    }

    /// Sets the time when an instance that is paid in advance expires, at first or once more.
    fn set_expiry(&mut self, call: &Call<'_>) {
        if self.text("PayType") != "Prepaid" {
            return;
        }
        let months = call.integer("Period");
        let months = months.unwrap_or_else(|| {
            let periods = call.integer("UsedTime").unwrap_or(1);
            if call.text("Period") == Some("Year") { periods.saturating_mul(12) } else { periods }
        });
        let days = u64::try_from(months).unwrap_or(1).clamp(1, 120) * 30;
        let until = Timestamp::from(self.text("ExpireTime")).to_system_time();
        let from: SystemTime = until.filter(|until| *until > call.now).unwrap_or(call.now);
        let until = from + Duration::from_secs(days * 24 * 3600);
        self.set("ExpireTime", Timestamp::from_system_time_secs(until).to_string());
        if call.text("AutoRenew").is_some() {
            self.set("AutoRenewal", call.is_true("AutoRenew"));
        }
    }
}
