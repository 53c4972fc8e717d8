//! Calls whose parameters are known only when the program runs.

use rds_api::operations::account::CreateAccountRequest;
use rds_api::schema::{self, OperationExt as _};
use serde_json::json;

use super::*;

#[tokio::test]
async fn parameters_of_every_call_are_sent_with_the_request() {
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    client
        .describe_db_instances()
        .with_parameter("OwnerId", "26842")
        .with_parameter("OwnerAccount", "owner@example.com")
        .with_parameter("ResourceOwnerId", "26843")
        .with_parameter("ResourceOwnerAccount", "other@example.com")
        .await
        .unwrap();
    let sent = &service.all_requests()[0].parameters;
    for (name, value) in [
        ("OwnerId", json!(26842)),
        ("OwnerAccount", json!("owner@example.com")),
        ("ResourceOwnerId", json!(26843)),
        ("ResourceOwnerAccount", json!("other@example.com")),
    ] {
        assert_eq!(sent[name], value, "{name}");
    }
}

/// A call from data is the typed call: the service reads the same request, and the token makes it safe
/// to repeat.
#[tokio::test]
async fn is_sent_as_a_typed_call_is() {
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    let parameters = json!({
        "DBInstanceId": FakeService::INSTANCE, "AccountName": "app", "AccountPassword": "Passw0rd!",
    });
    let operation = schema::operation("CreateAccount").unwrap();
    operation.call(&client, parameters.as_object().unwrap()).await.unwrap();
    let [sent] = &service.requests::<CreateAccountRequest>()[..] else { unreachable!("one was sent") };
    assert_eq!(*sent, CreateAccountRequest::new(FakeService::INSTANCE, "app", "Passw0rd!"));

    let tagged = json!({
        "ResourceId": [FakeService::INSTANCE], "ResourceType": "INSTANCE", "Tag": [{ "Key": "a", "Value": "b" }],
    });
    let operation = schema::operation("TagResources").unwrap();
    operation.call(&client, tagged.as_object().unwrap()).await.unwrap();
    let sent = service.all_requests().pop().unwrap();
    assert_eq!(sent.parameters["RegionId"], "cn-hangzhou");
    assert_eq!(sent.parameters["Tag"], tagged["Tag"]);
}

#[tokio::test]
async fn sensitive_values_stay_out_of_errors() {
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    service.on::<CreateAccountRequest>().refuse(Refusal::new(
        400,
        "InvalidAccountPassword",
        "The password hunter2hunter2 is bad.",
    ));
    let parameters = json!({
        "DBInstanceId": FakeService::INSTANCE, "AccountName": "app", "AccountPassword": "hunter2hunter2",
    });
    let operation = schema::operation("CreateAccount").unwrap();
    let error = operation.call(&client, parameters.as_object().unwrap()).await.unwrap_err();
    assert!(!error.to_string().contains("hunter2") && error.to_string().contains("The password"), "{error}");
}
