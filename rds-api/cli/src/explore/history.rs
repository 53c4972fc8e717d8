//! The calls of this session.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value as Json, json};

/// How many calls are kept.
const MAX_CALLS: usize = 100;
/// A larger response is not kept with its call.
const MAX_BODY_BYTES: usize = 1 << 20;

/// The latest calls, as the page showed them.
#[derive(Default)]
pub(crate) struct History(Mutex<Records>);

#[derive(Default)]
struct Records {
    next: u64,
    calls: VecDeque<(u64, Json)>,
}

impl History {
    /// Records a call, and returns it with the number that it has here.
    pub(crate) fn record(&self, mut call: Json) -> Json {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        records.next += 1;
        let number = records.next;
        call["number"] = number.into();
        let mut small = call.clone();
        if call["body"].as_str().is_some_and(|body| body.len() > MAX_BODY_BYTES) {
            small["body"] = Json::Null;
        }
        records.calls.push_front((number, small));
        records.calls.truncate(MAX_CALLS);
        call
    }

    /// One line for each call, the latest first.
    pub(crate) fn list(&self) -> Json {
        let records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = records.calls.iter().map(|(_, call)| {
            json!({
                "number": call["number"],
                "operation": call["operation"],
                "at": call["at"],
                "elapsed_ms": call["elapsed_ms"],
                "status": call["status"],
                "ok": call["ok"],
                "not_done": call["not_done"],
                "code": call["error"]["code"],
                "parameters": call["parameters"],
            })
        });
        lines.collect()
    }

    /// The call of this number, whole.
    pub(crate) fn get(&self, number: u64) -> Option<Json> {
        let records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        records.calls.iter().find(|(known, _)| *known == number).map(|(_, call)| call.clone())
    }
}
