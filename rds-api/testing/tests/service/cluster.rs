//! Clusters: their nodes and endpoints.

use serde_json::{Value, json};

use super::network::call;
use super::*;
use rds_api::Client;

const ID: &str = "rm-cluster";

/// A service with a cluster, whose changes take no time.
fn cluster() -> (FakeService, Client) {
    let cluster = FakeInstance::new("MySQL").id(ID).version("8.0").class("mysql.n2.medium.xc");
    let service = FakeService::builder().instance(cluster).change_duration(Duration::ZERO).start().unwrap();
    let client = service.client().unwrap();
    (service, client)
}

/// A call that is about the cluster unless it says otherwise.
async fn of_cluster(client: &Client, operation: &str, more: Value) -> Result<Value, rds_api::Error> {
    let mut asked = json!({ "DBInstanceId": ID });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    call(client, operation, asked).await
}

/// The id, role, class and zone of each node.
async fn nodes(client: &Client) -> Vec<[String; 4]> {
    let described = client.describe_db_instance_attribute(ID).await.unwrap().items.remove(0);
    let nodes = described.db_cluster_nodes.into_iter().map(|node| {
        let role = node.node_role.unwrap().to_string();
        [node.node_id.unwrap(), role, node.class_code.unwrap(), node.node_zone_id.unwrap()]
    });
    nodes.collect()
}

async fn endpoints(client: &Client) -> Vec<Value> {
    let listed = of_cluster(client, "DescribeDBInstanceEndpoints", json!({})).await.unwrap();
    listed["Data"]["DBInstanceEndpoints"]["DBInstanceEndpoint"].as_array().unwrap().clone()
}

fn new_nodes(count: usize) -> Value {
    json!({ "DBNode": vec![json!({ "classCode": "mysql.n4.large.xc", "zoneId": "cn-hangzhou-h" }); count] })
}

fn reader(prefix: &str, nodes: &[&str]) -> Value {
    let nodes = nodes.iter().map(|node| json!({ "DBInstanceId": ID, "NodeId": node, "Weight": 50 }));
    json!({
        "ConnectionStringPrefix": prefix, "DBInstanceEndpointType": "Readonly", "Port": "3306", "VpcId": "vpc-1",
        "VSwitchId": "vsw-1", "NodeItems": nodes.collect::<Vec<_>>(),
    })
}

#[tokio::test]
async fn nodes_are_added_resized_moved_and_removed() {
    let (service, client) = cluster();
    let before = nodes(&client).await;
    assert_eq!([before.len(), 2], [2, before.iter().filter(|it| it[2] == "mysql.n2.medium.xc").count()]);
    let added = of_cluster(&client, "CreateDBNodes", new_nodes(2)).await.unwrap();
    let ids: Vec<&str> = added["NodeIds"].as_str().unwrap().split(',').collect();
    let after = nodes(&client).await;
    let shown = |id: &str, class: &str, zone: &str| [id, "secondary", class, zone].map(str::to_owned);
    assert_eq!(after[..2], before);
    assert_eq!(after[2], shown(ids[0], "mysql.n4.large.xc", "cn-hangzhou-h"));

    let resize = json!({ "DBNode": [{ "nodeId": ids[0], "classCode": "mysql.x4.xlarge.xc" }], "DBInstanceStorage": "200" });
    let mut dry = resize.clone();
    dry["DryRun"] = true.into();
    of_cluster(&client, "ModifyDBNode", dry).await.unwrap();
    assert_eq!(nodes(&client).await, after);
    of_cluster(&client, "ModifyDBNode", resize).await.unwrap();
    let moved = json!({ "DBNode": [{ "nodeId": ids[0], "zoneId": "cn-hangzhou-i" }] });
    of_cluster(&client, "MigrateDBNodes", moved).await.unwrap();
    assert_eq!(nodes(&client).await[2], shown(ids[0], "mysql.x4.xlarge.xc", "cn-hangzhou-i"));
    let described = client.describe_db_instance_attribute(ID).await.unwrap().items.remove(0);
    assert_eq!(described.db_instance_storage, Some(200));

    let order = json!({ "CommodityCode": "bards", "DBNodeId": [ids[0]] });
    let mut unpaid = order.clone();
    unpaid["AutoPay"] = false.into();
    of_cluster(&client, "CreateOrderForDeleteDBNodes", unpaid).await.unwrap();
    let checked = of_cluster(&client, "PreCheckCreateOrderForDeleteDBNodes", order.clone()).await.unwrap();
    assert_eq!((&checked["PreCheckResult"], nodes(&client).await.len()), (&json!(true), 4));
    of_cluster(&client, "CreateOrderForDeleteDBNodes", order.clone()).await.unwrap();
    of_cluster(&client, "DeleteDBNodes", json!({ "DBNodeId": [ids[1]] })).await.unwrap();
    assert_eq!(nodes(&client).await, before);
    let checked = of_cluster(&client, "PreCheckCreateOrderForDeleteDBNodes", order).await.unwrap();
    assert_eq!(
        (&checked["PreCheckResult"], &checked["Failures"]["Failures"][0]["Code"]),
        (&json!(false), &json!("400"))
    );
    drop(service);
}

#[tokio::test]
async fn an_endpoint_spreads_reads_over_its_nodes() {
    let (service, client) = cluster();
    let ids: Vec<String> = nodes(&client).await.into_iter().map(|[id, ..]| id).collect();
    let made =
        of_cluster(&client, "CreateDBInstanceEndpoint", reader("shop-reads", &[&ids[1]])).await.unwrap();
    assert_eq!(made["Data"]["ConnectionString"], "shop-reads.mysql.rds.aliyuncs.com");
    let id = made["Data"]["DBInstanceEndpointId"].clone();
    let public = json!({
        "DBInstanceEndpointId": id, "ConnectionStringPrefix": "shop-outside", "IpType": "Public", "Port": "3306",
    });
    of_cluster(&client, "CreateDBInstanceEndpointAddress", public.clone()).await.unwrap();
    let again = of_cluster(&client, "CreateDBInstanceEndpointAddress", public).await.unwrap_err();
    assert_eq!(again.code(), Some("NetTypeExists"));
    for changed in [
        json!({ "ConnectionString": "shop-outside.mysql.rds.aliyuncs.com", "Port": "3307" }),
        json!({ "ConnectionString": "shop-reads.mysql.rds.aliyuncs.com", "VpcId": "vpc-2", "VSwitchId": "vsw-2" }),
        json!({ "ConnectionString": "shop-reads.mysql.rds.aliyuncs.com", "ConnectionStringPrefix": "shop-inside" }),
    ] {
        let mut changed = changed;
        changed["DBInstanceEndpointId"] = id.clone();
        of_cluster(&client, "ModifyDBInstanceEndpointAddress", changed).await.unwrap();
    }
    let described = json!({ "DBInstanceEndpointId": id, "DBInstanceEndpointDescription": "for reports" });
    of_cluster(&client, "ModifyDBInstanceEndpoint", described).await.unwrap();
    let listed = endpoints(&client).await;
    assert_eq!((listed.len(), &listed[0]["EndpointType"]), (2, &json!("Primary")));
    let shown = &listed[1];
    assert_eq!((&shown["EndpointId"], &shown["EndpointDescription"]), (&id, &json!("for reports")));
    let addresses = shown["AddressItems"]["AddressItem"].as_array().unwrap();
    let text = |index: usize, name: &str| addresses[index][name].as_str().unwrap().to_owned();
    assert_eq!(
        [text(0, "ConnectionString"), text(0, "VpcId")],
        ["shop-inside.mysql.rds.aliyuncs.com", "vpc-2"]
    );
    assert_eq!(
        [text(1, "ConnectionString"), text(1, "Port")],
        ["shop-outside.mysql.rds.aliyuncs.com", "3307"]
    );
    assert_eq!(
        shown["NodeItems"]["NodeItem"],
        json!([{ "DBInstanceId": ID, "NodeId": ids[1], "Weight": 50 }])
    );

    // A service goes on from there.
    let next =
        FakeService::builder().state(service.snapshot()).change_duration(Duration::ZERO).start().unwrap();
    let client = next.client().unwrap();
    assert_eq!(endpoints(&client).await, listed);
    let outside =
        json!({ "DBInstanceEndpointId": id, "ConnectionString": "shop-outside.mysql.rds.aliyuncs.com" });
    of_cluster(&client, "DeleteDBInstanceEndpointAddress", outside).await.unwrap();
    assert_eq!(endpoints(&client).await[1]["AddressItems"]["AddressItem"].as_array().unwrap().len(), 1);
    of_cluster(&client, "DeleteDBInstanceEndpoint", json!({ "DBInstanceEndpointId": id })).await.unwrap();
    assert_eq!(endpoints(&client).await.len(), 1);
}

#[tokio::test]
async fn what_a_cluster_cannot_do_is_refused_with_the_codes_of_the_service_and_changes_nothing() {
    let (service, client) = cluster();
    let ids: Vec<String> = nodes(&client).await.into_iter().map(|[id, ..]| id).collect();
    let (primary, second) = (ids[0].as_str(), ids[1].as_str());
    of_cluster(&client, "CreateDBInstanceEndpoint", reader("shop-reads", &[second])).await.unwrap();
    let ro = endpoints(&client).await[1]["EndpointId"].clone();
    let rw = endpoints(&client).await[0]["EndpointId"].clone();
    let reads = "shop-reads.mysql.rds.aliyuncs.com";
    let mut other = reader("shop-more", &[second]);
    other["NodeItems"][0]["DBInstanceId"] = "rm-other".into();
    let mut writer = reader("shop-more", &[second]);
    writer["DBInstanceEndpointType"] = "Primary".into();
    let wrong_node = |class: &str, zone: &str| json!({ "DBNode": [{ "classCode": class, "zoneId": zone }] });
    let order = |nodes: Value| json!({ "CommodityCode": "bards", "DBNodeId": nodes });
    let public = |id: Value| json!({ "DBInstanceEndpointId": id, "ConnectionStringPrefix": "shop-reads", "IpType": "Public", "Port": "3306" });
    let before = (nodes(&client).await, endpoints(&client).await);
    for (operation, parameters, code) in [
        ("CreateDBNodes", new_nodes(7), "DBNodeParameterTooManyItems"),
        (
            "CreateDBNodes",
            wrong_node("mysql.n2.medium.2c", "cn-hangzhou-h"),
            "DBNodeParameter.InvalidClassCode",
        ),
        ("CreateDBNodes", wrong_node("mysql.n4.large.xc", "cn-hangzhou-z"), "DBNodeParameter.InvalidValue"),
        ("DeleteDBNodes", json!({ "DBNodeId": ["rn-1"] }), "DBNodeIdParameter.NotExists"),
        ("DeleteDBNodes", json!({ "DBNodeId": [primary] }), "DBNodeIdParameter.IncludePrimary"),
        ("DeleteDBNodes", json!({ "DBNodeId": [second] }), "DBNodeParameter.TooFewItems"),
        ("CreateOrderForDeleteDBNodes", json!({ "CommodityCode": "bards" }), "DBNodeIdParameterNotFound"),
        ("CreateOrderForDeleteDBNodes", order(json!(["rn-1"])), "DBNodeIdParameterInvalid"),
        ("CreateOrderForDeleteDBNodes", order(json!([second])), "DBNodeParameterTooFewItems"),
        ("ModifyDBNode", json!({}), "DBNodeParameterRequired"),
        ("ModifyDBNode", json!({ "DBInstanceStorage": "20" }), "UnsupportedOperationDirection.DiskDowngrade"),
        (
            "ModifyDBNode",
            json!({ "DBNode": [{ "nodeId": "rn-1", "classCode": "mysql.n4.large.xc" }] }),
            "DBNodeIdParameter.NotExists",
        ),
        ("ModifyDBNode", json!({ "DBNode": [{ "nodeId": second, "classCode": "x" }] }), "InvalidClassCode"),
        (
            "MigrateDBNodes",
            json!({ "DBNode": [{ "nodeId": "rn-1", "zoneId": "cn-hangzhou-h" }] }),
            "DBNodeIdParameter.NotExists",
        ),
        ("CreateDBInstanceEndpoint", writer, "OtherEndpoint.Exist"),
        ("CreateDBInstanceEndpoint", other, "InvalidNodeItems.DBInstanceId"),
        ("CreateDBInstanceEndpoint", reader("shop-more", &["rn-1"]), "InvalidNodeItems.NodeId"),
        ("CreateDBInstanceEndpoint", reader("shop-more", &[primary]), "InvalidNodeItems.RONodeIdPrimary"),
        (
            "CreateDBInstanceEndpoint",
            reader("shop-more", &[second, second]),
            "InvalidNodeItems.DuplicateNodeId",
        ),
        ("CreateDBInstanceEndpoint", reader("shop-reads", &[second]), "InvalidConnectionString.Duplicate"),
        ("CreateDBInstanceEndpoint", reader(ID, &[second]), "InvalidConnectionString.Duplicate"),
        ("CreateDBInstanceEndpointAddress", public("ep-nothing".into()), "Endpoint.NotFound"),
        ("CreateDBInstanceEndpointAddress", public(ro.clone()), "InvalidConnectionString.Duplicate"),
        ("ModifyDBInstanceEndpoint", json!({ "DBInstanceEndpointId": ro }), "EmptyEndpointNodeConfig"),
        (
            "ModifyDBInstanceEndpoint",
            json!({ "DBInstanceEndpointId": "ep-nothing", "DBInstanceEndpointDescription": "x" }),
            "Endpoint.NotFound",
        ),
        (
            "ModifyDBInstanceEndpointAddress",
            json!({ "DBInstanceEndpointId": ro, "ConnectionString": reads, "VpcId": "vpc-2" }),
            "InvalidParamCombination",
        ),
        (
            "ModifyDBInstanceEndpointAddress",
            json!({ "DBInstanceEndpointId": ro, "ConnectionString": "nothing", "Port": "3307" }),
            "InvalidConnectionString.NotFound",
        ),
        ("DeleteDBInstanceEndpoint", json!({ "DBInstanceEndpointId": rw }), "EndpointType.NotSupport"),
        ("DeleteDBInstanceEndpoint", json!({ "DBInstanceEndpointId": "ep-nothing" }), "Endpoint.NotFound"),
        (
            "DeleteDBInstanceEndpointAddress",
            json!({ "DBInstanceEndpointId": ro, "ConnectionString": reads }),
            "InvalidNetType.Format",
        ),
        (
            "DeleteDBInstanceEndpointAddress",
            json!({ "DBInstanceEndpointId": ro, "ConnectionString": "nothing" }),
            "InvalidConnectionString.NotFound",
        ),
    ] {
        let refused = of_cluster(&client, operation, parameters.clone()).await.unwrap_err();
        assert_eq!(refused.code(), Some(code), "{operation} {parameters}: {refused}");
        assert_eq!((nodes(&client).await, endpoints(&client).await), before, "{operation}");
    }
    // What is no cluster, and one that does not run.
    let alone =
        call(&client, "DescribeDBInstanceEndpoints", json!({ "DBInstanceId": FakeService::INSTANCE }));
    assert_eq!(alone.await.unwrap_err().code(), Some("InvalidSourceCategory"));
    let mut nodes = new_nodes(1);
    nodes["DBInstanceId"] = FakeService::INSTANCE.into();
    assert_eq!(
        call(&client, "CreateDBNodes", nodes).await.unwrap_err().code(),
        Some("OperationDenied.DBType")
    );
    client.stop_db_instance(ID).await.unwrap();
    let stopped = of_cluster(&client, "DeleteDBInstanceEndpoint", json!({ "DBInstanceEndpointId": ro }));
    assert_eq!(stopped.await.unwrap_err().code(), Some("IncorrectDBInstanceState"));
    drop(service);
}
