//! What the client makes of each fault, as a table: the kind of the error, how often it tried, whether it says
//! that the call may have been executed. Each fault meets a read, a write with an idempotency token, and a write
//! that must not be repeated unless it was certainly not executed.
#![cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

mod raw_server;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use raw_server::{RawServer, client_builder, close, response, send};
use rds_api::ErrorKind::{
    AttemptTimeout, Connect, ConnectTimeout, Decode, Interrupted, ReadTimeout, Response, Service, Throttled,
};
use rds_api::{Client, ClientBuilder, Error, ErrorKind};
use tokio::task::JoinSet;

/// Sent along with every call, and never to be seen.
const PASSWORD: &str = "c0rrect-\"horse\"";

/// A fault, and what is to become of it.
struct Row {
    fault: &'static str,
    target: fn() -> Target,
    kind: ErrorKind,
    /// Attempts of a read, of a write with an idempotency token, and of another write.
    attempts: [u32; 3],
    may_have_been_executed: bool,
    says: &'static str,
}

/// Where the calls go.
struct Target {
    endpoint: String,
    server: Option<RawServer>,
    settings: fn(ClientBuilder) -> ClientBuilder,
}

/// What the service alone has in the head of a response.
const SIGNED: &str = "x-acs-request-id: R-1\r\n";

const EVERY: [u32; 3] = [3, 3, 3];
const SAFE: [u32; 3] = [3, 3, 1];
const ONCE: [u32; 3] = [1, 1, 1];

#[rustfmt::skip]
const TABLE: &[Row] = &[
    // No connection: nothing was sent, so every call is tried again.
    Row { fault: "connection refused", target: refused, kind: Connect, attempts: EVERY, may_have_been_executed: false, says: "no connection: " },
    Row { fault: "no such host", target: || at("http://no-such-host.invalid"), kind: Connect, attempts: EVERY, may_have_been_executed: false, says: "no connection: " },
    Row { fault: "TLS to a plain port", target: plain_port, kind: Connect, attempts: EVERY, may_have_been_executed: false, says: "no connection: " },
    Row { fault: "TLS to a silent port", target: silent_behind_tls, kind: ConnectTimeout, attempts: EVERY, may_have_been_executed: false, says: "within the connect timeout" },

    // The exchange breaks off: what is safe is tried again.
    Row { fault: "reset before the request is read", target: || accepting(|it| drop(it.peek(&mut [0]))), kind: Interrupted, attempts: SAFE, may_have_been_executed: true, says: "broke off" },
    Row { fault: "reset after the request", target: || start(|it| close(it)), kind: Interrupted, attempts: SAFE, may_have_been_executed: true, says: "broke off" },
    Row { fault: "reset in the middle of the body", target: || then_close("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"Req"), kind: Interrupted, attempts: SAFE, may_have_been_executed: true, says: "broke off" },
    Row { fault: "body shorter than announced", target: || then_close("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"RequestId\":\"1\"}"), kind: Interrupted, attempts: SAFE, may_have_been_executed: true, says: "broke off" },

    // Time runs out.
    Row { fault: "a server that never responses", target: silent, kind: ReadTimeout, attempts: SAFE, may_have_been_executed: true, says: "within the read timeout" },
    Row { fault: "a body that stops", target: a_body_that_stops, kind: ReadTimeout, attempts: SAFE, may_have_been_executed: true, says: "within the read timeout" },
    Row { fault: "slow drip", target: slow_drip, kind: AttemptTimeout, attempts: SAFE, may_have_been_executed: true, says: "the attempt took longer" },

    // Something else responds.
    Row { fault: "500 with HTML", target: || html("500 Internal Server Error"), kind: Response, attempts: SAFE, may_have_been_executed: true, says: "the body begins: <html>" },
    Row { fault: "502 with HTML", target: || html("502 Bad Gateway"), kind: Response, attempts: SAFE, may_have_been_executed: true, says: "HTTP status 502" },
    Row { fault: "503 with HTML", target: || html("503 Service Unavailable"), kind: Response, attempts: SAFE, may_have_been_executed: true, says: "HTTP status 503" },
    Row { fault: "504 with HTML", target: || html("504 Gateway Timeout"), kind: Response, attempts: SAFE, may_have_been_executed: true, says: "HTTP status 504" },
    Row { fault: "500 with broken JSON", target: || responding("500 Oops", "", "{\"a\":"), kind: Response, attempts: SAFE, may_have_been_executed: true, says: "the body begins: {\"a\":" },
    Row { fault: "503 without a body", target: || responding("503 Busy", "", ""), kind: Response, attempts: SAFE, may_have_been_executed: true, says: "the body is empty" },
    Row { fault: "408 with HTML", target: || html("408 Request Timeout"), kind: Response, attempts: SAFE, may_have_been_executed: true, says: "HTTP status 408" },
    Row { fault: "408 with a code", target: || refusing("408 Request Timeout", "", "RequestTimeout"), kind: Service, attempts: SAFE, may_have_been_executed: true, says: "RequestTimeout (408)" },
    Row { fault: "408 with a hint", target: || refusing("408 Request Timeout", "retry-after: 0\r\nx-acs-retry-after: 1\r\n", "Late"), kind: Service, attempts: SAFE, may_have_been_executed: true, says: "asks for a pause of 0.001 s" },
    Row { fault: "403 of a proxy", target: || html("403 Forbidden"), kind: Response, attempts: ONCE, may_have_been_executed: false, says: "the response is not the service's" },
    Row { fault: "301 to elsewhere", target: || responding("301 Moved", "location: https://elsewhere.example/?Signature=x\r\n", ""), kind: Response, attempts: ONCE, may_have_been_executed: false, says: "a redirect to elsewhere.example, which is not followed" },
    Row { fault: "429 with a hint", target: || responding("429 Slow Down", "x-acs-retry-after: 20\r\n", "slow down"), kind: Throttled, attempts: EVERY, may_have_been_executed: false, says: "refused for its rate; the body begins: slow down" },
    Row { fault: "429 without a hint", target: || html("429 Slow Down"), kind: Throttled, attempts: EVERY, may_have_been_executed: false, says: "refused for its rate" },
    Row { fault: "429 with a code that nobody knows", target: || refusing("429 Slow Down", "", "Slow.Down"), kind: Throttled, attempts: EVERY, may_have_been_executed: false, says: "Slow.Down (429)" },
    Row { fault: "429 with a code of something else", target: || refusing("429 Slow Down", "", "OperationDenied.DBInstanceStatus"), kind: Throttled, attempts: EVERY, may_have_been_executed: false, says: "OperationDenied.DBInstanceStatus (429)" },
    Row { fault: "a hint with a code of something else", target: || refusing("400 No", "x-ratelimit-user-api: Limit:1,Remain:0,TimeLeft:5,Reset:1\r\nretry-after: 1\r\n", "OperationDenied.DBInstanceStatus"), kind: Service, attempts: ONCE, may_have_been_executed: false, says: "asks for a pause of 0.005 s" },
    Row { fault: "a failure in the middle of the work", target: || refusing("400 No", "", "SqlExcutionFailed"), kind: Service, attempts: ONCE, may_have_been_executed: true, says: "SqlExcutionFailed (400)" },
    Row { fault: "no HTTP", target: || then_close("SSH-2.0-OpenSSH_9.6\r\n"), kind: Response, attempts: ONCE, may_have_been_executed: true, says: "the response is not HTTP" },
    Row { fault: "a head without end", target: endless_head, kind: Response, attempts: ONCE, may_have_been_executed: true, says: "the response is not HTTP" },
    Row { fault: "no TLS to a TLS port", target: tls_port, kind: Response, attempts: ONCE, may_have_been_executed: true, says: "the response is not HTTP" },
    Row { fault: "100 MB announced", target: || then_close("HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n{"), kind: Response, attempts: ONCE, may_have_been_executed: true, says: "larger than the limit of 67108864 bytes" },
    Row { fault: "100 MB without a word", target: hundred_megabytes, kind: Response, attempts: ONCE, may_have_been_executed: true, says: "larger than the limit of 1000000 bytes" },

    // The status says success, and the body does not: recognition.rs has many more.
    Row { fault: "an empty success", target: || responding("200 OK", "", ""), kind: Response, attempts: ONCE, may_have_been_executed: true, says: "it has no request id; the body is empty" },
    Row { fault: "the page of a hotel", target: || html("200 OK"), kind: Response, attempts: ONCE, may_have_been_executed: true, says: "it is HTML; the body begins: <html>" },
    Row { fault: "a list for an object", target: || responding("200 OK", SIGNED, "[1, 2]"), kind: Response, attempts: ONCE, may_have_been_executed: true, says: "it is JSON, but no object" },
    Row { fault: "deep nesting without a request id", target: || responding("200 OK", "", "{\"RequestId\":".repeat(100_000)), kind: Response, attempts: ONCE, may_have_been_executed: true, says: "it has no request id" },
    Row { fault: "a refusal with 200", target: || responding("200 OK", "", r#"{"Code":"IncorrectState","Message":"m","HostId":"h"}"#), kind: Service, attempts: ONCE, may_have_been_executed: true, says: "IncorrectState (200): m" },

    // The service has done as asked, and nobody can read its response.
    Row { fault: "half of the JSON", target: || responding("200 OK", "", "{\"RequestId\":\"1\","), kind: Decode, attempts: ONCE, may_have_been_executed: true, says: "EOF while parsing" },
    Row { fault: "half of the XML", target: || responding("200 OK", "", "<R><RequestId>1</RequestId><Items>"), kind: Decode, attempts: ONCE, may_have_been_executed: true, says: "cannot be decoded" },
    Row { fault: "deep nesting of lists", target: || responding("200 OK", SIGNED, format!("{{\"RequestId\":{}", "[".repeat(100_000))), kind: Decode, attempts: ONCE, may_have_been_executed: true, says: "recursion limit" },
    Row { fault: "deep nesting of objects", target: || responding("200 OK", SIGNED, "{\"RequestId\":".repeat(100_000)), kind: Decode, attempts: ONCE, may_have_been_executed: true, says: "recursion limit" },
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_fault_is_the_error_that_the_table_says() {
    let mut rows = JoinSet::new();
    for row in TABLE {
        rows.spawn(check(row));
    }
    while let Some(finished) = rows.join_next().await {
        finished.unwrap();
    }
}

async fn check(row: &Row) {
    for (call, attempts) in row.attempts.into_iter().enumerate() {
        let target = (row.target)();
        let client = target.client();
        let error = match call {
            0 => client.describe_backup_tasks("rm-1").with_parameter("Password", PASSWORD).await.unwrap_err(),
            1 => client.restart_db_instance("rm-1").with_parameter("Password", PASSWORD).await.unwrap_err(),
            _ => client.create_account("rm-1", "app", PASSWORD).await.unwrap_err(),
        };
        let at = format!("{}, call {call}: {error}", row.fault);
        assert_eq!(error.kind(), row.kind, "{at}");
        assert_eq!(error.attempts(), attempts, "{at}");
        assert_eq!(error.may_have_been_executed(), row.may_have_been_executed, "{at}");
        assert!(error.to_string().contains(row.says), "{at}");
        assert_shows_no_secret(&error);

        let requests = target.server.map(|server| server.requests()).unwrap_or_default();
        assert!(requests.len() <= attempts as usize, "{} requests: {at}", requests.len());
        if call == 2 && error.may_have_been_executed() {
            assert!(requests.len() <= 1, "sent twice: {at}");
        }
        assert_all_alike_but_nonces(&requests, &at);
    }
}

/// One line that names operation and host, and nowhere a secret.
fn assert_shows_no_secret(error: &Error) {
    let mut shown = format!("{error}");
    assert!(!shown.contains('\n') && shown.contains(error.operation().unwrap()), "{shown}");
    assert!(shown.contains(error.endpoint().unwrap()), "{shown}");
    shown += &format!("{error:?} {error:#?} {:?}", error.service_error());
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(next) = cause {
        shown += &format!("{next} {next:?}");
        cause = next.source();
    }
    for secret in ["c0rrect", "horse", "s3cr3t-key", "Signature=", "ACS3-HMAC"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// Attempts of a call differ in nonce and signature, and in nothing else that the service acts on.
fn assert_all_alike_but_nonces(requests: &[String], at: &str) {
    let line = |request: &str, start: &str| {
        request.lines().find(|line| line.starts_with(start)).unwrap_or_default().to_owned()
    };
    for pair in requests.windows(2) {
        assert_eq!(line(&pair[0], "POST "), line(&pair[1], "POST "), "{at}");
        assert_ne!(line(&pair[0], "x-acs-signature-nonce"), line(&pair[1], "x-acs-signature-nonce"), "{at}");
        assert_ne!(line(&pair[0], "authorization"), line(&pair[1], "authorization"), "{at}");
    }
}

impl Target {
    fn of(server: RawServer) -> Self {
        Self { endpoint: server.endpoint.clone(), server: Some(server), settings: |builder| builder }
    }

    fn client(&self) -> Client {
        (self.settings)(client_builder(&self.endpoint)).build().unwrap()
    }
}

fn at(endpoint: &str) -> Target {
    Target { endpoint: endpoint.to_owned(), server: None, settings: |builder| builder }
}

fn refused() -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    at(&format!("http://{}", listener.local_addr().unwrap()))
}

fn accepting(serve: fn(TcpStream)) -> Target {
    Target::of(RawServer::accepting(serve))
}

fn start(serve: fn(&mut TcpStream)) -> Target {
    Target::of(RawServer::start(move |_, _, connection| serve(connection)))
}

fn silent() -> Target {
    Target { settings: |builder| builder.read_timeout(Duration::from_millis(80)), ..start(|_| {}) }
}

fn a_body_that_stops() -> Target {
    let target = start(|connection| send(connection, b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"));
    Target { settings: |builder| builder.read_timeout(Duration::from_millis(80)), ..target }
}

fn silent_behind_tls() -> Target {
    let target = over_tls(start(|_| {}));
    Target { settings: |builder| builder.connect_timeout(Duration::from_millis(80)), ..target }
}

fn responding(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Target {
    Target::of(RawServer::responding(status, headers, body))
}

/// The service refuses with a code.
fn refusing(status: &str, headers: &str, code: &str) -> Target {
    responding(status, headers, format!(r#"{{"Code":"{code}","Message":"m","RequestId":"R"}}"#))
}

/// A page that repeats what was asked, as some gateways do.
fn html(status: &str) -> Target {
    let page = format!("<html>POST /?AccountPassword={PASSWORD}&amp;AccountName=app</p>\n</html>");
    responding(status, "content-type: text/html\r\n", page)
}

fn then_close(text: &'static str) -> Target {
    Target::of(RawServer::start(move |_, _, connection| {
        send(connection, text.as_bytes());
        close(connection);
    }))
}

fn over_tls(plain: Target) -> Target {
    Target { endpoint: plain.endpoint.replace("http://", "https://"), ..plain }
}

/// A server that does not understand TLS, and says so.
fn plain_port() -> Target {
    over_tls(accepting(|mut connection| {
        let _ = connection.read(&mut [0; 4096]);
        send(&mut connection, &response("400 Bad Request", "", "<html>"));
    }))
}

fn tls_port() -> Target {
    let server = raw_server::tls::Authority::new().server(Vec::new());
    Target { endpoint: server.endpoint.replace("https://", "http://"), ..Target::of(server) }
}

fn slow_drip() -> Target {
    let target = start(|connection| {
        send(connection, b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        while connection.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    Target { settings: |builder| builder.attempt_timeout(Duration::from_millis(80)), ..target }
}

fn endless_head() -> Target {
    start(|connection| {
        send(connection, b"HTTP/1.1 200 OK\r\n");
        while connection.write_all(b"x-more: and more of it\r\n").is_ok() {}
    })
}

fn hundred_megabytes() -> Target {
    let target = start(|connection| {
        send(connection, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        let chunk = response_chunk();
        for _ in 0..100 {
            if connection.write_all(&chunk).is_err() {
                return;
            }
        }
        send(connection, b"0\r\n\r\n");
    });
    Target { settings: |builder| builder.max_response_bytes(1_000_000), ..target }
}

/// A megabyte, as a chunk.
fn response_chunk() -> Vec<u8> {
    [b"100000\r\n".as_slice(), &[b' '; 1 << 20], b"\r\n"].concat()
}

#[tokio::test]
async fn a_connection_that_ends_before_the_request_begins_leaves_no_doubt_about_it() {
    // Whether the request began to be sent is a race, so what is said must fit what is done.
    let target = accepting(|connection| close(&connection));
    for _ in 0..20 {
        let error = target.client().create_backup("rm-1").await.unwrap_err();
        match error.kind() {
            Connect => assert_eq!((error.may_have_been_executed(), error.attempts()), (false, 3), "{error}"),
            kind => assert_eq!((kind, error.may_have_been_executed()), (Interrupted, true), "{error}"),
        }
    }
}

#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_is_not_used() {
    let server = RawServer::start(|_, _, connection| {
        send(connection, &response("200 OK", "", r#"{"BackupJobId":"7","RequestId":"R"}"#));
        close(connection);
    });
    let client = server.client();
    for _ in 0..5 {
        let response = client.create_backup("rm-1").send_full().await.unwrap();
        assert_eq!(response.attempts, 1);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn hints_are_waited_for_and_given_on() {
    for (header, hint) in [
        ("x-acs-retry-after: 30", 30),
        ("x-ratelimit-user-api: Limit:1,Remain:0,TimeLeft:30,Reset:1234", 30),
        ("X-RateLimit-User: Limit:1, Remain:0, TimeLeft:30, Reset:1234", 30),
        ("x-acs-retry-after: 30\r\nretry-after: 7", 30),
    ] {
        let body = r#"{"Code":"Throttling.User","Message":"Request was denied.","RequestId":"R-1"}"#;
        let server = RawServer::responding("400 Bad Request", &format!("{header}\r\n"), body);
        let started = Instant::now();
        let error = server.client().create_backup("rm-1").await.unwrap_err();
        assert!(started.elapsed() >= Duration::from_millis(60), "two pauses: {header}");
        assert_eq!(
            (error.retry_after(), error.attempts()),
            (Some(Duration::from_millis(hint)), 3),
            "{header}"
        );
        assert!(error.is_throttled() && error.is_retryable() && !error.may_have_been_executed(), "{error}");
    }
    for (header, hint, says) in [
        // Longer than the call may take: the caller decides, and is told.
        ("x-acs-retry-after: 3600000", 3600, "3600 s"),
        ("x-acs-retry-after: 18446744073709551615", 18_446_744_073_709_551, "18446744073709551.615 s"),
        ("x-acs-retry-after: 99999999999999999999999", 18_446_744_073_709_551, "18446744073709551.615 s"),
        ("retry-after: 500", 500, "500 s"),
        ("retry-after: 99999999999999999999999", u64::MAX, "18446744073709551615 s"),
        ("date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 10:49:37 GMT", 7200, "7200 s"),
        (
            "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sunday, 06-Nov-94 10:49:37 GMT",
            7200,
            "7200 s",
        ),
        ("date: Sun Nov  6 08:49:37 1994\r\nretry-after: Sun Nov  6 10:49:37 1994", 7200, "7200 s"),
    ] {
        let server = RawServer::responding("429 Slow Down", &format!("{header}\r\n"), "");
        let error = server.client().create_backup("rm-1").await.unwrap_err();
        assert_eq!(
            (error.retry_after().map(|it| it.as_secs()), error.attempts()),
            (Some(hint), 1),
            "{header}"
        );
        assert!(error.to_string().contains(&format!("the service asks for a pause of {says}")), "{error}");
    }
    for header in [
        "x-acs-retry-after: soon",
        "x-ratelimit-user: Limit:1,Remain:3,TimeLeft:2000",
        "retry-after: Fri, 31 Dec 1999 23:59:59 GMT",
    ] {
        let server = RawServer::responding("429 Slow Down", &format!("{header}\r\n"), "");
        let error = server.client().create_backup("rm-1").await.unwrap_err();
        assert_eq!((error.retry_after(), error.attempts()), (None, 3), "{header}");
    }
}

#[tokio::test]
async fn the_content_type_does_not_matter() {
    for content_type in
        ["text/html", "application/octet-stream", "application/json; charset=latin1", "nonsense"]
    {
        let header = format!("content-type: {content_type}\r\n");
        let server = RawServer::responding("200 OK", &header, r#"{"BackupJobId":"7","RequestId":"R"}"#);
        let job = server.client().create_backup("rm-1").await.unwrap();
        assert_eq!(job.backup_job_id.as_deref(), Some("7"), "{content_type}");
        let server =
            RawServer::responding("404 Not Found", &header, r#"{"Code":"InvalidDBInstanceId.NotFound"}"#);
        assert!(server.client().create_backup("rm-1").await.unwrap_err().is_not_found(), "{content_type}");
    }
}

#[tokio::test]
async fn deep_nesting_in_xml_and_in_errors_ends_no_program() {
    for (status, headers, kind) in
        [("200 OK", SIGNED, Decode), ("200 OK", "", Response), ("400 Bad Request", SIGNED, Response)]
    {
        for body in [
            "<DescribeBackupTasksResponse>".repeat(50_000),
            format!("<DescribeBackupTasksResponse><Items>{}", "<BackupJob>".repeat(50_000)),
            format!("<DescribeBackupTasksResponse><RequestId>{}", "<a>".repeat(50_000)),
            format!("{{\"Code\":{}", "[".repeat(50_000)),
        ] {
            let server = RawServer::responding(status, headers, &body);
            let error = server.client().describe_backup_tasks("rm-1").await.unwrap_err();
            assert_eq!(error.kind(), kind, "{status}: {error}");
            assert!(error.to_string().len() < 1000, "{error}");
        }
        for body in ["<a>".repeat(50_000), format!("<Error><Code>{}", "<a>".repeat(50_000))] {
            let server = RawServer::responding(status, headers, &body);
            let error = server.client().describe_backup_tasks("rm-1").await.unwrap_err();
            assert_eq!(error.kind(), Response, "{status}: {error}");
        }
    }
}

#[tokio::test]
async fn an_error_is_understood_in_every_form() {
    let json = r#"{"RequestId":"R-1","HostId":"h","Code":"InvalidDBInstanceId.NotFound","Message":"It is not there.","Recommend":"https://x"}"#;
    let xml = "<?xml version='1.0'?><Error><RequestId>R-1</RequestId><Code>InvalidDBInstanceId.NotFound</Code>\
               <Message>It is not there.</Message><Recommend><![CDATA[https://x]]></Recommend><New><Deep/></New></Error>";
    let lower = r#"{"requestId":"R-1","code":"InvalidDBInstanceId.NotFound","message":"It is not there.","recommend":"https://x"}"#;
    let cut = &json[..json.len() - 1];
    for body in [json, xml, lower, cut] {
        let server = RawServer::responding("404 Not Found", "", body);
        let error = server.client().describe_backup_tasks("rm-1").await.unwrap_err();
        assert_eq!(error.kind(), Service);
        assert_eq!((error.code(), error.http_status()), (Some("InvalidDBInstanceId.NotFound"), Some(404)));
        assert_eq!((error.request_id(), error.recommendation()), (Some("R-1"), Some("https://x")));
        assert!(error.is_not_found() && !error.is_retryable() && !error.may_have_been_executed());
        assert_eq!(server.requests().len(), 1);
        let expected = format!(
            "DescribeBackupTasks on {}: InvalidDBInstanceId.NotFound (404): It is not there. (request id R-1)",
            server.host()
        );
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn what_has_no_code_still_has_a_request_id() {
    let server =
        RawServer::responding("502 Bad Gateway", "x-acs-request-id: R-2\r\n", "<html>upstream</html>");
    let error = server.client().describe_backup_tasks("rm-1").await.unwrap_err();
    assert_eq!((error.request_id(), error.http_status(), error.code()), (Some("R-2"), Some(502), None));
}

#[tokio::test]
async fn a_message_is_shown_on_one_line_whatever_is_in_it() {
    let message = format!("first\\nsecond\\u001b[31m {}", "long ".repeat(10_000));
    let server = RawServer::responding(
        "400 Bad Request",
        "",
        format!(r#"{{"Code":"InvalidParameter","Message":"{message}"}}"#),
    );
    let error = server.client().describe_backup_tasks("rm-1").await.unwrap_err();
    let shown = error.to_string();
    assert!(shown.contains("first second [31m long") && shown.len() < 800, "{shown}");
    assert!(error.service_message().unwrap().starts_with("first\nsecond"), "as it came");
}

#[tokio::test]
async fn a_failure_to_decode_shows_its_place_and_hides_what_is_sensitive_in_the_response() {
    let backup = r#"{"BackupId":"1","BackupDownloadURL":"https://secret-link","BackupSize":12}"#;
    let body = format!(
        "{{\"Items\":{{\"Backup\":[{backup},{backup},\n{{\"BackupId\":\"2\",\"BackupSize\":[\"x\"],\"BackupIntranetDownloadURL\":\"https://secret"
    );
    let server = RawServer::responding("200 OK", "x-acs-request-id: R-3\r\n", body);
    let error = server.client().describe_backups("rm-1").await.unwrap_err();
    let shown = error.to_string();
    assert!(shown.contains("at `Items.Backup[2].BackupSize`: invalid type: sequence"), "{shown}");
    assert!(
        shown.contains(r#""BackupDownloadURL":"****","BackupSize":12}, {"BackupId":"2","BackupSize":["x"#),
        "{shown}"
    );
    assert!(!shown.contains("secret") && shown.contains("request id R-3"), "{shown}");

    // The value that does not fit may be the secret itself, and of any length.
    let object =
        format!(r#"{{"Items":[{{"BackupDownloadURL":"s","BackupSize":"secret{}"}}]}}"#, "x".repeat(1 << 20));
    let server = RawServer::responding("200 OK", SIGNED, object);
    let shown = server.client().describe_backups("rm-1").await.unwrap_err().to_string();
    assert!(shown.contains("invalid value: string \"secretxxx") && shown.len() < 700, "{shown}");
}

#[test]
fn plain_http_must_be_asked_for() {
    let builder =
        Client::builder().endpoint("http://127.0.0.1:1").credentials(rds_api::Credentials::new("a", "b"));
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    assert!(error.to_string().contains("allow_plain_http()"), "{error}");
}

/// Faults of the embedded service, each once. Its journal tells what was done, whatever became of the response.
#[tokio::test]
async fn whatever_goes_wrong_once_nothing_is_done_twice() {
    use rds_api::RetryPolicy;
    use rds_api::signature::SignatureVersion;
    use rds_api_testing::{FakeService, Fault, Refusal};

    let internal = Refusal::internal_error;
    for (fault, other_write) in [
        (Fault::ResetBeforeExecution, Err((Interrupted, 0))),
        (Fault::ResetAfterExecution, Err((Interrupted, 1))),
        (Fault::TruncatedBody, Err((Interrupted, 1))),
        (Fault::Refuse(internal()), Err((Service, 0))),
        (Fault::RefuseAfterExecution(internal()), Err((Service, 1))),
        (Fault::Refuse(Refusal::unavailable()), Err((Service, 0))),
        (Fault::Refuse(Refusal::throttled()), Ok(())),
        (Fault::Refuse(Refusal::new(429, "Throttling.Resource", "Slow down.")), Ok(())),
        (Fault::Refuse(Refusal::new(400, "Rejected.Throttling", "Slow down.")), Ok(())),
        (Fault::Refuse(Refusal::new(429, "SomeCode", "Later.")), Ok(())),
        (
            Fault::Refuse(Refusal::new(429, "SomeCode", "Later.").retry_after(Duration::from_millis(1))),
            Ok(()),
        ),
        (Fault::Refuse(Refusal::new(408, "SomeCode", "Late.")), Err((ErrorKind::Service, 0))),
        (Fault::RefuseAfterExecution(Refusal::new(408, "SomeCode", "Late.")), Err((ErrorKind::Service, 1))),
        (Fault::Refuse(Refusal::expired_token()), Ok(())),
        (Fault::ClockSkew(Duration::from_secs(3600)), Ok(())),
    ] {
        for signature in [SignatureVersion::V1, SignatureVersion::V3] {
            let service = FakeService::start().unwrap();
            let moment = Duration::from_millis(1);
            let retry =
                RetryPolicy::default().initial_backoff(moment).throttled_backoff(moment).max_attempts(2);
            let client = service.client_builder().signature(signature).retry(retry).build().unwrap();
            let strike = || service.inject(fault.clone()).times(1);
            let instance = FakeService::INSTANCE;

            let struck = strike();
            let read = client.describe_backup_tasks(instance).send_full().await.unwrap();
            assert_eq!((read.attempts, struck.count()), (2, 1), "{fault:?}");

            let struck = strike();
            let restarted = client.restart_db_instance(instance).send_full().await.unwrap();
            assert_eq!((restarted.attempts, struck.count(), service.journal().len()), (2, 1, 1), "{fault:?}");
            service.clock().advance(Duration::from_secs(60));
            service.clear_history();

            let struck = strike();
            let backup = client.create_backup(instance).send_full().await;
            assert_eq!(struck.count(), 1);
            match (backup, other_write) {
                (Ok(_), Ok(())) => assert_eq!(service.journal().len(), 1, "{fault:?}"),
                (Err(error), Err((kind, executed))) => {
                    assert_eq!((error.kind(), error.attempts()), (kind, 1), "{fault:?}: {error}");
                    assert!(error.may_have_been_executed(), "{fault:?}: {error}");
                    assert_eq!(service.journal().len(), executed, "{fault:?}");
                }
                (backup, _) => unreachable!("{fault:?}: {backup:?}"),
            }
        }
    }
}
