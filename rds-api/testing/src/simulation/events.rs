//! Events: what has happened to instances, which are the calls that changed them.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::journal::Event;
use crate::refusal::Refusal;
use rds_api::Timestamp;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("ConfirmNotify", AccountState::confirm_notifications),
    ("DescribeActionEventPolicy", AccountState::describe_event_policy),
    ("DescribeEvents", AccountState::list_events),
    ("DescribeHistoryEvents", AccountState::list_past_events),
    ("DescribeHistoryEventsStat", AccountState::count_past_events),
    ("ModifyActionEventPolicy", AccountState::modify_event_policy),
    ("ModifyEventInfo", AccountState::archive_events),
    ("QueryNotify", AccountState::list_notifications),
];

/// The setting of a region that keeps events from being listed.
fn policy_key(region: &str) -> String {
    format!("{region}/event log")
}

impl AccountState {
    fn describe_event_policy(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        let enabled = self.account_settings.get(&policy_key(&region)).cloned();
        Ok(json!({ "EnableEventLog": enabled.unwrap_or_else(|| "True".into()), "RegionId": region }))
    }

    fn modify_event_policy(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let key = policy_key(&self.region(call));
        self.account_settings.insert(key, call.owned("EnableEventLog").into());
        self.describe_event_policy(call)
    }

    fn list_events(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        let is_logged = self.account_settings.get(&policy_key(&region)) != Some(&"False".into());
        let events = self.activities.events.iter().rev();
        let events = events.filter(|it| is_logged && it.region == region && call.spans(it.time)).map(|event| {
            let time = Timestamp::from(event.time).to_string();
            json!({
                "EventId": event.id, "EventName": event.name, "EventType": event.kind, "EventReason": "FROM_USER",
                "EventUserType": "USER", "EventTime": time, "EventRecordTime": time, "RegionId": event.region,
                "ResourceName": event.instance, "ResourceType": "instance", "CallerUid": crate::simulation::ACCOUNT_ID,
                "EventPayload": "{}",
            })
        });
        call.listed(events.collect())
    }

    /// The events that a person should know: those after which an instance was away for a while.
    fn past_events(&self, call: &Call<'_>) -> Vec<&Event> {
        let region = self.region(call);
        let is_wanted = |event: &&Event| {
            let archived = match call.text("ArchiveStatus") {
                Some("Archived") => event.is_archived,
                Some("UnArchived") => !event.is_archived,
                _ => true,
            };
            archived
                && matches!(
                    event.name.as_str(),
                    "RestartDBInstance" | "SwitchDBInstanceHA" | "StopDBInstance"
                )
                && event.region == region
                && call.time("FromStartTime").is_none_or(|from| event.time >= from)
                && call.time("ToStartTime").is_none_or(|to| event.time <= to)
                && call.admits("InstanceId", &event.instance)
                && call.admits("EventId", &event.id.to_string())
                && call.admits("EventCategory", "Maintenance")
        };
        self.activities.events.iter().rev().filter(is_wanted).collect()
    }

    fn list_past_events(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let events = self.past_events(call).into_iter().map(|event| {
            let time = Timestamp::from(event.time).to_string();
            let instance = self.instances.get(&event.instance);
            json!({
                "Id": event.id.to_string(), "Region": event.region, "Source": "rds", "Subject": event.instance,
                "Type": event.name, "Specversion": "1.0", "Time": time,
                "Data": {
                    "EventId": event.id.to_string(), "EventCategory": "Maintenance", "EventLevel": "INFO",
                    "EventStatus": "Succeed", "EventCode": event.name, "EventReason": "FROM_USER",
                    "EventImpact": "Connections were cut off.", "EventDetail": event.name,
                    "InstanceId": event.instance, "Product": "rds", "RegionId": event.region,
                    "InstanceName": instance.map(|it| it.text("DBInstanceDescription")).unwrap_or_default(),
                    "DbType": instance.map(|it| it.engine.to_lowercase()).unwrap_or_default(),
                    "ResourceType": "Instance", "StartTime": time, "EndTime": time, "GmtCreated": time,
                    "GmtModified": time, "HandleStatus": if event.is_archived { "done" } else { "todo" },
                    "HasLifeCycle": false, "IsClosed": 1, "Uid": crate::simulation::ACCOUNT_ID,
                },
            })
        });
        call.listed(events.collect())
    }

    fn count_past_events(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        counts.insert("Maintenance", self.past_events(call).len());
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        let counts =
            counts.map(|(category, count)| json!({ "EventCategory": category, "TotalCount": count }));
        Ok(json!({ "Items": counts.collect::<Vec<_>>() }))
    }

    fn archive_events(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let is_archived = call.text("EventAction") == Some("archive");
        let (mut done, mut missing) = (Vec::new(), Vec::new());
        for id in call.texts("EventId") {
            match self.activities.events.iter_mut().find(|event| event.id.to_string() == id) {
                Some(event) => {
                    event.is_archived = is_archived;
                    done.push(id);
                }
                None => missing.push(id),
            }
        }
        let code = if missing.is_empty() { "" } else { "mst.errorcode.event_not_found.errordesc" };
        Ok(json!({
            "SuccessCount": done.len(), "SuccessEventId": done.join(","), "ErrorEventId": missing.join(","),
            "ErrorCode": code,
        }))
    }

    /// There is nothing that the service would have to tell.
    fn list_notifications(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        call.listed(Vec::new())
    }

    fn confirm_notifications(&mut self, _call: &Call<'_>) -> Result<Json, Refusal> {
        Ok(json!({}))
    }
}
