//! Settings of instances: what a new one has, and what becomes of changes.

use serde_json::{Value as Json, json};

use super::network::call;
use super::*;

/// Operations that show and change settings: what they show of a new instance, the change, and what they show then.
fn pairs() -> Vec<(&'static str, Json, &'static str, Json, Json)> {
    vec![
        (
            "DescribeDBInstanceMonitor",
            json!({ "Period": "300" }),
            "ModifyDBInstanceMonitor",
            json!({ "Period": "60" }),
            json!({ "Period": "60" }),
        ),
        (
            "DescribeHASwitchConfig",
            json!({ "HAConfig": "Auto", "ManualHATime": "" }),
            "ModifyHASwitchConfig",
            json!({ "HAConfig": "Manual", "ManualHATime": "2030-01-01T00:00:00Z" }),
            json!({ "HAConfig": "Manual", "ManualHATime": "2030-01-01T00:00:00Z" }),
        ),
        (
            "DescribeSQLCollectorPolicy",
            json!({ "SQLCollectorStatus": "Disabled", "StoragePeriod": 30 }),
            "ModifySQLCollectorPolicy",
            json!({ "SQLCollectorStatus": "Enable" }),
            json!({ "SQLCollectorStatus": "Enable", "StoragePeriod": 30 }),
        ),
        (
            "DescribeSQLCollectorRetention",
            json!({ "ConfigValue": "30" }),
            "ModifySQLCollectorRetention",
            json!({ "ConfigValue": "180" }),
            json!({ "ConfigValue": "180" }),
        ),
        (
            "DescribeDBInstanceTDE",
            json!({ "TDEStatus": "Disabled", "Databases": { "Database": [] } }),
            "ModifyDBInstanceTDE",
            json!({ "TDEStatus": "Enabled" }),
            json!({ "TDEStatus": "Enabled", "TDEMode": "Aliyun_Generate_Key" }),
        ),
        (
            "DescribeSecurityGroupConfiguration",
            json!({ "Items": { "EcsSecurityGroupRelation": [] } }),
            "ModifySecurityGroupConfiguration",
            json!({ "SecurityGroupId": "sg-1" }),
            json!({ "DBInstanceName": FakeService::INSTANCE }),
        ),
        (
            "DescribeDBInstanceHAConfig",
            json!({ "HAMode": "RPO", "SyncMode": "Semi-sync" }),
            "ModifyDBInstanceHAConfig",
            json!({ "HAMode": "RTO", "SyncMode": "Async" }),
            json!({ "HAMode": "RTO", "SyncMode": "Async" }),
        ),
        (
            "DescribeBackupPolicy",
            json!({ "BackupRetentionPeriod": 7, "BackupLog": "Enable", "EnableBackupLog": "1" }),
            "ModifyBackupPolicy",
            json!({ "BackupRetentionPeriod": "30", "EnableBackupLog": "False" }),
            json!({ "BackupRetentionPeriod": 30, "BackupLog": "Disabled", "EnableBackupLog": "0" }),
        ),
    ]
}

#[tokio::test]
async fn a_new_instance_has_the_defaults_and_a_change_is_shown_for_that_instance_only() {
    let service = FakeService::builder().instance(FakeInstance::new("MySQL").id("rm-other")).start().unwrap();
    let client = service.client().unwrap();
    let shown = async |operation: &str, id: &str| {
        call(&client, operation, json!({ "DBInstanceId": id })).await.unwrap()
    };
    let check = |operation: &str, shown: &Json, expected: &Json| {
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&shown[name], value, "{operation} {name}");
        }
    };
    for (show, default, change, parameters, changed) in pairs() {
        let id = FakeService::INSTANCE;
        check(show, &shown(show, id).await, &default);
        let mut parameters = parameters;
        let name = if change == "ModifyDBInstanceHAConfig" { "DbInstanceId" } else { "DBInstanceId" };
        parameters[name] = id.into();
        call(&client, change, parameters).await.unwrap();
        check(change, &shown(show, id).await, &changed);
        check(show, &shown(show, "rm-other").await, &default);
        let missing = call(&client, show, json!({ "DBInstanceId": "rm-no" })).await.unwrap_err();
        assert!(missing.is_not_found(), "{show}");
    }
}

#[tokio::test]
async fn encryption_in_transit_is_off_until_it_is_turned_on() {
    let service = service();
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    let before = call(&client, "DescribeDBInstanceSSL", json!({ "DBInstanceId": id })).await.unwrap();
    assert_eq!((&before["SSLEnabled"], &before["ClientCACert"]), (&json!("No"), &json!("")));
    let address = format!("{id}.mysql.rds.aliyuncs.com");
    let change = |on: i32| json!({ "DBInstanceId": id, "ConnectionString": address, "SSLEnabled": on });
    call(&client, "ModifyDBInstanceSSL", change(1)).await.unwrap();
    service.clock().advance(Duration::from_secs(10));
    let on = call(&client, "DescribeDBInstanceSSL", json!({ "DBInstanceId": id })).await.unwrap();
    assert_eq!((&on["SSLEnabled"], &on["ConnectionString"]), (&json!("Yes"), &json!(address)));
    assert!(on["SSLExpireTime"].as_str().unwrap().len() > 10);
    call(&client, "ModifyDBInstanceSSL", change(0)).await.unwrap();
    let off = call(&client, "DescribeDBInstanceSSL", json!({ "DBInstanceId": id })).await.unwrap();
    assert_eq!((&off["SSLEnabled"], &off["SSLExpireTime"]), (&json!("No"), &json!("")));
}

#[tokio::test]
async fn parameters_are_those_of_the_engine_and_nothing_else_is_taken() {
    for (engine, own, foreign) in [
        ("MySQL", "innodb_lock_wait_timeout", "work_mem"),
        ("PostgreSQL", "work_mem", "innodb_lock_wait_timeout"),
        ("SQLServer", "max degree of parallelism", "work_mem"),
        ("MariaDB", "innodb_lock_wait_timeout", "work_mem"),
    ] {
        let service = FakeService::builder().instance(FakeInstance::new(engine).id("rm-it")).start().unwrap();
        let client = service.client().unwrap();
        let listed = client.describe_parameters("rm-it").await.unwrap();
        let names: Vec<_> =
            listed.running_parameters.iter().filter_map(|it| it.parameter_name.clone()).collect();
        assert!(
            names.iter().any(|it| it == own) && !names.iter().any(|it| it == foreign),
            "{engine}: {names:?}"
        );
        assert!(listed.running_parameters.iter().all(|it| it.parameter_description.is_some()));
        for (name, value, code) in [
            (own, "30", None),
            (own, "banana", Some("InvalidParameterValue.NotStandard")),
            (own, "-500", Some("InvalidParameterValue.NotStandard")),
            (foreign, "30", Some("InvalidParameters.Malformed")),
            ("no_such_parameter", "500", Some("InvalidParameters.Malformed")),
        ] {
            let parameters = json!({ name: value }).to_string();
            // The one of PostgreSQL begins at 64.
            let parameters = parameters.replace("\"work_mem\":\"30\"", "\"work_mem\":\"640\"");
            let changed = client.modify_parameter("rm-it").parameters(parameters).await;
            assert_eq!(
                changed.err().and_then(|error| error.code().map(str::to_owned)).as_deref(),
                code,
                "{engine} {name}"
            );
        }
    }
}

/// Everything that a new instance was asked to be, it is.
#[tokio::test]
async fn what_was_asked_of_a_new_instance_is_shown() {
    let service = service();
    let client = service.client().unwrap();
    let asked = json!({
        "Engine": "PostgreSQL", "EngineVersion": "16.0", "DBInstanceClass": "pg.n2.2c.1m", "DBInstanceStorage": 30,
        "DBInstanceNetType": "Intranet", "PayType": "Serverless", "SecurityIPList": "10.0.0.1", "Category": "serverless_basic",
        "DBInstanceStorageType": "general_essd", "VPCId": "vpc-1", "VSwitchId": "vsw-1", "ZoneId": "cn-hangzhou-h",
        "ZoneIdSlave1": "cn-hangzhou-i", "ResourceGroupId": "rg-1", "ConnectionMode": "Standard", "Port": "5433",
        "ServerlessConfig": { "MinCapacity": 0.5, "MaxCapacity": 8.0, "AutoPause": true },
    });
    let created = call(&client, "CreateDBInstance", asked).await.unwrap();
    let id = created["DBInstanceId"].as_str().unwrap();
    let shown = call(&client, "DescribeDBInstanceAttribute", json!({ "DBInstanceId": id })).await.unwrap();
    let shown = &shown["Items"]["DBInstanceAttribute"][0];
    for (name, expected) in [
        ("Category", json!("serverless_basic")),
        ("DBInstanceStorage", json!(30)),
        ("DBInstanceStorageType", json!("general_essd")),
        ("PayType", json!("Serverless")),
        ("VpcId", json!("vpc-1")),
        ("VSwitchId", json!("vsw-1")),
        ("ZoneId", json!("cn-hangzhou-h")),
        ("SlaveZones", json!({ "SlaveZone": [{ "ZoneId": "cn-hangzhou-i" }] })),
        ("ResourceGroupId", json!("rg-1")),
        ("Port", json!("5433")),
        (
            "ServerlessConfig",
            json!({ "AutoPause": true, "ScaleMax": 8, "ScaleMin": 0.5, "SwitchForce": false }),
        ),
        ("ExpireTime", json!("")),
        ("SecurityIPMode", json!("normal")),
    ] {
        assert_eq!(shown[name], expected, "{name}");
    }
    for (name, value, code) in [
        ("EngineVersion", "4.1", "InvalidEngineVersion.Malformed"),
        ("DBInstanceClass", "nonsense", "InvalidDBInstanceClass.NotFound"),
        ("DBInstanceClass", "mysql.n2.medium.2c", "InvalidDBInstanceClass.NotFound"),
    ] {
        let mut asked = json!({
            "Engine": "PostgreSQL", "EngineVersion": "16.0", "DBInstanceClass": "pg.n2.2c.1m", "DBInstanceStorage": 30,
            "DBInstanceNetType": "Intranet", "PayType": "Postpaid", "SecurityIPList": "10.0.0.1",
        });
        asked[name] = value.into();
        assert_eq!(call(&client, "CreateDBInstance", asked).await.unwrap_err().code(), Some(code), "{value}");
    }
}
