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
async fn a_time_to_switch_over_at_ends_with_the_manual_mode() {
    let service = service();
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    for (mode, given, expected) in [
        ("Manual", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z"),
        ("Manual", "", "2030-01-01T00:00:00Z"),
        ("Auto", "", ""),
        ("Manual", "", ""),
    ] {
        let change = json!({ "DBInstanceId": id, "HAConfig": mode, "ManualHATime": given });
        call(&client, "ModifyHASwitchConfig", change).await.unwrap();
        let shown = call(&client, "DescribeHASwitchConfig", json!({ "DBInstanceId": id })).await.unwrap();
        assert_eq!((&shown["HAConfig"], &shown["ManualHATime"]), (&json!(mode), &json!(expected)));
    }
}

#[tokio::test]
async fn encryption_in_transit_is_off_until_it_is_turned_on() {
    for (engine, off, on) in [("MySQL", "No", "Yes"), ("SQLServer", "No", "Yes"), ("PostgreSQL", "off", "on")]
    {
        let service = FakeService::builder().instance(FakeInstance::new(engine).id("rm-it")).start().unwrap();
        let client = service.client().unwrap();
        let shown = async || call(&client, "DescribeDBInstanceSSL", json!({ "DBInstanceId": "rm-it" })).await;
        let before = shown().await.unwrap();
        assert_eq!((&before["SSLEnabled"], &before["ClientCACert"]), (&json!(off), &json!("")), "{engine}");
        let attribute = client.describe_db_instance_attribute("rm-it").await.unwrap();
        let address = attribute.items.first().unwrap().connection_string.clone().unwrap();
        let change =
            |on: i32| json!({ "DBInstanceId": "rm-it", "ConnectionString": address, "SSLEnabled": on });
        call(&client, "ModifyDBInstanceSSL", change(1)).await.unwrap();
        service.clock().advance(Duration::from_secs(10));
        let after = shown().await.unwrap();
        assert_eq!(
            (&after["SSLEnabled"], &after["ConnectionString"]),
            (&json!(on), &json!(address)),
            "{engine}"
        );
        assert!(after["SSLExpireTime"].as_str().unwrap().len() > 10);
        call(&client, "ModifyDBInstanceSSL", change(0)).await.unwrap();
        let after = shown().await.unwrap();
        assert_eq!((&after["SSLEnabled"], &after["SSLExpireTime"]), (&json!(off), &json!("")), "{engine}");
    }
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

/// What audits ask for and examples of other tools set.
#[tokio::test]
async fn parameters_that_programs_name_can_be_set_and_are_shown() {
    for (engine, given) in [
        (
            "PostgreSQL",
            json!({
                "log_connections": "on", "log_disconnections": "on", "log_duration": "on", "log_checkpoints": "off",
                "log_lock_waits": "on", "log_min_messages": "error", "log_min_error_statement": "warning",
                "log_min_duration_statement": "-1", "log_temp_files": "0", "log_error_verbosity": "verbose",
            }),
        ),
        (
            "MySQL",
            json!({
                "delayed_insert_timeout": "70", "max_length_for_sort_data": "1000", "connect_timeout": "50",
                "back_log": "4000", "wait_timeout": "86460", "table_open_cache": "3000", "sort_buffer_size": "20000",
                "innodb_print_all_deadlocks": "ON", "log_queries_not_using_indexes": "ON",
            }),
        ),
    ] {
        let service = FakeService::builder().instance(FakeInstance::new(engine).id("rm-it")).start().unwrap();
        let client = service.client().unwrap();
        let of = async || {
            let listed = client.describe_parameters("rm-it").await.unwrap().running_parameters;
            let pairs = listed.into_iter().map(|it| (it.parameter_name.unwrap(), json!(it.parameter_value)));
            pairs.collect::<serde_json::Map<_, _>>()
        };
        let before = of().await;
        client.modify_parameter("rm-it").parameters(given.to_string()).await.unwrap();
        let after = of().await;
        for (name, value) in given.as_object().unwrap() {
            assert!(&after[name] == value && before[name] != *value, "{engine} {name}: {}", after[name]);
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
