//! From parameters to a signed HTTP request.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::iter;
use std::time::SystemTime;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue, USER_AGENT,
};

use crate::client::format::Format;
use crate::client::shared::Shared;
use crate::credentials::Credentials;
use crate::error::{Error, Result};
use crate::operation::{Method, Operation};
use crate::request::parameters::Parameters;
use crate::signature::percent::encode_pairs;
use crate::signature::{SignatureVersion, v1, v3};
use crate::timestamp::Timestamp;

const FORM: &str = "application/x-www-form-urlencoded";

static X_ACS_ACCESSKEY_ID: HeaderName = HeaderName::from_static("x-acs-accesskey-id");
static X_ACS_ACTION: HeaderName = HeaderName::from_static("x-acs-action");
static X_ACS_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-acs-content-sha256");
static X_ACS_DATE: HeaderName = HeaderName::from_static("x-acs-date");
static X_ACS_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-acs-security-token");
static X_ACS_SIGNATURE_NONCE: HeaderName = HeaderName::from_static("x-acs-signature-nonce");
static X_ACS_VERSION: HeaderName = HeaderName::from_static("x-acs-version");

/// Longer queries move into the form body: servers in between refuse long addresses.
const MAX_QUERY_LEN: usize = 6 * 1024;

/// A request that is ready to be sent, with what was signed.
pub(crate) struct SignedRequest {
    pub(crate) request: http::Request<Bytes>,
    /// What the service must have signed too, and echoes one of when it computes another signature. They hold
    /// parameters, so they are never shown.
    pub(crate) texts: Vec<String>,
}

/// Signs one attempt, with a nonce and a timestamp of its own.
pub(crate) fn sign(
    client: &Shared,
    operation: &Operation,
    parameters: &Parameters,
    credentials: &Credentials,
    now: SystemTime,
) -> Result<SignedRequest> {
    let nonce = uuid::Uuid::new_v4().simple();
    let mut buffer = uuid::Uuid::encode_buffer();
    let nonce = nonce.encode_lower(&mut buffer);
    let timestamp = Timestamp::from_system_time_secs(now).to_string();
    let attempt = Attempt { client, operation, credentials, nonce, timestamp: &timestamp };
    match client.signature {
        SignatureVersion::V1 => attempt.v1(parameters),
        SignatureVersion::V3 => attempt.v3(parameters),
    }
}

struct Attempt<'a> {
    client: &'a Shared,
    operation: &'a Operation,
    credentials: &'a Credentials,
    nonce: &'a str,
    timestamp: &'a str,
}

impl Attempt<'_> {
    fn v1(&self, parameters: &Parameters) -> Result<SignedRequest> {
        // Some operations have one of their own, from the time before credentials had one.
        if self.credentials.security_token().is_some() && parameters.has("SecurityToken") {
            return Err(Error::input("`SecurityToken` is that of the credentials: leave it unset"));
        }
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
            ("Version", self.client.service.version),
        ];
        common.extend(self.credentials.security_token().map(|token| ("SecurityToken", token)));
        let all = common.iter().copied().chain(pairs(parameters.iter()));
        let signed = v1::sign(self.operation.method.as_str(), all, self.credentials.access_key_secret());
        let (query, form) = self.place(parameters);
        let in_query = common.into_iter().chain(query).chain([("Signature", &*signed.signature)]);
        let request = self.request(&encode_pairs(in_query), encode_pairs(form), iter::empty())?;
        Ok(SignedRequest { request, texts: vec![signed.string_to_sign] })
    }

    fn v3(&self, parameters: &Parameters) -> Result<SignedRequest> {
        let (mut query, form) = self.place(parameters);
        if self.client.format == Format::Xml {
            query.push(("Format", "XML"));
        }
        let body = encode_pairs(form);
        let body_hash = match &*body {
            "" => Cow::Borrowed(v3::EMPTY_BODY_SHA256),
            body => Cow::Owned(v3::body_sha256(body.as_bytes())),
        };
        let token = self.credentials.security_token();
        let sent = [
            (&X_ACS_ACTION, Some(&*self.operation.name)),
            (&X_ACS_CONTENT_SHA256, Some(&*body_hash)),
            (&X_ACS_DATE, Some(self.timestamp)),
            (&X_ACS_SIGNATURE_NONCE, Some(self.nonce)),
            (&X_ACS_VERSION, Some(self.client.service.version)),
            (&X_ACS_ACCESSKEY_ID, token.map(|_| self.credentials.access_key_id())),
            (&X_ACS_SECURITY_TOKEN, token),
        ];
        let sent = sent.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        // One by one, here and below: what makes a map of many at once has a sort of its own in each place.
        let mut headers = BTreeMap::new();
        headers.insert("host", self.client.endpoint.host());
        headers.extend(sent.clone().map(|(name, value)| (name.as_str(), value)));
        if !body.is_empty() {
            headers.insert("content-type", FORM);
        }
        let mut sorted = BTreeMap::new();
        sorted.extend(query);
        let request = v3::Request {
            method: self.operation.method.as_str(),
            path: "/",
            query: sorted,
            headers,
            body_sha256: &body_hash,
        };
        let signed = request.sign(self.credentials.access_key_id(), self.credentials.access_key_secret());
        let query = encode_pairs(request.query.iter().map(|(name, value)| (*name, *value)));
        let request = self.request(&query, body, sent.chain([(&AUTHORIZATION, &*signed.authorization)]))?;
        Ok(SignedRequest { request, texts: vec![signed.canonical_request, signed.string_to_sign] })
    }

    /// What goes into the query and what into the form body: all into the body when the query would be too
    /// long for an address.
    fn place<'p>(&self, parameters: &'p Parameters) -> (Pairs<'p>, Pairs<'p>) {
        let lengths = parameters.query.iter().map(|(name, value)| name.len() + value.len() * 3 + 2);
        if self.operation.method == Method::Post && lengths.sum::<usize>() > MAX_QUERY_LEN {
            return (Vec::new(), pairs(parameters.iter()).collect());
        }
        (pairs(&parameters.query).collect(), pairs(&parameters.form).collect())
    }

    fn request<'h>(
        &'h self,
        query: &str,
        form: String,
        headers: impl Iterator<Item = (&'h HeaderName, &'h str)> + Clone,
    ) -> Result<http::Request<Bytes>> {
        let invalid = |what: &'static str| {
            move |error: &dyn std::error::Error| {
                Error::input(format!("{what} cannot stand in an HTTP request: {error}"))
            }
        };
        let scheme = if self.client.endpoint.is_plain_http() { "http://" } else { "https://" };
        let mark = if query.is_empty() { "/" } else { "/?" };
        let url = Bytes::from([scheme, self.client.endpoint.host(), mark, query].concat());
        let has_form = !form.is_empty();
        let mut request = http::Request::new(Bytes::from(form));
        *request.method_mut() = match self.operation.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
        };
        *request.uri_mut() =
            http::Uri::from_maybe_shared(url).map_err(|error| invalid("the address")(&error))?;
        let accept = match self.client.format {
            Format::Json => "application/json",
            Format::Xml => "application/xml",
        };
        let all = request.headers_mut();
        all.reserve(16);
        all.insert(ACCEPT, HeaderValue::from_static(accept));
        // Without a word about it, HTTP allows any coding.
        all.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if has_form {
            all.insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
        }
        all.insert(USER_AGENT, self.client.user_agent.clone());
        let headers = iter::once((&HOST, self.client.endpoint.host())).chain(headers);
        let is_secret = |name: &HeaderName| *name == AUTHORIZATION || *name == X_ACS_SECURITY_TOKEN;
        // In one piece of memory, and not in one for each; but secrets apart, so that nobody keeps them who keeps another.
        let open = headers.clone().filter(|(name, _)| !is_secret(name)).map(|(_, value)| value);
        let mut values = String::with_capacity(open.clone().map(str::len).sum());
        values.extend(open);
        let mut values = Bytes::from(values);
        for (name, value) in headers {
            let is_secret = is_secret(name);
            let value = match is_secret {
                true => HeaderValue::from_str(value),
                false => HeaderValue::from_maybe_shared(values.split_to(value.len())),
            };
            let mut value = value.map_err(|error| invalid("the operation's name or a key")(&error))?;
            value.set_sensitive(is_secret);
            all.insert(name, value);
        }
        Ok(request)
    }
}

type Pairs<'p> = Vec<(&'p str, &'p str)>;

fn pairs<'p>(
    list: impl IntoIterator<Item = &'p (String, String)>,
) -> impl Iterator<Item = (&'p str, &'p str)> {
    list.into_iter().map(|(name, value)| (name.as_str(), value.as_str()))
}
