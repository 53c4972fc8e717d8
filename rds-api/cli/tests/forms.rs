//! The forms in which parameters and values are given: names in any spelling, parts with points, texts from elsewhere.
#![allow(clippy::unwrap_used, clippy::panic)]

mod program;

use std::io::Write as _;
use std::process::Stdio;

use rds_api::schema::{self, Field, FieldExt as _, Kind, Operation};
use serde_json::Value as Json;

use program::{rds, said};

/// The parameters that a dry run would send, decoded, sorted.
fn sent(arguments: &[&str]) -> Vec<String> {
    let output = rds(&[arguments, &["--fake", "--dry-run"]].concat()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    let printed = String::from_utf8(output.stdout).unwrap();
    let (query, rest) = printed.split_once('\n').unwrap();
    let query = query.split_once('?').map_or("", |(_, query)| query);
    let body = rest.split_once("\n\n").map_or("", |(_, body)| body);
    let pairs = query.split('&').chain(body.trim().split('&')).filter(|pair| !pair.is_empty());
    let decoded =
        pairs.map(|pair| percent_encoding::percent_decode_str(pair).decode_utf8().unwrap().into_owned());
    let mut pairs: Vec<String> = decoded.filter(|pair| !pair.starts_with("RegionId=")).collect();
    pairs.sort();
    pairs
}

fn refused(arguments: &[&str]) -> String {
    let output = rds(&[arguments, &["--fake"]].concat()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
    said(&output)
}

#[test]
fn an_operation_is_a_command_and_a_misspelt_one_is_not_sent() {
    let called = rds(&["DescribeRegions", "--fake", "--path", "$..RegionId"]).output().unwrap();
    assert!(called.status.success() && called.stdout.starts_with(b"cn-hangzhou\n"), "{}", said(&called));
    for command in [&["DescribeDBInstance"][..], &["call", "DescribeDBInstance"], &["describe-db-instance"]] {
        let said = refused(command);
        assert!(said.contains("did you mean DescribeDBInstances?") && said.contains("--unknown"), "{said}");
    }
    let sent = rds(&["call", "DescribeTomorrow", "--unknown", "--fake"]).output().unwrap();
    assert_eq!(sent.status.code(), Some(1));
    assert!(said(&sent).contains("InvalidAction.NotFound"), "{}", said(&sent));
}

#[test]
fn a_parameter_is_known_in_any_case() {
    let expected = ["DBInstanceId=rm-1", "Engine=MySQL"];
    for (id, engine) in [
        ("--DBInstanceId", "--Engine=MySQL"),
        ("--db-instance-id", "--engine=mysql"),
        ("--DbInstanceId", "--ENGINE=MYSQL"),
        ("--dbinstanceid", "--engine=MySql"),
        ("--db_instance_id", "--Engine=mySQL"),
    ] {
        assert_eq!(sent(&["DescribeDBInstances", id, "rm-1", engine]), expected);
    }
    assert!(refused(&["DescribeDBInstances", "--Engine", "MySQI"]).contains("MySQL"));
    // What differs from an option of rds in case alone is neither.
    assert!(
        refused(&["DeleteDBInstance", "--DBInstanceId=rm-1", "--dryrun"]).contains("unexpected argument")
    );
}

#[test]
fn names_with_points_are_parts_of_a_parameter() {
    let tag = ["TagResources", "--ResourceType", "INSTANCE"];
    let expected =
        ["ResourceId.1=rm-1", "ResourceId.2=rm-2", "ResourceType=INSTANCE", "Tag.1.Key=a", "Tag.1.Value=-b"];
    let dotted = ["--ResourceId.1", "rm-1", "--ResourceId.2=rm-2", "--Tag.1.Key", "a", "--Tag.1.Value", "-b"];
    assert_eq!(sent(&[&tag[..], &dotted].concat()), expected);
    let separated = ["--ResourceId", "rm-1,rm-2", "--tag.1.key=a", "--Tag.1.Value=-b"];
    assert_eq!(sent(&[&tag[..], &separated].concat()), expected);
    for (given, says) in [
        (&["--ResourceId.2", "rm-1"][..], "--ResourceId.1 is missing"),
        (&["--ResourceId", "rm-1", "--ResourceId.1", "rm-1"], "is given as a whole, too"),
        (&["--ResourceId.1", "rm-1", "--Tag.1.Ky", "a"], "--Tag.1.Ky is not in the specification"),
        (&["--ResourceId.1", "rm-1", "--Other.1", "a"], "unexpected argument"),
    ] {
        let said = refused(&[&tag[..], given].concat());
        assert!(said.contains(says), "{given:?}: {said}");
    }
}

/// Every parameter that takes a text takes it from a file, and one that begins with the sign all the same.
#[test]
fn every_text_may_come_from_elsewhere() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    let mut seen = 0;
    let is_text = |field: &&Field| {
        let limits = &field.limits;
        let is_free = limits.pattern.is_none() && limits.minimum.is_none() && limits.maximum.is_none();
        field.shape.kind == Kind::String && is_free && field.shape.values.is_empty()
    };
    let of = |operation: &'static Operation| {
        operation.parameters.iter().filter(is_text).map(move |it| (operation, it))
    };
    for (operation, field) in schema::operations().flat_map(of).step_by(97) {
        let text = format!("@{}", "x".repeat(field.limits.min_length.unwrap_or(8).max(8) - 1));
        std::fs::write(&file, format!("{text}\n")).unwrap();
        let others = operation.required().filter(|other| other.name != field.name);
        let others: Vec<String> = others
            .map(|other| match other.sample() {
                Json::String(text) => format!("--{}={text}", other.name),
                value => format!("--{}={value}", other.name),
            })
            .collect();
        for given in
            [format!("@{}", file.display()), "@env:GIVEN".to_owned(), format!("@{text}"), "@-".to_owned()]
        {
            let given = format!("--{}={given}", field.name);
            let mut command = rds(&["call", &operation.name, &given, "--fake", "--dry-run"]);
            let mut child = command.args(&others).env("GIVEN", &text);
            child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = child.spawn().unwrap();
            // It may have ended without a look at it.
            let _ = child.stdin.take().unwrap().write_all(format!("{text}\r\n").as_bytes());
            let output = child.wait_with_output().unwrap();
            let printed = String::from_utf8_lossy(&output.stdout).into_owned();
            if said(&output).contains("too many") || said(&output).contains("too few") {
                continue;
            }
            let value = if field.sensitive { "****".to_owned() } else { text.replace('@', "%40") };
            let expected = format!("{}={value}", field.name);
            let is_sent = printed.split(['?', '&', '\n']).any(|pair| pair == expected);
            assert!(is_sent, "{} {given}: {printed}{}", operation.name, said(&output));
            seen += 1;
        }
    }
    assert!(seen > 40, "only {seen}");
}

#[test]
fn a_secret_is_never_the_name_of_where_it_is() {
    let reset = ["ResetAccountPassword", "--DBInstanceId", "rm-1", "--AccountName", "a", "--AccountPassword"];
    for (given, says) in [
        ("@/no/such/file", "cannot be read"),
        ("@env:NO_SUCH_VARIABLE", "is not set"),
        ("@prompt", "there is no terminal to ask at"),
        ("@-", "is empty"),
        ("@", "cannot be read"),
        ("-", "write @- for standard input"),
        ("file:///no/SUCH/file", "@FILE for a file"),
    ] {
        let said = refused(&[&reset[..], &[given]].concat());
        assert!(said.contains(says) && !said.contains("SUCH"), "{given}: {said}");
    }
    let told =
        |given: &str| said(&rds(&[&reset[..], &[given, "--fake", "--dry-run"]].concat()).output().unwrap());
    assert!(told("Passw0rd!").contains("--AccountPassword stands on the command line"));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, "Passw0rd!").unwrap();
    let from_file = format!("@{}", file.path().display());
    assert_eq!(told(&from_file), "", "nobody else sees what was read from a file");
    std::fs::write(&file, "hunter2").unwrap();
    let short = told(&from_file);
    assert!(short.contains("`AccountPassword` is not valid: it takes 8 to 32 characters"), "{short}");
    assert!(!short.contains("hunter2") && !short.contains('7'), "{short}");
}

#[test]
fn standard_input_is_read_once() {
    let said =
        refused(&["CreateAccount", "--DBInstanceId=@-", "--AccountName=@-", "--AccountPassword=@@aaaaaaaa"]);
    assert!(said.contains("standard input is read for --") && said.contains("already"), "{said}");
}

#[test]
fn a_list_comes_from_a_file_a_line_for_each_element() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, "rm-1\n\n rm-2 \r\nrm-3,rm-4").unwrap();
    let from_file = format!("--ResourceId=@{}", file.path().display());
    let pairs = sent(&["ListTagResources", "--ResourceType=INSTANCE", &from_file]);
    assert_eq!(
        pairs,
        [
            "ResourceId.1=rm-1",
            "ResourceId.2=rm-2",
            "ResourceId.3=rm-3",
            "ResourceId.4=rm-4",
            "ResourceType=INSTANCE"
        ]
    );
    let output = rds(&[
        "UntagResources",
        "--ResourceType=INSTANCE",
        "--ResourceId=rm-1",
        "--TagKey=a,b",
        "--fake",
        "--dry-run",
    ]);
    let told = { output }.output().unwrap();
    assert!(told.status.success() && said(&told).contains("--TagKey is one element with a comma in it"));
}
