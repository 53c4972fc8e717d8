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

/// Every member of an answer has the kind that the specification gives it, and lists are wrapped as it says.
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
async fn all_answer_as_the_specification_says() {
    let service = service();
    let client = service.client().unwrap();
    let mut refused = Vec::new();
    for operation in schema::operations() {
        let answer = operation.call(&client, &required(operation)).await;
        match answer {
            Ok(answer) => {
                assert!(answer["RequestId"].is_string(), "{}", operation.name);
                for field in &operation.response {
                    check(&operation.name, field, &answer[&field.name]);
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
async fn parameters_of_every_style_come_back_as_values() {
    let service = service();
    let client = service.client().unwrap();
    let ask = async |operation: &str, parameters: &[(&str, &str)]| {
        let own: Vec<(&str, &str)> = parameters.to_vec();
        client.call_raw(operation, own).await.unwrap();
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
