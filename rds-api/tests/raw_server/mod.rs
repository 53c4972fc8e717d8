//! A server for tests that does with a connection whatever a test wants, down to the bytes.
#![allow(dead_code, clippy::unwrap_used)]

pub(crate) mod tls;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rds_api::{Client, ClientBuilder, Credentials, RetryPolicy};

/// A server on loopback, each connection in a thread of its own.
pub(crate) struct RawServer {
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub(crate) endpoint: String,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl RawServer {
    /// Gives every connection to `serve` as soon as it is made.
    pub(crate) fn accepting(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                count.fetch_add(1, Ordering::SeqCst);
                let serve = serve.clone();
                thread::spawn(move || serve(connection));
            }
        });
        Self { endpoint, connections, requests: Arc::default() }
    }

    /// Gives every request to `respond`, with its number from 0. The connection is kept until the client, or
    /// `respond`, has closed it.
    pub(crate) fn start(respond: impl Fn(usize, &str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        let server = Self::accepting(move |mut connection| {
            while let Some(request) = read_request(&mut connection) {
                let number = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(request.clone());
                    seen.len() - 1
                };
                respond(number, &request, &mut connection);
            }
        });
        Self { requests, ..server }
    }

    /// A server that gives every request the same response.
    pub(crate) fn responding(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let response = response(status, headers, body);
        Self::start(move |_, _, connection| send(connection, &response))
    }

    /// A client of the server, which tries three times in quick succession.
    pub(crate) fn client(&self) -> Client {
        self.client_builder().build().unwrap()
    }

    /// The client, to be set up further.
    pub(crate) fn client_builder(&self) -> ClientBuilder {
        client_builder(&self.endpoint)
    }

    /// The head and the body of every request that came whole.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Its host and port.
    pub(crate) fn host(&self) -> &str {
        self.endpoint.trim_start_matches("http://")
    }
}

/// A client of whatever listens at `endpoint`, which tries three times in quick succession.
pub(crate) fn client_builder(endpoint: &str) -> ClientBuilder {
    let moment = Duration::from_millis(1);
    let retry = RetryPolicy::default().initial_backoff(moment).throttled_backoff(moment).max_attempts(3);
    Client::builder()
        .endpoint(endpoint)
        .allow_plain_http()
        .no_proxy()
        .credentials(Credentials::new("key-id", "s3cr3t-key"))
        .retry(retry)
}

/// A whole response.
pub(crate) fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Sends what the client may no longer want, which is its right.
pub(crate) fn send(connection: &mut TcpStream, bytes: &[u8]) {
    let _ = connection.write_all(bytes);
}

/// Closes a connection in both directions.
pub(crate) fn close(connection: &TcpStream) {
    let _ = connection.shutdown(std::net::Shutdown::Both);
}

/// Reads one request with its body; `None` if the connection ends before.
pub(crate) fn read_request(connection: &mut TcpStream) -> Option<String> {
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&received[..end]).into_owned();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if received.len() >= end + 4 + length {
                return Some(String::from_utf8_lossy(&received).into_owned());
            }
        }
        match connection.read(&mut buffer) {
            Ok(length) if length > 0 => received.extend_from_slice(&buffer[..length]),
            _ => return None,
        }
    }
}
