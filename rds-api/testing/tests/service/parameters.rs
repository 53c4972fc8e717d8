//! Parameters of requests: how they travel, and what is refused.

use super::*;

#[tokio::test]
async fn parameters_are_validated() {
    let service = service();
    let client = service.client().unwrap();
    let call = || client.describe_backup_tasks(FakeService::INSTANCE);
    for (result, code, says) in [
        (call().backup_mode("Sometimes").await.map(drop), "InvalidBackupMode", "Automated, Manual"),
        (
            call().with_parameter("BackupJobId", "seven").await.map(drop),
            "InvalidBackupJobId",
            "64-bit integer",
        ),
        (
            client.describe_backups(FakeService::INSTANCE).page_size(5).await.map(drop),
            "InvalidPageSize",
            "less than 30",
        ),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.code(), Some(code));
        assert!(error.to_string().contains(says), "{error}");
    }
    let none: [(&str, &str); 0] = [];
    let error = client.call_raw("DescribeBackupTasks", none).await.unwrap_err();
    assert_eq!(error.code(), Some("MissingParameter"));
    assert!(error.to_string().contains("`DBInstanceId`"), "{error}");
    let error = client
        .call_raw("DescribeBackupTasks", [("DBInstanceId", FakeService::INSTANCE), ("ClientToken", "数")])
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("InvalidClientToken"));
}

#[tokio::test]
async fn parameters_of_every_style_come_back_as_values() {
    let service = service();
    let client = service.client().unwrap();
    let ask = async |operation: &str, parameters: &[(&str, &str)]| {
        let own: Vec<(&str, &str)> = parameters.to_vec();
        // What is looked at is the request, whether or not what it is about is there.
        let _ = client.call_raw(operation, own).await;
        service.all_requests().pop().unwrap().parameters
    };
    let flattened = [
        ("RegionId", "cn-hangzhou"),
        ("ResourceType", "INSTANCE"),
        ("ResourceId.1", FakeService::INSTANCE),
        ("Tag.2.Key", "b"),
        ("Tag.2.Value", ""),
        ("Tag.10.Key", "c"),
        ("Tag.1.Key", "a"),
        ("NoSuchThing", "ignored"),
    ];
    let parameters = ask("TagResources", &flattened).await;
    assert_eq!(parameters["ResourceId"], serde_json::json!([FakeService::INSTANCE]));
    let keys: Vec<_> = parameters["Tag"].as_array().unwrap().iter().map(|tag| tag["Key"].clone()).collect();
    assert_eq!(keys, ["a", "b", "c"]);
    assert_eq!(parameters.get("NoSuchThing"), None);

    let simple = [("RegionId", "cn-hangzhou"), ("InstanceType", "a,b"), ("ClusterId", "c")];
    let parameters = ask("DescribeRCInstanceTypes", &simple).await;
    assert_eq!(parameters["InstanceType"], serde_json::json!(["a", "b"]));
    let numbered = [("RegionId", "cn-hangzhou"), ("InstanceType.1", "a"), ("InstanceType.2", "b")];
    let parameters = ask("DescribeRCInstanceTypes", &numbered).await;
    assert_eq!(parameters["InstanceType"], serde_json::json!(["a", "b"]));

    let json = [
        ("RegionId", "cn-hangzhou"),
        ("InstanceIds", r#"["i-1","i-2"]"#),
        ("InstanceId", "i-1"),
        ("ForceStop", "True"),
    ];
    let parameters = ask("StopRCInstances", &json).await;
    assert_eq!(parameters["InstanceIds"], serde_json::json!(["i-1", "i-2"]));
    assert_eq!(parameters["ForceStop"], true);
    let broken = client.call_raw("StopRCInstances", [("RegionId", "cn-hangzhou"), ("InstanceIds", "i-1")]);
    assert_eq!(broken.await.unwrap_err().code(), Some("InvalidInstanceIds"));
    let time = [("DBInstanceId", FakeService::INSTANCE), ("StartTime", "yesterday")];
    let time = client.call_raw("DescribeBackups", time).await.unwrap_err();
    assert_eq!(time.code(), Some("InvalidStartTime.Format"));
}

#[tokio::test]
async fn what_is_too_long_for_an_address_comes_in_the_body() {
    let service = service();
    let client = service.client().unwrap();
    client.create_database(FakeService::INSTANCE, "utf8mb4", "orders").await.unwrap();
    for signature in [SignatureVersion::V1, SignatureVersion::V3] {
        let client = service.client_builder().signature(signature).build().unwrap();
        let description = "long * ".repeat(1000);
        client.modify_db_description(FakeService::INSTANCE, &*description, "orders").await.unwrap();
        let listed = client.describe_databases(FakeService::INSTANCE).await.unwrap();
        assert_eq!(listed.databases[0].db_description.as_ref(), Some(&description));
    }
}
