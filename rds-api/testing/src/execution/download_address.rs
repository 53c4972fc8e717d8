//! The addresses of files: each carries its signature and expires, like those of the real storage.

#[cfg(feature = "simulation")]
use std::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use percent_encoding::percent_decode_str;
#[cfg(feature = "simulation")]
use rds_api_core::signature::percent::append_pair;
use rds_api_core::signature::v1;

/// The path of all downloads, below the address of the service.
pub(crate) const DOWNLOADS: &str = "/download/";

/// How long an address opens its file.
#[cfg(feature = "simulation")]
pub(crate) const LIFETIME: Duration = Duration::from_secs(48 * 3600);

/// What the storage signs with, which nobody has to know.
const SECRET: &str = "the storage of the embedded service";

/// The address of a file at a path, for as long as it lives.
#[cfg(feature = "simulation")]
pub(crate) fn address(endpoint: &str, path: &str, now: SystemTime) -> String {
    let expires = (now + LIFETIME).duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string();
    let mut query = String::new();
    for (name, value) in [
        ("Expires", &*expires),
        ("OSSAccessKeyId", "fake-storage"),
        ("Signature", &*signature(path, &expires)),
    ] {
        append_pair(&mut query, name, value);
    }
    format!("{endpoint}{DOWNLOADS}{path}?{query}")
}

/// The code of the refusal of an address, unless it is good.
pub(crate) fn refusal(path: &str, query: &str, now: SystemTime) -> Option<&'static str> {
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let value = pairs.find(|(own, _)| *own == name)?.1;
        Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
    };
    let (Some(expires), Some(signed)) = (value("Expires"), value("Signature")) else {
        return Some("AccessDenied");
    };
    if signed != signature(path, &expires) {
        return Some("SignatureDoesNotMatch");
    }
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    expires.parse().is_ok_and(|expires: u64| expires < now).then_some("AccessDenied")
}

fn signature(path: &str, expires: &str) -> String {
    v1::signature(&format!("GET\n\n\n{expires}\n/{path}"), SECRET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_opens_its_file_alone_and_for_its_time() {
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let address = address("http://127.0.0.1:1", "rm-1/a.xb", now);
        let (path, query) = address.split_once('?').unwrap_or_default();
        assert_eq!(path, "http://127.0.0.1:1/download/rm-1/a.xb");
        let refused = |path, query: &str, later| refusal(path, query, now + later);
        assert_eq!(refused("rm-1/a.xb", query, LIFETIME), None);
        assert_eq!(refused("rm-1/a.xb", query, LIFETIME + Duration::from_secs(1)), Some("AccessDenied"));
        assert_eq!(refused("rm-1/b.xb", query, Duration::ZERO), Some("SignatureDoesNotMatch"));
        let later = query.replace("Expires=1", "Expires=2");
        assert_eq!(refused("rm-1/a.xb", &later, Duration::ZERO), Some("SignatureDoesNotMatch"));
        assert_eq!(refused("rm-1/a.xb", "", Duration::ZERO), Some("AccessDenied"));
    }
}
