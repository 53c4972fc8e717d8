//! Rules that programs in other languages give.

use serde_json::json;

use super::control::send;
use super::*;

#[tokio::test]
async fn a_rule_is_followed_step_by_step_and_counts() {
    let service = service();
    let client = service.client_builder().retry(RetryPolicy::none()).build().unwrap();
    let rule = json!({
        "operation": "describebackups",
        "matching": { "PageNumber": "2", "DBInstanceId": FakeService::INSTANCE },
        "steps": [
            { "do": "refuse", "code": "Throttling.User" },
            { "do": "fault", "fault": "ResetBeforeExecution", "times": 2 },
            { "do": "simulate" },
            { "do": "respond", "times": "always", "response": {
                "TotalRecordCount": "7", "Items": { "Backup": [{ "BackupId": "42" }] },
            } },
        ],
    });
    assert_eq!(send(&service, "POST", "rules", rule).await, (200, json!({ "id": 1 })));
    client.describe_backups(FakeService::INSTANCE).await.unwrap();
    let page = async || client.describe_backups(FakeService::INSTANCE).page_number(2).await;
    assert_eq!(page().await.unwrap_err().code(), Some("Throttling.User"));
    for _ in 0..2 {
        assert_eq!(page().await.unwrap_err().kind(), rds_api::ErrorKind::Interrupted);
    }
    assert!(page().await.unwrap().items.is_empty());
    for _ in 0..3 {
        let backups = page().await.unwrap();
        assert_eq!(backups.items[0].backup_id.as_deref(), Some("42"));
        assert_eq!(backups.total_record_count.map(|it| it.to_string()).as_deref(), Some("7"));
    }
    let expected = json!([{ "id": 1, "operation": "DescribeBackups", "count": 7, "steps_left": 1 }]);
    assert_eq!(send(&service, "GET", "rules", "").await.1, expected);
    assert_eq!(send(&service, "DELETE", "rules?id=1", "").await.0, 200);
    assert!(page().await.unwrap().items.is_empty());
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_its_name_and_is_no_rule() {
    let service = service();
    let step = |step: serde_json::Value| json!({ "operation": "DescribeBackups", "steps": [step] });
    for (wrong, named) in [
        (json!({}), "operation"),
        (json!({ "operation": "DescribeNothing" }), "DescribeNothing"),
        (json!({ "operation": "DescribeBackups", "step": [] }), "step"),
        (json!({ "operation": "DescribeBackups", "steps": {} }), "steps"),
        (json!({ "operation": "DescribeBackups", "matching": { "PageNumbers": 1 } }), "PageNumbers"),
        (json!({ "operation": "DescribeBackups", "matching": { "PageNumber": "two" } }), "PageNumber"),
        (step(json!({})), "do"),
        (step(json!({ "do": "nothing" })), "nothing"),
        (step(json!({ "do": "simulate", "code": "X" })), "steps.0.code"),
        (step(json!({ "do": "simulate", "times": -1 })), "steps[0].times"),
        (step(json!({ "do": "refuse" })), "code"),
        (step(json!({ "do": "refuse", "code": "X", "status": 200 })), "status"),
        (step(json!({ "do": "fault" })), "fault"),
        (step(json!({ "do": "fault", "fault": "Delay", "seconds": -1 })), "seconds"),
        (step(json!({ "do": "respond" })), "response"),
        (step(json!({ "do": "respond", "response": { "Backups": [] } })), "Backups"),
        (step(json!({ "do": "respond", "response": { "Items": [] } })), "Items"),
        (
            step(json!({ "do": "respond", "response": { "Items": { "Backup": [{ "Backup": "1" }] } } })),
            "Items.1.Backup",
        ),
        (
            step(json!({ "do": "respond", "response": { "Items": { "Backup": [{ "BackupSize": [] }] } } })),
            "Items.1.BackupSize",
        ),
    ] {
        let (status, body) = send(&service, "POST", "rules", &wrong).await;
        let why = body["Message"].as_str().unwrap_or_default();
        assert!(status == 400 && why.contains(&format!("`{named}`")), "{wrong}: {status} {body}");
    }
    assert_eq!(send(&service, "GET", "rules", "").await.1, json!([]));
}
