//! What `rds call` makes of a response whose status says success.
#![allow(clippy::unwrap_used)]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output};

/// Runs `rds call` against a server that gives every request the same response.
fn call(arguments: &[&str], status: &str, body: &'static str) -> Output {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let response =
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    std::thread::spawn(move || {
        for mut connection in listener.incoming().map_while(Result::ok) {
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            while !request.windows(4).any(|window| window == b"\r\n\r\n") {
                match connection.read(&mut buffer) {
                    Ok(length) if length > 0 => request.extend_from_slice(&buffer[..length]),
                    _ => break,
                }
            }
            let _ = connection.write_all(response.as_bytes());
        }
    });
    Command::new(env!("CARGO_BIN_EXE_rds"))
        .arg("call")
        .args(arguments)
        .args(["--endpoint", &endpoint, "--region", "cn-hangzhou"])
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "key-id")
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "key-secret")
        .env_remove("ALIBABA_CLOUD_SECURITY_TOKEN")
        .output()
        .unwrap()
}

const EXPIRY: [&str; 7] = [
    "ModifyBackupSetExpireTime",
    "--DBInstanceId",
    "rm-1",
    "--BackupId",
    "7",
    "--ExpectExpireTime",
    "2030-01-01T00:00Z",
];

#[test]
fn a_response_that_says_that_nothing_was_done_ends_with_1() {
    let json = r#"{"RequestId":"R","Success":false,"Code":"BackupSetNotFound","Message":"m"}"#;
    let xml = "<R><RequestId>R</RequestId><Success>false</Success><Code>BackupSetNotFound</Code></R>";
    for (arguments, body) in [
        (&EXPIRY[..], json),
        (&[&EXPIRY[..], &["--format", "xml"]].concat(), xml),
        (&[&EXPIRY[..], &["--path", "Code"]].concat(), json),
        (
            &["SomethingNew", "--unknown", "--param", "A=1", "--table"],
            r#"{"RequestId":"R","Success":"False"}"#,
        ),
        (&["SomethingNew", "--unknown", "--param", "A=1"], r#"{"RequestId":"R","success":false}"#),
    ] {
        let output = call(arguments, "200 OK", body);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("note: the response says `Success: false`"), "{arguments:?}: {said}");
        assert!(!output.stdout.is_empty(), "{arguments:?}");
    }
    for body in [r#"{"RequestId":"R","Success":true}"#, r#"{"RequestId":"R","Data":{"Success":false}}"#] {
        let output = call(&EXPIRY, "200 OK", body);
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{body}");
    }
}

#[test]
fn what_is_not_the_services_is_never_done() {
    let page = "<html><title>Blocked\u{1b}[2J</title>Your company has blocked this page</html>";
    let disguised = r#"{"Code":"InvalidDBInstanceName.NotFound","Message":"m","HostId":"h","RequestId":"R"}"#;
    let instance = ["--DBInstanceId", "rm-1"];
    for (arguments, body, code) in [
        (&[&["DeleteDBInstance"], &instance[..]].concat()[..], page, 6),
        (&["DescribeDBInstances", "--table"], page, 6),
        (&["DescribeDBInstances", "--pages", "all"], page, 6),
        (&["DescribeDBInstances", "--format", "xml"], page, 6),
        (&[&["DescribeDBInstanceAttribute", "--wait=deleted"], &instance[..]].concat(), page, 6),
        (&["DescribeDBInstances"], "{\"status\":\"UP\"}", 6),
        (&["SomethingNew", "--unknown", "--param", "A=1"], "", 6),
        (&[&["DeleteDBInstance"], &instance[..]].concat(), disguised, 1),
        (&[&["DescribeDBInstanceAttribute", "--wait=deleted"], &instance[..]].concat(), disguised, 1),
    ] {
        let output = call(arguments, "200 OK", body);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains("may have been executed") && !said.contains('\u{1b}'), "{arguments:?}: {said}");
        assert_eq!(output.stdout, b"", "{arguments:?}");
    }
}
