//! The server: one request at a time from the gateway through validation to the simulation.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::http::{HeaderMap, HeaderValue, Method, Response, Uri, header};
use axum::{Router, serve};
use serde_json::Value as Json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::answer::{Refusal, respond};
use super::backups::Backups;
use super::clock::Clock;
use super::gateway::{Gateway, Received};
use super::{examples, parameters};
use crate::catalogue::{self, Operation};

/// What the service knows and remembers.
pub(super) struct State {
    pub(super) gateway: Gateway,
    pub(super) backups: Mutex<Backups>,
    pub(super) clock: Clock,
}

/// Serves until told to stop, or until the one who could tell is gone.
pub(super) async fn run(listener: TcpListener, state: Arc<State>, stop: oneshot::Receiver<()>) {
    let router = Router::new().fallback(handle).with_state(state);
    tokio::select! {
        // It ends only with an error of the listener, and then clients see what there is to see.
        _ = serve(listener, router).into_future() => {}
        _ = stop => {}
    }
}

async fn handle(
    Shared(state): Shared<Arc<State>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let request_id = uuid::Uuid::new_v4().to_string().to_uppercase();
    let received = Received::parse(&method, &uri, &headers, &body);
    let format = received.format();
    let host = received.host().to_owned();
    let mut response = match state.answer(&received, &request_id) {
        Ok((operation, body)) => respond(200, format, &format!("{operation}Response"), &body, &request_id),
        Err(refusal) => {
            respond(refusal.status, format, "Error", &refusal.body(&request_id, &host), &request_id)
        }
    };
    let now = jiff::Timestamp::try_from(state.clock.now()).unwrap_or_default();
    if let Ok(date) = HeaderValue::from_str(&now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

impl State {
    fn answer(&self, received: &Received, request_id: &str) -> Result<(String, Json), Refusal> {
        let now = self.clock.now();
        let operation = self.gateway.admit(received, now)?;
        let operation: &Operation = catalogue::operation(&operation).ok_or_else(|| {
            Refusal::new(404, "InvalidAction.NotFound", format!("there is no operation `{operation}`"))
        })?;
        let parameters = parameters::read(operation, received.parameters())?;
        let mut backups = self.backups.lock().unwrap_or_else(PoisonError::into_inner);
        let mut body = match backups.answer(&operation.name, &parameters, now) {
            Some(simulated) => simulated?,
            None => examples::body(&operation.response),
        };
        body["RequestId"] = request_id.into();
        Ok((operation.name.clone(), body))
    }
}
