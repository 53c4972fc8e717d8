//! The state of an account as a text, from which another service can go on. What a text says is checked before it is
//! believed: it may have been written by hand, or cut off.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::account_state::{AccountState, Settings};
use super::catalog::engines::Engine;
use super::instance::Instance;

/// The form of the text. Another form has another number.
const VERSION: u32 = 1;

/// The latest time of a state, in seconds: the year 4000, which no service reaches whose clock is moved on by a thousand
/// years.
const LATEST: u64 = 64_060_588_800;

/// The largest number from which ids go on.
const LARGEST: u64 = 1 << 40;

#[derive(Serialize)]
struct Written<'s> {
    version: u32,
    time: SystemTime,
    account: &'s AccountState,
}

#[derive(Deserialize)]
struct Read {
    time: SystemTime,
    account: AccountState,
}

impl AccountState {
    /// The state as JSON, with the time by the service's clock.
    pub(crate) fn to_snapshot(&self, now: SystemTime) -> String {
        let written = Written { version: VERSION, time: now, account: self };
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// Reads a state, and the time at which it was written; or says why it cannot be read, and where.
    pub(crate) fn from_snapshot(text: &str, settings: Settings) -> Result<(Self, SystemTime), String> {
        let state: Json =
            serde_json::from_str(text).map_err(|error| format!("the state cannot be read: {error}"))?;
        let version = &state["version"];
        if *version != VERSION {
            return Err(format!("the state is of version {version}, and this service has {VERSION}"));
        }
        check_times("", &state)?;
        let read: Read = serde_path_to_error::deserialize(state)
            .map_err(|error| format!("the state cannot be read, at `{}`: {}", error.path(), error.inner()))?;
        let account = Self { settings, ..read.account };
        account
            .check()
            .map_err(|(place, why)| format!("the state cannot be, at `account.{place}`: {why}"))?;
        Ok((account, read.time))
    }

    /// Says what cannot be in an account, and where.
    fn check(&self) -> Result<(), (String, String)> {
        for (name, instances) in [("instances", &self.instances), ("recycled", &self.recycled)] {
            check_instances(instances).map_err(|(place, why)| (format!("{name}.{place}"), why))?;
        }
        if let Some((kind, _)) = self.created.iter().find(|(_, number)| **number > LARGEST) {
            return Err((format!("created.{kind}"), format!("it is larger than {LARGEST}")));
        }
        let tasks = self.activities.tasks.iter().map(|task| task.id).enumerate();
        let events = self.activities.events.iter().map(|event| event.id).enumerate();
        for (name, mut ids) in [
            ("tasks", Box::new(tasks) as Box<dyn Iterator<Item = (usize, u64)>>),
            ("events", Box::new(events)),
        ] {
            if let Some((index, _)) = ids.find(|(_, id)| *id > LARGEST) {
                return Err((
                    format!("activities.{name}[{index}].id"),
                    format!("it is larger than {LARGEST}"),
                ));
            }
        }
        self.check_quotas(&Self::empty(Settings::default()))
            .map_err(|refusal| ("".to_owned(), refusal.message))
    }
}

fn check_instances(instances: &BTreeMap<String, Arc<Instance>>) -> Result<(), (String, String)> {
    for (id, instance) in instances {
        let wrong = |place: &str, why: String| Err((format!("{id}.{place}"), why));
        if instance.id != *id {
            return wrong("id", format!("it is `{}`, not that under which the instance stands", instance.id));
        }
        let Some(engine) = Engine::named(&instance.engine).filter(|engine| engine.name == instance.engine)
        else {
            return wrong("engine", format!("there is no engine `{}`", instance.engine));
        };
        if instance.number > LARGEST {
            return wrong("number", format!("it is larger than {LARGEST}"));
        }
        // A property is of the kind that it has in a new instance.
        let Some(class) = engine.classes().next() else { continue };
        let new = Instance::new(String::new(), 0, (engine, "", &class), "", SystemTime::UNIX_EPOCH);
        for (name, value) in &new.properties {
            let kept = instance.properties.get(name);
            if kept.is_none_or(|kept| std::mem::discriminant(kept) != std::mem::discriminant(value)) {
                return wrong(&format!("properties.{name}"), format!("it is not of the kind of `{value}`"));
            }
        }
        instance.check_quotas().or_else(|refusal| wrong("", refusal.message))?;
    }
    Ok(())
}

/// Refuses times with which the service could not reckon.
fn check_times(place: &str, value: &Json) -> Result<(), String> {
    match value {
        Json::Object(members) => {
            if let Some(seconds) = members.get("secs_since_epoch")
                && seconds.as_u64().is_none_or(|seconds| seconds > LATEST)
            {
                let why = "it is no time before the year 4000";
                return Err(format!("the state cannot be read, at `{place}`: {why}"));
            }
            members.iter().try_for_each(|(name, value)| {
                let separator = if place.is_empty() { "" } else { "." };
                check_times(&format!("{place}{separator}{name}"), value)
            })
        }
        Json::Array(elements) => elements
            .iter()
            .enumerate()
            .try_for_each(|(index, value)| check_times(&format!("{place}[{index}]"), value)),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
