//! Waiting: with progress, to the end, and not for ever.

use std::time::{Duration, Instant};

use rds_api_testing::FakeService;
use serde_json::{Value as Json, json};

use super::INSTANCE;
use super::agent::Agent;

/// A service on which a backup takes a while, and an agent that may start one.
fn with_backup(takes: Duration) -> (FakeService, Agent, Json) {
    let service = FakeService::builder().backup_duration(takes).start().unwrap();
    let mut agent = Agent::start(&["--endpoint", service.endpoint(), "--allow-writes", "--yes"], json!({}));
    let create = json!({ "operation": "CreateBackup", "parameters": { "DBInstanceId": INSTANCE } });
    let job = agent.call("write_operation", create)["response"]["BackupJobId"].clone();
    let wait = json!({
        "operation": "DescribeBackupTasks",
        "parameters": { "DBInstanceId": INSTANCE, "BackupJobId": job },
        "every_seconds": 0.2,
    });
    (service, agent, wait)
}

#[test]
fn a_wait_tells_how_it_goes_until_it_is_done() {
    let (_service, mut agent, wait) = with_backup(Duration::from_secs(2));
    let params =
        json!({ "name": "wait_for_operation", "arguments": wait, "_meta": { "progressToken": "p" } });
    let response = agent.ask("tools/call", params);
    let (is_error, said) = super::agent::outcome(&response["result"]);
    assert!(!is_error && said["done"] == true && said["state"] == "Finished", "{said:#}");
    assert_eq!(said["last_response"]["Items"]["BackupJob"][0]["BackupStatus"], "Finished");
    let told: Vec<&Json> = agent.heard.iter().filter(|it| it["method"] == "notifications/progress").collect();
    assert!(told.len() >= 3, "{told:?}");
    assert_eq!(told.len() as u64, said["looks"].as_u64().unwrap());
    let steps: Vec<f64> = told.iter().map(|it| it["params"]["progress"].as_f64().unwrap()).collect();
    assert!(steps.is_sorted_by(|one, other| one < other), "{steps:?}");
    assert!(told.iter().all(|it| it["params"]["progressToken"] == "p"), "{told:?}");
    let message = told[0]["params"]["message"].as_str().unwrap();
    assert!(message.contains("% after 0 s"), "{message}");
    assert!(agent.finish().0.success());
}

fn ask_to_write(agent: &mut Agent, operation: &str, parameters: Json) -> Json {
    agent.call("write_operation", json!({ "operation": operation, "parameters": parameters }))
}

#[test]
fn what_a_write_began_is_waited_for_by_what_its_result_says() {
    let service = FakeService::builder()
        .backup_duration(Duration::from_secs(1))
        .change_duration(Duration::from_secs(1))
        .start()
        .unwrap();
    let mut agent = Agent::start(&["--endpoint", service.endpoint(), "--allow-writes", "--yes"], json!({}));
    let made = ask_to_write(
        &mut agent,
        "CreateBackup",
        json!({ "DBInstanceId": INSTANCE, "BackupMethod": "Physical" }),
    );
    let mut wait = made["to_wait"].clone();
    assert_eq!(
        wait,
        json!({
            "operation": "CreateBackup",
            "parameters": { "DBInstanceId": INSTANCE },
            "response": { "BackupJobId": made["response"]["BackupJobId"] },
        })
    );
    wait["every_seconds"] = json!(0.2);
    let params =
        json!({ "name": "wait_for_operation", "arguments": wait, "_meta": { "progressToken": "p" } });
    let (is_error, said) = super::agent::outcome(&agent.ask("tools/call", params)["result"]);
    assert!(!is_error && said["done"] == true && said["percent"] == 100.0, "{said:#}");
    assert!(said["phase"].is_string() && said["last_response"]["Items"].is_object(), "{said:#}");
    let told = agent.heard.iter().filter_map(|it| it["params"]["message"].as_str());
    assert!(told.clone().count() > 1 && told.clone().all(|it| it.contains(" % after ")), "{:?}", agent.heard);

    // All of several things, one after another.
    let create = json!({
        "DBInstanceClass": "mysql.n2.medium.2c", "DBInstanceNetType": "Intranet", "DBInstanceStorage": 100,
        "Engine": "MySQL", "EngineVersion": "8.0", "PayType": "Postpaid", "SecurityIPList": "127.0.0.1", "Amount": 3,
    });
    let made = ask_to_write(&mut agent, "CreateDBInstance", create);
    let mut wait = made["to_wait"].clone();
    let ids = wait["response"]["DBInstanceId"].as_str().unwrap().to_owned();
    assert_eq!(ids.split(',').count(), 3, "{made:#}");
    wait["every_seconds"] = json!(0.2);
    let said = agent.call("wait_for_operation", wait);
    assert_eq!((&said["done"], &said["state"]), (&json!(true), &json!("Running")), "{said:#}");
    assert_eq!(said["of"].as_str(), ids.rsplit(',').next(), "{said:#}");
    let requests = service.all_requests();
    let asked = requests.iter().filter(|it| it.operation == "DescribeDBInstanceAttribute");
    let mut asked: Vec<&str> = asked.filter_map(|it| it.parameters["DBInstanceId"].as_str()).collect();
    asked.dedup();
    assert_eq!(asked.join(","), ids);

    // What nothing follows, or not at once, has nothing to wait for.
    let none = ask_to_write(
        &mut agent,
        "ModifyDBInstanceDescription",
        json!({ "DBInstanceId": INSTANCE, "DBInstanceDescription": "new" }),
    );
    assert!(none["to_wait"].is_null(), "{none:#}");
    for (arguments, why) in [
        (
            json!({ "operation": "CreateBackup", "parameters": { "DBInstanceId": INSTANCE } }),
            "not sent to wait",
        ),
        (
            json!({ "operation": "CreateBackup", "parameters": { "DBInstanceId": INSTANCE }, "response": {} }),
            "there is no `BackupJobId` in its response",
        ),
        (
            json!({ "operation": "CreateBackup", "parameters": {}, "response": { "BackupJobId": "1" } }),
            "there is no `DBInstanceId` in the request",
        ),
        (
            json!({ "operation": "CreateBackup", "parameters": { "DBInstanceId": INSTANCE }, "response": { "BackupJobId": "x" } }),
            "is no whole number",
        ),
        (
            json!({ "operation": "SwitchDBInstanceHA", "parameters": { "DBInstanceId": INSTANCE, "EffectiveTime": "MaintainTime" }, "response": {} }),
            "nothing is done at once",
        ),
        (
            json!({ "operation": "ModifyDBInstanceDescription", "parameters": { "DBInstanceId": INSTANCE, "DBInstanceDescription": "new" }, "response": {} }),
            "nothing is known to follow it",
        ),
    ] {
        let said = agent.fail("wait_for_operation", arguments);
        assert!(said["error"].as_str().unwrap().contains(why), "{why}: {said:#}");
        assert!(said["next"].is_string() && said["may_have_been_executed"] == false, "{said:#}");
    }
    assert!(agent.finish().0.success());
}

#[test]
fn a_wait_that_is_cancelled_stops_to_look() {
    let (service, mut agent, wait) = with_backup(Duration::from_secs(3_600));
    let params = json!({ "name": "wait_for_operation", "arguments": wait, "_meta": { "progressToken": 1 } });
    let id = agent.send("tools/call", params);
    let first = agent.receive();
    assert_eq!(first["method"], "notifications/progress", "{first}");
    agent.tell("notifications/cancelled", json!({ "requestId": id, "reason": "enough" }));
    let ping = agent.send("ping", json!({}));
    // It is not responded to any more.
    assert_eq!(agent.response(ping)["result"], json!({}));
    let looks = || service.all_requests().iter().filter(|it| it.operation == "DescribeBackupTasks").count();
    std::thread::sleep(Duration::from_millis(300));
    let before = looks();
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(looks(), before, "it still looks");
    agent.call("search_operations", json!({ "question": "backup" }));
    assert!(agent.finish().0.success());
}

#[test]
fn a_wait_that_fails_tells_what_was_seen_last() {
    let (_service, mut agent, mut wait) = with_backup(Duration::from_secs(3_600));
    wait["timeout_seconds"] = json!(1);
    let began = Instant::now();
    let said = agent.fail("wait_for_operation", wait);
    assert!(began.elapsed() < Duration::from_secs(20));
    assert_eq!(
        (&said["kind"], &said["may_have_been_executed"]),
        (&json!("WaitTimeout"), &json!(false)),
        "{said:#}"
    );
    assert!(said["next"].as_str().unwrap().starts_with("Wait again, for longer; "), "{said:#}");
    assert!(said["state"].is_string() && said["last_response"]["Items"].is_object(), "{said:#}");
    let missing = json!({ "operation": "DescribeBackupTasks", "parameters": { "DBInstanceId": INSTANCE, "BackupJobId": "x" } });
    assert!(agent.fail("wait_for_operation", missing)["error"].as_str().unwrap().contains("BackupJobId"));
    let write = json!({ "operation": "CreateBackup", "parameters": { "DBInstanceId": INSTANCE } });
    assert!(
        agent.fail("wait_for_operation", write)["error"].as_str().unwrap().contains("may change something")
    );
}
