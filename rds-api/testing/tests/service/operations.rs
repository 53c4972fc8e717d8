//! Every operation of the specification, asked with its own examples.

use serde_json::{Map, Value as Json};

use super::*;
use rds_api::schema::{self, Field, FieldExt as _, Kind, OperationExt as _};

/// The parameters that an operation requires, from its examples.
pub(super) fn required(operation: &schema::Operation) -> Map<String, Json> {
    let fields = operation.parameters.iter().filter(|field| field.required);
    let mut parameters: Map<_, _> = fields.map(|field| (field.name.clone(), field.sample())).collect();
    if let Some(instance) = parameters.get_mut("DBInstanceId") {
        *instance = FakeService::INSTANCE.into();
    }
    parameters
}

/// Every member of a response has the kind that the specification gives it, and lists are wrapped as it says.
fn check(path: &str, field: &Field, value: &Json) {
    let shape = &field.shape;
    let fits = match shape.kind {
        Kind::Int32 | Kind::Int64 => value.is_i64(),
        Kind::Float | Kind::Double => value.is_number(),
        Kind::Bool => value.is_boolean(),
        Kind::String | Kind::Timestamp | Kind::Enum => value.is_string(),
        Kind::Object | Kind::Map => value.is_object(),
        Kind::List => match &shape.wrapper {
            Some(wrapper) => value[wrapper].is_array(),
            None => value.is_array(),
        },
        Kind::Json => true,
    };
    assert!(fits || value.is_null(), "{path} is {value}, not a {:?}", shape.kind);
    for member in &shape.fields {
        check(&format!("{path}.{}", member.name), member, &value[&member.name]);
    }
}

#[tokio::test]
async fn all_respond_as_the_specification_says() {
    let service = service();
    let client = service.client().unwrap();
    let mut refused = Vec::new();
    for operation in schema::operations() {
        let response = operation.call(&client, &required(operation)).await;
        match response {
            Ok(response) => {
                assert!(response["RequestId"].is_string(), "{}", operation.name);
                for field in &operation.response {
                    check(&operation.name, field, &response[&field.name]);
                }
            }
            Err(error) => {
                let code = error.code().unwrap_or_else(|| panic!("{}: {error}", operation.name));
                refused.push(format!("{} {code}", operation.name));
            }
        }
    }
    // What is left is about things that the simulated account does not have, or masked examples.
    let is_about_state = |line: &String| {
        let codes = [
            "NotFound",
            "OperationDenied.DBInstanceStatus",
            "BothEmpty.TagsAndResources",
            "SecurityIPList.Format",
        ];
        codes.iter().any(|code| line.ends_with(code))
    };
    let wrong: Vec<_> = refused.iter().filter(|line| !is_about_state(line)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(refused.len() < 30, "{refused:#?}");
}

#[tokio::test]
async fn every_list_has_an_end() {
    let service = service();
    let client = service.client().unwrap();
    let mut entries = 0;
    for operation in schema::operations() {
        let Some(pagination) = &operation.pagination else { continue };
        let mut parameters = required(operation);
        if operation.name == "ListTagResources" {
            parameters.insert("ResourceId".to_owned(), [FakeService::INSTANCE].into());
        }
        let call = operation.call(&client, &parameters);
        entries += call.items(pagination.clone()).into_vec().await.unwrap().len();
        let asked = service.all_requests();
        assert!((1..=2).contains(&asked.len()), "{}: {}", operation.name, asked.len());
        service.clear_history();
    }
    assert!(entries > 40, "{entries}");
}

#[tokio::test]
async fn what_the_service_does_not_know_is_refused_as_the_real_one_refuses_it() {
    let service = service();
    let client = service.client().unwrap();
    let missing = client.create_backup("rm-other").await.unwrap_err();
    assert!(missing.is_not_found());
    assert_eq!((missing.code(), missing.http_status()), (Some("InvalidDBInstanceName.NotFound"), Some(404)));
    assert!(missing.request_id().is_some() && missing.recommendation().is_some());
    assert!(!missing.may_have_been_executed());
    client.create_backup(FakeService::INSTANCE).await.unwrap();
    let twice = client.create_backup(FakeService::INSTANCE).await.unwrap_err();
    assert_eq!(twice.code(), Some("BackupJobExists"));
    let unknown = client.call_raw("DescribeNothing", [("A", "b")]).await.unwrap_err();
    assert_eq!(unknown.code(), Some("InvalidAction.NotFound"));
}

#[tokio::test]
async fn every_operation_responds_and_no_member_is_lost() {
    let service = service();
    let client = service.client().unwrap();
    let regions = client.describe_regions().await.unwrap();
    assert!(regions.regions[0].region_id.is_some());
    let raw = client
        .call_raw(
            "DescribeBinlogFiles",
            [
                ("DBInstanceId", "rm-1"),
                ("StartTime", "2024-03-15T08:00:00Z"),
                ("EndTime", "2024-03-15T09:00:00Z"),
            ],
        )
        .with_access(Access::Read)
        .await
        .unwrap();
    assert!(raw["Items"]["BinLogFile"][0]["FileSize"].is_number(), "{raw}");
}
