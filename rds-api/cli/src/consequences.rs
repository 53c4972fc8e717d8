//! What a write may lead to, by its description, for whoever is asked before it is made.

use rds_api::schema::{Operation, Role};

/// Whether what the operation takes away may be gone for good.
pub(crate) fn deletes(operation: &Operation) -> bool {
    is_named(operation, &["Delete", "Destroy", "Release", "Remove", "Terminate", "Purge"])
}

/// The warnings that follow from the specification, a sentence each.
pub(crate) fn warnings(operation: &Operation) -> Vec<&'static str> {
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

fn is_named(operation: &Operation, verbs: &[&str]) -> bool {
    verbs.iter().any(|verb| operation.name.starts_with(verb))
}
