//! Custom instances: created, started, stopped, changed and released.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::catalog::regions;
use super::super::instance::DEFAULT_RESOURCE_GROUP;
use super::super::records::{Record, record, text};
use super::{DISK, INSTANCE, INVOCATION, charge_type, merge, tags};
use crate::refusal::Refusal;
use rds_api::Timestamp;

/// More instances than this are not created at once.
const AMOUNT: i64 = 100;

/// CPUs and memory in GB of a type such as `mysql.x2.xlarge.6cm` or `ecs.g7.2xlarge`.
fn resources(kind: &str) -> (u64, u64) {
    let parts: Vec<&str> = kind.split('.').collect();
    let sizes =
        [("medium", 2), ("large", 2), ("xlarge", 4), ("2xlarge", 8), ("4xlarge", 16), ("8xlarge", 32)];
    let cpu = sizes.iter().find(|(name, _)| parts.contains(name)).map_or(2, |(_, cpu)| *cpu);
    (cpu, cpu * 4)
}

impl AccountState {
    pub(super) fn run_custom_instances(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let amount = call.integer("Amount").unwrap_or(1);
        if !(1..=AMOUNT).contains(&amount) {
            let message = format!("1 to {AMOUNT} instances can be created at once.");
            return Err(Refusal::new(400, "InvalidParameter", message));
        }
        if call.is_true("DryRun") {
            return Ok(json!({ "InstanceIdSets": [], "OrderId": "" }));
        }
        let region = self.region(call);
        let mut ids = Vec::new();
        for _ in 0..amount {
            let id = self.next_id("rc");
            let number = self.next("custom address");
            let zone = call.text("ZoneId").map_or_else(|| regions::first_zone(&region), str::to_owned);
            let name = call.text("InstanceName").map_or_else(|| id.clone(), str::to_owned);
            let host = call.text("HostName").unwrap_or(&name);
            let (cpu, memory) = resources(call.text("InstanceType").unwrap_or_default());
            let charge = charge_type(call.text("InstanceChargeType"));
            let months = u64::try_from(call.integer("Period").unwrap_or(1)).unwrap_or(1).clamp(1, 120);
            let months = if call.text("PeriodUnit") == Some("Year") { 12 * months } else { months };
            let expires = call.now + Duration::from_secs(months * 30 * 24 * 3600);
            let mut instance = call.given();
            // Passwords are nowhere shown, so they are not kept.
            instance.remove("Password");
            let created = Timestamp::from_system_time_secs(call.now).to_string();
            merge(
                &mut instance,
                record(json!({
                    "InstanceId": id, "RegionId": region, "ZoneId": zone, "InstanceName": name, "HostName": host,
                    "Cpu": cpu, "Memory": memory * 1024, "InstanceChargeType": charge, "GmtCreated": created,
                    "CreationTime": created, "StartTime": created, "Since": created, "Status": "Running",
                    "ExpiredTime": if charge == "PrePaid" { Timestamp::from_system_time_secs(expires).to_string() } else { String::new() },
                    "HostIp": format!("172.16.{}.{}", 100 + number / 200 % 100, 10 + number % 200), "DbType": "mysql",
                    "InstanceNetworkType": "vpc", "VpcId": regions::network(&region), "OSName": "Alibaba Cloud Linux 3",
                    "OSType": "linux", "StoppedMode": "Not-applicable", "PublicIp": "",
                })),
            );
            instance.entry("ResourceGroupId").or_insert(DEFAULT_RESOURCE_GROUP.into());
            self.records.insert(INSTANCE, &id, instance)?;
            let system = call.parameters.get("SystemDisk").cloned().unwrap_or_else(|| json!({}));
            self.add_disk(&system, "system", &id, call)?;
            for disk in call.parameters.get("DataDisk").and_then(Json::as_array).into_iter().flatten() {
                self.add_disk(disk, "data", &id, call)?;
            }
            ids.push(id);
        }
        Ok(json!({ "InstanceIdSets": ids }))
    }

    /// The ids of the instances that a call is about, each of which is there.
    pub(super) fn custom_instance_ids(&mut self, call: &Call<'_>) -> Result<Vec<String>, Refusal> {
        let mut ids = call.texts("InstanceId");
        ids.extend(call.texts("InstanceIds"));
        ids.sort();
        ids.dedup();
        if ids.is_empty() {
            let message = "The request names no instance.";
            return Err(Refusal::new(400, "MissingParameter", message));
        }
        for id in &ids {
            self.custom(INSTANCE, id, call)?;
        }
        Ok(ids)
    }

    /// The state that an instance is in, which takes a while after each change.
    fn custom_status(&self, instance: &Record, call: &Call<'_>) -> String {
        let settled = text(instance, "Status");
        let since = Timestamp::from(text(instance, "Since")).to_system_time();
        let is_changing = since.is_some_and(|since| {
            call.now.duration_since(since).unwrap_or_default() < self.settings.change_duration
        });
        match (is_changing, settled) {
            (true, "Stopped") => "Stopping".to_owned(),
            (true, _) if text(instance, "Since") == text(instance, "CreationTime") => "Pending".to_owned(),
            (true, _) => "Starting".to_owned(),
            (false, settled) => settled.to_owned(),
        }
    }

    /// Brings instances into a state, from one of which it can be reached.
    fn change_custom_instances(&mut self, call: &Call<'_>, from: &[&str], to: &str) -> Result<Json, Refusal> {
        let ids = self.custom_instance_ids(call)?;
        for id in &ids {
            let instance = self.custom(INSTANCE, id, call)?.clone();
            let status = self.custom_status(&instance, call);
            if !from.contains(&status.as_str()) {
                let message = format!("The operation is not permitted: {id} is {status}.");
                return Err(Refusal::new(403, "OperationDenied.DBInstanceStatus", message));
            }
        }
        let now = Timestamp::from_system_time_secs(call.now).to_string();
        for id in &ids {
            let instance = self.custom(INSTANCE, id, call)?;
            instance.insert("Status".to_owned(), to.into());
            instance.insert("Since".to_owned(), now.clone().into());
            if let Some(mode) = call.text("StoppedMode") {
                instance.insert("StoppedMode".to_owned(), mode.into());
            }
        }
        Ok(json!({}))
    }

    pub(super) fn start_custom_instances(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.change_custom_instances(call, &["Stopped"], "Running")
    }

    pub(super) fn stop_custom_instances(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.change_custom_instances(call, &["Running"], "Stopped")
    }

    pub(super) fn reboot_custom_instances(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.change_custom_instances(call, &["Running"], "Running")
    }

    pub(super) fn delete_custom_instances(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ids = self.custom_instance_ids(call)?;
        for id in &ids {
            let instance = self.custom(INSTANCE, id, call)?;
            if instance.get("DeletionProtection") == Some(&json!(true)) {
                let message = format!("{id} is protected from deletion.");
                return Err(Refusal::new(403, "OperationDenied.DeletionProtection", message));
            }
        }
        if call.is_true("DryRun") {
            return Ok(json!({}));
        }
        for id in &ids {
            self.records.remove(INSTANCE, id);
            self.release_disks(id);
        }
        Ok(json!({}))
    }

    /// A change of what is shown of an instance, under the names of the parameters.
    pub(super) fn modify_custom_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ids = self.custom_instance_ids(call)?;
        if call.is_true("DryRun") {
            return Ok(json!({}));
        }
        for id in ids {
            let mut given = call.given();
            given.retain(|name, _| {
                !["InstanceId", "InstanceIds", "RegionId", "Password"].contains(&name.as_str())
            });
            if let Some(description) = given.remove("InstanceDescription") {
                given.insert("Description".to_owned(), description);
            }
            if let Some(kind) = call.text("InstanceType") {
                let (cpu, memory) = resources(kind);
                given.insert("Cpu".to_owned(), cpu.into());
                given.insert("Memory".to_owned(), (memory * 1024).into());
            }
            merge(self.custom(INSTANCE, &id, call)?, given);
        }
        Ok(json!({}))
    }

    pub(super) fn change_custom_charge(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ids = self.custom_instance_ids(call)?;
        let to = charge_type(call.text("PayType"));
        let mut expires = Vec::new();
        for id in &ids {
            let instance = self.custom(INSTANCE, id, call)?;
            let months = u64::try_from(call.integer("UsedTime").unwrap_or(1)).unwrap_or(1).clamp(1, 120);
            let until =
                Timestamp::from_system_time_secs(call.now + Duration::from_secs(months * 30 * 24 * 3600));
            let until = if to == "PrePaid" { until.to_string() } else { String::new() };
            instance.insert("InstanceChargeType".to_owned(), to.into());
            instance.insert("ExpiredTime".to_owned(), until.clone().into());
            expires.push(until);
        }
        let fees = ids.iter().map(|id| json!({ "InstanceId": id, "Currency": "CNY", "Fee": "0" }));
        Ok(json!({
            "ChargeType": if to == "PrePaid" { "PREPAY" } else { "POSTPAY" }, "ExpiredTime": expires,
            "FeeOfInstances": fees.collect::<Vec<_>>(), "InstanceIds": ids,
        }))
    }

    pub(super) fn renew_custom_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ids = self.custom_instance_ids(call)?;
        let time = u64::try_from(call.integer("UsedTime").unwrap_or(1)).unwrap_or(1).clamp(1, 120);
        let order = 100_789_370_200_000 + self.next("order");
        for id in &ids {
            let instance = self.custom(INSTANCE, id, call)?;
            let until = Timestamp::from(text(instance, "ExpiredTime")).to_system_time().unwrap_or(call.now);
            let until = Timestamp::from_system_time_secs(until + Duration::from_secs(time * 30 * 24 * 3600));
            instance.insert("ExpiredTime".to_owned(), until.to_string().into());
        }
        Ok(json!({ "DBInstanceId": ids.join(","), "OrderId": order, "OrderIds": order }))
    }

    pub(super) fn associate_public_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let number = self.next("custom public address");
        let address = format!("47.97.{}.{}", number / 200 % 250, 10 + number % 200);
        let id = call.owned("InstanceId");
        let instance = self.custom(INSTANCE, &id, call)?;
        if !text(instance, "PublicIp").is_empty() {
            let message = format!("{id} has a public address already.");
            return Err(Refusal::new(400, "NetTypeExists", message));
        }
        instance.insert("PublicIp".to_owned(), address.into());
        instance.insert("AllocationId".to_owned(), call.owned("AllocationId").into());
        Ok(json!({}))
    }

    pub(super) fn dissociate_public_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.custom(INSTANCE, call.text("InstanceId").unwrap_or_default(), call)?;
        instance.insert("PublicIp".to_owned(), "".into());
        instance.remove("AllocationId");
        Ok(json!({}))
    }

    fn custom_as_json(&self, instance: &Record, call: &Call<'_>) -> Json {
        let mut shown = instance.clone();
        let id = text(instance, "InstanceId").to_owned();
        let list = |name: &str| match text(instance, name) {
            "" => json!([]),
            value => json!([value]),
        };
        let disks = self.records.of(DISK).map(|(_, disk)| disk);
        let disks = disks.filter(|disk| text(disk, "InstanceId") == id && text(disk, "Type") == "data");
        let groups = instance.get("SecurityGroupIds").cloned().unwrap_or_else(|| list("SecurityGroupId"));
        let place = json!({
            "VpcId": text(instance, "VpcId"), "VSwitchId": text(instance, "VSwitchId"), "NatIpAddress": "",
            "PrivateIpAddress": list("HostIp"),
        });
        merge(
            &mut shown,
            record(json!({
                "Status": self.custom_status(instance, call), "Tags": tags(instance), "TagResources": tags(instance),
                "VpcAttributes": place, "InnerIpAddress": [], "PublicIpAddress": list("PublicIp"),
                "SecurityGroupIds": groups, "DataDisks": disks.cloned().collect::<Vec<_>>(),
                "EcsInstanceType": text(instance, "InstanceType"), "EcsHostName": text(instance, "HostName"),
                "EipAddress": { "IpAddress": text(instance, "PublicIp"), "AllocationId": text(instance, "AllocationId") },
                "OperationLocks": [], "DedicatedHostAttribute": {},
            })),
        );
        Json::Object(shown)
    }

    pub(super) fn list_custom_instances(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let filters =
            ["InstanceName", "ImageId", "VpcId", "HostIp", "ClusterId", "Description", "InstanceId"];
        let found = self.customs(INSTANCE, "InstanceIds", "InstanceId", &filters, call);
        let found = found.iter().map(|instance| self.custom_as_json(instance, call));
        let found = found.filter(|it| call.admits("Status", it["Status"].as_str().unwrap_or_default()));
        call.listed(found.collect())
    }

    pub(super) fn describe_custom_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = call.text("InstanceId").unwrap_or_default();
        let instance = self.custom(INSTANCE, id, call)?.clone();
        Ok(self.custom_as_json(&instance, call))
    }

    pub(super) fn run_custom_command(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ids = self.custom_instance_ids(call)?;
        let (command, invocation) = (self.next_id("c"), self.next_id("t"));
        let now = Timestamp::from_system_time_secs(call.now).to_string();
        for id in ids {
            // No command is run: it ends well at once, and has no output.
            let result = json!({
                "CommandId": command, "InvokeId": invocation, "InstanceId": id, "RegionId": self.region(call),
                "ExitCode": 0, "InvocationStatus": "Success", "InvokeRecordStatus": "Finished", "Output": "",
                "StartTime": now, "FinishedTime": now, "Username": call.text("Username").unwrap_or("root"),
                "Repeats": "1", "Tag": call.parameters.get("Tags"),
            });
            self.records.insert(INVOCATION, &format!("{invocation}/{id}"), record(result))?;
        }
        Ok(json!({ "CommandId": command, "InvokeId": invocation }))
    }

    pub(super) fn list_custom_invocations(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let filters = ["CommandId", "InstanceId", "InvokeRecordStatus"];
        let found = self.customs(INVOCATION, "InvokeId", "InvokeId", &filters, call);
        let found = found.into_iter().map(|mut result| {
            result.insert("Tags".to_owned(), tags(&result).into());
            Json::Object(result)
        });
        call.listed(found.collect())
    }
}
