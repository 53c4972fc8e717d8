//! The simulated account, through the real client.

use super::*;
use rds_api::types::DBInstanceStatus;
use rds_api::{Client, Error};

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
    let response = client.call_raw("CreateDBInstance", parameters).await?;
    Ok(response["DBInstanceId"].as_str().unwrap().to_owned())
}

async fn status(client: &Client, id: &str) -> DBInstanceStatus {
    let attribute = client.describe_db_instance_attribute(id).await.unwrap();
    attribute.items[0].db_instance_status.clone().unwrap()
}

#[tokio::test]
async fn an_instance_lives_and_goes() {
    let service = service();
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

/// Read-only instances have classes of their own.
#[tokio::test]
async fn classes_that_programs_name_can_be_had() {
    for (engine, class, reader) in [
        ("MySQL", "mysql.x4.xlarge.6cm", "mysqlro.n2.medium.1c"),
        ("MySQL", "rds.mysql.s1.small", "mysqlro.n4.medium.1c"),
        ("PostgreSQL", "pg.n2.2c.2m", "pgro.n2.2c.1m"),
        ("SQLServer", "mssql.x4.medium.s2", "mssqlro.x4.medium.e2"),
    ] {
        let service = FakeService::builder().instance(FakeInstance::new(engine).id("rm-it")).start().unwrap();
        let client = service.client().unwrap();
        let of = async |id: &str| client.describe_db_instance_attribute(id).await.unwrap().items.remove(0);
        let spec = [("DBInstanceId", "rm-it"), ("PayType", "Postpaid"), ("DBInstanceClass", class)];
        client.call_raw("ModifyDBInstanceSpec", spec).await.unwrap();
        service.clock().advance(Duration::from_secs(10));
        let source = of("rm-it").await;
        assert_eq!(source.db_instance_class.as_deref(), Some(class));
        let version = source.engine_version.unwrap();
        let given = [
            ("DBInstanceId", "rm-it"),
            ("EngineVersion", &version),
            ("DBInstanceClass", reader),
            ("DBInstanceStorage", "200"),
            ("PayType", "Postpaid"),
            ("ZoneId", "cn-hangzhou-h"),
        ];
        let made = client.call_raw("CreateReadOnlyDBInstance", given).await.unwrap();
        let it = of(made["DBInstanceId"].as_str().unwrap()).await;
        assert_eq!(it.db_instance_class.as_deref(), Some(reader));
    }
}

#[tokio::test]
async fn an_account_is_locked_until_it_is_unlocked() {
    let service =
        FakeService::builder().instance(FakeInstance::new("PostgreSQL").id("pgm-1")).start().unwrap();
    let client = service.client().unwrap();
    client.create_account("pgm-1", "alice", "Correct-Horse1").await.unwrap();
    service.clock().advance(Duration::from_secs(10));
    let given = [("DBInstanceId", "pgm-1"), ("AccountName", "alice")];
    for (operation, expected) in [
        ("ModifyAccountDescription", "Available"),
        ("LockAccount", "Lock"),
        ("DescribeAccounts", "Lock"),
        ("UnlockAccount", "Available"),
    ] {
        client.call_raw(operation, given).with_parameter("AccountDescription", "of the shop").await.unwrap();
        let listed = client.describe_accounts("pgm-1").account_name("alice").await.unwrap();
        assert_eq!(listed.accounts[0].account_status.as_ref().unwrap().as_str(), expected, "{operation}");
    }
}

#[tokio::test]
async fn a_database_has_the_characters_that_it_was_created_with() {
    for (engine, given, expected) in [
        ("MySQL", "utf8mb4", ["utf8mb4", "", ""]),
        ("SQLServer", "Chinese_PRC_CI_AS", ["Chinese_PRC_CI_AS", "", ""]),
        ("PostgreSQL", "UTF8,C,en_US.utf8", ["UTF8", "C", "en_US.utf8"]),
        ("PostgreSQL", "LATIN1,en_US.utf8,C", ["LATIN1", "en_US.utf8", "C"]),
        ("PostgreSQL", "UTF8,C", ["UTF8", "C", "C"]),
    ] {
        let service = FakeService::builder().instance(FakeInstance::new(engine).id("rm-it")).start().unwrap();
        let client = service.client().unwrap();
        client.create_database("rm-it", given, "shop").await.unwrap();
        let listed = client.describe_databases("rm-it").await.unwrap();
        let it = listed.databases.iter().find(|it| it.db_name.as_deref() == Some("shop")).unwrap();
        let shown =
            [&it.character_set_name, &it.collate, &it.ctype].map(|it| it.as_deref().unwrap_or_default());
        assert_eq!(shown, expected, "{engine} {given}");
    }
}

/// What destroys an instance waits for its tasks until they are not found.
#[tokio::test]
async fn a_release_is_no_task_and_takes_the_tasks_along() {
    for engine in ["MySQL", "PostgreSQL", "SQLServer", "MariaDB"] {
        let service = FakeService::builder().instance(FakeInstance::new(engine).id("rm-it")).start().unwrap();
        let client = service.client().unwrap();
        client.restart_db_instance("rm-it").await.unwrap();
        service.clock().advance(Duration::from_secs(10));
        client.delete_db_instance("rm-it").await.unwrap();
        let tasks = async || client.call_raw("DescribeTasks", [("DBInstanceId", "rm-it")]).await;
        let listed = tasks().await.unwrap();
        let actions = listed["Items"]["TaskProgressInfo"].as_array().unwrap();
        assert_eq!(actions.iter().map(|it| &it["TaskAction"]).collect::<Vec<_>>(), ["RestartDBInstance"]);
        service.clock().advance(Duration::from_secs(10));
        assert!(tasks().await.unwrap_err().is_not_found(), "{engine}");
    }
}

#[tokio::test]
async fn instances_are_listed_by_pages_and_filters() {
    let service = service();
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
    let service = service();
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
    let service = service();
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
    let tags =
        client.call_raw("ListTagResources", tag("team", "blue")).with_access(Access::Read).await.unwrap();
    assert_eq!(tags["TagResources"]["TagResource"][0]["TagValue"], "blue");
    let mut untag = tag("", "")[..3].to_vec();
    untag.push(("TagKey.1", "team".to_owned()));
    client.call_raw("UntagResources", untag).await.unwrap();
    let none = client.call_raw("ListTagResources", tag("team", "blue")).await.unwrap();
    assert_eq!(none["TagResources"]["TagResource"], serde_json::json!([]));
}

#[tokio::test]
async fn every_list_is_cut_into_pages() {
    let service = FakeService::builder().backup_duration(Duration::ZERO).start().unwrap();
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    for index in 0..35 {
        client.create_account(id, format!("app{index}"), "correct-horse").await.unwrap();
        let database = [
            ("DBInstanceId", id.to_owned()),
            ("DBName", format!("orders{index}")),
            ("CharacterSetName", "utf8mb4".to_owned()),
        ];
        client.call_raw("CreateDatabase", database).await.unwrap();
        create(&client, "shard").await.unwrap();
        // Not more than a few on a day.
        service.clock().advance(Duration::from_secs(2 * 3600));
        client.create_backup(id).await.unwrap();
    }
    for (operation, list, total) in [
        ("DescribeAccounts", ["Accounts", "DBInstanceAccount"], 35),
        ("DescribeDatabases", ["Databases", "Database"], 35),
        ("DescribeBackups", ["Items", "Backup"], 35),
        ("DescribeDBInstances", ["Items", "DBInstance"], 36),
        ("DescribeDBInstanceByTags", ["Items", "DBInstanceTag"], 35),
    ] {
        let mut seen = Vec::new();
        for page in 1..=3 {
            let mut parameters = vec![("PageNumber", page.to_string()), ("PageSize", "30".to_owned())];
            match operation {
                "DescribeDBInstances" | "DescribeDBInstanceByTags" => {
                    parameters.push(("RegionId", "cn-hangzhou".to_owned()));
                }
                _ => parameters.push(("DBInstanceId", id.to_owned())),
            }
            if operation == "DescribeBackups" {
                // The service makes others by itself.
                parameters.push(("BackupMode", "Manual".to_owned()));
            }
            let response = client.call_raw(operation, parameters).with_access(Access::Read).await.unwrap();
            let entries = response[list[0]][list[1]].as_array().unwrap();
            assert_eq!(entries.len(), [30, total - 30, 0][page - 1], "page {page} of {operation}");
            seen.extend(entries.iter().map(ToString::to_string));
            if operation != "DescribeDatabases" {
                let count = &response["TotalRecordCount"];
                assert_eq!(count.to_string().trim_matches('"'), total.to_string(), "{operation}");
            }
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), total, "{operation} has an entry twice");
    }
    let tags = |token: Option<String>| {
        let mut parameters = vec![
            ("RegionId", "cn-hangzhou".to_owned()),
            ("ResourceType", "INSTANCE".to_owned()),
            ("Tag.1.Key", "team".to_owned()),
        ];
        parameters.extend(token.map(|token| ("NextToken", token)));
        client.call_raw("ListTagResources", parameters).with_access(Access::Read)
    };
    let first = tags(None).await.unwrap();
    assert_eq!(first["TagResources"]["TagResource"].as_array().unwrap().len(), 30);
    let second = tags(first["NextToken"].as_str().map(str::to_owned)).await.unwrap();
    assert_eq!(second["TagResources"]["TagResource"].as_array().unwrap().len(), 5);
    assert!(second["NextToken"].is_null());
    let foreign = tags(Some("made up".to_owned())).await.unwrap_err();
    assert_eq!(foreign.code(), Some("Invalid.NextToken"));
}

#[tokio::test]
async fn the_status_of_a_task_is_there_while_it_runs_or_when_it_is_asked_for_by_its_id() {
    let service = service();
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    let job: i64 = client.create_backup(id).await.unwrap().backup_job_id.unwrap().parse().unwrap();
    let running = &client.describe_backup_tasks(id).await.unwrap().items[0];
    assert_eq!(running.backup_status, Some(BackupStatus::NoStart));
    service.clock().advance(Duration::from_secs(60));
    let over = &client.describe_backup_tasks(id).await.unwrap().items[0];
    assert_eq!((&over.backup_status, &over.backup_id), (&None, &None));
    assert_eq!(over.backup_progress_status.as_ref().map(ToString::to_string).as_deref(), Some("Finished"));
    let asked_for = &client.describe_backup_tasks(id).backup_job_id(job).await.unwrap().items[0];
    assert_eq!(asked_for.backup_status, Some(BackupStatus::Finished));
    assert!(asked_for.backup_id.is_some());
}

#[tokio::test]
async fn quotas_are_those_of_the_service() {
    let service = FakeService::builder().backup_duration(Duration::ZERO).start().unwrap();
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    let mut refused = Vec::new();
    for index in 0..51 {
        refused.extend(client.create_account(id, format!("app{index}"), "correct-horse").await.err());
    }
    for index in 0..201 {
        let database =
            [("DBInstanceId", id), ("DBName", &*format!("orders{index}")), ("CharacterSetName", "utf8mb4")];
        refused.extend(client.call_raw("CreateDatabase", database).await.err());
    }
    for _ in 0..21 {
        refused.extend(client.create_backup(id).await.err());
    }
    for _ in 0..100 {
        refused.extend(create(&client, "shard").await.err());
    }
    let tags = |from: usize| {
        let mut parameters = vec![
            ("RegionId".to_owned(), "cn-hangzhou".to_owned()),
            ("ResourceType".to_owned(), "INSTANCE".to_owned()),
            ("ResourceId.1".to_owned(), id.to_owned()),
        ];
        parameters.extend((1..=15).map(|it| (format!("Tag.{it}.Key"), format!("key{}", from + it))));
        client.call_raw("TagResources", parameters)
    };
    refused.extend(tags(0).await.err());
    refused.extend(tags(15).await.err());
    let addresses: Vec<String> = (0..1001).map(|it| format!("10.0.{}.{}", it / 250, it % 250)).collect();
    refused.extend(client.modify_security_ips(id, addresses.join(",")).await.err());
    let codes: Vec<_> = refused.iter().map(|error| error.code().unwrap()).collect();
    assert_eq!(
        codes,
        [
            "AccountLimitExceeded",
            "InsufficientAvailableQuota",
            "Exceeded.BackupTimes",
            "InsufficientAvailableQuota",
            "OperationDenied.QuotaExceed",
            "InsufficientAvailableQuota",
        ]
    );
}

#[tokio::test]
async fn whitelists_take_addresses_only_and_no_address_twice() {
    let service = service();
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    let change = |mode: &'static str, addresses: &'static str| {
        client.modify_security_ips(id, addresses).modify_mode(mode)
    };
    for wrong in ["10.0.0", "10.0.0.0/33", "example.com", "10.0.0.1,::/129"] {
        let error = change("Cover", wrong).await.unwrap_err();
        assert_eq!(error.code(), Some("SecurityIPList.Format"), "{wrong}");
    }
    change("Cover", "10.0.0.0/8,::1").await.unwrap();
    let twice = change("Append", "::1").await.unwrap_err();
    assert_eq!(twice.code(), Some("InvalidSecurityIPList.Duplicate"));
    let lists = client.describe_db_instance_ip_array_list(id).await.unwrap();
    assert_eq!(lists.items[0].security_ip_list.as_deref(), Some("10.0.0.0/8,::1"));
}

#[tokio::test]
async fn the_older_operations_see_the_same_tags() {
    let service = service();
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    let with = |parameters: &[(&'static str, &'static str)]| {
        let mut all = vec![("RegionId", "cn-hangzhou"), ("DBInstanceId", id)];
        all.extend(parameters);
        all
    };
    let add = with(&[("Tag.1.key", "team"), ("Tag.1.value", "blue"), ("Tags", r#"{"cost":"7"}"#)]);
    client.call_raw("AddTagsToResource", add).await.unwrap();
    let twice = with(&[("Tag.1.key", "team"), ("Tag.2.key", "team")]);
    let twice = client.call_raw("AddTagsToResource", twice).await.unwrap_err();
    assert_eq!(twice.code(), Some("Duplicate.TagKey"));
    let reserved = client.call_raw("AddTagsToResource", with(&[("Tag.1.key", "acs:x")])).await.unwrap_err();
    assert_eq!(reserved.code(), Some("InvalidTagKey.Malformed"));

    let tags = client.describe_tags().await.unwrap();
    let tags: Vec<_> = tags.items.iter().map(|it| (it.tag_key.as_deref(), it.tag_value.as_deref())).collect();
    assert_eq!(tags, [(Some("cost"), Some("7")), (Some("team"), Some("blue"))]);
    client.call_raw("RemoveTagsFromResource", with(&[("Tags", r#"{"cost":"8"}"#)])).await.unwrap();
    client.call_raw("RemoveTagsFromResource", with(&[("Tags", r#"{"team":""}"#)])).await.unwrap();
    let instances = client.describe_db_instance_by_tags().await.unwrap();
    let left: Vec<_> = instances.items[0].tags.iter().map(|it| it.tag_key.as_deref()).collect();
    assert_eq!(left, [Some("cost")]);
}
