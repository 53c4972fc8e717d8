//! Execution: what the service does with a request that was let in and is valid.

use std::fmt;
use std::time::SystemTime;

use serde_json::{Map, Value as Json};

use crate::execution::idempotency::IdempotencyTokens;
use crate::refusal::Refusal;
use rds_api_core::catalogue::Operation;

mod examples;
mod idempotency;

/// The state of a product's things: what one call changes another sees.
pub trait Simulate: fmt::Debug + Send {
    /// The response of an operation that is simulated; `None` for all others, whose response has the examples of the
    /// specification.
    fn simulate(
        &mut self,
        operation: &str,
        parameters: &Map<String, Json>,
        now: SystemTime,
    ) -> Option<Result<Json, Refusal>>;
}

/// Everything that a write changes. It is under one lock, so that each write is done wholly or not at all.
#[derive(Debug)]
pub(crate) struct Execution {
    simulation: Option<Box<dyn Simulate>>,
    tokens: IdempotencyTokens,
}

/// The outcome of a request that was not refused.
pub(crate) struct Outcome {
    pub(crate) response: Json,
    /// True if the request had been executed before, and was not executed again.
    pub(crate) is_repeat: bool,
}

impl Execution {
    pub(crate) fn new(simulation: Option<Box<dyn Simulate>>) -> Self {
        Self { simulation, tokens: IdempotencyTokens::default() }
    }

    /// Executes a request, unless its idempotency token says that it has been.
    pub(crate) fn execute(
        &mut self,
        operation: &Operation,
        parameters: &Map<String, Json>,
        request_id: &str,
        now: SystemTime,
    ) -> Result<Outcome, Refusal> {
        if let Some(response) = self.tokens.previous_response(operation, parameters, now)? {
            return Ok(Outcome { response, is_repeat: true });
        }
        let simulation = self.simulation.as_mut();
        let mut response = match simulation.and_then(|it| it.simulate(&operation.name, parameters, now)) {
            Some(simulated) => simulated?,
            None => examples::response(operation, parameters),
        };
        response["RequestId"] = request_id.into();
        self.tokens.remember(operation, parameters, &response, now);
        Ok(Outcome { response, is_repeat: false })
    }
}
