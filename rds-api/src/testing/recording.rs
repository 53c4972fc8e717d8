//! Exchanges with the service as a file keeps them, without what must not be in a file.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::gateway::Received;
use crate::catalogue::{self, Field, Role};

/// What stands where a secret was.
const SCRUBBED: &str = "****";

/// What belongs to the protocol and is another in each request, or is a secret.
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

/// The headers of an answer that a client looks at.
const HEADERS: [&str; 3] = ["content-type", "x-acs-request-id", "x-acs-retry-after"];

/// One exchange: a line of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Exchange {
    #[serde(flatten)]
    pub(super) question: Question,
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
}

/// What was asked, without what is another each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Question {
    pub(super) operation: String,
    pub(super) parameters: BTreeMap<String, String>,
}

/// A question, and the secrets that were in it.
pub(super) struct Asked {
    pub(super) question: Question,
    secrets: Vec<String>,
}

impl Asked {
    pub(super) fn of(request: &http::Request<Bytes>) -> Self {
        let received =
            Received::parse(request.method(), request.uri(), request.headers(), request.body().as_ref());
        let operation = received.action().unwrap_or_default().to_owned();
        let known = catalogue::operation(&operation).map(|it| it.parameters.as_slice()).unwrap_or_default();
        let mut parameters = BTreeMap::new();
        let mut secrets = Vec::new();
        for (name, value) in received.parameters() {
            let field = known.iter().find(|field| name.split('.').next() == Some(field.name.as_str()));
            // A fresh token is made for each call, and says nothing about it.
            if PROTOCOL.contains(&name) || field.is_some_and(|it| it.role == Some(Role::IdempotencyToken)) {
                continue;
            }
            let value = if is_secret(name) || field.is_some_and(holds_secret) {
                secrets.push(value.to_owned());
                SCRUBBED
            } else {
                value
            };
            parameters.insert(name.to_owned(), value.to_owned());
        }
        Self { question: Question { operation, parameters }, secrets }
    }

    /// The exchange to keep.
    pub(super) fn answered(self, answer: &http::Response<Bytes>) -> Exchange {
        let header = |name: &str| answer.headers().get(name)?.to_str().ok().map(str::to_owned);
        let headers = HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), header(name)?))).collect();
        let body = String::from_utf8_lossy(answer.body());
        let body = scrub(&body, &self.question.operation, &self.secrets);
        Exchange { question: self.question, status: answer.status().as_u16(), headers, body }
    }
}

/// The body without the values of sensitive members, without what was secret in the request, and without the
/// string to sign that a refused signature repeats.
fn scrub(body: &str, operation: &str, secrets: &[String]) -> String {
    let mut names = Vec::new();
    if let Some(operation) = catalogue::operation(operation) {
        sensitive(&operation.response, &mut names);
    }
    let mut text = match serde_json::from_str::<Json>(body) {
        Ok(mut json) => {
            scrub_json(&mut json, &names);
            json.to_string()
        }
        Err(_) => scrub_xml(body, &names),
    };
    // A short secret is likely to be a part of something else, and no secret worth the name.
    for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
        text = text.replace(secret.as_str(), SCRUBBED);
    }
    text
}

fn scrub_json(json: &mut Json, names: &[&str]) {
    match json {
        Json::Object(members) => {
            for (name, value) in members {
                if (names.contains(&name.as_str()) || is_secret(name)) && !value.is_null() {
                    *value = SCRUBBED.into();
                }
                if let (true, Some(text)) = (name.eq_ignore_ascii_case("message"), value.as_str()) {
                    *value = without_echo(text).into();
                }
                scrub_json(value, names);
            }
        }
        Json::Array(elements) => elements.iter_mut().for_each(|element| scrub_json(element, names)),
        _ => {}
    }
}

fn scrub_xml(body: &str, names: &[&str]) -> String {
    let mut text = body.to_owned();
    for name in names {
        let (start, end) = (format!("<{name}>"), format!("</{name}>"));
        let mut from = 0;
        while let Some(open) = text[from..].find(&start).map(|at| from + at + start.len()) {
            let Some(close) = text[open..].find(&end).map(|at| open + at) else { break };
            text.replace_range(open..close, SCRUBBED);
            from = open + SCRUBBED.len();
        }
    }
    match (text.find(ECHO), text.find("</Message>")) {
        (Some(from), Some(to)) if from < to => text.replace_range(from..to, ""),
        _ => {}
    }
    text
}

const ECHO: &str = "server string to sign is:";

fn without_echo(message: &str) -> &str {
    message.find(ECHO).map_or(message, |at| message[..at].trim_end())
}

/// Whether the name alone says that a value is none of a file's business.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "secret", "securitytoken", "privatekey"].iter().any(|part| name.contains(part))
}

fn holds_secret(field: &Field) -> bool {
    let mut names = Vec::new();
    sensitive(std::slice::from_ref(field), &mut names);
    !names.is_empty()
}

/// The names of all sensitive members, however deep.
fn sensitive<'f>(fields: &'f [Field], names: &mut Vec<&'f str>) {
    for field in fields {
        if field.sensitive {
            names.push(&field.name);
        }
        sensitive(&field.shape.fields, names);
        if let Some(items) = &field.shape.items {
            sensitive(&items.fields, names);
        }
    }
}
