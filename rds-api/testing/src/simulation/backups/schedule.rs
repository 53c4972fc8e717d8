//! The backups that the service makes by itself, by the policy of each instance, and the end of those that it no longer
//! keeps.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::civil::{Time, Weekday};
use jiff::tz::Offset;
use jiff::{Timestamp as Instant, ToSpan as _};
use serde_json::Value as Json;

use super::super::account_state::AccountState;
use super::{Backups, Task};
use rds_api::Timestamp;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// The policy of a new instance.
pub(super) const RETENTION_DAYS: u64 = 7;
pub(super) const PERIOD: &str = "Tuesday,Thursday,Saturday";
pub(super) const TIME: &str = "17:00Z-18:00Z";

impl AccountState {
    /// Makes the backups whose time has come, and removes those whose time is over.
    pub(in crate::simulation) fn execute_backup_policies(&mut self, now: SystemTime) {
        let instances = self.instances.values();
        let due = instances.filter(|it| !it.is_read_only() && it.backups.has_something_due(now));
        let due: Vec<String> = due.map(|it| it.id.clone()).collect();
        for id in due {
            let Some(instance) = self.instances.get(&id) else { continue };
            let times = instance.backups.due(now);
            let numbers: Vec<u64> = times.iter().map(|_| self.next("backup")).collect();
            let takes = self.settings.backup_duration;
            let Some(instance) = self.instances.get_mut(&id).map(Arc::make_mut) else { continue };
            for (number, time) in numbers.into_iter().zip(times) {
                instance.backups.add_automated(number, time, takes);
            }
            let backups = &mut instance.backups;
            let retention = backups.retention();
            backups.tasks.retain(|task| !task.is_over(retention, now));
            // The first day of an instance has none, so that nothing a test does then depends on the time of its day.
            let after = if backups.next.is_some() { now } else { now.checked_add(DAY).unwrap_or(now) };
            backups.next = backups.scheduled_after(after);
        }
    }
}

impl Backups {
    /// Takes note of another policy.
    pub(super) fn reschedule(&mut self, now: SystemTime) {
        self.next = self.scheduled_after(now);
    }

    /// Keeps backups for so many days, if those of a new instance are not as many.
    pub(in crate::simulation) fn keep_for(&mut self, days: u32) {
        if u64::from(days) > RETENTION_DAYS {
            self.policy.insert("BackupRetentionPeriod".to_owned(), days.into());
        }
    }

    fn has_something_due(&self, now: SystemTime) -> bool {
        let retention = self.retention();
        self.next.is_none_or(|next| next <= now) || self.tasks.iter().any(|task| task.is_over(retention, now))
    }

    /// When the backups began that are due, without those whose time is over already.
    fn due(&self, now: SystemTime) -> Vec<SystemTime> {
        let Some(mut next) = self.next else { return Vec::new() };
        let kept_since = now.checked_sub(self.retention()).unwrap_or(SystemTime::UNIX_EPOCH);
        if next < kept_since {
            next = self.scheduled_after(kept_since).unwrap_or(now);
        }
        let times = std::iter::successors(Some(next), |last| self.scheduled_after(*last));
        times.take_while(|time| *time <= now).collect()
    }

    /// The next time that the policy names; none where the calendar ends.
    fn scheduled_after(&self, then: SystemTime) -> Option<SystemTime> {
        let days = self.text("PreferredBackupPeriod", PERIOD);
        let weekdays: Vec<Weekday> = days.split(',').filter_map(weekday).collect();
        let window = self.text("PreferredBackupTime", TIME);
        let time = window.split('Z').next().and_then(|start| Time::strptime("%H:%M", start).ok())?;
        let then = Instant::try_from(then).ok()?;
        let today = Offset::UTC.to_datetime(then).date();
        let days = (0..=7_i64).map_while(|days| today.checked_add(days.days()).ok());
        let mut times = days.filter(|date| weekdays.contains(&date.weekday())).filter_map(|date| {
            let scheduled = Offset::UTC.to_timestamp(date.to_datetime(time)).ok()?;
            SystemTime::try_from(scheduled).ok().filter(|_| scheduled > then)
        });
        times.next()
    }

    fn retention(&self) -> Duration {
        let days = self.policy.get("BackupRetentionPeriod");
        let days = days.and_then(|days| days.as_u64().or_else(|| days.as_str()?.parse().ok()));
        DAY.saturating_mul(days.and_then(|days| u32::try_from(days).ok()).unwrap_or(RETENTION_DAYS as u32))
    }

    fn text<'t>(&'t self, name: &str, otherwise: &'t str) -> &'t str {
        self.policy.get(name).and_then(Json::as_str).filter(|text| !text.is_empty()).unwrap_or(otherwise)
    }
}

impl Task {
    /// Whether its set is kept no longer.
    fn is_over(&self, retention: Duration, now: SystemTime) -> bool {
        match &self.expires {
            Some(time) => Timestamp::from(time.as_str()).to_system_time().is_some_and(|time| time <= now),
            None => now.duration_since(self.started).is_ok_and(|age| age >= retention.max(self.takes)),
        }
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    let names = Weekday::Monday.cycle_forward().take(7);
    names.into_iter().find(|day| format!("{day:?}").eq_ignore_ascii_case(name.trim()))
}
