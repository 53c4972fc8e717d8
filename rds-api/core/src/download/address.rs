//! The addresses of files, which open them to whoever holds one: they are shown nowhere.

use std::fmt;

use reqwest::Url;

use super::Download;
use crate::endpoint;
use crate::error::{Error, ErrorKind, Remedy, Result};
use crate::secrecy::MASK;

/// An address of http or https.
#[derive(Clone)]
pub(super) struct Address(Url);

impl Address {
    /// Reads what the service gives. An address of plain HTTP becomes one of https, unless it is allowed: the storage has
    /// the same files there, and what signs an address covers no scheme.
    pub(super) fn parse(text: &str, allows_plain_http: impl Fn(&Url) -> bool) -> Result<Self> {
        let unfit = |why: &str| {
            let message = format!("the address that the service gives for it {why}");
            Error::new(ErrorKind::Response, message)
        };
        let mut url = Url::parse(text).map_err(|error| unfit(&format!("is not valid: {error}")))?;
        let (is_plain_http, has_port) = (url.scheme() == "http", url.port().is_some());
        if !is_plain_http && url.scheme() != "https" {
            return Err(unfit("is not one of http or https"));
        }
        if is_plain_http && !allows_plain_http(&url) && (has_port || url.set_scheme("https").is_err()) {
            return Err(unfit("is not encrypted").with_remedy(Remedy::AllowPlainHttp));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(unfit("has a user and a password before its host"));
        }
        url.set_fragment(None);
        Ok(Self(url))
    }

    /// The host, with the port if it is not the usual one.
    pub(super) fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// All of it, to be sent and not to be shown.
    pub(super) fn expose(&self) -> &str {
        self.0.as_str()
    }
}

impl Download {
    /// The address of the file on the network that is wanted.
    pub(super) fn address(&self) -> Result<Address> {
        let Self { client, file, options, .. } = self;
        let is_internal = match options.network.as_ref().or(client.network.as_ref()) {
            Some(network) => network.name().is_some(),
            None => {
                let mut words = client.endpoint.address().split(['.', '-']);
                words.any(|word| matches!(word, "vpc" | "internal"))
            }
        };
        let address = file.address(is_internal, options.network.is_none()).ok_or_else(|| {
            let network = if is_internal { "for the internal network" } else { "for the internet" };
            let which = if options.network.is_some() { network } else { "to download it from" };
            Error::input(format!("the service gives no address {which}"))
        })?;
        // Whoever calls this machine in the clear has not said so of the storages beyond it.
        let is_as_near = |url: &Url| !client.endpoint.is_loopback() || endpoint::is_loopback(url);
        let is_implied = |url: &Url| client.endpoint.is_plain_http() && is_as_near(url);
        Address::parse(address, |url| options.allows_plain_http || is_implied(url))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

/// The last segment of the path of an address, which is mostly the name of a file.
pub(super) fn last_segment(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let last = url.path_segments()?.next_back()?;
    Some(percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_encrypted_unless_plain_http_is_allowed() {
        for (text, expected) in [
            (
                "http://a.oss-cn-hangzhou.aliyuncs.com/b/c.xb?Expires=1&Signature=S#x",
                "https://a.oss-cn-hangzhou.aliyuncs.com/b/c.xb?Expires=1&Signature=S",
            ),
            ("https://a.example/b?c=%2Fd", "https://a.example/b?c=%2Fd"),
            ("HTTPS://a.example:8443/", "https://a.example:8443/"),
        ] {
            let address = Address::parse(text, |_| false).unwrap();
            assert_eq!((address.expose(), format!("{address:?}")), (expected, MASK.to_owned()));
        }
        assert_eq!(Address::parse("http://127.0.0.1:1/x?s=1", |_| true).unwrap().host(), "127.0.0.1:1");
        for (text, says) in [
            ("http://a.example:8080/s3cr3t", "is not encrypted"),
            ("file:///etc/s3cr3t", "is not one of http or https"),
            ("https://user:s3cr3t@a.example/", "has a user and a password"),
            ("/s3cr3t", "is not valid"),
            ("https://", "is not valid"),
        ] {
            let error = Address::parse(text, |_| false).unwrap_err();
            assert!(error.to_string().contains(says) && !format!("{error:?}").contains("s3cr3t"), "{error}");
        }
    }

    #[test]
    fn the_last_segment_of_a_path_is_the_name() {
        let segment = |address: &str| last_segment(address);
        assert_eq!(
            segment("https://a.example/b/hins1_data.xb?Signature=s3cr3t").as_deref(),
            Some("hins1_data.xb")
        );
        assert_eq!(segment("https://a.example/b/%2e%2e%2fpasswd").as_deref(), Some("../passwd"));
        assert_eq!(segment("nowhere"), None);
    }
}
