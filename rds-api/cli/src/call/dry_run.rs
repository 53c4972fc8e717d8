//! `--dry-run`: the very request that would go out, with its secrets masked.

use std::fmt::Write as _;

use bytes::Bytes;
use rds_api::schema::Operation;
use rds_api::{Client, ClientBuilder};
use rds_api_core::secrecy::MASK;
use serde_json::Value as Json;

use crate::captured_request::CapturedRequest;
use crate::failure::Failure;
use crate::masking::{Masking, is_secret};
use crate::output;

/// Prints what `send` would send.
pub(super) async fn print(
    builder: ClientBuilder,
    operation: Option<&Operation>,
    masking: &Masking,
    send: impl AsyncFnOnce(Client) -> rds_api::Result<Json>,
) -> Result<(), Failure> {
    let desk = CapturedRequest::default();
    let outcome = send(builder.transport(desk.clone()).build()?).await;
    let request = desk.take();
    match (request, outcome) {
        (Some(request), _) => output::print_data(&text(&request, operation, masking)),
        (None, Err(error)) => Err(error.into()),
        (None, Ok(_)) => Ok(()),
    }
}

fn text(request: &http::Request<Bytes>, operation: Option<&Operation>, masking: &Masking) -> String {
    let mut redactor = masking.redactor();
    redactor.hide_sent(request);
    let masked = |pairs: &str| redactor.redact(&masked(pairs, operation));
    let uri = request.uri();
    let mut text = format!("{} {}://", request.method(), uri.scheme_str().unwrap_or("https"));
    text += uri.authority().map_or("", |authority| authority.as_str());
    text += uri.path();
    if let Some(query) = uri.query() {
        let _ = write!(text, "?{}", masked(query));
    }
    text.push('\n');
    let mut headers: Vec<_> = request.headers().iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in headers {
        // The signature could be used by others as long as it is fresh; who signed may be seen.
        let _ = writeln!(text, "{name}: {}", redactor.header(name, value));
    }
    if !request.body().is_empty() {
        let body = String::from_utf8_lossy(request.body());
        let _ = writeln!(text, "\n{}", masked(&body));
    }
    text
}

/// Pairs of a query or a form, the values of secret ones masked.
fn masked(pairs: &str, operation: Option<&Operation>) -> String {
    let masked = pairs.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_secret(operation, name) => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    });
    masked.collect::<Vec<_>>().join("&")
}
