//! Who may ask: only this page, opened in a browser on this machine by whoever read the address on the
//! terminal.
//!
//! The server listens on loopback, but every page that the browser has open can reach loopback too, and so can
//! every user of the machine. Against the first stand the checks of `Host` (a name that was made to point here),
//! of `Origin` and of `Sec-Fetch-Site`; against all of them the token in the address.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use rds_api_testing::http_server::is_foreign;

use super::json_response::refusal;
use crate::token::Token;

/// The conditions under which a request is let in.
pub(crate) struct Guard {
    token: Token,
    hosts: [String; 2],
}

impl Guard {
    pub(crate) fn new(port: u16) -> Self {
        Self { token: Token::random(), hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")] }
    }

    /// The address of the page.
    pub(crate) fn address(&self) -> String {
        format!("http://{}/{}/", self.hosts[0], self.token.reveal())
    }

    /// Lets a request in, or says why not.
    fn admit(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
    ) -> Result<(), (StatusCode, &'static str)> {
        let header = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let host = header(header::HOST).unwrap_or_default();
        if !self.hosts.iter().any(|known| known == host) {
            return Err((StatusCode::FORBIDDEN, "this server is reached under the address it printed only"));
        }
        // A browser says where a page comes from that sends something.
        let is_unsaid = *method != Method::GET && header(header::ORIGIN).is_none();
        if is_unsaid || is_foreign(headers) {
            return Err((StatusCode::FORBIDDEN, "this server serves its own page only"));
        }
        let (token, _) = path.strip_prefix('/').and_then(|path| path.split_once('/')).unwrap_or_default();
        if !self.token.is(token) {
            return Err((StatusCode::NOT_FOUND, "there is nothing here"));
        }
        Ok(())
    }
}

/// The middleware that only admitted requests pass.
pub(super) async fn admit_request(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    match guard.admit(request.method(), request.uri().path(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err((status, message)) => refusal(status, message),
    }
}

/// The middleware that adds [`HEADERS`] to every response, refusals included.
pub(super) async fn add_headers(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The headers of every response: nothing from elsewhere, nothing kept, no frame, no address told.
const HEADERS: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn admits(guard: &Guard, method: Method, path: &str, headers: &[(&'static str, &str)]) -> bool {
        let headers =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        guard.admit(&method, path, &headers.collect()).is_ok()
    }

    #[test]
    fn only_the_page_itself_is_let_in() {
        let guard = Guard::new(4000);
        let path = format!("/{}/run", guard.token.reveal());
        let host = ("host", "127.0.0.1:4000");
        let own = ("origin", "http://127.0.0.1:4000");
        assert!(admits(&guard, Method::POST, &path, &[host, own]));
        assert!(admits(&guard, Method::GET, &path, &[host]));
        let local = [("host", "localhost:4000"), ("origin", "http://localhost:4000")];
        assert!(admits(&guard, Method::POST, &path, &local));

        let refused: [&[(&'static str, &str)]; 8] = [
            &[],
            &[host],
            &[own],
            &[("host", "evil.example:4000"), ("origin", "http://evil.example:4000")],
            &[("host", "127.0.0.1:4001"), own],
            &[host, ("origin", "http://evil.example")],
            &[host, ("origin", "null")],
            &[host, own, ("sec-fetch-site", "cross-site")],
        ];
        for headers in refused {
            assert!(!admits(&guard, Method::POST, &path, headers), "{headers:?}");
        }
        assert!(!admits(&guard, Method::GET, &path, &[host, ("sec-fetch-site", "same-site")]));
        for path in
            ["/", "/run", "//run", &path[..path.len() - 5], &format!("/{}0/run", guard.token.reveal())]
        {
            assert!(!admits(&guard, Method::POST, path, &[host, own]), "{path}");
        }
    }
}
