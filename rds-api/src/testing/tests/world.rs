//! The simulated account, through the real client.

use super::*;
use crate::types::DBInstanceStatus;
use crate::{Client, Error};

async fn create(client: &Client, description: &str) -> Result<String, Error> {
    let parameters = [
        ("RegionId", "cn-hangzhou"),
        ("Engine", "PostgreSQL"),
        ("EngineVersion", "16.0"),
        ("DBInstanceClass", "pg.n2.medium.2c"),
        ("DBInstanceStorage", "50"),
        ("DBInstanceNetType", "Intranet"),
        ("SecurityIPList", "10.0.0.1"),
        ("PayType", "Postpaid"),
        ("DBInstanceDescription", description),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "blue"),
    ];
    let answer = client.call_raw("CreateDBInstance", parameters).await?;
    Ok(answer["DBInstanceId"].as_str().unwrap().to_owned())
}

async fn status(client: &Client, id: &str) -> DBInstanceStatus {
    let attribute = client.describe_db_instance_attribute(id).await.unwrap();
    attribute.items[0].db_instance_status.clone().unwrap()
}

#[tokio::test]
async fn an_instance_lives_and_goes() {
    let service = service().await;
    let client = service.client().unwrap();
    let id = create(&client, "orders").await.unwrap();
    assert_eq!(status(&client, &id).await, DBInstanceStatus::Creating);
    let busy = client.create_backup(&id).await.unwrap_err();
    assert_eq!(busy.code(), Some("OperationDenied.DBInstanceStatus"));
    assert!(busy.is_instance_busy());
    service.clock().advance(Duration::from_secs(10));
    assert_eq!(status(&client, &id).await, DBInstanceStatus::Running);

    client.restart_db_instance(&id).await.unwrap();
    assert_eq!(status(&client, &id).await, DBInstanceStatus::Rebooting);
    service.clock().advance(Duration::from_secs(10));
    client.stop_db_instance(&id).await.unwrap();
    service.clock().advance(Duration::from_secs(10));
    assert_eq!(status(&client, &id).await, DBInstanceStatus::from("Stopped"));
    assert!(client.restart_db_instance(&id).await.unwrap_err().is_instance_busy());
    client.start_db_instance(&id).await.unwrap();
    service.clock().advance(Duration::from_secs(10));
    client
        .modify_db_instance_spec(&id)
        .db_instance_class("pg.n4.large.2c")
        .db_instance_storage(80)
        .await
        .unwrap();
    assert_eq!(status(&client, &id).await, DBInstanceStatus::DBInstanceClassChanging);
    service.clock().advance(Duration::from_secs(10));
    let changed = client.describe_db_instance_attribute(&id).await.unwrap();
    assert_eq!(changed.items[0].db_instance_storage, Some(80));
    let smaller = client.modify_db_instance_spec(&id).db_instance_storage(10).await.unwrap_err();
    assert_eq!(smaller.code(), Some("InvalidReduceDiskSize"));

    client.delete_db_instance(&id).await.unwrap();
    assert_eq!(status(&client, &id).await, DBInstanceStatus::Deleting);
    service.clock().advance(Duration::from_secs(10));
    assert!(client.describe_db_instance_attribute(&id).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn instances_are_listed_by_pages_and_filters() {
    let service = service().await;
    let client = service.client().unwrap();
    for index in 0..5 {
        create(&client, &format!("shard {index}")).await.unwrap();
    }
    let second = client.describe_db_instances().page_size(4).page_number(2).await.unwrap();
    assert_eq!((second.items.len(), second.total_record_count), (2, Some(6)));
    let found = client.describe_db_instances().search_key("shard 3").await.unwrap();
    assert_eq!(found.items[0].db_instance_description.as_deref(), Some("shard 3"));
    let tagged = client.describe_db_instances().tags(r#"{"team":"blue"}"#).await.unwrap();
    assert_eq!(tagged.items.len(), 5);
    let mut token = None;
    let mut seen = 0;
    loop {
        let mut call = client.describe_db_instances().max_results(4);
        if let Some(token) = token {
            call = call.next_token(token);
        }
        let part = call.await.unwrap();
        seen += part.items.len();
        token = part.next_token.clone();
        if token.is_none() {
            break;
        }
    }
    assert_eq!(seen, 6);
}

#[tokio::test]
async fn accounts_have_privileges_in_databases() {
    let service = service().await;
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    client.create_account(id, "app", "correct-horse").await.unwrap();
    let twice = client.create_account(id, "app", "correct-horse").await.unwrap_err();
    assert_eq!(twice.code(), Some("InvalidAccountName.Duplicate"));
    let short = client.create_account(id, "other", "short").await.unwrap_err();
    assert_eq!(short.code(), Some("InvalidAccountPassword.Format"));
    let grant = |account: &'static str| {
        let parameters = [
            ("DBInstanceId", id),
            ("AccountName", account),
            ("DBName", "orders"),
            ("AccountPrivilege", "ReadWrite"),
        ];
        client.call_raw("GrantAccountPrivilege", parameters)
    };
    assert_eq!(grant("app").await.unwrap_err().code(), Some("InvalidDBName.NotFound"));
    assert_eq!(grant("nobody").await.unwrap_err().code(), Some("InvalidAccountName.NotFound"));
    client
        .call_raw(
            "CreateDatabase",
            [("DBInstanceId", id), ("DBName", "orders"), ("CharacterSetName", "utf8mb4")],
        )
        .await
        .unwrap();
    grant("app").await.unwrap();
    let accounts = client.describe_accounts(id).await.unwrap();
    assert_eq!(accounts.accounts[0].database_privileges[0].db_name.as_deref(), Some("orders"));
    let databases = client.describe_databases(id).await.unwrap();
    assert_eq!(databases.databases[0].accounts[0].account.as_deref(), Some("app"));
    client.call_raw("DeleteDatabase", [("DBInstanceId", id), ("DBName", "orders")]).await.unwrap();
    assert!(client.describe_databases(id).await.unwrap().databases.is_empty());
    assert!(client.describe_accounts(id).await.unwrap().accounts[0].database_privileges.is_empty());
    client.delete_account(id, "app").await.unwrap();
    assert!(client.delete_account(id, "app").await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn whitelists_parameters_and_tags_are_kept() {
    let service = service().await;
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    for (mode, addresses) in [("Cover", "10.0.0.1,10.0.0.2"), ("Append", "10.0.0.3"), ("Delete", "10.0.0.1")]
    {
        client
            .call_raw(
                "ModifySecurityIps",
                [
                    ("DBInstanceId", id),
                    ("SecurityIps", addresses),
                    ("DBInstanceIPArrayName", "office"),
                    ("ModifyMode", mode),
                ],
            )
            .await
            .unwrap();
    }
    let lists = client.describe_db_instance_ip_array_list(id).await.unwrap();
    assert_eq!(lists.items.len(), 2);
    assert_eq!(lists.items[1].security_ip_list.as_deref(), Some("10.0.0.2,10.0.0.3"));

    client.modify_parameter(id).parameters(r#"{"long_query_time":"5"}"#).await.unwrap();
    let parameters = client.describe_parameters(id).await.unwrap();
    let changed = parameters
        .running_parameters
        .iter()
        .find(|it| it.parameter_name.as_deref() == Some("long_query_time"));
    assert_eq!(changed.unwrap().parameter_value.as_deref(), Some("5"));

    let tag = |key: &str, value: &str| {
        [
            ("RegionId", "cn-hangzhou".to_owned()),
            ("ResourceType", "INSTANCE".to_owned()),
            ("ResourceId.1", id.to_owned()),
            ("Tag.1.Key", key.to_owned()),
            ("Tag.1.Value", value.to_owned()),
        ]
    };
    client.call_raw("TagResources", tag("team", "blue")).await.unwrap();
    let tags = client.call_raw("ListTagResources", tag("team", "blue")).access(Access::Read).await.unwrap();
    assert_eq!(tags["TagResources"]["TagResource"][0]["TagValue"], "blue");
    let mut untag = tag("", "")[..3].to_vec();
    untag.push(("TagKey.1", "team".to_owned()));
    client.call_raw("UntagResources", untag).await.unwrap();
    let none = client.call_raw("ListTagResources", tag("team", "blue")).await.unwrap();
    assert_eq!(none["TagResources"]["TagResource"], serde_json::json!([]));
}
