//! Requests of generated types become what the official client of the service makes of the same values.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use rds_api::__private::{Empty, decode, parameters};
use serde_json::Value as Json;

const VECTORS: &str = include_str!("vectors/operations.json");

/// The parameters of a request that is decoded from its wire names. Required ones that the vector leaves out are
/// empty, and left out again.
fn made<R: Empty>(input: &Json) -> BTreeMap<String, String> {
    let mut request = R::empty();
    decode::object(&mut request, &decode::Context::default(), input).unwrap();
    parameters(&request)
        .into_iter()
        .filter(|(name, value)| !value.is_empty() || input.get(name).is_some())
        .collect()
}

macro_rules! made {
    ($action:expr, $input:expr, { $($name:literal => $type:ty,)* }) => {
        match $action {
            $($name => made::<$type>($input),)*
            other => panic!("{other} is not in the list of this test"),
        }
    };
}

#[test]
fn parameters_are_those_of_the_official_client() {
    let vectors: Json = serde_json::from_str(VECTORS).unwrap();
    for vector in vectors.as_array().unwrap() {
        let made = made!(vector["action"].as_str().unwrap(), &vector["input"], {
            "CreateDBInstance" => rds_api::operations::instance::CreateDBInstanceRequest,
            "TagResources" => rds_api::operations::tags::TagResourcesRequest,
            "ListTagResources" => rds_api::operations::tags::ListTagResourcesRequest,
            "ConfirmNotify" => rds_api::operations::events::ConfirmNotifyRequest,
            "DeleteDBInstanceEndpointAddress" => rds_api::operations::cluster::DeleteDBInstanceEndpointAddressRequest,
            "AttachRCInstances" => rds_api::operations::custom::AttachRCInstancesRequest,
            "DescribeRCInstanceTypes" => rds_api::operations::custom::DescribeRCInstanceTypesRequest,
            "CreateDBNodes" => rds_api::operations::cluster::CreateDBNodesRequest,
            "DescribeRCInstanceHistoryEvents" => rds_api::operations::custom::DescribeRCInstanceHistoryEventsRequest,
            "ModifyPGHbaConfig" => rds_api::operations::account::ModifyPGHbaConfigRequest,
            "RunRCInstances" => rds_api::operations::custom::RunRCInstancesRequest,
            "CreateMaskingRules" => rds_api::operations::security::CreateMaskingRulesRequest,
            "ModifyDBProxyInstance" => rds_api::operations::proxy::ModifyDBProxyInstanceRequest,
            "DescribeDBInstances" => rds_api::operations::instance::DescribeDBInstancesRequest,
        });
        let mut expected: BTreeMap<String, String> = serde_json::from_value(vector["query"].clone()).unwrap();
        for pair in vector["form"].as_str().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap();
            let value = percent_encoding::percent_decode_str(value).decode_utf8().unwrap();
            expected.insert(name.to_owned(), value.into_owned());
        }
        let names = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&made), names(&expected), "{}", vector["id"]);
        for (name, value) in &made {
            // JSON is compared as a value: the order of its keys does not matter.
            let value_of = |text: &str| serde_json::from_str::<Json>(text).unwrap_or_else(|_| text.into());
            assert_eq!(value_of(value), value_of(&expected[name]), "{} {name}", vector["id"]);
        }
    }
}
