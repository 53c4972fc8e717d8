//! The requests and changes that the embedded service remembers.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde_json::{Value as Json, json};

use rds_api_core::Timestamp;
use rds_api_core::catalogue::{Catalogue, secrecy};

/// A request that came through authentication and validation, or a change that the service executed.
///
/// `Debug` hides the parameters that are sensitive.
#[derive(Clone)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// The operations of the service.
    pub(crate) catalogue: &'static Catalogue,
    /// The operation's wire name.
    pub operation: String,
    /// The parameters by their wire names, nested and typed as the specification has them.
    pub parameters: Json,
    /// The id that the service gave the request.
    pub request_id: String,
    /// The time by the service's clock.
    pub time: SystemTime,
    /// True if the operation is simulated with state. If not, its response is made of the examples of the
    /// specification, unless a rule or a fault decides.
    pub is_simulated: bool,
}

impl HistoryEntry {
    /// The parameters without what is sensitive.
    fn masked_parameters(&self) -> Json {
        let known = self.catalogue.operation(&self.operation).map(|it| it.parameters.as_slice());
        let mut parameters = self.parameters.clone();
        secrecy::mask(self.catalogue.service().sensitive(), known.unwrap_or_default(), &mut parameters);
        parameters
    }

    /// The entry as other programs get it.
    pub(crate) fn to_json(&self) -> Json {
        json!({
            "Operation": self.operation,
            "Parameters": self.masked_parameters(),
            "RequestId": self.request_id,
            "Simulated": self.is_simulated,
            "Time": Timestamp::from_system_time_secs(self.time).as_str(),
        })
    }
}

impl PartialEq for HistoryEntry {
    fn eq(&self, other: &Self) -> bool {
        let all = |entry: &Self| (entry.operation.clone(), entry.request_id.clone(), entry.time);
        all(self) == all(other) && self.parameters == other.parameters
    }
}

impl fmt::Debug for HistoryEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HistoryEntry")
            .field("operation", &self.operation)
            .field("parameters", &format_args!("{}", self.masked_parameters()))
            .field("request_id", &self.request_id)
            .field("time", &Timestamp::from_system_time_secs(self.time))
            .finish()
    }
}

/// The requests, and the changes they made.
#[derive(Debug)]
pub(crate) struct History {
    pub(crate) requests: EntryLog,
    pub(crate) journal: EntryLog,
}

impl History {
    /// A history of up to `limit` entries of each kind.
    pub(crate) fn new(limit: usize) -> Self {
        Self { requests: EntryLog::new(limit), journal: EntryLog::new(limit) }
    }

    /// Keeps so many entries of each kind from now on.
    pub(crate) fn set_limit(&self, limit: usize) {
        self.requests.set_limit(limit);
        self.journal.set_limit(limit);
    }

    pub(crate) fn clear(&self) {
        self.requests.clear();
        self.journal.clear();
    }
}

/// Entries, oldest first. Beyond the limit the oldest are forgotten, but counted still.
#[derive(Debug)]
pub(crate) struct EntryLog(Mutex<Entries>);

#[derive(Debug)]
struct Entries {
    entries: VecDeque<HistoryEntry>,
    total: u64,
    limit: usize,
}

impl EntryLog {
    fn new(limit: usize) -> Self {
        Self(Mutex::new(Entries { entries: VecDeque::new(), total: 0, limit }))
    }

    fn set_limit(&self, limit: usize) {
        let mut kept = self.lock();
        kept.limit = limit;
        let beyond = kept.entries.len().saturating_sub(limit);
        kept.entries.drain(..beyond);
    }

    fn clear(&self) {
        let mut kept = self.lock();
        kept.entries.clear();
        kept.total = 0;
    }

    pub(crate) fn add(&self, entry: HistoryEntry) {
        let mut kept = self.lock();
        kept.total += 1;
        kept.entries.push_back(entry);
        if kept.entries.len() > kept.limit {
            kept.entries.pop_front();
        }
    }

    /// The entries that are kept.
    pub(crate) fn entries(&self) -> Vec<HistoryEntry> {
        self.entries_and_total().0
    }

    /// The entries that are kept, and the number there were in all.
    pub(crate) fn entries_and_total(&self) -> (Vec<HistoryEntry>, u64) {
        let kept = self.lock();
        (kept.entries.iter().cloned().collect(), kept.total)
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
