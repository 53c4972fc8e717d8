//! The server over HTTP: who is let in, and what it says.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::{Value as Json, json};

use super::INSTANCE;
use super::agent::{outcome, rds};

/// A server, and what it has said on stderr of how to reach it.
struct Server {
    process: Child,
    authority: String,
    token: String,
}

impl Server {
    fn start(token: Option<&str>) -> Self {
        let mut command = rds();
        if let Some(token) = token {
            command.env("RDS_MCP_TOKEN", token);
        }
        let mut process = command
            .args(["--fake", "--http", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(process.stderr.take().unwrap());
        let mut line = || {
            let mut line = String::new();
            stderr.read_line(&mut line).unwrap();
            line.trim().to_owned()
        };
        let (address, told) = (line(), line());
        let authority = address.split("http://").nth(1).unwrap().trim_end_matches("/mcp").to_owned();
        let token = match token {
            Some(token) => {
                assert!(told.contains("RDS_MCP_TOKEN") && !told.contains(token), "{told}");
                token.to_owned()
            }
            None => told.rsplit(' ').next().unwrap().to_owned(),
        };
        Self { process, authority, token }
    }

    /// The status, the head in lower case, and the body of the response to a message.
    fn post(&self, headers: &str, message: &Json) -> (u16, String, String) {
        let body = message.to_string();
        let request = format!(
            "POST /mcp HTTP/1.1\r\nconnection: close\r\ncontent-type: application/json\r\n\
             accept: application/json, text/event-stream\r\ncontent-length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(&self.authority).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).unwrap();
        let response = String::from_utf8_lossy(&response).into_owned();
        let (head, body) = response.split_once("\r\n\r\n").unwrap_or_default();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.unwrap_or_else(|| panic!("{response}")), head.to_lowercase(), body.to_owned())
    }

    fn headers(&self) -> String {
        format!("host: {}\r\nauthorization: Bearer {}\r\n", self.authority, self.token)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn hello() -> Json {
    let hello = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello })
}

/// The message in a stream of events that has an id.
fn message(body: &str) -> Json {
    let data = body.lines().filter_map(|line| line.strip_prefix("data: "));
    let messages = data.filter_map(|text| serde_json::from_str::<Json>(text).ok());
    messages.into_iter().find(|message| message["id"].is_number()).unwrap_or_else(|| panic!("{body}"))
}

#[test]
fn an_agent_with_the_token_is_served_and_nobody_else() {
    let server = Server::start(None);
    let own = server.headers();
    let (host, bearer) = own.split_once("\r\n").unwrap();
    for (headers, expected) in [
        (format!("{host}\r\n"), 401),
        (format!("{host}\r\nauthorization: Bearer wrong\r\n"), 401),
        (format!("{host}\r\nauthorization: Bearer {}0\r\n", server.token), 401),
        (format!("host: evil.example\r\n{bearer}"), 403),
        (format!("{own}origin: http://evil.example\r\n"), 403),
        (format!("{own}sec-fetch-site: cross-site\r\n"), 403),
        (bearer.to_owned(), 403),
    ] {
        let (status, head, body) = server.post(&headers, &hello());
        assert_eq!(status, expected, "{headers}: {body}");
        assert_eq!(status == 401, head.contains("www-authenticate: bearer"), "{head}");
        assert!(!body.contains("rds") && !body.contains(&server.token), "{body}");
    }

    let (status, head, body) = server.post(&own, &hello());
    assert_eq!(status, 200, "{body}");
    assert_eq!(message(&body)["result"]["serverInfo"]["name"], "rds");
    let session = head.lines().find_map(|line| line.strip_prefix("mcp-session-id: ")).unwrap();
    let own = format!("{own}mcp-session-id: {session}\r\nmcp-protocol-version: 2025-11-25\r\n");
    let (status, ..) = server.post(&own, &json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
    assert_eq!(status, 202);
    let call = json!({ "name": "call_operation", "arguments": { "operation": "DescribeDBInstances" } });
    let call = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call });
    let (_, _, body) = server.post(&own, &call);
    let (is_error, said) = outcome(&message(&body)["result"]);
    assert!(!is_error && said["response"]["Items"]["DBInstance"][0]["DBInstanceId"] == INSTANCE, "{said:#}");
    // No session is another's.
    let stranger = own.replace(session, "00000000-0000-0000-0000-000000000000");
    assert_eq!(server.post(&stranger, &call).0, 404);
    let (status, _, body) = server.post(&own, &json!("no message"));
    assert!((400..500).contains(&status), "{status} {body}");
    let (status, ..) = server.post(&own, &json!({ "x": "x".repeat(5 << 20) }));
    assert_eq!(status, 413);
}

#[test]
fn a_token_of_ones_own_is_not_shown_and_has_to_be_long() {
    let server = Server::start(Some("a-token-of-my-own-17"));
    assert_eq!(server.post(&server.headers(), &hello()).0, 200);
    let output = rds().args(["--fake", "--http", "0"]).env("RDS_MCP_TOKEN", "short").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("less than 16 characters") && !said.contains("\"short\""), "{said}");
}

#[cfg(unix)]
#[test]
fn a_server_over_http_ends_well_and_writes_nothing_to_stdout() {
    for signal in ["-INT", "-TERM"] {
        let mut server = Server::start(None);
        assert_eq!(server.post(&server.headers(), &hello()).0, 200);
        let sent =
            std::process::Command::new("kill").args([signal, &server.process.id().to_string()]).status();
        assert!(sent.unwrap().success());
        assert_eq!(server.process.wait().unwrap().code(), Some(0), "{signal}");
        let mut stdout = String::new();
        server.process.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        assert!(stdout.is_empty(), "{stdout}");
    }
}
