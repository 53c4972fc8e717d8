//! Events: what has happened to instances, which are the calls that changed them.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::journal::{Event, OfSystem};
use crate::refusal::Refusal;
use crate::seed::FakeEvent;
use rds_api::Timestamp;
use rds_api::schema;

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

/// Calls after which an instance was away for a while.
const INTERRUPTIONS: &[&str] = &["RestartDBInstance", "StopDBInstance", "SwitchDBInstanceHA"];

impl Event {
    fn category(&self) -> &str {
        self.of_system.as_ref().map_or("Maintenance", |it| &it.category)
    }

    fn level(&self) -> &str {
        self.of_system.as_ref().map_or("INFO", |it| &it.level)
    }

    /// The type of an event of the service; empty for what a call has brought about.
    fn system_type(&self) -> &str {
        self.of_system.as_ref().map_or("", |_| &self.name)
    }
}

/// Refuses a value that is none of those that a parameter of an operation knows.
fn check_value(operation: &str, parameter: &str, value: &str) -> Result<(), String> {
    let field = schema::operation(operation).and_then(|it| it.parameter(parameter));
    let known: Vec<&str> = field.iter().flat_map(|it| &it.shape.values).map(|it| it.value.as_str()).collect();
    if known.contains(&value) {
        return Ok(());
    }
    Err(format!("there is no {parameter} `{value}`; there are {}", known.join(", ")))
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
        let is_wanted =
            |it: &&Event| is_logged && it.of_system.is_none() && it.region == region && call.spans(it.time);
        let events = events.filter(is_wanted).map(|event| {
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

    /// Adds an event that no call has brought about, or says what is wrong with it.
    pub(super) fn add_system_event(
        &mut self,
        instance: String,
        region: String,
        given: FakeEvent,
        now: SystemTime,
    ) -> Result<Json, String> {
        let FakeEvent { kind, category, level, detail, ago } = given;
        for (parameter, value) in [("EventType", &kind), ("EventCategory", &category), ("EventLevel", &level)]
        {
            check_value("DescribeHistoryEvents", parameter, value)?;
        }
        let id = 11_000_000 + self.next("event");
        self.activities.add_event(Event {
            id,
            name: kind,
            kind: String::new(),
            instance,
            region,
            time: super::seed::before(now, ago),
            is_archived: false,
            of_system: Some(OfSystem { category, level, detail }),
        });
        Ok(json!({ "id": id.to_string() }))
    }

    /// The events that a person should know: those of the service, and those after which an instance was away for a while.
    fn past_events(&self, call: &Call<'_>) -> Vec<&Event> {
        let region = self.region(call);
        let stages = call.texts("EventStatus");
        let is_wanted = |event: &&Event| {
            let archived = match call.text("ArchiveStatus") {
                Some("Archived") => event.is_archived,
                Some("UnArchived") => !event.is_archived,
                _ => true,
            };
            let group = || self.instances.get(&event.instance).map(|it| it.text("ResourceGroupId"));
            archived
                && (event.of_system.is_some() || INTERRUPTIONS.contains(&event.name.as_str()))
                && event.region == region
                && call.time("FromStartTime").is_none_or(|from| event.time >= from)
                && call.time("ToStartTime").is_none_or(|to| event.time <= to)
                && call.admits("InstanceId", &event.instance)
                && call.admits("EventId", &event.id.to_string())
                && call.admits("TaskId", &event.id.to_string())
                && call.admits("EventCategory", event.category())
                && call.admits("EventLevel", event.level())
                && call.admits("EventType", event.system_type())
                && call.admits("ResourceType", "Instance")
                && (stages.is_empty() || stages.iter().any(|stage| stage == "Succeed"))
                && call.text("ResourceGroupId").is_none_or(|wanted| group().as_deref() == Some(wanted))
        };
        self.activities.events.iter().rev().filter(is_wanted).collect()
    }

    fn list_past_events(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let events = self.past_events(call).into_iter().map(|event| {
            let time = Timestamp::from(event.time).to_string();
            let instance = self.instances.get(&event.instance);
            let of_system = event.of_system.as_ref();
            json!({
                "Id": event.id.to_string(), "Region": event.region, "Source": "rds", "Subject": event.instance,
                "Type": event.name, "Specversion": "1.0", "Time": time,
                "Data": {
                    "EventId": event.id.to_string(), "EventCategory": event.category(), "EventLevel": event.level(),
                    "EventStatus": "Succeed", "EventCode": event.name, "EventType": event.system_type(),
                    "EventReason": if of_system.is_some() { "FROM_SYSTEM" } else { "FROM_USER" },
                    "EventImpact": of_system.map_or("Connections were cut off.", |_| ""),
                    "EventDetail": of_system.map_or(&event.name, |it| &it.detail),
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
        for event in self.past_events(call) {
            *counts.entry(event.category()).or_default() += 1;
        }
        let counts = counts.into_iter();
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
