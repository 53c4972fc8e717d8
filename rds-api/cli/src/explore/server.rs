//! The server of the page: a few addresses behind the guard.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rds_api::schema;
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;

use super::guard::{Guard, HEADERS};
use super::run::Form;
use super::{Explorer, page};

/// A form larger than this is refused.
const LARGEST_FORM: usize = 4 << 20;

/// An answer to the browser.
struct Reply {
    status: StatusCode,
    content_type: &'static str,
    body: Bytes,
}

impl Reply {
    fn json(value: &Json) -> Self {
        Self { status: StatusCode::OK, content_type: "application/json", body: value.to_string().into() }
    }

    fn refusal(status: StatusCode, message: &str) -> Self {
        Self { status, ..Self::json(&json!({ "message": message })) }
    }
}

/// Serves until this future is dropped.
pub(super) async fn serve(listener: TcpListener, guard: Guard, explorer: Explorer) {
    let shared = Arc::new((guard, explorer));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // The connection was gone already, or there are too many; neither ends the server.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let shared = shared.clone();
        let service = service_fn(move |request| {
            let shared = shared.clone();
            async move {
                let reply = answer(&shared.0, &shared.1, request).await;
                Ok::<_, Infallible>(response(reply))
            }
        });
        let connection =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

async fn answer(guard: &Guard, explorer: &Explorer, request: Request<Incoming>) -> Reply {
    let (head, body) = request.into_parts();
    let path = match guard.admit(&head.method, head.uri.path(), &head.headers) {
        Ok(path) => path,
        Err((status, message)) => return Reply::refusal(status, message),
    };
    let nothing = || Reply::refusal(StatusCode::NOT_FOUND, "there is nothing here");
    match (&head.method, path.split_once('/').unwrap_or((path, ""))) {
        (&Method::GET, ("", "")) => Reply {
            status: StatusCode::OK,
            content_type: "text/html; charset=utf-8",
            body: page::index().into(),
        },
        (&Method::GET, ("target", "")) => Reply::json(&explorer.target.describe()),
        (&Method::GET, ("operation", name)) => match schema::operation(name) {
            Some(operation) => {
                let values = explorer.target.first_values(operation);
                Reply::json(&json!({ "operation": operation, "values": values }))
            }
            None => nothing(),
        },
        (&Method::GET, ("history", "")) => Reply::json(&explorer.history.list()),
        (&Method::GET, ("history", number)) => {
            let call = number.parse().ok().and_then(|number| explorer.history.get(number));
            call.map_or_else(nothing, |call| Reply::json(&call))
        }
        (&Method::POST, (action @ ("preview" | "run"), "")) => {
            let Ok(body) = Limited::new(body, LARGEST_FORM).collect().await else {
                return Reply::refusal(StatusCode::PAYLOAD_TOO_LARGE, "the form is too large");
            };
            let outcome = match serde_json::from_slice::<Form>(&body.to_bytes()) {
                Ok(form) if action == "run" => explorer.run(&form).await,
                Ok(form) => explorer.preview(&form),
                Err(error) => Err(format!("the form cannot be read: {error}")),
            };
            match outcome {
                Ok(value) => Reply::json(&value),
                Err(message) => Reply::refusal(StatusCode::BAD_REQUEST, &message),
            }
        }
        (&Method::GET, (name, "")) => match page::asset(name) {
            Some((content_type, text)) => {
                Reply { status: StatusCode::OK, content_type, body: Bytes::from_static(text.as_bytes()) }
            }
            None => nothing(),
        },
        _ => nothing(),
    }
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(reply.body));
    *response.status_mut() = reply.status;
    for (name, value) in HEADERS.into_iter().chain([("content-type", reply.content_type)]) {
        response.headers_mut().insert(name, http::HeaderValue::from_static(value));
    }
    response
}
