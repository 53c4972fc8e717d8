//! Asking before something is changed in a real account.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rds_api::schema::{Operation, Role};
use serde_json::{Map, Value as Json, json};

use super::target::Target;
use crate::masking::masked_parameters;

/// How many questions may be open before all of them are put again.
const MAX_QUESTIONS: usize = 100;

/// The questions that are open: each admits the very call that it is about, once.
#[derive(Default)]
pub(crate) struct Confirmations(Mutex<HashMap<String, PendingCall>>);

/// An operation's name, and its parameters.
type PendingCall = (String, Map<String, Json>);

impl Confirmations {
    /// A question for the page to put.
    pub(crate) fn ask(&self, target: &Target, operation: &Operation, parameters: &Map<String, Json>) -> Json {
        let token = uuid::Uuid::new_v4().simple().to_string();
        let pending = (operation.name.clone(), parameters.clone());
        let mut questions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if questions.len() >= MAX_QUESTIONS {
            questions.clear();
        }
        questions.insert(token.clone(), pending);
        drop(questions);
        json!({
            "token": token,
            "summary": operation.summary,
            "deletes": deletes(operation),
            "warnings": warnings(operation),
            "target": target.describe(),
            "parameters": masked_parameters(operation, parameters),
        })
    }

    /// Whether this call was asked about and may be made.
    pub(crate) fn admit(&self, token: &str, operation: &Operation, parameters: &Map<String, Json>) -> bool {
        let pending = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(token);
        pending.is_some_and(|(name, values)| name == operation.name && values == *parameters)
    }
}

fn is_named(operation: &Operation, verbs: &[&str]) -> bool {
    verbs.iter().any(|verb| operation.name.starts_with(verb))
}

fn deletes(operation: &Operation) -> bool {
    is_named(operation, &["Delete", "Destroy", "Release", "Remove", "Terminate", "Purge"])
}

/// The warnings that follow from the specification.
fn warnings(operation: &Operation) -> Vec<&'static str> {
    let has = |names: &[&str]| names.iter().any(|name| operation.parameter(name).is_some());
    let mut warnings = Vec::new();
    if deletes(operation) {
        warnings.push("What is deleted may be gone for good.");
    }
    if has(&["PayType", "AutoPay", "UsedTime", "InstanceChargeType"]) {
        warnings.push("It may place an order that costs money.");
    }
    if is_named(operation, &["Restart", "Stop", "Switch", "Migrate", "Upgrade"]) {
        warnings.push("Connections to the instance may break.");
    }
    let has_token = operation.parameters.iter().any(|field| field.role == Some(Role::IdempotencyToken));
    warnings.push(if has_token {
        "An idempotency token goes with it, so that a repeated attempt does nothing twice."
    } else {
        "It has no idempotency token, so it is repeated only if it was certainly not executed."
    });
    warnings
}
