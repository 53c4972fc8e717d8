//! Settings of a client.

use std::fmt;
use std::sync::Arc;
#[cfg(feature = "blocking")]
use std::sync::OnceLock;
use std::time::Duration;

use crate::client::Client;
use crate::credentials::{DefaultChain, ProvideCredentials, Refreshing};
use crate::endpoint::{Endpoint, Network};
use crate::handle::{Format, Handle, Timeouts};
use crate::http_client::{self, HAS_TLS};
use crate::metrics::Metrics;
use crate::pace::Pace;
use crate::retry::{Budget, RetryPolicy};
use crate::signature::SignatureVersion;
use crate::transport::{Http, Transport};
use crate::{Error, Result};

/// Makes a [`Client`]. Everything has a default but the region, which is not needed once an endpoint is given.
///
/// ```
/// use std::time::Duration;
/// use rds_api::{Client, Credentials, Network, RetryPolicy};
///
/// let client = Client::builder()
///     .region("cn-hangzhou")
///     .network(Network::Vpc)
///     .credentials(Credentials::new("my-key-id", "my-key-secret"))
///     .retry(RetryPolicy::default().max_attempts(6))
///     .call_timeout(Duration::from_secs(60))
///     .max_calls_in_flight(16)
///     .build()?;
/// # Ok::<(), rds_api::Error>(())
/// ```
#[must_use = "call `build` to get a client"]
#[derive(Debug)]
pub struct ClientBuilder {
    region: Option<String>,
    endpoint: Option<String>,
    network: Network,
    allows_plain_http: bool,
    credentials: Option<Arc<dyn ProvideCredentials>>,
    signature: SignatureVersion,
    format: Format,
    retry: RetryPolicy,
    timeouts: Timeouts,
    max_calls_in_flight: Option<usize>,
    max_calls_per_second: Option<f64>,
    transport: Option<Arc<dyn Transport>>,
    around: Option<Around>,
    http: http_client::Settings,
    metrics: Option<Arc<dyn Metrics>>,
    user_agent: Option<String>,
    traces_parameters: bool,
}

/// What puts a transport around the client's.
struct Around(Box<Wrap>);

type Wrap = dyn FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync;

impl fmt::Debug for Around {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Around")
    }
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
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
            max_calls_per_second: None,
            transport: None,
            around: None,
            http: http_client::Settings::default(),
            metrics: None,
            user_agent: None,
            traces_parameters: false,
        }
    }
}

impl ClientBuilder {
    /// The region, such as `cn-hangzhou`. It decides the endpoint, unless one is given, and fills in the
    /// parameter `RegionId` of calls that do not set it.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The endpoint, instead of the region's: `host`, `host:port` or a URL without a path.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The network that the region's endpoint is looked up for; the internet unless set.
    pub fn network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }

    /// Allows an endpoint that begins with `http://`. Everything that goes there can be read and changed on
    /// the way, so this is for loopback.
    pub fn allow_plain_http(mut self) -> Self {
        self.allows_plain_http = true;
        self
    }

    /// The credentials, or where they come from; the [default chain](DefaultChain) unless set.
    pub fn credentials(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(Arc::new(provider));
        self
    }

    /// The version of the signature; V3 unless set.
    pub fn signature(mut self, version: SignatureVersion) -> Self {
        self.signature = version;
        self
    }

    /// The form of the answers; JSON unless set.
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// How failed attempts are repeated; see [`RetryPolicy`] for the default.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How long making a connection may take; 5 s unless set. A client or transport of your own has its own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http.connect_timeout = timeout;
        self
    }

    /// How long the service may send nothing; 30 s unless set. A client or transport of your own has its own.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.http.read_timeout = timeout;
        self
    }

    /// How long one attempt may take, connection and answer included; 60 s unless set.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.attempt = timeout;
        self
    }

    /// How long a whole call may take, retries and pauses included; 180 s unless set.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.call = timeout;
        self
    }

    /// How many calls may be under way at once; further ones wait. No limit unless set.
    pub fn max_calls_in_flight(mut self, calls: usize) -> Self {
        self.max_calls_in_flight = Some(calls);
        self
    }

    /// How many attempts may start in a second, retries included; further ones wait. No limit unless set.
    pub fn max_calls_per_second(mut self, calls: f64) -> Self {
        self.max_calls_per_second = Some(calls);
        self
    }

    /// A proxy, in the place of those that the environment names (`HTTPS_PROXY`, `NO_PROXY` …). Of several, the
    /// first that is for an address is taken. See [`transport`](crate::transport) for an example.
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        self.http.proxies.push(proxy);
        self
    }

    /// No proxy but those that are given to the builder, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.http.uses_no_proxy = true;
        self
    }

    /// Certificates to trust besides the system's, in PEM, one or more. Only for calls of the service, not for
    /// sources of credentials.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.root_certificates.push(pem.into());
        self
    }

    /// An HTTP client of your own, best made with [`transport::http_client`](crate::transport::http_client). It
    /// brings its own connect and read timeouts, proxies and certificates; it should not follow redirects. Its
    /// connections belong to the runtime that it was first used in, so do not
    /// use it in several that come and go.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http.client = Some(client);
        self
    }

    /// A transport of your own, below signing and retries.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// A transport of your own around the one that the client would use, which it is made from: to look at
    /// what is sent, to count, to delay. What is set for HTTP stays in force.
    pub fn around_transport<T: Transport + 'static>(
        mut self,
        wrap: impl FnOnce(Arc<dyn Transport>) -> T + Send + Sync + 'static,
    ) -> Self {
        self.around = Some(Around(Box::new(|inner| Arc::new(wrap(inner)))));
        self
    }

    /// What is told of every attempt and every call.
    pub fn metrics(mut self, metrics: impl Metrics + 'static) -> Self {
        self.metrics = Some(Arc::new(metrics));
        self
    }

    /// What is added to the `User-Agent`, such as the name and version of the program.
    pub fn user_agent(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent = Some(suffix.into());
        self
    }

    /// The largest body of an answer, in bytes; 64 MiB unless set. A larger one is an error of kind
    /// [`Response`](crate::ErrorKind::Response).
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.http.max_response_bytes = bytes;
        self
    }

    /// Shows parameters in the traces of calls, except for sensitive ones. Off unless asked for.
    pub fn trace_parameters(mut self) -> Self {
        self.traces_parameters = true;
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// [`Input`](crate::ErrorKind::Input) if there is neither a region nor an endpoint, if one of them is not
    /// valid, if the endpoint is plain HTTP and nobody allowed that, or if TLS cannot be set up.
    pub fn build(self) -> Result<Client> {
        let endpoint = self.resolve_endpoint()?;
        let is_own = self.transport.is_some() || self.http.client.is_some();
        if !HAS_TLS && !endpoint.is_plain_http() && !is_own {
            return Err(Error::input(format!(
                "nothing can encrypt calls of {endpoint}: enable one of the features rustls-ring, rustls-aws-lc \
                 and native-tls, or give a transport"
            )));
        }
        let credentials = self.credentials.unwrap_or_else(|| Arc::new(DefaultChain::new()));
        let max_response_bytes = self.http.max_response_bytes;
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(Http::new(self.http)?),
        };
        let transport = match self.around {
            Some(Around(wrap)) => wrap(transport),
            None => transport,
        };
        Ok(Client::from_handle(Handle {
            region: self.region,
            endpoint,
            credentials: Refreshing::new(credentials),
            signature: self.signature,
            format: self.format,
            retry: self.retry,
            budget: Budget::new(),
            timeouts: self.timeouts,
            pace: Pace::new(self.max_calls_in_flight, self.max_calls_per_second)?,
            transport,
            metrics: self.metrics,
            user_agent: user_agent(self.user_agent.as_deref())?,
            max_response_bytes,
            traces_parameters: self.traces_parameters,
            clock_offset: 0.into(),
            #[cfg(feature = "blocking")]
            driver: OnceLock::new(),
        }))
    }

    fn resolve_endpoint(&self) -> Result<Endpoint> {
        if let Some(region) = &self.region {
            let is_valid = |character: char| character.is_ascii_alphanumeric() || character == '-';
            if region.is_empty() || !region.chars().all(is_valid) {
                return Err(Error::input(format!(
                    "`{region}` is not the id of a region: it looks like `cn-hangzhou`"
                )));
            }
        }
        let endpoint = match (&self.endpoint, &self.region) {
            (Some(endpoint), _) => Endpoint::parse(endpoint)?,
            (None, Some(region)) => Endpoint::of_region(region, &self.network),
            (None, None) => {
                return Err(Error::input(
                    "there is neither a region nor an endpoint: give the builder one of them",
                ));
            }
        };
        if endpoint.is_plain_http() && !self.allows_plain_http {
            return Err(Error::input(format!(
                "the endpoint {endpoint} is not encrypted: use https, or say `allow_plain_http()` if that is meant"
            )));
        }
        Ok(endpoint)
    }
}

fn user_agent(suffix: Option<&str>) -> Result<String> {
    let mut agent = concat!("rds-api/", env!("CARGO_PKG_VERSION")).to_owned();
    let from_environment = std::env::var("ALIBABA_CLOUD_USER_AGENT").ok();
    for part in [suffix, from_environment.as_deref()].into_iter().flatten().filter(|part| !part.is_empty()) {
        agent = format!("{agent} {part}");
    }
    if agent.chars().any(|character| character.is_control()) || !agent.is_ascii() {
        return Err(Error::input("the user agent holds characters that no HTTP header may have"));
    }
    Ok(agent)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn builder() -> ClientBuilder {
        Client::builder().credentials(crate::Credentials::new("id", "secret"))
    }

    #[test]
    fn a_client_needs_a_region_or_an_endpoint() {
        let error = builder().build().unwrap_err();
        assert!(error.to_string().starts_with("there is neither a region nor an endpoint"), "{error}");
        for region in ["", "cn hangzhou", "evil.example/", "cn_hangzhou"] {
            let error = builder().region(region).build().unwrap_err();
            assert!(error.to_string().ends_with("is not the id of a region: it looks like `cn-hangzhou`"));
        }
        let plain = builder().endpoint("http://127.0.0.1").allow_plain_http().build().unwrap();
        assert_eq!(plain.region(), None);
    }

    #[test]
    fn an_endpoint_of_ones_own_goes_before_region_and_network() {
        if !HAS_TLS {
            return;
        }
        for region in ["cn-hangzhou", "eu-central-1", "xx-tomorrow-1"] {
            let endpoint =
                |builder: ClientBuilder| builder.region(region).build().unwrap().endpoint().to_string();
            let own = builder().network(Network::Vpc).endpoint("rds.example.com:8443");
            assert_eq!(endpoint(own), "https://rds.example.com:8443", "{region}");
            let resolved = Endpoint::of_region(region, &Network::Vpc).to_string();
            assert_eq!(endpoint(builder().network(Network::Vpc)), resolved, "{region}");
        }
    }

    #[test]
    fn without_tls_an_encrypted_endpoint_is_refused() {
        if HAS_TLS {
            return;
        }
        let error = builder().region("cn-hangzhou").build().unwrap_err();
        assert!(
            error.to_string().starts_with("nothing can encrypt calls of https://rds.aliyuncs.com: enable")
        );
        builder().endpoint("http://127.0.0.1:1").allow_plain_http().build().unwrap();
    }
}
