//! Tasks that the service has planned: listed, moved, called off, and done in time.

use serde_json::{Value, json};

use super::network::call;
use super::*;
use rds_api::Client;

const HOUR: Duration = Duration::from_secs(3600);
const ID: &str = FakeService::INSTANCE;

async fn listed(client: &Client, filter: Value) -> Vec<Value> {
    let response = call(client, "DescribeActiveOperationTasks", filter).await.unwrap();
    assert_eq!(response["TotalRecordCount"], response["Items"].as_array().unwrap().len());
    response["Items"].as_array().unwrap().clone()
}

fn time(service: &FakeService, from_now: Duration) -> Value {
    let time = jiff::Timestamp::try_from(service.clock().now() + from_now).unwrap();
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into()
}

#[tokio::test]
async fn tasks_are_filtered_by_every_parameter() {
    let service = FakeService::builder()
        .instance(FakeInstance::new("PostgreSQL").id("pgm-1"))
        .instance(FakeInstance::new("MySQL").id("rm-north").region("cn-beijing"))
        .start()
        .unwrap();
    for (instance, task) in [
        (ID, PlannedTask::new("rds_apsaradb_ha").allow(false, true)),
        (ID, PlannedTask::new("rds_apsaradb_transfer").allow(true, false).level("S0")),
        ("pgm-1", PlannedTask::new("rds_apsaradb_upgrade").switch_in(HOUR, 2 * HOUR).prepare(HOUR)),
        ("rm-north", PlannedTask::new("rds_apsaradb_maxscale")),
    ] {
        service.seed(Seed::planned_task(instance, task)).unwrap();
    }
    let client = service.client().unwrap();
    for (filter, expected) in [
        (json!({}), vec![11111, 11112, 11113]),
        (json!({ "AllowChange": 1 }), vec![11112, 11113]),
        (json!({ "AllowChange": -1, "AllowCancel": 0 }), vec![11112]),
        (json!({ "ChangeLevel": "S0" }), vec![11112]),
        (json!({ "ChangeLevel": "all", "DbType": "pgsql" }), vec![11113]),
        (json!({ "DbType": "mssql" }), vec![]),
        (json!({ "TaskType": "rds_apsaradb_ha" }), vec![11111]),
        (json!({ "InsName": "pgm-1" }), vec![11113]),
        (json!({ "Status": 4 }), vec![11113]),
        (json!({ "Status": 3 }), vec![11111, 11112]),
        (json!({ "Region": "cn-beijing" }), vec![11114]),
        (json!({ "Region": "all" }), vec![11111, 11112, 11113, 11114]),
        (json!({ "ProductId": "RDS", "InsName": ID }), vec![11111, 11112]),
    ] {
        let ids: Vec<u64> =
            listed(&client, filter.clone()).await.iter().map(|it| it["Id"].as_u64().unwrap()).collect();
        assert_eq!(ids, expected, "{filter}");
    }
}

#[tokio::test]
async fn a_task_is_done_in_its_time_and_seen_in_the_instance() {
    for (kind, status) in [
        ("rds_apsaradb_ha", "HASwitching"),
        ("rds_apsaradb_maxscale", "Running"),
        ("rds_apsaradb_transfer", "TRANSING"),
        ("rds_apsaradb_upgrade", "MinorVersionUpgrading"),
    ] {
        let service = FakeService::builder().change_duration(HOUR).start().unwrap();
        let client = service.client().unwrap();
        let task = PlannedTask::new(kind).switch_in(2 * HOUR, 5 * HOUR).prepare(HOUR);
        service.seed(Seed::planned_task(ID, task)).unwrap();
        let mut seen = Vec::new();
        for _ in 0..4 {
            let instance = client.describe_db_instance_attribute(ID).await.unwrap().items.remove(0);
            let task = listed(&client, json!({})).await.remove(0);
            seen.push((task["Status"].as_i64().unwrap(), instance.db_instance_status.unwrap().to_string()));
            service.clock().advance(HOUR);
        }
        let running = |status: i64| (status, "Running".to_owned());
        assert_eq!(seen, [running(3), running(4), (5, status.to_owned()), running(5)], "{kind}");
        let events =
            json!({ "FromStartTime": "2020-01-01T00:00:00Z", "ToStartTime": "2990-01-01T00:00:00Z" });
        let events = call(&client, "DescribeHistoryEvents", events).await.unwrap();
        assert_eq!(events["Items"][0]["Data"]["EventCategory"], "Maintenance", "{kind}");
    }
}

#[tokio::test]
async fn tasks_are_moved_and_called_off_while_they_wait() {
    let service = service();
    let client = service.client().unwrap();
    for task in [
        PlannedTask::new("rds_apsaradb_ha"),
        PlannedTask::new("rds_apsaradb_ha").allow(false, false),
        PlannedTask::new("rds_apsaradb_ha").switch_in(2 * HOUR, 3 * HOUR).prepare(2 * HOUR),
        PlannedTask::new("rds_apsaradb_ha"),
    ] {
        service.seed(Seed::planned_task(ID, task)).unwrap();
    }
    let change = async |operation: &str, ids: &str, at: Value, now: i64| {
        let asked = match operation {
            "CancelActiveOperationTasks" => json!({ "Ids": ids }),
            _ => json!({ "Ids": ids, "SwitchTime": at, "ImmediateStart": now }),
        };
        call(&client, operation, asked).await.map(|response| response["Ids"].clone())
    };
    const MOVE: &str = "ModifyActiveOperationTasks";
    const CANCEL: &str = "CancelActiveOperationTasks";
    let before = listed(&client, json!({})).await;
    let at = |hours: u32| time(&service, hours * HOUR);
    for (operation, ids, at, code) in [
        (MOVE, "11111,1", at(2), "InvalidTask.NotFound"),
        (MOVE, "11111,11112", at(2), "TaskModifyError"),
        (MOVE, "11111,11113", at(2), "TaskHasStarted"),
        (MOVE, "11111", at(24 * 8), "SwitchTimeAfterDeadline"),
        (MOVE, "11111", "2020-01-01T00:00:00Z".into(), "StartTimeBeforeNow"),
        (CANCEL, "1", at(0), "InvalidTask.NotFound"),
        (CANCEL, "11111,11112", at(0), "IncorrectTaskType"),
        (CANCEL, "11113", at(0), "TaskHasStarted"),
    ] {
        let refused = change(operation, ids, at, 0).await.unwrap_err();
        assert_eq!(refused.code(), Some(code), "{operation} {ids}");
        assert_eq!(listed(&client, json!({})).await, before, "{operation} {ids}");
    }
    assert_eq!(change(MOVE, "11111,11114", at(48), 0).await.unwrap(), "11111,11114");
    assert_eq!(change(CANCEL, "11114", at(0), 0).await.unwrap(), "11114");
    assert_eq!(change(CANCEL, "11114", at(0), 0).await.unwrap_err().code(), Some("IncorrectTaskStatus"));
    service.clock().advance(47 * HOUR);
    let states = async || {
        let tasks = listed(&client, json!({})).await;
        tasks.iter().map(|task| task["Status"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(states().await, [3, 5, 5, 7]);
    assert_eq!(change(MOVE, "11111", at(0), 1).await.unwrap(), "11111");
    assert_eq!(states().await, [5, 5, 5, 7]);
    let cancelled = listed(&client, json!({ "Status": 7 })).await;
    assert_eq!(cancelled[0]["ResultInfo"], "userCancel");
    service.clock().advance(HOUR);
    client.delete_db_instance(ID).await.unwrap();
    service.clock().advance(HOUR);
    assert!(listed(&client, json!({})).await.is_empty());
}
