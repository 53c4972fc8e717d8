//! What is seen of custom instances from outside: metrics, the console, and attacks, of which there are none.

use std::time::SystemTime;

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::logs::fingerprint;
use super::super::performance::{times, usage};
use super::super::records::{Record, text};
use super::INSTANCE;
use crate::refusal::Refusal;
use rds_api::Timestamp;

/// Seconds between two values, and values in a response, where the call does not say.
const PERIOD: u64 = 60;
const LENGTH: u64 = 1000;

impl AccountState {
    /// The values of a metric, all of which are taken for shares, in percent.
    pub(super) fn list_custom_metric(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        call.require_span()?;
        let id = call.owned("InstanceId");
        let created = Timestamp::from(text(self.custom(INSTANCE, &id, call)?, "CreationTime"));
        let created = created.to_system_time().unwrap_or(SystemTime::UNIX_EPOCH);
        let metric = call.text("MetricName").unwrap_or_default();
        let period = call.count("Period").unwrap_or(PERIOD);
        let points = times(call, created, period).map(|time| {
            let milliseconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
            let average = usage(&id, metric, time);
            json!({
                "timestamp": milliseconds as u64, "instanceId": id, "Average": average, "Minimum": average * 0.9,
                "Maximum": average * 1.1,
            })
        });
        let page = call.token_page_of(points.collect(), call.count("Length").unwrap_or(LENGTH))?;
        Ok(json!({
            "Datapoints": Json::from(page.elements).to_string(), "Period": period.to_string(),
            "NextToken": page.next_token,
        }))
    }

    /// The address of the console, which is a secret and lets in for a short while.
    pub(super) fn open_custom_console(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = call.owned("InstanceId");
        self.custom(INSTANCE, &id, call)?;
        let since = call.now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
        let token = fingerprint(&format!("{id}/{since}"));
        let region = self.region(call);
        Ok(json!({ "LoginUrl": format!("https://vnc.{region}.fake/{id}?token={token:016x}") }))
    }

    /// The custom instances with a public address in the region that is asked about.
    fn exposed_custom_instances(&self, call: &Call<'_>) -> Vec<Record> {
        let found = self.customs(INSTANCE, "InstanceId", "InstanceId", &["InstanceName"], call);
        let is_exposed = |it: &Record| {
            let address = text(it, "PublicIp");
            !address.is_empty()
                && call.admits("InstanceIp", address)
                && call.admits("DdosRegionId", text(it, "RegionId"))
        };
        found.into_iter().filter(is_exposed).collect()
    }

    pub(super) fn list_custom_addresses(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let mut found = self.exposed_custom_instances(call);
        if call.text("DdosStatus").is_some() {
            found.clear();
        }
        let total = found.len();
        let found = found.iter().map(|it| {
            let address = json!({
                "InstanceIp": text(it, "PublicIp"), "IpVersion": "v4", "IpStatus": "normal",
                "RegionId": text(it, "RegionId"), "BlackholeThreshold": 5000, "DefenseBpsThreshold": 180,
                "DefensePpsThreshold": 50_000, "ElasticThreshold": 5000,
            });
            json!({
                "InstanceId": text(it, "InstanceId"), "InstanceName": text(it, "InstanceName"), "InstanceStatus": "normal",
                "InstanceType": "ecs", "IpAddressConfig": [address],
            })
        });
        let mut response = call.listed(found.collect())?;
        response["Total"] = total.to_string().into();
        Ok(response)
    }

    pub(super) fn count_custom_attacks(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let count = self.exposed_custom_instances(call).len().to_string();
        Ok(json!({ "DdosCount": { "InstacenCount": count, "BlackholeCount": "0", "DefenseCount": "0" } }))
    }
}
