//! One command for several regions and several things, and one that reads again and again.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod program;
mod served;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value as Json;

use program::said;
use served::Served;

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

const REGION: [&str; 2] = ["--region", "cn-hangzhou"];

#[test]
fn each_instance_is_asked_and_every_row_says_whose_it_is() {
    let served = Served::start("5");
    let each = |more: &[&str]| {
        let output = served
            .rds(&[&["DescribeAccounts", "--each", "DBInstanceId"], &REGION[..], more].concat())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", said(&output));
        output
    };
    // The first instance alone has an account.
    assert_eq!(
        lines(&each(&["-o", "csv", "--columns", "AccountName"])),
        ["DBInstanceId,AccountName", "rm-fake0000000000001,app"]
    );
    let listed: Json = serde_json::from_slice(&each(&[]).stdout).unwrap();
    let whose: Vec<&str> =
        listed.as_array().unwrap().iter().map(|it| it["DBInstanceId"].as_str().unwrap()).collect();
    assert_eq!(whose.len(), 5);
    assert_eq!(
        sorted(whose.iter().map(|it| (*it).to_owned()).collect()),
        sorted(served.instances().iter().map(|it| (*it).to_owned()).collect())
    );
    let counted = each(&[
        "--query",
        "[].[DBInstanceId, length(Response.Accounts.DBInstanceAccount)] | [?[1] > `0`]",
        "-o",
        "ndjson",
    ]);
    assert_eq!(lines(&counted), [r#"["rm-fake0000000000001",1]"#]);

    // One thing for each is a row for each.
    let attributes =
        ["DescribeDBInstanceAttribute", "--each", "DBInstanceId", "-o", "tsv", "--columns", "Engine"];
    let output = served.rds(&[&attributes[..], &REGION].concat()).output().unwrap();
    assert_eq!(lines(&output).len(), 6, "{}", said(&output));
    assert_eq!(lines(&output)[0], "DBInstanceId\tEngine");
}

#[test]
fn values_come_from_standard_input_or_the_command_line() {
    let served = Served::start("3");
    let ids = served.instances();
    let attributes = ["DescribeDBInstanceAttribute", "-o", "csv", "--columns", "DBInstanceStatus"];
    let expected = sorted(ids[..2].iter().map(|id| format!("{id},Running")).collect());
    let mut command = served.rds(&[&attributes[..], &REGION, &["--each", "DBInstanceId=-"]].concat());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{}\n\n {}\r\n", ids[0], ids[1]).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(sorted(lines(&output)[1..].to_vec()), expected);
    let given = format!("db-instance-id={},{}", ids[0], ids[1]);
    let output = served.rds(&[&attributes[..], &REGION, &["--each", &given]].concat()).output().unwrap();
    assert_eq!(sorted(lines(&output)[1..].to_vec()), expected);
}

#[test]
fn a_failure_stands_beside_the_results_of_the_others() {
    let served = Served::start("3");
    let ids = served.instances();
    let given = format!("DBInstanceId={},rm-nothing,{}", ids[0], ids[1]);
    let call = |each: &str, more: &[&str]| {
        served
            .rds(&[&["DescribeDBInstanceAttribute", "--each", each], &REGION[..], more].concat())
            .output()
            .unwrap()
    };
    let output = call(&given, &["-o", "csv", "--columns", "Engine"]);
    assert_eq!(output.status.code(), Some(8), "{}", said(&output));
    assert_eq!(lines(&output).len(), 3);
    assert!(
        said(&output).contains("error: rm-nothing: ") && said(&output).contains("1 of 3 calls failed"),
        "{}",
        said(&output)
    );
    let listed: Json = serde_json::from_slice(&call(&given, &[]).stdout).unwrap();
    assert!(listed[1]["Error"].as_str().unwrap().contains("InvalidDBInstance"), "{listed}");
    assert_eq!(listed[2]["DBInstanceId"], ids[1]);
    // Where all fail alike, the code is that of one.
    let output = call("DBInstanceId=rm-a,rm-b", &[]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn all_regions_are_asked_each_once() {
    let served = Served::start("2");
    let output = served
        .rds(&["DescribeDBInstances", "--region", "all", "-o", "csv", "--columns", "DBInstanceId"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let expected = served.instances().iter().map(|id| format!("cn-hangzhou,{id}")).collect();
    assert_eq!(lines(&output)[0], "Region,DBInstanceId");
    assert_eq!(sorted(lines(&output)[1..].to_vec()), sorted(expected));

    let json = served.rds(&["DescribeDBInstances", "--region", "all"]).output().unwrap();
    let listed: Json = serde_json::from_slice(&json.stdout).unwrap();
    let regions: Vec<&str> =
        listed.as_array().unwrap().iter().map(|it| it["Region"].as_str().unwrap()).collect();
    assert!(regions.len() > 10 && regions.contains(&"cn-beijing"), "{regions:?}");
    let unique: std::collections::BTreeSet<&str> = regions.iter().copied().collect();
    assert_eq!(unique.len(), regions.len());

    // One of several is refused for good.
    served.post("faults?fault=Refuse&code=Forbidden.RAM&status=403&operation=DescribeDBInstances&times=1");
    let several = [
        "DescribeDBInstances",
        "--region",
        "cn-beijing,cn-hangzhou,cn-beijing",
        "-o",
        "csv",
        "--parallel",
        "1",
    ];
    let output = served.rds(&[&several[..], &["--columns", "DBInstanceId"]].concat()).output().unwrap();
    assert_eq!(output.status.code(), Some(8), "{}", said(&output));
    assert!(said(&output).contains("error: cn-beijing: ") && lines(&output).len() == 3, "{}", said(&output));

    // In each region its own instances.
    let both =
        ["DescribeDBInstanceAttribute", "--region", "cn-hangzhou,cn-beijing", "--each", "DBInstanceId"];
    let output = served.rds(&[&both[..], &["-o", "csv", "--columns", "Engine"]].concat()).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!((lines(&output)[0].as_str(), lines(&output).len()), ("Region,DBInstanceId,Engine", 3));
}

#[test]
fn what_does_not_go_together_is_refused() {
    for (arguments, says) in [
        (&["DescribeAccounts", "--each", "DBInstanceId", "--dry-run"][..], "cannot be used with"),
        (&["DescribeDBInstances", "--region", "a,b", "--dry-run"], "are for one region"),
        (&["DescribeDBInstances", "--region", "a,b", "--rust"], "are for one region"),
        (&["DescribeAccounts", "--each", "Nothing"], "has no parameter Nothing"),
        (
            &["DescribeAccounts", "--each", "AccountName", "--DBInstanceId", "rm-1", "--format", "xml"],
            "in JSON, not XML",
        ),
        (&["DeleteDBInstance", "--DBInstanceId", "rm-1", "--watch"], "is for what only reads"),
        (&["Other", "--unknown", "--watch"], "is for what only reads"),
        (
            &["DescribeBackupTasks", "--each", "BackupJobId", "--DBInstanceId", "rm-1"],
            "reads the values from standard input",
        ),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_rds"))
            .arg("call")
            .args(arguments)
            .arg("--fake")
            .output()
            .unwrap();
        assert!(
            said(&output).contains(says) && output.status.code() == Some(2),
            "{arguments:?}: {}",
            said(&output)
        );
    }
}

#[test]
fn a_watch_reads_again_until_it_is_interrupted() {
    let served = Served::start("1");
    let watch = ["DescribeDBInstances", "--watch=0.2", "--query", "Items.DBInstance[].DBInstanceStatus"];
    for signal in ["-INT", "-TERM"] {
        let mut command = served.rds(&[&watch[..], &REGION].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut seen = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..2 {
            assert_eq!(seen.next().unwrap().unwrap(), r#"["Running"]"#);
        }
        // A failure is told, and it goes on.
        served
            .post("faults?fault=Refuse&code=Forbidden.RAM&status=403&operation=DescribeDBInstances&times=1");
        for _ in 0..2 {
            assert_eq!(seen.next().unwrap().unwrap(), r#"["Running"]"#);
        }
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}: {said}");
        assert!(said.contains("error: DescribeDBInstances") && said.contains("Forbidden.RAM"), "{said}");
    }
    // A csv has one line of names.
    for (how, names) in [("csv", "DBInstanceId,Engine"), ("tsv", "DBInstanceId\tEngine")] {
        let watch = ["DescribeDBInstances", "--watch=0.2", "-o", how, "--columns", "DBInstanceId,Engine"];
        let mut child = served.rds(&[&watch[..], &REGION].concat()).stdout(Stdio::piped()).spawn().unwrap();
        let seen = BufReader::new(child.stdout.take().unwrap()).lines();
        let seen: Vec<String> = seen.take(4).map(Result::unwrap).collect();
        assert_eq!(seen[0], names);
        assert!(seen[1..].iter().all(|line| line.starts_with("rm-fake0000000000001")), "{seen:?}");
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    // What fails at first fails for good, and a reader that has seen enough ends it.
    let failing = served
        .rds(&[
            "DescribeDBInstanceAttribute",
            "--DBInstanceId",
            "rm-nothing",
            "--watch",
            "--region",
            "cn-hangzhou",
        ])
        .output()
        .unwrap();
    assert_eq!(failing.status.code(), Some(1));
    let mut command = served.rds(&[&watch[..], &REGION].concat());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    std::thread::sleep(Duration::from_millis(10));
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
