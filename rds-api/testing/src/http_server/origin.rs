//! Who asks: a program or the page of the server itself, or some other page that a browser has open.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, header};

/// Whether a browser says that the page of somebody else asks. Programs that are no browser say neither.
pub fn is_foreign(headers: &HeaderMap) -> bool {
    let texts =
        |name: HeaderName| headers.get_all(name).into_iter().map(|value| value.to_str().unwrap_or_default());
    let host = texts(header::HOST).next().unwrap_or_default();
    let is_other = |origin: &str| origin.strip_prefix("http://") != Some(host);
    let is_of_other_site = |site: &str| !matches!(site, "same-origin" | "none");
    texts(header::ORIGIN).any(is_other)
        || texts(HeaderName::from_static("sec-fetch-site")).any(is_of_other_site)
        || texts(header::HOST).count() > 1
}

/// Whether a value of `Host` is this machine by itself. The name of a page that was made to point here is not, and for a
/// browser that page would be of one origin with the server.
pub fn is_loopback(host: &str) -> bool {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let name = match host.rsplit_once(':') {
        Some((name, port)) if is_port(port) => name,
        _ => host,
    };
    let address = match name.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').filter(|address| address.contains(':')),
        None => Some(name).filter(|name| !name.contains(':')),
    };
    name.eq_ignore_ascii_case("localhost")
        || address.is_some_and(|it| it.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for host in
            ["localhost", "LocalHost:80", "127.0.0.1", "127.0.0.1:4000", "127.9.9.9:1", "[::1]", "[::1]:80"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            ":80",
            "evil.example",
            "evil.example:80",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "localhost:",
            "localhost:80x",
            "::1",
            "[::1",
            "[127.0.0.1]",
            "10.0.0.1",
            "0.0.0.0",
            "[::]",
            "2130706433",
            "127.1",
            "localhost:80:80",
            "localhost@evil.example",
            "[::1]evil.example",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn pages_of_others_are_foreign() {
        let headers = |pairs: &[(&'static str, &str)]| -> HeaderMap {
            pairs
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
                .collect()
        };
        let host = ("host", "127.0.0.1:4000");
        let own = ("origin", "http://127.0.0.1:4000");
        for known in [
            &[host][..],
            &[host, own],
            &[host, own, ("sec-fetch-site", "same-origin")],
            &[host, ("sec-fetch-site", "none")],
        ] {
            assert!(!is_foreign(&headers(known)), "{known:?}");
        }
        for foreign in [
            &[host, ("origin", "http://evil.example")][..],
            &[host, ("origin", "https://127.0.0.1:4000")],
            &[host, ("origin", "http://127.0.0.1:4001")],
            &[host, ("origin", "http://localhost:4000")],
            &[host, ("origin", "null")],
            &[host, ("origin", "")],
            &[own],
            &[host, ("sec-fetch-site", "cross-site")],
            &[host, own, ("sec-fetch-site", "same-site")],
            &[host, ("sec-fetch-site", "new")],
        ] {
            assert!(is_foreign(&headers(foreign)), "{foreign:?}");
        }
        // Whichever of several it means.
        for (name, other) in [
            ("host", "evil.example"),
            ("origin", "http://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
        ] {
            let mut twice = headers(&[host, own, ("sec-fetch-site", "same-origin")]);
            twice.append(name, other.parse().unwrap());
            assert!(is_foreign(&twice), "{name}: {other}");
        }
    }
}
