//! The server of the page: a few addresses behind the guard.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use rds_api::schema;
use rds_api_testing::http_server::{self, Limits, Unread};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

use super::follow::Follow;
use super::form::Form;
use super::guard::{self, Guard};
use super::identifiers::{self, Known};
use super::json_response::{json_response, refusal};
use super::{Explorer, examples, page};
use crate::field_notes::{type_of, values_in_words};
use crate::search;

/// What a browser, or whoever else can reach the port, may take. A larger form is refused.
pub(super) const LIMITS: Limits = Limits {
    connections: 128,
    head: Duration::from_secs(75),
    body: Duration::from_secs(30),
    body_bytes: 4 << 20,
};

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
        .route("/{token}/search/{question}", get(search))
        .route("/{token}/history", get(history))
        .route("/{token}/history/{number}", get(recorded_call))
        .route("/{token}/uses", post(uses))
        .route("/{token}/preview", post(preview))
        .route("/{token}/run", post(run))
        .route("/{token}/follow", post(follow))
        .fallback(not_found)
        .method_not_allowed_fallback(not_found)
        .with_state(Arc::new(explorer))
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
    let notes = operation.parameters.iter().map(|field| {
        let in_words = json!({ "type": type_of(&field.shape), "values": values_in_words(field) });
        (field.name.clone(), in_words)
    });
    let notes: Map<_, _> = notes.collect();
    let is_embedded = !explorer.target.is_real();
    let examples = operation
        .required()
        .filter_map(|field| Some((field.name.clone(), examples::example(field, is_embedded)?)));
    let examples: Map<_, _> = examples.collect();
    json_response(&json!({
        "operation": operation, "values": values, "notes": notes, "is_real": !is_embedded,
        "examples": examples, "identifiers": identifiers::of(operation),
    }))
}

/// The operations that take an identifier of a response.
async fn uses(request: Request) -> Response {
    outcome(read::<Known>(request).await.map(|known| json!(identifiers::uses(&known))))
}

async fn search(Path((_, question)): TokenAndName) -> Response {
    let found = search::search(&question, |_| true).into_iter();
    let found = found.map(|found| json!({ "name": found.operation.name, "reason": found.reason }));
    json_response(&found.collect())
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

async fn preview(State(explorer): Shared, request: Request) -> Response {
    match read::<Form>(request).await {
        Ok(form) => outcome(explorer.preview(&form).await.map_err(bad_request)),
        Err(refused) => outcome(Err(refused)),
    }
}

async fn run(State(explorer): Shared, request: Request) -> Response {
    match read::<Form>(request).await {
        Ok(form) => outcome(explorer.run(&form).await.map_err(bad_request)),
        Err(refused) => outcome(Err(refused)),
    }
}

async fn follow(State(explorer): Shared, request: Request) -> Response {
    let lines = match read::<Follow>(request).await {
        Ok(follow) => explorer.follow(&follow).map_err(bad_request),
        Err(refused) => Err(refused),
    };
    match lines {
        Ok(lines) => ([(CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines)).into_response(),
        Err((status, message)) => refusal(status, &message),
    }
}

/// The status and the message of a request that is not granted.
type Refused = (StatusCode, String);

async fn read<T: DeserializeOwned>(request: Request) -> Result<T, Refused> {
    let (head, body): (_, Body) = request.into_parts();
    let body = http_server::read(&head.headers, body, &LIMITS).await.map_err(|unread| match unread {
        Unread::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "the form is too large".to_owned()),
        Unread::Incomplete => (StatusCode::REQUEST_TIMEOUT, "the form is not complete".to_owned()),
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
