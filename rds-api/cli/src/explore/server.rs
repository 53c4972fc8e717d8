//! The server of the page: a few addresses behind the guard.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use rds_api::schema;
use serde_json::{Value as Json, json};

use super::form::Form;
use super::guard::{self, Guard};
use super::json_response::{json_response, refusal};
use super::{Explorer, page};

/// A form larger than this is refused.
const MAX_FORM_BYTES: usize = 4 << 20;

/// The state that handlers share.
type Shared = State<Arc<Explorer>>;

/// The last segment of a path, behind the token that the guard has checked.
type TokenAndName = Path<(String, String)>;

/// The pages and what they ask for, none of them reached but through the guard.
pub(super) fn router(guard: Guard, explorer: Explorer) -> Router {
    Router::new()
        .route("/{token}/", get(index))
        .route("/{token}/{asset}", get(asset))
        .route("/{token}/target", get(target))
        .route("/{token}/operation/{name}", get(operation))
        .route("/{token}/history", get(history))
        .route("/{token}/history/{number}", get(recorded_call))
        .route("/{token}/preview", post(preview))
        .route("/{token}/run", post(run))
        .fallback(not_found)
        .method_not_allowed_fallback(not_found)
        .with_state(Arc::new(explorer))
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        // A layer is passed before those above it, and before the router looks for a route.
        .layer(middleware::from_fn_with_state(Arc::new(guard), guard::admit_request))
        .layer(middleware::map_response(guard::add_headers))
}

async fn not_found() -> Response {
    refusal(StatusCode::NOT_FOUND, "there is nothing here")
}

async fn index() -> Html<String> {
    Html(page::index())
}

async fn asset(Path((_, name)): TokenAndName) -> Response {
    match page::asset(&name) {
        Some((content_type, text)) => ([(CONTENT_TYPE, content_type)], text).into_response(),
        None => not_found().await,
    }
}

async fn target(State(explorer): Shared) -> Response {
    json_response(&explorer.target.describe())
}

async fn operation(State(explorer): Shared, Path((_, name)): TokenAndName) -> Response {
    let Some(operation) = schema::operation(&name) else { return not_found().await };
    let values = explorer.target.first_values(operation);
    json_response(&json!({ "operation": operation, "values": values }))
}

async fn history(State(explorer): Shared) -> Response {
    json_response(&explorer.history.list())
}

async fn recorded_call(State(explorer): Shared, Path((_, number)): TokenAndName) -> Response {
    match number.parse().ok().and_then(|number| explorer.history.get(number)) {
        Some(call) => json_response(&call),
        None => not_found().await,
    }
}

async fn preview(State(explorer): Shared, body: Result<Bytes, BytesRejection>) -> Response {
    match read(body) {
        Ok(form) => outcome(explorer.preview(&form).map_err(bad_request)),
        Err(refused) => outcome(Err(refused)),
    }
}

async fn run(State(explorer): Shared, body: Result<Bytes, BytesRejection>) -> Response {
    match read(body) {
        Ok(form) => outcome(explorer.run(&form).await.map_err(bad_request)),
        Err(refused) => outcome(Err(refused)),
    }
}

/// The status and the message of a request that is not granted.
type Refused = (StatusCode, String);

fn read(body: Result<Bytes, BytesRejection>) -> Result<Form, Refused> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => (StatusCode::PAYLOAD_TOO_LARGE, "the form is too large".to_owned()),
        status => (status, rejection.body_text()),
    })?;
    serde_json::from_slice(&body).map_err(|error| bad_request(format!("the form cannot be read: {error}")))
}

fn bad_request(message: String) -> Refused {
    (StatusCode::BAD_REQUEST, message)
}

fn outcome(outcome: Result<Json, Refused>) -> Response {
    match outcome {
        Ok(value) => json_response(&value),
        Err((status, message)) => refusal(status, &message),
    }
}
