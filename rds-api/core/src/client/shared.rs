//! The part of a client that its clones share.

use std::sync::Arc;

use http::HeaderValue;

#[cfg(feature = "blocking")]
use crate::client::blocking::LazyDriver;
use crate::client::format::Format;
use crate::client::limits::Limits;
use crate::client::metrics::Metrics;
use crate::client::retry::RetryPolicy;
use crate::client::retry_budget::RetryBudget;
use crate::client::timeouts::Timeouts;
use crate::clock::Clock;
use crate::credentials::{ProvideCredentials, Refreshing};
use crate::endpoint::{Endpoint, Network, check_region};
use crate::error::Result;
use crate::http::transport::Transport;
use crate::service::Service;
use crate::signature::SignatureVersion;

/// The settings shared by all clones of a client, and the state that their calls share, with the clients of other regions
/// too.
#[derive(Clone)]
pub struct Shared {
    /// The product that is called.
    pub service: &'static Service,
    /// The region, if the client has one.
    pub region: Option<String>,
    /// The endpoint that calls go to.
    pub endpoint: Endpoint,
    /// The network that endpoints of regions are looked up for; `None` where the endpoint was given, so that it is that
    /// of every region.
    pub(crate) network: Option<Network>,
    /// The credentials, kept until they expire.
    pub credentials: Arc<Refreshing<Arc<dyn ProvideCredentials>>>,
    /// The version of the signature.
    pub signature: SignatureVersion,
    /// The form of responses.
    pub(crate) format: Format,
    /// The policy for failed attempts.
    pub(crate) retry: RetryPolicy,
    /// The retries that all calls have together.
    pub(crate) budget: Arc<RetryBudget>,
    /// The time limits of attempts and calls.
    pub(crate) timeouts: Timeouts,
    /// The limits on calls in flight and on attempts in a second.
    pub(crate) limits: Arc<Limits>,
    /// The transport that carries requests.
    pub(crate) transport: Arc<dyn Transport>,
    /// The hook for metrics.
    pub(crate) metrics: Option<Arc<dyn Metrics>>,
    /// The header `User-Agent`.
    pub(crate) user_agent: HeaderValue,
    /// The largest body of a response.
    pub(crate) max_response_bytes: usize,
    /// Shows parameters in traces.
    pub(crate) traces_parameters: bool,
    /// The service's clock, as far as refusals have shown it.
    pub(crate) clock: Arc<Clock>,
    /// Drives blocking calls.
    #[cfg(feature = "blocking")]
    pub(crate) driver: Arc<LazyDriver>,
}

impl Shared {
    /// The same for another region.
    ///
    /// # Errors
    ///
    /// [`Input`](crate::error::ErrorKind::Input) if the region is not a valid id.
    pub fn in_region(&self, region: String) -> Result<Self> {
        check_region(&region)?;
        let endpoint = match &self.network {
            Some(network) => self.service.endpoint(&region, network),
            None => self.endpoint.clone(),
        };
        Ok(Self { region: Some(region), endpoint, ..self.clone() })
    }

    /// Waits for a future on this thread, without an async runtime in the program.
    ///
    /// # Errors
    ///
    /// Those of the future, and [`Runtime`](crate::error::ErrorKind::Runtime) if this thread is running a task of
    /// tokio.
    #[cfg(feature = "blocking")]
    pub fn block_on<T>(&self, future: impl Future<Output = Result<T>>) -> Result<T> {
        self.driver.block_on(future)
    }
}
