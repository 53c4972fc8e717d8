//! The service in a box: a server on loopback that behaves as RDS does, to run and test programs without an
//! account.
//!
//! A mock in the place of the client hides the bugs that matter: a parameter nobody sends, an answer that does
//! not decode, a retry that does something twice. So this is a real HTTP server. It verifies signatures,
//! timestamps and nonces, validates parameters against the specification, and keeps state: a backup that was
//! started goes through its phases and is listed once it has finished. What it does not simulate it answers
//! with the examples of the specification.
//!
//! ```
//! use std::time::Duration;
//! use rds_api::testing::FakeService;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> rds_api::Result<()> {
//! let service = FakeService::start().await?;
//! let client = service.client()?;
//!
//! let started = client.create_backup(FakeService::INSTANCE).await?;
//! let job: i32 = started.backup_job_id.unwrap().parse().unwrap();
//! service.clock().advance(Duration::from_secs(3600));
//! let tasks = client.describe_backup_tasks(FakeService::INSTANCE).backup_job_id(job).await?;
//! assert!(tasks.items[0].backup_id.is_some(), "the backup has finished");
//! # Ok(())
//! # }
//! ```

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{Client, ClientBuilder, Credentials, Error, ErrorKind, Result};

pub use clock::Clock;

mod answer;
mod backups;
mod clock;
mod examples;
mod gateway;
mod parameters;
mod server;

/// A running service. It stops when this is dropped.
#[derive(Debug)]
pub struct FakeService {
    endpoint: String,
    region: String,
    credentials: Credentials,
    clock: Clock,
    _stop: oneshot::Sender<()>,
}

/// Settings of a [`FakeService`].
#[derive(Debug)]
#[must_use = "call `start` to run the service"]
pub struct FakeServiceBuilder {
    credentials: Vec<Credentials>,
    region: String,
    backup_duration: Duration,
    clock_tolerance: Duration,
    address: String,
}

impl FakeService {
    /// An instance that exists from the start.
    pub const INSTANCE: &str = "rm-fake0000000000001";

    /// Starts a service with defaults on a free port of loopback.
    ///
    /// # Errors
    ///
    /// [`Input`](ErrorKind::Input) if no port can be had.
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// A service with settings of your own.
    pub fn builder() -> FakeServiceBuilder {
        FakeServiceBuilder::default()
    }

    /// Where the service answers, such as `http://127.0.0.1:40123`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The clock of the service, to move forward.
    pub fn clock(&self) -> &Clock {
        &self.clock
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
}

impl Default for FakeServiceBuilder {
    fn default() -> Self {
        Self {
            credentials: Vec::new(),
            region: "cn-hangzhou".to_owned(),
            backup_duration: Duration::from_secs(10),
            clock_tolerance: Duration::from_secs(15 * 60),
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

    /// How far a request's timestamp may be from the service's clock; 15 min unless set.
    pub fn clock_tolerance(mut self, tolerance: Duration) -> Self {
        self.clock_tolerance = tolerance;
        self
    }

    /// A port of loopback, instead of a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.address = format!("127.0.0.1:{port}");
        self
    }

    /// Runs the service in the current runtime.
    ///
    /// # Errors
    ///
    /// [`Input`](ErrorKind::Input) if the port cannot be had.
    pub async fn start(mut self) -> Result<FakeService> {
        let cannot = |error: std::io::Error| {
            Error::new(ErrorKind::Input, "the embedded service cannot listen on its port").with_source(error)
        };
        if self.credentials.is_empty() {
            self.credentials.push(Credentials::new("fake-key-id", "fake-key-secret"));
        }
        let listener = TcpListener::bind(&self.address).await.map_err(cannot)?;
        let endpoint = format!("http://{}", listener.local_addr().map_err(cannot)?);
        let clock = Clock::default();
        let credentials = self.credentials[0].clone();
        let state = server::State {
            gateway: gateway::Gateway::new(self.credentials, self.clock_tolerance),
            backups: Mutex::new(backups::Backups::new(self.backup_duration)),
            clock: clock.clone(),
        };
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(server::run(listener, Arc::new(state), stopped));
        Ok(FakeService { endpoint, region: self.region, credentials, clock, _stop: stop })
    }
}

#[cfg(test)]
mod tests;
