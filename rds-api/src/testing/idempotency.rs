//! Idempotency tokens: the same request twice is done once.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::Refusal;
use crate::Access;
use crate::catalogue::{Operation, Role};

/// The writes that came with a token, and how they were answered.
#[derive(Debug, Default)]
pub(super) struct Tokens(HashMap<(String, String), (Map<String, Json>, Json)>);

impl Tokens {
    /// The answer that a request with this token had before, if there was one.
    pub(super) fn earlier(
        &self,
        operation: &Operation,
        parameters: &Map<String, Json>,
    ) -> Result<Option<Json>, Refusal> {
        let earlier = key(operation, parameters).and_then(|key| self.0.get(&key));
        match earlier {
            Some((same, answer)) if same == parameters => Ok(Some(answer.clone())),
            Some(_) => Err(Refusal::new(
                400,
                "IdempotentParameterMismatch",
                "The request uses the same client token as a previous, but non-identical request.",
            )),
            None => Ok(None),
        }
    }

    /// Keeps an answer for the case that the request comes again.
    pub(super) fn keep(&mut self, operation: &Operation, parameters: &Map<String, Json>, answer: &Json) {
        if let Some(key) = key(operation, parameters) {
            self.0.insert(key, (parameters.clone(), answer.clone()));
        }
    }
}

fn key(operation: &Operation, parameters: &Map<String, Json>) -> Option<(String, String)> {
    if operation.access == Access::Read {
        return None;
    }
    let field = operation.parameters.iter().find(|field| field.role == Some(Role::IdempotencyToken))?;
    let token = parameters.get(&field.name)?.as_str()?;
    Some((operation.name.clone(), token.to_owned()))
}
