//! Recordings: exchanges with the service, kept in a file without their secrets.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::server::http_request::HttpRequest;
use rds_api_core::catalogue::secrecy::{self, holds_secret};
use rds_api_core::catalogue::{Catalogue, Field, Role};
use rds_api_core::secrecy::{MASK, Redactor};

pub(crate) mod recorder;
pub(crate) mod replay;

/// Parameters of the protocol, which differ in each request or are secret.
const PROTOCOL: [&str; 12] = [
    "AccessKeyId",
    "Action",
    "BearerToken",
    "Format",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
];

/// The headers of a response that a client reads.
const HEADERS: [&str; 3] = ["content-type", "x-acs-request-id", "x-acs-retry-after"];

/// One exchange: a line of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RecordedExchange {
    #[serde(flatten)]
    pub(crate) key: RequestKey,
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// The part of a request by which it is found again: the same in each request for the same thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RequestKey {
    pub(crate) operation: String,
    pub(crate) parameters: BTreeMap<String, String>,
}

/// A request on its way into a recording: its key, and the secrets that were in it.
pub(crate) struct Capture {
    catalogue: &'static Catalogue,
    pub(crate) key: RequestKey,
    secrets: Redactor,
}

impl Capture {
    pub(crate) fn new(catalogue: &'static Catalogue, request: &http::Request<Bytes>) -> Self {
        let parsed =
            HttpRequest::parse(request.method(), request.uri(), request.headers(), request.body().as_ref());
        let operation = parsed.action().unwrap_or_default().to_owned();
        let known = catalogue.operation(&operation).map(|it| it.parameters.as_slice()).unwrap_or_default();
        let mut parameters = BTreeMap::new();
        let mut secrets = Redactor::new(catalogue.service().sensitive());
        secrets.hide_sent(request);
        for (name, value) in parsed.parameters() {
            let field = known.iter().find(|field| name.split('.').next() == Some(field.name.as_str()));
            // A fresh token is made for each call, and says nothing about it.
            if PROTOCOL.contains(&name) || field.is_some_and(|it| it.role == Some(Role::IdempotencyToken)) {
                continue;
            }
            let value = if field.map_or_else(|| secrets.names().contain(name), holds_secret) {
                secrets.hide(value);
                MASK.to_owned()
            } else {
                secrets.hide_members_of(value);
                secrets.document(value)
            };
            parameters.insert(name.to_owned(), value);
        }
        Self { catalogue, key: RequestKey { operation, parameters }, secrets }
    }

    /// The exchange with its response.
    pub(crate) fn with_response(self, response: &http::Response<Bytes>) -> RecordedExchange {
        let header = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
        let headers = HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), header(name)?))).collect();
        let body = String::from_utf8_lossy(response.body());
        let members = self.catalogue.operation(&self.key.operation).map(|it| it.response.as_slice());
        let body = without_secrets(&body, members.unwrap_or_default(), &self.secrets);
        RecordedExchange { key: self.key, status: response.status().as_u16(), headers, body }
    }
}

/// A body in any format, without what is sensitive in it and what it repeats of the request's secrets.
fn without_secrets(body: &str, members: &[Field], secrets: &Redactor) -> String {
    match serde_json::from_str(body) {
        Ok(mut json) => {
            secrecy::mask(secrets.names(), members, &mut json);
            secrets.redact_json(&mut json);
            json.to_string()
        }
        Err(_) => secrets.document_with(body, &|name| secrecy::is_secret(secrets.names(), members, name)),
    }
}
