//! How a request was signed, step by step, from the request as it went out.
//!
//! The key's secret never comes here: the steps are computed from what was sent, and their last result is
//! compared with the signature that was sent. What is secret among the parameters is hidden in the texts, while
//! the hashes are those of the real ones.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use rds_api::signature::{v1, v3};
use rds_api_core::secrecy::Redactor;
use serde_json::{Value as Json, json};

use crate::masking::key_id;

/// The steps of a request's signature, each with a title, what happens in it, and the text it gives.
pub(crate) fn steps(request: &http::Request<Bytes>, masking: &Redactor) -> Json {
    let query = pairs(request.uri().query().unwrap_or_default());
    let form = pairs(std::str::from_utf8(request.body()).unwrap_or_default());
    let shown = |pairs: &Pairs| -> Pairs {
        pairs.iter().map(|(name, value)| (name.clone(), masking.whole(value).to_owned())).collect()
    };
    let (shown_query, shown_form) = (shown(&query), shown(&form));
    let steps = match header(request, "authorization") {
        Some(authorization) => v3_steps(request, &query, [&shown_query, &shown_form], authorization),
        None => v1_steps(request, &shown_query, &shown_form),
    };
    let steps = steps
        .into_iter()
        .map(|(title, about, text)| json!({ "title": title, "about": about, "text": masking.redact(&text) }));
    steps.collect()
}

/// Hides the parts of a request that tell who signed it.
pub(crate) fn hide_credentials(request: &http::Request<Bytes>, masking: &mut Redactor) {
    let query = pairs(request.uri().query().unwrap_or_default());
    let parameter = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let authorization = header(request, "authorization").unwrap_or_default();
    let credential = authorization.split_once("Credential=").and_then(|(_, rest)| rest.split(',').next());
    let tokens = [header(request, "x-acs-security-token"), parameter("SecurityToken")];
    tokens.into_iter().flatten().for_each(|token| masking.hide(token));
    for id in [credential, parameter("AccessKeyId")].into_iter().flatten() {
        masking.hide_as(id, key_id(id));
    }
}

type Step = (&'static str, &'static str, String);

fn v3_steps(
    request: &http::Request<Bytes>,
    query: &Pairs,
    [shown_query, shown_form]: [&Pairs; 2],
    authorization: &str,
) -> Vec<Step> {
    let signed = authorization.split_once("SignedHeaders=").and_then(|(_, rest)| rest.split(',').next());
    let headers: BTreeMap<&str, &str> = signed
        .unwrap_or_default()
        .split(';')
        .filter_map(|name| header(request, name).map(|value| (name, value)))
        .collect();
    let body_sha256 = v3::body_sha256(request.body());
    let canonical = |query: &Pairs| {
        let method = request.method().as_str();
        let query = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        v3::Request {
            method,
            path: request.uri().path(),
            query,
            headers: headers.clone(),
            body_sha256: &body_sha256,
        }
        .canonical()
    };
    let string_to_sign = v3::string_to_sign(&canonical(query));
    let signature = authorization.split_once("Signature=").map_or("", |(_, signature)| signature);
    let body = if shown_form.is_empty() { "(empty)".to_owned() } else { listed(shown_form) };
    vec![
        (
            "The request",
            "The operation and its version travel in headers; its parameters in the query, or in the body as a form.",
            format!("{} / on {}\n\n{}", request.method(), host(request), listed(shown_query)),
        ),
        (
            "Hash of the body",
            "SHA-256 of the body, in hexadecimal; the same as in the header x-acs-content-sha256.",
            format!("{body}\n\n{body_sha256}"),
        ),
        (
            "Canonical request",
            "Method, path, sorted query, headers by name, the names of the headers, and the hash of the body: a line \
             each. Client and service must agree on every byte of it.",
            canonical(shown_query),
        ),
        ("String to sign", "The algorithm, and SHA-256 of the canonical request.", string_to_sign),
        (
            "Signature",
            "HMAC-SHA256 of the string to sign, keyed with the secret of the access key. The secret itself is never \
             sent, and this page does not have it.",
            signature.to_owned(),
        ),
        (
            "Header Authorization",
            "What goes out: the id of the key, which headers were signed, and the signature.",
            authorization.to_owned(),
        ),
    ]
}

fn v1_steps(request: &http::Request<Bytes>, query: &Pairs, form: &Pairs) -> Vec<Step> {
    let all: Vec<(&str, &str)> =
        query.iter().chain(form).map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let canonical_query = v1::canonical_query(all.iter().copied());
    let string_to_sign = v1::string_to_sign(request.method().as_str(), &canonical_query);
    let signature =
        query.iter().find(|(name, _)| name == "Signature").map_or("", |(_, value)| value.as_str());
    vec![
        (
            "The request",
            "Operation, version, key id, time and nonce are parameters like the operation's own.",
            format!("{} / on {}\n\n{}", request.method(), host(request), listed(query)),
        ),
        (
            "Canonical query",
            "All parameters but the signature, those of a form body among them: percent-encoded, sorted by name, joined.",
            canonical_query,
        ),
        (
            "String to sign",
            "The method, the path and the canonical query, the last two encoded once more.",
            string_to_sign,
        ),
        (
            "Signature",
            "HMAC-SHA1 of the string to sign, keyed with the secret of the access key and an ampersand, in base64. The \
             secret itself is never sent, and this page does not have it.",
            signature.to_owned(),
        ),
    ]
}

type Pairs = Vec<(String, String)>;

fn pairs(encoded: &str) -> Pairs {
    let decode = |text: &str| {
        let text = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
        Cow::into_owned(text)
    };
    let pairs = encoded.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn listed(pairs: &Pairs) -> String {
    let lines: Vec<String> = pairs.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if lines.is_empty() { "(no parameters)".to_owned() } else { lines.join("\n") }
}

fn header<'r>(request: &'r http::Request<Bytes>, name: &str) -> Option<&'r str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

fn host(request: &http::Request<Bytes>) -> &str {
    header(request, "host").unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::SERVICE;
    use rds_api::schema::{self, OperationExt as _, secrecy};
    use rds_api::signature::SignatureVersion;
    use rds_api_testing::FakeService;

    use super::*;
    use crate::exchange::{self, Recording};

    /// The steps are those that led to the signature, of a request with a secret in it, and end with what the
    /// service accepted.
    #[tokio::test]
    async fn the_steps_lead_to_the_signature_and_show_no_secret() {
        let service = FakeService::start().unwrap();
        let operation = schema::operation("CreateAccount").unwrap();
        let parameters = json!({
            "DBInstanceId": FakeService::INSTANCE, "AccountName": "reader", "AccountPassword": "Correct&Horse-9",
        });
        for version in [SignatureVersion::V3, SignatureVersion::V1] {
            let builder = service.client_builder().signature(version).wrap_transport(Recording);
            let client = builder.build().unwrap();
            let call = operation.call(&client, parameters.as_object().unwrap());
            let (_, exchanges) = exchange::record(call.send()).await;
            let request = &exchanges[0].request;
            let find = |steps: &Json, title: &str| {
                let steps = steps.as_array().unwrap();
                steps.iter().find(|step| step["title"] == title).unwrap()["text"].as_str().unwrap().to_owned()
            };
            let open = steps(request, &Redactor::default());
            let (string, signature) = (find(&open, "String to sign"), find(&open, "Signature"));
            let secret = "fake-key-secret";
            let expected = match version {
                SignatureVersion::V1 => v1::signature(&string, secret),
                _ => v3::signature(&string, secret),
            };
            assert_eq!(expected, signature);

            let mut masking =
                secrecy::redactor(SERVICE.sensitive(), operation, parameters.as_object().unwrap());
            hide_credentials(request, &mut masking);
            let shown = steps(request, &masking);
            assert_eq!(find(&shown, "Signature"), signature);
            let text = shown.to_string();
            for secret in ["Correct", "fake-key-id", secret] {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
            assert!(text.contains("fake****id"));
        }
    }
}
