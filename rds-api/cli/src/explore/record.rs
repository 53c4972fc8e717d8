//! The record of a call, as the page shows it and the history keeps it.

use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use rds_api::schema::{Operation, OperationExt as _};
use rds_api::{Error, Timestamp};
use rds_api_core::object::success::is_raw_success;
use rds_api_core::text::short_line;
use serde_json::{Map, Value as Json, json};

use super::signing;
use crate::advice::advice;
use crate::call::overview;
use crate::exchange::Exchange;
use crate::failure::NOT_DONE;
use crate::masking::{Masking, masked_parameters};

/// When a call is made, and how long it takes.
pub(super) struct Clock {
    at: Timestamp,
    started: Instant,
}

/// When a call was made, and how long it took.
pub(super) struct Timing {
    at: Timestamp,
    elapsed: Duration,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { at: Timestamp::from_system_time_secs(SystemTime::now()), started: Instant::now() }
    }

    pub(super) fn stop(self) -> Timing {
        Timing { at: self.at, elapsed: self.started.elapsed() }
    }
}

impl Timing {
    /// That of a call that has just been made, without what was waited for before.
    pub(super) fn of(exchanges: &[Exchange]) -> Self {
        let elapsed = exchanges.iter().map(|exchange| exchange.elapsed).sum();
        Self { at: Timestamp::from_system_time_secs(SystemTime::now()), elapsed }
    }
}

/// The record of a call, without what is secret.
pub(super) fn record(
    operation: &'static Operation,
    parameters: &Map<String, Json>,
    outcome: Result<&Json, &Error>,
    exchanges: &[Exchange],
    timing: &Timing,
) -> Json {
    let masking = Masking::new(Some(operation), parameters);
    let mut masking = masking.redactor();
    for exchange in exchanges {
        signing::hide_credentials(&exchange.request, &mut masking);
    }
    let last = exchanges.last();
    let response = last.and_then(|exchange| exchange.response.as_ref());
    let body = response.map(|response| String::from_utf8_lossy(response.body()).into_owned());
    let access = operation.access_with(parameters);
    let (status, request_id, error) = match outcome {
        Ok(_) => (
            response.map(|response| response.status().as_u16()),
            response.and_then(request_id_of),
            Json::Null,
        ),
        Err(error) => {
            let mut advice = advice(operation, access, error);
            masking.redact_json(&mut advice);
            (error.http_status(), error.request_id().map(str::to_owned), advice)
        }
    };
    // What was sent may come back, and is as secret here as in the body.
    let shown_value = outcome.ok().map(|value| {
        let mut value = value.clone();
        masking.redact_json(&mut value);
        value
    });
    let overview = shown_value.as_ref().map(|value| overview(value, operation, parameters));
    let is_done = outcome.is_ok_and(is_raw_success);
    json!({
        "operation": operation.name,
        "access": access,
        "parameters": masked_parameters(operation, parameters),
        "at": timing.at.as_str(),
        "elapsed_ms": timing.elapsed.as_secs_f64() * 1000.0,
        "ok": outcome.is_ok(),
        "not_done": (outcome.is_ok() && !is_done).then_some(NOT_DONE),
        "status": status,
        // It is there to be copied, and may be put into a terminal.
        "request_id": request_id.or_else(|| request_id_in(body.as_deref())).map(|id| short_line(&id, 128)),
        "attempts": exchanges.iter().map(attempt).collect::<Vec<_>>(),
        "body": body.map(|body| masking.body(&body)),
        "is_example": response.is_some_and(is_example),
        "overview": overview,
        "signing": last.map(|exchange| signing::steps(&exchange.request, &masking)),
        "error": error,
    })
}

/// Whether a response of the embedded service is made of the examples of the documentation.
fn is_example(response: &http::Response<Bytes>) -> bool {
    response.headers().get("x-response-source").is_some_and(|source| source == "example")
}

fn attempt(exchange: &Exchange) -> Json {
    json!({
        "status": exchange.response.as_ref().map(|response| response.status().as_u16()),
        "elapsed_ms": exchange.elapsed.as_secs_f64() * 1000.0,
    })
}

fn request_id_of(response: &http::Response<Bytes>) -> Option<String> {
    response.headers().get("x-acs-request-id")?.to_str().ok().map(str::to_owned)
}

/// The request id of a JSON response whose headers have none.
fn request_id_in(body: Option<&str>) -> Option<String> {
    let body: Json = serde_json::from_str(body?).ok()?;
    body.get("RequestId")?.as_str().map(str::to_owned)
}
