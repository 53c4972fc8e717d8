//! Global active databases: a central instance, and instances in other regions that follow it.

use serde_json::{Value, json};

use super::network::call;
use super::*;
use rds_api::Client;

const ID: &str = "rm-shop";
const GAD: &str = "gad-rm-shop";

fn service_with_shop() -> (FakeService, Client) {
    let shop =
        FakeInstance::new("MySQL").id(ID).database("orders").database("books").account("app", "ReadWrite");
    let service = FakeService::builder().instance(shop).start().unwrap();
    let client = service.client().unwrap();
    (service, client)
}

fn merged(mut value: Value, more: Value) -> Value {
    value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    value
}

fn given(regions: &[&str], more: Value) -> Value {
    let unit = |region: &&str| {
        json!({
            "DtsConflict": "overwrite", "DtsInstanceClass": "small", "RegionID": region, "VpcID": "vpc-1",
            "VSwitchID": "vsw-1",
        })
    };
    let units: Vec<Value> = regions.iter().map(unit).collect();
    let given = json!({
        "CentralDBInstanceId": ID, "CentralRdsDtsAdminAccount": "app", "CentralRdsDtsAdminPassword": "Passw0rd!",
        "CentralRegionId": "cn-hangzhou", "DBList": r#"{"orders":{"name":"orders","all":true}}"#, "UnitNode": units,
    });
    merged(given, more)
}

/// The state of the cluster, and the region, role and state of each member.
async fn described(client: &Client) -> (String, Vec<[String; 3]>, Vec<String>) {
    let listed = call(client, "DescribeGadInstances", json!({ "GadInstanceName": GAD })).await.unwrap();
    let cluster = &listed["GadInstances"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let members = cluster["GadInstanceMembers"].as_array().cloned().unwrap_or_default();
    let shown = members.iter().map(|it| [&it["RegionId"], &it["Role"], &it["Status"]].map(text)).collect();
    (text(&cluster["Status"]), shown, members.iter().map(|it| text(&it["DBInstanceID"])).collect())
}

#[tokio::test]
async fn a_cluster_is_made_extended_reduced_and_dissolved() {
    let (service, client) = service_with_shop();
    let made = call(&client, "CreateGADInstance", given(&["cn-shanghai"], json!({}))).await.unwrap();
    assert_eq!(made["Result"]["GadInstanceName"], GAD);
    let member = |region: &str, role: &str, status: &str| [region, role, status].map(str::to_owned);
    let central = member("cn-hangzhou", "CENTRAL", "activation");
    let (status, members, ids) = described(&client).await;
    assert_eq!(
        (&*status, members),
        ("creating", vec![central.clone(), member("cn-shanghai", "UNIT", "creating")])
    );
    let extend = given(&["cn-beijing"], json!({ "GadInstanceId": GAD }));
    let early = call(&client, "CreateGadInstanceMember", extend.clone()).await.unwrap_err();
    assert_eq!(early.code(), Some("CreateGlobalActiveDatabase.GadInstanceNotActive"));
    service.clock().advance(Duration::from_secs(60));
    assert_eq!(described(&client).await.0, "activation");
    let unit = client.describe_databases(&ids[1]).await.unwrap();
    assert_eq!(unit.databases.len(), 1, "only what is synchronized");

    call(&client, "CreateGadInstanceMember", extend).await.unwrap();
    assert_eq!(described(&client).await.0, "replica_adding");
    service.clock().advance(Duration::from_secs(60));
    let next = FakeService::builder().state(service.snapshot()).start().unwrap();
    assert_eq!(described(&next.client().unwrap()).await, described(&client).await);
    let of_member = |id: &str| json!({ "GadInstanceName": GAD, "MemberInstanceName": id });
    call(&client, "DetachGadInstanceMember", of_member(&ids[1])).await.unwrap();
    let (_, members, left) = described(&client).await;
    assert_eq!(members, [central, member("cn-beijing", "UNIT", "activation")]);
    let stays = call(&client, "DetachGadInstanceMember", of_member(ID)).await.unwrap_err();
    assert_eq!(stays.code(), Some("InvalidParam"));
    call(&client, "DeleteGadInstance", json!({ "GadInstanceName": GAD })).await.unwrap();
    assert_eq!(described(&client).await.0, "");
    for id in [&ids[1], &left[1]] {
        client.describe_databases(id).await.unwrap();
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_codes_of_the_service_and_makes_nothing() {
    let (service, client) = service_with_shop();
    let failed = |reason: &str| format!("CreateGlobalActiveDatabaseFailed.{reason}");
    let one = ["cn-shanghai"];
    for (parameters, code) in [
        (given(&["cn-nowhere"], json!({})), failed("UnitMemberParamsError")),
        (given(&one, json!({ "DBList": "orders" })), failed("UnitMemberParamsError")),
        (given(&one, json!({ "DBList": r#"{"nothing":{}}"# })), failed("UnitMemberParamsError")),
        (given(&one, json!({ "CentralRegionId": "cn-beijing" })), failed("CentralNodeNotSupportGAD")),
        (
            given(&one, json!({ "CentralRdsDtsAdminAccount": "nobody" })),
            "CreateGlobalActiveDatabaseImpl.preCheckGadInstance".to_owned(),
        ),
        (
            given(&one, json!({ "CentralDBInstanceId": "rm-nothing" })),
            "InvalidDBInstanceName.NotFound".to_owned(),
        ),
    ] {
        let refused = call(&client, "CreateGADInstance", parameters.clone()).await.unwrap_err();
        // What the client itself sees to be wrong is not sent.
        if let Some(found) = refused.code() {
            assert_eq!(found, code, "{parameters}: {refused}");
        }
        assert_eq!(described(&client).await.0, "", "{parameters}");
    }
    call(&client, "CreateGADInstance", given(&one, json!({}))).await.unwrap();
    service.clock().advance(Duration::from_secs(60));
    let again = call(&client, "CreateGADInstance", given(&one, json!({}))).await.unwrap_err();
    assert_eq!(again.code(), Some(&*failed("GadInstanceExists")));
    let other = given(&one, json!({ "GadInstanceId": "gad-nothing" }));
    let other = call(&client, "CreateGadInstanceMember", other).await.unwrap_err();
    assert_eq!(other.code(), Some(&*failed("GadInstanceNotExists")));
    let nothing =
        call(&client, "DeleteGadInstance", json!({ "GadInstanceName": "gad-nothing" })).await.unwrap_err();
    assert!(nothing.is_not_found(), "{nothing}");
}
