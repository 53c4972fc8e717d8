//! One HTTP exchange with a source of credentials, and the credentials in its response.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use serde_json::Value;

use super::source_text::{self, Form};
use super::{Credentials, expiration};
use crate::endpoint::{self, public_part};
use crate::error::class::failed as failed_status;
use crate::error::{Error, ErrorCodes, Result, ServiceError};
use crate::http::{client as http_client, hints, proxy, response, roots};
use crate::object::find::member;
use crate::runtime::guarded;
use crate::secrecy::Redactor;
use crate::signature::percent;
use crate::text::short_line;

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

    /// A client to ask at `address`, which is not behind a proxy if it is on this machine.
    pub(super) fn client(&self, address: &str) -> Result<Client> {
        let builder = http_client::builder(&[])?
            .connect_timeout(self.connect_timeout)
            .timeout(self.connect_timeout + self.read_timeout);
        let is_loopback = Url::parse(address).is_ok_and(|url| endpoint::is_loopback(&url));
        let builder = match self.uses_proxy && !is_loopback {
            true => proxy::of_environment(builder, false)?,
            false => builder.no_proxy(),
        };
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
        let note = roots::note(&error);
        Error::credentials(format!("{what} {problem}{note}")).retryable(true).with_source(error.without_url())
    };
    let mut response = request.send().await.map_err(failed)?;
    let status = response.status();
    let clock_offset = hints::clock_offset(response.headers());
    let redirect = redirect(&response);
    let body = http_client::bounded_body(&mut response, MAX_RESPONSE_BYTES).await.map_err(failed)?;
    let body = body.ok_or_else(|| {
        Error::credentials(format!("{what}: the response is larger than {MAX_RESPONSE_BYTES} bytes"))
    })?;
    if status != StatusCode::OK {
        let secrets = secrets_of(secret);
        return Err(match service_error(&body) {
            Some(service) => {
                let code = status.as_u16();
                Error::refused_by_source(
                    what,
                    service.received(code, None, clock_offset, &ErrorCodes::NONE, &secrets),
                )
            }
            // The security token service has been seen to throttle with a redirect.
            None => Error::credentials(format!("{what} was refused{redirect}"))
                .retryable(failed_status(status.as_u16()) || matches!(status.as_u16(), 302 | 429))
                .at_status(status.as_u16(), None),
        });
    }
    match String::from_utf8(body.into()) {
        Ok(text) => Ok(source_text::trimmed(&text).to_owned()),
        Err(_) => Err(Error::credentials(format!("{what}: the response is not text in UTF-8"))),
    }
}

/// Says that a response is a redirect, and to which host: what else is in the address may be secret. None is followed,
/// since the request has proved itself to one host.
fn redirect(response: &Response) -> String {
    if !response.status().is_redirection() {
        return String::new();
    }
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let url = location.and_then(|location| response.url().join(location).ok());
    match url.as_ref().and_then(Url::host_str) {
        Some(host) => format!(" by a redirect to {}, which is not followed", short_line(host, 100)),
        None => " by a redirect".to_owned(),
    }
}

/// The same for a response in JSON.
pub(super) async fn json(request: RequestBuilder, what: &str, secret: &str) -> Result<Value> {
    parse(&text(request, what, secret).await?, what)
}

/// Parses a response, which must be an object, without repeating any of it in the error.
pub(super) fn parse(response: &str, what: &str) -> Result<Value> {
    let text = source_text::trimmed(response);
    let failed = |flaw: &str| Error::credentials(format!("{what}: the response {flaw}"));
    match serde_json::from_str(text) {
        Ok(object @ Value::Object(_)) => Ok(object),
        Ok(_) => Err(failed("is JSON, but no object")),
        Err(_) if text.is_empty() => Err(failed("is empty")),
        Err(_) if text.starts_with('<') => Err(failed("is a page in HTML or XML, and not JSON")),
        Err(error) if error.is_eof() => Err(failed("is JSON that breaks off").with_source(error)),
        Err(error) => Err(failed("is not JSON").with_source(error)),
    }
}

/// The code by which a response says that it has no credentials. Names are read in any case, as the aliyun tool does.
pub(super) fn failure_code(response: &Value) -> Option<String> {
    match response.as_object().and_then(|members| member(members, "Code"))? {
        Value::Null => None,
        Value::String(code) if code == "Success" => None,
        Value::String(code) => Some(code.clone()),
        code => Some(code.to_string()),
    }
}

/// What a response must not repeat of what was sent: a secret, or an address that may hold some. A server sees no more of
/// an address than its query.
pub(super) fn secrets_of(secret: &str) -> Redactor {
    let mut secrets = Redactor::default();
    secrets.hide(secret);
    for (_, value) in Url::parse(secret).iter().flat_map(Url::query_pairs) {
        secrets.hide(&value);
    }
    secrets
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

/// `host` or `https://host` as an address. A token or a key is sent in plain text on this machine only.
pub(super) fn secure(address: &str) -> Result<String> {
    let whole = match address.contains("://") {
        true => address.to_owned(),
        false => format!("https://{address}"),
    };
    let refused = |why| Error::credentials(format!("keys are not sent to `{}`: {why}", public_part(address)));
    match Url::parse(&whole) {
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Err(refused("a user and a password before it are of no use"))
        }
        Ok(url) if is_safe(&url) => Ok(whole.trim_end_matches('/').to_owned()),
        _ => Err(refused("it must be https, or on this machine")),
    }
}

/// Whether what is sent to an address can be read on the way by nobody else.
pub(super) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && endpoint::is_loopback(url))
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
        let credentials = self.with_token(response, what)?;
        match credentials.expiration() {
            Some(_) => Ok(credentials),
            None => Err(lacks(what, self.expiration)),
        }
    }

    /// Reads temporary credentials that may leave open when they expire.
    pub(super) fn with_token(&self, response: &Value, what: &str) -> Result<Credentials> {
        let credentials = self.any(response, what)?;
        match credentials.security_token() {
            Some(_) => Ok(credentials),
            None => Err(lacks(what, self.token)),
        }
    }

    /// Reads credentials that need not be temporary.
    pub(super) fn any(&self, response: &Value, what: &str) -> Result<Credentials> {
        let value = |name| response.as_object().and_then(|members| member(members, name));
        let optional = |name: &'static str, form| match value(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => {
                source_text::value(text, form, format!("{what}: `{name}` of the response")).map(Some)
            }
            _ => Err(Error::credentials(format!("{what}: `{name}` of the response is not a text"))),
        };
        let required = |name, form| optional(name, form)?.ok_or_else(|| lacks(what, name));
        let id = required(self.id, Form::VisibleAscii)?;
        let credentials = Credentials::new(id, required(self.secret, Form::OneLine)?)
            .with_security_token(optional(self.token, Form::VisibleAscii)?.unwrap_or_default());
        match expiration::read(value(self.expiration).unwrap_or(&Value::Null)) {
            Ok(Some(time)) => Ok(credentials.with_expiration(time)),
            Ok(None) => Ok(credentials),
            Err(()) => Err(Error::credentials(format!(
                "{what}: `{}` of the response is not a time such as 2024-03-15T08:30:00Z",
                self.expiration
            ))),
        }
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
        let request = options.client(address).unwrap().get(format!("{address}/?key=hidden"));
        json(request, "the exchange", "hidden").await.unwrap_err()
    }

    #[tokio::test]
    async fn failures_say_what_happened_and_show_no_secret() {
        let server = Loopback::start(|_| (200, "{\"AccessKeySecret\": \"hidden\",".into())).await;
        let error = failure(&HttpOptions::for_service(), &server.address).await;
        assert_eq!(error.to_string(), "the exchange: the response is JSON that breaks off");
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
    async fn what_is_no_response_is_told_for_what_it_is_and_a_byte_order_mark_is_skipped() {
        for (body, expected) in [
            ("", "is empty"),
            (" \r\n\u{feff}", "is empty"),
            ("<!DOCTYPE html><title>hidden</title>", "is a page in HTML or XML, and not JSON"),
            ("\u{feff}\n<AssumeRoleResponse/>", "is a page in HTML or XML, and not JSON"),
            ("{\"AccessKeySecret\": \"hidden", "is JSON that breaks off"),
            ("{\"AccessKeySecret\": \"hidden\"", "is JSON that breaks off"),
            ("{", "is JSON that breaks off"),
            ("[{\"AccessKeySecret\": \"hidden\"}]", "is JSON, but no object"),
            ("\"hidden\"", "is JSON, but no object"),
            ("null", "is JSON, but no object"),
            ("{\"AccessKeySecret\": hidden}", "is not JSON"),
            ("hidden: moved to the portal", "is not JSON"),
        ] {
            let server = Loopback::start(move |_| (200, body.into())).await;
            let error = failure(&HttpOptions::for_service(), &server.address).await;
            assert_eq!(error.to_string(), format!("the exchange: the response {expected}"), "{body}");
            assert!(!format!("{error:?} {}", with_causes(&error)).contains("hidden"), "{error:?}");
        }
        let server = Loopback::start(|_| (200, "\u{feff}{\"a\": 1}\u{feff}\r\n".into())).await;
        let client = HttpOptions::for_service().client(&server.address).unwrap();
        let request = client.get(&server.address);
        assert_eq!(json(request, "the exchange", "").await.unwrap()["a"], 1);
    }

    #[tokio::test]
    async fn a_redirect_is_told_by_its_host_only() {
        for (location, expected) in [
            (
                "https://portal.example/login?key=hidden",
                " by a redirect to portal.example, which is not followed",
            ),
            ("/login?key=hidden", " by a redirect to 127.0.0.1, which is not followed"),
            ("http://", " by a redirect"),
            ("", " by a redirect to 127.0.0.1, which is not followed"),
        ] {
            for status in [301, 302, 303, 307, 308] {
                let server = Loopback::start(move |_| (status, "<html>hidden</html>".into())).await;
                let server = server.leading_to(location);
                let error = failure(&HttpOptions::for_service(), &server.address).await;
                let expected = format!("the exchange was refused{expected} (HTTP status {status})");
                assert_eq!(error.to_string(), expected);
                assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
            }
        }
    }

    #[tokio::test]
    async fn silence_and_endless_responses_end() {
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
    fn keys_go_over_https_or_stay_on_this_machine() {
        assert_eq!(secure("sts.aliyuncs.com").unwrap(), "https://sts.aliyuncs.com");
        assert_eq!(secure("https://sts.aliyuncs.com/").unwrap(), "https://sts.aliyuncs.com");
        for here in [
            "http://127.0.0.1:8080",
            "http://127.1.2.3",
            "http://[::1]:1",
            "http://localhost",
            "http://a.localhost:1",
        ] {
            assert_eq!(secure(here).unwrap(), here);
        }
        for elsewhere in
            ["http://sts.aliyuncs.com", "http://127.0.0.1.example", "ftp://127.0.0.1", "http://", "x://"]
        {
            let error = secure(elsewhere).unwrap_err().to_string();
            assert!(error.ends_with("it must be https, or on this machine"), "{error}");
        }
        for secret in [
            "https://u:s3cr3t@sts.example",
            "http://s3cr3t@h.example/",
            "https://:s3cr3t@127.0.0.1:1/?k=s3cr3t",
        ] {
            let error = secure(secret).unwrap_err().to_string();
            assert!(!error.contains("s3cr3t") && error.contains("a user and a password"), "{error}");
        }
    }

    #[test]
    fn parts_of_credentials_are_trimmed_and_what_cannot_be_one_is_told() {
        let whole = json!({"AccessKeyId": "id\n", "AccessKeySecret": " secret\r\n", "SecurityToken": "token\n",
                           "Expiration": "9999-12-31T23:59:59Z"});
        let read = FieldNames::USUAL.temporary(&whole, "x").unwrap();
        assert_eq!(
            read,
            Credentials::new("id", "secret")
                .with_security_token("token")
                .with_expiration(read.expiration().unwrap())
        );
        for (name, value, expected) in [
            ("AccessKeyId", json!("i d"), "x: `AccessKeyId` of the response has a blank in it"),
            ("AccessKeySecret", json!(" "), "x: `AccessKeySecret` of the response is blank"),
            ("SecurityToken", json!("a\nb"), "x: `SecurityToken` of the response has a line break in it"),
            ("SecurityToken", json!(5), "x: `SecurityToken` of the response is not a text"),
            (
                "Expiration",
                json!(false),
                "x: `Expiration` of the response is not a time such as 2024-03-15T08:30:00Z",
            ),
        ] {
            let mut flawed = whole.clone();
            flawed[name] = value;
            assert_eq!(FieldNames::USUAL.any(&flawed, "x").unwrap_err().to_string(), expected);
        }
    }
}
