//! Credentials from an HTTP address.

use std::fmt;

use reqwest::Url;
use serde_json::Value;

use super::http::{self, FieldNames, HttpOptions};
use super::{BoxFuture, Credentials, ProvideCredentials};
use crate::error::{Error, Result};

/// The name of the source.
pub(super) const SOURCE: &str = "credentials URI";

/// Gets temporary credentials from an address that responds with a JSON object of `AccessKeyId`,
/// `AccessKeySecret`, `SecurityToken` and, perhaps, `Expiration`. The variable `ALIBABA_CLOUD_CREDENTIALS_URI` names
/// such an address. It is https, or http on this machine (`localhost`, `127.0.0.1`, `::1`), which never goes through a
/// proxy. Without an `Expiration` the address is asked for each call.
///
/// ```
/// use rds_api::credentials::CredentialsUri;
///
/// let of_a_sidecar = CredentialsUri::new("http://127.0.0.1:6666/credentials");
/// # let _ = of_a_sidecar;
/// ```
pub struct CredentialsUri {
    uri: String,
    http_options: HttpOptions,
}

impl CredentialsUri {
    /// Gets credentials from `uri`.
    pub fn new(uri: impl Into<String>) -> Self {
        Self { uri: uri.into(), http_options: HttpOptions::for_service() }
    }

    /// The address without its query and its password, which may give access to the credentials.
    fn public_part(&self) -> Option<String> {
        let url = Url::parse(&self.uri).ok()?;
        url.host()?;
        Some(format!("{}{}", url.origin().ascii_serialization(), url.path()))
    }

    async fn request(&self) -> Result<Credentials> {
        let (Ok(url), Some(address)) = (Url::parse(&self.uri), self.public_part()) else {
            return Err(Error::credentials(
                "the credentials URI is not valid; a valid one looks like http://127.0.0.1:6666/path",
            ));
        };
        if !http::is_safe(&url) {
            return Err(Error::credentials(format!(
                "credentials are not asked for at {address}: it must be https, or http on this machine"
            )));
        }
        let what = format!("getting credentials from {address}");
        let request = self.http_options.client(&self.uri)?.get(url);
        let response: Value = http::json(request, &what, &self.uri).await?;
        if let Some(code) = http::failure_code(&response) {
            let code = http::secrets_of(&self.uri).excerpt(code.as_bytes(), 0);
            return Err(Error::credentials(format!(
                "{what}: the response's `Code` is `{code}`, not `Success`"
            )));
        }
        Ok(FieldNames::USUAL.with_token(&response, &what)?.with_source(SOURCE))
    }
}

impl ProvideCredentials for CredentialsUri {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(self.request())
    }
}

impl fmt::Debug for CredentialsUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("CredentialsUri").field(&self.public_part()).finish()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::loopback::{Loopback, PLAIN};
    use super::*;

    #[tokio::test]
    async fn gets_credentials() {
        let server = Loopback::start(|_| (200, PLAIN.into())).await;
        let uri = CredentialsUri::new(format!("{}/some/path?key=hidden", server.address));
        assert_eq!(uri.provide().await.unwrap().access_key_id(), "STS.plain");
        assert_eq!(server.lines(), ["GET /some/path?key=hidden"]);
        assert!(!format!("{uri:?}").contains("hidden"));
    }

    #[tokio::test]
    async fn an_expiration_need_not_be_there() {
        let body = r#"{"AccessKeyId": "id", "AccessKeySecret": "s", "SecurityToken": "token"}"#;
        let server = Loopback::start(move |_| (200, body.into())).await;
        let credentials = CredentialsUri::new(&server.address).provide().await.unwrap();
        assert_eq!(credentials, Credentials::new("id", "s").with_security_token("token"));
    }

    #[tokio::test]
    async fn failures_are_explained_without_secrets() {
        for (status, body, expected) in [
            (
                200,
                r#"{"Code": "/path?key=hidden"}"#,
                "/path: the response's `Code` is `/path?key=****`, not `Success`",
            ),
            (
                500,
                r#"{"Code": "NotFound", "Message": "Cannot GET /path?key=hidden"}"#,
                "Cannot GET /path?key=****",
            ),
            (200, r#"{"Code": "Failed"}"#, "/path: the response's `Code` is `Failed`, not `Success`"),
            (200, r#"{"code": "Failed"}"#, "/path: the response's `Code` is `Failed`, not `Success`"),
            (200, r#"{"CODE": 500}"#, "/path: the response's `Code` is `500`, not `Success`"),
            (200, r#"{"Code": false}"#, "/path: the response's `Code` is `false`, not `Success`"),
            (
                200,
                r#"{"AccessKeyId": "id", "AccessKeySecret": "s"}"#,
                "/path: the response has no `SecurityToken`",
            ),
            (201, PLAIN, "/path was refused (HTTP status 201)"),
            (302, "", "/path was refused by a redirect (HTTP status 302)"),
        ] {
            let server = Loopback::start(move |_| (status, body.into())).await;
            let uri = CredentialsUri::new(format!("{}/path?key=hidden", server.address));
            let error = uri.provide().await.unwrap_err();
            assert!(error.to_string().ends_with(expected), "{error}");
            assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
        }
        let error = CredentialsUri::new("http://user:hidden@127.0.0.1:1/x?key=hidden").provide().await;
        let error = error.unwrap_err();
        assert_eq!(error.to_string(), "getting credentials from http://127.0.0.1:1/x failed");
        assert!(error.is_retryable() && !format!("{error:?}").contains("hidden"), "{error:?}");
        for (uri, expected) in [
            (
                "http://example.com/x?key=hidden",
                "credentials are not asked for at http://example.com/x: it must be https",
            ),
            (
                "http://127.0.0.1.example/",
                "credentials are not asked for at http://127.0.0.1.example/: it must be https",
            ),
            ("ftp://127.0.0.1/?key=hidden", "it must be https, or http on this machine"),
            ("mailto:hidden", "the credentials URI is not valid"),
        ] {
            let error = CredentialsUri::new(uri).provide().await.unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
            assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
        }
        let error = CredentialsUri::new("hidden").provide().await.unwrap_err();
        assert!(error.to_string().starts_with("the credentials URI is not valid"), "{error}");
    }
}
