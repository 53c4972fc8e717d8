//! Parameters from files, and the files to fill in.
#![allow(clippy::unwrap_used, clippy::panic)]

mod program;

use std::io::Write as _;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rds_api::schema::{self, Operation};
use serde_json::Value as Json;

use program::{rds, said};

/// Runs a call with an input, and gives its exit code, the first line of what it prints, and what it says. `FILE` is the
/// name of the file.
fn with_input(operation: &str, input: &str, more: &[&str]) -> (i32, String, String) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, input).unwrap();
    let path = file.path().to_str().unwrap();
    let arguments = [&["call", operation, "--fake", "--dry-run", "--input", path], more].concat();
    let output = rds(&arguments).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = said(&output).replace(path, "FILE");
    (output.status.code().unwrap(), printed.lines().next().unwrap_or_default().to_owned(), said)
}

const TAGS: &str = "\
# Tags of two instances.
ResourceType: instance
resource-id: [rm-1, rm-2]
Tag:
  - Key: version
    Value: 8.0
  - {Key: on, Value: 'yes'}
";

#[test]
fn yaml_and_json_give_what_options_give() {
    let sent = "?RegionId=cn-hangzhou&ResourceId.1=rm-1&ResourceId.2=rm-2&ResourceType=INSTANCE&Tag.1.Key=version&Tag.1.Value=8.0\
                &Tag.2.Key=on&Tag.2.Value=yes";
    let json = r#"{"ResourceType": "INSTANCE", "ResourceId": "rm-1,rm-2", "RegionId": null,
        "Tag": [{"Key": "version", "Value": "8.0"}, {"Key": "on", "Value": "yes"}]}"#;
    for input in [TAGS, json, &json.replace("\n        ", "\n\t")] {
        let (code, line, said) = with_input("TagResources", input, &[]);
        assert_eq!((code, said.as_str()), (0, ""), "{input}");
        assert!(line.ends_with(sent), "{line}");
    }
    // An option goes before.
    let (_, line, _) = with_input("TagResources", TAGS, &["--ResourceId", "rm-3", "--Tag.1.Key", "a"]);
    assert!(line.ends_with("&ResourceId.1=rm-3&ResourceType=INSTANCE&Tag.1.Key=a"), "{line}");
    // As on the command line, times may be typed, numbers are texts where those are taken, and a structure is JSON in a text.
    let slow = "DBInstanceId: rm-1\nStartTime: 2026-11-01\nEndTime: 2026-11-02T10:20:30Z\nPageSize: '50'\n";
    let (code, line, said) = with_input("DescribeSlowLogRecords", slow, &[]);
    assert_eq!((code, said.as_str()), (0, ""));
    assert!(
        line.contains("StartTime=2026-11-01T00%3A00Z") && line.contains("EndTime=2026-11-02T10%3A21Z"),
        "{line}"
    );
}

#[test]
fn an_input_comes_from_standard_input() {
    let mut command = rds(&["call", "TagResources", "--fake", "--dry-run", "--input", "-"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(TAGS.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("Tag.2.Key=on"), "{}", said(&output));
    let twice =
        rds(&["call", "TagResources", "--fake", "--input", "-", "--ResourceId", "@-"]).output().unwrap();
    assert!(said(&twice).contains("standard input is read for --ResourceId already"), "{}", said(&twice));
}

#[test]
fn a_mistake_is_told_with_its_line() {
    for (operation, input, says) in [
        (
            "TagResources",
            "ResourceType: INSTANCE\nResourceIds: [a]",
            &["FILE:2: `ResourceIds` is no parameter of TagResources; did you mean ResourceId?"][..],
        ),
        (
            "TagResources",
            "ResourceType: INSTANCE\nResourceId: a\nTag:\n- Key: a\n- Ky: b\n",
            &["FILE:5: `Tag.2.Key` is required", "FILE:5: `Tag.2.Ky` is not in the specification"],
        ),
        (
            "TagResources",
            "ResourceType: DISK\nResourceId: a\n",
            &["FILE:1: `ResourceType` is not valid: `DISK` is not one of INSTANCE"],
        ),
        (
            "TagResources",
            "ResourceType: INSTANCE\nResourceId: {a: b}\n",
            &["FILE:2: `ResourceId`: it is no object"],
        ),
        ("TagResources", "ResourceType: INSTANCE\n", &["error: `ResourceId` is required"]),
        (
            "TagResources",
            "ResourceId: a\nResourceId: b\n",
            &["FILE:2: `ResourceId` stands here twice, first in line 1"],
        ),
        ("TagResources", "ResourceId: a\nresource_id: b\n", &["FILE:2: `ResourceId` stands here twice"]),
        ("TagResources", "- ResourceId\n", &["FILE:1: an input is an object"]),
        ("TagResources", "ResourceId: [a\n", &["FILE:", "neither YAML nor JSON"]),
        (
            "DescribeBackups",
            "DBInstanceId: rm-1\nPageSize: 2000\nPageNumber: many\n",
            &["FILE:3: `PageNumber`: `many` is not a"],
        ),
        (
            "DescribeBackups",
            "DBInstanceId: rm-1\n\nPageSize: 2000\n",
            &["FILE:3: `PageSize` is not valid: 2000 is more than 1000"],
        ),
        (
            "CreateAccount",
            "DBInstanceId: rm-1\nAccountName: a\nAccountPassword: '@/no/such/file'\n",
            &["FILE:3: `AccountPassword`: the file whose name follows the @ cannot be read"],
        ),
        (
            "CreateAccount",
            "DBInstanceId: rm-1\nAccountName: a\nAccountPassword: {hunter2: 1}\n",
            &["FILE:3: `AccountPassword`"],
        ),
    ] {
        let (code, _, said) = with_input(operation, input, &[]);
        if says == ["FILE:3: `AccountPassword`"] && code == 0 {
            // A structure is a text of JSON where a text is taken.
            continue;
        }
        assert_eq!(code, 2, "{input}: {said}");
        for part in says {
            assert!(said.contains(part), "{input}: {said}");
        }
        assert!(!said.contains("hunter2"), "{said}");
    }
    let absent = rds(&["call", "DescribeRegions", "--fake", "--input", "/no/such/file"]).output().unwrap();
    assert!(said(&absent).contains("/no/such/file cannot be read"), "{}", said(&absent));
    // What an option replaces is no mistake of the file.
    let (code, _, said) =
        with_input("DescribeBackups", "DBInstanceId: rm-1\nPageSize: 2000\n", &["--PageSize", "30"]);
    assert_eq!(code, 0, "{said}");
}

/// Does something for each of many, on several threads.
fn each<T: Sync>(all: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(one);
                }
            });
        }
    });
}

/// A skeleton with its examples is an input of its operation, whatever the operation; one that is not filled in lacks what
/// is required and nothing else.
#[test]
fn every_skeleton_is_an_input_of_its_operation() {
    let operations: Vec<&Operation> = schema::operations().step_by(7).collect();
    let faults = Mutex::new(Vec::new());
    each(&operations, |operation| {
        let name = operation.name.as_str();
        for format in [&["--examples"][..], &["--examples", "--json"]] {
            let printed = rds(&[&["skeleton", name], format].concat()).output().unwrap();
            let skeleton = String::from_utf8(printed.stdout).unwrap();
            let (code, _, said) = with_input(name, &skeleton, &[]);
            if code != 0 {
                faults.lock().unwrap().push(format!("{name} {format:?}: {said}\n{skeleton}"));
            }
        }
        for format in [&[][..], &["--json"]] {
            let printed = rds(&[&["skeleton", name], format].concat()).output().unwrap();
            let (code, _, said) = with_input(name, &String::from_utf8(printed.stdout).unwrap(), &[]);
            let required: Vec<&str> = operation.required().map(|field| field.name.as_str()).collect();
            let is_right = match required.is_empty() {
                true => code == 0,
                false => code == 2 && required.iter().all(|name| said.contains(&format!("`{name}"))),
            };
            if !is_right || said.contains("is not in") {
                faults.lock().unwrap().push(format!("{name} {format:?} empty: {said}"));
            }
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{} faults, such as {}", faults.len(), faults[0]);
}

#[test]
fn a_skeleton_says_what_is_to_be_known() {
    let printed = |arguments: &[&str]| {
        let output = rds(&[&["skeleton"], arguments].concat()).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let yaml = printed(&["create-db-instance"]);
    let place = |text: &str| yaml.find(text).unwrap_or_else(|| panic!("no {text} in {yaml}"));
    assert!(place("\n# Required\n") < place("\nEngine:\n") && place("\nEngine:\n") < place("\n# Optional"));
    assert!(place("MySQL, SQLServer, ") > 0 && place("\n#DBInstanceDescription:\n") > place("\n# Optional"));
    assert!(!yaml.contains("OwnerId"), "it says nothing about an instance");
    assert!(yaml.lines().all(|line| line.chars().count() <= 96));
    let json: Json = serde_json::from_str(&printed(&["TagResources", "--json"])).unwrap();
    assert_eq!(json["Tag"], serde_json::json!([{ "Key": null, "Value": null }]));
    assert!(json["ResourceType"].is_null());
    let unknown = rds(&["skeleton", "TagResource"]).output().unwrap();
    assert!(unknown.status.code() == Some(2) && said(&unknown).contains("did you mean TagResources?"));
}

#[test]
fn however_much_is_wrong_is_told_within_a_page() {
    let keys = |count: usize| (0..count).map(|number| format!("Tagg{number}: 1\n")).collect::<String>();
    for (input, says) in [
        (keys(30_000), "from here on nothing was looked at"),
        (keys(30_000) + "Tagg7: 2\n", "`Tagg7` stands here twice, first in line 8"),
        (format!("{{\"{}\": 1}}", "Tag".repeat(300_000)), "is no parameter of TagResources"),
    ] {
        let (code, line, said) = with_input("TagResources", &input, &[]);
        assert_eq!((code, line.as_str()), (2, ""), "{said:.1000}");
        assert!(said.contains(says) && said.lines().count() < 30, "{says}: {said:.1000}");
    }
}
