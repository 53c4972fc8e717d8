//! RDS Custom: instances with an operating system that their owner reaches, with disks, snapshots and the rest.

use serde_json::{Map, Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::records::{Record, text};
use crate::refusal::Refusal;

mod deployment_sets;
mod disks;
mod images;
mod instances;
mod monitoring;
mod security_groups;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("AddRCInstancesToDeploymentSet", AccountState::join_deployment_set),
    ("AssociateEipAddressWithRCInstance", AccountState::associate_public_address),
    ("AttachRCDisk", AccountState::attach_custom_disk),
    ("AuthorizeRCSecurityGroupPermission", AccountState::allow_custom_traffic),
    ("CheckRdsCustomInit", AccountState::check_custom_role),
    ("CreateRCDeploymentSet", AccountState::create_deployment_set),
    ("CreateRCDisk", AccountState::create_custom_disk),
    ("CreateRCImage", AccountState::create_custom_image),
    ("CreateRCSnapshot", AccountState::create_custom_snapshot),
    ("DeleteRCDeploymentSet", AccountState::delete_deployment_set),
    ("DeleteRCDisk", AccountState::delete_custom_disk),
    ("DeleteRCInstance", AccountState::delete_custom_instances),
    ("DeleteRCInstances", AccountState::delete_custom_instances),
    ("DeleteRCSnapshot", AccountState::delete_custom_snapshot),
    ("DescribeRCDeploymentSets", AccountState::list_deployment_sets),
    ("DescribeRCDisks", AccountState::list_custom_disks),
    ("DescribeRCImageList", AccountState::list_custom_images),
    ("DescribeRCInstanceAttribute", AccountState::describe_custom_instance),
    ("DescribeRCInstanceDdosCount", AccountState::count_custom_attacks),
    ("DescribeRCInstanceIpAddress", AccountState::list_custom_addresses),
    ("DescribeRCInstanceVncUrl", AccountState::open_custom_console),
    ("DescribeRCInstances", AccountState::list_custom_instances),
    ("DescribeRCInvocationResults", AccountState::list_custom_invocations),
    ("DescribeRCMetricList", AccountState::list_custom_metric),
    ("DescribeRCSecurityGroupList", AccountState::list_custom_security_groups),
    ("DescribeRCSecurityGroupPermission", AccountState::list_custom_permissions),
    ("DescribeRCSnapshots", AccountState::list_custom_snapshots),
    ("DetachRCDisk", AccountState::detach_custom_disk),
    ("ModifyRCDeploymentSetAttribute", AccountState::modify_deployment_set),
    ("ModifyRCDiskAttribute", AccountState::modify_custom_disk),
    ("ModifyRCDiskSpec", AccountState::modify_custom_disk),
    ("ModifyRCInstance", AccountState::modify_custom_instance),
    ("ModifyRCInstanceAttribute", AccountState::modify_custom_instance),
    ("ModifyRCInstanceChargeType", AccountState::change_custom_charge),
    ("ModifyRCInstanceDescription", AccountState::modify_custom_instance),
    ("ModifyRCInstanceKeyPair", AccountState::modify_custom_instance),
    ("ModifyRCInstanceNetworkSpec", AccountState::modify_custom_instance),
    ("ModifyRCInstanceVpcAttribute", AccountState::modify_custom_instance),
    ("ModifyRCSecurityGroupPermission", AccountState::change_custom_permission),
    ("RdsCustomInit", AccountState::register_for_custom),
    ("RebootRCInstance", AccountState::reboot_custom_instances),
    ("RebootRCInstances", AccountState::reboot_custom_instances),
    ("RedeployRCInstance", AccountState::reboot_custom_instances),
    ("RemoveRCInstancesFromDeploymentSet", AccountState::leave_deployment_set),
    ("RenewRCInstance", AccountState::renew_custom_instance),
    ("ReplaceRCInstanceSystemDisk", AccountState::modify_custom_instance),
    ("ResizeRCInstanceDisk", AccountState::resize_custom_disk),
    ("RevokeRCSecurityGroupPermission", AccountState::revoke_custom_permissions),
    ("RunRCCommand", AccountState::run_custom_command),
    ("RunRCInstances", AccountState::run_custom_instances),
    ("StartRCInstance", AccountState::start_custom_instances),
    ("StartRCInstances", AccountState::start_custom_instances),
    ("StopRCInstance", AccountState::stop_custom_instances),
    ("StopRCInstances", AccountState::stop_custom_instances),
    ("SyncRCSecurityGroup", AccountState::join_custom_security_group),
    ("UnassociateEipAddressWithRCInstance", AccountState::dissociate_public_address),
];

const INSTANCE: &str = "custom instance";
const DISK: &str = "custom disk";
const SNAPSHOT: &str = "custom snapshot";
const IMAGE: &str = "custom image";
const DEPLOYMENT_SET: &str = "deployment set";
const PERMISSION: &str = "custom permission";
const INVOCATION: &str = "custom invocation";

fn not_found(kind: &str, id: &str) -> Refusal {
    Refusal::new(404, "InvalidResourceId.NotFound", format!("There is no {kind} `{id}`."))
}

impl AccountState {
    /// A thing of a kind, in the region of a call.
    fn custom(&mut self, kind: &'static str, id: &str, call: &Call<'_>) -> Result<&mut Record, Refusal> {
        let found = self.records.get_mut(kind, id);
        let found = found.filter(|record| call.admits("RegionId", text(record, "RegionId")));
        found.ok_or_else(|| not_found(kind, id))
    }

    /// The things of a kind in the region of a call that have one of the ids in a parameter, if it is given, and the
    /// values of these other parameters.
    fn customs(&self, kind: &str, ids: &str, id_of: &str, filters: &[&str], call: &Call<'_>) -> Vec<Record> {
        let region = self.region(call);
        let wanted = call.texts(ids);
        let tags: Vec<Json> =
            call.parameters.get("Tag").and_then(Json::as_array).cloned().unwrap_or_default();
        let is_wanted = |record: &&Record| {
            let own = record.get("Tag").and_then(Json::as_array);
            let has = |tag: &Json| own.is_some_and(|own| own.iter().any(|it| it["Key"] == tag["Key"]));
            text(record, "RegionId") == region
                && (wanted.is_empty() || wanted.iter().any(|id| id == text(record, id_of)))
                && filters.iter().all(|name| call.admits(name, text(record, name)))
                && tags.iter().all(has)
        };
        self.records.of(kind).map(|(_, record)| record).filter(is_wanted).cloned().collect()
    }

    fn check_custom_role(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let key = format!("custom role {}", call.owned("ServiceLinkedRole"));
        let has_role = self.account_settings.contains_key(&key);
        Ok(json!({
            "HasServiceLinkedRole": has_role, "RegisterUidSuccess": has_role, "RequireServiceLinkedRole": true,
        }))
    }

    fn register_for_custom(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let key = format!("custom role {}", call.owned("ServiceLinkedRole"));
        self.account_settings.insert(key, true.into());
        Ok(json!({ "RegisterUidSuccess": true }))
    }
}

/// The tags of a record, as the lists of custom things show them.
fn tags(record: &Record) -> Vec<Json> {
    let tags = record.get("Tag").and_then(Json::as_array).into_iter().flatten();
    tags.map(|tag| json!({ "TagKey": tag["Key"], "TagValue": tag["Value"] })).collect()
}

/// How an instance is paid, as custom things write it.
fn charge_type(given: Option<&str>) -> &'static str {
    match given {
        Some(given) if given.eq_ignore_ascii_case("Prepaid") => "PrePaid",
        _ => "PostPaid",
    }
}

/// Puts what a call gives into a record, without what is empty.
fn merge(record: &mut Record, given: Map<String, Json>) {
    record.extend(given.into_iter().filter(|(_, value)| value.as_str() != Some("")));
}
