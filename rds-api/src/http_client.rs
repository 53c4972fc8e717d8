//! The one place that knows how an HTTP client is set up: TLS backend, redirects, certificates.

use crate::Result;

/// A builder of HTTP clients with the TLS backend that the crate's features chose.
///
/// Redirects are never followed. No answer of the service is a redirect, so one comes from something in
/// between; following it would carry the signed request, token and all, to a host nobody configured, and
/// perhaps in plain text.
pub(crate) fn builder() -> Result<reqwest::ClientBuilder> {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    with_tls(builder)
}

/// Gives the builder a TLS configuration of its own. Left alone, reqwest takes the provider of the process
/// and panics if there is none; setting that is the business of the program, not of a library.
///
/// With several TLS features the first in the manifest wins.
#[cfg(feature = "rustls-ring")]
fn with_tls(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
    use std::sync::Arc;

    use crate::Error;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let no_tls = |error: rustls::Error| Error::input("TLS cannot be set up").with_source(error);
    let verifier = rustls_platform_verifier::Verifier::new(provider.clone()).map_err(no_tls)?;
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(no_tls)?
        // The name warns of verifiers that let anything pass; this one asks the system's certificates.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    // With a configuration given, reqwest leaves offering HTTP/2 to it.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(builder.tls_backend_preconfigured(config))
}

#[cfg(all(feature = "rustls-aws-lc", not(feature = "rustls-ring")))]
fn with_tls(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
    Ok(builder.tls_backend_rustls())
}

#[cfg(all(feature = "native-tls", not(any(feature = "rustls-ring", feature = "rustls-aws-lc"))))]
fn with_tls(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
    Ok(builder.tls_backend_native())
}

#[cfg(not(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls")))]
fn with_tls(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
    Ok(builder)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    /// A rustls of another version than reqwest's would be refused only here, when the client is built.
    #[test]
    fn the_tls_backend_is_one_that_reqwest_knows() {
        super::builder().unwrap().build().unwrap();
    }
}
