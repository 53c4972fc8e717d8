//! What a test puts into the account of a running service, in Rust and over HTTP.

use serde_json::{Value as Json, json};

use super::control::send;
use super::network::call;
use super::*;

/// A range of times in which everything lies.
const ALWAYS: (&str, &str) = ("2020-01-01T00:00:00Z", "2990-01-01T00:00:00Z");

/// What is put into an account: in Rust, over HTTP, and what a list of an operation then has.
fn seeds() -> Vec<(Seed, &'static str, Json, &'static str, Json, &'static str, Json)> {
    let id = FakeService::INSTANCE;
    let ago = Duration::from_secs(3600);
    let of_the_instance = json!({ "DBInstanceId": id, "StartTime": ALWAYS.0, "EndTime": ALWAYS.1 });
    let of_events = json!({
        "InstanceId": id, "FromStartTime": ALWAYS.0, "ToStartTime": ALWAYS.1, "EventCategory": "Optimize",
        "EventLevel": "CRITICAL", "EventType": "SystemFailure.Reboot",
    });
    let statement = Statement::new("SELECT 1").database("shop").user("app").host("10.9.9.9");
    vec![
        (
            Seed::slow_query(id, statement.took(Duration::from_millis(2500)).ago(ago).rows(7, 3)),
            "slow-queries",
            json!({
                "instance": id, "sql": "SELECT 1", "database": "shop", "user": "app", "host": "10.9.9.9", "took": 2.5,
                "ago": "3600", "rows_examined": 7, "rows_sent": "3",
            }),
            "DescribeSlowLogRecords",
            of_the_instance.clone(),
            "/Items/SQLSlowRecord/0",
            json!({
                "SQLText": "SELECT 1", "DBName": "shop", "UserName": "app", "QueryTimeMS": 2500, "ParseRowCounts": 7,
                "ReturnRowCounts": 3,
            }),
        ),
        (
            Seed::error_log(id, LogLine::new("[ERROR] out of memory").ago(ago)),
            "error-logs",
            json!({ "instance": id, "text": "[ERROR] out of memory", "ago": 3600 }),
            "DescribeErrorLogs",
            of_the_instance,
            "/Items/ErrorLog/0",
            json!({ "ErrorInfo": "[ERROR] out of memory" }),
        ),
        (
            Seed::event(
                id,
                FakeEvent::new("SystemFailure.Reboot")
                    .category("Optimize")
                    .level("CRITICAL")
                    .detail("It was restarted.")
                    .ago(ago),
            ),
            "events",
            json!({
                "instance": id, "type": "SystemFailure.Reboot", "category": "Optimize", "level": "CRITICAL",
                "detail": "It was restarted.", "ago": 3600,
            }),
            "DescribeHistoryEvents",
            of_events,
            "/Items/0/Data",
            json!({
                "InstanceId": id, "EventType": "SystemFailure.Reboot", "EventCategory": "Optimize",
                "EventLevel": "CRITICAL", "EventDetail": "It was restarted.",
            }),
        ),
        (
            Seed::planned_task(
                id,
                PlannedTask::new("rds_apsaradb_ha")
                    .level("S0")
                    .switch_in(2 * ago, 3 * ago)
                    .prepare(ago / 2)
                    .allow(false, true),
            ),
            "planned-tasks",
            json!({
                "instance": id, "type": "rds_apsaradb_ha", "level": "S0", "switch_in": 7200, "deadline_in": 10800,
                "prepare": 1800, "can_change": "false",
            }),
            "DescribeActiveOperationTasks",
            json!({ "ChangeLevel": "S0", "DbType": "mysql", "TaskType": "rds_apsaradb_ha", "Status": 3, "AllowChange": 0 }),
            "/Items/0",
            json!({
                "Id": 11111, "InsName": id, "TaskType": "rds_apsaradb_ha", "AllowCancel": "1", "AllowChange": "0",
                "PrepareInterval": "00:30:00",
            }),
        ),
        (
            FakeInstance::new("PostgreSQL")
                .id("pgm-1")
                .database("shop")
                .account("app", "ReadWrite")
                .stopped()
                .into(),
            "instances",
            json!({
                "engine": "PostgreSQL", "id": "pgm-1", "databases": ["shop"], "stopped": "true",
                "accounts": [{ "name": "app", "privilege": "ReadWrite" }],
            }),
            "DescribeDBInstances",
            json!({ "Engine": "PostgreSQL" }),
            "/Items/DBInstance/0",
            json!({ "DBInstanceId": "pgm-1", "DBInstanceStatus": "Stopped" }),
        ),
    ]
}

#[tokio::test]
async fn what_is_seeded_is_seen_by_calls_in_rust_and_over_http_alike() {
    for (seed, address, given, operation, parameters, place, expected) in seeds() {
        let (by_rust, by_http) = (service(), service());
        by_rust.seed(seed).unwrap();
        let (status, body) = send(&by_http, "POST", address, &given).await;
        assert_eq!(status, 200, "{address}: {body}");
        for service in [by_rust, by_http] {
            let response = call(&service.client().unwrap(), operation, parameters.clone()).await.unwrap();
            let found = response.pointer(place).unwrap_or(&Json::Null);
            for (name, value) in expected.as_object().unwrap() {
                assert_eq!(&found[name], value, "{address} {name}: {found}");
            }
            // It is kept with the state.
            let next = FakeService::builder().state(service.snapshot()).start().unwrap();
            let after = call(&next.client().unwrap(), operation, parameters.clone()).await.unwrap();
            assert_eq!(after.pointer(place), Some(found), "{address}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_seeded_is_refused_with_its_name_and_changes_nothing() {
    let service = service();
    let id = FakeService::INSTANCE;
    service.client().unwrap().describe_db_instances().await.unwrap();
    let before = service.snapshot();
    for (address, wrong, named) in [
        ("slow-queries", json!({ "sql": "SELECT 1" }), "instance"),
        ("slow-queries", json!({ "instance": id }), "sql"),
        ("slow-queries", json!({ "instance": "rm-nothing", "sql": "SELECT 1" }), "rm-nothing"),
        ("slow-queries", json!({ "instance": id, "sql": "SELECT 1", "took": -1 }), "took"),
        ("slow-queries", json!({ "instance": id, "sql": "SELECT 1", "ago": "long" }), "ago"),
        ("slow-queries", json!({ "instance": id, "sql": "SELECT 1", "rows_sent": 0.5 }), "rows_sent"),
        ("slow-queries", json!({ "instance": id, "sql": "SELECT 1", "sqls": "" }), "slow-queries.sqls"),
        ("error-logs", json!({ "instance": id }), "text"),
        ("statements", json!({ "instance": id, "sql": "SELECT 1" }), "ModifySQLCollectorPolicy"),
        ("statements", json!({ "instance": id, "sql": "x".repeat(70_000) }), "`sql`"),
        ("planned-tasks", json!({ "instance": id, "type": "rds_apsaradb_rest" }), "rds_apsaradb_rest"),
        ("planned-tasks", json!({ "instance": id, "type": "rds_apsaradb_ha", "level": "all" }), "all"),
        (
            "planned-tasks",
            json!({ "instance": id, "type": "rds_apsaradb_ha", "deadline_in": 1 }),
            "deadline_in",
        ),
        ("events", json!({ "instance": id, "type": "Reboot" }), "Reboot"),
        ("events", json!({ "instance": id, "type": "SystemFailure.Reboot", "level": "bad" }), "bad"),
        ("instances", json!({}), "engine"),
        ("instances", json!({ "engine": "Oracle" }), "Oracle"),
        ("instances", json!({ "engine": "MySQL", "id": id }), id),
        ("instances", json!({ "engine": "MySQL", "daily_backups": -1 }), "daily_backups"),
        ("instances", json!({ "engine": "MySQL", "accounts": [{ "name": "app" }] }), "privilege"),
        ("instances", json!({ "engine": "MySQL", "accounts": ["app"] }), "accounts[0]"),
        (
            "instances",
            json!({ "engine": "MySQL", "slow_queries": [{ "sql": "", "took": -1 }] }),
            "slow_queries[0].took",
        ),
        ("instances", json!({ "engine": "MySQL", "whitelist": "everybody" }), "everybody"),
    ] {
        let (status, body) = send(&service, "POST", address, &wrong).await;
        let why = body["Message"].as_str().unwrap_or_default();
        assert!(status == 400 && why.contains(named), "{address} {wrong}: {status} {body}");
    }
    let account = |snapshot: &str| {
        let mut state: Json = serde_json::from_str(snapshot).unwrap();
        state["account"]["created"].take();
        state["account"].take()
    };
    assert_eq!(account(&service.snapshot()), account(&before));
}

#[tokio::test]
async fn one_service_begins_each_test_with_the_same_state() {
    let service = service();
    let client = service.client().unwrap();
    let databases = async || client.describe_databases(FakeService::INSTANCE).await.unwrap().databases.len();
    let (_, state) = send(&service, "GET", "state", "").await;
    let snapshot = service.snapshot();
    for over_http in [true, false] {
        client.create_database(FakeService::INSTANCE, "utf8mb4", "orders").await.unwrap();
        assert_eq!(databases().await, 1);
        if over_http {
            assert_eq!(send(&service, "POST", "state", &state).await, (200, json!({})));
        } else {
            service.restore(&snapshot).unwrap();
        }
        assert_eq!(databases().await, 0);
    }
    let (status, body) = send(&service, "POST", "state", json!({ "version": 2 })).await;
    assert!(status == 400 && body["Message"].as_str().unwrap().contains("version 2"), "{body}");
    assert!(service.restore("nothing").is_err());
    assert_eq!(databases().await, 0);
}

#[tokio::test]
async fn durations_and_settings_change_while_a_service_runs() {
    let service = service();
    let client = service.client_builder().retry(RetryPolicy::none()).build().unwrap();
    send(&service, "POST", "durations", json!({ "backup": 0, "change": 0 })).await;
    client.create_backup(FakeService::INSTANCE).await.unwrap();
    assert_eq!(client.describe_backups(FakeService::INSTANCE).await.unwrap().items.len(), 1);
    client.restart_db_instance(FakeService::INSTANCE).await.unwrap();
    client.restart_db_instance(FakeService::INSTANCE).await.unwrap();

    call(&client, "DescribeSlots", json!({ "DBInstanceId": FakeService::INSTANCE })).await.unwrap();
    send(&service, "POST", "settings", json!({ "strict": true, "history_limit": 1 })).await;
    let refused =
        call(&client, "DescribeSlots", json!({ "DBInstanceId": FakeService::INSTANCE })).await.unwrap_err();
    assert_eq!(refused.code(), Some("OperationNotSupported"));
    assert_eq!(service.all_requests().len(), 1);

    // The same chance from here on.
    send(&service, "POST", "settings", json!({ "seed": 7 })).await;
    let other = FakeService::builder().seed(7).start().unwrap();
    for service in [&service, &other] {
        service.inject(Refusal::new(403, "Forbidden.RAM", "No.")).share(0.5);
    }
    let run = async |service: &FakeService| {
        let client = service.client().unwrap();
        let mut hits = Vec::new();
        for _ in 0..20 {
            hits.push(
                client.describe_regions().await.map_err(|error| error.request_id().map(str::to_owned)).err(),
            );
        }
        hits
    };
    assert_eq!(run(&service).await, run(&other).await);
}
