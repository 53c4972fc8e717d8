//! Idempotency tokens: a request that is sent twice is executed once.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value as Json};

use crate::expiring::Expiring;
use crate::refusal::Refusal;
use rds_api::Access;
use rds_api::schema::{Operation, Role};

/// The time for which a token is remembered, by the service's clock.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// The parameters and the response of each write that came with a token, by operation and token.
#[derive(Debug)]
pub(super) struct IdempotencyTokens(Expiring<(String, String), (Map<String, Json>, Json)>);

impl Default for IdempotencyTokens {
    fn default() -> Self {
        Self(Expiring::new(LIFETIME))
    }
}

impl IdempotencyTokens {
    /// The response to an earlier request with this token, if there was one.
    pub(super) fn previous_response(
        &self,
        operation: &Operation,
        parameters: &Map<String, Json>,
        now: SystemTime,
    ) -> Result<Option<Json>, Refusal> {
        let previous = key(operation, parameters).and_then(|key| self.0.get(&key, now));
        match previous {
            Some((same, response)) if same == parameters => Ok(Some(response.clone())),
            Some(_) => Err(Refusal::new(
                400,
                "IdempotentParameterMismatch",
                "The request uses the same client token as a previous, but non-identical request.",
            )),
            None => Ok(None),
        }
    }

    /// Keeps a response for the case that the request comes again.
    pub(super) fn remember(
        &mut self,
        operation: &Operation,
        parameters: &Map<String, Json>,
        response: &Json,
        now: SystemTime,
    ) {
        if let Some(key) = key(operation, parameters) {
            self.0.insert(key, (parameters.clone(), response.clone()), now);
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
