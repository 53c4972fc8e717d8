//! What an instance and its storage are doing: curves that look like those of a working day, always the same for the
//! same instance, key and time.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::instance::Instance;
use super::logs::fingerprint;
use super::records::{record, text};
use crate::refusal::Refusal;
use rds_api::Timestamp;

mod keys;

use self::keys::{METRICS, PerformanceKey, performance_key, proxy_key};

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("DescribeAvailableMetrics", AccountState::list_metrics),
    ("DescribeDBInstanceMetrics", AccountState::list_chosen_metrics),
    ("DescribeDBInstancePerformance", AccountState::list_performance),
    ("DescribeDBProxyPerformance", AccountState::list_proxy_performance),
    ("DescribeResourceUsage", AccountState::describe_usage),
    ("ModifyDBInstanceMetrics", AccountState::choose_metrics),
];

/// More values than this of one key are left out.
const POINTS: u64 = 10_000;

/// How busy something is at a time, from 0 to 1: quiet at night, busy by day, and never twice the same.
fn load(of: &str, time: SystemTime) -> f64 {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let seed = fingerprint(of);
    let day = (seconds % 86_400) as f64 / 86_400.0;
    let phase = (seed % 1000) as f64 / 8000.0;
    let wave = 0.5 - 0.5 * (std::f64::consts::TAU * (day - phase)).cos();
    let noise = fastrand::Rng::with_seed(seed ^ (seconds / 5)).f64();
    0.15 + 0.55 * wave + 0.3 * noise * wave.max(0.1)
}

/// A share of an instance's resources that is used, in percent.
pub(super) fn usage(instance: &str, of: &str, time: SystemTime) -> f64 {
    100.0 * load(&format!("{instance}/{of}"), time)
}

/// The times of a call at which something that was created then has values, this many seconds apart.
pub(super) fn times(
    call: &Call<'_>,
    created: SystemTime,
    seconds: u64,
) -> impl Iterator<Item = SystemTime> + use<> {
    let since = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let from = call.time("StartTime").map_or(0, since).max(since(created)).div_ceil(seconds);
    let to = call.time("EndTime").map_or(u64::MAX, since).min(since(call.now)) / seconds;
    (from..=to)
        .take(POINTS as usize)
        .map(move |at| SystemTime::UNIX_EPOCH + Duration::from_secs(at * seconds))
}

/// The values of a key, one for each part of its format, with `&` between.
fn value(instance: &Instance, key: &PerformanceKey, name: &str, time: SystemTime) -> String {
    let most = match key.unit {
        "%" => 100.0,
        // Of the most that the instance can have.
        _ if name.to_ascii_lowercase().contains("session") || name.contains("Conn") => {
            instance.properties.get("MaxConnections").and_then(Json::as_f64).unwrap_or(1000.0)
        }
        "MB" => 8000.0,
        "s" => 2.0,
        _ => 2000.0,
    };
    let parts = key
        .parts
        .iter()
        .map(|part| format!("{:.2}", most * load(&format!("{}/{name}/{part}", instance.id), time)));
    parts.collect::<Vec<_>>().join("&")
}

impl AccountState {
    fn list_performance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let period = text(&instance.shown("DescribeDBInstanceMonitor"), "Period").parse().unwrap_or(300);
        let keys = call.texts("Key").into_iter().filter_map(|name| {
            let key = performance_key(&instance.engine, &name)?;
            let times = times(call, instance.created, period);
            let values = times.map(|time| {
                json!({ "Date": Timestamp::from(time).as_str(), "Value": value(instance, &key, &name, time) })
            });
            Some(json!({
                "Key": name, "Unit": key.unit, "ValueFormat": key.parts.join("&"), "Values": values.collect::<Vec<_>>(),
            }))
        });
        Ok(json!({ "PerformanceKeys": keys.collect::<Vec<_>>(), "Engine": instance.engine }))
    }

    fn list_proxy_performance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let keys = call.texts("MetricsName").into_iter().filter_map(|name| {
            let key = proxy_key(&instance.engine, &name)?;
            let values = times(call, instance.created, 60).map(|time| {
                json!({ "Date": Timestamp::from(time).as_str(), "Value": value(instance, &key, &name, time) })
            });
            let values = values.collect::<Vec<_>>();
            Some(json!({ "Key": name, "ValueFormat": key.parts.join("&"), "Values": values }))
        });
        Ok(json!({ "PerformanceKeys": keys.collect::<Vec<_>>() }))
    }

    fn describe_usage(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let (data, log) = instance.backups.sizes(call.now);
        let used = instance.disk_used();
        let logs = used / 8;
        Ok(json!({
            "DiskUsed": used, "DataSize": used - logs, "LogSize": logs, "SQLSize": 0, "BackupSize": data + log,
            "BackupDataSize": data, "BackupLogSize": log, "BackupOssDataSize": data, "BackupOssLogSize": log,
            "BackupEcsSnapshotSize": "0", "PaidBackupSize": 0, "ArchiveBackupSize": 0, "ColdBackupSize": 0,
            "Engine": instance.engine,
        }))
    }

    fn list_metrics(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.instance(call)?;
        Ok(metrics(|_| true))
    }

    fn list_chosen_metrics(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let chosen = self.instance(call)?.shown("ModifyDBInstanceMetrics");
        let chosen = text(&chosen, "MetricsConfig").to_owned();
        Ok(metrics(|key| chosen.split(',').any(|it| it.trim() == key)))
    }

    fn choose_metrics(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = {
            let instance = self.running(call)?;
            instance.require_engine(&["PostgreSQL"])?;
            instance.id.clone()
        };
        let region = self.instances[&id].region.clone();
        let is_affected = |it: &&mut Arc<Instance>| {
            it.id == id || call.text("Scope") == Some("region") && it.region == region
        };
        for instance in self.instances.values_mut().filter(is_affected).map(Arc::make_mut) {
            let config = json!({ "MetricsConfig": call.owned("MetricsConfig") });
            instance.settings.insert("ModifyDBInstanceMetrics".to_owned(), record(config));
        }
        Ok(json!({ "DBInstanceId": id, "Scope": call.text("Scope").unwrap_or("instance") }))
    }
}

fn metrics(is_wanted: impl Fn(&str) -> bool) -> Json {
    let metrics = METRICS.iter().enumerate().filter(|(_, it)| is_wanted(it.0));
    let metrics = metrics.map(|(index, (key, alias, group, group_name, unit, dimension, description))| {
        json!({
            "MetricsKey": key, "MetricsKeyAlias": alias, "GroupKey": group, "GroupKeyType": group_name, "Unit": unit,
            "Dimension": dimension, "Description": description, "Method": "avg", "SortRule": index + 1,
        })
    });
    let metrics: Vec<Json> = metrics.collect();
    json!({ "TotalRecordCount": metrics.len(), "Items": metrics })
}
