//! What the programs of others send, and the service takes.

use rds_api::operations::instance::RestartDBInstanceRequest;

use super::*;

#[tokio::test]
async fn long_tokens_empty_values_and_other_cases_are_taken() {
    let service = service();
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    let token = "Terraform-Alicloud-1700000000-01234567-89ab-cdef-0123-456789abcdef";
    for _ in 0..2 {
        client.restart_db_instance(id).with_idempotency_token(token).await.unwrap();
    }
    assert_eq!(service.requests::<RestartDBInstanceRequest>().len(), 2);
    assert_eq!(service.journal().len(), 1, "the token is looked at whatever its length");
    for (operation, parameters) in [
        ("DescribeBackups", &[("DBInstanceId", id), ("BackupMode", ""), ("StartTime", "")][..]),
        ("DescribeDBInstances", &[("DBInstanceStatus", ""), ("Tags", "[]"), ("PageSize", "")]),
        ("DescribeDBInstances", &[("Engine", "mysql"), ("PayType", "POSTPAID")]),
        ("DescribeCharacterSetName", &[("Engine", "MySQL")]),
        ("ModifyBackupPolicy", &[("DBInstanceId", id), ("Category", "")]),
        (
            "TagResources",
            &[("ResourceType", "instance"), ("ResourceId.1", id), ("Tag.1.Key", "a"), ("Tag.1.Value", "")],
        ),
    ] {
        service.clock().advance(Duration::from_secs(60));
        let response = client.call_raw(operation, parameters.iter().copied()).await;
        let response = response.unwrap_or_else(|error| panic!("{operation} {parameters:?}: {error}"));
        if operation == "DescribeDBInstances" {
            assert_eq!(response["TotalRecordCount"], 1, "{parameters:?}");
        }
    }
}

/// Some programs write names of operations as they would have named them.
#[tokio::test]
async fn operations_are_known_by_their_names_in_any_case() {
    let service = service();
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    let tag = [("ResourceType", "INSTANCE"), ("ResourceId.1", id), ("Tag.1.Key", "a")];
    client.call_raw("TagResources", tag).await.unwrap();
    for (name, known) in [
        ("UnTagResources", "UntagResources"),
        ("describedbinstances", "DescribeDBInstances"),
        ("DESCRIBEREGIONS", "DescribeRegions"),
    ] {
        let given = [("ResourceType", "INSTANCE"), ("ResourceId.1", id), ("TagKey.1", "a")];
        let throttled = service.inject(Refusal::throttled()).on_operation(known).times(1);
        client.call_raw(name, given).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(throttled.count(), 1, "{name}");
        assert_eq!(service.all_requests().last().unwrap().operation, known);
    }
    let none: [(&str, &str); 0] = [];
    let unknown = client.call_raw("UnUntagResources", none).await.unwrap_err();
    assert_eq!(unknown.code(), Some("InvalidAction.NotFound"));
    let left = client.call_raw("DescribeTags", [("DBInstanceId", id)]).await.unwrap();
    assert_eq!(left["Items"]["TagInfos"], serde_json::json!([]));
}

/// The names of one parameter differ between operations, and programs write them as one.
#[tokio::test]
async fn parameters_are_known_by_their_names_in_any_case() {
    let service = service();
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    for (operation, given) in [
        ("GetDbProxyInstanceSsl", &[("DBInstanceId", id)][..]),
        ("DescribeBackups", &[("dbinstanceid", id), ("BACKUPMODE", "Automated")]),
        ("TagResources", &[("resourcetype", "INSTANCE"), ("ResourceID.1", id), ("tag.1.Key", "a")]),
        // That with the right name counts.
        ("DescribeBackups", &[("DBINSTANCEID", "rm-other"), ("DBInstanceId", id)]),
    ] {
        let response = client.call_raw(operation, given.iter().copied()).await;
        response.unwrap_or_else(|error| panic!("{operation} {given:?}: {error}"));
    }
    let tagged = client.call_raw("DescribeTags", [("DBInstanceId", id)]).await.unwrap();
    assert_eq!(tagged["Items"]["TagInfos"][0]["TagKey"], "a");
    let requests = service.all_requests();
    assert_eq!(requests[1].parameters["BackupMode"], "Automated");
}

/// The service listens at an address of a region, and takes that for the region of a request that names none.
#[tokio::test]
async fn a_request_without_a_region_is_about_that_of_the_service() {
    let service = FakeService::builder().region("cn-beijing").start().unwrap();
    let client = service.client().unwrap();
    let listed = |region: &'static str| {
        client.call_raw("DescribeDBInstances", [("Engine", "MySQL")]).with_parameter("RegionId", region)
    };
    assert_eq!(listed("").await.unwrap()["Items"]["DBInstance"][0]["RegionId"], "cn-beijing");
    assert_eq!(listed("cn-hangzhou").await.unwrap()["TotalRecordCount"], 0);
}
