//! Who may ask: only this page, opened in a browser on this machine by whoever read the address on the
//! terminal.
//!
//! The server listens on loopback, but every page that the browser has open can reach loopback too, and so can
//! every user of the machine. Against the first stand the checks of `Host` (a name that was made to point here),
//! of `Origin` and of `Sec-Fetch-Site`; against all of them the token in the address.

use hyper::{HeaderMap, Method, StatusCode};

/// What lets a request in.
pub(crate) struct Guard {
    token: String,
    hosts: [String; 2],
}

impl Guard {
    pub(crate) fn new(port: u16) -> Self {
        let token = uuid::Uuid::new_v4().simple().to_string();
        Self { token, hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")] }
    }

    /// The address of the page.
    pub(crate) fn address(&self) -> String {
        format!("http://{}/{}/", self.hosts[0], self.token)
    }

    /// What follows the token in the path of a request that may come in; otherwise the refusal.
    pub(crate) fn admit<'p>(
        &self,
        method: &Method,
        path: &'p str,
        headers: &HeaderMap,
    ) -> Result<&'p str, (StatusCode, &'static str)> {
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let host = header("host").unwrap_or_default();
        if !self.hosts.iter().any(|known| known == host) {
            return Err((StatusCode::FORBIDDEN, "this server is reached under the address it printed only"));
        }
        let foreign = (StatusCode::FORBIDDEN, "this server answers its own page only");
        match header("origin") {
            Some(origin) if origin.strip_prefix("http://") != Some(host) => return Err(foreign),
            None if *method != Method::GET => return Err(foreign),
            _ => {}
        }
        if header("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
            return Err(foreign);
        }
        let (token, rest) = path.strip_prefix('/').and_then(|path| path.split_once('/')).unwrap_or_default();
        if !is_same(token.as_bytes(), self.token.as_bytes()) {
            return Err((StatusCode::NOT_FOUND, "there is nothing here"));
        }
        Ok(rest)
    }
}

/// Compares in a time that does not tell where the difference is.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).fold(0, |differs, (one, other)| differs | (one ^ other)) == 0
}

/// What every answer says to the browser: nothing from elsewhere, nothing kept, no frame, no address told.
pub(crate) const HEADERS: [(&str, &str); 7] = [
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
    use super::*;

    fn admit(guard: &Guard, method: Method, path: &str, headers: &[(&'static str, &str)]) -> Option<String> {
        let headers = headers
            .iter()
            .map(|(name, value)| (hyper::header::HeaderName::from_static(name), value.parse().unwrap()));
        guard.admit(&method, path, &headers.collect()).ok().map(str::to_owned)
    }

    #[test]
    fn only_the_page_itself_is_let_in() {
        let guard = Guard::new(4000);
        let path = format!("/{}/run", guard.token);
        let host = ("host", "127.0.0.1:4000");
        let own = ("origin", "http://127.0.0.1:4000");
        assert_eq!(admit(&guard, Method::POST, &path, &[host, own]).as_deref(), Some("run"));
        assert_eq!(admit(&guard, Method::GET, &path, &[host]).as_deref(), Some("run"));
        let local = [("host", "localhost:4000"), ("origin", "http://localhost:4000")];
        assert!(admit(&guard, Method::POST, &path, &local).is_some());

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
            assert_eq!(admit(&guard, Method::POST, &path, headers), None, "{headers:?}");
        }
        assert_eq!(admit(&guard, Method::GET, &path, &[host, ("sec-fetch-site", "same-site")]), None);
        for path in ["/", "/run", "//run", &path[..path.len() - 5], &format!("/{}0/run", guard.token)] {
            assert_eq!(admit(&guard, Method::POST, path, &[host, own]), None, "{path}");
        }
    }
}
