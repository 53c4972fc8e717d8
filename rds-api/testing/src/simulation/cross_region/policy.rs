//! Whether and where backups of an instance are copied to, and for how long copies are kept.

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::catalog::regions::REGIONS;
use super::super::instance::Instance;
use super::{ENGINES, RETENTION_DAYS};
use crate::refusal::Refusal;
use rds_api::Timestamp;

fn refused(code: &str, message: &str) -> Refusal {
    Refusal::new(400, code, message)
}

/// The regions to which backups of this one can be copied: those on the same side of the border.
pub(super) fn destinations(region: &str) -> Vec<&'static str> {
    let is_mainland = |id: &str| id.starts_with("cn-") && id != "cn-hongkong";
    let others = REGIONS.iter().map(|it| it.id).filter(|id| *id != region);
    others.filter(|id| is_mainland(id) == is_mainland(region)).collect()
}

impl Instance {
    fn cross_region_policy(&self, call: &Call<'_>) -> Json {
        let cross = &self.cross_region;
        let word = |is_on: bool| if is_on { "Enable" } else { "Disable" };
        let time = |since: Option<std::time::SystemTime>| {
            since.map(|since| Timestamp::from_system_time_secs(since).to_string()).unwrap_or_default()
        };
        json!({
            "BackupEnabled": word(cross.backups_since.is_some()), "BackupEnabledTime": time(cross.backups_since),
            "LogBackupEnabled": word(cross.logs_since.is_some()), "LogBackupEnabledTime": time(cross.logs_since),
            "CrossBackupRegion": cross.region, "CrossBackupType": "1", "RetentType": 1,
            "Retention": cross.retention_days.unwrap_or(RETENTION_DAYS), "DBInstanceId": self.id,
            "DBInstanceDescription": self.text("DBInstanceDescription"), "DBInstanceStatus": self.status(call.now),
            "Engine": self.engine, "EngineVersion": self.engine_version, "LockMode": self.text("LockMode"),
            "RegionId": self.region,
        })
    }
}

impl AccountState {
    /// An instance whose backups can be copied.
    pub(super) fn copied_instance(&mut self, call: &Call<'_>, code: &str) -> Result<&mut Instance, Refusal> {
        let instance = self.instance(call)?;
        if !ENGINES.contains(&instance.engine.as_str()) {
            let message = format!("Backups of {} are not copied to other regions.", instance.engine);
            return Err(Refusal::new(403, code, message));
        }
        Ok(instance)
    }

    pub(super) fn list_cross_regions(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        if !REGIONS.iter().any(|known| known.id == region) {
            return Err(refused("InvalidRegion.Format", "There is no such region."));
        }
        Ok(json!({ "Regions": destinations(&region) }))
    }

    pub(super) fn describe_cross_region_policy(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        Ok(self.copied_instance(call, "CrossBackupNotSupport")?.cross_region_policy(call))
    }

    pub(super) fn list_cross_region_policies(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        let wanted = call.texts("DBInstanceId");
        if wanted.len() > 30 {
            return Err(refused("InvalidParam", "There are more than 30 ids."));
        }
        let missing = wanted.iter().find(|id| self.instances.get(*id).is_none_or(|it| it.region != region));
        if let Some(missing) = missing {
            let message = format!("There is no instance {missing} in {region}.");
            return Err(refused("InvalidDBInstanceId.NotFound", &message));
        }
        let policies = self.instances.values().filter(|instance| match wanted.is_empty() {
            true => instance.region == region && instance.cross_region.backups_since.is_some(),
            false => wanted.contains(&instance.id),
        });
        let policies: Vec<Json> = policies.map(|instance| instance.cross_region_policy(call)).collect();
        let mut response = call.listed(policies)?;
        response["ItemsNumbers"] = response["PageRecordCount"].clone();
        response["RegionId"] = region.into();
        Ok(response)
    }

    pub(super) fn modify_cross_region_policy(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.copied_instance(call, "IncorrectDBInstanceEngine")?;
        if instance.status(call.now) != "Running" {
            let message = format!("The instance is {}, not Running.", instance.status(call.now));
            return Err(Refusal::new(403, "IncorrectDBInstanceState", message));
        }
        let known = destinations(&instance.region);
        let mut cross = instance.cross_region.clone();
        if let Some(region) = call.text("CrossBackupRegion") {
            if !known.contains(&region) {
                let message = format!("Backups of {} are not copied to `{region}`.", instance.region);
                return Err(refused("InvalidRegion.Format", &message));
            }
            region.clone_into(&mut cross.region);
        }
        let only_one = |name: &str| call.integer(name).is_none_or(|value| value == 1);
        if !only_one("CrossBackupType") || !only_one("RetentType") {
            return Err(refused("InvalidParameters.Format", "Only the type 1 is there."));
        }
        match call.text("BackupEnabled") {
            Some("1") if cross.region.is_empty() => {
                return Err(refused("ParameterAbsence", "`CrossBackupRegion` is missing."));
            }
            Some("1") => cross.backups_since = cross.backups_since.or(Some(call.now)),
            Some(_) => (cross.backups_since, cross.logs_since) = (None, None),
            None => {}
        }
        match call.text("LogBackupEnabled") {
            Some("1") if cross.backups_since.is_none() => {
                let message = "Logs are copied only while backups are.";
                return Err(refused("ParameterLeastAssociate", message));
            }
            Some("1") => cross.logs_since = cross.logs_since.or(Some(call.now)),
            Some(_) => cross.logs_since = None,
            None => {}
        }
        if let Some(days) = call.integer("Retention").and_then(|days| u32::try_from(days).ok()) {
            cross.retention_days = Some(days);
        }
        instance.cross_region = cross;
        Ok(instance.cross_region_policy(call))
    }
}
