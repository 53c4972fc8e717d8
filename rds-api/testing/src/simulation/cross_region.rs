//! Backups that are copied to another region, and what is restored of them there.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::account_state::{AccountState, Simulate};
use super::backups::Task;
use super::instance::Instance;
use super::journal::end;

mod copies;
mod policy;
mod restore;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CheckCreateDdrDBInstance", AccountState::check_disaster_recovery),
    ("CreateDdrInstance", AccountState::recover_elsewhere),
    ("DescribeAvailableCrossRegion", AccountState::list_cross_regions),
    ("DescribeAvailableRecoveryTime", AccountState::describe_copied_time),
    ("DescribeCrossBackupMetaList", AccountState::list_copied_databases),
    ("DescribeCrossRegionBackupDBInstance", AccountState::list_cross_region_policies),
    ("DescribeCrossRegionBackups", AccountState::list_copies),
    ("DescribeCrossRegionLogBackupFiles", AccountState::list_copied_logs),
    ("DescribeInstanceCrossBackupPolicy", AccountState::describe_cross_region_policy),
    ("ModifyInstanceCrossBackupPolicy", AccountState::modify_cross_region_policy),
    ("RestoreDdrTable", AccountState::restore_copied_tables),
];

/// The engines whose backups are copied.
const ENGINES: &[&str] = &["MySQL", "PostgreSQL", "SQLServer"];

/// What of an instance is copied to another region, and what was.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct CrossRegion {
    /// Since when backups are copied, if they are.
    backups_since: Option<SystemTime>,
    /// Since when logs are copied too, if they are.
    logs_since: Option<SystemTime>,
    region: String,
    /// The days for which copies are kept; those of a new policy unless set.
    retention_days: Option<u32>,
    copies: Vec<Copy>,
}

/// The copy of a backup set.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Copy {
    id: i64,
    /// The task that made the set.
    task: Task,
    region: String,
}

/// The days for which copies are kept unless a policy says otherwise.
const RETENTION_DAYS: u32 = 7;

impl Copy {
    fn made(&self) -> SystemTime {
        end(self.task.started, self.task.takes)
    }

    fn is_kept(&self, of: &CrossRegion, now: SystemTime) -> bool {
        now < end(self.made(), of.retention())
    }
}

impl CrossRegion {
    fn retention(&self) -> Duration {
        Duration::from_secs(24 * 3600) * self.retention_days.unwrap_or(RETENTION_DAYS)
    }

    /// The sets that are there and not copied yet.
    fn missing(&self, instance: &Instance, now: SystemTime) -> Vec<Task> {
        let Some(since) = self.backups_since else { return Vec::new() };
        let sets = instance.backups.complete(now);
        let is_missing = |task: &&Task| {
            let is_copied = self.copies.iter().any(|copy| copy.task.backup_id() == task.backup_id());
            !is_copied
                && end(task.started, task.takes) >= since
                && now < end(end(task.started, task.takes), self.retention())
        };
        sets.filter(is_missing).cloned().collect()
    }
}

impl AccountState {
    /// Copies the backups that were made since, and gives up the copies whose time is over.
    pub(super) fn copy_to_other_regions(&mut self, now: SystemTime) {
        let changed = self.instances.values().filter_map(|instance| {
            let cross = &instance.cross_region;
            let missing = cross.missing(instance, now);
            let is_changed = !missing.is_empty() || cross.copies.iter().any(|copy| !copy.is_kept(cross, now));
            is_changed.then(|| (instance.id.clone(), missing))
        });
        for (id, missing) in changed.collect::<Vec<_>>() {
            let numbers: Vec<u64> = missing.iter().map(|_| self.next("cross-region backup")).collect();
            let Some(instance) = self.instances.get_mut(&id).map(std::sync::Arc::make_mut) else { continue };
            let cross = &mut instance.cross_region;
            for (number, task) in numbers.into_iter().zip(missing) {
                let id = 14_000_000 + i64::try_from(number).unwrap_or_default();
                cross.copies.push(Copy { id, task, region: cross.region.clone() });
            }
            let kept: Vec<Copy> =
                cross.copies.iter().filter(|copy| copy.is_kept(cross, now)).cloned().collect();
            cross.copies = kept;
        }
    }
}
