//! The addresses beside the API, by which programs in other languages do what a program in Rust does with
//! [`FakeService`](crate::FakeService).
//!
//! | request | response |
//! | --- | --- |
//! | `GET /testing/requests` | the requests that were let in, oldest first |
//! | `GET /testing/journal` | the changes that were executed, oldest first |
//! | `GET /testing/state` | the state of the account, from which a service can go on |
//! | `POST /testing/clock?advance=60` | the clock is that many seconds further |
//! | `POST /testing/faults?fault=Delay&seconds=2` | the fault hits requests: see `fault_request` |
//! | `DELETE /testing/faults` | there are no faults any more |
//! | `DELETE /testing/requests` | the requests and the changes are forgotten |
//!
//! The header `X-Total-Count` of both lists counts those as well that are not remembered any more.
//!
//! Nothing of this is signed: the service listens on loopback only, and is asked under a name of loopback, by whatever is
//! not a page of somebody else. The operations all have the path `/`.

use std::sync::PoisonError;

use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, header};
use serde_json::{Value as Json, json};

use crate::history::{EntryLog, HistoryEntry};
use crate::http_server::{is_foreign, is_loopback};
use crate::server::body::Body;
use crate::server::fault_request::inject;
use crate::server::query::Query;
use crate::server::state::State;
use rds_api_core::Timestamp;

const PREFIX: &str = "/testing/";

/// The response to a request that is not one of the API.
pub(super) fn respond(state: &State, head: &Parts) -> Option<Response<Body>> {
    let name = head.uri.path().strip_prefix(PREFIX)?;
    let mut total = None;
    let mut listed = |log: &EntryLog| {
        let (entries, count) = log.entries_and_total();
        total = Some(count);
        Ok(entries.iter().map(HistoryEntry::to_json).collect())
    };
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let is_refused = is_foreign(&head.headers) || !is_loopback(host);
    // Of what is asked for with HEAD the server sends no body.
    let method = if head.method == Method::HEAD { &Method::GET } else { &head.method };
    let query = head.uri.query().unwrap_or_default();
    let takes_none = !matches!((method, name), (&Method::POST, "clock" | "faults"));
    let needless = Query::read(query, &[]).err().filter(|_| takes_none);
    let result = match (method, name) {
        _ if is_refused => Err("only programs on this machine may ask, by 127.0.0.1 or localhost".to_owned()),
        _ if needless.is_some() => Err(needless.unwrap_or_default()),
        (&Method::GET, "requests") => listed(&state.history.requests),
        (&Method::GET, "journal") => listed(&state.history.journal),
        (&Method::GET, "state") => {
            let execution = state.execution.lock().unwrap_or_else(PoisonError::into_inner);
            let snapshot = execution.snapshot(state.clock.now());
            serde_json::from_str(&snapshot).map_err(|_| "the service has no state".to_owned())
        }
        (&Method::POST, "clock") => advance(state, query),
        (&Method::POST, "faults") => {
            inject(&state.faults, query, |name| state.known(name).map(|known| known.name.as_str()))
        }
        (&Method::DELETE, "faults") => {
            state.faults.clear();
            Ok(json!({}))
        }
        (&Method::DELETE, "requests" | "journal") => {
            state.history.clear();
            Ok(json!({}))
        }
        _ => Err(
            "no such address; there are GET requests, journal and state, POST clock and faults, and DELETE \
                  requests and faults"
                .to_owned(),
        ),
    };
    let (status, body) = match result {
        Ok(body) => (StatusCode::OK, body),
        Err(why) if is_refused => (StatusCode::FORBIDDEN, json!({ "Message": why })),
        Err(why) => (StatusCode::BAD_REQUEST, json!({ "Message": why })),
    };
    let mut response = Response::new(Body::whole(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(total) = total {
        response.headers_mut().insert("x-total-count", total.into());
    }
    Some(response)
}

fn advance(state: &State, query: &str) -> Result<Json, String> {
    let by = Query::read(query, &["advance"])?.seconds("advance")?;
    state.clock.advance(by.ok_or("the number of seconds is missing; give it as `advance=60`")?);
    Ok(json!({ "Time": Timestamp::from(state.clock.now()).as_str() }))
}
