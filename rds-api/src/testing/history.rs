//! What the embedded service remembers of what it was asked and what it did.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde_json::{Value as Json, json};

use super::scrub::Scrubber;
use crate::{Timestamp, catalogue};

/// A request that came through authentication and validation, or a change that the service executed.
///
/// `Debug` hides the parameters that are sensitive.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// The operation's wire name.
    pub operation: String,
    /// The parameters by their wire names, nested and typed as the specification has them.
    pub parameters: Json,
    /// The id that the service gave the request.
    pub request_id: String,
    /// When it was, by the service's clock.
    pub time: SystemTime,
}

impl Entry {
    /// The parameters without what is sensitive.
    fn scrubbed(&self) -> Json {
        let known = catalogue::operation(&self.operation).map(|it| it.parameters.as_slice());
        let mut parameters = self.parameters.clone();
        Scrubber::of(known.unwrap_or_default()).json(&mut parameters);
        parameters
    }

    /// The entry as other programs are told of it.
    pub(super) fn to_json(&self) -> Json {
        json!({
            "Operation": self.operation,
            "Parameters": self.scrubbed(),
            "RequestId": self.request_id,
            "Time": Timestamp::to_the_second(self.time).as_str(),
        })
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Entry")
            .field("operation", &self.operation)
            .field("parameters", &format_args!("{}", self.scrubbed()))
            .field("request_id", &self.request_id)
            .field("time", &Timestamp::to_the_second(self.time))
            .finish()
    }
}

/// Two lists that only grow.
#[derive(Debug, Default)]
pub(super) struct History {
    requests: Mutex<Vec<Entry>>,
    journal: Mutex<Vec<Entry>>,
}

impl History {
    pub(super) fn request(&self, entry: Entry) {
        lock(&self.requests).push(entry);
    }

    pub(super) fn execution(&self, entry: Entry) {
        lock(&self.journal).push(entry);
    }

    pub(super) fn requests(&self) -> Vec<Entry> {
        lock(&self.requests).clone()
    }

    pub(super) fn journal(&self) -> Vec<Entry> {
        lock(&self.journal).clone()
    }

    pub(super) fn clear(&self) {
        lock(&self.requests).clear();
        lock(&self.journal).clear();
    }
}

fn lock(list: &Mutex<Vec<Entry>>) -> MutexGuard<'_, Vec<Entry>> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}
