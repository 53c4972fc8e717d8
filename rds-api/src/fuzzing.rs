//! What fuzzers feed: whatever the bytes are, nothing panics. The targets are in `rds-api/fuzz/`; the tests
//! here run the same functions over the same corpus, on any compiler.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use rds_api_runtime::received;
use rds_api_runtime::redact::{Redactor, one_line};

use crate::object::{Empty, Object, decode, serialize};
use crate::testing::fuzzing as service;
use crate::{account, backup, billing, instance};

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
#[path = "../fuzz/mutations.rs"]
mod mutations;

/// Decodes JSON into answers with members of every kind.
pub fn decode_json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    decode_each(&|object| {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        decode::object(object, &decode::Path::default(), &mut deserializer).is_ok()
    });
}

/// Decodes XML into the same.
pub fn decode_xml(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    decode_each(&|object| {
        let mut deserializer = quick_xml::de::Deserializer::from_str(text);
        decode::object(object, &decode::Path::in_xml(), &mut deserializer).is_ok()
    });
}

fn decode_each(decode: &dyn Fn(&mut dyn Object) -> bool) {
    round_trip::<account::DescribeAccountsResponse>(decode);
    round_trip::<backup::DescribeBackupTasksResponse>(decode);
    round_trip::<billing::DescribePriceResponse>(decode);
    round_trip::<instance::DescribeDBInstanceAttributeResponse>(decode);
}

/// What was decoded is the same after a turn through JSON.
fn round_trip<T: Empty + PartialEq + std::fmt::Debug>(decode: &dyn Fn(&mut dyn Object) -> bool) {
    let mut first = T::empty();
    if !decode(&mut first) {
        return;
    }
    let json = serialize::object(&first, serde_json::value::Serializer).unwrap_or_default();
    let mut again = T::empty();
    let decoded = decode::object(&mut again, &decode::Path::default(), &json);
    assert!(decoded.is_ok(), "{json} is not decoded again: {decoded:?}");
    assert_eq!(first, again);
}

/// Understands an answer that is no success: a line with the HTTP status, then the body.
pub fn error_body(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let status =
        parts.next().and_then(|line| std::str::from_utf8(line).ok()).and_then(|line| line.parse().ok());
    let mut answer = http::Response::new(Bytes::copy_from_slice(parts.next().unwrap_or_default()));
    *answer.status_mut() = status.and_then(|it| http::StatusCode::from_u16(it).ok()).unwrap_or_default();
    let mut secrets = Redactor::default();
    secrets.hide("correct-horse");
    let Err(error) = received::understand(answer, secrets, &["GET&%2F&".to_owned()], 1) else { return };
    let shown = format!("{error} {error:?} {:?}", error.service_error());
    assert!(!shown.contains("correct-horse"), "{shown}");
    // What parts words is shown as a space, and words that something else parts are not recognised before.
    let text = String::from_utf8_lossy(data);
    let is_as_shown = text.split_once('\n').is_some_and(|(_, body)| one_line(body) == body);
    assert!(!is_as_shown || !shown.contains("server string to sign is:GET"), "{shown}");
}

/// Gives the embedded service a request: the method and the address in a line, the headers, an empty line,
/// and the body.
pub fn service_request(data: &[u8]) {
    service::request(data, SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::path::Path;

    use super::*;

    fn feed(target: &str, function: fn(&[u8])) {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
        mutations::feed(&corpus, 500, function);
    }

    #[test]
    fn no_json_breaks_decoding() {
        feed("decode_json", decode_json);
    }

    #[test]
    fn no_xml_breaks_decoding() {
        feed("decode_xml", decode_xml);
    }

    #[test]
    fn no_body_breaks_what_becomes_of_errors() {
        feed("error_body", error_body);
    }

    #[test]
    fn no_request_breaks_the_embedded_service() {
        feed("service_request", service_request);
    }
}
