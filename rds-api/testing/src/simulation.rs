//! The simulation: what the service does with a request that was let in and is valid.

use std::time::SystemTime;

use serde_json::{Map, Value as Json};

use crate::refusal::Refusal;
use crate::simulation::account_state::AccountState;
use crate::simulation::idempotency::IdempotencyTokens;
use rds_api::schema::Operation;

pub(crate) mod account_state;
mod accounts;
mod backups;
mod call;
mod databases;
mod engine_parameters;
mod examples;
mod idempotency;
mod instance;
mod instances;
mod tags;
mod whitelists;

/// Everything that a write changes. It is under one lock, so that each write is done wholly or not at all.
#[derive(Debug)]
pub(crate) struct Simulation {
    account: AccountState,
    tokens: IdempotencyTokens,
}

/// The outcome of a request that was not refused.
pub(crate) struct Execution {
    pub(crate) response: Json,
    /// True if the request had been executed before, and was not executed again.
    pub(crate) is_repeat: bool,
}

impl Simulation {
    pub(crate) fn new(account: AccountState) -> Self {
        Self { account, tokens: IdempotencyTokens::default() }
    }

    /// Executes a request, unless its idempotency token says that it has been.
    pub(crate) fn execute(
        &mut self,
        operation: &Operation,
        parameters: &Map<String, Json>,
        request_id: &str,
        now: SystemTime,
    ) -> Result<Execution, Refusal> {
        if let Some(response) = self.tokens.previous_response(operation, parameters, now)? {
            return Ok(Execution { response, is_repeat: true });
        }
        let mut response = match self.account.simulate(&operation.name, parameters, now) {
            Some(simulated) => simulated?,
            None => examples::response(operation, parameters),
        };
        response["RequestId"] = request_id.into();
        self.tokens.remember(operation, parameters, &response, now);
        Ok(Execution { response, is_repeat: false })
    }
}
