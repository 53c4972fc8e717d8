//! Servers that never come to an end, at whatever place of a response: neither the time of a call nor memory is theirs.
#![cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod raw_server;

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use raw_server::RawServer;
use rds_api::credentials::CredentialsUri;
use rds_api::{ClientBuilder, ErrorKind, RetryPolicy};

/// What a server is, what it begins with, and what it repeats for ever.
type Case = (&'static str, &'static str, &'static str);

/// What hyper passes over bit by bit. It lets others have a turn when it has read a hundred buffers, which without
/// optimisation takes seconds; so these come no faster than they are read.
const SLOW: &[Case] = &[
    ("interim responses", "", "HTTP/1.1 100 Continue\r\n\r\n"),
    ("early hints", "", "HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n"),
    ("processing", "HTTP/1.1 102 Processing\r\n\r\n", "HTTP/1.1 102 Processing\r\nx: y\r\n\r\n"),
    ("the size of a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "0000000000000000"),
    ("blanks behind a size", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1", "                "),
];

const FAST: &[Case] = &[
    ("empty lines", "", "\r\n"),
    ("a status line", "HTTP/1.1 200 ", "OK "),
    ("a header", "HTTP/1.1 200 OK\r\nx: ", "yyyyyyyyyyyyyyyy"),
    ("the name of a header", "HTTP/1.1 200 OK\r\n", "xxxxxxxxxxxxxxxx"),
    ("headers", "HTTP/1.1 200 OK\r\n", "x: y\r\n"),
    ("an extension", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;", "xxxxxxxxxxxxxxxx"),
    ("extensions", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1;a=b;c=d\r\n \r\n"),
    ("trailers", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n", "x: y\r\n"),
    ("chunks of blanks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\n \r\n"),
    ("a body", "HTTP/1.1 200 OK\r\n\r\n{", "                "),
    (
        "a body of a length",
        "HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551615\r\n\r\n{",
        "                ",
    ),
    ("an error", "HTTP/1.1 503 X\r\n\r\n{\"Code\":\"", "xxxxxxxxxxxxxxxx"),
    ("a redirect", "HTTP/1.1 302 Found\r\nlocation: /\r\n\r\n", "xxxxxxxxxxxxxxxx"),
];

/// A server that sends as fast as it can, or a byte now and then. `open` is how many connections it still writes to.
fn endless(start: &'static str, rest: &'static str, pause: Duration, open: Arc<AtomicUsize>) -> RawServer {
    let repetitions = if pause.is_zero() { 4096 } else { 1 };
    let rest = rest.repeat(repetitions);
    RawServer::start(move |_, _, connection| {
        open.fetch_add(1, Ordering::SeqCst);
        let mut sent = connection.write_all(start.as_bytes());
        while sent.is_ok() {
            std::thread::sleep(pause);
            sent = connection.write_all(rest.as_bytes());
        }
        open.fetch_sub(1, Ordering::SeqCst);
    })
}

fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

/// Each with a runtime of one thread, where whoever does not let go of it stops all clocks.
async fn ends(limit: &str, set: fn(ClientBuilder) -> ClientBuilder, kind: ErrorKind) {
    let before = resident_memory();
    for (pause, cases) in [(Duration::ZERO, FAST), (Duration::from_millis(1), &[SLOW, FAST].concat())] {
        for (what, start, rest) in cases {
            let open = Arc::new(AtomicUsize::new(0));
            let server = endless(start, rest, pause, open.clone());
            let builder = server.client_builder().retry(RetryPolicy::none()).max_response_bytes(1 << 20);
            let client = set(builder).build().unwrap();
            let ended = tokio::time::timeout(Duration::from_secs(20), client.create_backup("rm-1")).await;
            let error = ended.unwrap_or_else(|_| panic!("{limit}: {what} outran it")).unwrap_err();
            // What is too large, or not HTTP, may be seen before the time is over.
            let is_seen = matches!(error.kind(), ErrorKind::Response | ErrorKind::Interrupted);
            assert!(error.kind() == kind || is_seen, "{limit}: {what}: {error}");
            assert!(error.may_have_been_executed(), "{limit}: {what}: {error}");
            for _ in 0..500 {
                if open.load(Ordering::SeqCst) == 0 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            assert_eq!(open.load(Ordering::SeqCst), 0, "{limit}: {what}: the connection is left open");
        }
    }
    if let (Some(before), Some(after)) = (before, resident_memory()) {
        assert!(after < before + (64 << 20), "{limit}: {before} bytes of memory before, {after} after");
    }
}

const SHORT: Duration = Duration::from_millis(50);

#[tokio::test]
async fn the_timeout_of_a_call_ends_what_never_ends() {
    ends("call", |builder| builder.call_timeout(SHORT), ErrorKind::CallTimeout).await;
}

#[tokio::test]
async fn the_timeout_of_an_attempt_ends_what_never_ends() {
    ends("attempt", |builder| builder.attempt_timeout(SHORT), ErrorKind::AttemptTimeout).await;
}

#[tokio::test]
async fn the_timeout_of_a_call_ends_a_source_of_credentials_that_never_ends() {
    for (what, start, rest) in FAST {
        let server = endless(start, rest, Duration::ZERO, Arc::default());
        let builder = server.client_builder().credentials(CredentialsUri::new(&server.endpoint));
        let client = builder.call_timeout(SHORT).build().unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(20), client.create_backup("rm-1")).await;
        let error = ended.unwrap_or_else(|_| panic!("{what} outran it")).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::CallTimeout | ErrorKind::Credentials), "{what}: {error}");
        assert!(!error.may_have_been_executed(), "{what}: {error}");
    }
}
