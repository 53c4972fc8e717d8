//! What calls tell while they run, by the conventions of OpenTelemetry: a span for each call and one inside of it for
//! each attempt, pauses as events with their reason, and warnings of what a person should know.
//!
//! Nothing else here is told above the level `DEBUG`. Numbers are signed, since others reach an exporter as texts.

use std::time::Duration;

use tracing::{Span, field};

use crate::client::metrics::{self, error_type};
use crate::client::shared::Shared;
use crate::error::Error;
use crate::operation::{Method, Operation};
use crate::text::one_line;

/// The product and the operation, which is what a span is called.
pub(crate) fn method(client: &Shared, operation: &Operation) -> String {
    format!("{}/{}", client.service.product, one_line(&operation.name))
}

/// The span of a call. Its method is asked for only where spans are told to anybody.
pub(crate) fn call<'m>(client: &Shared, method: impl Fn() -> &'m str) -> Span {
    tracing::info_span!(
        "api_call",
        otel.name = method(),
        otel.kind = "client",
        otel.status_code = field::Empty,
        otel.status_description = field::Empty,
        rpc.system.name = metrics::SYSTEM,
        rpc.method = method(),
        rpc.status_code = field::Empty,
        "error.type" = field::Empty,
        cloud.region = client.region.as_deref(),
        server.address = client.endpoint.address(),
        server.port = i64::from(client.endpoint.port()),
        http.response.status_code = field::Empty,
        http.request.resend_count = field::Empty,
        alibaba_cloud.request_id = field::Empty,
    )
}

/// The span of an attempt, the first of which is number 1.
pub(crate) fn attempt(client: &Shared, operation: &Operation, number: u32) -> Span {
    let method = match operation.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    tracing::info_span!(
        "api_attempt",
        otel.name = method,
        otel.kind = "client",
        otel.status_code = field::Empty,
        otel.status_description = field::Empty,
        http.request.method = method,
        // Without the query, which has the parameters.
        url.full = format_args!("{}/", client.endpoint),
        "error.type" = field::Empty,
        server.address = client.endpoint.address(),
        server.port = i64::from(client.endpoint.port()),
        http.response.status_code = field::Empty,
        http.request.resend_count = resent(number),
        alibaba_cloud.request_id = field::Empty,
    )
}

/// How often a request was sent again. The first time is not told.
fn resent(attempts: u32) -> Option<i64> {
    Some(i64::from(attempts) - 1).filter(|resent| *resent > 0)
}

/// Tells a span how its call or attempt has ended, after so many attempts.
pub(crate) fn ended(
    span: &Span,
    attempts: u32,
    status: Option<u16>,
    request_id: Option<&str>,
    error: Option<&Error>,
) {
    if span.is_disabled() {
        return;
    }
    span.record("http.response.status_code", status.map(i64::from))
        .record("http.request.resend_count", resent(attempts))
        .record("alibaba_cloud.request_id", request_id.map(one_line).as_deref());
    if let Some(error) = error {
        span.record("error.type", error_type(error))
            .record("rpc.status_code", error.code().map(one_line).as_deref())
            .record("otel.status_code", "ERROR")
            .record("otel.status_description", field::display(error));
    }
}

/// A failed attempt is made again after a pause.
pub(crate) fn pausing(backoff: Duration, error: &Error) {
    tracing::debug!(reason = error_type(error), backoff_ms = millis(backoff), %error, "trying again");
}

/// What made the service refuse an attempt has been put right.
pub(crate) fn repaired(what: &'static str, error: &Error) {
    tracing::debug!(reason = error_type(error), repaired = what, "trying again at once");
}

/// A call or an attempt has waited for its turn.
pub(crate) fn waited(limit: &'static str, waited: Duration) {
    if waited >= Duration::from_millis(1) {
        tracing::debug!(reason = limit, waited_ms = millis(waited), "waited for its turn");
    }
}

/// The next call of a sequence comes after a delay.
pub(crate) fn delaying(operation: &Operation, delay: Duration) {
    let operation = one_line(&operation.name);
    tracing::debug!(reason = "poll", delay_ms = millis(delay), %operation, "waiting before the next poll");
}

/// The clocks differ, and requests are signed with the service's time from now on.
pub(crate) fn warn_of_clock(client: &Shared, ahead: i64) {
    let (seconds, endpoint) = (ahead / 1000, client.endpoint.host());
    tracing::warn!(seconds, endpoint, "the service's clock is ahead by so many seconds; requests follow it");
}

/// The client does not repeat failed calls for now.
pub(crate) fn warn_of_budget(client: &Shared) {
    let endpoint = client.endpoint.host();
    tracing::warn!(
        endpoint,
        "the budget of retries is used up: calls that fail are not repeated until others succeed"
    );
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
