//! The settings of a service, and its start.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::clock::Clock;
use crate::execution::{Execution, Simulate};
use crate::fake_service::FakeService;
use crate::history::History;
use crate::http_server::Limits;
use crate::injection::Faults;
use crate::rule::Rules;
use crate::server::authentication::Authenticator;
use crate::server::state::State;
use crate::server::{Server, limits};
use rds_api_core::catalogue::Catalogue;
use rds_api_core::{Credentials, Error, ErrorKind, Result};

/// Settings of a [`FakeService`].
#[derive(Debug)]
#[must_use = "call `start` to run the service"]
pub struct FakeServiceBuilder {
    catalogue: &'static Catalogue,
    credentials: Vec<Credentials>,
    pub(crate) region: String,
    simulation: Option<Box<dyn Simulate>>,
    /// What the account of the simulation begins with, where there is one.
    #[cfg(feature = "simulation")]
    pub(crate) account: Option<crate::simulation::Beginning>,
    is_strict: bool,
    seed: u64,
    clock_speed: f64,
    clock_behind: Duration,
    clock_tolerance: Duration,
    history_limit: usize,
    address: String,
    limits: Limits,
}

impl FakeServiceBuilder {
    /// The settings of a service with these operations.
    pub(crate) fn new(catalogue: &'static Catalogue) -> Self {
        Self {
            catalogue,
            credentials: Vec::new(),
            region: "cn-hangzhou".to_owned(),
            simulation: None,
            #[cfg(feature = "simulation")]
            account: None,
            is_strict: false,
            seed: 0,
            clock_speed: 1.0,
            clock_behind: Duration::ZERO,
            clock_tolerance: Duration::from_secs(15 * 60),
            history_limit: usize::MAX,
            address: "127.0.0.1:0".to_owned(),
            limits: limits(),
        }
    }

    /// What the service remembers of its calls. Operations that this does not simulate, and all without it, have the
    /// examples of the specification in their responses.
    pub fn simulation(mut self, simulation: impl Simulate + 'static) -> Self {
        self.simulation = Some(Box::new(simulation));
        self
    }

    /// Credentials that the service knows; the first are those of [`FakeService::client`]. Temporary ones are
    /// refused once they have expired by the service's clock.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials.push(credentials);
        self
    }

    /// The region of [`FakeService::client`]; `cn-hangzhou` unless set.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// The seed of all chance: which requests are hit by faults that hit a share of them, and the ids of
    /// requests; 0 unless set. With the same seed the same happens to requests that come in the same order.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The seconds that the service's clock goes on in a second; 1 unless set, and 0 stops it. The service
    /// refuses timestamps that are further from its clock than [`clock_tolerance`](Self::clock_tolerance), so
    /// allow as much as its clock is to gain.
    pub fn clock_speed(mut self, speed: f64) -> Self {
        self.clock_speed = speed;
        self
    }

    /// How much the service's clock is behind at first, at most ten years; nothing unless set. What is done before the clock
    /// is [moved forward](crate::Clock::advance) by as much has a past then: metrics, automated backups, logs. Clients learn
    /// how far it is off, as they do of the real one.
    pub fn clock_behind(mut self, behind: Duration) -> Self {
        self.clock_behind = behind.min(Duration::from_secs(10 * 365 * 24 * 3600));
        self
    }

    /// The time that a request's timestamp may be away from the service's clock; 15 min unless set.
    pub fn clock_tolerance(mut self, tolerance: Duration) -> Self {
        self.clock_tolerance = tolerance;
        self
    }

    /// The number of requests, and of changes, that the service remembers; all unless set. Beyond that it forgets
    /// the oldest, so that a service that runs for long does not grow. Rules and faults count on regardless.
    ///
    /// Of nonces the latest 50,000 at least are remembered, and of idempotency tokens 10,000, whatever this is.
    pub fn history_limit(mut self, entries: usize) -> Self {
        self.history_limit = entries;
        self
    }

    /// Refuses operations that are not simulated with state, with the code `OperationNotSupported`. Unless set, their
    /// responses are made of the examples of the specification.
    pub fn strict(mut self, is_strict: bool) -> Self {
        self.is_strict = is_strict;
        self
    }

    /// A port of loopback, instead of a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.address = format!("127.0.0.1:{port}");
        self
    }

    /// What clients may take of the server, for tests of these limits.
    #[doc(hidden)]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Runs the service on a thread of its own, whether or not the caller runs in an async runtime.
    ///
    /// # Errors
    ///
    /// [`Input`](ErrorKind::Input) if the port cannot be had, if the clock's speed is negative or not finite, if an
    /// instance cannot be, such as one of an engine that there is not, or if the state cannot be read;
    /// [`Runtime`](ErrorKind::Runtime) if the thread cannot be started.
    pub fn start(mut self) -> Result<FakeService> {
        if !(self.clock_speed.is_finite() && self.clock_speed >= 0.0) {
            return Err(Error::input(format!("a clock cannot run at the speed {}", self.clock_speed)));
        }
        let failed = |error: std::io::Error| {
            Error::new(ErrorKind::Input, "the embedded service cannot listen on its port").with_source(error)
        };
        if self.credentials.is_empty() {
            self.credentials.push(Credentials::new("fake-key-id", "fake-key-secret"));
        }
        let listener = TcpListener::bind(&self.address).map_err(failed)?;
        let endpoint = format!("http://{}", listener.local_addr().map_err(failed)?);
        let clock = Clock::new(self.clock_speed, self.clock_behind);
        let credentials = self.credentials[0].clone();
        #[cfg(feature = "simulation")]
        let simulation = match self.simulation.take() {
            Some(simulation) => Some(simulation),
            None => self.simulated_account(&endpoint, &clock)?,
        };
        #[cfg(not(feature = "simulation"))]
        let simulation = self.simulation.take();
        let state = Arc::new(State {
            authenticator: Authenticator::new(
                self.catalogue.service().version,
                self.credentials,
                self.clock_tolerance,
            ),
            catalogue: self.catalogue,
            execution: Mutex::new(Execution::new(simulation, self.is_strict)),
            region: self.region.clone(),
            clock,
            rules: Rules::default(),
            faults: Faults::new(self.seed),
            history: History::new(self.history_limit),
            limits: self.limits,
            random: Mutex::new(fastrand::Rng::with_seed(self.seed)),
            connections: Arc::default(),
        });
        let server = Server::start(listener, state.clone()).map_err(|error| {
            Error::new(ErrorKind::Runtime, "the thread of the embedded service cannot be started")
                .with_source(error)
        })?;
        Ok(FakeService { endpoint, region: self.region, credentials, state, _server: server })
    }
}
