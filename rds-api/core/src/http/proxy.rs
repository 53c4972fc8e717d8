//! The proxies of the environment: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.
//!
//! The variables are read here and not by reqwest, which passes over a proxy that it cannot read, as if none were
//! wanted; which asks a proxy for this machine; and which knows fewer forms of `NO_PROXY` than the official tools.

use std::ffi::OsString;
use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use reqwest::{ClientBuilder, Proxy, Url};

use crate::endpoint;
use crate::error::{Error, Result};

/// Sends through the proxies that the environment names what they are for. If it names none, those of the operating
/// system stay, unless the client `calls_loopback`: they make no exception for this machine.
pub(crate) fn of_environment(builder: ClientBuilder, calls_loopback: bool) -> Result<ClientBuilder> {
    let proxies = Proxies::read(|name| std::env::var_os(name))?;
    Ok(match proxies.is_empty() {
        true if calls_loopback => builder.no_proxy(),
        true => builder,
        false => builder.no_proxy().proxy(Proxy::custom(move |url| proxies.proxy(url).cloned())),
    })
}

/// The proxies of an environment, and what they are not for.
struct Proxies {
    http: Option<Url>,
    https: Option<Url>,
    exceptions: Vec<Exception>,
}

/// An entry of `NO_PROXY`.
struct Exception {
    hosts: Hosts,
    port: Option<u16>,
}

enum Hosts {
    All,
    Network(IpNet),
    /// A name, in lower case, and all below it.
    Domain(String),
    /// All below a name.
    Below(String),
}

impl Proxies {
    fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        // Where requests come in as variables, as in CGI, this one is the header `Proxy` of anyone.
        let http = match variable("REQUEST_METHOD") {
            None => set(&variable, &["HTTP_PROXY", "http_proxy"])?,
            Some(_) => set(&variable, &["http_proxy"])?,
        };
        let https = set(&variable, &["HTTPS_PROXY", "https_proxy"])?;
        let all = match (&http, &https) {
            (Some(_), Some(_)) => None,
            _ => set(&variable, &["ALL_PROXY", "all_proxy"])?,
        };
        let address = |found: &Option<(&str, String)>| {
            found.as_ref().map(|(name, value)| address(name, value)).transpose()
        };
        let all = address(&all)?;
        let exceptions =
            set(&variable, &["NO_PROXY", "no_proxy"])?.map(|(_, value)| value).unwrap_or_default();
        let entries = exceptions.split(|character: char| character == ',' || character.is_whitespace());
        Ok(Self {
            http: address(&http)?.or_else(|| all.clone()),
            https: address(&https)?.or(all),
            exceptions: entries.filter_map(Exception::read).collect(),
        })
    }

    fn is_empty(&self) -> bool {
        self.http.is_none() && self.https.is_none()
    }

    /// The proxy for an address, if it is not to be called directly.
    fn proxy(&self, url: &Url) -> Option<&Url> {
        let proxy = match url.scheme() {
            "http" => self.http.as_ref(),
            _ => self.https.as_ref(),
        };
        proxy.filter(|_| !endpoint::is_loopback(url) && !self.exceptions.iter().any(|it| it.is_for(url)))
    }
}

/// The first variable that is set to something.
fn set<'n>(
    variable: impl Fn(&str) -> Option<OsString>,
    names: &[&'n str],
) -> Result<Option<(&'n str, String)>> {
    for name in names {
        let Some(value) = variable(name) else { continue };
        let value = value.into_string().map_err(|_| Error::input(format!("{name} is not UTF-8")))?;
        if !value.trim().is_empty() {
            return Ok(Some((name, value.trim().to_owned())));
        }
    }
    Ok(None)
}

/// The address of a proxy. Of one that is none nothing is shown: it may hold a password.
fn address(name: &str, value: &str) -> Result<Url> {
    let unfit = |why: &dyn fmt::Display| Error::input(format!("{name} does not name a proxy: {why}"));
    let with_scheme = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let url = Url::parse(&with_scheme).map_err(|error| unfit(&error))?;
    // What reqwest cannot read it passes over.
    url.as_str().parse::<http::Uri>().map_err(|error| unfit(&error))?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        scheme => Err(unfit(&format_args!("the scheme `{scheme}` is not supported, http and https are"))),
    }
}

impl Exception {
    fn read(entry: &str) -> Option<Self> {
        if entry.is_empty() {
            return None;
        }
        if let Some(network) = network(entry) {
            return Some(Self { hosts: Hosts::Network(network), port: None });
        }
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) => match port.parse() {
                Ok(port) => (host, Some(port)),
                Err(_) => (entry, None),
            },
            None => (entry, None),
        };
        if let Some(network) = network(host) {
            return Some(Self { hosts: Hosts::Network(network), port });
        }
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let hosts = match host.strip_prefix("*.") {
            _ if host == "*" => Hosts::All,
            Some(domain) => Hosts::Below(domain.to_owned()),
            None => Hosts::Domain(host.strip_prefix('.').unwrap_or(&host).to_owned()),
        };
        Some(Self { hosts, port })
    }

    fn is_for(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        if self.port.is_some() && self.port != url.port_or_known_default() {
            return false;
        }
        let host = host.trim_matches(['[', ']']);
        let host = host.strip_suffix('.').unwrap_or(host);
        let is_below = |domain: &str| {
            host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
        };
        match &self.hosts {
            Hosts::All => true,
            Hosts::Network(network) => {
                host.parse::<IpAddr>().is_ok_and(|address| network.contains(&address.to_canonical()))
            }
            Hosts::Domain(domain) => host == domain || is_below(domain),
            Hosts::Below(domain) => is_below(domain),
        }
    }
}

/// Addresses of IP: one, or those that begin alike.
fn network(text: &str) -> Option<IpNet> {
    let text = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    text.parse::<IpNet>()
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(|address| address.to_canonical().into()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Proxies> {
        Proxies::read(|name| variables.iter().find(|(this, _)| *this == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn exceptions_are_known_in_every_form() {
        for (exceptions, address, is_direct) in [
            ("", "https://rds.aliyuncs.com", false),
            ("aliyuncs.com", "https://rds.aliyuncs.com", true),
            ("aliyuncs.com", "https://aliyuncs.com", true),
            ("aliyuncs.com", "https://notaliyuncs.com", false),
            ("aliyuncs.com", "https://aliyuncs.com.example", false),
            (".aliyuncs.com", "https://rds.aliyuncs.com", true),
            (".aliyuncs.com", "https://aliyuncs.com", true),
            ("*.aliyuncs.com", "https://rds.aliyuncs.com", true),
            ("*.aliyuncs.com", "https://rds.cn-beijing.aliyuncs.com", true),
            ("*.aliyuncs.com", "https://aliyuncs.com", false),
            ("*.aliyuncs.com", "https://xaliyuncs.com", false),
            ("RDS.Aliyuncs.COM", "https://rds.aliyuncs.com", true),
            ("rds.aliyuncs.com.", "https://rds.aliyuncs.com", true),
            ("rds.aliyuncs.com", "https://rds.aliyuncs.com.", true),
            ("rds.aliyuncs.com:443", "https://rds.aliyuncs.com", true),
            ("rds.aliyuncs.com:443", "https://rds.aliyuncs.com:443", true),
            ("rds.aliyuncs.com:443", "https://rds.aliyuncs.com:8443", false),
            ("rds.aliyuncs.com:80", "https://rds.aliyuncs.com", false),
            ("rds.aliyuncs.com:80", "http://rds.aliyuncs.com", true),
            ("*.aliyuncs.com:443", "https://rds.aliyuncs.com", true),
            ("*.aliyuncs.com:444", "https://rds.aliyuncs.com", false),
            ("a.example, b.example ,rds.aliyuncs.com", "https://rds.aliyuncs.com", true),
            ("a.example b.example rds.aliyuncs.com", "https://rds.aliyuncs.com", true),
            (",,", "https://rds.aliyuncs.com", false),
            ("*", "https://rds.aliyuncs.com", true),
            ("*", "https://10.1.2.3", true),
            ("*", "https://[fd00::1]", true),
            ("*:8443", "https://10.1.2.3:8443", true),
            ("*:8443", "https://10.1.2.3", false),
            ("10.1.2.3", "https://10.1.2.3", true),
            ("10.1.2.3", "https://10.1.2.30", false),
            ("10.1.2.3:8443", "https://10.1.2.3:8443", true),
            ("10.1.2.3:8443", "https://10.1.2.3", false),
            ("10.0.0.0/8", "https://10.1.2.3:8443", true),
            ("10.0.0.0/8", "https://11.1.2.3", false),
            ("10.0.0.0/8", "https://10.example", false),
            ("fd00::/8", "https://[fd12::1]:1", true),
            ("fd00::1", "https://[fd00::1]", true),
            ("[fd00::1]", "https://[fd00::1]", true),
            ("[fd00::1]:8443", "https://[fd00::1]:8443", true),
            ("[fd00::1]:8443", "https://[fd00::1]", false),
            ("10.1.2.3", "https://[::ffff:10.1.2.3]", true),
            // This machine is never behind a proxy.
            ("", "http://127.0.0.1:8080", true),
            ("", "https://[::1]:8443", true),
            ("", "http://localhost", true),
            ("", "http://fake.localhost:1", true),
            ("", "http://0.0.0.0", false),
        ] {
            for name in ["NO_PROXY", "no_proxy"] {
                let proxies =
                    read(&[("all_proxy", "http://proxy.example:3128"), (name, exceptions)]).unwrap();
                let url = Url::parse(address).unwrap();
                assert_eq!(proxies.proxy(&url).is_none(), is_direct, "{name}={exceptions} {address}");
            }
        }
    }

    #[test]
    fn each_scheme_has_its_proxy() {
        for (variables, http, https) in [
            (&[][..], "", ""),
            (&[("HTTPS_PROXY", "http://p:1")], "", "http://p:1/"),
            (&[("https_proxy", "p:1")], "", "http://p:1/"),
            (&[("HTTP_PROXY", "https://p")], "https://p/", ""),
            (&[("ALL_PROXY", "p.example")], "http://p.example/", "http://p.example/"),
            (&[("HTTPS_PROXY", ""), ("https_proxy", "http://p")], "", "http://p/"),
            (&[("HTTPS_PROXY", "http://p"), ("https_proxy", "http://q")], "", "http://p/"),
            (&[("HTTPS_PROXY", "http://p"), ("ALL_PROXY", "http://q")], "http://q/", "http://p/"),
            (&[("HTTPS_PROXY", "http://u:pw@p:1/path")], "", "http://u:pw@p:1/path"),
            (&[("HTTPS_PROXY", " http://p\n")], "", "http://p/"),
            (&[("HTTP_PROXY", "http://evil"), ("REQUEST_METHOD", "GET")], "", ""),
            (&[("http_proxy", "http://p"), ("REQUEST_METHOD", "GET")], "http://p/", ""),
            // Of no use, and so of no harm.
            (
                &[("HTTPS_PROXY", "p"), ("HTTP_PROXY", "p"), ("ALL_PROXY", "socks5://q")],
                "http://p/",
                "http://p/",
            ),
        ] {
            let proxies = read(variables).unwrap();
            let text = |proxy: &Option<Url>| proxy.as_ref().map(Url::to_string).unwrap_or_default();
            assert_eq!(
                (text(&proxies.http).as_str(), text(&proxies.https).as_str()),
                (http, https),
                "{variables:?}"
            );
            assert_eq!(proxies.is_empty(), http.is_empty() && https.is_empty());
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_told_without_its_password() {
        for (name, value, expected) in [
            (
                "HTTPS_PROXY",
                "http://u:s3cr3t@[bad",
                "HTTPS_PROXY does not name a proxy: invalid IPv6 address",
            ),
            ("https_proxy", "http://u:s3cr3t@p:x", "https_proxy does not name a proxy: invalid port number"),
            (
                "HTTP_PROXY",
                "ftp://u:s3cr3t@p",
                "HTTP_PROXY does not name a proxy: the scheme `ftp` is not supported",
            ),
            (
                "ALL_PROXY",
                "socks5://u:s3cr3t@p:1080",
                "ALL_PROXY does not name a proxy: the scheme `socks5` is not",
            ),
            ("HTTPS_PROXY", "http://", "HTTPS_PROXY does not name a proxy: empty host"),
            ("HTTPS_PROXY", "s3cr3t p", "HTTPS_PROXY does not name a proxy: invalid"),
        ] {
            let error = read(&[(name, value)]).err().unwrap();
            assert_eq!(error.kind(), crate::error::ErrorKind::Input);
            assert!(error.to_string().starts_with(expected), "{error}");
            assert!(!format!("{error:?}").contains("s3cr3t"), "{error:?}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStringExt as _;
            let unreadable = |name: &str| (name == "NO_PROXY").then(|| OsString::from_vec(vec![0xff]));
            assert_eq!(Proxies::read(unreadable).err().unwrap().to_string(), "NO_PROXY is not UTF-8");
        }
    }
}
