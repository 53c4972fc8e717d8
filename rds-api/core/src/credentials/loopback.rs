//! A server on the loopback interface, for tests: it responds as a closure says, and keeps the requests.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A response of the security token service.
pub(super) const ROLE: &str = r#"{"RequestId": "1", "Credentials": {"AccessKeyId": "STS.id",
    "AccessKeySecret": "hidden", "SecurityToken": "token", "Expiration": "2030-01-02T03:04:05Z"}}"#;

/// A response of the sources that give credentials directly.
pub(super) const PLAIN: &str = r#"{"Code": "Success", "AccessKeyId": "STS.plain",
    "AccessKeySecret": "hidden", "SecurityToken": "token", "Expiration": "2030-01-02T03:04:05Z"}"#;

/// A running server. It ends with the runtime of its test.
pub(super) struct Loopback {
    /// Scheme, host and port.
    pub(super) address: String,
    requests: Arc<Mutex<Vec<Request>>>,
    /// Lines of the head besides those that each response has.
    headers: Arc<Mutex<String>>,
}

/// A request as it was received.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: String,
    /// Path and query.
    pub(super) path: String,
    head: String,
    pub(super) body: String,
}

impl Loopback {
    /// Starts a server that responds with the status and the body that `response` gives.
    pub(super) async fn start(response: impl Fn(&Request) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let headers: Arc<Mutex<String>> = Arc::default();
        let (seen, more) = (requests.clone(), headers.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let request = read(&mut stream).await;
                let (status, body) = response(&request);
                seen.lock().unwrap().push(request);
                let more = more.lock().unwrap().clone();
                let head = format!(
                    "HTTP/1.1 {status} X\r\n{more}content-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                // The client may have gone, having seen enough.
                let _ = stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await;
            }
        });
        Self { address, requests, headers }
    }

    /// Puts a date on the responses.
    pub(super) fn dated(self, date: &'static str) -> Self {
        self.headers.lock().unwrap().push_str(&format!("date: {date}\r\n"));
        self
    }

    /// Puts the address of a redirect on the responses.
    pub(super) fn leading_to(self, location: &'static str) -> Self {
        self.headers.lock().unwrap().push_str(&format!("location: {location}\r\n"));
        self
    }

    /// The address of a server that takes connections and says nothing.
    pub(super) async fn silent() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok(connection) = listener.accept().await {
                open.push(connection);
            }
        });
        address
    }

    /// The requests so far.
    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// Method and path of what was asked so far.
    pub(super) fn lines(&self) -> Vec<String> {
        self.requests().iter().map(|request| format!("{} {}", request.method, request.path)).collect()
    }
}

impl Request {
    /// The value of a header, by its name in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// The pairs of the query and of the form in the body, decoded.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        let decode =
            |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
        let query = self.path.split_once('?').map_or("", |(_, query)| query);
        [query, &self.body]
            .iter()
            .flat_map(|text| text.split('&'))
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect()
    }

    /// The value of a parameter of the query or of the form.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        self.pairs().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

async fn read(stream: &mut TcpStream) -> Request {
    let mut received = Vec::new();
    loop {
        if let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(received[..end].to_vec()).unwrap();
            let mut first = head.lines().next().unwrap().split(' ');
            let method = first.next().unwrap().to_owned();
            let path = first.next().unwrap().to_owned();
            let mut request = Request { method, path, head, body: String::new() };
            let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
            if received.len() >= end + 4 + length {
                request.body = String::from_utf8(received[end + 4..].to_vec()).unwrap();
                return request;
            }
        }
        assert_ne!(stream.read_buf(&mut received).await.unwrap(), 0, "the request ended early");
    }
}
