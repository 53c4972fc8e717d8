//! The embedded service and its settings.

use std::fmt;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::clock::Clock;
use super::fault::{Fault, Faults, Injection};
use super::gateway::Gateway;
use super::history::{Entry, History};
use super::idempotency::Tokens;
use super::rule::{self, Rule, Rules};
use super::server::Server;
use super::state::{Simulation, State};
use super::world::{Pace, World};
use rds_api::{Client, ClientBuilder, Credentials, Error, ErrorKind, Request, Result};

/// A running service, on a thread of its own.
///
/// It stops when this is dropped: its port is free at once, calls on their way fail as
/// [`Interrupted`](ErrorKind::Interrupted), and later ones as [`Connect`](ErrorKind::Connect).
pub struct FakeService {
    endpoint: String,
    region: String,
    credentials: Credentials,
    state: Arc<State>,
    _server: Server,
}

/// Settings of a [`FakeService`].
#[derive(Debug)]
#[must_use = "call `start` to run the service"]
pub struct FakeServiceBuilder {
    credentials: Vec<Credentials>,
    region: String,
    backup_duration: Duration,
    change_duration: Duration,
    seed: u64,
    clock_speed: f64,
    clock_tolerance: Duration,
    history_limit: usize,
    address: String,
}

impl FakeService {
    /// An instance that exists from the start.
    pub const INSTANCE: &str = "rm-fake0000000000001";

    /// Starts a service with defaults on a free port of loopback.
    ///
    /// # Errors
    ///
    /// [`Input`](ErrorKind::Input) if no port can be had; [`Runtime`](ErrorKind::Runtime) if no thread can be
    /// started.
    pub fn start() -> Result<Self> {
        Self::builder().start()
    }

    /// A service with settings of your own.
    pub fn builder() -> FakeServiceBuilder {
        FakeServiceBuilder::default()
    }

    /// Where the service answers, such as `http://127.0.0.1:40123`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The region that [`client`](Self::client) is of.
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

    /// A client for the service.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::build`].
    pub fn client(&self) -> Result<Client> {
        self.client_builder().build()
    }

    /// A client for the service, to be set up further.
    pub fn client_builder(&self) -> ClientBuilder {
        Client::builder()
            .region(&*self.region)
            .endpoint(&*self.endpoint)
            .allow_plain_http()
            .no_proxy()
            .credentials(self.credentials.clone())
    }

    /// Says what happens to requests of an operation.
    pub fn on<R: Request>(&self) -> Rule<R> {
        self.state.rules.on()
    }

    /// Makes something go wrong, with every request until the returned value narrows it down.
    pub fn inject(&self, fault: impl Into<Fault>) -> Injection {
        self.state.faults.inject(fault.into())
    }

    /// The requests of an operation that came through authentication and validation, oldest first. An
    /// attempt that was repeated is there more than once.
    pub fn requests<R: Request>(&self) -> Vec<R> {
        let entries = self.state.history.requests.entries();
        let own = entries.iter().filter(|entry| entry.operation == R::OPERATION.name);
        own.map(|entry| rule::typed(&entry.parameters)).collect()
    }

    /// The requests of all operations that came through authentication and validation, oldest first.
    pub fn all_requests(&self) -> Vec<Entry> {
        self.state.history.requests.entries()
    }

    /// The changes that the service has executed, oldest first: whatever became of the answers, what is not
    /// here was not done, and what is here once was done once.
    pub fn journal(&self) -> Vec<Entry> {
        self.state.history.journal.entries()
    }

    /// How many connections clients hold open at the moment. The service notices that one was closed a little
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

impl Default for FakeServiceBuilder {
    fn default() -> Self {
        Self {
            credentials: Vec::new(),
            region: "cn-hangzhou".to_owned(),
            backup_duration: Duration::from_secs(10),
            change_duration: Duration::from_secs(5),
            seed: 0,
            clock_speed: 1.0,
            clock_tolerance: Duration::from_secs(15 * 60),
            history_limit: usize::MAX,
            address: "127.0.0.1:0".to_owned(),
        }
    }
}

impl FakeServiceBuilder {
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

    /// How long a backup takes by the service's clock; 10 s unless set.
    pub fn backup_duration(mut self, duration: Duration) -> Self {
        self.backup_duration = duration;
        self
    }

    /// How long it takes to create, start, stop, restart, change or release an instance, by the service's
    /// clock; 5 s unless set.
    pub fn change_duration(mut self, duration: Duration) -> Self {
        self.change_duration = duration;
        self
    }

    /// What decides which requests are struck by faults that strike a share of them, and what the ids of
    /// requests are; 0 unless set. With the same seed the same happens to requests that come in the same order.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many seconds the service's clock goes on in a second; 1 unless set, and 0 stops it. The service
    /// refuses timestamps that are further from its clock than [`clock_tolerance`](Self::clock_tolerance), so
    /// allow as much as its clock is to gain.
    pub fn clock_speed(mut self, speed: f64) -> Self {
        self.clock_speed = speed;
        self
    }

    /// How far a request's timestamp may be from the service's clock; 15 min unless set.
    pub fn clock_tolerance(mut self, tolerance: Duration) -> Self {
        self.clock_tolerance = tolerance;
        self
    }

    /// How many requests, and as many changes, the service remembers; all unless set. Beyond that it forgets
    /// the oldest, so that a service that runs for long does not grow. Rules and faults count on regardless.
    pub fn history_limit(mut self, entries: usize) -> Self {
        self.history_limit = entries;
        self
    }

    /// A port of loopback, instead of a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.address = format!("127.0.0.1:{port}");
        self
    }

    /// Runs the service on a thread of its own, whether or not the caller runs in an async runtime.
    ///
    /// # Errors
    ///
    /// [`Input`](ErrorKind::Input) if the port cannot be had, or if the clock's speed is negative or not finite;
    /// [`Runtime`](ErrorKind::Runtime) if the thread cannot be started.
    pub fn start(mut self) -> Result<FakeService> {
        if !(self.clock_speed.is_finite() && self.clock_speed >= 0.0) {
            return Err(Error::input(format!("a clock cannot run at the speed {}", self.clock_speed)));
        }
        let cannot = |error: std::io::Error| {
            Error::new(ErrorKind::Input, "the embedded service cannot listen on its port").with_source(error)
        };
        if self.credentials.is_empty() {
            self.credentials.push(Credentials::new("fake-key-id", "fake-key-secret"));
        }
        let listener = TcpListener::bind(&self.address).map_err(cannot)?;
        let endpoint = format!("http://{}", listener.local_addr().map_err(cannot)?);
        let clock = Clock::new(self.clock_speed);
        let credentials = self.credentials[0].clone();
        let pace = Pace { backup: self.backup_duration, change: self.change_duration };
        let world = World::new(&self.region, pace, clock.now());
        let state = Arc::new(State {
            gateway: Gateway::new(self.credentials, self.clock_tolerance),
            simulation: Mutex::new(Simulation { world, tokens: Tokens::default() }),
            clock,
            rules: Rules::default(),
            faults: Faults::new(self.seed),
            history: History::new(self.history_limit),
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

impl fmt::Debug for FakeService {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FakeService")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}
