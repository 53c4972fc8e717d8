//! Settings that one operation changes and another shows, each pair by a line of a table.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::instance::Instance;
use super::instances::changes::set_extra;
use super::records::Record;
use crate::refusal::Refusal;
use rds_api::Timestamp;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("DescribeComputeBurstConfig", AccountState::show_settings),
    ("DescribeADInfo", AccountState::show_settings),
    ("DescribeDBInstanceCLS", AccountState::show_settings),
    ("DescribeDBInstanceEncryptionKey", AccountState::show_settings),
    ("DescribeDBInstanceHAConfig", AccountState::show_high_availability),
    ("DescribeDBInstanceMonitor", AccountState::show_settings),
    ("DescribeDBInstanceSSL", AccountState::show_encryption_in_transit),
    ("DescribeDBInstanceTDE", AccountState::show_settings),
    ("DescribeHADiagnoseConfig", AccountState::show_settings),
    ("DescribeHASwitchConfig", AccountState::show_settings),
    ("DescribeInstanceAutoRenewalAttribute", AccountState::list_renewals),
    ("DescribeSQLCollectorPolicy", AccountState::show_settings),
    ("DescribeSQLCollectorRetention", AccountState::show_settings),
    ("DescribeSecurityGroupConfiguration", AccountState::list_security_groups),
    ("DeleteADSetting", AccountState::forget_settings),
    ("MigrateSecurityIPMode", AccountState::migrate_whitelists),
    ("ModifyADInfo", AccountState::change_settings),
    ("ModifyAccountSecurityPolicy", AccountState::change_account_policy),
    ("ModifyComputeBurstConfig", AccountState::change_settings),
    ("ModifyDBInstanceAutoUpgradeMinorVersion", AccountState::change_property),
    ("ModifyDBInstanceCLS", AccountState::change_settings),
    ("ModifyDBInstanceHAConfig", AccountState::change_settings),
    ("ModifyDBInstanceMaintainTime", AccountState::change_property),
    ("ModifyDBInstanceMonitor", AccountState::change_settings),
    ("ModifyDBInstanceSSL", AccountState::change_encryption_in_transit),
    ("ModifyDBInstanceTDE", AccountState::change_encryption_at_rest),
    ("ModifyDBInstanceVectorSupportStatus", AccountState::change_vector_support),
    ("ModifyDasInstanceConfig", AccountState::change_settings),
    ("ModifyHADiagnoseConfig", AccountState::change_settings),
    ("ModifyHASwitchConfig", AccountState::change_switch_over),
    ("ModifyInstanceAutoRenewalAttribute", AccountState::change_renewal),
    ("ModifyResourceGroup", AccountState::change_property),
    ("ModifySecurityGroupConfiguration", AccountState::change_security_groups),
    ("SwitchDBInstanceHA", AccountState::switch_over),
];

/// A setting: the operation that shows it and those that change it, and what a new instance has.
struct Setting {
    shown_by: &'static str,
    changed_by: &'static [&'static str],
    defaults: &'static [(&'static str, &'static str)],
    /// Members that have another name than the parameter that sets them.
    renamed: &'static [(&'static str, &'static str)],
}

const SETTINGS: &[Setting] = &[
    Setting {
        shown_by: "DescribeADInfo",
        changed_by: &["ModifyADInfo", "DeleteADSetting"],
        defaults: &[("ADStatus", "0")],
        renamed: &[("ADAccountName", "UserName")],
    },
    Setting {
        shown_by: "DescribeComputeBurstConfig",
        changed_by: &["ModifyComputeBurstConfig"],
        defaults: &[("ComputeBurstEnabled", "false")],
        renamed: &[],
    },
    Setting {
        shown_by: "DescribeDBInstanceCLS",
        changed_by: &["ModifyDBInstanceCLS"],
        defaults: &[("WhiteListMode", "false")],
        renamed: &[("EncryptionAlgorithm", "Algorithm")],
    },
    Setting { shown_by: "DescribeDBInstanceEncryptionKey", changed_by: &[], defaults: &[], renamed: &[] },
    Setting {
        shown_by: "DescribeDBInstanceHAConfig",
        changed_by: &["ModifyDBInstanceHAConfig"],
        defaults: &[("HAMode", "RPO"), ("SyncMode", "Semi-sync")],
        renamed: &[],
    },
    Setting {
        shown_by: "DescribeDBInstanceMonitor",
        changed_by: &["ModifyDBInstanceMonitor"],
        defaults: &[("Period", "300")],
        renamed: &[],
    },
    Setting {
        shown_by: "DescribeDBInstanceSSL",
        changed_by: &["ModifyDBInstanceSSL"],
        defaults: &[("RequireUpdate", "No"), ("ForceEncryption", "0")],
        renamed: &[],
    },
    Setting {
        shown_by: "DescribeDBInstanceTDE",
        changed_by: &["ModifyDBInstanceTDE"],
        defaults: &[("TDEStatus", "Disabled")],
        renamed: &[],
    },
    Setting {
        shown_by: "DescribeHADiagnoseConfig",
        changed_by: &["ModifyHADiagnoseConfig"],
        defaults: &[("TcpConnectionType", "SHORT")],
        renamed: &[],
    },
    Setting {
        shown_by: "DescribeHASwitchConfig",
        changed_by: &["ModifyHASwitchConfig"],
        defaults: &[("HAConfig", "Auto")],
        renamed: &[],
    },
    Setting {
        shown_by: "DescribeSQLCollectorPolicy",
        changed_by: &["ModifySQLCollectorPolicy", "ModifySQLCollectorRetention"],
        defaults: &[("SQLCollectorStatus", "Disabled"), ("StoragePeriod", "30")],
        renamed: &[("ConfigValue", "StoragePeriod")],
    },
    Setting {
        shown_by: "DescribeSQLCollectorRetention",
        changed_by: &["ModifySQLCollectorRetention"],
        defaults: &[("ConfigValue", "30")],
        renamed: &[],
    },
    Setting {
        shown_by: "DescribeInstanceAutoRenewalAttribute",
        changed_by: &["ModifyInstanceAutoRenewalAttribute"],
        defaults: &[("AutoRenew", "False"), ("Duration", "1"), ("Status", "Normal")],
        renamed: &[],
    },
    Setting {
        shown_by: "DescribeSecurityGroupConfiguration",
        changed_by: &["ModifySecurityGroupConfiguration"],
        defaults: &[("SecurityGroupId", "")],
        renamed: &[],
    },
    Setting {
        shown_by: "ModifyDasInstanceConfig",
        changed_by: &["ModifyDasInstanceConfig"],
        defaults: &[("StorageAutoScale", "Disable"), ("StorageThreshold", "10")],
        renamed: &[],
    },
];

fn setting(shown_by: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.shown_by == shown_by)
}

impl Instance {
    /// What an operation shows of an instance: the defaults of a new one, and what has been changed since.
    pub(super) fn shown(&self, by: &str) -> Record {
        let defaults = setting(by).map(|setting| setting.defaults).unwrap_or_default();
        let mut shown: Record =
            defaults.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        shown.extend(self.settings.get(by).cloned().unwrap_or_default());
        shown
    }

    /// Keeps what a call changes of settings. What it does not name stays as it was.
    pub(super) fn keep(&mut self, call: &Call<'_>) {
        let of_call = |setting: &&Setting| setting.changed_by.contains(&call.operation.name.as_str());
        for setting in SETTINGS.iter().filter(of_call) {
            let kept = self.settings.entry(setting.shown_by.to_owned()).or_default();
            for (parameter, value) in call.given() {
                let renamed = setting.renamed.iter().find(|(name, _)| *name == parameter);
                kept.insert(renamed.map_or(parameter, |(_, member)| (*member).to_owned()), value);
            }
        }
    }
}

impl AccountState {
    fn show_settings(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        if call.instance_id().is_none() {
            return Ok(json!({}));
        }
        Ok(Json::Object(self.instance(call)?.shown(&call.operation.name)))
    }

    fn change_settings(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.running(call)?.keep(call);
        Ok(json!({}))
    }

    /// A time to switch over at is one of the manual mode alone.
    fn change_switch_over(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        instance.keep(call);
        if let Some(kept) = instance.settings.get_mut("DescribeHASwitchConfig")
            && super::records::text(kept, "HAConfig") == "Auto"
        {
            kept.remove("ManualHATime");
        }
        Ok(json!({}))
    }

    fn forget_settings(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        let of_call = |setting: &&Setting| setting.changed_by.contains(&call.operation.name.as_str());
        for setting in SETTINGS.iter().filter(of_call) {
            instance.settings.remove(setting.shown_by);
        }
        Ok(json!({}))
    }

    /// A change of properties that `DescribeDBInstanceAttribute` shows under the names of the parameters.
    fn change_property(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        for (name, value) in call.given() {
            instance.set(&name, value);
        }
        Ok(json!({}))
    }

    fn change_vector_support(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.running(call)?.set("VectorSupportStatus", call.owned("Status"));
        Ok(json!({}))
    }

    fn change_account_policy(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        set_extra(self.running(call)?, "AccountSecurityPolicy", call.owned("GroupPolicy"));
        Ok(json!({}))
    }

    fn migrate_whitelists(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        instance.set("SecurityIPMode", "safety");
        Ok(json!({ "DBInstanceId": instance.id, "SecurityIPMode": "safety" }))
    }

    fn show_encryption_in_transit(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let mut shown = instance.shown("DescribeDBInstanceSSL");
        shown.entry("SSLEnabled").or_insert_with(|| instance.encrypts_in_transit(false).into());
        Ok(Json::Object(shown))
    }

    fn change_encryption_in_transit(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running(call)?;
        let connection = call.text("ConnectionString").unwrap_or_default();
        if !instance.connections.iter().any(|it| it.string == connection) {
            let message = format!("`{connection}` is no address of the instance.");
            return Err(Refusal::new(404, "InvalidCurrentConnectionString.NotFound", message));
        }
        instance.keep(call);
        let is_on = call.integer("SSLEnabled") != Some(0);
        let enabled = instance.encrypts_in_transit(is_on);
        let kept = instance.settings.entry("DescribeDBInstanceSSL".to_owned()).or_default();
        // No certificate is made, and no key is shown again.
        for secret in ["PassWord", "ServerKey", "Certificate"] {
            kept.remove(secret);
        }
        if is_on {
            let year = Duration::from_secs(365 * 24 * 3600);
            kept.insert("SSLExpireTime".to_owned(), Timestamp::from(call.now + year).to_string().into());
            kept.insert("SSLCreateTime".to_owned(), Timestamp::from(call.now).to_string().into());
            kept.entry("CAType").or_insert("aliyun".into());
        } else {
            kept.clear();
        }
        kept.insert("SSLEnabled".to_owned(), enabled.into());
        kept.insert("LastModifyStatus".to_owned(), "success".into());
        instance.change("SSL_MODIFYING", "Running", call.now, takes);
        Ok(json!({}))
    }

    fn change_encryption_at_rest(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        let status = call.owned("TDEStatus");
        let names: Vec<String> = instance.databases.keys().cloned().collect();
        let kept = instance.settings.entry("DescribeDBInstanceTDE".to_owned()).or_default();
        let mut databases: Vec<Json> =
            kept.get("Databases").and_then(Json::as_array).cloned().unwrap_or_default();
        for name in call.texts("DBName") {
            if !names.contains(&name) {
                return Err(super::databases::not_found(&name));
            }
            databases.retain(|it| it["DBName"] != name.as_str());
            databases.push(json!({ "DBName": name, "TDEStatus": status }));
        }
        kept.insert("Databases".to_owned(), databases.into());
        if call.text("DBName").is_none() {
            let mode = if call.text("EncryptionKey").is_some() {
                "Customer_Provided_Key"
            } else {
                "Aliyun_Generate_Key"
            };
            kept.insert("TDEStatus".to_owned(), status.into());
            kept.insert("TDEMode".to_owned(), mode.into());
            kept.insert("EncryptionKey".to_owned(), call.owned("EncryptionKey").into());
        }
        Ok(json!({}))
    }

    fn list_renewals(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        if call.instance_id().is_some() {
            self.instance(call)?;
        }
        let region = self.region(call);
        let instances = self.instances.values().filter(|it| it.region == region);
        let instances = instances.filter(|it| call.admits("DBInstanceId", &it.id)).map(|instance| {
            let mut shown = instance.shown(&call.operation.name);
            shown.insert("DBInstanceId".to_owned(), instance.id.clone().into());
            shown.insert("RegionId".to_owned(), instance.region.clone().into());
            Json::Object(shown)
        });
        call.listed(instances.collect())
    }

    fn change_renewal(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        instance.keep(call);
        instance.set("AutoRenewal", call.is_true("AutoRenew"));
        Ok(json!({}))
    }

    fn list_security_groups(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let shown = instance.shown("DescribeSecurityGroupConfiguration");
        let groups = super::records::text(&shown, "SecurityGroupId");
        let groups = groups.split(',').map(str::trim).filter(|id| !id.is_empty()).map(|id| {
            json!({
                "SecurityGroupId": id, "SecurityGroupName": id, "RegionId": instance.region,
                "NetworkType": instance.text("InstanceNetworkType"),
            })
        });
        let groups: Vec<Json> = groups.collect();
        Ok(json!({ "DBInstanceName": instance.id, "Items": groups }))
    }

    fn change_security_groups(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        // What takes all groups away is a blank, since nothing would be a parameter that is missing.
        self.running(call)?.keep(call);
        self.list_security_groups(call)
    }

    fn show_high_availability(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let mut shown = instance.shown("DescribeDBInstanceHAConfig");
        let synced = Timestamp::from_system_time_secs(call.now).to_string();
        let nodes: Vec<Json> = instance
            .ordered_nodes()
            .into_iter()
            .zip(["Master", "Slave"])
            .map(|(node, kind)| {
                json!({
                    "NodeId": node, "NodeType": kind, "RegionId": instance.region, "ZoneId": instance.text("ZoneId"),
                    "SyncStatus": "Synchronized", "LogSyncTime": synced, "DataSyncTime": synced,
                })
            })
            .collect();
        shown.insert("HostInstanceInfos".to_owned(), nodes.into());
        Ok(Json::Object(shown))
    }

    fn switch_over(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running(call)?;
        let wanted = call.text("NodeId").unwrap_or_default();
        let nodes = instance.ordered_nodes();
        if !nodes.iter().skip(1).any(|node| node == wanted) {
            let message = format!("`{wanted}` is no secondary node of the instance.");
            return Err(Refusal::new(400, "InvalidNodeId", message));
        }
        instance.set("MasterNode", wanted);
        instance.change("HASwitching", "Running", call.now, takes);
        Ok(json!({}))
    }
}

impl Instance {
    /// How the engine says whether connections are encrypted.
    fn encrypts_in_transit(&self, is_on: bool) -> &'static str {
        match (self.engine.as_str(), is_on) {
            ("PostgreSQL", true) => "on",
            ("PostgreSQL", false) => "off",
            (_, true) => "Yes",
            (_, false) => "No",
        }
    }

    /// The ids of the nodes, the present primary first.
    pub(super) fn ordered_nodes(&self) -> Vec<String> {
        let mut nodes: Vec<String> = self.nodes().iter().map(ToString::to_string).collect();
        let primary = self.text("MasterNode");
        nodes.sort_by_key(|node| *node != primary);
        nodes
    }
}
