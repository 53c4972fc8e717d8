//! Security groups of custom instances, and what they let through.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::catalog::regions;
use super::super::records::{record, text};
use super::{INSTANCE, PERMISSION, merge};
use crate::refusal::Refusal;
use rds_api::Timestamp;

impl AccountState {
    /// The groups that instances are in, and one that every account has.
    pub(super) fn list_custom_security_groups(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        let default = format!("sg-fake-{region}");
        let mut ids = BTreeSet::from([default]);
        let instances =
            self.records.of(INSTANCE).map(|(_, it)| it).filter(|it| text(it, "RegionId") == region);
        let instances: Vec<_> = instances.collect();
        ids.extend(
            instances.iter().map(|it| text(it, "SecurityGroupId").to_owned()).filter(|it| !it.is_empty()),
        );
        let groups = ids.into_iter().filter(|id| call.admits("SecurityGroupId", id)).map(|id| {
            let count = instances.iter().filter(|it| text(it, "SecurityGroupId") == id).count();
            json!({
                "SecurityGroupId": id, "SecurityGroupType": "normal", "VpcId": regions::network(&region),
                "InstanceCount": count, "AvailableInstanceAmount": 2000 - count.min(2000),
                "CreationTime": regions::CREATED, "Description": "",
            })
        });
        Ok(json!({ "RCSecurityGroups": groups.collect::<Vec<_>>() }))
    }

    pub(super) fn join_custom_security_group(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.custom(INSTANCE, call.text("InstanceId").unwrap_or_default(), call)?;
        if let Some(group) = call.text("SecurityGroupId") {
            instance.insert("SecurityGroupId".to_owned(), group.into());
        }
        Ok(json!({}))
    }

    pub(super) fn allow_custom_traffic(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let permissions = call.parameters.get("SecurityGroupPermissions").and_then(Json::as_array);
        for permission in permissions.into_iter().flatten() {
            let id = self.next_id("sgr");
            let mut kept = record(permission.clone());
            merge(
                &mut kept,
                record(json!({
                    "SecurityGroupRuleId": id, "SecurityGroupId": call.owned("SecurityGroupId"),
                    "Direction": call.text("Direction").unwrap_or("ingress"), "RegionId": self.region(call),
                    "CreateTime": Timestamp::from_system_time_secs(call.now).to_string(),
                })),
            );
            self.records.insert(PERMISSION, &id, kept)?;
        }
        Ok(json!({}))
    }

    pub(super) fn list_custom_permissions(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        let found = self.customs(PERMISSION, "SecurityGroupId", "SecurityGroupId", &[], call);
        let found: Vec<Json> = found.into_iter().map(Json::Object).collect();
        Ok(json!({
            "InnerAccessPolicy": "Accept", "RegionId": region, "SecurityGroupId": call.owned("SecurityGroupId"),
            "SecurityGroupPermissions": found, "VpcId": regions::network(&region),
        }))
    }

    pub(super) fn change_custom_permission(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = call.owned("SecurityGroupRuleId");
        let mut given = call.given();
        given.retain(|name, _| {
            !["RegionId", "SecurityGroupId", "SecurityGroupRuleId"].contains(&name.as_str())
        });
        merge(self.custom(PERMISSION, &id, call)?, given);
        Ok(json!({}))
    }

    pub(super) fn revoke_custom_permissions(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ids = call.texts("SecurityGroupRuleIdList");
        for id in &ids {
            self.custom(PERMISSION, id, call)?;
        }
        for id in &ids {
            self.records.remove(PERMISSION, id);
        }
        Ok(json!({}))
    }
}
