//! What the client makes of answers and failures that no well-behaved service gives, over real sockets.
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rds_api::{Client, Credentials, Error, ErrorKind, RetryPolicy};

/// A server that gives each connection to `answer` once its request has been read.
struct Server {
    endpoint: String,
    requests: Arc<AtomicUsize>,
}

impl Server {
    fn start(answer: impl Fn(usize, TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let count = requests.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let mut connection = connection.unwrap();
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                    match connection.read(&mut buffer) {
                        Ok(length) if length > 0 => request.extend_from_slice(&buffer[..length]),
                        _ => break,
                    }
                }
                answer(count.fetch_add(1, Ordering::SeqCst), connection);
            }
        });
        Self { endpoint, requests }
    }

    /// A server that gives every request the same answer.
    fn replying(status: &'static str, headers: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        Self::start(move |_, mut connection| reply(&mut connection, status, headers, &body))
    }

    fn client(&self) -> Client {
        let retry = RetryPolicy::default().first_pause(Duration::from_millis(1)).max_attempts(3);
        Client::builder()
            .endpoint(&*self.endpoint)
            .allow_plain_http()
            .no_proxy()
            .credentials(Credentials::new("key-id", "s3cr3t-key"))
            .retry(retry)
            .read_timeout(Duration::from_millis(150))
            .build()
            .unwrap()
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn reply(connection: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let head =
        format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    // The client may have gone away, which is its right.
    let _ = connection.write_all(&[head.as_bytes(), body].concat());
}

/// A read: may be repeated.
async fn read(client: &Client) -> Error {
    client.describe_backup_tasks("rm-1").await.unwrap_err()
}

/// A write without an idempotency token: must not be repeated unless it was certainly not executed.
async fn write(client: &Client) -> Error {
    client.create_backup("rm-1").await.unwrap_err()
}

#[tokio::test]
async fn an_error_is_understood_in_every_form() {
    let json = r#"{"RequestId":"R-1","HostId":"h","Code":"InvalidDBInstanceId.NotFound","Message":"It is not there.","Recommend":"https://x"}"#;
    let xml = "<?xml version='1.0'?><Error><RequestId>R-1</RequestId><Code>InvalidDBInstanceId.NotFound</Code>\
               <Message>It is not there.</Message><Recommend><![CDATA[https://x]]></Recommend><New><Deep/></New></Error>";
    let lower = r#"{"requestId":"R-1","code":"InvalidDBInstanceId.NotFound","message":"It is not there.","recommend":"https://x"}"#;
    for body in [json, xml, lower] {
        let server = Server::replying("404 Not Found", "", body);
        let error = read(&server.client()).await;
        assert_eq!(error.kind(), ErrorKind::Service);
        assert_eq!((error.code(), error.http_status()), (Some("InvalidDBInstanceId.NotFound"), Some(404)));
        assert_eq!((error.request_id(), error.recommendation()), (Some("R-1"), Some("https://x")));
        assert!(error.is_not_found() && !error.is_retryable() && !error.may_have_been_executed());
        assert_eq!(server.requests(), 1);
        let host = server.endpoint.trim_start_matches("http://");
        assert_eq!(
            error.to_string(),
            format!(
                "DescribeBackupTasks on {host}: InvalidDBInstanceId.NotFound (404): It is not there. (request id R-1)"
            )
        );
    }
}

#[tokio::test]
async fn what_is_not_the_services_answer_is_told_with_status_and_excerpt() {
    for (status, body, kind, attempts, says) in [
        (
            "403 Forbidden",
            "<html><body>Blocked by a proxy</body></html>",
            ErrorKind::Response,
            1,
            "Blocked by a proxy",
        ),
        ("502 Bad Gateway", "<html>upstream</html>", ErrorKind::Response, 3, "upstream"),
        ("503 Service Unavailable", "", ErrorKind::Response, 3, "the body is empty"),
        ("500 Oops", "{\"a\":", ErrorKind::Response, 3, "{\"a\":"),
        ("429 Too Many Requests", "slow down", ErrorKind::Throttled, 3, "slow down"),
        ("301 Moved", "", ErrorKind::Response, 1, "redirect to elsewhere.example"),
    ] {
        let headers = "location: https://elsewhere.example/?Signature=x\r\nx-acs-request-id: R-2\r\n";
        let server = Server::replying(status, headers, body);
        let error = read(&server.client()).await;
        assert_eq!((error.kind(), server.requests()), (kind, attempts), "{status}");
        assert_eq!(error.request_id(), Some("R-2"), "{status}");
        assert!(error.to_string().contains(says), "{error}");
        assert!(!error.to_string().contains("Signature"), "{error}");
    }
}

#[tokio::test]
async fn a_write_that_may_have_been_executed_is_never_repeated() {
    // After the request was read: closed, closed in the middle of the body, broken, silent.
    let answers: [fn(usize, TcpStream); 4] = [
        |_, connection| drop(connection),
        |_, mut connection| {
            drop(connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\""))
        },
        |_, mut connection| {
            reply(&mut connection, "500 Oops", "", br#"{"Code":"InternalError","Message":"m"}"#)
        },
        |_, connection| {
            std::thread::sleep(Duration::from_millis(400));
            drop(connection);
        },
    ];
    let kinds = [ErrorKind::Interrupted, ErrorKind::Interrupted, ErrorKind::Service, ErrorKind::ReadTimeout];
    for (answer, kind) in answers.into_iter().zip(kinds) {
        let server = Server::start(answer);
        let error = write(&server.client()).await;
        assert_eq!((error.kind(), error.attempts()), (kind, 1), "{error}");
        assert!(error.may_have_been_executed(), "{error}");
        assert_eq!(server.requests(), 1, "{error}");
    }
}

#[tokio::test]
async fn a_throttled_write_is_repeated_because_it_was_refused() {
    let throttled = br#"{"Code":"Throttling.User","Message":"m"}"#;
    let server = Server::start(move |request, mut connection| match request {
        0 | 1 => reply(&mut connection, "400 Bad Request", "x-acs-retry-after: 5\r\n", throttled),
        _ => reply(&mut connection, "200 OK", "", br#"{"BackupJobId":"7","RequestId":"R"}"#),
    });
    let started = server.client().create_backup("rm-1").send_with_metadata().await.unwrap();
    assert_eq!((started.attempts, started.value.backup_job_id.as_deref()), (3, Some("7")));
}

#[tokio::test]
async fn nothing_is_sent_where_there_is_no_connection() {
    let refused = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let server = Server { endpoint: refused, requests: Arc::default() };
    let error = write(&server.client()).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3));
    assert!(!error.may_have_been_executed() && std::error::Error::source(&error).is_some());
    let server = Server { endpoint: "http://no-such-host.invalid".to_owned(), requests: Arc::default() };
    assert_eq!(write(&server.client()).await.kind(), ErrorKind::Connect);
}

#[tokio::test]
async fn a_success_that_does_not_decode_was_executed_all_the_same() {
    for (body, says) in [
        (&br#"{"Items":{"BackupJob":[{"BackupId":"1"},7]}}"#[..], "at `Items.BackupJob[1]`"),
        (b"\xff\xfe{", "cannot be decoded"),
        (b"[1, 2]", "cannot be decoded"),
        (b"", "cannot be decoded"),
        (b"<html><body>Welcome to the hotel</body>", "cannot be decoded"),
    ] {
        let server = Server::replying("200 OK", "", body);
        let error = read(&server.client()).await;
        assert_eq!((error.kind(), server.requests()), (ErrorKind::Decode, 1), "{error}");
        assert!(error.to_string().contains(says) && error.may_have_been_executed(), "{error}");
    }
    let deep = "[".repeat(100_000);
    let server = Server::replying("200 OK", "", format!("{{\"New\":{deep}"));
    assert_eq!(read(&server.client()).await.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn a_body_without_end_is_cut_off() {
    let server = Server::start(|_, mut connection| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        while connection.write_all(b"400\r\n").and_then(|()| connection.write_all(&[b' '; 1024])).is_ok() {
            if connection.write_all(b"\r\n").is_err() {
                return;
            }
        }
    });
    let client = Client::builder()
        .endpoint(&*server.endpoint)
        .allow_plain_http()
        .no_proxy()
        .credentials(Credentials::new("key-id", "s3cr3t-key"))
        .max_response_bytes(1 << 20)
        .build()
        .unwrap();
    let error = read(&client).await;
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.to_string().contains("larger than the limit of 1048576 bytes"), "{error}");
}

#[tokio::test]
async fn no_secret_is_ever_shown() {
    let echo =
        r#"{"Code":"InvalidAccountPassword","Message":"The password correct-horse of s3cr3t-key is weak."}"#;
    let html = "<html>POST /?AccountPassword=correct-horse</html>";
    for (status, body) in [("400 Bad Request", echo), ("502 Bad Gateway", html), ("200 OK", "correct-horse")]
    {
        let server = Server::replying(status, "", body);
        let client = server.client();
        let call = client.create_account("rm-1", "app", "correct-horse");
        let mut shown = format!("{call:?} {:?} {client:?}", call.request());
        let error = call.await.unwrap_err();
        shown += &format!("{error} {error:?} {:?}", error.service_error());
        let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(&error);
        while let Some(next) = cause {
            shown += &format!("{next} {next:?}");
            cause = next.source();
        }
        assert!(!shown.contains("correct-horse") && !shown.contains("s3cr3t-key"), "{shown}");
    }
}

#[test]
fn plain_http_must_be_asked_for() {
    let builder = Client::builder().endpoint("http://127.0.0.1:1").credentials(Credentials::new("a", "b"));
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    assert!(error.to_string().contains("allow_plain_http()"), "{error}");
}
