//! Files: whole, checked, in the one folder that was named, and nothing replaced unasked.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rds_api_testing::{FakeInstance, FakeService, Fault};
use serde_json::{Value as Json, json};

use super::agent::{Agent, outcome, rds, yes};

const OLD: &str = "rm-old";

/// An instance with backups and logs.
fn service() -> FakeService {
    let instance = FakeInstance::new("MySQL").id(OLD).age(Duration::from_secs(5 * 3_600)).daily_backups(2);
    FakeService::builder().instance(instance).start().unwrap()
}

fn start(service: &FakeService, folder: &Path, more: &[&str], capabilities: Json) -> Agent {
    let arguments = ["--endpoint", service.endpoint(), "--download-folder", folder.to_str().unwrap()];
    Agent::start(&[&arguments[..], more].concat(), capabilities)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn only_a_server_with_a_folder_writes_files() {
    let mut agent = Agent::start(&["--fake"], json!({}));
    let said = agent.fail("download_file", json!({ "instance": OLD }));
    assert!(said["error"].as_str().unwrap().contains("--download-folder"), "{said:#}");
    for folder in ["/no/such/folder", "/dev/null"] {
        let refused = rds().args(["--fake", "--download-folder", folder]).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{folder}");
    }
}

#[test]
fn a_file_is_downloaded_once_the_user_has_agreed() {
    let (service, folder) = (service(), tempfile::tempdir().unwrap());
    let mut agent = start(&service, folder.path(), &[], json!({ "elicitation": {} }));
    let tools = agent.ask("tools/list", json!({}))["result"]["tools"].clone();
    let tool = tools.as_array().unwrap().iter().find(|tool| tool["name"] == "download_file").unwrap();
    assert_eq!(tool["annotations"]["readOnlyHint"], false, "{tool:#}");

    agent.answers.push(json!({ "action": "decline" }));
    let said = agent.fail("download_file", json!({ "instance": OLD, "name": "newest.xb" }));
    assert_eq!(
        (&said["kind"], &said["change"]["access"]),
        (&json!("NotConfirmed"), &json!("read")),
        "{said:#}"
    );
    let message = agent.questions[0]["params"]["message"].as_str().unwrap().to_owned();
    let path = fs::canonicalize(folder.path()).unwrap().join("newest.xb");
    for part in [
        "download_file: Downloads a file",
        "Access: read; it writes a new file on this machine.",
        "\n  file = \"backup set ",
        &format!("\n  path = {:?}", path.to_str().unwrap()),
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    assert!(names(folder.path()).is_empty(), "nothing is begun before somebody has agreed");
    assert!(!service.all_requests().iter().any(|it| it.operation == "GetObject"));

    agent.answers.push(json!({ "action": "accept", "content": { "confirm": true } }));
    let params = json!({
        "name": "download_file",
        "arguments": { "instance": OLD, "name": "newest.xb" },
        "_meta": { "progressToken": "p" },
    });
    let response = agent.ask("tools/call", params);
    let (is_error, said) = outcome(&response["result"]);
    assert!(!is_error, "{said:#}");
    assert_eq!(said["path"], path.to_str().unwrap());
    assert_eq!(said["checked_against_the_service"], "size, checksum");
    assert_eq!(said["bytes"], fs::metadata(&path).unwrap().len());
    assert!(said["crc64"].as_str().unwrap().parse::<u64>().is_ok(), "{said:#}");
    assert_eq!(names(folder.path()), ["newest.xb"]);
    let told: Vec<&Json> = agent.heard.iter().filter(|it| it["method"] == "notifications/progress").collect();
    let last = &told.last().unwrap()["params"];
    assert_eq!(
        (&last["progress"], &last["total"]),
        (&json!(said["bytes"].as_f64()), &json!(said["bytes"].as_f64()))
    );
    assert!(!said.to_string().contains("Signature") && !said.to_string().contains("http"), "{said:#}");
    assert!(agent.finish().0.success());
}

#[test]
fn nothing_is_written_elsewhere_and_nothing_replaced_unasked() {
    let (service, parent) = (service(), tempfile::tempdir().unwrap());
    let (folder, outside) = (parent.path().join("folder"), parent.path().join("outside"));
    fs::create_dir(&folder).unwrap();
    fs::create_dir(&outside).unwrap();
    fs::write(folder.join("mine"), "precious").unwrap();
    let mut agent = start(&service, &folder, &[], json!({}));
    let call = |name: &str, more: Json| {
        let mut arguments = json!({ "instance": OLD, "name": name });
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        arguments
    };
    for name in ["../outside/x", "..", "/tmp/x", "a/b", ".hidden", "x.part", "x.part.json", "", "mine"] {
        let said = agent.fail("download_file", call(name, json!({})));
        assert!(said["next"].is_string(), "{name}: {said:#}");
    }
    // Nobody can be asked whether a file may be replaced.
    let said = agent.fail("download_file", call("mine", json!({ "overwrite": true })));
    assert_eq!(said["kind"], "NotConfirmed", "{said:#}");
    assert_eq!(fs::read(folder.join("mine")).unwrap(), b"precious");
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(outside.join("x"), folder.join("link")).unwrap();
        symlink(outside.join("y"), folder.join("new.part")).unwrap();
        symlink(outside.join("z"), folder.join("other.part.json")).unwrap();
        for name in ["link", "new"] {
            for overwrite in [false, true] {
                agent.fail("download_file", call(name, json!({ "overwrite": overwrite })));
            }
        }
        agent.call("download_file", call("other", json!({})));
        // The folder itself has become a link.
        fs::rename(&folder, parent.path().join("moved")).unwrap();
        symlink(&outside, &folder).unwrap();
        agent.fail("download_file", call("later", json!({})));
        assert!(names(&outside).is_empty(), "{:?}", names(&outside));
        fs::remove_file(&folder).unwrap();
        fs::rename(parent.path().join("moved"), &folder).unwrap();
    }
    // A new file needs nobody, since a folder was named for it.
    agent.call("download_file", call("new-one", json!({})));
    let mut bold = start(&service, &folder, &["--yes"], json!({}));
    bold.fail("download_file", call("mine", json!({})));
    let said = bold.call("download_file", call("mine", json!({ "overwrite": true })));
    assert_eq!(said["bytes"], fs::metadata(folder.join("mine")).unwrap().len());
}

#[test]
fn every_kind_of_file_is_found_by_its_id() {
    let (service, folder) = (service(), tempfile::tempdir().unwrap());
    let mut agent = start(&service, folder.path(), &[], json!({}));
    let listed = |agent: &mut Agent, operation: &str, parameters: Json, query: &str| {
        let call = json!({ "operation": operation, "parameters": parameters, "query": query });
        agent.call("call_operation", call)["result"].clone()
    };
    let backups =
        listed(&mut agent, "DescribeBackups", json!({ "DBInstanceId": OLD }), "Items.Backup[].BackupId");
    let backups = backups.as_array().unwrap();
    assert!(backups.len() > 1, "{backups:?}");
    for id in backups {
        let said = agent.call("download_file", json!({ "instance": OLD, "id": id }));
        assert_eq!(said["file"], format!("backup set {}", id.to_string().trim_matches('"')));
    }
    let times = json!({ "DBInstanceId": OLD, "StartTime": "-1d", "EndTime": "now" });
    let logs = listed(
        &mut agent,
        "DescribeBinlogFiles",
        times,
        "Items.BinLogFile[].[LogFileName, HostInstanceID, Checksum]",
    );
    let (name, node) = (&logs[0][0], &logs[0][1]);
    let log = json!({ "instance": OLD, "kind": "binary_log", "id": name });
    let said = agent.fail("download_file", log.clone());
    assert!(said["error"].as_str().unwrap().contains("`node`"), "both nodes have it: {said:#}");
    let mut of_node = log;
    of_node["node"] = node.to_string().trim_matches('"').into();
    let said = agent.call("download_file", of_node);
    assert_eq!(said["crc64"], logs[0][2], "{said:#}");
    for (arguments, why) in [
        (json!({ "instance": OLD, "id": "1" }), "has no such file"),
        (json!({ "instance": OLD, "kind": "binary_log" }), "several such files"),
        (json!({ "instance": OLD, "kind": "binary_log", "since": "soon" }), "yesterday"),
        (json!({ "instance": OLD, "kind": "log_backup", "id": "x" }), "has no such file"),
        (json!({ "instance": OLD, "kind": "sql_log", "id": "x" }), "has no such file"),
        (json!({ "instance": OLD, "kind": "everything" }), "schema"),
        (json!({ "instance": "rm-nothing" }), "InvalidDBInstance"),
    ] {
        let said = agent.fail("download_file", arguments);
        assert!(said["error"].as_str().unwrap().contains(why), "{why}: {said:#}");
    }
    assert!(names(folder.path()).iter().all(|name| !name.contains(".part")), "{:?}", names(folder.path()));
}

#[test]
fn a_download_that_is_cancelled_goes_on_where_it_was() {
    let (service, folder) = (service(), tempfile::tempdir().unwrap());
    service.inject(Fault::SlowBody(Duration::from_millis(200))).on_operation("GetObject").times(1);
    let mut agent = start(&service, folder.path(), &[], json!({}));
    let call = json!({ "name": "download_file", "arguments": { "instance": OLD, "name": "slow.xb" }, "_meta": { "progressToken": 1 } });
    let id = agent.send("tools/call", call);
    loop {
        let told = agent.receive();
        assert_eq!(told["method"], "notifications/progress", "{told}");
        if told["params"]["progress"].as_f64() > Some(0.0) {
            break;
        }
    }
    agent.tell("notifications/cancelled", json!({ "requestId": id }));
    agent.ask("ping", json!({}));
    assert!(!names(folder.path()).contains(&"slow.xb".to_owned()), "{:?}", names(folder.path()));
    let said = agent.call("download_file", json!({ "instance": OLD, "name": "slow.xb" }));
    assert_eq!(said["checked_against_the_service"], "size, checksum", "{said:#}");
    assert_eq!(names(folder.path()), ["slow.xb"]);
}

/// By the protocol whose question is a result, a yes is one to the very file that the user was shown.
#[test]
fn a_yes_is_to_the_file_that_was_shown() {
    let (service, folder) = (service(), tempfile::tempdir().unwrap());
    let arguments = ["--endpoint", service.endpoint(), "--download-folder", folder.path().to_str().unwrap()];
    let mut agent = Agent::spawn(rds().args(arguments));
    let newest = json!({ "instance": OLD, "name": "newest.xb" });
    let mut ask = |more: Json| agent.ask_by_result("download_file", &newest, &more);
    let question = ask(json!({}));
    assert_eq!(question["resultType"], "input_required", "{question:#}");
    // A newer backup has come since.
    let create = service.client().unwrap().create_backup(OLD);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(create.send()).unwrap();
    service.clock().advance(Duration::from_secs(600));
    let (is_error, said) = outcome(&ask(yes(&question["requestState"])));
    assert!(is_error && said["error"].as_str().unwrap().contains("another file"), "{said:#}");
    assert!(names(folder.path()).is_empty());
    let question = ask(json!({}));
    let (is_error, said) = outcome(&ask(yes(&question["requestState"])));
    assert!(!is_error, "{said:#}");
    assert_eq!(names(folder.path()), ["newest.xb"]);
}
