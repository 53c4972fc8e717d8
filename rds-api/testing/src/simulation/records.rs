//! Things that are no more than what calls have said of them, such as templates and disks.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::refusal::Refusal;

/// A thing, by the wire names of what is known of it.
pub(super) type Record = Map<String, Json>;

/// More things than this of one kind are refused.
const QUOTA: usize = 1000;

/// All things of all kinds, by kind and id. Those of a kind are copied only when one of them changes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Records(BTreeMap<String, Arc<BTreeMap<String, Record>>>);

impl Records {
    /// The things of a kind.
    pub(super) fn of(&self, kind: &str) -> impl Iterator<Item = (&String, &Record)> {
        self.0.get(kind).into_iter().flat_map(|things| things.iter())
    }

    pub(super) fn get(&self, kind: &str, id: &str) -> Option<&Record> {
        self.0.get(kind)?.get(id)
    }

    pub(super) fn get_mut(&mut self, kind: &str, id: &str) -> Option<&mut Record> {
        Arc::make_mut(self.0.get_mut(kind)?).get_mut(id)
    }

    /// Puts a new thing among the others of its kind.
    pub(super) fn insert(&mut self, kind: &str, id: &str, record: Record) -> Result<(), Refusal> {
        let things = Arc::make_mut(self.0.entry(kind.to_owned()).or_default());
        if things.len() >= QUOTA {
            let message = format!("The account has {QUOTA} things of this kind, which is its quota.");
            return Err(Refusal::new(400, "InsufficientAvailableQuota", message));
        }
        things.insert(id.to_owned(), record);
        Ok(())
    }

    pub(super) fn remove(&mut self, kind: &str, id: &str) -> Option<Record> {
        Arc::make_mut(self.0.get_mut(kind)?).remove(id)
    }
}

/// The text of a member; empty if there is none.
pub(super) fn text<'r>(record: &'r Record, name: &str) -> &'r str {
    record.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// The members of a JSON object.
pub(super) fn record(value: Json) -> Record {
    match value {
        Json::Object(members) => members,
        _ => Record::new(),
    }
}
