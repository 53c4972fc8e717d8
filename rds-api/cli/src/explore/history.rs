//! What was called in this session.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value as Json, json};

/// How many calls are kept.
const CALLS: usize = 100;
/// A larger answer is not kept with its call.
const LARGEST_BODY: usize = 1 << 20;

/// The latest calls, as the page showed them.
#[derive(Default)]
pub(crate) struct History(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    next: u64,
    calls: VecDeque<(u64, Json)>,
}

impl History {
    /// Keeps a call, and gives it with the number that it has here.
    pub(crate) fn keep(&self, mut call: Json) -> Json {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.next += 1;
        let number = kept.next;
        call["number"] = number.into();
        let mut small = call.clone();
        if call["body"].as_str().is_some_and(|body| body.len() > LARGEST_BODY) {
            small["body"] = Json::Null;
        }
        kept.calls.push_front((number, small));
        kept.calls.truncate(CALLS);
        call
    }

    /// One line for each call, the latest first.
    pub(crate) fn list(&self) -> Json {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = kept.calls.iter().map(|(_, call)| {
            json!({
                "number": call["number"],
                "operation": call["operation"],
                "at": call["at"],
                "elapsed_ms": call["elapsed_ms"],
                "status": call["status"],
                "ok": call["ok"],
                "code": call["error"]["code"],
                "parameters": call["parameters"],
            })
        });
        lines.collect()
    }

    /// The call of this number, whole.
    pub(crate) fn get(&self, number: u64) -> Option<Json> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.calls.iter().find(|(kept, _)| *kept == number).map(|(_, call)| call.clone())
    }
}
