//! Credentials from an HTTP address.

use std::fmt;

use reqwest::Url;
use serde_json::Value;

use super::http::{self, FieldNames, HttpOptions};
use super::{BoxFuture, Credentials, ProvideCredentials};
use crate::error::{Error, Result};

/// Gets temporary credentials from an address that responds with a JSON object of `AccessKeyId`,
/// `AccessKeySecret`, `SecurityToken` and `Expiration`. The variable `ALIBABA_CLOUD_CREDENTIALS_URI` names such an address.
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
    /// Gets credentials from `uri`. Plain HTTP is for addresses on the same machine.
    pub fn new(uri: impl Into<String>) -> Self {
        Self { uri: uri.into(), http_options: HttpOptions::for_service() }
    }

    /// The address without its query and its password, which may give access to the credentials.
    fn public_part(&self) -> Option<String> {
        let url = Url::parse(&self.uri).ok()?;
        Some(format!("{}{}", url.origin().ascii_serialization(), url.path()))
    }

    async fn request(&self) -> Result<Credentials> {
        let Some(address) = self.public_part() else {
            return Err(Error::credentials(
                "the credentials URI is not valid; a valid one looks like http://127.0.0.1:6666/path",
            ));
        };
        let what = format!("getting credentials from {address}");
        let response: Value =
            http::json(self.http_options.client()?.get(&self.uri), &what, &self.uri).await?;
        match response["Code"].as_str() {
            None | Some("Success") => FieldNames::USUAL.temporary(&response, &what),
            Some(code) => {
                Err(Error::credentials(format!("{what}: the response's `Code` is `{code}`, not `Success`")))
            }
        }
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
    async fn failures_are_explained_without_secrets() {
        for (status, body, expected) in [
            (200, r#"{"Code": "Failed"}"#, "/path: the response's `Code` is `Failed`, not `Success`"),
            (
                200,
                r#"{"AccessKeyId": "id", "AccessKeySecret": "s"}"#,
                "/path: the response has no `SecurityToken`",
            ),
            (201, PLAIN, "/path was refused (HTTP status 201)"),
            (302, "", "/path was refused (HTTP status 302)"),
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
        let error = CredentialsUri::new("hidden").provide().await.unwrap_err();
        assert!(error.to_string().starts_with("the credentials URI is not valid"), "{error}");
    }
}
