//! The migration of a PostgreSQL database of one's own to an instance.

use serde_json::{Value, json};

use super::network::call;
use super::*;
use rds_api::Client;

const ID: &str = "pgm-1";
const MINUTE: Duration = Duration::from_secs(60);

fn given(more: Value) -> Value {
    let mut given = json!({
        "DBInstanceName": ID, "SourceAccount": "migration", "SourceCategory": "ecsOnVpc", "SourceIpAddress": "10.0.0.9",
        "SourcePassword": "correct-horse", "SourcePort": 5432,
    });
    given.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    given
}

async fn listed(client: &Client, operation: &str, more: Value) -> Vec<Value> {
    let mut asked = json!({ "DBInstanceName": ID, "PageNumber": 1, "PageSize": 30 });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    call(client, operation, asked).await.unwrap()["Items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_migration_is_assessed_followed_and_cut_over() {
    let postgres = FakeInstance::new("PostgreSQL").id(ID);
    let service = FakeService::builder().instance(postgres).change_duration(10 * MINUTE).start().unwrap();
    let client = service.client().unwrap();
    let assessed = call(&client, "CreateCloudMigrationPrecheckTask", given(json!({}))).await.unwrap();
    let report = async || listed(&client, "DescribeCloudMigrationPrecheckResult", json!({})).await.remove(0);
    assert_eq!((&report().await["TaskId"], &report().await["Detail"]), (&assessed["TaskId"], &json!("")));
    service.clock().advance(11 * MINUTE);
    assert!(report().await["Detail"].as_str().unwrap().contains("success"));

    let begun =
        call(&client, "CreateCloudMigrationTask", given(json!({ "TaskName": "shop" }))).await.unwrap();
    let cut_over = async |force: &str| {
        let asked = json!({ "DBInstanceName": ID, "ForceSwitch": force });
        call(&client, "ActivateMigrationTargetInstance", asked).await
    };
    let mut stages = Vec::new();
    for minutes in [1, 4, 2, 2, 2] {
        service.clock().advance(minutes * MINUTE);
        let migration = listed(&client, "DescribeCloudMigrationResult", json!({})).await.remove(0);
        let text = |name: &str| migration[name].as_str().unwrap().to_owned();
        stages.push((text("MigrateStage"), text("ReplicationState")));
        if stages.len() < 5 {
            assert_eq!(cut_over("0").await.unwrap_err().code(), Some("InvalidMigrateStatus"));
        }
    }
    let expected = [
        ("precheck", "unstarted"),
        ("basebackup", "unstarted"),
        ("startup", "unstarted"),
        ("increment", "catchup"),
        ("increment", "streaming"),
    ];
    assert_eq!(stages, expected.map(|(stage, state)| (stage.to_owned(), state.to_owned())));
    let snapshot = service.snapshot();
    assert!(!snapshot.contains("correct-horse"));
    for (filter, expected) in [
        (json!({ "TaskId": begun["TaskId"] }), 1),
        (json!({ "TaskId": 1 }), 0),
        (json!({ "TaskName": "shop" }), 1),
        (json!({ "SourceIpAddress": "10.0.0.8" }), 0),
        (json!({ "SourcePort": 5433 }), 0),
    ] {
        let found = listed(&client, "DescribeCloudMigrationResult", filter.clone()).await;
        assert_eq!(found.len(), expected, "{filter}");
    }
    assert_eq!(cut_over("0").await.unwrap()["SourceIpAddress"], "10.0.0.9");
    let migration = listed(&client, "DescribeCloudMigrationResult", json!({})).await.remove(0);
    assert_eq!(
        (&migration["MigrateStage"], &migration["ReplicationState"]),
        (&json!("success"), &json!("finish"))
    );
    assert_eq!(cut_over("0").await.unwrap_err().code(), Some("InvalidMigrateTask"));
    let next = FakeService::builder().state(snapshot).start().unwrap();
    let kept = listed(&next.client().unwrap(), "DescribeCloudMigrationResult", json!({})).await;
    assert_eq!(kept[0]["TaskName"], "shop");
}

#[tokio::test]
async fn what_cannot_be_migrated_to_is_refused_with_the_codes_of_the_service() {
    let postgres = FakeInstance::new("PostgreSQL").id(ID);
    let service = FakeService::builder().instance(postgres).change_duration(Duration::ZERO).start().unwrap();
    let client = service.client().unwrap();
    client.stop_db_instance(ID).await.unwrap();
    for operation in ["CreateCloudMigrationPrecheckTask", "CreateCloudMigrationTask"] {
        for (instance, code) in [
            (FakeService::INSTANCE, "IncorrectDBInstanceType"),
            (ID, "IncorrectDBInstanceState"),
            ("pgm-nothing", "InvalidDBInstanceName.NotFound"),
        ] {
            let refused =
                call(&client, operation, given(json!({ "DBInstanceName": instance }))).await.unwrap_err();
            assert_eq!(refused.code(), Some(code), "{operation} {instance}");
        }
    }
    assert!(listed(&client, "DescribeCloudMigrationResult", json!({})).await.is_empty());
}
