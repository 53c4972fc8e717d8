//! Custom instances: what they are created with, and what is seen of them from outside.

use serde_json::{Value as Json, json};

use super::network::call;
use super::*;
use rds_api::Client;

const ID: &str = "rc-fake0000000000001";

async fn run(client: &Client, more: Json) {
    let mut parameters = json!({ "InstanceType": "mysql.x2.xlarge.6cm", "VSwitchId": "vsw-1" });
    parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    call(client, "RunRCInstances", parameters).await.unwrap();
}

async fn attribute(client: &Client) -> Json {
    call(client, "DescribeRCInstanceAttribute", json!({ "InstanceId": ID })).await.unwrap()
}

#[tokio::test]
async fn a_custom_instance_shows_what_it_was_created_with() {
    let service = service();
    let client = service.client().unwrap();
    for (number, (given, host, name)) in [
        (json!({ "HostName": "till", "InstanceName": "shop" }), "till", "shop"),
        (json!({ "HostName": "till" }), "till", "rc-fake0000000000002"),
        (json!({ "InstanceName": "shop" }), "shop", "shop"),
        (json!({}), "rc-fake0000000000004", "rc-fake0000000000004"),
    ]
    .into_iter()
    .enumerate()
    {
        run(&client, given).await;
        let id = format!("rc-fake000000000000{}", number + 1);
        let shown = call(&client, "DescribeRCInstanceAttribute", json!({ "InstanceId": id })).await.unwrap();
        assert_eq!((&shown["HostName"], &shown["InstanceName"]), (&json!(host), &json!(name)));
    }
}

#[tokio::test]
async fn what_is_about_a_custom_instance_is_about_one_that_is_there() {
    let service = service();
    let client = service.client().unwrap();
    for (operation, more) in [
        ("DescribeRCInstanceAttribute", json!({})),
        ("DescribeRCInstanceVncUrl", json!({})),
        ("DescribeRCMetricList", json!({ "MetricName": "CPUUtilization" })),
        ("SyncRCSecurityGroup", json!({ "SecurityGroupId": "sg-1" })),
        ("CreateRCImage", json!({ "ImageName": "golden" })),
    ] {
        let mut parameters = more.as_object().unwrap().clone();
        parameters.insert("InstanceId".to_owned(), ID.into());
        let error = call(&client, operation, parameters.into()).await.unwrap_err();
        assert_eq!(
            (error.code(), error.http_status()),
            (Some("InvalidResourceId.NotFound"), Some(404)),
            "{operation}"
        );
    }
}

#[tokio::test]
async fn a_metric_has_a_value_for_each_period_of_its_instance() {
    let service = service();
    let client = service.client().unwrap();
    run(&client, json!({})).await;
    service.clock().advance(Duration::from_secs(600));
    let mut token = json!("");
    let mut times = Vec::new();
    let mut pages = 0;
    while token.is_string() {
        let parameters =
            json!({ "InstanceId": ID, "MetricName": "CPUUtilization", "Length": "4", "NextToken": token });
        let page = call(&client, "DescribeRCMetricList", parameters).await.unwrap();
        let points: Vec<Json> = serde_json::from_str(page["Datapoints"].as_str().unwrap()).unwrap();
        assert!(points.iter().all(|it| it["instanceId"] == ID && it["Average"].as_f64().unwrap() > 0.0));
        times.extend(points.iter().map(|it| it["timestamp"].as_u64().unwrap() / 1000));
        token = page["NextToken"].clone();
        pages += 1;
    }
    assert_eq!((times.len(), pages), (10, 3), "{times:?}");
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] == 60), "{times:?}");

    let reversed = json!({
        "InstanceId": ID, "MetricName": "CPUUtilization", "StartTime": "2024-08-06 10:15:00", "EndTime": "2024-08-06 10:05:00",
    });
    let error = call(&client, "DescribeRCMetricList", reversed).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidEndTime.Format"));
}

#[tokio::test]
async fn a_public_address_is_watched_for_attacks() {
    let service = service();
    let client = service.client().unwrap();
    run(&client, json!({ "Amount": 2 })).await;
    let addresses = async || {
        let about = json!({ "DdosRegionId": "cn-hangzhou" });
        let counted = call(&client, "DescribeRCInstanceDdosCount", about.clone()).await.unwrap();
        let listed = call(&client, "DescribeRCInstanceIpAddress", about).await.unwrap();
        assert_eq!(counted["DdosCount"]["InstacenCount"], listed["Total"]);
        let instances = listed["RCInstanceList"].as_array().unwrap().clone();
        instances.iter().map(|it| it["IpAddressConfig"][0]["InstanceIp"].clone()).collect::<Vec<Json>>()
    };
    assert!(addresses().await.is_empty());
    let allocation = json!({ "InstanceId": ID, "AllocationId": "eip-1" });
    call(&client, "AssociateEipAddressWithRCInstance", allocation.clone()).await.unwrap();
    let shown = attribute(&client).await["EipAddress"]["IpAddress"].clone();
    assert_eq!(addresses().await, [shown]);
    call(&client, "UnassociateEipAddressWithRCInstance", allocation).await.unwrap();
    assert!(addresses().await.is_empty());
}

#[tokio::test]
async fn an_image_is_made_and_then_used() {
    let service = service();
    let client = service.client().unwrap();
    run(&client, json!({ "SystemDisk": { "Size": 60 } })).await;
    let image = async || {
        let listed = call(&client, "DescribeRCImageList", json!({})).await.unwrap();
        listed["Images"].as_array().unwrap().first().cloned().unwrap_or_default()
    };
    assert_eq!(image().await, Json::Null);
    call(&client, "CreateRCImage", json!({ "InstanceId": ID, "ImageName": "golden" })).await.unwrap();
    assert_eq!(image().await["Status"], "Creating");
    service.clock().advance(Duration::from_secs(60));
    let made = image().await;
    assert_eq!(
        (&made["Status"], &made["Usage"], &made["Size"]),
        (&json!("Available"), &json!("none"), &json!(60))
    );
    run(&client, json!({ "ImageId": made["ImageId"] })).await;
    assert_eq!(image().await["Usage"], "instance");
}

#[tokio::test]
async fn a_security_group_is_joined() {
    let service = service();
    let client = service.client().unwrap();
    run(&client, json!({ "SecurityGroupId": "sg-1" })).await;
    call(&client, "SyncRCSecurityGroup", json!({ "InstanceId": ID, "SecurityGroupId": "sg-2" }))
        .await
        .unwrap();
    assert_eq!(attribute(&client).await["SecurityGroupIds"]["SecurityGroupId"], json!(["sg-2"]));
}
