//! One HTTP exchange with a source of credentials, and the credentials in its response.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::Value;

use super::Credentials;
use crate::error::class::failed as failed_status;
use crate::error::{Error, ErrorCodes, Result, ServiceError};
use crate::http::{client as http_client, hints, response};
use crate::runtime::guarded;
use crate::secrecy::Redactor;
use crate::signature::percent;
use crate::timestamp::Timestamp;

/// More than any response needs, and little enough to keep.
pub(super) const MAX_RESPONSE_BYTES: usize = 256 * 1024;

/// The settings of the HTTP client for a kind of source.
///
/// A client is made for each renewal and dropped after it: renewals are an hour apart, and no connection
/// outlives that.
#[derive(Clone, Debug)]
pub(super) struct HttpOptions {
    pub(super) connect_timeout: Duration,
    pub(super) read_timeout: Duration,
    uses_proxy: bool,
}

impl HttpOptions {
    /// For services on the network.
    pub(super) fn for_service() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(10),
            uses_proxy: true,
        }
    }

    /// For the metadata of the instance: near, or not there at all, and never behind a proxy, which would see
    /// its own instance's.
    pub(super) fn for_metadata() -> Self {
        let second = Duration::from_secs(1);
        Self { connect_timeout: second, read_timeout: second, uses_proxy: false }
    }

    pub(super) fn client(&self) -> Result<Client> {
        let mut builder = http_client::builder(&[])?
            .connect_timeout(self.connect_timeout)
            .timeout(self.connect_timeout + self.read_timeout);
        // A test must not depend on the proxy of the machine it runs on.
        if !self.uses_proxy || cfg!(test) {
            builder = builder.no_proxy();
        }
        http_client::build(builder)
    }
}

/// Sends a request and takes the text of its response, which must have the status 200. `what` names the exchange
/// in errors, and `secret` is what the request proves itself with, which the response may repeat.
pub(super) async fn text(request: RequestBuilder, what: &str, secret: &str) -> Result<String> {
    guarded(exchange(request, what, secret)).await?
}

async fn exchange(request: RequestBuilder, what: &str, secret: &str) -> Result<String> {
    // The address may hold a secret in its query.
    let failed = |error: reqwest::Error| {
        let problem = if error.is_timeout() { "took too long" } else { "failed" };
        Error::credentials(format!("{what} {problem}")).retryable(true).with_source(error.without_url())
    };
    let mut response = request.send().await.map_err(failed)?;
    let status = response.status();
    let clock_offset = hints::clock_offset(response.headers());
    let body = http_client::bounded_body(&mut response, MAX_RESPONSE_BYTES).await.map_err(failed)?;
    let body = body.ok_or_else(|| {
        Error::credentials(format!("{what}: the response is larger than {MAX_RESPONSE_BYTES} bytes"))
    })?;
    if status != StatusCode::OK {
        let mut secrets = Redactor::default();
        secrets.hide(secret);
        return Err(match service_error(&body) {
            Some(service) => {
                let code = status.as_u16();
                Error::refused_by_source(
                    what,
                    service.received(code, None, clock_offset, &ErrorCodes::NONE, &secrets),
                )
            }
            // The security token service has been seen to throttle with a redirect.
            None => Error::credentials(format!("{what} was refused"))
                .retryable(failed_status(status.as_u16()) || matches!(status.as_u16(), 302 | 429))
                .at_status(status.as_u16(), None),
        });
    }
    String::from_utf8(body.into())
        .map_err(|_| Error::credentials(format!("{what}: the response is not text")))
}

/// The same for a response in JSON.
pub(super) async fn json(request: RequestBuilder, what: &str, secret: &str) -> Result<Value> {
    parse(&text(request, what, secret).await?, what)
}

/// Parses a response, without repeating any of it in the error.
pub(super) fn parse(response: &str, what: &str) -> Result<Value> {
    serde_json::from_slice(response.as_bytes())
        .map_err(|error| Error::credentials(format!("{what}: the response is not JSON")).with_source(error))
}

/// The error in the body of a refusal, if it is one of the services of this vendor.
fn service_error(body: &[u8]) -> Option<ServiceError> {
    response::service_error(body).filter(|service| service.code() != "Success")
}

/// Makes a request one of an HTML form.
pub(super) fn with_form(request: RequestBuilder, pairs: &[(&str, &str)]) -> RequestBuilder {
    request
        .header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
        .body(percent::encode_pairs(pairs.iter().copied()))
}

/// `host` or `https://host` as an address. A token or a key is never sent in plain text.
pub(super) fn https(address: &str) -> Result<String> {
    // The tests' own server knows no TLS.
    let in_test = cfg!(test) && address.starts_with("http://127.0.0.1:");
    match address.split_once("://") {
        None => Ok(format!("https://{address}")),
        Some((scheme, _)) if scheme == "https" || in_test => Ok(address.trim_end_matches('/').to_owned()),
        Some(_) => Err(Error::credentials(format!("keys are not sent to `{address}`; it must be https"))),
    }
}

/// How a response names the parts of the credentials.
pub(super) struct FieldNames {
    pub(super) id: &'static str,
    pub(super) secret: &'static str,
    pub(super) token: &'static str,
    pub(super) expiration: &'static str,
}

impl FieldNames {
    /// In the responses of nearly all services.
    pub(super) const USUAL: Self = Self {
        id: "AccessKeyId",
        secret: "AccessKeySecret",
        token: "SecurityToken",
        expiration: "Expiration",
    };

    /// Reads temporary credentials, of which no part may be missing.
    pub(super) fn temporary(&self, response: &Value, what: &str) -> Result<Credentials> {
        let credentials = self.any(response, what)?;
        let missing = if credentials.security_token().is_none() {
            self.token
        } else if credentials.expiration().is_none() {
            self.expiration
        } else {
            return Ok(credentials);
        };
        Err(lacks(what, missing))
    }

    /// Reads credentials that need not be temporary.
    pub(super) fn any(&self, response: &Value, what: &str) -> Result<Credentials> {
        let optional = |name: &str| response[name].as_str().filter(|text| !text.is_empty());
        let required = |name: &str| optional(name).ok_or_else(|| lacks(what, name));
        let credentials = Credentials::new(required(self.id)?, required(self.secret)?)
            .with_security_token(optional(self.token).unwrap_or_default());
        let Some(text) = optional(self.expiration) else { return Ok(credentials) };
        let time = Timestamp::from(text).to_system_time().ok_or_else(|| {
            Error::credentials(format!(
                "{what}: `{}` of the response is not a time such as 2024-03-15T08:30:00Z",
                self.expiration
            ))
        })?;
        Ok(credentials.with_expiration(time))
    }
}

fn lacks(what: &str, name: &str) -> Error {
    Error::credentials(format!("{what}: the response has no `{name}`"))
}

/// An error in one text, with what caused it.
pub(super) fn with_causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::super::loopback::Loopback;
    use super::*;

    async fn failure(options: &HttpOptions, address: &str) -> Error {
        let request = options.client().unwrap().get(format!("{address}/?key=hidden"));
        json(request, "the exchange", "hidden").await.unwrap_err()
    }

    #[tokio::test]
    async fn failures_say_what_happened_and_show_no_secret() {
        let server = Loopback::start(|_| (200, "{\"AccessKeySecret\": \"hidden\",".into())).await;
        let error = failure(&HttpOptions::for_service(), &server.address).await;
        assert_eq!(error.to_string(), "the exchange: the response is not JSON");
        assert!(!format!("{error:?}").contains("hidden"), "{error:?}");

        let nobody = "http://127.0.0.1:1";
        let error = failure(&HttpOptions::for_service(), nobody).await;
        assert_eq!(error.to_string(), "the exchange failed");
        assert!(error.is_retryable());
        assert!(!format!("{error:?} {}", with_causes(&error)).contains("hidden"), "{error:?}");
    }

    #[tokio::test]
    async fn a_refusal_shows_the_code_but_not_what_was_signed() {
        let server = Loopback::start(|_| {
            let message =
                "Specified signature is not matched with our calculation. server string to sign is:hidden";
            (400, json!({"Code": "SignatureDoesNotMatch", "Message": message}).to_string())
        })
        .await;
        let error = failure(&HttpOptions::for_service(), &server.address).await;
        let expected =
            "the exchange was refused: SignatureDoesNotMatch (400): Specified signature is not matched";
        assert!(error.to_string().starts_with(expected), "{error}");
        assert!(!format!("{error:?}").contains("hidden"), "{error:?}");

        let server = Loopback::start(|_| (502, "<html>".into())).await;
        let error = failure(&HttpOptions::for_service(), &server.address).await;
        assert_eq!(error.to_string(), "the exchange was refused (HTTP status 502)");
        assert!(error.is_retryable());
    }

    #[tokio::test]
    async fn silence_and_endless_answers_end() {
        let silent = Loopback::silent().await;
        let short = Duration::from_millis(30);
        let hasty = HttpOptions { connect_timeout: short, read_timeout: short, uses_proxy: false };
        assert_eq!(failure(&hasty, &silent).await.to_string(), "the exchange took too long");

        let server = Loopback::start(|_| (200, " ".repeat(MAX_RESPONSE_BYTES + 1))).await;
        let error = failure(&HttpOptions::for_service(), &server.address).await;
        assert!(error.to_string().contains("larger than"), "{error}");
    }

    #[test]
    fn every_part_of_temporary_credentials_must_be_there() {
        let whole = json!({"AccessKeyId": "id", "AccessKeySecret": "secret", "SecurityToken": "token",
                           "Expiration": "2030-01-02T03:04:05Z"});
        assert!(FieldNames::USUAL.temporary(&whole, "x").unwrap().expiration().is_some());
        for name in ["AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"] {
            let mut part = whole.clone();
            part[name] = json!("");
            let error = FieldNames::USUAL.temporary(&part, "x").unwrap_err();
            assert_eq!(error.to_string(), format!("x: the response has no `{name}`"));
        }
        let mut wrong = whole;
        wrong["Expiration"] = json!("tomorrow");
        assert!(FieldNames::USUAL.temporary(&wrong, "x").unwrap_err().to_string().contains("`Expiration`"));
    }

    #[test]
    fn keys_go_over_https_only() {
        assert_eq!(https("sts.aliyuncs.com").unwrap(), "https://sts.aliyuncs.com");
        assert_eq!(https("https://sts.aliyuncs.com/").unwrap(), "https://sts.aliyuncs.com");
        assert!(https("http://sts.aliyuncs.com").is_err());
    }
}
