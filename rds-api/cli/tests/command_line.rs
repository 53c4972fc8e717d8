//! The binary `rds`, run as a user runs it, against embedded services.
//!
//! What it prints is written down in `command_line/` and in the README. After a change that is meant,
//! `TRYCMD=overwrite cargo test -p rds-cli --test command_line` writes it down again.
#![allow(clippy::unwrap_used, clippy::panic)]

mod program;
mod served;

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use program::{rds, said};
use served::Served;

#[test]
fn commands_print_what_is_written_down() {
    trycmd::TestCases::new().case("tests/command_line/*.md").case("../../README.md").run();
}

#[test]
fn a_served_account_is_called_with_what_the_first_line_says() {
    let served = Served::with(&["--access-key-id", "me", "--security-token", "token", "--instances", "3"]);
    assert_eq!(served.text("access_key_id"), "me");
    let listed = served
        .rds_in_region(&["call", "DescribeDBInstances"])
        .args(["--path", "$..DBInstanceId"])
        .output()
        .unwrap();
    let mut listed: Vec<&str> = std::str::from_utf8(&listed.stdout).unwrap().lines().collect();
    let mut described: Vec<&str> =
        served.description["instances"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
    listed.sort_unstable();
    described.sort_unstable();
    assert_eq!(listed.len(), 3);
    assert_eq!(listed, described);

    let refused = served
        .rds_in_region(&["call", "DescribeDBInstances"])
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "?")
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("SignatureDoesNotMatch"));
}

/// A test begins where another ended.
#[cfg(unix)]
#[test]
fn the_state_of_a_served_account_is_kept_in_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let start = || Served::with(&["--state", file.to_str().unwrap()]);
    let of_instance = ["--DBInstanceId", "rm-fake0000000000001"];
    let mut first = start();
    let mut create = first.rds_in_region(&["call", "CreateDatabase"]);
    let created = create.args(of_instance).args(["--DBName", "shop", "--CharacterSetName", "utf8"]);
    assert!(created.output().unwrap().status.success());
    assert!(!file.exists(), "it is written when the service ends");
    Command::new("kill").args(["-TERM", &first.child.id().to_string()]).status().unwrap();
    assert_eq!(first.child.wait().unwrap().code(), Some(0));

    let second = start();
    assert_eq!(second.description["instances"], serde_json::json!(["rm-fake0000000000001"]));
    let listed = second
        .rds_in_region(&["call", "DescribeDatabases"])
        .args(of_instance)
        .args(["--path", "$..DBName"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(listed.stdout).unwrap(), "orders\nshop\n");

    std::fs::write(&file, "no state").unwrap();
    let refused = rds(&["serve", "--state", file.to_str().unwrap()]).output().unwrap();
    assert!(said(&refused).contains("the state cannot be read"), "{refused:?}");
}

#[test]
fn what_is_not_simulated_is_told_or_refused() {
    let simulated = rds(&["operations", "--simulated", "--names"]).output().unwrap().stdout;
    let simulated = String::from_utf8(simulated).unwrap();
    let names: Vec<&str> = simulated.lines().collect();
    assert!(names.len() >= 150 && names.contains(&"CreateDBInstance"), "{simulated}");
    assert!(!names.contains(&"DescribeRCClusters"));

    let note = "made of examples";
    for (operation, is_noted) in [("DescribeRCClusters", true), ("DescribeRegions", false)] {
        let called = rds(&["call", operation, "--fake"]).output().unwrap();
        assert!(called.status.success());
        assert_eq!(said(&called).contains(note), is_noted, "{operation}");
    }
    let strict = Served::with(&["--strict"]);
    let refused = strict.rds_in_region(&["call", "DescribeRCClusters"]).output().unwrap();
    assert!(said(&refused).contains("is not simulated"), "{refused:?}");
    assert!(strict.rds_in_region(&["call", "DescribeRegions"]).output().unwrap().status.success());
}

#[test]
fn pages_become_one_response() {
    let served = Served::with(&["--instances", "7"]);
    let entries = |pages: &str| {
        let mut call = served.rds_in_region(&["call", "DescribeDBInstances"]);
        let response = call.args(["--PageSize", "3", "--pages", pages]).output().unwrap();
        let response: Json = serde_json::from_slice(&response.stdout).unwrap();
        response["Items"]["DBInstance"].as_array().unwrap().len()
    };
    assert_eq!((entries("1"), entries("2"), entries("all")), (3, 6, 7));
}

#[test]
fn waiting_says_how_far_it_is_and_prints_what_it_came_to() {
    let served = Served::with(&["--backup-duration", "1"]);
    let of_instance = ["--DBInstanceId", served.description["instances"][0].as_str().unwrap()];
    let started = served.rds_in_region(&["call", "CreateBackup"]).args(of_instance).output().unwrap();
    let started: Json = serde_json::from_slice(&started.stdout).unwrap();
    let mut wait = served.rds_in_region(&["call", "DescribeBackupTasks"]);
    wait.args(of_instance).args(["--wait", "--every", "0.1", "--path", "$..BackupId"]);
    let finished = wait.args(["--BackupJobId", started["BackupJobId"].as_str().unwrap()]).output().unwrap();
    let said = String::from_utf8(finished.stderr).unwrap();
    assert!(finished.status.success(), "{said}");
    assert!(said.lines().count() > 1 && said.contains("note: Finished 100 %"), "{said}");
    assert_eq!(String::from_utf8(finished.stdout).unwrap().lines().count(), 1);

    // A write is followed by what tells how far it is.
    let mut write = served.rds_in_region(&["call", "CreateBackup"]);
    let followed = write.args(of_instance).args(["--wait", "--every", "0.1", "--path", "$..BackupStatus"]);
    let followed = followed.output().unwrap();
    let said = String::from_utf8(followed.stderr).unwrap();
    assert!(followed.status.success(), "{said}");
    assert!(said.starts_with("note: CreateBackup was accepted: BackupJobId "), "{said}");
    assert!(said.lines().count() > 2 && said.contains("note: Finished 100 %"), "{said}");
    assert_eq!(String::from_utf8(followed.stdout).unwrap(), "Finished\n");

    let mut late = served.rds_in_region(&["call", "DescribeDBInstanceAttribute"]);
    let late = late.args(of_instance).args(["--wait=stopped", "--timeout", "0.2"]).output().unwrap();
    assert_eq!(late.status.code(), Some(5));
}

#[test]
fn all_that_a_write_makes_at_once_is_waited_for() {
    let served = Served::with(&["--change-duration", "1"]);
    let create = [
        "CreateDBInstance",
        "--DBInstanceClass",
        "mysql.n2.medium.2c",
        "--DBInstanceNetType",
        "Intranet",
        "--DBInstanceStorage",
        "100",
        "--Engine",
        "MySQL",
        "--EngineVersion",
        "8.0",
        "--PayType",
        "Postpaid",
        "--SecurityIPList",
        "127.0.0.1",
        "--Amount",
        "3",
        "--wait",
        "--every",
        "0.2",
    ];
    let created = served.rds_in_region(&create).output().unwrap();
    let said = said(&created);
    assert!(created.status.success(), "{said}");
    let listed = served.rds_in_region(&[
        "DescribeDBInstances",
        "-o",
        "csv",
        "--columns",
        "DBInstanceId,DBInstanceStatus",
    ]);
    let listed = String::from_utf8({ listed }.output().unwrap().stdout).unwrap();
    let rows: Vec<(&str, &str)> = listed.lines().skip(1).filter_map(|line| line.split_once(',')).collect();
    assert_eq!(rows.len(), 4, "{listed}");
    for (id, status) in rows.into_iter().filter(|(id, _)| !served.instances().contains(id)) {
        assert_eq!(status, "Running", "{id}: {listed}");
        assert!(said.contains(&format!("note: {id} Running after ")), "{id}: {said}");
    }
}

#[test]
fn a_fast_clock_finishes_what_takes_long() {
    let served = Served::with(&["--clock-speed", "1000", "--backup-duration", "100"]);
    let of_instance = ["--DBInstanceId", served.description["instances"][0].as_str().unwrap()];
    let status = || {
        let mut tasks = served.rds_in_region(&["call", "DescribeBackupTasks"]);
        let tasks = tasks.args(of_instance).args(["--path", "$..BackupProgressStatus"]).output().unwrap();
        String::from_utf8(tasks.stdout).unwrap()
    };
    assert!(
        served.rds_in_region(&["call", "CreateBackup"]).args(of_instance).output().unwrap().status.success()
    );
    let unfinished = |status: &str| status.lines().any(|status| status != "Finished");
    while unfinished(&status()) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(status().lines().count(), 2);
}

/// Secrets need not stand on the command line, and are in no trace.
#[test]
fn secrets_and_json_are_read_from_files_and_standard_input() {
    let served = Served::with(&[]);
    let instance = served.description["instances"][0].as_str().unwrap();
    let mut create = served.rds_in_region(&["call", "CreateAccount"]);
    create.args(["--DBInstanceId", instance, "--AccountName", "reader", "--AccountPassword", "@-", "-vvv"]);
    let mut child =
        create.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"hunter2Hunter2!\n").unwrap();
    let created = child.wait_with_output().unwrap();
    let said = String::from_utf8(created.stderr).unwrap();
    assert!(created.status.success() && said.contains("CreateAccount"), "{said}");
    assert!(!said.contains("unter2"), "{said}");

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, r#"[{"Key": "env", "Value": "test"}]"#).unwrap();
    let mut tag = served.rds_in_region(&["call", "TagResources"]);
    tag.args(["--ResourceType", "INSTANCE", "--ResourceId", instance, "--Tag"]);
    assert!(tag.arg(format!("@{}", file.path().display())).output().unwrap().status.success());
    let mut tags = served.rds_in_region(&["call", "ListTagResources"]);
    let tags = tags.args(["--ResourceType", "INSTANCE", "--ResourceId", instance, "--path", "$..TagValue"]);
    assert_eq!(tags.output().unwrap().stdout, b"test\n");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut child = rds(&["operations"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

/// The shells ask the binary itself.
#[test]
fn operations_parameters_and_values_are_completed() {
    let complete = |words: &[&str]| {
        let mut command = rds(&[]);
        command.env("COMPLETE", "bash").env("_CLAP_IFS", "\n");
        command.env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string());
        let output = command.arg("--").args(words).output().unwrap();
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(complete(&["rds", "ca"]), ["call"]);
    assert_eq!(
        complete(&["rds", "call", "DescribeBackup"]),
        ["DescribeBackupDatabase", "DescribeBackupPolicy", "DescribeBackupTasks", "DescribeBackups"]
    );
    let call = ["rds", "call", "DescribeBackupTasks"];
    assert_eq!(complete(&[&call[..], &["--BackupM"]].concat()), ["--BackupMode"]);
    assert_eq!(complete(&[&call[..], &["--BackupMode", ""]].concat()), ["Automated", "Manual"]);
    assert_eq!(complete(&["rds", "explain", "DescribeRegions"]), ["DescribeRegions"]);
    // In the place of a command, and in lower case.
    assert_eq!(complete(&["rds", "DescribeBackupP"]), ["DescribeBackupPolicy"]);
    assert_eq!(complete(&["rds", "call", "describe-backup-t"]), ["describe-backup-tasks"]);
    assert_eq!(complete(&["rds", "describe-backup-tasks", "--BackupM"]), ["--BackupMode"]);
    assert_eq!(complete(&["rds", "DescribeBackupTasks", "--dry"]), ["--dry-run"]);
    // What is known of the operation on the line.
    let columns = complete(&["rds", "DescribeDBInstances", "--columns", "DBInstanceId,Engine"]);
    assert_eq!(columns, ["DBInstanceId,Engine", "DBInstanceId,EngineVersion"]);
    let waiters = complete(&["rds", "call", "DescribeDBInstanceAttribute", "--wait="]);
    assert!(waiters.contains(&"--wait=running".to_owned()), "{waiters:?}");
    assert_eq!(complete(&["rds", "call", "DescribeBackups", "--each", "BackupI"]), ["BackupId"]);
    let regions = complete(&["rds", "call", "DescribeBackups", "--region", "cn-hang"]);
    assert_eq!(regions, ["cn-hangzhou"]);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config.json");
    std::fs::write(&file, r#"{"profiles": [{"name": "production"}, {"name": "test"}]}"#).unwrap();
    let mut command = rds(&[]);
    command.env("COMPLETE", "bash").env("_CLAP_IFS", "\n").env("_CLAP_COMPLETE_INDEX", "3");
    command.env("ALIBABA_CLOUD_CONFIG_FILE", &file);
    let output = command.args(["--", "rds", "whoami", "--profile", ""]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().collect::<Vec<_>>(), ["production", "test"]);
}
