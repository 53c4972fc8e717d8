//! The settings of a client, before they are checked.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;

use crate::client::format::Format;
use crate::client::limits::Limits;
use crate::client::metrics::Metrics;
use crate::client::retry::RetryPolicy;
use crate::client::retry_budget::RetryBudget;
use crate::client::shared::Shared;
use crate::client::timeouts::Timeouts;
use crate::clock::Clock;
use crate::credentials::{DefaultChain, ProvideCredentials, Refreshing};
use crate::endpoint::{Endpoint, Network, check_region};
use crate::error::{Error, Remedy, Result};
use crate::http::client::{self as http_client, HAS_TLS, Reach};
use crate::http::default_transport::Http;
use crate::http::transport::Transport;
use crate::service::Service;
use crate::signature::SignatureVersion;

/// The settings that `ClientBuilder` documents.
#[derive(Debug)]
pub struct Settings {
    /// The product that is called.
    pub service: &'static Service,
    /// The region.
    pub region: Option<String>,
    /// The endpoint, instead of the region's.
    pub endpoint: Option<String>,
    /// The network that the region's endpoint is looked up for.
    pub network: Network,
    /// Allows an endpoint without TLS.
    pub allows_plain_http: bool,
    /// The credentials, or where they come from.
    pub credentials: Option<Arc<dyn ProvideCredentials>>,
    /// The version of the signature.
    pub signature: SignatureVersion,
    /// The form of responses.
    pub format: Format,
    /// The policy for failed attempts.
    pub retry: RetryPolicy,
    /// The time limits of attempts and calls.
    pub timeouts: Timeouts,
    /// The largest number of calls under way at once.
    pub max_calls_in_flight: Option<usize>,
    /// The largest number of attempts that start in a second.
    pub max_attempts_per_second: Option<f64>,
    /// The transport, instead of HTTP by reqwest.
    pub transport: Option<Arc<dyn Transport>>,
    /// Wraps the transport in another one.
    pub transport_wrapper: Option<TransportWrapper>,
    /// The settings of HTTP.
    pub http: http_client::Settings,
    /// The hook for metrics.
    pub metrics: Option<Arc<dyn Metrics>>,
    /// The suffix of the `User-Agent`.
    pub user_agent_suffix: Option<String>,
    /// Shows parameters in traces.
    pub traces_parameters: bool,
}

/// Wraps the client's transport in another one.
pub struct TransportWrapper(pub Box<Wrap>);

/// Makes one transport of another.
pub type Wrap = dyn FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync;

impl fmt::Debug for TransportWrapper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TransportWrapper")
    }
}

impl Settings {
    /// The defaults for a client of `service`.
    pub fn new(service: &'static Service) -> Self {
        Self {
            service,
            region: None,
            endpoint: None,
            network: Network::Public,
            allows_plain_http: false,
            credentials: None,
            signature: SignatureVersion::default(),
            format: Format::Json,
            retry: RetryPolicy::default(),
            timeouts: Timeouts::default(),
            max_calls_in_flight: None,
            max_attempts_per_second: None,
            transport: None,
            transport_wrapper: None,
            http: http_client::Settings::default(),
            metrics: None,
            user_agent_suffix: None,
            traces_parameters: false,
        }
    }

    /// Checks the settings, and makes of them what the clones of a client share.
    pub fn build(self) -> Result<Shared> {
        let endpoint = self.resolve_endpoint()?;
        let is_custom = self.transport.is_some() || self.http.client.is_some();
        if !HAS_TLS && !endpoint.is_plain_http() && !is_custom {
            return Err(Error::input(format!(
                "there is no TLS for {endpoint}: enable one of the features rustls-ring, rustls-aws-lc \
                 and native-tls, or give a transport"
            )));
        }
        let credentials = self.credentials.unwrap_or_else(|| Arc::new(DefaultChain::new()));
        let max_response_bytes = self.http.max_response_bytes;
        let transport = match self.transport {
            Some(transport) => transport,
            None => {
                let reach =
                    Reach { is_loopback: endpoint.is_loopback(), is_plain_http: endpoint.is_plain_http() };
                Arc::new(Http::new(http_client::Settings { reach, ..self.http })?)
            }
        };
        let transport = match self.transport_wrapper {
            Some(TransportWrapper(wrap)) => wrap(transport),
            None => transport,
        };
        let clock = Arc::new(Clock::default());
        Ok(Shared {
            service: self.service,
            region: self.region,
            endpoint,
            network: self.endpoint.is_none().then_some(self.network),
            credentials: Arc::new(Refreshing::by_clock(credentials, clock.clone())),
            signature: self.signature,
            format: self.format,
            retry: self.retry,
            budget: Arc::new(RetryBudget::new()),
            timeouts: self.timeouts,
            limits: Arc::new(Limits::new(self.max_calls_in_flight, self.max_attempts_per_second)?),
            transport,
            metrics: self.metrics,
            user_agent: user_agent(self.service, self.user_agent_suffix.as_deref())?,
            max_response_bytes,
            traces_parameters: self.traces_parameters,
            clock,
            #[cfg(feature = "blocking")]
            driver: Arc::default(),
        })
    }

    fn resolve_endpoint(&self) -> Result<Endpoint> {
        if let Some(region) = &self.region {
            check_region(region)?;
        }
        let endpoint = match (&self.endpoint, &self.region) {
            (Some(endpoint), _) => Endpoint::parse(endpoint)?,
            (None, Some(region)) => self.service.endpoint(region, &self.network),
            (None, None) => {
                return Err(Error::input("no region or endpoint: set one on the builder"));
            }
        };
        if endpoint.is_plain_http() && !self.allows_plain_http {
            let message = format!("the endpoint {endpoint} is not encrypted");
            return Err(Error::input(message).with_remedy(Remedy::AllowPlainHttp));
        }
        Ok(endpoint)
    }
}

fn user_agent(service: &Service, suffix: Option<&str>) -> Result<HeaderValue> {
    let mut agent = service.user_agent.to_owned();
    let from_environment = std::env::var("ALIBABA_CLOUD_USER_AGENT").ok();
    for part in [suffix, from_environment.as_deref()].into_iter().flatten().filter(|part| !part.is_empty()) {
        agent = format!("{agent} {part}");
    }
    let has_others = !agent.is_ascii() || agent.contains('\t');
    let value = HeaderValue::try_from(agent).ok().filter(|_| !has_others);
    value.ok_or_else(|| Error::input("the user agent has characters that an HTTP header cannot have"))
}
