//! What fuzzers feed: whatever the bytes are, nothing panics. The tests of `rds-api` run the same functions over the
//! same corpus, on any compiler.
#![allow(dead_code, reason = "each fuzz target runs one of them")]

use bytes::Bytes;
use rds_api::operations::catalog::DescribeRegionsResponse;
use rds_api::{Access, Method, Operation, SERVICE};
use rds_api_core::http::response::{self, Exchange};
use rds_api_core::secrecy::Redactor;
use rds_api_core::text::one_line;

use rds_api::operations::{account, backup, billing, instance};
use rds_api_core::object::{Empty, Object, decode, serialize};

/// Decodes JSON into responses with members of every kind, in both ways that there are.
pub(crate) fn decode_json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let carefully = |object: &mut dyn Object| {
        let mut json = serde_json::Deserializer::from_str(text);
        decode::object(object, &decode::Context::default(), &mut json).is_ok() && json.end().is_ok()
    };
    let quickly = |object: &mut dyn Object| {
        let context = decode::Context::default();
        let mut json = decode::JsonReader::new(text, &context);
        decode::object(object, &context, &mut json).is_ok() && json.is_at_end()
    };
    decode_each(&[&carefully, &quickly]);
}

/// Decodes XML into the same.
pub(crate) fn decode_xml(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    decode_each(&[&|object| {
        let context = decode::Context::in_xml();
        decode::object(object, &context, &mut decode::Xml::new(text, &context)).is_ok()
    }]);
}

type Decode<'d> = &'d dyn Fn(&mut dyn Object) -> bool;

fn decode_each(ways: &[Decode<'_>]) {
    round_trip::<account::DescribeAccountsResponse>(ways);
    round_trip::<backup::DescribeBackupTasksResponse>(ways);
    round_trip::<billing::DescribePriceResponse>(ways);
    round_trip::<instance::DescribeDBInstanceAttributeResponse>(ways);
}

/// What was decoded in any way is what the first one gives, and the same after a turn through JSON.
fn round_trip<T: Empty + PartialEq + std::fmt::Debug>(ways: &[Decode<'_>]) {
    let decoded = |decode: &Decode<'_>| {
        let mut object = T::empty();
        decode(&mut object).then_some(object)
    };
    let first = ways.first().and_then(decoded);
    for way in ways.iter().skip(1) {
        let other = decoded(way);
        assert!(other.is_none() || other == first, "{other:?} is not {first:?}");
    }
    let Some(first) = first else { return };
    let json = serialize::object(&first, serde_json::value::Serializer).unwrap_or_default();
    let mut again = T::empty();
    let decoded = decode::object(&mut again, &decode::Context::default(), &json);
    assert!(decoded.is_ok(), "{json} is not decoded again: {decoded:?}");
    assert_eq!(first, again);
}

/// Interprets a response: a line with the HTTP status, then the body.
pub(crate) fn error_body(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let status =
        parts.next().and_then(|line| std::str::from_utf8(line).ok()).and_then(|line| line.parse().ok());
    let mut response = http::Response::new(Bytes::copy_from_slice(parts.next().unwrap_or_default()));
    *response.status_mut() = status.and_then(|it| http::StatusCode::from_u16(it).ok()).unwrap_or_default();
    let mut secrets = Redactor::new(SERVICE.sensitive());
    secrets.hide("correct-horse");
    let operation = Operation::new("", "DescribeRegions", Access::Read, Method::Post);
    let signed = ["GET&%2F&".to_owned()];
    let exchange = Exchange {
        operation: &operation,
        secrets,
        signed: &signed,
        codes: &SERVICE.error_codes,
        attempts: 1,
        max_response_bytes: 1 << 20,
    };
    let interpreted = response::interpret(response, exchange);
    let decoded = interpreted.and_then(|mut response| response.decode(&mut None::<DescribeRegionsResponse>));
    let Err(error) = decoded else { return };
    let shown = format!("{error} {error:?} {:?}", error.service_error());
    assert!(!shown.contains("correct-horse"), "{shown}");
    // What parts words is shown as a space, and words that something else parts are not recognised before.
    let text = String::from_utf8_lossy(data);
    let is_as_shown = text.split_once('\n').is_some_and(|(_, body)| one_line(body) == body);
    assert!(!is_as_shown || !shown.contains("server string to sign is:GET"), "{shown}");
}
