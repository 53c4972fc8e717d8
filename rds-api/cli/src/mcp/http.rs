//! The server over streamable HTTP, on loopback and for whoever has the token.
//!
//! Every page that a browser has open can reach loopback too, and so can every user of the machine. Against the first
//! stand the checks of `Host` and `Origin` that the embedded service and the explorer have, against all of them the token.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use hyper_util::service::TowerToHyperService;
use rds_api_testing::http_server::{self, Limits, Unread, is_foreign, is_loopback};
use rmcp::transport::StreamableHttpService;
use rmcp::transport::streamable_http_server::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::MAX_REQUEST_BYTES;
use super::server::RdsServer;
use crate::failure::Failure;
use crate::shutdown::Shutdown;
use crate::terminal;
use crate::token::Token;

/// The variable with the token.
const VARIABLE: &str = "RDS_MCP_TOKEN";
/// A shorter token can be guessed.
const MIN_TOKEN_LEN: usize = 16;

/// What an agent, or whoever else can reach the port, may take.
const LIMITS: Limits = Limits {
    connections: 128,
    head: Duration::from_secs(75),
    body: Duration::from_secs(30),
    body_bytes: MAX_REQUEST_BYTES,
};

pub(super) async fn serve(server: RdsServer, port: u16, shutdown: Shutdown) -> Result<(), Failure> {
    let given = std::env::var_os(VARIABLE).filter(|token| !token.is_empty());
    let is_given = given.is_some();
    let token = match given {
        Some(token) => Token::known(checked(token.to_str()).map_err(Failure::usage)?.to_owned()),
        None => Token::random(),
    };
    let listener = TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(|error| Failure::usage(format!("port {port} cannot be served: {error}")))?;
    let port = listener.local_addr().map_err(Failure::output)?.port();
    terminal::note(&format!("agents reach this at http://127.0.0.1:{port}/mcp"));
    match is_given {
        true => {
            terminal::note(&format!("every request brings Authorization: Bearer and the token of {VARIABLE}"))
        }
        false => terminal::note(&format!("every request brings Authorization: Bearer {}", token.reveal())),
    }
    let stop = CancellationToken::new();
    let config = StreamableHttpServerConfig::default()
        .with_cancellation_token(stop.clone())
        .with_max_request_body_bytes(MAX_REQUEST_BYTES);
    let of_connection = server.clone();
    let service = StreamableHttpService::new(
        move || Ok(of_connection.clone()),
        Arc::new(LocalSessionManager::default()),
        config,
    );
    let router = Router::new()
        .route_service("/mcp", service)
        .layer(middleware::from_fn_with_state(Arc::new(token), admit));
    let serving = http_server::serve(listener, TowerToHyperService::new(router), LIMITS);
    let ended = tokio::select! {
        () = serving => Ok(()),
        ended = shutdown.requested() => ended,
    };
    stop.cancel();
    server.finish().await;
    ended
}

/// A token that was set, if requests can bring it.
fn checked(token: Option<&str>) -> Result<&str, String> {
    match token {
        Some(token) if token.len() < MIN_TOKEN_LEN => {
            Err(format!("{VARIABLE} has less than {MIN_TOKEN_LEN} characters"))
        }
        Some(token) if token.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(token),
        _ => Err(format!(
            "{VARIABLE} has a blank or a character that is not ASCII, which no request can bring"
        )),
    }
}

/// The middleware that only admitted requests pass, and those only once they are there as a whole.
async fn admit(State(token): State<Arc<Token>>, request: Request, next: Next) -> Response {
    match refusal(&token, request.headers()) {
        None => match whole(request, &LIMITS).await {
            Ok(request) => next.run(request).await,
            Err(refusal) => refusal.into_response(),
        },
        Some((StatusCode::UNAUTHORIZED, why)) => {
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], why).into_response()
        }
        Some(refusal) => refusal.into_response(),
    }
}

/// The request with all of its body, which may be neither too large nor too slow.
async fn whole(request: Request, limits: &Limits) -> Result<Request, (StatusCode, &'static str)> {
    let (head, body) = request.into_parts();
    match http_server::read(&head.headers, body, limits).await {
        Ok(body) => Ok(Request::from_parts(head, Body::from(body))),
        Err(Unread::TooLarge) => Err((StatusCode::PAYLOAD_TOO_LARGE, "the request is too large")),
        Err(Unread::Incomplete) => Err((StatusCode::REQUEST_TIMEOUT, "the request did not come in time")),
    }
}

/// Why a request is not let in.
fn refusal(token: &Token, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if is_foreign(headers) || !is_loopback(text(header::HOST)) {
        return Some((StatusCode::FORBIDDEN, "this server is for programs of this machine"));
    }
    let given = text(header::AUTHORIZATION).split_once(' ');
    let is_known =
        given.is_some_and(|(scheme, given)| scheme.eq_ignore_ascii_case("bearer") && token.is(given.trim()));
    (!is_known).then_some((
        StatusCode::UNAUTHORIZED,
        "a request brings Authorization: Bearer and the token of this server",
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    #[tokio::test]
    async fn a_body_is_let_in_once_it_is_there() {
        let limits = Limits { body_bytes: 8, ..LIMITS };
        let status = async |body: Body| match whole(Request::new(body), &limits).await {
            Ok(_) => 200,
            Err((status, _)) => status.as_u16(),
        };
        assert_eq!(status(Body::from("12345678")).await, 200);
        assert_eq!(status(Body::from("123456789")).await, 413);
        assert_eq!(status(Body::from(vec![0; 100])).await, 413);
    }

    #[test]
    fn a_token_is_one_that_a_request_can_bring() {
        assert_eq!(checked(Some("a-token/of+16.chr=")).unwrap(), "a-token/of+16.chr=");
        for (token, says) in [
            (Some("short"), "less than 16"),
            (Some("                    "), "a blank"),
            (Some("a token of more than 16"), "a blank"),
            (Some("a-token-of-a-test\n"), "a blank"),
            (Some("tökentökentökentöken"), "not ASCII"),
            (Some("a-token-of\u{7f}-a-test"), "not ASCII"),
            (None, "not ASCII"),
        ] {
            assert!(checked(token).unwrap_err().contains(says), "{token:?}");
        }
    }

    #[test]
    fn only_who_has_the_token_is_let_in_and_no_page_of_somebody_else() {
        let token = Token::known("a-token-of-a-test".to_owned());
        let status = |pairs: &[(&'static str, &str)]| {
            let headers: HeaderMap = pairs
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
                .collect();
            refusal(&token, &headers).map_or(200, |(status, _)| status.as_u16())
        };
        let host = ("host", "127.0.0.1:4000");
        let bearer = ("authorization", "Bearer a-token-of-a-test");
        for (headers, expected) in [
            (&[host, bearer][..], 200),
            (&[("host", "localhost:4000"), ("authorization", "bearer  a-token-of-a-test")], 200),
            (&[host, bearer, ("origin", "http://127.0.0.1:4000")], 200),
            (&[host], 401),
            (&[host, ("authorization", "a-token-of-a-test")], 401),
            (&[host, ("authorization", "Basic a-token-of-a-test")], 401),
            (&[host, ("authorization", "Bearer a-token-of-a-tes")], 401),
            (&[host, ("authorization", "Bearer")], 401),
            (&[bearer], 403),
            (&[("host", "evil.example:4000"), bearer], 403),
            (&[host, bearer, ("origin", "http://evil.example")], 403),
            (&[host, bearer, ("origin", "null")], 403),
            (&[host, bearer, ("sec-fetch-site", "cross-site")], 403),
        ] {
            assert_eq!(status(headers), expected, "{headers:?}");
        }
    }
}
