//! What followed from calls: tasks, and events.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::account_state::AccountState;
use super::call::Call;
use rds_api::schema;

/// How many tasks and events are remembered; the oldest are forgotten first.
const LIMIT: usize = 10_000;

/// The latest tasks and events of the account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Activities {
    pub(super) tasks: VecDeque<Task>,
    pub(super) events: VecDeque<Event>,
}

/// Something that takes time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) id: u64,
    /// The operation that began it.
    pub(super) action: String,
    pub(super) instance: String,
    pub(super) region: String,
    pub(super) began: SystemTime,
    pub(super) takes: Duration,
}

/// Something that happened to an instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Event {
    pub(super) id: u64,
    pub(super) name: String,
    /// The family of operations that it belongs to.
    pub(super) kind: String,
    pub(super) instance: String,
    pub(super) region: String,
    pub(super) time: SystemTime,
    pub(super) is_archived: bool,
    /// What the service says of an event that no call has brought about.
    #[serde(default)]
    pub(super) of_system: Option<OfSystem>,
}

/// An event that the service has brought about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct OfSystem {
    pub(super) category: String,
    pub(super) level: String,
    pub(super) detail: String,
}

impl Task {
    /// The share of the work that is done, from 0 to 1.
    pub(super) fn share(&self, now: SystemTime) -> f64 {
        share(self.began, self.takes, now)
    }
}

/// The end of something that takes a time, which may be later than a clock can say.
pub(super) fn end(began: SystemTime, takes: Duration) -> SystemTime {
    began.checked_add(takes).unwrap_or(began)
}

/// The share of a time that has passed, from 0 to 1.
pub(super) fn share(began: SystemTime, takes: Duration, now: SystemTime) -> f64 {
    let elapsed = now.duration_since(began).unwrap_or_default();
    if takes.is_zero() { 1.0 } else { (elapsed.as_secs_f64() / takes.as_secs_f64()).min(1.0) }
}

fn add<T>(to: &mut VecDeque<T>, entry: T) {
    to.push_back(entry);
    if to.len() > LIMIT {
        to.pop_front();
    }
}

impl Activities {
    /// Adds an event among the others, which are in the order of their times.
    pub(super) fn add_event(&mut self, event: Event) {
        let at = self.events.partition_point(|earlier| earlier.time <= event.time);
        self.events.insert(at, event);
        if self.events.len() > LIMIT {
            self.events.pop_front();
        }
    }
}

impl AccountState {
    /// Notes what a call has changed, and completes its response with the ids of task and order.
    pub(super) fn note(&mut self, call: &Call<'_>, known: &mut Json) {
        let has = |name: &str| call.operation.response.iter().any(|field| field.name == name);
        if has("OrderId") && known.get("OrderId").is_none() {
            known["OrderId"] = (100_789_370_200_000 + self.next("order")).into();
        }
        let created = known.get("DBInstanceId").and_then(Json::as_str);
        let Some(id) = created.or_else(|| call.instance_id()).map(str::to_owned) else { return };
        let found = self.instances.get(&id).map(|it| (it.region.clone(), it.changed_at() == Some(call.now)));
        let (region, has_begun) = found.unwrap_or_else(|| (self.region(call), false));
        if has("TaskId") || has_begun {
            let number = 115_850_000 + self.next("task");
            if has("TaskId") && known.get("TaskId").is_none() {
                known["TaskId"] = number.into();
            }
            let takes = self.settings.change_duration;
            let task = Task {
                id: number,
                action: call.operation.name.clone(),
                instance: id.clone(),
                region: region.clone(),
                began: call.now,
                takes,
            };
            add(&mut self.activities.tasks, task);
        }
        let family = schema::families().find(|family| family.name == call.operation.family);
        let event = Event {
            id: 11_000_000 + self.next("event"),
            name: call.operation.name.clone(),
            kind: family.map(|family| family.title.to_owned()).unwrap_or_default(),
            instance: id,
            region,
            time: call.now,
            is_archived: false,
            of_system: None,
        };
        self.activities.add_event(event);
    }
}
