//! The state of a running service: what its server, its control addresses and the test share.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value as Json;

use crate::clock::Clock;
use crate::execution::Execution;
use crate::history::History;
use crate::http_server::Limits;
use crate::injection::Faults;
use crate::rule::Rules;
use crate::server::authentication::Authenticator;
use rds_api_core::catalogue::{Catalogue, Operation};

/// Everything that a service knows and remembers.
pub(crate) struct State {
    pub(crate) authenticator: Authenticator,
    /// The region of the service's address.
    pub(crate) region: String,
    /// The operations that it has.
    pub(crate) catalogue: &'static Catalogue,
    pub(crate) execution: Mutex<Execution>,
    pub(crate) clock: Clock,
    pub(crate) rules: Rules,
    pub(crate) faults: Faults,
    pub(crate) history: History,
    /// What clients may take of the server.
    pub(crate) limits: Limits,
    /// The source of request ids.
    pub(crate) random: Mutex<fastrand::Rng>,
    /// Held by every connection, so that the holders can be counted.
    pub(crate) connections: Arc<()>,
}

impl State {
    /// The operation of a name, which the service takes in any case, as it does the values of enums.
    pub(super) fn known(&self, name: &str) -> Option<&'static Operation> {
        let in_another_case = || self.catalogue.names().find(|known| known.eq_ignore_ascii_case(name));
        self.catalogue.operation(name).or_else(|| self.catalogue.operation(in_another_case()?))
    }

    /// The operation of a name, or the words that there is none.
    pub(super) fn named(&self, name: &str) -> Result<&'static Operation, String> {
        self.known(name).ok_or_else(|| format!("there is no operation `{name}`"))
    }

    /// Begins all chance anew.
    pub(super) fn reseed(&self, seed: u64) {
        self.faults.reseed(seed);
        *self.random.lock().unwrap_or_else(PoisonError::into_inner) = fastrand::Rng::with_seed(seed);
    }

    /// Goes on from the state that a snapshot tells. The clock goes on from there, if that is later than now.
    pub(crate) fn restore(&self, snapshot: &str) -> Result<(), String> {
        let mut execution = self.execution.lock().unwrap_or_else(PoisonError::into_inner);
        let then = execution.restore(snapshot)?;
        self.clock.advance(then.duration_since(self.clock.now()).unwrap_or_default());
        Ok(())
    }

    /// Puts into the state what a test gives, under its name.
    pub(crate) fn seed(&self, name: &str, given: &Json) -> Result<Json, String> {
        let mut execution = self.execution.lock().unwrap_or_else(PoisonError::into_inner);
        execution.seed(name, given, self.clock.now())
    }

    /// An id for a new request.
    pub(super) fn new_request_id(&self) -> String {
        let random = self.random.lock().unwrap_or_else(PoisonError::into_inner).u128(..);
        uuid::Builder::from_random_bytes(random.to_le_bytes()).into_uuid().to_string().to_uppercase()
    }
}
