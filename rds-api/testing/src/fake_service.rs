//! The running service, as a test holds it.

use std::fmt;
use std::sync::{Arc, PoisonError};

use crate::builder::FakeServiceBuilder;
use crate::clock::Clock;
use crate::fault::Fault;
use crate::history::HistoryEntry;
use crate::injection::Injection;
use crate::rule::{self, Rule};
use crate::server::Server;
use crate::server::state::State;
use rds_api_core::catalogue::Catalogue;
use rds_api_core::client::builder::ClientBuilder;
use rds_api_core::client::handle::Handle;
use rds_api_core::{Credentials, Error, Request, Result};

/// A running service, on a thread of its own.
///
/// It stops when this is dropped: its port is free at once, calls on their way fail as
/// [`Interrupted`](rds_api_core::ErrorKind::Interrupted), and later ones as [`Connect`](rds_api_core::ErrorKind::Connect).
pub struct FakeService {
    pub(crate) endpoint: String,
    pub(crate) region: String,
    pub(crate) credentials: Credentials,
    pub(crate) state: Arc<State>,
    pub(crate) _server: Server,
}

impl FakeService {
    /// Settings for a service with the operations of a product, to be changed before it starts.
    pub fn builder_of(catalogue: &'static Catalogue) -> FakeServiceBuilder {
        FakeServiceBuilder::new(catalogue)
    }

    /// The address of the service, such as `http://127.0.0.1:40123`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The region of [`client`](Self::client).
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The credentials that [`client`](Self::client) signs with.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The clock of the service, to move forward.
    pub fn clock(&self) -> &Clock {
        &self.state.clock
    }

    /// The state as JSON, with which another service can begin. It has no secrets, and neither the rules, the faults and the
    /// history nor the idempotency tokens. Without a simulation it is empty.
    pub fn snapshot(&self) -> String {
        let execution = self.state.execution.lock().unwrap_or_else(PoisonError::into_inner);
        execution.snapshot(self.state.clock.now())
    }

    /// Goes on from the state that a [`snapshot`](Self::snapshot) of this or another service tells, so that one service
    /// serves tests that each begin with the same. The clock is moved on to the time of the snapshot, and never back; the
    /// idempotency tokens are forgotten.
    ///
    /// # Errors
    ///
    /// [`Input`](rds_api_core::ErrorKind::Input) if the snapshot cannot be read; then the state is as it was.
    pub fn restore(&self, snapshot: &str) -> Result<()> {
        self.state.restore(snapshot).map_err(Error::input)
    }

    /// A client for the service, of the product that it was started with.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::build`].
    pub fn client_of<C: Handle>(&self) -> Result<C> {
        self.client_builder_of().build()
    }

    /// A client for the service, to be set up further.
    pub fn client_builder_of<C: Handle>(&self) -> ClientBuilder<C> {
        ClientBuilder::default()
            .region(&*self.region)
            .endpoint(&*self.endpoint)
            .allow_plain_http()
            .no_proxy()
            .credentials(self.credentials.clone())
    }

    /// A rule for the requests of an operation.
    pub fn on<R: Request>(&self) -> Rule<R> {
        self.state.rules.on()
    }

    /// Injects a fault, which hits every request until the returned value narrows it down.
    pub fn inject(&self, fault: impl Into<Fault>) -> Injection {
        self.state.faults.inject(fault.into())
    }

    /// The requests of an operation that came through authentication and validation, oldest first. An
    /// attempt that was repeated is there more than once.
    pub fn requests<R: Request>(&self) -> Vec<R> {
        let entries = self.state.history.requests.entries();
        let own = entries.iter().filter(|entry| entry.operation == R::OPERATION.name);
        own.map(|entry| rule::from_json(&entry.parameters)).collect()
    }

    /// The requests of all operations that came through authentication and validation, oldest first.
    pub fn all_requests(&self) -> Vec<HistoryEntry> {
        self.state.history.requests.entries()
    }

    /// The changes that the service has executed, oldest first: whatever became of the responses, what is not
    /// here was not done, and what is here once was done once.
    pub fn journal(&self) -> Vec<HistoryEntry> {
        self.state.history.journal.entries()
    }

    /// The number of connections that clients hold open at the moment. The service notices that one was closed a little
    /// later than the client.
    pub fn open_connections(&self) -> usize {
        // One is held by the service itself.
        Arc::strong_count(&self.state.connections).saturating_sub(1)
    }

    /// Forgets the requests and changes up to now, but not what they did.
    pub fn clear_history(&self) {
        self.state.history.clear();
    }
}

impl fmt::Debug for FakeService {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FakeService")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}
