//! Images that custom instances are made from: those that the account has made of instances and snapshots.

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::records::{record, text};
use super::{DISK, IMAGE, INSTANCE, SNAPSHOT, merge};
use crate::refusal::Refusal;
use rds_api::Timestamp;

impl AccountState {
    pub(super) fn create_custom_image(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let size = match call.text("SnapshotId") {
            Some(snapshot) => self.custom(SNAPSHOT, snapshot, call)?.get("SourceDiskSize").cloned(),
            None => {
                let instance = call.text("InstanceId").unwrap_or_default();
                self.custom(INSTANCE, instance, call)?;
                let mut disks = self.records.of(DISK).map(|(_, disk)| disk);
                let disk =
                    disks.find(|it| text(it, "InstanceId") == instance && text(it, "Type") == "system");
                disk.and_then(|disk| disk.get("Size")).cloned()
            }
        };
        let id = self.next_id("m");
        let mut image = call.given();
        let size = size.and_then(|size| size.as_i64()).unwrap_or(40);
        let name = call.text("ImageName").unwrap_or(&id);
        merge(
            &mut image,
            record(json!({
                "ImageId": id, "ImageName": name, "RegionId": self.region(call), "Architecture": "x86_64", "Size": size,
                "CreationTime": Timestamp::from_system_time_secs(call.now).to_string(), "OSType": "linux",
                "OSName": "Alibaba Cloud Linux 3", "OSNameEn": "Alibaba Cloud Linux 3", "Platform": "Aliyun",
                "IsPublic": false, "IsSupportRdsCustom": true,
                "DiskDeviceMappings": [{ "Device": "/dev/xvda", "Size": size.to_string(), "Type": "system" }],
            })),
        );
        self.records.insert(IMAGE, &id, image)?;
        Ok(json!({}))
    }

    pub(super) fn list_custom_images(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let found = self.customs(IMAGE, "ImageId", "ImageId", &["ImageName", "Architecture"], call);
        let found = found.into_iter().map(|mut image| {
            let created = Timestamp::from(text(&image, "CreationTime")).to_system_time();
            let is_new = created.is_some_and(|created| created + self.settings.change_duration > call.now);
            let mut instances = self.records.of(INSTANCE);
            let is_used = instances.any(|(_, it)| text(it, "ImageId") == text(&image, "ImageId"));
            image.insert("Status".to_owned(), if is_new { "Creating" } else { "Available" }.into());
            image.insert("Usage".to_owned(), if is_used { "instance" } else { "none" }.into());
            Json::Object(image)
        });
        let mut response = call.listed(found.collect())?;
        response["RegionId"] = self.region(call).into();
        Ok(response)
    }
}
