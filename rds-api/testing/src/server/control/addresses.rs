//! What each address does.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::rules::GivenRule;
use super::{Answer, Problem};
use crate::execution::Execution;
use crate::given;
use crate::history::{EntryLog, HistoryEntry};
use crate::injection::Aimed;
use crate::server::download;
use crate::server::state::State;
use rds_api_core::Timestamp;

/// More faults or rules than this are not taken.
const QUOTA: usize = 1000;

/// An address: what it is asked, and what it does with what it is given.
#[derive(Clone, Copy)]
pub(super) struct Address {
    pub(super) method: &'static str,
    pub(super) name: &'static str,
    pub(super) answer: fn(&State, &str, &Json) -> Result<Answer, Problem>,
}

const fn address(
    method: &'static str,
    name: &'static str,
    answer: fn(&State, &str, &Json) -> Result<Answer, Problem>,
) -> Address {
    Address { method, name, answer }
}

/// The addresses of every service.
pub(super) const ADDRESSES: &[Address] = &[
    address("GET", "", list_addresses),
    address("GET", "clock", tell_time),
    address("POST", "clock", advance),
    address("GET", "faults", |state, _, given| nothing(given, || Json::from(state.faults.to_json()))),
    address("POST", "faults", inject),
    address("DELETE", "faults", |state, _, given| remove("fault", given, |id| state.faults.remove(id))),
    address("GET", "journal", |state, _, given| list(&state.history.journal, given)),
    address("DELETE", "journal", forget),
    address("GET", "requests", |state, _, given| list(&state.history.requests, given)),
    address("DELETE", "requests", forget),
    address("GET", "rules", |state, _, given| nothing(given, || Json::from(state.rules.to_json()))),
    address("POST", "rules", add_rule),
    address("DELETE", "rules", |state, _, given| remove("rule", given, |id| state.rules.remove(id))),
    address("POST", "settings", set),
    address("GET", "state", tell_state),
    address("POST", "state", restore),
];

/// The addresses of what can be put into the state of this service.
pub(super) fn of_seeds(state: &State) -> impl Iterator<Item = Address> {
    execution(state).seeds().iter().map(|name| address("POST", name, seed))
}

fn execution(state: &State) -> MutexGuard<'_, Execution> {
    state.execution.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Nothing is given.
#[derive(Serialize, Deserialize)]
struct Nothing {}

fn nothing(given: &Json, answer: impl FnOnce() -> Json) -> Result<Answer, Problem> {
    let Nothing {} = given::read(given)?;
    Ok(answer().into())
}

fn list_addresses(state: &State, _: &str, given: &Json) -> Result<Answer, Problem> {
    let all = ADDRESSES.iter().copied().chain(of_seeds(state));
    let all = all.map(|Address { method, name, .. }| format!("{method} {}{name}", super::PREFIX));
    nothing(given, || all.collect())
}

fn list(log: &EntryLog, given: &Json) -> Result<Answer, Problem> {
    let Nothing {} = given::read(given)?;
    let (entries, total) = log.entries_and_total();
    Ok(Answer { body: entries.iter().map(HistoryEntry::to_json).collect(), total: Some(total) })
}

fn forget(state: &State, _: &str, given: &Json) -> Result<Answer, Problem> {
    let Nothing {} = given::read(given)?;
    state.history.clear();
    Ok(json!({}).into())
}

fn tell_time(state: &State, _: &str, given: &Json) -> Result<Answer, Problem> {
    nothing(given, || json!({ "Time": Timestamp::from(state.clock.now()).as_str() }))
}

#[derive(Serialize, Deserialize)]
struct Advance {
    #[serde(with = "given::seconds")]
    advance: Duration,
}

fn advance(state: &State, _: &str, given: &Json) -> Result<Answer, Problem> {
    let Advance { advance } = given::read(given)?;
    state.clock.advance(advance);
    Ok(json!({ "Time": Timestamp::from(state.clock.now()).as_str() }).into())
}

fn inject(state: &State, _: &str, given: &Json) -> Result<Answer, Problem> {
    let mut aimed: Aimed = given::read(given)?;
    if let Some(operation) = aimed.operation.as_mut().filter(|it| *it != download::OPERATION) {
        *operation = state.named(operation)?.name.clone();
    }
    check_quota("faults", state.faults.len())?;
    Ok(json!({ "id": state.faults.add(aimed).0 }).into())
}

fn add_rule(state: &State, _: &str, given: &Json) -> Result<Answer, Problem> {
    let rule: GivenRule = given::read(given)?;
    let operation = state.named(&rule.operation)?;
    let (condition, steps) = rule.read(operation)?;
    check_quota("rules", state.rules.len())?;
    Ok(json!({ "id": state.rules.add(&operation.name, condition, steps) }).into())
}

fn check_quota(what: &str, count: usize) -> Result<(), String> {
    if count < QUOTA { Ok(()) } else { Err(format!("there are {QUOTA} {what} already, which is the limit")) }
}

#[derive(Serialize, Deserialize)]
struct Removal {
    /// All, unless one is named.
    #[serde(default, deserialize_with = "given::optional_count")]
    id: Option<u64>,
}

fn remove(what: &str, given: &Json, remove: impl FnOnce(Option<u64>) -> bool) -> Result<Answer, Problem> {
    let Removal { id } = given::read(given)?;
    if remove(id) {
        return Ok(json!({}).into());
    }
    Err(Problem(StatusCode::NOT_FOUND, format!("there is no {what} `{}`", id.unwrap_or_default())))
}

/// What of the settings of a service can change while it runs.
#[derive(Serialize, Deserialize)]
struct Settings {
    #[serde(default, deserialize_with = "given::optional_count")]
    history_limit: Option<u64>,
    #[serde(default, deserialize_with = "given::optional_count")]
    seed: Option<u64>,
    #[serde(default, deserialize_with = "given::optional_flag")]
    strict: Option<bool>,
}

fn set(state: &State, _: &str, given: &Json) -> Result<Answer, Problem> {
    let settings: Settings = given::read(given)?;
    if let Some(limit) = settings.history_limit {
        state.history.set_limit(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    if let Some(seed) = settings.seed {
        state.reseed(seed);
    }
    if let Some(is_strict) = settings.strict {
        execution(state).set_strict(is_strict);
    }
    Ok(json!({}).into())
}

fn tell_state(state: &State, _: &str, given: &Json) -> Result<Answer, Problem> {
    let Nothing {} = given::read(given)?;
    let snapshot = execution(state).snapshot(state.clock.now());
    let told: Json = serde_json::from_str(&snapshot).map_err(|_| "the service has no state".to_owned())?;
    Ok(told.into())
}

fn restore(state: &State, _: &str, given: &Json) -> Result<Answer, Problem> {
    state.restore(&given.to_string())?;
    Ok(json!({}).into())
}

fn seed(state: &State, name: &str, given: &Json) -> Result<Answer, Problem> {
    Ok(state.seed(name, given)?.into())
}
