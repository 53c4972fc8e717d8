//! What a client may take of the server: connections, time, and bytes.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use rds_api::Error;
use rds_api_testing::http_server::Limits;

use super::*;

/// A test that waits for as long as this has failed.
const PATIENCE: Duration = Duration::from_secs(20);

const LIMITS: Limits = Limits {
    connections: 4,
    head: Duration::from_millis(200),
    body: Duration::from_millis(200),
    body_bytes: 100_000,
};

fn limited(limits: Limits) -> FakeService {
    FakeService::builder().limits(limits).start().unwrap()
}

fn connect(service: &FakeService) -> TcpStream {
    let stream = TcpStream::connect(service.endpoint().strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// What comes until the server closes the connection.
fn rest(mut stream: TcpStream) -> String {
    let mut received = Vec::new();
    // Where bytes were not read, the end is a reset.
    match stream.read_to_end(&mut received) {
        Err(error) if error.kind() != std::io::ErrorKind::ConnectionReset => {
            panic!("it is still open: {error}")
        }
        _ => String::from_utf8(received).unwrap(),
    }
}

/// Parts of requests, after which nothing comes.
const PARTS: [&str; 8] = [
    "",
    "\r\n",
    "P",
    "POST / HTTP/1.1\r\nhost: 127.0.0.1",
    "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: y\r\n",
    "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 10\r\n\r\n12",
    "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12",
    "GET /testing/requests HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
];

#[test]
fn a_connection_on_which_nothing_more_comes_is_closed() {
    let service = limited(LIMITS);
    for part in PARTS {
        let mut stream = connect(&service);
        stream.write_all(part.as_bytes()).unwrap();
        let received = rest(stream);
        assert_eq!(received.contains("200 OK"), part.starts_with("GET"), "{part:?}: {received}");
    }
}

#[test]
fn a_request_that_comes_byte_by_byte_is_no_reason_to_wait() {
    let service = limited(LIMITS);
    let head = "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000000\r\n\r\n";
    for at_once in [0, head.len()] {
        let mut stream = connect(&service);
        stream.write_all(&head.as_bytes()[..at_once]).unwrap();
        let mut writer = stream.try_clone().unwrap();
        let bytes = format!("{}{}", &head[at_once..], "x".repeat(10_000));
        let trickle = std::thread::spawn(move || {
            // Until the connection is closed.
            bytes
                .bytes()
                .take_while(|byte| {
                    std::thread::sleep(Duration::from_millis(10));
                    writer.write_all(&[*byte]).is_ok()
                })
                .count()
        });
        rest(stream);
        assert!(trickle.join().unwrap() < 2_000);
    }
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_and_take_nothing_from_those_that_call() {
    let service = limited(LIMITS);
    let streams: Vec<TcpStream> = (0..40)
        .map(|index| {
            let mut stream = connect(&service);
            let _ = stream.write_all(PARTS[index % PARTS.len()].as_bytes());
            stream
        })
        .collect();
    let client = service.client().unwrap();
    for _ in 0..5 {
        assert!(service.open_connections() <= LIMITS.connections, "{}", service.open_connections());
        client.describe_regions().await.unwrap();
    }
    drop(streams);
}

/// A request with a body of so many bytes, all of which are sent before anything is read.
fn send(service: &FakeService, length: usize, is_chunked: bool, more: &str) -> String {
    let mut stream = connect(service);
    let form = |length: usize| "x".repeat(length);
    let mut request =
        "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                       connection: close\r\n"
            .to_owned()
            + more;
    if is_chunked {
        request += "transfer-encoding: chunked\r\n\r\n";
        for _ in 0..length / 1_000 {
            request += &format!("3e8\r\n{}\r\n", form(1_000));
        }
        request += &format!("{:x}\r\n{}\r\n0\r\n\r\n", length % 1_000 + 1, form(length % 1_000 + 1));
    } else {
        request += &format!("content-length: {length}\r\n\r\n");
        if more.is_empty() {
            request += &form(length);
        }
    }
    stream.write_all(request.as_bytes()).unwrap();
    rest(stream)
}

#[test]
fn a_body_that_is_too_large_is_refused_in_words() {
    let limits = Limits { body: PATIENCE, head: PATIENCE, ..LIMITS };
    let service = limited(limits);
    let limit = limits.body_bytes;
    for is_chunked in [false, true] {
        for (length, expected) in [
            (10, "400 Bad Request"),
            (limit - 1, "400 Bad Request"),
            (limit + 1, "413 Payload Too Large"),
            (2 * limit, "413 Payload Too Large"),
            (4 * limit - 1_000, "413 Payload Too Large"),
        ] {
            let response = send(&service, length, is_chunked, "");
            assert!(
                response.starts_with(&format!("HTTP/1.1 {expected}")),
                "{length} {is_chunked}: {response}"
            );
            assert_eq!(response.contains("<Code>RequestEntityTooLarge</Code>"), expected.starts_with("413"));
        }
    }
    // Asked first, the service says so before anything is sent.
    let response = send(&service, 2 * limit, false, "expect: 100-continue\r\n");
    assert!(response.starts_with("HTTP/1.1 413"), "{response}");
    assert!(service.all_requests().is_empty());
}

#[tokio::test]
async fn the_client_is_told_that_its_request_is_too_large() {
    let service = limited(Limits { body: PATIENCE, head: PATIENCE, ..LIMITS });
    let client = service.client().unwrap();
    let text = "x".repeat(2 * LIMITS.body_bytes);
    let error: Error = client.describe_regions().with_parameter("A", text).await.unwrap_err();
    assert_eq!(error.code(), Some("RequestEntityTooLarge"), "{error}");
    assert_eq!(
        (error.http_status(), error.attempts(), error.may_have_been_executed()),
        (Some(413), 1, false)
    );
}
