//! Changes of an instance that is there.

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::catalog;
use super::super::instance::Instance;
use super::super::records::record;
use crate::refusal::Refusal;

impl AccountState {
    pub(super) fn rename_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.instance(call)?.set("DBInstanceDescription", call.owned("DBInstanceDescription"));
        Ok(json!({}))
    }

    pub(super) fn protect_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.instance(call)?.set("DeletionProtection", call.is_true("DeletionProtection"));
        Ok(json!({}))
    }

    pub(super) fn restart_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running(call)?;
        instance.change("Rebooting", "Running", call.now, takes);
        instance.logs.has_restarted(&instance.engine, call.now);
        Ok(json!({}))
    }

    pub(super) fn stop_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        self.running(call)?.change("Stopping", "Stopped", call.now, takes);
        Ok(json!({}))
    }

    pub(super) fn start_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.instance(call)?;
        instance.require_status("Stopped", call.now)?;
        instance.change("Starting", "Running", call.now, takes);
        instance.logs.has_restarted(&instance.engine, call.now);
        Ok(json!({}))
    }

    pub(super) fn change_instance_spec(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running(call)?;
        let class =
            call.text("DBInstanceClass").map(|code| catalog::class(instance.engine(), code)).transpose()?;
        if let Some(storage) = call.integer("DBInstanceStorage")
            && storage < instance.storage()
            && call.text("Direction") != Some("Down")
        {
            let message = format!("The storage is {} GB and cannot shrink to {storage}.", instance.storage());
            return Err(Refusal::new(403, "InvalidReduceDiskSize", message));
        }
        if let Some(version) = call.text("EngineVersion") {
            catalog::check_version(instance.engine(), version)?;
            version.clone_into(&mut instance.engine_version);
        }
        instance.take_properties(call)?;
        if let Some(class) = class {
            instance.set_class(&class);
        }
        if let Some(mode) = call.text("CompressionMode") {
            instance.set("CompressionMode", mode);
        }
        instance.change("DBInstanceClassChanging", "Running", call.now, takes);
        Ok(json!({ "DBInstanceId": instance.id }))
    }

    pub(super) fn migrate_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running(call)?;
        let zone = call.text("ZoneId").unwrap_or_default();
        catalog::check_zone(&instance.region, zone)?;
        instance.take_properties(call)?;
        instance.change("TRANSING", "Running", call.now, takes);
        Ok(json!({ "DBInstanceId": instance.id }))
    }

    pub(super) fn change_pay_type(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        let to = call.owned("PayType");
        if instance.text("PayType") == to {
            let message = format!("The instance is {to} already.");
            return Err(Refusal::new(400, "InvalidPayType.Malformed", message));
        }
        instance.set("PayType", to.clone());
        instance.set_expiry(call);
        let charge = if to == "Prepaid" { "PREPAY" } else { "POSTPAY" };
        Ok(json!({ "ChargeType": charge, "ExpiredTime": instance.expires(), "DBInstanceId": instance.id }))
    }

    pub(super) fn renew_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        if instance.text("PayType") != "Prepaid" {
            let message = "Only an instance that is paid in advance can be renewed.";
            return Err(Refusal::new(403, "OperationDenied.PayType", message));
        }
        instance.set_expiry(call);
        Ok(json!({}))
    }

    pub(super) fn upgrade_engine(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running(call)?;
        let version = call.text("EngineVersion").unwrap_or_default();
        let engine = instance.engine();
        catalog::check_version(engine, version)?;
        let position = |version: &str| engine.versions.iter().position(|known| *known == version);
        if position(version) <= position(&instance.engine_version) {
            let message =
                format!("The instance has {}, and {version} is not newer.", instance.engine_version);
            return Err(Refusal::new(400, "InvalidEngineVersion.Malformed", message));
        }
        version.clone_into(&mut instance.engine_version);
        instance.change("EngineVersionUpgrading", "Running", call.now, takes);
        Ok(json!({}))
    }

    pub(super) fn upgrade_kernel(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running(call)?;
        let latest = instance.text("LatestKernelVersion");
        let target = call.text("TargetMinorVersion").unwrap_or(&latest).to_owned();
        if !instance.engine().kernel_versions().contains(&target) {
            let message = format!("There is no minor version `{target}`.");
            return Err(Refusal::new(400, "InvalidMinorVersion.NotFound", message));
        }
        instance.set("CurrentKernelVersion", target.clone());
        instance.change("MinorVersionUpgrading", "Running", call.now, takes);
        Ok(json!({ "DBInstanceName": instance.id, "TargetMinorVersion": target }))
    }

    pub(super) fn configure_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        let (name, value) = (call.text("ConfigName").unwrap_or_default(), call.owned("ConfigValue"));
        match name {
            "pgbouncer" => {
                instance.require_engine(&["PostgreSQL"])?;
                instance.set("PGBouncerEnabled", value);
            }
            "clear_errorlog" => instance.logs.forget_errors(),
            "backup_recovery_model" => set_extra(instance, "RecoveryModel", value),
            _ => {
                let settings = instance.settings.entry("ModifyDBInstanceConfig".to_owned()).or_default();
                settings.insert(name.to_owned(), value.into());
            }
        }
        Ok(json!({}))
    }
}

/// Sets a member of the property `Extra`.
pub(in crate::simulation) fn set_extra(instance: &mut Instance, name: &str, value: String) {
    let mut extra = record(instance.properties.remove("Extra").unwrap_or_default());
    extra.insert(name.to_owned(), value.into());
    instance.set("Extra", extra);
}
