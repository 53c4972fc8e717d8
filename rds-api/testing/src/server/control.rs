//! The addresses beside the API, by which programs in other languages do what a program in Rust does with
//! [`FakeService`](crate::FakeService). The documentation of the crate has the table of them for readers.
//!
//! Nothing of this is signed: the service listens on loopback only, and is asked under a name of loopback, by whatever is
//! not a page of somebody else. The operations all have the path `/`.

use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, header};
use hyper::body::Incoming;
use serde_json::{Value as Json, json};

use crate::http_server::{self, Unread, is_foreign, is_loopback};
use crate::server::body::{Body, ConnectionAborted};
use crate::server::state::State;
use addresses::{ADDRESSES, Address};

mod addresses;
mod input;
mod rules;

/// What all of these addresses begin with.
const PREFIX: &str = "/testing/";

/// What an address responds.
#[derive(Debug, PartialEq)]
pub(super) struct Answer {
    body: Json,
    /// How many entries there were, also of those that are forgotten.
    total: Option<u64>,
}

impl From<Json> for Answer {
    fn from(body: Json) -> Self {
        Self { body, total: None }
    }
}

/// Why an address does not do what it is asked.
#[derive(Debug, PartialEq)]
pub(super) struct Problem(StatusCode, String);

impl From<String> for Problem {
    fn from(why: String) -> Self {
        Self(StatusCode::BAD_REQUEST, why)
    }
}

/// True if a request is for one of these addresses.
pub(super) fn is_asked(head: &Parts) -> bool {
    head.uri.path().starts_with(PREFIX)
}

/// The response to a request for one of these addresses.
pub(super) async fn respond(
    state: &State,
    head: &Parts,
    body: Incoming,
) -> Result<Response<Body>, ConnectionAborted> {
    let answer = match admit(state, head) {
        Err(problem) => Err(problem),
        Ok(address) => match http_server::read(&head.headers, body, &state.limits).await {
            Err(Unread::Incomplete) => return Err(ConnectionAborted),
            Err(Unread::TooLarge) => {
                let limit = state.limits.body_bytes >> 20;
                Err(Problem(StatusCode::PAYLOAD_TOO_LARGE, format!("the body has more than {limit} MiB")))
            }
            Ok(body) => input::read(head.uri.query().unwrap_or_default(), &body)
                .map_err(Problem::from)
                .and_then(|given| (address.answer)(state, address.name, &given)),
        },
    };
    let (status, answer) = match answer {
        Ok(answer) => (StatusCode::OK, answer),
        Err(Problem(status, why)) => (status, json!({ "Message": why }).into()),
    };
    let mut response = Response::new(Body::whole(answer.body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(total) = answer.total {
        response.headers_mut().insert("x-total-count", total.into());
    }
    Ok(response)
}

/// The address that is asked for, by whoever may.
fn admit(state: &State, head: &Parts) -> Result<Address, Problem> {
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if is_foreign(&head.headers) || !is_loopback(host) {
        let why = "only programs on this machine may ask, by 127.0.0.1 or localhost";
        return Err(Problem(StatusCode::FORBIDDEN, why.to_owned()));
    }
    // Of what is asked for with HEAD the server sends no body.
    let method = if head.method == Method::HEAD { "GET" } else { head.method.as_str() };
    let name = head.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    let all = || ADDRESSES.iter().copied().chain(addresses::of_seeds(state));
    let of_name: Vec<Address> = all().filter(|address| address.name == name).collect();
    if let Some(address) = of_name.iter().find(|address| address.method == method) {
        return Ok(*address);
    }
    if of_name.is_empty() {
        let why = format!("there is no `{PREFIX}{name}`; GET {PREFIX} lists what there is");
        return Err(Problem(StatusCode::NOT_FOUND, why));
    }
    let methods: Vec<&str> = of_name.iter().map(|address| address.method).collect();
    let why = format!("`{PREFIX}{name}` takes {}, not {method}", methods.join(" and "));
    Err(Problem(StatusCode::METHOD_NOT_ALLOWED, why))
}
