//! Instances as they are listed and described.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::instance::Instance;
use super::super::performance;
use crate::refusal::Refusal;
use rds_api::Timestamp;

/// Parameters that filter a list of instances by the property of the same name, or of another.
const FILTERS: &[(&str, &str)] = &[
    ("Category", "Category"),
    ("ConnectionMode", "ConnectionMode"),
    ("DBInstanceClass", "DBInstanceClass"),
    ("DBInstanceType", "DBInstanceType"),
    ("DedicatedHostGroupId", "DedicatedHostGroupId"),
    ("InstanceNetworkType", "InstanceNetworkType"),
    ("PayType", "PayType"),
    ("ResourceGroupId", "ResourceGroupId"),
    ("VSwitchId", "VSwitchId"),
    ("VpcId", "VpcId"),
    ("ZoneId", "ZoneId"),
];

impl AccountState {
    /// The instances that the filters of a call let through.
    fn filtered(&self, call: &Call<'_>) -> Result<Vec<&Instance>, Refusal> {
        let tags = super::super::tags::requested_as_object(call)?;
        let region = self.region(call);
        let ids: Vec<String> = call.texts("DBInstanceId");
        let is_wanted = |instance: &&Instance| {
            let own = [
                ("DBInstanceStatus", instance.status(call.now)),
                ("Engine", &instance.engine),
                ("EngineVersion", &instance.engine_version),
                ("ConnectionString", &instance.connection_string()),
            ]
            .into_iter()
            .all(|(filter, value)| call.admits(filter, value));
            let description = instance.text("DBInstanceDescription");
            own && instance.region == region
                && (ids.is_empty() || ids.contains(&instance.id))
                && FILTERS.iter().all(|(filter, property)| call.admits(filter, &instance.text(property)))
                && (!call.is_true("Expired") || instance.has_expired(call))
                && call
                    .text("SearchKey")
                    .is_none_or(|key| instance.id.contains(key) || description.contains(key))
                && tags.iter().all(|tag| tag.is_among(&instance.tags))
        };
        Ok(self.instances.values().map(Arc::as_ref).filter(is_wanted).collect())
    }

    pub(super) fn list_instances(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let all: Vec<Json> = self.filtered(call)?.into_iter().map(|it| it.to_json(call.now)).collect();
        if call.text("NextToken").is_some() || call.integer("MaxResults").is_some() {
            let total = all.len();
            let page = call.token_page(all)?;
            return Ok(json!({
                "PageNumber": 1,
                "PageRecordCount": page.elements.len(),
                "TotalRecordCount": total,
                "NextToken": page.next_token,
                "Items": page.elements,
            }));
        }
        call.listed(all)
    }

    pub(super) fn list_all_instances(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instances = self.filtered(call)?.into_iter().map(|instance| {
            let mut instance = instance.to_json(call.now);
            instance["ExportKey"] = call.text("ExportKey").unwrap_or("API").into();
            // This list has a mode of its own for the same thing.
            instance["ConnectionMode"] =
                if instance["ConnectionMode"] == "Safe" { "Safety" } else { "Performance" }.into();
            instance
        });
        call.listed(instances.collect())
    }

    pub(super) fn list_expiring_instances(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let within = call.integer("ExpirePeriod").and_then(|days| u64::try_from(days).ok());
        let is_wanted = |instance: &&Instance| {
            let Some(expires) = Timestamp::from(instance.expires()).to_system_time() else { return false };
            match expires.duration_since(call.now) {
                Ok(left) => {
                    !call.is_true("Expired") && within.is_none_or(|days| left.as_secs() <= days * 24 * 3600)
                }
                Err(_) => call.is_true("Expired"),
            }
        };
        let instances = self.filtered(call)?.into_iter().filter(is_wanted).map(|it| it.to_json(call.now));
        call.listed(instances.collect())
    }

    pub(super) fn list_instances_by_performance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let mut rows: Vec<Json> = self
            .filtered(call)?
            .into_iter()
            .map(|instance| {
                let mut row = instance.to_json(call.now);
                for member in ["CPUUsage", "DiskUsage", "IOPSUsage", "SessionUsage"] {
                    row[member] = format!("{:.2}", performance::usage(&instance.id, member, call.now)).into();
                }
                row
            })
            .collect();
        let key = call.text("SortKey").unwrap_or("CPUUsage");
        let value = |row: &Json| row[key].as_str().and_then(|it| it.parse::<f64>().ok()).unwrap_or_default();
        rows.sort_by(|one, other| value(one).total_cmp(&value(other)));
        if call.text("SortMethod").is_some_and(|it| it.eq_ignore_ascii_case("DESC")) {
            rows.reverse();
        }
        call.listed(rows)
    }

    pub(super) fn describe_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ids: Vec<&str> = call.text("DBInstanceId").unwrap_or_default().split(',').collect();
        let found = self.instances.values().filter(|instance| ids.contains(&instance.id.as_str()));
        let found: Vec<Json> = found.map(|instance| instance.to_json(call.now)).collect();
        if found.is_empty() {
            self.instance(call)?;
        }
        Ok(json!({ "Items": found }))
    }

    pub(super) fn describe_instance_in_short(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        Ok(json!({
            "DBInstanceId": instance.id, "RegionId": instance.region, "ActivationState": "Valid",
            "LicenseType": "Normal",
        }))
    }

    pub(super) fn describe_resources(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let (data, log) = instance.backups.sizes(call.now);
        Ok(json!({
            "BackupDataSize": data, "BackupLogSize": log, "BackupSize": data + log,
            "DbInstanceStorage": instance.storage(), "DiskUsed": instance.disk_used(),
            "InstanceStorageType": instance.text("DBInstanceStorageType"), "Region": instance.region,
            "ResourceGroupId": instance.text("ResourceGroupId"), "VpcId": instance.text("VpcId"),
            "VSwitchId": instance.text("VSwitchId"), "DbProxyInstanceName": "",
            "SecurityIPList": instance.to_json(call.now)["SecurityIPList"],
        }))
    }
}

impl Instance {
    fn has_expired(&self, call: &Call<'_>) -> bool {
        Timestamp::from(self.expires()).to_system_time().is_some_and(|expires| expires <= call.now)
    }
}
