//! The way of a request through the embedded service, for fuzzers.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

use crate::server::authentication::Authenticator;
use crate::server::http_request::HttpRequest;
use crate::server::parameters;
use crate::simulation::account_state::{AccountState, Settings};
use rds_api::{Credentials, SERVICE, schema};

/// Parses a request, verifies it, and does what it asks whether or not it may.
pub fn request(data: &[u8]) {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let head_end = data.windows(2).position(|pair| pair == b"\n\n").unwrap_or(data.len());
    let head = String::from_utf8_lossy(&data[..head_end]);
    let body = data.get(head_end + 2..).unwrap_or_default();
    let mut lines = head.lines();
    let (method, uri) = lines.next().and_then(|line| line.split_once(' ')).unwrap_or_default();
    let (Ok(method), Ok(uri)) = (method.parse::<Method>(), uri.parse::<Uri>()) else { return };
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    let request = HttpRequest::parse(&method, &uri, &headers, body);
    let authenticator =
        Authenticator::new(SERVICE.version, vec![Credentials::new("id", "secret")], Duration::MAX);
    let _ = authenticator.authenticate(&request, now);
    let Some(operation) = request.action().and_then(schema::operation) else { return };
    let Ok(parameters) = parameters::read(&SERVICE.error_codes, operation, request.parameters()) else {
        return;
    };
    let settings = Settings { region: "cn-hangzhou".to_owned(), ..Settings::default() };
    let mut account = AccountState::empty(settings);
    let _ = account.add_first(now);
    let _ = account.simulate(operation, &parameters, now);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
#[path = "../../fuzz/mutations.rs"]
mod mutations;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn no_request_breaks_the_embedded_service() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/service_request");
        mutations::feed(&corpus, 500, request);
    }
}
