//! From parameters to a signed HTTP request.

use std::collections::BTreeMap;
use std::time::SystemTime;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue, USER_AGENT};

use crate::client::Inner;
use crate::credentials::Credentials;
use crate::generated::endpoints::VERSION;
use crate::object::query::Parameters;
use crate::operation::{Method, Operation};
use crate::signature::percent::append_pair;
use crate::signature::{SignatureVersion, v1, v3};
use crate::{Error, Format, Result, Timestamp};

const FORM: &str = "application/x-www-form-urlencoded";

/// Longer queries move into the form body: servers in between refuse long addresses.
const LONGEST_QUERY: usize = 6 * 1024;

/// A request that is ready to be sent, with what was signed.
pub(crate) struct Signed {
    pub(crate) request: http::Request<Bytes>,
    /// What the service must have signed too; holds parameters, so it is never shown.
    pub(crate) string_to_sign: String,
    /// What the service echoes when it computes another signature.
    pub(crate) canonical: String,
}

/// Signs one attempt, with a nonce and a timestamp of its own.
pub(crate) fn sign(
    client: &Inner,
    operation: &Operation,
    parameters: &Parameters,
    credentials: &Credentials,
    now: SystemTime,
) -> Result<Signed> {
    let nonce = uuid::Uuid::new_v4().simple().to_string();
    let timestamp = Timestamp::to_the_second(now).to_string();
    let attempt = Attempt { client, operation, credentials, nonce: &nonce, timestamp: &timestamp };
    match client.signature {
        SignatureVersion::V1 => attempt.v1(parameters),
        SignatureVersion::V3 => attempt.v3(parameters),
    }
}

struct Attempt<'a> {
    client: &'a Inner,
    operation: &'a Operation,
    credentials: &'a Credentials,
    nonce: &'a str,
    timestamp: &'a str,
}

impl Attempt<'_> {
    fn v1(&self, parameters: &Parameters) -> Result<Signed> {
        let format = match self.client.format {
            Format::Json => "JSON",
            Format::Xml => "XML",
        };
        let mut common = vec![
            ("AccessKeyId", self.credentials.access_key_id()),
            ("Action", &*self.operation.name),
            ("Format", format),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureNonce", self.nonce),
            ("SignatureVersion", "1.0"),
            ("Timestamp", self.timestamp),
            ("Version", VERSION),
        ];
        common.extend(self.credentials.security_token().map(|token| ("SecurityToken", token)));
        let own = |list: &[(String, String)]| -> Vec<(String, String)> { list.to_vec() };
        let all = common
            .iter()
            .copied()
            .chain(parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let secret = self.credentials.access_key_secret();
        let signed = v1::sign(self.operation.method.as_str(), all, secret);
        let (query, form) = self.place(own(&parameters.query), own(&parameters.form));
        let in_query = common.iter().copied().chain(pairs(&query)).chain([("Signature", &*signed.signature)]);
        let url = self.url(&encode(in_query));
        let request = self.request(url, &form, [])?;
        Ok(Signed {
            request,
            canonical: signed.string_to_sign.clone(),
            string_to_sign: signed.string_to_sign,
        })
    }

    fn v3(&self, parameters: &Parameters) -> Result<Signed> {
        let (mut query, form) = self.place(parameters.query.clone(), parameters.form.clone());
        if self.client.format == Format::Xml {
            query.push(("Format".to_owned(), "XML".to_owned()));
        }
        let body = encode(pairs(&form));
        let body_hash = v3::body_sha256(body.as_bytes());
        let mut headers = BTreeMap::from([
            ("host", self.client.endpoint.host()),
            ("x-acs-action", &*self.operation.name),
            ("x-acs-content-sha256", &*body_hash),
            ("x-acs-date", self.timestamp),
            ("x-acs-signature-nonce", self.nonce),
            ("x-acs-version", VERSION),
        ]);
        if !form.is_empty() {
            headers.insert("content-type", FORM);
        }
        if let Some(token) = self.credentials.security_token() {
            headers.insert("x-acs-accesskey-id", self.credentials.access_key_id());
            headers.insert("x-acs-security-token", token);
        }
        let request = v3::Request {
            method: self.operation.method.as_str(),
            query: pairs(&query).collect(),
            headers,
            body_sha256: &body_hash,
        };
        let signed = request.sign(self.credentials.access_key_id(), self.credentials.access_key_secret());
        let url = self.url(&encode(request.query.iter().map(|(name, value)| (*name, *value))));
        let extra = request.headers.iter().filter(|(name, _)| name.starts_with("x-acs-"));
        let extra =
            extra.map(|(name, value)| (*name, *value)).chain([("authorization", &*signed.authorization)]);
        let request = self.request(url, &form, extra)?;
        Ok(Signed { request, canonical: signed.canonical_request, string_to_sign: signed.string_to_sign })
    }

    /// Moves the query into the form body when it is too long for an address.
    fn place(&self, query: Parameter, form: Parameter) -> (Parameter, Parameter) {
        let length: usize = query.iter().map(|(name, value)| name.len() + value.len() * 3 + 2).sum();
        if self.operation.method == Method::Post && length > LONGEST_QUERY {
            return (Vec::new(), query.into_iter().chain(form).collect());
        }
        (query, form)
    }

    fn url(&self, query: &str) -> String {
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}/{mark}{query}", self.client.endpoint)
    }

    fn request<'h>(
        &'h self,
        url: String,
        form: &'h [(String, String)],
        headers: impl IntoIterator<Item = (&'h str, &'h str)>,
    ) -> Result<http::Request<Bytes>> {
        let invalid = |what: &'static str| {
            move |error: &dyn std::error::Error| {
                Error::input(format!("{what} cannot stand in an HTTP request: {error}"))
            }
        };
        let mut request = http::Request::new(Bytes::from(encode(pairs(form))));
        *request.method_mut() = match self.operation.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
        };
        *request.uri_mut() =
            url.parse().map_err(|error: http::uri::InvalidUri| invalid("the address")(&error))?;
        let accept = match self.client.format {
            Format::Json => "application/json",
            Format::Xml => "application/xml",
        };
        let own = [
            (ACCEPT.as_str(), accept),
            (HOST.as_str(), self.client.endpoint.host()),
            (USER_AGENT.as_str(), &self.client.user_agent),
        ];
        let content = (!form.is_empty()).then_some((CONTENT_TYPE.as_str(), FORM));
        for (name, value) in own.into_iter().chain(content).chain(headers) {
            let is_secret = name == AUTHORIZATION.as_str() || name == "x-acs-security-token";
            let name: HeaderName = name.parse().map_err(|error| invalid("a header")(&error))?;
            let mut value = HeaderValue::from_str(value)
                .map_err(|error| invalid("the operation's name or a key")(&error))?;
            value.set_sensitive(is_secret);
            request.headers_mut().insert(name, value);
        }
        Ok(request)
    }
}

type Parameter = Vec<(String, String)>;

fn pairs(list: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    list.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

fn encode<'p>(parameters: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let mut text = String::new();
    for (name, value) in parameters {
        append_pair(&mut text, name, value);
    }
    text
}
