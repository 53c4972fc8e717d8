//! Every operation of the specification, asked with its own examples.

use serde_json::{Map, Value as Json};

use super::*;
use rds_api::schema::{self, Field, FieldExt as _, Kind, OperationExt as _};

/// The parameters that an operation requires, from its examples.
pub(super) fn required(operation: &schema::Operation) -> Map<String, Json> {
    let fields = operation.parameters.iter().filter(|field| field.required);
    let mut parameters: Map<_, _> = fields.map(|field| (field.name.clone(), field.sample())).collect();
    for name in ["DBInstanceId", "DbInstanceId"] {
        if let Some(instance) = parameters.get_mut(name) {
            *instance = FakeService::INSTANCE.into();
        }
    }
    // What has no example may be anything.
    for value in parameters.values_mut().filter(|value| *value == "text") {
        *value = "anything".into();
    }
    if let Some(region) = parameters.get_mut("RegionId") {
        *region = "cn-hangzhou".into();
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

/// The operations that are not simulated.
fn not_simulated() -> impl Iterator<Item = &'static schema::Operation> {
    let simulated = FakeService::simulated_operations();
    schema::operations().filter(move |operation| !simulated.contains(&operation.name.as_str()))
}

/// Texts and numbers that would be taken for a failure, or for what they are not.
fn check_texts(path: &str, value: &Json) {
    match value {
        Json::Array(elements) => elements.iter().for_each(|element| check_texts(path, element)),
        Json::Object(members) => {
            members.iter().for_each(|(name, value)| check_texts(&format!("{path}.{name}"), value));
        }
        _ => {
            let is_failure =
                path.ends_with(".Success") && matches!(value.to_string().as_str(), "false" | "\"false\"");
            assert!(value != "text" && !is_failure, "{path} is {value}");
        }
    }
}

#[tokio::test]
async fn what_is_not_simulated_responds_with_examples() {
    let service = service();
    let client = service.client().unwrap();
    let mut refused = Vec::new();
    for operation in not_simulated() {
        match operation.call(&client, &required(operation)).await {
            Ok(response) => {
                assert!(response["RequestId"].is_string(), "{}", operation.name);
                check_texts(&operation.name, &response);
                for field in &operation.response {
                    check(&operation.name, field, &response[&field.name]);
                }
            }
            Err(error) => refused.push(format!("{}: {error}", operation.name)),
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

/// By every rule by which a program could go on: a total, the entries of a page, a flag, a token, an empty page.
#[tokio::test]
async fn every_list_of_examples_has_an_end_by_every_rule() {
    let service = service();
    let client = service.client().unwrap();
    let mut lists = 0;
    for operation in not_simulated() {
        let mut parameters = required(operation);
        let number = ["PageNumber", "PageNumbers", "CurrentPage", "PageIndex"]
            .into_iter()
            .find(|name| operation.parameter(name).is_some());
        let first = operation.call(&client, &parameters).await.unwrap();
        for (pointer, more) in [("/HasNext", true), ("/Data/HasNext", true), ("/HasMore", true)] {
            assert_ne!(first.pointer(pointer), Some(&more.into()), "{}", operation.name);
        }
        assert_eq!(first.get("NextToken"), None, "{}", operation.name);
        for total in ["TotalRecordCount", "TotalCount", "PageRecordCount", "TotalPageCount", "ItemsNumbers"] {
            let total = first.get(total).map(|total| total.to_string().replace('"', ""));
            assert!(total.is_none_or(|total| total == "1"), "{}: {first}", operation.name);
        }
        if let Some(pagination) = &operation.pagination {
            let items =
                operation.call(&client, &parameters).items(pagination.clone()).into_vec().await.unwrap();
            assert_eq!(items.len(), 1, "{}", operation.name);
        }
        let Some(number) = number else { continue };
        lists += 1;
        parameters.insert(number.to_owned(), 2.into());
        let second = operation.call(&client, &parameters).await.unwrap();
        let count = second.get("PageRecordCount").map(|count| count.to_string().replace('"', ""));
        assert!(count.is_none_or(|count| count == "0"), "{}: {second}", operation.name);
        let items = operation.pagination.as_ref().map(|it| it.items.as_str()).unwrap_or_default();
        let items = second.pointer(&format!("/{}", items.replace('.', "/"))).cloned().unwrap_or_default();
        let items = items.as_object().and_then(|it| it.values().next()).unwrap_or(&items);
        assert!(items.as_array().is_none_or(Vec::is_empty), "{}: {second}", operation.name);
    }
    assert!(lists > 5, "{lists}");
}

#[tokio::test]
async fn examples_speak_of_what_was_called_and_of_no_instance_that_is_not_there() {
    let service = service();
    let client = service.client().unwrap();
    let mut echoed = 0;
    for operation in not_simulated() {
        let mut parameters = required(operation);
        let response = operation.call(&client, &parameters).await.unwrap();
        for name in ["DBInstanceId", "RegionId"] {
            let (given, told) = (parameters.get(name), response.get(name));
            if let Some((given, told)) = given.zip(told) {
                assert_eq!(given, told, "{}", operation.name);
                echoed += 1;
            }
        }
        for name in ["DBInstanceId", "DbInstanceId"] {
            if parameters.contains_key(name) {
                parameters.insert(name.to_owned(), "rm-not-there".into());
                let error = operation.call(&client, &parameters).await.unwrap_err();
                assert_eq!(error.http_status(), Some(404), "{}: {error}", operation.name);
                assert!(error.is_not_found(), "{}", operation.name);
            }
        }
    }
    assert!(echoed > 5, "{echoed}");
}

/// A program that trusts an example has been told.
#[tokio::test]
async fn a_response_of_examples_says_so_and_a_strict_service_gives_none() {
    let service = service();
    let mark =
        async |operation: &str| super::authentication::header(&service, operation, "x-response-source").await;
    assert_eq!(mark("DescribeRegions").await, (200, None));
    assert_eq!(mark("DescribeRCClusters").await, (200, Some("example".to_owned())));
    let simulated: Vec<bool> = service.all_requests().iter().map(|entry| entry.is_simulated).collect();
    assert_eq!(simulated, [true, false]);

    let strict = FakeService::builder().strict(true).start().unwrap();
    let client = strict.client().unwrap();
    client.describe_regions().await.unwrap();
    let error = client.describe_rc_clusters().await.unwrap_err();
    assert_eq!((error.code(), error.http_status()), (Some("OperationNotSupported"), Some(400)));
    assert!(error.to_string().contains("is not simulated"), "{error}");
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
                ("DBInstanceId", FakeService::INSTANCE),
                ("StartTime", "2020-03-15T08:00:00Z"),
                ("EndTime", "2990-03-15T09:00:00Z"),
            ],
        )
        .with_access(Access::Read)
        .await
        .unwrap();
    assert!(raw["Items"]["BinLogFile"][0]["FileSize"].is_number(), "{raw}");
}
