//! Disks of custom instances, and snapshots of them.

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::catalog::regions;
use super::super::records::{Record, record, text};
use super::{DISK, INSTANCE, SNAPSHOT, charge_type, merge, tags};
use crate::refusal::Refusal;
use rds_api::Timestamp;

impl AccountState {
    /// Adds a disk that an instance has from the start.
    pub(super) fn add_disk(
        &mut self,
        given: &Json,
        kind: &str,
        instance: &str,
        call: &Call<'_>,
    ) -> Result<(), Refusal> {
        let region = self.region(call);
        let zone = self.records.get(INSTANCE, instance).map(|it| text(it, "ZoneId").to_owned());
        let size = if kind == "system" { 40 } else { 100 };
        let now = Timestamp::from_system_time_secs(call.now).to_string();
        let device = if kind == "system" { "/dev/xvda" } else { "/dev/xvdb" };
        let disk = json!({
            "Type": kind, "InstanceId": instance, "Status": "In_use", "RegionId": region, "ZoneId": zone,
            "Size": given["Size"].as_i64().unwrap_or(size), "DeleteWithInstance": true, "Device": device,
            "Category": given["Category"].as_str().unwrap_or("cloud_essd"), "CreationTime": now, "AttachedTime": now,
            "PerformanceLevel": given["PerformanceLevel"].as_str().unwrap_or("PL1"), "Portable": kind == "data",
            "DiskChargeType": "PostPaid", "Encrypted": given["Encrypted"].as_str() == Some("true"),
        });
        self.insert_disk(record(disk)).map(drop)
    }

    fn insert_disk(&mut self, mut disk: Record) -> Result<String, Refusal> {
        let id = self.next_id("rcd");
        disk.insert("DiskId".to_owned(), id.clone().into());
        disk.entry("DiskName").or_insert(id.clone().into());
        disk.insert("SerialNumber".to_owned(), id.clone().into());
        let size = disk.get("Size").and_then(Json::as_i64).unwrap_or(0);
        disk.insert("IOPS".to_owned(), size.saturating_mul(50).saturating_add(1800).min(50_000).into());
        self.records.insert(DISK, &id, disk)?;
        Ok(id)
    }

    /// What happens to the disks of an instance that is released.
    pub(super) fn release_disks(&mut self, instance: &str) {
        let disks: Vec<(String, bool)> = self
            .records
            .of(DISK)
            .filter(|(_, disk)| text(disk, "InstanceId") == instance)
            .map(|(id, disk)| (id.clone(), disk.get("DeleteWithInstance") == Some(&json!(true))))
            .collect();
        for (id, goes) in disks {
            if goes {
                self.records.remove(DISK, &id);
            } else if let Some(disk) = self.records.get_mut(DISK, &id) {
                disk.insert("InstanceId".to_owned(), "".into());
                disk.insert("Status".to_owned(), "Available".into());
            }
        }
    }

    pub(super) fn create_custom_disk(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        let snapshot =
            call.text("SnapshotId").map(|id| self.custom(SNAPSHOT, id, call).cloned()).transpose()?;
        let of_snapshot = snapshot.as_ref().and_then(|it| it.get("SourceDiskSize")).and_then(Json::as_i64);
        let size = call.integer("Size").or(of_snapshot).unwrap_or(100);
        let mut disk = call.given();
        let zone = call.text("ZoneId").map_or_else(|| regions::first_zone(&region), str::to_owned);
        let now = Timestamp::from_system_time_secs(call.now).to_string();
        merge(
            &mut disk,
            record(json!({
                "RegionId": region, "ZoneId": zone, "Size": size, "Type": "data", "Status": "Available",
                "Category": call.text("DiskCategory").unwrap_or("cloud_auto"), "CreationTime": now,
                "DiskChargeType": charge_type(call.text("InstanceChargeType")), "Portable": true,
                "SourceSnapshotId": call.owned("SnapshotId"), "Encrypted": false,
            })),
        );
        let instance = disk.remove("InstanceId").and_then(|id| id.as_str().map(str::to_owned));
        let id = self.insert_disk(disk)?;
        if let Some(instance) = instance.filter(|id| !id.is_empty()) {
            self.attach(&id, &instance, call)?;
        }
        Ok(json!({ "DiskId": id }))
    }

    fn attach(&mut self, id: &str, instance: &str, call: &Call<'_>) -> Result<(), Refusal> {
        self.custom(INSTANCE, instance, call)?;
        let disk = self.custom(DISK, id, call)?;
        if text(disk, "Status") != "Available" {
            let message = format!("The disk {id} is attached already.");
            return Err(Refusal::new(403, "OperationDenied.DBInstanceStatus", message));
        }
        let now = Timestamp::from_system_time_secs(call.now).to_string();
        merge(
            disk,
            record(json!({
                "InstanceId": instance, "Status": "In_use", "Device": "/dev/xvdb", "AttachedTime": now,
                "DeleteWithInstance": call.is_true("DeleteWithInstance"),
            })),
        );
        Ok(())
    }

    pub(super) fn attach_custom_disk(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let (id, instance) = (call.owned("DiskId"), call.owned("InstanceId"));
        self.attach(&id, &instance, call)?;
        Ok(json!({}))
    }

    pub(super) fn detach_custom_disk(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let disk = self.custom(DISK, call.text("DiskId").unwrap_or_default(), call)?;
        if Some(text(disk, "InstanceId")) != call.text("InstanceId") || text(disk, "Type") == "system" {
            let message = "The disk is not attached to the instance, or is its system disk.";
            return Err(Refusal::new(403, "OperationDenied.DBInstanceStatus", message));
        }
        for (name, value) in
            [("InstanceId", ""), ("Device", ""), ("AttachedTime", ""), ("Status", "Available")]
        {
            disk.insert(name.to_owned(), value.into());
        }
        Ok(json!({}))
    }

    pub(super) fn delete_custom_disk(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = call.owned("DiskId");
        let disk = self.custom(DISK, &id, call)?;
        if text(disk, "Status") != "Available" {
            let message = format!("The disk {id} is attached.");
            return Err(Refusal::new(403, "OperationDenied.DBInstanceStatus", message));
        }
        self.records.remove(DISK, &id);
        Ok(json!({}))
    }

    pub(super) fn modify_custom_disk(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let disk = self.custom(DISK, call.text("DiskId").unwrap_or_default(), call)?;
        if call.is_true("DryRun") {
            return Ok(json!({}));
        }
        let mut given = call.given();
        given.retain(|name, _| !["DiskId", "RegionId"].contains(&name.as_str()));
        if let Some(category) = given.remove("DiskCategory") {
            given.insert("Category".to_owned(), category);
        }
        merge(disk, given);
        Ok(json!({}))
    }

    pub(super) fn resize_custom_disk(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let disk = self.custom(DISK, call.text("DiskId").unwrap_or_default(), call)?;
        let (old, new) = (disk.get("Size").and_then(Json::as_i64), call.integer("NewSize"));
        if new <= old {
            let message = format!("The disk has {} GB and can only grow.", old.unwrap_or_default());
            return Err(Refusal::new(403, "InvalidReduceDiskSize", message));
        }
        if !call.is_true("DryRun") {
            disk.insert("Size".to_owned(), new.into());
        }
        Ok(json!({}))
    }

    pub(super) fn list_custom_disks(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let found =
            self.customs(DISK, "DiskIds", "DiskId", &["InstanceId"], call).into_iter().filter(|disk| {
                let all = |filter: &str, value: &str| {
                    call.text(filter)
                        .is_none_or(|wanted| wanted.eq_ignore_ascii_case("all") || wanted == value)
                };
                all("DiskType", text(disk, "Type")) && all("Status", text(disk, "Status"))
            });
        let found = found.map(|mut disk| {
            disk.insert("Tag".to_owned(), tags(&disk).into());
            Json::Object(disk)
        });
        call.listed(found.collect())
    }

    pub(super) fn create_custom_snapshot(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let disk = self.custom(DISK, call.text("DiskId").unwrap_or_default(), call)?.clone();
        let id = self.next_id("rcs");
        let now = Timestamp::from_system_time_secs(call.now).to_string();
        let mut snapshot = call.given();
        merge(
            &mut snapshot,
            record(json!({
                "SnapshotId": id, "SnapshotName": id, "RegionId": text(&disk, "RegionId"), "CreationTime": now,
                "LastModifiedTime": now, "SourceDiskId": text(&disk, "DiskId"), "SourceDiskSize": disk.get("Size"),
                "SourceDiskType": text(&disk, "Type").to_uppercase(), "SourceStorageType": text(&disk, "Category"),
                "Status": "accomplished", "Progress": "100%", "Available": true, "Usage": "none",
                "SnapshotType": "user", "Category": "Standard", "InstanceId": text(&disk, "InstanceId"),
            })),
        );
        self.records.insert(SNAPSHOT, &id, snapshot)?;
        Ok(json!({ "SnapshotId": id }))
    }

    pub(super) fn list_custom_snapshots(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let found = self.customs(SNAPSHOT, "SnapshotIds", "SnapshotId", &["DiskId", "InstanceId"], call);
        let found = found.into_iter().map(|mut snapshot| {
            snapshot.insert("Tag".to_owned(), tags(&snapshot).into());
            Json::Object(snapshot)
        });
        call.listed(found.collect())
    }

    pub(super) fn delete_custom_snapshot(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = call.owned("SnapshotId");
        self.custom(SNAPSHOT, &id, call)?;
        self.records.remove(SNAPSHOT, &id);
        Ok(json!({}))
    }
}
