//! Nothing that a service writes acts on a terminal or a log by way of an error, a value or a trace.
#![cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

#[path = "../core/tests/support/control_sequences.rs"]
mod control_sequences;
mod raw_server;

use std::error::Error as StdError;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use control_sequences::{all, find};
use raw_server::RawServer;
use rds_api::waiter::Waiter;
use rds_api::{Client, Error};
use serde_json::{Value as Json, json};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The places of an error where a text of the service may stand.
const MEMBERS: [&str; 5] = ["Code", "Message", "RequestId", "HostId", "Recommend"];
const MEMBERS_OF_DENIAL: [&str; 7] = [
    "AuthAction",
    "AuthPrincipalType",
    "AuthPrincipalOwnerId",
    "AuthPrincipalDisplayName",
    "NoPermissionType",
    "PolicyType",
    "EncodedDiagnosticMessage",
];

/// A response: its status and its body.
type Told = (&'static str, String);

/// Every place of a response where a text may stand, with the name of the place.
fn responses(text: &str) -> Vec<(String, Told)> {
    let refusal = || json!({ "Code": "InvalidParameter", "Message": "m", "RequestId": "R" });
    let mut responses: Vec<(String, Told)> = Vec::new();
    for status in ["400 Bad Request", "503 Busy", "200 OK"] {
        for member in MEMBERS {
            let mut body = refusal();
            body[member] = text.into();
            responses.push((format!("{status} {member}"), (status, body.to_string())));
            responses.push((format!("{status} {member} XML"), (status, xml("Error", &body))));
        }
        for member in MEMBERS_OF_DENIAL {
            let mut body = refusal();
            body["AccessDeniedDetail"] = json!({ member: text });
            responses.push((format!("{status} {member}"), (status, body.to_string())));
        }
        responses.push((format!("{status} page"), (status, format!("<html><body>{text}</body></html>"))));
        responses.push((format!("{status} text"), (status, text.to_owned())));
    }
    for (place, body) in [
        ("value that does not fit", json!({ "RequestId": "R", "PageRecordCount": text, "Items": text })),
        (
            "element that does not fit",
            json!({ "RequestId": "R", "Items": { "DBInstance": [text, { "DBInstanceId": [[text]] }] } }),
        ),
        ("name", json!({ "RequestId": "R", text: { text: [[text]] }, "Items": { text: text } })),
        (
            "value",
            json!({ "RequestId": text, "Items": { "DBInstance": [{ "DBInstanceId": text, "DBInstanceStatus": text }] } }),
        ),
    ] {
        responses.push((place.to_owned(), ("200 OK", body.to_string())));
        responses.push((format!("{place}, broken off"), ("200 OK", body.to_string().replace('}', ""))));
    }
    responses
}

/// JSON as XML, with the characters as they are.
fn xml(root: &str, value: &Json) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let members = value.as_object().unwrap().iter();
    let members =
        members.map(|(name, value)| format!("<{name}>{}</{name}>", escape(value.as_str().unwrap())));
    format!("<{root}>{}</{root}>", members.collect::<String>())
}

/// What an error shows by each of its ways to be shown.
fn shown(error: &Error) -> Vec<String> {
    assert!(error.to_string().chars().count() < 5_000, "{error} is long");
    let mut shown = vec![error.to_string(), format!("{error:?}"), format!("{error:#?}").replace('\n', " ")];
    if let Some(service) = error.service_error() {
        shown.extend([service.to_string(), format!("{service:?}"), format!("{:?}", service.access_denied())]);
    }
    let mut source = error.source();
    while let Some(cause) = source {
        shown.extend([cause.to_string(), format!("{cause:?}")]);
        source = cause.source();
    }
    shown
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_text_of_a_service_acts_on_a_terminal_or_a_log() {
    let told: Arc<Mutex<Told>> = Arc::new(Mutex::new(("200 OK", String::new())));
    let tell = told.clone();
    let server = RawServer::start(move |_, _, connection| {
        let (status, body) = told.lock().unwrap().clone();
        raw_server::send(connection, &raw_server::response(status, "", body));
    });
    let client =
        server.client_builder().retry(rds_api::RetryPolicy::none()).trace_parameters().build().unwrap();
    let log = Log::default();
    let writer = log.clone();
    let _listening = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::DEBUG)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .set_default();
    let mut leaks = Vec::new();
    let mut count = 0;
    let long = "数x ".repeat(2_000);
    for (name, text) in [("all", all()), ("long", long)] {
        for (place, response) in responses(&text) {
            *tell.lock().unwrap() = response;
            for (call, outcome) in calls(&client, &text).await {
                count += 1;
                for shown in outcome {
                    leaks.extend(find(&shown, &[]).map(|found| format!("{name}, {place}, {call}: {found}")));
                }
            }
        }
    }
    assert!(count > 400, "only {count}");
    assert!(leaks.is_empty(), "{} leaks, such as {}", leaks.len(), leaks[0]);
    let log = String::from_utf8(std::mem::take(&mut *log.0.lock().unwrap())).unwrap();
    assert!(log.len() > 50_000, "only {} bytes were logged", log.len());
    let forged = log.lines().find(|line| !line.starts_with("20") || find(line, &[]).is_some());
    assert_eq!(forged, None, "a line that no call has written");
}

/// What calls show: a typed one, a raw one, a list and a waiter.
async fn calls(client: &Client, text: &str) -> Vec<(&'static str, Vec<String>)> {
    let mut outcomes = Vec::new();
    let mut add = |call, outcome: Result<String, Error>| {
        outcomes.push((call, outcome.map_or_else(|error| shown(&error), |value| vec![value])));
    };
    add("typed", client.describe_db_instances().await.map(|it| format!("{it:?}")));
    add(
        "raw",
        client
            .call_raw("Some\u{1b}[2JThing\n", [("A", text)])
            .await
            .map(|it| it.to_string().len().to_string()),
    );
    add(
        "raw, with a good name",
        client.call_raw("DescribeThings", [("A", text)]).await.map(|_| String::new()),
    );
    add("write", client.create_backup("rm-1").await.map(|it| format!("{it:?}")));
    let waiter =
        Waiter::new("Items.DBInstance.DBInstanceStatus").failed([text]).timeout(Duration::from_millis(1));
    add("waiter", client.describe_db_instances().until(waiter).await.map(|it| format!("{it:?}")));
    outcomes
}
