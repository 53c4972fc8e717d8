//! The short commands for what is looked at every day.
#![allow(clippy::unwrap_used, clippy::panic)]

mod program;
mod served;

use std::process::Output;

use serde_json::Value as Json;

use program::said;
use served::Served;

/// A served account, some time after it began: before there is nothing to be seen.
struct Account(Served);

impl Account {
    fn start(instances: &str) -> Self {
        let served = Served::start(instances);
        served.post("clock?advance=600");
        Self(served)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.0.rds_in_region(arguments).output().unwrap()
    }

    fn print(&self, arguments: &[&str]) -> Vec<String> {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }
}

const INSTANCE: &str = "rm-fake0000000000001";
const LATER: [&str; 2] = ["--until", "+15m"];

#[test]
fn backups_are_listed_of_one_instance_and_of_all() {
    let served = Account::start("3");
    let table = served.print(&[&["backups", INSTANCE], &LATER[..]].concat());
    assert!(table[1].starts_with("│ BackupId ") && table[1].contains("BackupSize"), "{table:#?}");
    assert!(table[3].contains("Success"), "{table:#?}");
    let csv = served.print(&[&["backups", "-o", "csv", "--columns", "BackupStatus"], &LATER[..]].concat());
    assert_eq!(csv[0], "DBInstanceId,BackupStatus");
    assert!(csv[1..].iter().any(|line| line == "rm-fake0000000000001,Success"), "{csv:#?}");
    let none = served.run(&["backups", INSTANCE, "--since", "-9d", "--until", "-8d"]);
    assert!(none.status.success() && said(&none).contains("the list is empty"), "{}", said(&none));
    let json = served.print(&["backups", INSTANCE, "-o", "json", "--until=+15m"]).concat();
    assert!(serde_json::from_str::<Json>(&json).unwrap()["Items"]["Backup"][0]["BackupStatus"] == "Success");
    let wrong = served.run(&["backups", INSTANCE, "--since", "soon"]);
    assert!(wrong.status.code() == Some(2) && said(&wrong).contains("yesterday"), "{}", said(&wrong));
}

/// The service takes the ends of ranges to the minute.
#[test]
fn what_has_just_ended_is_listed() {
    let listed =
        program::rds(&["backups", "--fake", "-o", "csv", "--columns", "BackupStatus"]).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&listed.stdout),
        "DBInstanceId,BackupStatus\nrm-fake0000000000001,Success\n",
        "{}",
        said(&listed)
    );
}

#[test]
fn slow_statements_are_listed() {
    let served = Account::start("2");
    let csv = served.print(&[&["slow", INSTANCE, "-o", "csv"], &LATER[..]].concat());
    assert_eq!(csv[0], "ExecutionStartTime,QueryTimeMS,SQLText,DBName,ParseRowCounts,ReturnRowCounts");
    let all = served.print(&[&["slow", "-o", "csv", "--pages", "all"], &LATER[..]].concat());
    assert!(all.len() >= csv.len() && all[0].starts_with("DBInstanceId,"), "{all:#?}");
    let none =
        served.print(&[&["slow", INSTANCE, "-o", "csv", "--database", "nothing"], &LATER[..]].concat());
    assert_eq!(none.len(), 1, "{none:#?}");
    let unknown = served.run(&["slow", "rm-nothing"]);
    assert!(
        unknown.status.code() == Some(1) && said(&unknown).contains("InvalidDBInstance"),
        "{}",
        said(&unknown)
    );
}

#[test]
fn top_shows_how_instances_of_all_engines_are() {
    let served = Account::start("4");
    let csv = served.print(&[&["top", "-o", "csv"], &LATER[..]].concat());
    assert_eq!(csv[0], "DBInstanceId,Metric,Number,Now,Unit,Average,Highest,Trend");
    let ids: std::collections::BTreeSet<&str> =
        csv[1..].iter().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(ids.len(), 4, "{csv:#?}");
    for metric in ["MySQL_MemCpuUsage,cpuusage", "MySQL_QPSTPS,TPS", "CpuUsage,", "SQLServer_IOPS,"] {
        assert!(csv.iter().any(|line| line.contains(metric)), "{metric}: {csv:#?}");
    }
    let one = served
        .print(&[&["top", INSTANCE, "--metric", "mysql_sessions", "-o", "ndjson"], &LATER[..]].concat());
    let rows: Vec<Json> = one.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 2, "{rows:#?}");
    for row in &rows {
        let number = |name: &str| row[name].as_f64().unwrap();
        assert!(number("Highest") >= number("Average") && number("Highest") >= number("Now"), "{row}");
        assert!(row["Trend"].as_str().unwrap().chars().count() > 1, "{row}");
    }
    let all = served.print(&[&["top", INSTANCE, "--metric", "all", "-o", "csv"], &LATER[..]].concat());
    assert!(all.len() > 30, "{all:#?}");
    let table = served.print(&[&["top", INSTANCE], &LATER[..]].concat());
    assert!(table[1].starts_with("│ Metric ") && table[3].contains("cpuusage"), "{table:#?}");
    let regions =
        served.print(&[&["top", "--region", "cn-hangzhou,cn-beijing", "-o", "csv"], &LATER[..]].concat());
    assert!(
        regions[0].starts_with("Region,DBInstanceId") && regions[1].starts_with("cn-hangzhou,"),
        "{regions:#?}"
    );
}

#[test]
fn top_says_what_it_cannot_show() {
    let served = Account::start("1");
    let unknown = served.run(&["top", INSTANCE, "--metric", "MySQL_Sesions"]);
    assert!(
        unknown.status.code() == Some(2) && said(&unknown).contains("did you mean MySQL_Sessions?"),
        "{}",
        said(&unknown)
    );
    let absent = served.run(&["top", "rm-nothing"]);
    assert!(
        absent.status.code() == Some(1) && said(&absent).contains("InvalidDBInstance"),
        "{}",
        said(&absent)
    );
    let early = served.run(&["top", INSTANCE, "--since", "-9d", "--until", "-8d"]);
    assert!(early.status.success() && said(&early).contains("empty"), "{}", said(&early));
}

#[test]
fn a_backup_and_logs_become_files_and_nothing_is_replaced_unasked() {
    let served = Account::start("1");
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().to_str().unwrap();
    let download = ["download", INSTANCE, "--to", to, "-o", "json"];
    let early = ["--binlogs", "--since", "-9d", "--until", "-8d"];
    let none = served.run(&[&download[..], &early].concat());
    assert!(none.status.success() && said(&none).contains("has nothing to download"), "{}", said(&none));
    let saved: Json = serde_json::from_str(&served.print(&download).join("\n")).unwrap();
    let file = &saved["Files"][0];
    assert_eq!(file["Checked"], "size, checksum");
    let length = std::fs::metadata(file["File"].as_str().unwrap()).unwrap().len();
    assert!(length > 0 && file["Bytes"] == length, "{saved}");

    let again = served.run(&download);
    assert_eq!(again.status.code(), Some(2), "{}", said(&again));
    assert!(said(&again).contains("is there already: replace it with --overwrite"), "{}", said(&again));
    served.print(&[&download[..], &["--overwrite"]].concat());

    let unknown = served.run(&[&download[..], &["--backup", "1"]].concat());
    assert_eq!(unknown.status.code(), Some(1));
    assert!(said(&unknown).contains("has no backup 1; `rds backups"), "{}", said(&unknown));
    served.0.post("clock?advance=14400");
    let logs = served.print(&[&download[..], &["--binlogs", "--until", "+1d"]].concat()).join("\n");
    let logs: Json = serde_json::from_str(&logs).unwrap();
    let logs = logs["Files"].as_array().unwrap();
    assert!(!logs.is_empty() && logs.iter().all(|log| log["Bytes"].as_u64() > Some(0)), "{logs:?}");
}
