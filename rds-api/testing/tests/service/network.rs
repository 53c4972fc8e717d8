//! The addresses of instances.

use serde_json::{Value as Json, json};

use super::*;
use rds_api::Client;

/// Calls an operation by its name, with parameters as JSON.
pub(super) async fn call(client: &Client, operation: &str, parameters: Json) -> Result<Json, rds_api::Error> {
    use rds_api::schema::OperationExt as _;
    let operation = rds_api::schema::operation(operation).unwrap();
    operation.call(client, parameters.as_object().unwrap()).await
}

/// The address, port and kind of each address of an instance.
async fn addresses(client: &Client, id: &str) -> Vec<(String, String, String)> {
    let listed = call(client, "DescribeDBInstanceNetInfo", json!({ "DBInstanceId": id })).await.unwrap();
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    let infos = listed["DBInstanceNetInfos"]["DBInstanceNetInfo"].as_array().unwrap();
    infos.iter().map(|it| (text(&it["ConnectionString"]), text(&it["Port"]), text(&it["IPType"]))).collect()
}

#[tokio::test]
async fn each_engine_has_its_own_address_and_port() {
    for (engine, domain, port) in [
        ("MySQL", "mysql", "3306"),
        ("PostgreSQL", "pg", "5432"),
        ("SQLServer", "sqlserver", "1433"),
        ("MariaDB", "mariadb", "3306"),
    ] {
        let service = FakeService::builder().instance(FakeInstance::new(engine).id("rm-it")).start().unwrap();
        let client = service.client().unwrap();
        let expected = format!("rm-it.{domain}.rds.aliyuncs.com");
        assert_eq!(
            addresses(&client, "rm-it").await,
            [(expected.clone(), port.to_owned(), "Private".to_owned())]
        );
        let described = client.describe_db_instance_attribute("rm-it").await.unwrap();
        assert_eq!(described.items[0].connection_string.as_deref(), Some(&*expected), "the same everywhere");
        assert_eq!(described.items[0].port.as_deref(), Some(port));
    }
}

#[tokio::test]
async fn a_public_address_is_allocated_changed_and_released() {
    let service = service();
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    let allocate = |prefix: &str| {
        let parameters = json!({ "DBInstanceId": id, "ConnectionStringPrefix": prefix, "Port": "3306" });
        call(&client, "AllocateInstancePublicConnection", parameters)
    };
    for wrong in ["Upper-case", "1shop-public", "shop_public"] {
        assert_eq!(
            allocate(wrong).await.unwrap_err().code(),
            Some("InvalidConnectionString.Format"),
            "{wrong}"
        );
    }
    allocate("shop-public").await.unwrap();
    assert!(client.create_backup(id).await.unwrap_err().is_instance_busy(), "it takes a while");
    service.clock().advance(Duration::from_secs(10));
    assert_eq!(allocate("shop-other").await.unwrap_err().code(), Some("NetTypeExists"));
    let address = "shop-public.mysql.rds.aliyuncs.com";
    assert_eq!(addresses(&client, id).await[1], (address.into(), "3306".into(), "Public".into()));

    let change = json!({
        "DBInstanceId": id, "CurrentConnectionString": address, "ConnectionStringPrefix": "shop-public", "Port": "3307",
    });
    call(&client, "ModifyDBInstanceConnectionString", change).await.unwrap();
    service.clock().advance(Duration::from_secs(10));
    assert_eq!(addresses(&client, id).await[1].1, "3307");
    let release = |address: &str| {
        let parameters = json!({ "DBInstanceId": id, "CurrentConnectionString": address });
        call(&client, "ReleaseInstancePublicConnection", parameters)
    };
    let unknown = release("nobody.mysql.rds.aliyuncs.com").await.unwrap_err();
    assert_eq!(unknown.code(), Some("InvalidCurrentConnectionString.NotFound"));
    release(address).await.unwrap();
    service.clock().advance(Duration::from_secs(10));
    assert_eq!(addresses(&client, id).await.len(), 1);
    let missing = call(&client, "DescribeDBInstanceNetInfo", json!({ "DBInstanceId": "rm-no" })).await;
    assert!(missing.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_classic_address_is_kept_for_as_many_days_as_it_was_asked_for() {
    let service = service();
    let client = service.client().unwrap();
    let created = json!({
        "Engine": "MySQL", "EngineVersion": "8.0", "DBInstanceClass": "mysql.n2.small.1", "DBInstanceStorage": 100,
        "DBInstanceNetType": "Intranet", "PayType": "Postpaid", "SecurityIPList": "10.0.0.1",
        "InstanceNetworkType": "Classic",
    });
    let created = call(&client, "CreateDBInstance", created).await.unwrap();
    let id = created["DBInstanceId"].as_str().unwrap();
    let day = |count: u64| service.clock().advance(Duration::from_secs(count * 24 * 3600));
    day(1);
    let to_vpc = json!({
        "DBInstanceId": id, "InstanceNetworkType": "VPC", "RetainClassic": "True", "ClassicExpiredDays": "3",
    });
    call(&client, "ModifyDBInstanceNetworkType", to_vpc).await.unwrap();
    day(2);
    let kept = addresses(&client, id).await;
    let kinds: Vec<_> = kept.iter().map(|(_, _, kind)| kind.as_str()).collect();
    assert_eq!(kinds, ["Private", "Inner"]);
    let prolonged = json!({
        "DBInstanceId": id, "ConnectionString": kept[1].0, "ClassicExpiredDays": 14,
    });
    call(&client, "ModifyDBInstanceNetworkExpireTime", prolonged).await.unwrap();
    day(13);
    assert_eq!(addresses(&client, id).await.len(), 2);
    day(1);
    assert_eq!(addresses(&client, id).await.len(), 1);
}
