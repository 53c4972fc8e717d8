//! Execution: what the service does with a request that was let in and is valid.

use std::fmt;
use std::time::SystemTime;

use bytes::Bytes;
use serde_json::{Map, Value as Json};

use crate::execution::idempotency::IdempotencyTokens;
use crate::refusal::Refusal;
use rds_api_core::catalogue::Operation;

pub(crate) mod download_address;
mod examples;
mod idempotency;
pub(crate) mod shape;

/// The state of a product's things: what one call changes another sees.
pub trait Simulate: fmt::Debug + Send {
    /// The response of an operation that is simulated; `None` for all others, whose response has the examples of the
    /// specification.
    fn simulate(
        &mut self,
        operation: &Operation,
        parameters: &Map<String, Json>,
        now: SystemTime,
    ) -> Option<Result<Json, Refusal>>;

    /// True if an operation is simulated.
    fn is_simulated(&self, operation: &str) -> bool;

    /// Refuses a call of an operation that is not simulated, if it is about a thing that is not there.
    ///
    /// # Errors
    ///
    /// The refusal.
    fn admit(
        &mut self,
        operation: &Operation,
        parameters: &Map<String, Json>,
        now: SystemTime,
    ) -> Result<(), Refusal> {
        let _ = (operation, parameters, now);
        Ok(())
    }

    /// The content of a file at a path below `/download/`, if there is one.
    fn download(&self, path: &str, now: SystemTime) -> Option<Bytes> {
        let _ = (path, now);
        None
    }

    /// The state as JSON; empty if it cannot be told.
    fn snapshot(&self, now: SystemTime) -> String {
        let _ = now;
        String::new()
    }

    /// Takes over the state that a snapshot tells, and says at what time it was taken.
    ///
    /// # Errors
    ///
    /// What is wrong with it; then the state is as it was.
    fn restore(&mut self, snapshot: &str) -> Result<SystemTime, String> {
        let _ = snapshot;
        Err("the service has no state".to_owned())
    }

    /// What a test can put into the state, by the name of its address below `/testing/`.
    fn seeds(&self) -> &'static [&'static str] {
        &[]
    }

    /// Puts into the state what a test gives at such an address, and says what has become of it.
    ///
    /// # Errors
    ///
    /// What is wrong with it; then the state is as it was.
    fn seed(&mut self, name: &str, given: &Json, now: SystemTime) -> Result<Json, String> {
        let _ = (given, now);
        Err(format!("there is no `{name}`"))
    }
}

/// Everything that a write changes. It is under one lock, so that each write is done wholly or not at all.
#[derive(Debug)]
pub(crate) struct Execution {
    simulation: Option<Box<dyn Simulate>>,
    tokens: IdempotencyTokens,
    /// Refuses what is not simulated, instead of responding with examples.
    is_strict: bool,
}

/// The outcome of a request that was not refused.
pub(crate) struct Outcome {
    pub(crate) response: Json,
    /// True if the request had been executed before, and was not executed again.
    pub(crate) is_repeat: bool,
    /// True if the response is made of examples, because the operation is not simulated.
    pub(crate) is_example: bool,
}

impl Execution {
    pub(crate) fn new(simulation: Option<Box<dyn Simulate>>, is_strict: bool) -> Self {
        Self { simulation, tokens: IdempotencyTokens::default(), is_strict }
    }

    /// True if an operation is simulated with state.
    pub(crate) fn is_simulated(&self, operation: &str) -> bool {
        self.simulation.as_ref().is_some_and(|it| it.is_simulated(operation))
    }

    /// The content of a file that can be downloaded.
    pub(crate) fn download(&self, path: &str, now: SystemTime) -> Option<Bytes> {
        self.simulation.as_ref()?.download(path, now)
    }

    /// The state as JSON; empty if there is none.
    pub(crate) fn snapshot(&self, now: SystemTime) -> String {
        self.simulation.as_ref().map(|it| it.snapshot(now)).unwrap_or_default()
    }

    /// Goes on from the state that a snapshot tells, and says at what time it was taken.
    pub(crate) fn restore(&mut self, snapshot: &str) -> Result<SystemTime, String> {
        let simulation = self.simulation.as_mut().ok_or("the service has no state")?;
        let then = simulation.restore(snapshot)?;
        // What was repeated in the other state is not done in this one.
        self.tokens = IdempotencyTokens::default();
        Ok(then)
    }

    /// What a test can put into the state.
    pub(crate) fn seeds(&self) -> &'static [&'static str] {
        self.simulation.as_ref().map_or(&[], |it| it.seeds())
    }

    /// Puts into the state what a test gives.
    pub(crate) fn seed(&mut self, name: &str, given: &Json, now: SystemTime) -> Result<Json, String> {
        let simulation = self.simulation.as_mut().ok_or("the service has no state")?;
        simulation.seed(name, given, now)
    }

    /// Refuses what is not simulated from now on, or responds with examples.
    pub(crate) fn set_strict(&mut self, is_strict: bool) {
        self.is_strict = is_strict;
    }

    /// Executes a request, unless its idempotency token says that it has been.
    pub(crate) fn execute(
        &mut self,
        operation: &Operation,
        parameters: &Map<String, Json>,
        request_id: &str,
        now: SystemTime,
    ) -> Result<Outcome, Refusal> {
        let is_example = !self.is_simulated(&operation.name);
        if let Some(response) = self.tokens.previous_response(operation, parameters, now)? {
            return Ok(Outcome { response, is_repeat: true, is_example });
        }
        let simulated = self.simulation.as_mut().and_then(|it| it.simulate(operation, parameters, now));
        let mut response = match simulated {
            Some(simulated) => simulated?,
            None if self.is_strict => {
                let message = format!(
                    "{} is not simulated, and the service was told to refuse what is not.",
                    operation.name
                );
                return Err(Refusal::new(400, "OperationNotSupported", message));
            }
            None => {
                if let Some(simulation) = &mut self.simulation {
                    simulation.admit(operation, parameters, now)?;
                }
                examples::response(operation, parameters)
            }
        };
        response["RequestId"] = request_id.into();
        self.tokens.remember(operation, parameters, &response, now);
        Ok(Outcome { response, is_repeat: false, is_example })
    }
}
