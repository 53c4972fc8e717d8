//! Creating, listing, changing and releasing instances.

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::instance::Instance;
use super::whitelists::Whitelist;
use crate::refusal::Refusal;
use rds_api::Timestamp;

/// More instances than this are refused.
const QUOTA: usize = 100;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CreateDBInstance", AccountState::create_instance),
    ("DeleteDBInstance", AccountState::delete_instance),
    ("DescribeDBInstanceAttribute", AccountState::describe_instance),
    ("DescribeDBInstances", AccountState::list_instances),
    ("ModifyDBInstanceDeletionProtection", AccountState::protect_instance),
    ("ModifyDBInstanceDescription", AccountState::rename_instance),
    ("ModifyDBInstanceSpec", AccountState::change_instance_spec),
    ("RestartDBInstance", AccountState::restart_instance),
    ("StartDBInstance", AccountState::start_instance),
    ("StopDBInstance", AccountState::stop_instance),
];

impl AccountState {
    fn create_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        if call.is_true("DryRun") {
            return Ok(json!({ "DryRun": true, "DryRunResult": true }));
        }
        if self.instances.len() >= QUOTA {
            let message = format!("The account has {QUOTA} instances, which is its quota.");
            return Err(Refusal::new(400, "InsufficientAvailableQuota", message));
        }
        self.created += 1;
        let region = call.text("RegionId").unwrap_or_default();
        let engine = call.owned("Engine");
        let prefix = match engine.as_str() {
            "PostgreSQL" => "pgm",
            _ => "rm",
        };
        let mut instance = Instance {
            id: format!("{prefix}-fake{:013}", self.created),
            description: call.owned("DBInstanceDescription"),
            engine,
            engine_version: call.owned("EngineVersion"),
            class: call.owned("DBInstanceClass"),
            storage: call.integer("DBInstanceStorage").unwrap_or_default(),
            zone: call.text("ZoneId").map_or_else(|| format!("{region}-b"), str::to_owned),
            pay_type: call.owned("PayType"),
            net_type: call.owned("DBInstanceNetType"),
            is_protected: call.is_true("DeletionProtection"),
            ..Instance::initial(region, call.now)
        };
        let addresses = Whitelist::parse(call.text("SecurityIPList").unwrap_or_default());
        let addresses = addresses.map_err(|why| Refusal::new(400, "InvalidSecurityIPList.Format", why))?;
        instance.whitelists.insert("default".to_owned(), addresses);
        super::tags::add(&mut instance.tags, super::tags::requested(call)?)?;
        instance.change("Creating", "Running", call.now, self.durations.change);
        let response = json!({
            "DBInstanceId": instance.id,
            "ConnectionString": instance.connection_string(),
            "Port": instance.port(),
            "OrderId": (100_789_370_200_000 + self.created).to_string(),
        });
        self.instances.insert(instance.id.clone(), instance);
        Ok(response)
    }

    fn list_instances(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let tags = super::tags::requested_as_object(call)?;
        let is_wanted = |instance: &&Instance| {
            let mut filters = [
                ("RegionId", instance.region.as_str()),
                ("DBInstanceId", &instance.id),
                ("DBInstanceStatus", instance.status(call.now)),
                ("DBInstanceType", "Primary"),
                ("DBInstanceClass", &instance.class),
                ("Engine", &instance.engine),
                ("EngineVersion", &instance.engine_version),
                ("PayType", &instance.pay_type),
                ("ZoneId", &instance.zone),
            ]
            .into_iter();
            filters.all(|(filter, value)| call.admits(filter, value))
                && call
                    .text("SearchKey")
                    .is_none_or(|key| instance.id.contains(key) || instance.description.contains(key))
                && tags.iter().all(|tag| tag.is_among(&instance.tags))
        };
        let all: Vec<Json> =
            self.instances.values().filter(is_wanted).map(|instance| in_list(instance, call)).collect();
        if call.text("NextToken").is_some() || call.integer("MaxResults").is_some() {
            let total = all.len();
            let page = call.token_page(all)?;
            return Ok(json!({
                "PageRecordCount": page.elements.len(),
                "TotalRecordCount": total,
                "NextToken": page.next_token,
                "Items": { "DBInstance": page.elements },
            }));
        }
        let page = call.page(all);
        Ok(json!({
            "PageNumber": page.number,
            "PageRecordCount": page.elements.len(),
            "TotalRecordCount": page.total,
            "Items": { "DBInstance": page.elements },
        }))
    }

    fn describe_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ids: Vec<&str> = call.text("DBInstanceId").unwrap_or_default().split(',').collect();
        let found: Vec<Json> = self
            .instances
            .values()
            .filter(|instance| ids.contains(&instance.id.as_str()))
            .map(|instance| in_detail(instance, call))
            .collect();
        if found.is_empty() {
            self.instance(call)?;
        }
        Ok(json!({ "Items": { "DBInstanceAttribute": found } }))
    }

    fn rename_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.instance(call)?.description = call.owned("DBInstanceDescription");
        Ok(json!({}))
    }

    fn protect_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.instance(call)?.is_protected = call.is_true("DeletionProtection");
        Ok(json!({}))
    }

    fn restart_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.durations.change;
        self.running(call)?.change("Rebooting", "Running", call.now, takes);
        Ok(json!({}))
    }

    fn stop_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.durations.change;
        self.running(call)?.change("Stopping", "Stopped", call.now, takes);
        Ok(json!({}))
    }

    fn start_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.durations.change;
        let instance = self.instance(call)?;
        instance.require_status("Stopped", call.now)?;
        instance.change("Starting", "Running", call.now, takes);
        Ok(json!({ "TaskId": 238_028_563 }))
    }

    fn change_instance_spec(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.durations.change;
        let instance = self.running(call)?;
        if let Some(storage) = call.integer("DBInstanceStorage") {
            if storage < instance.storage && call.text("Direction") != Some("Down") {
                let message =
                    format!("The storage is {} GB and cannot shrink to {storage}.", instance.storage);
                return Err(Refusal::new(403, "InvalidReduceDiskSize", message));
            }
            instance.storage = storage;
        }
        if let Some(class) = call.text("DBInstanceClass") {
            instance.class = class.to_owned();
        }
        instance.change("DBInstanceClassChanging", "Running", call.now, takes);
        Ok(json!({ "DBInstanceId": instance.id, "OrderId": 100_789_370_200_000_u64 }))
    }

    fn delete_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.durations.change;
        let instance = self.instance(call)?;
        if instance.is_protected {
            let message = "The instance is protected from deletion.";
            return Err(Refusal::new(403, "OperationDenied.DeletionProtection", message));
        }
        if instance.status(call.now) != "Stopped" {
            instance.require_status("Running", call.now)?;
        }
        instance.release(call.now, takes);
        Ok(json!({ "RegionId": instance.region }))
    }
}

fn in_list(instance: &Instance, call: &Call<'_>) -> Json {
    json!({
        "DBInstanceId": instance.id,
        "DBInstanceDescription": instance.description,
        "DBInstanceStatus": instance.status(call.now),
        "DBInstanceType": "Primary",
        "DBInstanceClass": instance.class,
        "DBInstanceNetType": instance.net_type,
        "Engine": instance.engine,
        "EngineVersion": instance.engine_version,
        "RegionId": instance.region,
        "ZoneId": instance.zone,
        "PayType": instance.pay_type,
        "ConnectionString": instance.connection_string(),
        "CreateTime": Timestamp::from(instance.created).as_str(),
        "DeletionProtection": instance.is_protected,
        "InstanceNetworkType": "VPC",
        "LockMode": "Unlock",
        "Category": "HighAvailability",
        "DBInstanceStorageType": "cloud_essd",
        "ReadOnlyDBInstanceIds": { "ReadOnlyDBInstanceId": [] },
    })
}

fn in_detail(instance: &Instance, call: &Call<'_>) -> Json {
    let mut detail = in_list(instance, call);
    if let Json::Object(members) = &mut detail {
        // The same thing has another name here.
        let created = members.remove("CreateTime").unwrap_or_default();
        members.extend([
            ("CreationTime".to_owned(), created),
            ("DBInstanceStorage".to_owned(), instance.storage.into()),
            ("Port".to_owned(), instance.port().into()),
            ("AccountMaxQuantity".to_owned(), super::accounts::QUOTA.into()),
            ("DBMaxQuantity".to_owned(), super::databases::QUOTA.into()),
            ("SecurityIPList".to_owned(), instance.whitelists.get("default").map(|it| it.text()).into()),
        ]);
    }
    detail
}
