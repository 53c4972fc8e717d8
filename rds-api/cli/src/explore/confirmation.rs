//! Asking before something is changed in a real account.

use rds_api::schema::Operation;
use serde_json::{Map, Value as Json, json};

use super::target::Target;
use crate::consequences::{deletes, warnings};
use crate::masking::masked_parameters;
use crate::questions::Questions;

/// The questions that are open: each admits the very call that it is about, once.
#[derive(Default)]
pub(crate) struct Confirmations(Questions<PendingCall>);

/// An operation's name, and its parameters.
type PendingCall = (String, Map<String, Json>);

impl Confirmations {
    /// A question for the page to put.
    pub(crate) fn ask(&self, target: &Target, operation: &Operation, parameters: &Map<String, Json>) -> Json {
        json!({
            "token": self.0.put((operation.name.clone(), parameters.clone())),
            "summary": operation.summary,
            "deletes": deletes(operation),
            "warnings": warnings(operation),
            "target": target.describe(),
            "parameters": masked_parameters(operation, parameters),
        })
    }

    /// Whether this call was asked about and may be made.
    pub(crate) fn admit(&self, token: &str, operation: &Operation, parameters: &Map<String, Json>) -> bool {
        self.0.answered(token).is_some_and(|(name, values)| name == operation.name && values == *parameters)
    }
}
