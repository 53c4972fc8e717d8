//! What `rds call` makes of a response whose status says success.
#![allow(clippy::unwrap_used)]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output};

/// Runs `rds call` against a server that gives every request the same response.
fn call(arguments: &[&str], status: &str, body: &'static str) -> Output {
    rds(&[&["call"], arguments].concat(), status, body)
}

/// Runs `rds` against such a server.
fn rds(arguments: &[&str], status: &str, body: &'static str) -> Output {
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
        .args(arguments)
        .args(["--endpoint", &endpoint])
        .env("ALIBABA_CLOUD_REGION_ID", "cn-hangzhou")
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

/// Everything that shows a list.
const LISTS: [&[&str]; 16] = [
    &["top"],
    &["top", "rm-1"],
    &["backups"],
    &["backups", "rm-1"],
    &["slow"],
    &["slow", "rm-1"],
    &["download", "rm-1"],
    &["download", "rm-1", "--binlogs"],
    &["call", "DescribeDBInstances", "--pages", "all", "-o", "csv"],
    &["call", "DescribeDBInstances", "-o", "table"],
    &["call", "DescribeRegions", "-o", "ndjson"],
    &["call", "DescribeDBInstances", "--region", "all"],
    &["call", "DescribeDBInstances", "--region", "cn-hangzhou,cn-beijing", "-o", "tsv"],
    &["call", "DescribeBackups", "--each", "DBInstanceId", "-o", "csv"],
    &["call", "DescribeBackups", "--each", "DBInstanceId=rm-1", "-o", "table"],
    &["call", "DescribeParameters", "--DBInstanceId", "rm-1", "--list", "RunningParameters", "-o", "csv"],
];

#[test]
fn whatever_shows_a_list_fails_with_a_response_that_says_that_it_failed() {
    for arguments in LISTS {
        let output = rds(arguments, "200 OK", r#"{"RequestId":"R","Success":false,"Message":"m"}"#);
        let said = String::from_utf8(output.stderr).unwrap();
        // A list that the response does not have is not what it was asked for.
        let code = if arguments.contains(&"--list") { 6 } else { 1 };
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(!said.contains("the list is empty") && !said.contains("error: :"), "{arguments:?}: {said}");
        assert!(said.contains("failed") || said.contains("Success"), "{arguments:?}: {said}");
    }
}

#[test]
fn a_response_without_a_list_has_no_row_for_what_it_says_of_itself() {
    for body in [r#"{"RequestId":"R1"}"#, r#"{"RequestId":"R1","Items":null}"#] {
        for arguments in LISTS {
            let output = rds(arguments, "200 OK", body);
            let said = String::from_utf8(output.stderr).unwrap();
            let shown = String::from_utf8(output.stdout).unwrap();
            assert!(!shown.contains("R1"), "{arguments:?}: {shown}");
            let code = match arguments {
                // There is always a region, an instance that is named has an engine, and a backup was asked for.
                ["call", .., "all"] if arguments.contains(&"--region") => 6,
                ["top", "rm-1"] => 6,
                ["download", "rm-1"] => 1,
                _ => 0,
            };
            assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        }
    }
}

#[test]
fn what_a_query_finds_is_shown_in_every_output() {
    const BODY: &str = r#"{"RequestId":"R","Items":{"DBInstance":[{"Id":"a","N":1},{"Id":"b","N":2}]}}"#;
    let line = "{\"Id\":\"a\",\"N\":1}\n";
    for (query, how, expected) in [
        ("length(Items.DBInstance)", "csv", "2\n"),
        ("length(Items.DBInstance)", "ndjson", "2\n"),
        ("Items.DBInstance[0].Id", "tsv", "a\n"),
        ("Items.DBInstance[].Id", "csv", "a\nb\n"),
        ("Items.DBInstance[].[Id, N]", "csv", "a,1\nb,2\n"),
        ("Items.DBInstance[].[Id, N]", "tsv", "a\t1\nb\t2\n"),
        ("Items.DBInstance[].[N, @]", "csv", "1,\"{\"\"Id\"\":\"\"a\"\",\"\"N\"\":1}\"\n"),
        ("Items.DBInstance[].{B: N, A: Id}", "csv", "A,B\na,1\nb,2\n"),
        ("Items.DBInstance[0]", "ndjson", line),
        ("Nothing", "csv", ""),
        ("Nothing", "table", ""),
        ("Nothing", "ndjson", ""),
        ("Items.DBInstance[?N > `5`]", "csv", ""),
        ("`true`", "tsv", "true\n"),
    ] {
        let output = call(&["DescribeDBInstances", "--query", query, "-o", how], "200 OK", BODY);
        let said = String::from_utf8(output.stderr).unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && shown.starts_with(expected), "{query} as {how}: {shown} {said}");
        assert_eq!(shown.is_empty(), expected.is_empty(), "{query} as {how}: {shown}");
        let is_told = said.contains("finds nothing in the response; it has RequestId, Items");
        assert_eq!(is_told, query == "Nothing", "{query}: {said}");
    }
    let table =
        call(&["DescribeDBInstances", "--query", "length(Items.DBInstance)", "--table"], "200 OK", BODY);
    assert!(String::from_utf8(table.stdout).unwrap().contains("│ 2 │"));
}

/// Exit code 2 says that nothing was sent, and a script that believes it would send it again.
#[test]
fn what_does_not_fit_a_response_is_not_told_as_if_nothing_was_sent() {
    let backup = ["CreateBackup", "--DBInstanceId", "rm-1"];
    let body = r#"{"RequestId":"R","BackupJobId":"77"}"#;
    let output = call(&[&backup[..], &["--query", "length(Nothing)"]].concat(), "200 OK", body);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(6), &b""[..]), "{said}");
    assert!(said.contains("the call was made") && said.contains("77"), "{said}");
    let output = call(&[&backup[..], &["--list", "Nothing", "--table"]].concat(), "200 OK", body);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("the response has no list `Nothing`; it has none") && !said.contains("77"),
        "{said}"
    );
}
