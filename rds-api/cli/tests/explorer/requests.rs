//! The explorer's server, asked by something other than its page.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use rds_api_testing::FakeService;
use serde_json::{Value as Json, json};

use super::Explorer;

/// The status, the head in lower case, and the body of the response to a request.
fn send(explorer: &Explorer, method: &str, path: &str, headers: &str, body: &str) -> (u16, String, String) {
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    let mut stream = TcpStream::connect(explorer.authority()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    let response = String::from_utf8(response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("{method} {path}: no response")), head.to_lowercase(), body.to_owned())
}

#[test]
fn whoever_is_not_the_page_is_refused_and_every_response_has_the_security_headers() {
    let explorer = Explorer::start(&[]);
    let host = format!("host: {}\r\n", explorer.authority());
    let own = format!("{host}origin: http://{}\r\n", explorer.authority());
    let foreign = format!("{host}origin: http://evil.example\r\n");
    let token = explorer.path();
    let form = r#"{ "operation": "DescribeRegions" }"#;
    let followed = r#"{ "operation": "DescribeDBInstanceAttribute", "waiter": "running", "parameters": { "DBInstanceId": "rm-fake0000000000001" } }"#;
    let large = format!(
        r#"{{ "operation": "DescribeRegions", "parameters": {{ "A": "{}" }} }}"#,
        "x".repeat(5 << 20)
    );
    let run = format!("{token}run");
    for (method, path, headers, body, expected) in [
        ("GET", token.clone(), &host, "", 200),
        ("GET", format!("{token}app.js"), &host, "", 200),
        ("GET", format!("{token}target"), &host, "", 200),
        ("GET", format!("{token}operation/DescribeRegions"), &host, "", 200),
        ("GET", format!("{token}history"), &host, "", 200),
        ("POST", run.clone(), &own, form, 200),
        ("GET", format!("{token}history/1"), &host, "", 200),
        ("POST", format!("{token}preview"), &own, form, 200),
        ("POST", format!("{token}follow"), &own, followed, 200),
        // Nothing there.
        ("GET", format!("{token}history/2"), &host, "", 404),
        ("GET", format!("{token}operation/DescribeNothing"), &host, "", 404),
        ("GET", format!("{token}nothing.js"), &host, "", 404),
        ("GET", run.clone(), &host, "", 404),
        ("POST", token.clone(), &own, "", 404),
        ("DELETE", run.clone(), &own, "", 404),
        // Not the page.
        ("GET", "/".to_owned(), &host, "", 404),
        ("GET", "/00000000000000000000000000000000/target".to_owned(), &host, "", 404),
        ("GET", token.replace('/', "//"), &host, "", 404),
        ("GET", token.clone(), &"host: evil.example\r\n".to_owned(), "", 403),
        ("GET", token.clone(), &String::new(), "", 403),
        ("POST", run.clone(), &host, form, 403),
        ("POST", run.clone(), &foreign, form, 403),
        ("GET", token.clone(), &format!("{host}sec-fetch-site: cross-site\r\n"), "", 403),
        // Not a form.
        ("POST", run.clone(), &own, "{", 400),
        ("POST", format!("{token}follow"), &own, form, 400),
        ("POST", format!("{token}follow"), &own, r#"{ "operation": "DescribeRegions", "waiter": "x" }"#, 400),
        // Nothing that changes something is repeated.
        ("POST", format!("{token}follow"), &own, r#"{ "operation": "CreateBackup", "waiter": "x" }"#, 400),
        ("POST", format!("{token}follow"), &own, r#"{ "operation": "CreateBackup", "response": {} }"#, 400),
        ("POST", format!("{token}follow"), &foreign, followed, 403),
        ("POST", run.clone(), &own, r#"{ "operation": "DescribeNothing" }"#, 400),
        ("POST", run, &own, &large, 413),
    ] {
        let (status, head, body) = send(&explorer, method, &path, headers, body);
        assert_eq!(status, expected, "{method} {path} {headers}: {body}");
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self'; ",
            "cache-control: no-store",
            "cross-origin-opener-policy: same-origin",
            "cross-origin-resource-policy: same-origin",
            "referrer-policy: same-origin",
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
        ] {
            assert!(head.contains(header), "{method} {path}: {head}");
        }
        if status != 200 {
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert!(body["message"].is_string(), "{method} {path}: {body}");
        }
    }
}

/// Whoever can reach the port may hold connections, but not more than the server has places for.
#[test]
#[cfg(target_os = "linux")]
fn half_open_connections_take_a_bounded_number_of_files() {
    let explorer = Explorer::start(&[]);
    let files = || std::fs::read_dir(format!("/proc/{}/fd", explorer.process.id())).unwrap().count();
    let connections: Vec<TcpStream> = (0..220)
        .map(|_| {
            let mut stream = TcpStream::connect(explorer.authority()).unwrap();
            stream.write_all(b"POST / HTTP/1.1\r\nhost: 127.0.0.1\r\n").unwrap();
            stream
        })
        .collect();
    // All of them are there; it takes as many as it has places, and had it more, it would take those at once, too.
    while files() < 128 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert!(files() < 180, "{} files are open", files());
    drop(connections);
    let (status, ..) = send(&explorer, "GET", "/", &format!("host: {}\r\n", explorer.authority()), "");
    assert_eq!(status, 404);
}

/// The question comes for what the call does, and not for what the operation mostly does.
#[test]
fn a_read_that_writes_with_its_parameters_is_asked_about() {
    let service = FakeService::start().unwrap();
    let explorer =
        Explorer::start(&["--account", "--region", "cn-hangzhou", "--endpoint", service.endpoint()]);
    let own = format!("host: {0}\r\norigin: http://{0}\r\n", explorer.authority());
    let path = format!("{}run", explorer.path());
    for (form, expected) in [("Stream", "call"), ("File", "question")] {
        let parameters = json!({
            "DBInstanceId": FakeService::INSTANCE, "Form": form,
            "StartTime": "2024-03-15T08:30:00Z", "EndTime": "2024-03-15T09:30:00Z",
        });
        let body = json!({ "operation": "DescribeSQLLogRecords", "parameters": parameters }).to_string();
        let (status, _, body) = send(&explorer, "POST", &path, &own, &body);
        let outcome: Json = serde_json::from_str(&body).unwrap();
        assert!(status == 200 && outcome.get(expected).is_some(), "{form}: {body}");
    }
    assert!(service.journal().is_empty());
}

/// A response that says that nothing was done is told in the words that `rds` has for it, in the history too.
#[test]
fn a_success_that_says_that_nothing_was_done_is_told_as_on_the_command_line() {
    for (format, body, is_done) in [
        ("json", r#"{"RequestId":"R","Success":false}"#, false),
        ("json", r#"{"requestId":"R","success":"False","Code":"x"}"#, false),
        ("xml", "<R><RequestId>R</RequestId><Success>false</Success></R>", false),
        ("json", r#"{"RequestId":"R","Success":true}"#, true),
        ("json", r#"{"RequestId":"R"}"#, true),
        // A failure has words of its own.
        ("json", "<html></html>", true),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let head =
                format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            for mut connection in listener.incoming().map_while(Result::ok) {
                let _ = connection.read(&mut [0; 16384]);
                let _ = connection.write_all((head.clone() + body).as_bytes());
            }
        });
        let explorer = Explorer::start(&["--account", "--region", "cn-hangzhou", "--endpoint", &endpoint]);
        let own = format!("host: {0}\r\norigin: http://{0}\r\n", explorer.authority());
        let form = json!({ "operation": "DescribeRegions", "format": format }).to_string();
        let (_, _, outcome) = send(&explorer, "POST", &format!("{}run", explorer.path()), &own, &form);
        let call = &serde_json::from_str::<Json>(&outcome).unwrap()["call"];
        let words = match is_done {
            true => Json::Null,
            false => {
                let mut rds = std::process::Command::new(env!("CARGO_BIN_EXE_rds"));
                rds.args(["call", "DescribeRegions", "--region", "cn-hangzhou", "--endpoint", &endpoint]);
                rds.args(["--format", format]).env("ALIBABA_CLOUD_ACCESS_KEY_ID", "id");
                let output = rds.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "key").output().unwrap();
                let said = String::from_utf8(output.stderr).unwrap();
                assert_eq!(output.status.code(), Some(1), "{said}");
                said.trim().strip_prefix("note: ").unwrap().into()
            }
        };
        assert_eq!(call["not_done"], words, "{body}: {outcome}");
        let (_, _, history) = send(&explorer, "GET", &format!("{}history", explorer.path()), &own, "");
        assert_eq!(serde_json::from_str::<Json>(&history).unwrap()[0]["not_done"], words, "{history}");
    }
}
