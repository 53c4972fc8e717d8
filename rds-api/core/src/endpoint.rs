//! The host that calls go to.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

use crate::error::{Error, Result};

/// A host of the service, and how to speak to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    host: String,
    is_plain_http: bool,
}

/// The network that the service is called from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Network {
    /// The internet.
    #[default]
    Public,
    /// A VPC of the region: traffic stays inside.
    Vpc,
    /// Another network the service has hosts for, by the name that stands in them, such as `internal`.
    Named(String),
}

impl Network {
    /// The name that stands in hosts; `None` for the internet.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Network::Public => None,
            Network::Vpc => Some("vpc"),
            Network::Named(name) if name.is_empty() || name == "public" => None,
            Network::Named(name) => Some(name),
        }
    }
}

impl Endpoint {
    /// A host that is spoken to over TLS.
    pub(crate) fn encrypted(host: String) -> Self {
        Self { host, is_plain_http: false }
    }

    /// The endpoint that someone wrote down: `host`, `host:port`, or one of these after `https://` or
    /// `http://`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let (is_plain_http, rest) = match text.split_once("://") {
            Some(("https", rest)) => (false, rest),
            Some(("http", rest)) => (true, rest),
            Some((scheme, _)) => return Err(invalid(text, &format!("`{scheme}` is not a scheme of HTTP"))),
            None => (false, text),
        };
        let host = rest.strip_suffix('/').unwrap_or(rest);
        // The signed header `host` has no port where it is the usual one.
        let host = host.strip_suffix(if is_plain_http { ":80" } else { ":443" }).unwrap_or(host);
        if host.is_empty() {
            return Err(invalid(text, "it has no host"));
        }
        if host.contains('@') {
            return Err(invalid(text, "a user and a password before it are of no use: requests are signed"));
        }
        if let Some(wrong) = host.chars().find(|character| "/?# \\".contains(*character)) {
            return Err(invalid(text, &format!("a host has no `{wrong}`; the path is always `/`")));
        }
        let url = format!("{}://{host}/", if is_plain_http { "http" } else { "https" });
        match Url::parse(&url) {
            Ok(_) => Ok(Self { host: host.to_ascii_lowercase(), is_plain_http }),
            Err(error) => Err(invalid(text, &error.to_string())),
        }
    }

    /// The host alone: a name, or an address without brackets.
    pub(crate) fn address(&self) -> &str {
        let host = self.split_port().map_or(&*self.host, |(host, _)| host);
        host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
    }

    /// The port, which is the usual one unless the host has another.
    pub(crate) fn port(&self) -> u16 {
        let usual = if self.is_plain_http { 80 } else { 443 };
        self.split_port().map_or(usual, |(_, port)| port)
    }

    fn split_port(&self) -> Option<(&str, u16)> {
        let (host, port) = self.host.rsplit_once(':')?;
        Some((host, port.parse().ok()?))
    }

    /// The host, with the port if it is not the usual one.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether a text names an endpoint on this machine.
    #[doc(hidden)]
    pub fn names_loopback(text: &str) -> bool {
        Self::parse(text).is_ok_and(|endpoint| endpoint.is_loopback())
    }

    /// Calls stay on this machine.
    pub fn is_loopback(&self) -> bool {
        Url::parse(&self.to_string()).is_ok_and(|url| is_loopback(&url))
    }

    /// Calls go out without TLS.
    pub fn is_plain_http(&self) -> bool {
        self.is_plain_http
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}", if self.is_plain_http { "http" } else { "https" }, self.host)
    }
}

/// Refuses what cannot be the id of a region.
pub(crate) fn check_region(region: &str) -> Result<()> {
    match is_region(region) {
        true => Ok(()),
        false => Err(Error::input(format!("`{region}` is not a region id, such as `cn-hangzhou`"))),
    }
}

/// Whether a text can be the id of a region, and so a part of a host.
pub(crate) fn is_region(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether an address is on this machine: `localhost` or a name below it, 127.0.0.0/8, or ::1.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let host = host.trim_matches(['[', ']']);
    if let Ok(address) = host.parse::<IpAddr>() {
        return address.to_canonical().is_loopback();
    }
    let host = host.strip_suffix('.').unwrap_or(host);
    host.rsplit('.').next().is_some_and(|name| name.eq_ignore_ascii_case("localhost"))
}

fn invalid(text: &str, why: &str) -> Error {
    Error::input(format!("the endpoint `{}` is not valid: {why}", public_part(text)))
}

/// What may be shown of an address that someone wrote down: neither a user and a password nor a query.
pub(crate) fn public_part(address: &str) -> &str {
    let address = address.rsplit_once('@').map_or(address, |(_, after)| after);
    address.split_once('?').map_or(address, |(before, _)| before)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_host_with_or_without_port_and_scheme() {
        for (text, endpoint) in [
            ("rds.aliyuncs.com", "https://rds.aliyuncs.com"),
            ("RDS.aliyuncs.com", "https://rds.aliyuncs.com"),
            ("https://rds.aliyuncs.com/", "https://rds.aliyuncs.com"),
            ("https://rds.aliyuncs.com:443", "https://rds.aliyuncs.com"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("https://[::1]:8443", "https://[::1]:8443"),
        ] {
            assert_eq!(Endpoint::parse(text).unwrap().to_string(), endpoint, "{text}");
        }
        for (text, says) in [
            ("", "it has no host"),
            ("https://", "it has no host"),
            ("ftp://rds.aliyuncs.com", "`ftp` is not a scheme of HTTP"),
            ("https://rds.aliyuncs.com/path", "a host has no `/`; the path is always `/`"),
            ("rds.aliyuncs.com?a=b", "a host has no `?`"),
            ("rds aliyuncs com", "a host has no ` `"),
            ("rds.aliyuncs.com:notaport", "invalid port"),
            ("user:s3cr3t@rds.aliyuncs.com", "are of no use"),
        ] {
            let error = Endpoint::parse(text).unwrap_err().to_string();
            assert!(error.starts_with("the endpoint `") && error.contains(says), "{error}");
            assert!(!error.contains("s3cr3t"), "{error}");
        }
    }

    #[test]
    fn this_machine_is_known_by_its_names_and_addresses() {
        for (address, expected) in [
            ("http://localhost", true),
            ("http://LOCALHOST:80/", true),
            ("http://localhost.:80/", true),
            ("http://fake.localhost", true),
            ("http://127.0.0.1:8080", true),
            ("http://127.255.3.4", true),
            ("http://127.1", true),
            ("http://0x7f000001", true),
            ("http://[::1]:8080", true),
            ("http://[::ffff:127.0.0.1]", true),
            ("http://user:password@127.0.0.1", true),
            ("http://127.0.0.1@example.com", false),
            ("http://127.0.0.1.example.com", false),
            ("http://localhost.example.com", false),
            ("http://notlocalhost", false),
            ("http://0.0.0.0", false),
            ("http://[::2]", false),
            ("http://100.100.100.200", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(address).unwrap()), expected, "{address}");
        }
        assert!(Endpoint::parse("http://127.0.0.1:1").unwrap().is_loopback());
        assert!(!Endpoint::parse("rds.aliyuncs.com").unwrap().is_loopback());
    }
}
