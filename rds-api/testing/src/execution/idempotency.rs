//! Idempotency tokens: a request that is sent twice is executed once.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value as Json};

use crate::expiring::Expiring;
use crate::refusal::Refusal;
use rds_api_core::Access;
use rds_api_core::catalogue::{Operation, OperationExt as _, Role};

/// The time for which a token is remembered, by the service's clock.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// How many of the latest tokens are remembered at least, and half of how many at most.
const MIN_TOKENS: usize = 10_000;

/// The parameters and the response of each write that came with a token, by operation and token.
#[derive(Debug)]
pub(super) struct IdempotencyTokens(Expiring<(String, String), (Map<String, Json>, Json)>);

impl Default for IdempotencyTokens {
    fn default() -> Self {
        Self(Expiring::new(LIFETIME, MIN_TOKENS))
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
    if operation.access_with(parameters) == Access::Read {
        return None;
    }
    let field = operation.parameters.iter().find(|field| field.role == Some(Role::IdempotencyToken))?;
    let token = parameters.get(&field.name)?.as_str()?;
    Some((operation.name.clone(), token.to_owned()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::schema;
    use serde_json::json;

    use super::*;

    /// Each is kept with the parameters and the response, and nothing bounds how many a client makes.
    #[test]
    fn many_tokens_take_no_more_room_than_some() {
        let operation = schema::operation("RestartDBInstance").unwrap();
        let mut tokens = IdempotencyTokens::default();
        let parameters = |number: usize| {
            let parameters = json!({ "DBInstanceId": "rm-1", "ClientToken": format!("token-{number}") });
            parameters.as_object().unwrap().clone()
        };
        for number in 0..5 * MIN_TOKENS {
            let response = json!({ "RequestId": number });
            tokens.remember(operation, &parameters(number), &response, SystemTime::UNIX_EPOCH);
            assert!(tokens.0.len() <= 2 * MIN_TOKENS);
        }
        for (number, expected) in [(0, false), (4 * MIN_TOKENS, true), (5 * MIN_TOKENS - 1, true)] {
            let earlier = tokens.previous_response(operation, &parameters(number), SystemTime::UNIX_EPOCH);
            assert_eq!(earlier.unwrap().is_some(), expected, "{number}");
        }
    }
}
