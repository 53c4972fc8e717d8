//! Responses in JSON, as the page reads them.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value as Json, json};

/// A value.
pub(super) fn json_response(value: &Json) -> Response {
    ([(CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// A refusal, with the reason for whoever reads the page.
pub(super) fn refusal(status: StatusCode, message: &str) -> Response {
    let mut response = json_response(&json!({ "message": message }));
    *response.status_mut() = status;
    response
}
