//! Backups that are copied to another region, and what is restored of them there.

use serde_json::{Value, json};

use super::network::call;
use super::*;
use rds_api::Client;

const DAY: Duration = Duration::from_secs(24 * 3600);
const ID: &str = "rm-shop";

async fn of_shop(client: &Client, operation: &str, more: Value) -> Result<Value, rds_api::Error> {
    let mut asked = json!({ "DBInstanceId": ID, "RegionId": "cn-hangzhou" });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    call(client, operation, asked).await
}

async fn modify(client: &Client, more: Value) -> Result<Value, rds_api::Error> {
    of_shop(client, "ModifyInstanceCrossBackupPolicy", more).await
}

/// The copies that are listed.
async fn copies(client: &Client, more: Value) -> Vec<Value> {
    let mut asked = json!({ "StartTime": "2020-01-01T00:00:00Z", "EndTime": "2990-01-01T00:00:00Z" });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let listed = of_shop(client, "DescribeCrossRegionBackups", asked).await.unwrap();
    listed["Items"]["Item"].as_array().unwrap().clone()
}

/// A service with an instance whose backups and logs are copied to Shanghai, and the id of a copy.
async fn copied() -> (FakeService, Client, Value) {
    let shop =
        FakeInstance::new("MySQL").id(ID).version("8.0").database("orders").daily_backups(2).age(9 * DAY);
    let service = FakeService::builder().instance(shop).change_duration(Duration::ZERO).start().unwrap();
    let client = service.client().unwrap();
    let policy = json!({
        "BackupEnabled": "1", "CrossBackupRegion": "cn-shanghai", "LogBackupEnabled": "1", "Retention": 20,
    });
    modify(&client, policy).await.unwrap();
    client.create_backup(ID).await.unwrap();
    service.clock().advance(Duration::from_secs(7200));
    let copies = copies(&client, json!({})).await;
    assert_eq!(copies.len(), 1, "only what is made since");
    (service, client, copies[0]["CrossBackupId"].clone())
}

#[tokio::test]
async fn a_policy_copies_what_is_made_while_it_is_on_and_keeps_it_for_its_retention() {
    let (service, client, id) = copied().await;
    let shown = of_shop(&client, "DescribeInstanceCrossBackupPolicy", json!({})).await.unwrap();
    let expected = json!(["Enable", "Enable", "cn-shanghai", 20]);
    let members = ["BackupEnabled", "LogBackupEnabled", "CrossBackupRegion", "Retention"];
    assert_eq!(json!(members.map(|name| &shown[name])), expected);
    let listed = call(&client, "DescribeCrossRegionBackupDBInstance", json!({ "RegionId": "cn-hangzhou" }));
    let listed = listed.await.unwrap();
    assert_eq!(
        (&listed["TotalRecords"], &listed["Items"]["Item"][0]["DBInstanceId"]),
        (&json!(1), &json!(ID))
    );

    for (filter, expected) in [
        (json!({ "CrossBackupId": id }), 1),
        (json!({ "CrossBackupId": 1 }), 0),
        (json!({ "CrossBackupRegion": "cn-shanghai" }), 1),
        (json!({ "CrossBackupRegion": "cn-beijing" }), 0),
        (json!({ "EndTime": "2020-01-02T00:00:00Z" }), 0),
    ] {
        assert_eq!(copies(&client, filter.clone()).await.len(), expected, "{filter}");
    }
    let logs = json!({ "StartTime": "2020-01-01T00:00:00Z", "EndTime": "2990-01-01T00:00:00Z" });
    let logs = of_shop(&client, "DescribeCrossRegionLogBackupFiles", logs).await.unwrap();
    assert!(logs["TotalRecordCount"].as_i64().unwrap() > 0, "{logs}");
    let http = rds_api_core::http::client::builder(&[]).unwrap().no_proxy().build().unwrap();
    let file = &copies(&client, json!({})).await[0];
    for link in [&file["CrossBackupDownloadLink"], &logs["Items"]["Item"][0]["CrossDownloadLink"]] {
        assert_eq!(http.get(link.as_str().unwrap()).send().await.unwrap().status(), 200);
    }

    // The copy outlives the set, and what is made while the policy is off is not copied.
    let policy = modify(&client, json!({ "BackupEnabled": "0" })).await.unwrap();
    assert_eq!(
        (&policy["BackupEnabled"], &policy["LogBackupEnabled"]),
        (&json!("Disable"), &json!("Disable"))
    );
    let set = client.describe_backups(ID).await.unwrap().items.remove(0).backup_id.unwrap();
    client.delete_backup(ID, set).await.unwrap();
    client.create_backup(ID).await.unwrap();
    service.clock().advance(DAY);
    let next = FakeService::builder().state(service.snapshot()).start().unwrap();
    assert_eq!(copies(&next.client().unwrap(), json!({})).await.len(), 1);
    service.clock().advance(20 * DAY);
    assert_eq!(copies(&client, json!({})).await.len(), 0);
}

#[tokio::test]
async fn an_instance_is_restored_in_the_region_of_its_copies() {
    let (service, client, id) = copied().await;
    let span = call(&client, "DescribeAvailableRecoveryTime", json!({ "CrossBackupId": id })).await.unwrap();
    assert!(span["RecoveryBeginTime"].as_str() < span["RecoveryEndTime"].as_str(), "{span}");
    let databases = call(&client, "DescribeCrossBackupMetaList", json!({ "BackupSetId": id.to_string() }));
    assert_eq!(databases.await.unwrap()["Items"]["Meta"][0]["Database"], "orders");
    let new = |more: Value| {
        let mut new = json!({
            "DBInstanceNetType": "Intranet", "Engine": "MySQL", "EngineVersion": "8.0", "PayType": "Postpaid",
            "RegionId": "cn-shanghai", "RestoreType": "BackupSet", "SecurityIPList": "10.0.0.1",
            "BackupSetId": id.to_string(),
        });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        new
    };
    let by_time = |time: &Value| {
        new(json!({
            "RestoreType": "BackupTime", "RestoreTime": time, "SourceRegion": "cn-hangzhou",
            "SourceDBInstanceName": ID,
        }))
    };
    let shanghai = service.client_builder().region("cn-shanghai").build().unwrap();
    for parameters in [new(json!({})), by_time(&span["RecoveryEndTime"])] {
        let made = call(&client, "CreateDdrInstance", parameters).await.unwrap();
        let made = made["DBInstanceId"].as_str().unwrap();
        assert_eq!(shanghai.describe_databases(made).await.unwrap().databases.len(), 1);
        let shown = shanghai.describe_db_instance_attribute(made).await.unwrap().items.remove(0);
        assert_eq!(shown.region_id.as_deref(), Some("cn-shanghai"));
        assert!(shown.zone_id.unwrap().starts_with("cn-shanghai"));
    }
    let check = json!({
        "DBInstanceClass": "mysql.n2.medium.2c", "DBInstanceStorage": 100, "Engine": "MySQL", "EngineVersion": "8.0",
        "RegionId": "cn-shanghai", "RestoreType": "0", "BackupSetId": id.to_string(),
    });
    let checked = call(&client, "CheckCreateDdrDBInstance", check).await.unwrap();
    assert_eq!(checked["IsValid"].to_string().trim_matches('"'), "true");
    let tables = r#"[{"type":"db","name":"orders","newname":"orders_old"}]"#;
    let restore = json!({
        "DBInstanceId": ID, "RestoreType": "0", "TableMeta": tables, "BackupId": id.to_string(), "RegionId": "cn-hangzhou",
    });
    call(&client, "RestoreDdrTable", restore).await.unwrap();
    assert_eq!(client.describe_databases(ID).await.unwrap().databases.len(), 2);

    let count = async |client: &Client| client.describe_db_instances().await.unwrap().items.len();
    let before = count(&shanghai).await;
    for (parameters, code) in [
        (new(json!({ "BackupSetId": "1" })), "InvalidBackupSetID.NotFound"),
        (new(json!({ "RegionId": "cn-beijing" })), "DisasterRestoreRegionNotMatched"),
        (new(json!({ "Engine": "PostgreSQL" })), "IncorrectDBInstanceType"),
        (new(json!({ "EngineVersion": "5.7" })), "IncorrectEngineVersion"),
        (new(json!({ "DBInstanceStorage": 20 })), "InvalidStorage.Format"),
        (new(json!({ "SecurityIPList": "everybody" })), "InvalidSecurityIPList.Format"),
        (by_time(&json!("2020-01-01T00:00:00Z")), "NoAvailableDisasterRestoreBakset"),
        (by_time(&json!("2990-01-01T00:00:00Z")), "NoAvailableDisasterRestoreBakset"),
        (new(json!({ "RestoreType": "BackupTime" })), "NoSourceInstanceName"),
    ] {
        let refused = call(&client, "CreateDdrInstance", parameters.clone()).await.unwrap_err();
        assert_eq!(refused.code(), Some(code), "{parameters}: {refused}");
    }
    assert_eq!(count(&shanghai).await, before);
}

#[tokio::test]
async fn a_policy_that_cannot_be_is_refused_with_the_codes_of_the_service() {
    let (_service, client, _) = copied().await;
    let regions =
        call(&client, "DescribeAvailableCrossRegion", json!({ "RegionId": "cn-hangzhou" })).await.unwrap();
    let regions = regions["Regions"]["Region"].as_array().unwrap();
    assert!(
        regions.contains(&json!("cn-shanghai")) && !regions.contains(&json!("cn-hangzhou")),
        "{regions:?}"
    );
    let shown = async || of_shop(&client, "DescribeInstanceCrossBackupPolicy", json!({})).await.unwrap();
    let of = |policy: &Value| policy["CrossBackupRegion"].clone();
    let other = FakeService::INSTANCE;
    for (parameters, code) in [
        (json!({ "DBInstanceId": other, "BackupEnabled": "1" }), "ParameterAbsence"),
        (json!({ "DBInstanceId": other, "LogBackupEnabled": "1" }), "ParameterLeastAssociate"),
        (json!({ "CrossBackupRegion": "cn-nowhere" }), "InvalidRegion.Format"),
        (json!({ "CrossBackupRegion": "cn-hangzhou" }), "InvalidRegion.Format"),
        (json!({ "RetentType": 2 }), "InvalidParameters.Format"),
        (json!({ "DBInstanceId": "rm-nothing", "BackupEnabled": "0" }), "InvalidDBInstance.NotFound"),
    ] {
        let before = of(&shown().await);
        let refused = modify(&client, parameters.clone()).await.unwrap_err();
        assert_eq!(refused.code(), Some(code), "{parameters}: {refused}");
        assert_eq!(of(&shown().await), before);
    }
    let absent = of_shop(&client, "DescribeCrossRegionBackups", json!({})).await.unwrap_err();
    assert_eq!(absent.code(), Some("ParameterAbsence"));
    let maria = FakeService::builder().instance(FakeInstance::new("MariaDB").id(ID)).start().unwrap();
    let maria = maria.client().unwrap();
    let refused = of_shop(&maria, "DescribeInstanceCrossBackupPolicy", json!({})).await.unwrap_err();
    assert_eq!(refused.code(), Some("CrossBackupNotSupport"));
    client.stop_db_instance(ID).await.unwrap();
    let stopped = modify(&client, json!({ "BackupEnabled": "0" })).await.unwrap_err();
    assert_eq!(stopped.code(), Some("IncorrectDBInstanceState"));
}
