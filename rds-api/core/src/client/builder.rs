//! Settings of a client.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::client::format::Format;
use crate::client::handle::Handle;
use crate::client::metrics::Metrics;
use crate::client::retry::RetryPolicy;
use crate::client::settings::{Settings, TransportWrapper};
use crate::credentials::ProvideCredentials;
use crate::endpoint::Network;
use crate::error::Result;
use crate::http::transport::Transport;
use crate::signature::SignatureVersion;

/// Makes a client, of the type `C`. Everything has a default but the region, which is not needed once an endpoint is given.
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
pub struct ClientBuilder<C>(Settings, PhantomData<fn() -> C>);

impl<C: Handle> Default for ClientBuilder<C> {
    fn default() -> Self {
        Self(Settings::new(C::SERVICE), PhantomData)
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("ClientBuilder").field(&self.0).finish()
    }
}

impl<C: Handle> ClientBuilder<C> {
    /// The region, such as `cn-hangzhou`. It decides the endpoint, unless one is given, and fills in the
    /// parameter `RegionId` of calls that do not set it.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.0.region = Some(region.into());
        self
    }

    /// The endpoint, instead of the region's: `host`, `host:port` or a URL without a path.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.0.endpoint = Some(endpoint.into());
        self
    }

    /// The network that the region's endpoint is looked up for; the internet unless set.
    pub fn network(mut self, network: Network) -> Self {
        self.0.network = network;
        self
    }

    /// Allows an endpoint that begins with `http://`. Everything that goes there can be read and changed on
    /// the way, so this is for loopback.
    pub fn allow_plain_http(mut self) -> Self {
        self.0.allows_plain_http = true;
        self
    }

    /// The credentials, or where they come from; the [default chain](crate::credentials::DefaultChain) unless set.
    pub fn credentials(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.0.credentials = Some(Arc::new(provider));
        self
    }

    /// The version of the signature; V3 unless set.
    pub fn signature(mut self, version: SignatureVersion) -> Self {
        self.0.signature = version;
        self
    }

    /// The form of the responses; JSON unless set.
    pub fn format(mut self, format: Format) -> Self {
        self.0.format = format;
        self
    }

    /// The policy for failed attempts; see [`RetryPolicy`] for the default.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.0.retry = policy;
        self
    }

    /// The time limit of making a connection, TLS included; 5 s unless set. It bounds each connection, not the call,
    /// and is an error of kind [`ConnectTimeout`](crate::ErrorKind::ConnectTimeout), which is repeated. A client or
    /// transport of your own has its own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.0.http.connect_timeout = timeout;
        self
    }

    /// The longest time in which the service may send nothing, before the response or within it; 30 s unless set.
    /// Each byte that comes starts it anew. When it is over, that is an error of kind
    /// [`ReadTimeout`](crate::ErrorKind::ReadTimeout). A client or transport of your own has its own.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.0.http.read_timeout = timeout;
        self
    }

    /// How long a connection is kept open that no call uses; 5 s unless set. The service forgets connections after some
    /// ten seconds and does not say so; a write that takes no idempotency token is then lost with the connection, and
    /// its outcome unknown. A client or transport of your own has its own.
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.0.http.pool_idle_timeout = timeout;
        self
    }

    /// The time limit of one attempt, from its connection to the last byte of the response; 60 s unless set. When it
    /// is over, that is an error of kind [`AttemptTimeout`](crate::ErrorKind::AttemptTimeout), and the attempt is
    /// repeated where that is safe. `Duration::MAX` leaves the bound to the call. A single call has
    /// `with_attempt_timeout`.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.0.timeouts.attempt = timeout;
        self
    }

    /// The time limit of a whole call, from its turn and its credentials over all attempts and the backoff between
    /// them; 180 s unless set. When it is over, that is an error of kind
    /// [`CallTimeout`](crate::ErrorKind::CallTimeout), and nothing is repeated. `Duration::MAX` means no bound. A
    /// single call has `with_timeout`.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.0.timeouts.call = timeout;
        self
    }

    /// The largest number of calls of this client and its clones under way at once; further ones wait for their
    /// turn, for as long as their call timeout. At least 1; no limit unless set.
    pub fn max_calls_in_flight(mut self, calls: usize) -> Self {
        self.0.max_calls_in_flight = Some(calls);
        self
    }

    /// The largest number of attempts of this client and its clones that start in a second, retries included. They
    /// are spaced evenly, and each waits for its turn for as long as its call timeout. Above 0; 0.5 is one attempt
    /// in two seconds. No limit unless set.
    pub fn max_attempts_per_second(mut self, attempts: f64) -> Self {
        self.0.max_attempts_per_second = Some(attempts);
        self
    }

    /// A proxy, in the place of those that the environment names (`HTTPS_PROXY`, `NO_PROXY` …). Of several, the
    /// first that is for an address is taken. See [`transport`](crate::http::transport) for an example.
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        self.0.http.proxies.push(proxy);
        self
    }

    /// No proxy but those that are given to the builder, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.0.http.uses_no_proxy = true;
        self
    }

    /// Certificates to trust besides the system's, in PEM, at least one. Only for calls of the service, not for
    /// sources of credentials.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.0.http.root_certificates.push(pem.into());
        self
    }

    /// An HTTP client of your own, best made with [`transport::http_client`](crate::http::transport::http_client). It
    /// brings its own connect and read timeouts, proxies and certificates; it should not follow redirects. Its
    /// connections belong to the runtime that it was first used in, so do not
    /// use it in several that come and go.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.0.http.client = Some(client);
        self
    }

    /// A transport of your own, below signing and retries.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.0.transport = Some(Arc::new(transport));
        self
    }

    /// Wraps the transport that the client would use in one of your own: to look at what is sent, to count, to
    /// delay. What is set for HTTP stays in force.
    pub fn wrap_transport<T: Transport + 'static>(
        mut self,
        wrap: impl FnOnce(Arc<dyn Transport>) -> T + Send + Sync + 'static,
    ) -> Self {
        self.0.transport_wrapper = Some(TransportWrapper(Box::new(|inner| Arc::new(wrap(inner)))));
        self
    }

    /// A hook for metrics, which is told of every attempt and every call.
    pub fn metrics(mut self, metrics: impl Metrics + 'static) -> Self {
        self.0.metrics = Some(Arc::new(metrics));
        self
    }

    /// A suffix of the header `User-Agent`, such as the name and version of the program.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.0.user_agent_suffix = Some(suffix.into());
        self
    }

    /// The largest body of a response, in bytes; 64 MiB unless set. A larger one is an error of kind
    /// [`Response`](crate::ErrorKind::Response).
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.0.http.max_response_bytes = bytes;
        self
    }

    /// Shows parameters in the traces of calls, at the level `DEBUG`, except for sensitive ones. Off unless asked for.
    pub fn trace_parameters(mut self) -> Self {
        self.0.traces_parameters = true;
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// [`Input`](crate::ErrorKind::Input) if no region or endpoint is set, if one of them is not
    /// valid, if the endpoint is plain HTTP and that is not allowed, if TLS cannot be set up, if root certificates hold
    /// none, or if a variable that should name a proxy does not.
    pub fn build(self) -> Result<C> {
        self.0.build().map(|shared| C::from_shared(Arc::new(shared)))
    }
}
