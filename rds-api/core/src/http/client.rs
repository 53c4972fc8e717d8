//! The one place that knows how an HTTP client is set up: TLS backend, redirects, certificates, proxies.

use std::fmt;
use std::time::Duration;

use bytes::BytesMut;
use reqwest::Url;

use crate::endpoint;
use crate::error::{Error, Result};
use crate::http::{proxy, roots};

/// Whether one of the features for TLS is enabled.
pub const HAS_TLS: bool =
    cfg!(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"));

/// The service forgets a connection that has rested for some ten seconds, without a word. A request on it is lost, and
/// a write without an idempotency token with it; so the client forgets earlier. The vendor's own tools take five seconds
/// as well.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// The settings of the default transport.
#[derive(Clone)]
pub struct Settings {
    /// How long making a connection may take.
    pub connect_timeout: Duration,
    /// How long nothing may come.
    pub read_timeout: Duration,
    /// How long a connection is kept that no call uses.
    pub pool_idle_timeout: Duration,
    /// The largest body of a response.
    pub max_response_bytes: usize,
    /// The program's own client, which the settings that follow do not change.
    pub client: Option<reqwest::Client>,
    /// Proxies in the place of the environment's.
    pub proxies: Vec<reqwest::Proxy>,
    /// Whether the environment's proxies are left alone.
    pub uses_no_proxy: bool,
    /// Where what is called is.
    pub reach: Reach,
    /// Certificates to trust besides the system's, in PEM.
    pub root_certificates: Vec<Vec<u8>>,
}

/// Where an address is, as far as it decides how it is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// It is on this machine.
    pub is_loopback: bool,
    /// It is spoken to without TLS.
    pub is_plain_http: bool,
}

impl Reach {
    pub(crate) fn of(url: &Url) -> Self {
        Self { is_loopback: endpoint::is_loopback(url), is_plain_http: url.scheme() == "http" }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(30),
            pool_idle_timeout: POOL_IDLE_TIMEOUT,
            max_response_bytes: 64 << 20,
            client: None,
            proxies: Vec::new(),
            uses_no_proxy: false,
            reach: Reach::default(),
            root_certificates: Vec::new(),
        }
    }
}

impl Settings {
    /// A client with connections of its own, unless it is the program's.
    pub(crate) fn client(&self) -> Result<reqwest::Client> {
        match &self.client {
            Some(client) => Ok(client.clone()),
            None => build(self.builder()?).map_err(|error| self.blame_root_certificates(error)),
        }
    }

    /// Some backends look at certificates only when the client is made.
    fn blame_root_certificates(&self, error: Error) -> Error {
        let is_their_fault =
            !self.root_certificates.is_empty() && builder(&[]).is_ok_and(|builder| builder.build().is_ok());
        match is_their_fault {
            true => {
                Error::input("the root certificates have a block that is no certificate").with_source(error)
            }
            false => error,
        }
    }

    /// Whether nothing is encrypted. Then it does not matter what the system trusts, nor whether that can be read, which
    /// takes longer than all else of making a client. This machine is called through no proxy of the environment, but
    /// others may lead to one with TLS.
    fn needs_no_trust(&self) -> bool {
        let is_direct = self.reach.is_loopback && self.proxies.is_empty();
        self.reach.is_plain_http && is_direct && self.root_certificates.is_empty()
    }

    fn builder(&self) -> Result<reqwest::ClientBuilder> {
        let builder = match self.needs_no_trust() {
            true => trusting_nobody(basis())?,
            false => builder(&self.root_certificates)?,
        };
        let builder = builder
            .connect_timeout(self.connect_timeout)
            .read_timeout(self.read_timeout)
            .pool_idle_timeout(self.pool_idle_timeout);
        let builder = match self.uses_no_proxy || !self.proxies.is_empty() {
            true => builder.no_proxy(),
            false => proxy::of_environment(builder, self.reach.is_loopback)?,
        };
        Ok(self.proxies.iter().cloned().fold(builder, reqwest::ClientBuilder::proxy))
    }
}

/// Shows neither client nor proxies: their addresses may hold a password.
impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Settings")
            .field("connect_timeout", &self.connect_timeout)
            .field("read_timeout", &self.read_timeout)
            .field("pool_idle_timeout", &self.pool_idle_timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .finish_non_exhaustive()
    }
}

/// The client that a builder makes.
pub(crate) fn build(builder: reqwest::ClientBuilder) -> Result<reqwest::Client> {
    builder.build().map_err(|error| {
        let note = roots::note(&error);
        Error::input(format!("the HTTP client cannot be set up{note}")).with_source(error)
    })
}

/// A builder of HTTP clients with the TLS backend that the crate's features chose.
///
/// Redirects are never followed. No response of the service is a redirect, so one comes from something in
/// between; following it would carry the signed request, token and all, to a host nobody configured, and
/// perhaps in plain text.
///
/// `certificates` are those in PEM to trust besides the system's.
pub fn builder(certificates: &[Vec<u8>]) -> Result<reqwest::ClientBuilder> {
    roots::check()?;
    with_tls(basis(), certificates)
}

fn basis() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        // What is repeated is decided for each operation. Without a number the whole request would be copied each time.
        .retry(reqwest::retry::never().max_retries_per_request(0))
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
}

/// The whole body of a response, or `None` as soon as it is larger than `limit` bytes.
pub(crate) async fn bounded_body(
    response: &mut reqwest::Response,
    limit: usize,
) -> Result<Option<BytesMut>, reqwest::Error> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Ok(None);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// The PEM that was given, without a mark that some editors put before it.
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"))]
fn text_of(pem: &[u8]) -> &[u8] {
    pem.strip_prefix(b"\xef\xbb\xbf").unwrap_or(pem)
}

#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"))]
fn not_pem(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::input(format!("the root certificates are not valid PEM: {error}")).with_source(error)
}

#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"))]
fn no_certificate() -> Error {
    Error::input(
        "the root certificates hold no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----",
    )
}

/// Gives the builder a TLS configuration of its own. Left alone, reqwest takes the provider of the process
/// and panics if there is none; setting that is the business of the program, not of a library.
///
/// With several TLS features the first in the manifest wins.
#[cfg(feature = "rustls-ring")]
fn with_tls(builder: reqwest::ClientBuilder, roots: &[Vec<u8>]) -> Result<reqwest::ClientBuilder> {
    // Reading the system's certificates is most of the work of making a client, so it is done once.
    static USUAL: std::sync::OnceLock<rustls::ClientConfig> = std::sync::OnceLock::new();
    let config = match USUAL.get() {
        Some(usual) if roots.is_empty() => usual.clone(),
        None if roots.is_empty() => {
            let usual = tls_config(roots)?;
            USUAL.get_or_init(|| usual).clone()
        }
        _ => tls_config(roots)?,
    };
    Ok(builder.tls_backend_preconfigured(config))
}

/// Trusts what the system and `own` vouch for.
#[cfg(feature = "rustls-ring")]
fn tls_config(own: &[Vec<u8>]) -> Result<rustls::ClientConfig> {
    use std::sync::Arc;

    use rustls::pki_types::{CertificateDer, pem::PemObject as _};

    use crate::file;

    let mut certificates = Vec::new();
    for pem in own {
        let before = certificates.len();
        for certificate in CertificateDer::pem_slice_iter(text_of(pem)) {
            let certificate = certificate.map_err(not_pem)?;
            let number = certificates.len() - before + 1;
            // The verifier does not say which one it does not take.
            rustls::RootCertStore::empty().add(certificate.clone()).map_err(|error| {
                let message = format!("block {number} of the root certificates is no certificate: {error}");
                Error::input(message).with_source(error)
            })?;
            certificates.push(certificate);
        }
        if certificates.len() == before {
            return Err(no_certificate());
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    // The certificates of the system are files, too.
    let read = {
        let provider = provider.clone();
        move || Ok(rustls_platform_verifier::Verifier::new_with_extra_roots(certificates, provider))
    };
    let verifier = file::in_time(read).map_err(|error| {
        let why = file::why(&error);
        Error::input(format!("TLS cannot be set up: what the system trusts {why}")).with_source(error)
    })?;
    let verifier = verifier.map_err(no_tls)?;
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(no_tls)?
        // The name warns of verifiers that let anything pass; this one asks the system's certificates.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(feature = "rustls-ring")]
fn no_tls(error: rustls::Error) -> Error {
    let note = roots::note(&error);
    Error::input(format!("TLS cannot be set up{note}")).with_source(error)
}

/// A client for what is not encrypted, which reads no certificate.
#[cfg(feature = "rustls-ring")]
fn trusting_nobody(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
    let provider = rustls::crypto::ring::default_provider();
    let config = rustls::ClientConfig::builder_with_provider(std::sync::Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(no_tls)?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Ok(builder.tls_backend_preconfigured(config))
}

#[cfg(all(any(feature = "rustls-aws-lc", feature = "native-tls"), not(feature = "rustls-ring")))]
fn trusting_nobody(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
    Ok(with_tls(builder, &[])?.tls_certs_only([]))
}

#[cfg(not(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls")))]
fn trusting_nobody(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
    Ok(builder)
}

#[cfg(all(feature = "rustls-aws-lc", not(feature = "rustls-ring")))]
fn with_tls(builder: reqwest::ClientBuilder, roots: &[Vec<u8>]) -> Result<reqwest::ClientBuilder> {
    with_roots(builder.tls_backend_rustls(), roots)
}

#[cfg(all(feature = "native-tls", not(any(feature = "rustls-ring", feature = "rustls-aws-lc"))))]
fn with_tls(builder: reqwest::ClientBuilder, roots: &[Vec<u8>]) -> Result<reqwest::ClientBuilder> {
    with_roots(builder.tls_backend_native(), roots)
}

#[cfg(not(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls")))]
fn with_tls(builder: reqwest::ClientBuilder, roots: &[Vec<u8>]) -> Result<reqwest::ClientBuilder> {
    if roots.is_empty() {
        return Ok(builder);
    }
    Err(Error::input("root certificates are of no use without TLS: enable one of the TLS features"))
}

#[cfg(all(any(feature = "rustls-aws-lc", feature = "native-tls"), not(feature = "rustls-ring")))]
fn with_roots(mut builder: reqwest::ClientBuilder, roots: &[Vec<u8>]) -> Result<reqwest::ClientBuilder> {
    for pem in roots {
        let certificates = reqwest::Certificate::from_pem_bundle(text_of(pem)).map_err(not_pem)?;
        if certificates.is_empty() {
            return Err(no_certificate());
        }
        for certificate in certificates {
            builder = builder.add_root_certificate(certificate);
        }
    }
    Ok(builder)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    /// A rustls of another version than reqwest's would be refused only here, when the client is built.
    #[test]
    fn the_tls_backend_is_one_that_reqwest_knows() {
        super::builder(&[]).unwrap().build().unwrap();
    }
}
