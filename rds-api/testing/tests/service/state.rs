//! The state of a service: several regions, derived instances, performance, and state that another service goes on from.

use serde_json::{Value, json};

use super::network::call;
use super::*;

#[tokio::test]
async fn a_service_goes_on_where_another_was() {
    let first =
        FakeService::builder().instance(FakeInstance::new("PostgreSQL").id("pgm-1").database("shop")).start();
    let first = first.unwrap();
    let client = first.client().unwrap();
    client.create_backup(FakeService::INSTANCE).await.unwrap();
    client.create_account(FakeService::INSTANCE, "app", "correct-horse").await.unwrap();
    first.clock().advance(Duration::from_secs(3600));
    client.stop_db_instance("pgm-1").await.unwrap();
    let snapshot = first.snapshot();
    assert!(!snapshot.contains("correct-horse"), "it has no secrets");

    let second = FakeService::builder().state(&*snapshot).start().unwrap();
    assert!(second.clock().now() >= first.clock().now() - Duration::from_secs(60), "its time goes on");
    let client = second.client().unwrap();
    assert_eq!(client.describe_backups(FakeService::INSTANCE).await.unwrap().items.len(), 1);
    assert_eq!(client.describe_databases("pgm-1").await.unwrap().databases.len(), 1);
    let again = client.create_account(FakeService::INSTANCE, "app", "correct-horse").await.unwrap_err();
    assert_eq!(again.code(), Some("InvalidAccountName.Duplicate"));
    // Ids go on as well.
    let job = client.create_backup(FakeService::INSTANCE).await.unwrap().backup_job_id;
    assert_eq!(job.as_deref(), Some("5070002"));
    for wrong in ["", "{}", "[]", &snapshot.replace("\"version\":1", "\"version\":2")] {
        assert!(FakeService::builder().state(wrong).start().is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn each_region_has_its_own_things() {
    let beijing = FakeInstance::new("MySQL").id("rm-north").region("cn-beijing");
    let service = FakeService::builder().instance(beijing).start().unwrap();
    let ids = async |region: &str| {
        let client = service.client_builder().region(region).build().unwrap();
        let listed = client.describe_db_instances().await.unwrap();
        listed.items.into_iter().filter_map(|it| it.db_instance_id).collect::<Vec<_>>()
    };
    assert_eq!(ids("cn-hangzhou").await, [FakeService::INSTANCE]);
    assert_eq!(ids("cn-beijing").await, ["rm-north"]);
    assert!(ids("cn-shanghai").await.is_empty());
    let client = service.client().unwrap();
    let stop = client.stop_db_instance("rm-north").await.unwrap_err();
    assert!(stop.is_not_found(), "it is in another region than the call: {stop}");
    let group = json!({
        "Engine": "mysql", "EngineVersion": "8.0", "ParameterGroupName": "of-hangzhou", "Parameters": "{\"back_log\":\"2000\"}",
    });
    call(&client, "CreateParameterGroup", group).await.unwrap();
    let north = service.client_builder().region("cn-beijing").build().unwrap();
    let listed = call(&north, "DescribeParameterGroups", json!({})).await.unwrap();
    assert_eq!(listed["ParameterGroups"]["ParameterGroup"], json!([]));
}

#[tokio::test]
async fn instances_read_for_another_and_are_made_of_its_backups() {
    let shop = FakeInstance::new("MySQL")
        .id("rm-shop")
        .database("orders")
        .daily_backups(2)
        .age(Duration::from_secs(9 * 86_400));
    let service = FakeService::builder().instance(shop).start().unwrap();
    let client = service.client().unwrap();
    let backup = client.describe_backups("rm-shop").await.unwrap().items[0].backup_id.clone().unwrap();
    let clone = json!({ "DBInstanceId": "rm-shop", "PayType": "Postpaid", "BackupId": backup });
    let clone =
        call(&client, "CloneDBInstance", clone).await.unwrap()["DBInstanceId"].as_str().unwrap().to_owned();
    assert_eq!(client.describe_databases(&clone).await.unwrap().databases.len(), 1);
    let wrong = json!({ "DBInstanceId": "rm-shop", "PayType": "Postpaid", "BackupId": "1" });
    assert_eq!(
        call(&client, "CloneDBInstance", wrong).await.unwrap_err().code(),
        Some("InvalidBackupSetID.NotFound")
    );

    let reader = json!({
        "DBInstanceId": "rm-shop", "ZoneId": "cn-hangzhou-h", "EngineVersion": "8.4", "DBInstanceClass": "mysql.n2.medium.1",
        "DBInstanceStorage": 100, "PayType": "Postpaid",
    });
    let reader = call(&client, "CreateReadOnlyDBInstance", reader).await.unwrap()["DBInstanceId"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(reader.starts_with("rr-"), "{reader}");
    service.clock().advance(Duration::from_secs(10));
    let described = client.describe_db_instance_attribute(&reader).await.unwrap();
    assert_eq!(described.items[0].master_instance_id.as_deref(), Some("rm-shop"));
    let master = client.describe_db_instance_attribute("rm-shop").await.unwrap();
    assert_eq!(master.items[0].read_only_db_instance_ids[0].db_instance_id.as_deref(), Some(&*reader));
    reads_are_spread(&service, &reader).await;
    client.delete_db_instance(&reader).await.unwrap();
    service.clock().advance(Duration::from_secs(10));
    assert!(client.describe_db_instance_attribute(&reader).await.unwrap_err().is_not_found());
    let master = client.describe_db_instance_attribute("rm-shop").await.unwrap();
    assert!(master.items[0].read_only_db_instance_ids.is_empty());
}

/// The endpoint of a proxy says how it spreads reads, by itself or as it was told.
async fn reads_are_spread(service: &FakeService, reader: &str) {
    let client = service.client().unwrap();
    let start = json!({
        "DBInstanceId": "rm-shop", "ConfigDBProxyService": "Startup", "DBProxyInstanceNum": "1", "VPCId": "vpc-2",
        "VSwitchId": "vsw-2",
    });
    call(&client, "ModifyDBProxy", start).await.unwrap();
    service.clock().advance(Duration::from_secs(10));
    let proxy = call(&client, "DescribeDBProxy", json!({ "DBInstanceId": "rm-shop" })).await.unwrap();
    let address = &proxy["DBProxyConnectStringItems"]["DBProxyConnectStringItems"][0];
    assert_eq!((&address["DBProxyVpcId"], &address["DBProxyVswitchId"]), (&json!("vpc-2"), &json!("vsw-2")));
    for (distribution, given, expected) in [
        ("Standard", String::new(), vec![("rm-shop", 200), (reader, 400)]),
        (
            "Custom",
            json!({ "rm-shop": "100", reader: 500 }).to_string(),
            vec![("rm-shop", 100), (reader, 500)],
        ),
        ("Custom", json!({ reader: "300" }).to_string(), vec![(reader, 300)]),
        ("Standard", String::new(), vec![("rm-shop", 200), (reader, 400)]),
    ] {
        let change = json!({
            "DBInstanceId": "rm-shop", "ReadOnlyInstanceDistributionType": distribution, "ReadOnlyInstanceWeight": given,
        });
        call(&client, "ModifyDBProxyEndpoint", change).await.unwrap();
        let shown = json!({ "DBInstanceId": "rm-shop" });
        let shown = call(&client, "DescribeDBProxyEndpoint", shown).await.unwrap();
        let weights: Vec<serde_json::Value> =
            serde_json::from_str(shown["ReadOnlyInstanceWeight"].as_str().unwrap()).unwrap();
        let weights: Vec<_> = weights
            .iter()
            .map(|it| (it["DBInstanceId"].as_str().unwrap(), it["Weight"].as_u64().unwrap()))
            .collect();
        assert_eq!(weights, expected, "{distribution} {given}");
    }
}

#[tokio::test]
async fn performance_is_of_the_keys_the_engine_and_the_time_that_are_asked_for() {
    let old = FakeInstance::new("MySQL").id("rm-old").age(Duration::from_secs(9 * 86_400));
    let service = FakeService::builder().instance(old).start().unwrap();
    let client = service.client().unwrap();
    let now = rds_api::Timestamp::from(service.clock().now()).to_system_time().unwrap();
    let text = |ago: u64| rds_api::Timestamp::from(now - Duration::from_secs(ago)).to_string();
    let ask = |key: &str| {
        let span =
            json!({ "DBInstanceId": "rm-old", "Key": key, "StartTime": text(7200), "EndTime": text(3600) });
        call(&client, "DescribeDBInstancePerformance", span)
    };
    let shown = ask("MySQL_QPSTPS,MySQL_COMDML,Sessions").await.unwrap();
    let keys = shown["PerformanceKeys"]["PerformanceKey"].as_array().unwrap();
    let names: Vec<_> = keys.iter().map(|key| key["Key"].as_str().unwrap()).collect();
    assert_eq!(names, ["MySQL_QPSTPS", "MySQL_COMDML", "Sessions"]);
    for key in keys {
        let parts = key["ValueFormat"].as_str().unwrap().split('&').count();
        let values = key["Values"]["PerformanceValue"].as_array().unwrap();
        assert!((11..=13).contains(&values.len()), "one for each of 5 minutes: {}", values.len());
        let mut different = std::collections::BTreeSet::new();
        for value in values {
            let (date, value) = (value["Date"].as_str().unwrap(), value["Value"].as_str().unwrap());
            // The parameters are of minutes.
            assert!((&text(7200)[..16]..=&text(3600)[..16]).contains(&&date[..16]), "{date}");
            let numbers: Vec<f64> = value.split('&').map(|number| number.parse().unwrap()).collect();
            assert_eq!(numbers.len(), parts, "{key}");
            different.insert(value.to_owned());
        }
        assert!(different.len() > 5, "it is a curve");
    }
    assert_eq!(
        ask("MySQL_QPSTPS,MySQL_COMDML,Sessions").await.unwrap()["PerformanceKeys"],
        shown["PerformanceKeys"]
    );
    let foreign = ask("PgSQL_SpaceUsage").await.unwrap();
    assert_eq!(foreign["PerformanceKeys"]["PerformanceKey"], json!([]), "of another engine");
}

#[tokio::test]
async fn faults_are_injected_over_http() {
    let service = service();
    let client = service.client_builder().retry(RetryPolicy::none()).build().unwrap();
    let http = rds_api_core::http::client::builder(&[]).unwrap().no_proxy().build().unwrap();
    let url = format!("{}/testing/faults", service.endpoint());
    let query = "fault=Refuse&code=Throttling.User&operation=DescribeRegions&times=1";
    assert_eq!(http.post(format!("{url}?{query}")).send().await.unwrap().status(), 200);
    assert_eq!(client.describe_regions().await.unwrap_err().code(), Some("Throttling.User"));
    client.describe_regions().await.unwrap();
    assert_eq!(http.post(format!("{url}?fault=EmptyBody")).send().await.unwrap().status(), 200);
    assert_eq!(http.delete(&url).send().await.unwrap().status(), 200);
    client.describe_regions().await.unwrap();
    assert_eq!(http.post(format!("{url}?fault=Nonsense")).send().await.unwrap().status(), 400);
}

/// The state of the account. The numbers of ids go on whatever becomes of a call.
fn account(service: &FakeService) -> Value {
    let mut state: Value = serde_json::from_str(&service.snapshot()).unwrap();
    state["account"]["created"].take();
    state["account"].take()
}

#[tokio::test]
async fn what_is_refused_has_changed_nothing() {
    let service = FakeService::builder()
        .instance(FakeInstance::new("MySQL").id("rm-1").database("orders").account("app", "ReadWrite"))
        .start()
        .unwrap();
    let client = service.client().unwrap();
    let template = json!({ "TemplateName": "offices", "IpWhitelist": "10.1.0.0/16" });
    call(&client, "ModifyWhitelistTemplate", template).await.unwrap();
    let attach = json!({ "InsName": "rm-1", "TemplateId": 401 });
    call(&client, "AttachWhitelistTemplateToInstance", attach.clone()).await.unwrap();
    let changed = json!({ "TemplateId": 401, "TemplateName": "offices", "IpWhitelist": "10.2.0.0/16" });
    call(&client, "ModifyWhitelistTemplate", changed).await.unwrap();
    let run = json!({ "InstanceType": "mysql.x2.xlarge.6cm", "VSwitchId": "vsw-1", "Amount": 30 });
    for _ in 0..33 {
        call(&client, "RunRCInstances", run.clone()).await.unwrap();
    }
    let tables =
        r#"[{"type":"db","name":"orders","newname":"old"},{"type":"db","name":"nothing","newname":"new"}]"#;
    let before = account(&service);
    for (operation, parameters) in [
        ("AttachWhitelistTemplateToInstance", attach),
        ("RunRCInstances", run),
        ("CreateRCDisk", json!({ "Size": 50, "InstanceId": "rc-nothing" })),
        ("RestoreTable", json!({ "DBInstanceId": "rm-1", "TableMeta": tables })),
        (
            "ModifyAccountMaskingPrivilege",
            json!({ "DBInstanceName": "rm-1", "UserName": "app,nobody", "Privilege": "fullAccess" }),
        ),
        ("StartDBInstance", json!({ "DBInstanceId": "rm-1" })),
    ] {
        let refused = call(&client, operation, parameters).await.unwrap_err();
        assert!(refused.code().is_some(), "{operation}: {refused}");
        assert_eq!(account(&service), before, "{operation}");
    }
}

#[tokio::test]
async fn no_new_instance_takes_the_place_of_another() {
    let seeded = FakeInstance::new("MySQL").id("rm-fake0000000000003").description("seeded");
    let service = FakeService::builder().instance(seeded).start().unwrap();
    let client = service.client().unwrap();
    let new = json!({
        "Engine": "MySQL", "EngineVersion": "8.0", "DBInstanceClass": "mysql.n2.medium.2c", "DBInstanceStorage": 20,
        "DBInstanceNetType": "Intranet", "PayType": "Postpaid", "SecurityIPList": "10.0.0.1",
    });
    let created = call(&client, "CreateDBInstance", new).await.unwrap();
    assert_eq!(created["DBInstanceId"], "rm-fake0000000000004");
    let old = client.describe_db_instance_attribute("rm-fake0000000000003").await.unwrap();
    assert_eq!(old.items[0].db_instance_description.as_deref(), Some("seeded"));
}

/// What is there from the start counts as what is created, so there is no more of it than may be created.
#[tokio::test]
async fn what_is_there_from_the_start_counts_against_the_quotas() {
    let many = |instances: usize| {
        let builder = FakeService::builder();
        (0..instances).fold(builder, |builder, _| builder.instance(FakeInstance::new("MySQL")))
    };
    let full = many(99).start().unwrap();
    let new = json!({
        "Engine": "MySQL", "EngineVersion": "8.0", "DBInstanceClass": "mysql.n2.medium.2c", "DBInstanceStorage": 20,
        "DBInstanceNetType": "Intranet", "PayType": "Postpaid", "SecurityIPList": "10.0.0.1",
    });
    let refused = call(&full.client().unwrap(), "CreateDBInstance", new).await.unwrap_err();
    assert_eq!(refused.code(), Some("InsufficientAvailableQuota"));
    let names = |count: usize| (0..count).map(|number| format!("n{number}"));
    let new = || FakeInstance::new("MySQL");
    for (what, service) in [
        ("100 instances", many(100)),
        ("200 databases", FakeService::builder().instance(names(201).fold(new(), FakeInstance::database))),
        (
            "50 accounts",
            FakeService::builder().instance(names(51).fold(new(), |it, name| it.account(name, "ReadOnly"))),
        ),
        ("20 tags", FakeService::builder().instance(names(21).fold(new(), |it, name| it.tag(name, "x")))),
    ] {
        let error = service.start().unwrap_err().to_string();
        assert!(error.contains(what), "{what}: {error}");
    }
}

#[tokio::test]
async fn a_temporary_instance_makes_room_for_the_next_one() {
    let service = FakeService::builder()
        .instance(FakeInstance::new("MySQL").id("rm-1").daily_backups(1))
        .change_duration(Duration::ZERO)
        .start()
        .unwrap();
    let client = service.client().unwrap();
    let create = async || call(&client, "CreateTempDBInstance", json!({ "DBInstanceId": "rm-1" })).await;
    let first = create().await.unwrap();
    assert_eq!(create().await.unwrap_err().code(), Some("InvalidTempInstance.NotSupport"));
    client.delete_db_instance(first["TempDBInstanceId"].as_str().unwrap()).await.unwrap();
    create().await.unwrap();
}

/// A later version is for what was checked for it: beside the instance, with or without its addresses, or in its place.
#[tokio::test]
async fn an_instance_of_postgres_moves_to_a_later_version() {
    for (mode, switched, is_new) in [
        ("blueGreenDeployment", "false", true),
        ("blueGreenDeployment", "true", true),
        ("inPlaceUpgrade", "true", false),
    ] {
        let old = FakeInstance::new("PostgreSQL").id("pgm-old").version("15.0").database("shop");
        let service = FakeService::builder().instance(old).start().unwrap();
        let client = service.client().unwrap();
        let of = async |id: &str| client.describe_db_instance_attribute(id).await.unwrap().items.remove(0);
        let before = of("pgm-old").await;
        let upgrade = json!({
            "DBInstanceId": "pgm-old", "TargetMajorVersion": "17.0", "PayType": "Postpaid", "UpgradeMode": mode,
            "SwitchOver": switched, "SwitchTimeMode": "Immediate", "CollectStatMode": "After",
        });
        let unchecked = call(&client, "UpgradeDBInstanceMajorVersion", upgrade.clone()).await.unwrap_err();
        assert_eq!(unchecked.code(), Some("InvalidUpgradePrecheckResult"), "{mode}");
        for wrong in ["9.4", "14.0", "15.0"] {
            let wrong = json!({ "DBInstanceId": "pgm-old", "TargetMajorVersion": wrong });
            assert!(call(&client, "UpgradeDBInstanceMajorVersionPrecheck", wrong).await.is_err());
        }

        let check = json!({ "DBInstanceId": "pgm-old", "TargetMajorVersion": "17.0" });
        let check = call(&client, "UpgradeDBInstanceMajorVersionPrecheck", check).await.unwrap();
        let asked = json!({ "DBInstanceId": "pgm-old", "TaskId": check["TaskId"] });
        let report =
            async || call(&client, "DescribeUpgradeMajorVersionPrecheckTask", asked.clone()).await.unwrap();
        assert_eq!(report().await["Items"], json!([]), "{mode}");
        service.clock().advance(Duration::from_secs(10));
        assert_eq!(report().await["Items"][0]["Result"], "Success", "{mode}");

        let made = call(&client, "UpgradeDBInstanceMajorVersion", upgrade.clone()).await.unwrap();
        let id = made["DBInstanceId"].as_str().unwrap();
        let tasks = async || {
            let asked = json!({ "DBInstanceId": id, "TaskId": made["TaskId"] });
            call(&client, "DescribeUpgradeMajorVersionTasks", asked).await.unwrap()["Items"][0]["Result"]
                .clone()
        };
        assert_eq!((tasks().await, id != "pgm-old"), (json!("Running"), is_new), "{mode}");
        service.clock().advance(Duration::from_secs(10));
        assert_eq!(tasks().await, "Success");
        let after = of(id).await;
        assert_eq!(after.engine_version.as_deref(), Some("17.0"));
        assert_eq!(client.describe_databases(id).await.unwrap().databases.len(), 1);
        assert_eq!(after.connection_string == before.connection_string, switched == "true", "{mode}");
        let old = of("pgm-old").await;
        assert_eq!(old.engine_version == before.engine_version, is_new, "{mode}");

        service.clock().advance(Duration::from_secs(8 * 86_400));
        let late = json!({ "DBInstanceId": "pgm-old", "TaskId": 1 });
        let late = call(&client, "DescribeUpgradeMajorVersionPrecheckTask", late).await.unwrap();
        assert_eq!(late["Items"], json!([]));
        let expired = call(&client, "UpgradeDBInstanceMajorVersion", upgrade).await.unwrap_err();
        let code = if is_new { "InvalidUpgradePrecheckResult" } else { "TargetMajorVesionNotSupported" };
        assert_eq!(expired.code(), Some(code), "{mode}");
    }
}
