//! Idempotency tokens: the same request twice is done once.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value as Json};

use super::Refusal;
use super::expiring::Expiring;
use rds_api::Access;
use rds_api::schema::{Operation, Role};

/// How long a token is remembered, by the service's clock.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// The writes that came with a token, by operation and token, and how they were answered.
#[derive(Debug)]
pub(super) struct Tokens(Expiring<(String, String), (Map<String, Json>, Json)>);

impl Default for Tokens {
    fn default() -> Self {
        Self(Expiring::new(LIFETIME))
    }
}

impl Tokens {
    /// The answer that a request with this token had before, if there was one.
    pub(super) fn earlier(
        &self,
        operation: &Operation,
        parameters: &Map<String, Json>,
        now: SystemTime,
    ) -> Result<Option<Json>, Refusal> {
        let earlier = key(operation, parameters).and_then(|key| self.0.get(&key, now));
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
    pub(super) fn keep(
        &mut self,
        operation: &Operation,
        parameters: &Map<String, Json>,
        answer: &Json,
        now: SystemTime,
    ) {
        if let Some(key) = key(operation, parameters) {
            self.0.insert(key, (parameters.clone(), answer.clone()), now);
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
