//! Requests and answers of every shape: what is encoded is understood, what is decoded encodes back, and
//! nothing panics.

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use crate::catalogue::{self, Field, Kind, Shape, Style};
use crate::object::query::Parameters;
use crate::object::{Object, decode, serialize};
use crate::{Request, account, backup, billing, custom, instance, tags};

/// Values that fit a shape, or, if `lenient`, what the service is known to answer in their place as well, and
/// now and then anything.
fn value(field: &Field, shape: &Shape, lenient: bool) -> BoxedStrategy<Json> {
    let fitting = match shape.kind {
        Kind::Bool => any::<bool>().prop_map(Json::from).boxed(),
        Kind::Int32 | Kind::Int64 => {
            let least = field.limits.minimum.unwrap_or(-1000.0) as i64;
            let most = field.limits.maximum.unwrap_or(1_000_000.0) as i64;
            (least..=most).prop_map(Json::from).boxed()
        }
        Kind::Float | Kind::Double => any::<i16>().prop_map(|it| json!(f64::from(it) + 0.5)).boxed(),
        Kind::Timestamp => Just(json!("2024-03-15T08:30:00Z")).boxed(),
        Kind::Enum if !shape.values.is_empty() => {
            let known: Vec<Json> = shape.values.iter().map(|it| it.value.as_str().into()).collect();
            prop::sample::select(known).boxed()
        }
        Kind::String | Kind::Enum => "[^,\\x00]{1,12}".prop_map(Json::from).boxed(),
        Kind::Json => Just(json!({ "key": ["value", 1] })).boxed(),
        Kind::Object => members(&shape.fields, lenient),
        Kind::Map => {
            let Some(items) = &shape.items else { return Just(json!({})).boxed() };
            let entries = prop::collection::btree_map("[a-z]{1,4}", value(field, items, lenient), 1..3);
            entries.prop_map(|entries| Json::Object(entries.into_iter().collect())).boxed()
        }
        Kind::List => {
            let Some(items) = &shape.items else { return Just(json!([])).boxed() };
            let most = field.limits.max_items.unwrap_or(3).min(3);
            let elements = prop::collection::vec(value(field, items, lenient), 1..=most);
            let wrapper = shape.wrapper.clone();
            let wrap = move |elements: Vec<Json>| match &wrapper {
                Some(wrapper) => json!({ wrapper: elements }),
                None => elements.into(),
            };
            elements.prop_map(wrap).boxed()
        }
    };
    if !lenient {
        return fitting;
    }
    let as_text = fitting.clone().prop_map(|value| match value {
        Json::Number(_) | Json::Bool(_) => value.to_string().into(),
        other => other,
    });
    let lone = fitting.clone().prop_map(|value| match value {
        Json::Array(elements) => elements.into_iter().next().unwrap_or_default(),
        other => other,
    });
    let odd =
        vec![Json::Null, json!(""), json!({}), json!([]), json!([[]]), json!(1e300), json!("x"), json!(-1)];
    prop_oneof![8 => fitting, 2 => as_text, 2 => lone, 1 => prop::sample::select(odd)].boxed()
}

/// Objects that have some of the members, and all that are required; if they are to be understood, at least
/// one, because an empty one leaves no trace in a list.
fn members(fields: &[Field], lenient: bool) -> BoxedStrategy<Json> {
    let members: Vec<_> = fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let present = value(field, &field.shape, lenient).prop_map(Some);
            let absent = if field.required || (index == 0 && !lenient) { 0 } else { 2 };
            (Just(field.name.clone()), prop_oneof![3 => present, absent => Just(None)])
        })
        .collect();
    let present = |members: Vec<(String, Option<Json>)>| {
        members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect::<Map<_, _>>()
    };
    members.prop_map(present).prop_map(Json::Object).boxed()
}

fn decoded<T: Object>(json: &Json) -> Result<T, serde_json::Error> {
    let mut object = T::empty();
    decode::object(&mut object, &decode::Path::default(), json)?;
    Ok(object)
}

fn encoded(object: &dyn Object) -> Json {
    serialize::object(object, serde_json::value::Serializer).unwrap()
}

fn run(strategy: BoxedStrategy<Json>, test: impl Fn(Json) -> Result<(), TestCaseError>) {
    let config = ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() };
    proptest::test_runner::TestRunner::new(config)
        .run(&strategy, test)
        .unwrap_or_else(|error| panic!("{error}"));
}

/// Whatever an answer is, it is decoded or refused; and what was decoded is the same after a turn through
/// JSON.
fn any_answer<R: Request>()
where
    R::Response: PartialEq + std::fmt::Debug,
{
    let operation = catalogue::operation(&R::OPERATION.name).unwrap();
    let decodes = std::cell::Cell::new(0);
    run(members(&operation.response, true), |json| {
        let Ok(first) = decoded::<R::Response>(&json) else { return Ok(()) };
        decodes.set(decodes.get() + 1);
        let again = decoded::<R::Response>(&encoded(&first)).unwrap();
        prop_assert_eq!(first, again);
        Ok(())
    });
    assert!(decodes.get() > 0, "no answer of {} was decoded", operation.name);
}

/// Whatever is asked, the service understands what was meant.
fn any_request<R: Request>() {
    let operation = catalogue::operation(&R::OPERATION.name).unwrap();
    // Patterns are not solved here, and free JSON is not flattened in a way that can be told apart.
    let is_solvable = |field: &&Field| {
        let is_token = field.role == Some(catalogue::Role::IdempotencyToken);
        let is_bounded = field.limits.pattern.is_some() || field.limits.max_length.is_some();
        let is_free = field.style != Style::Json && field.shape.kind == Kind::Json;
        field.required || !(is_token || is_bounded || is_free)
    };
    let fields: Vec<Field> = operation.parameters.iter().filter(is_solvable).cloned().collect();
    run(members(&fields, false), |json| {
        let request = decoded::<R>(&json).unwrap();
        let parameters = Parameters::of(&request);
        let raw = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let understood = crate::testing::parameters::read(operation, raw)
            .map_err(|it| TestCaseError::fail(format!("{it:?}")))?;
        prop_assert_eq!(encoded(&decoded::<R>(&understood.into()).unwrap()), encoded(&request));
        Ok(())
    });
}

#[test]
fn answers() {
    any_answer::<backup::DescribeBackupTasksRequest>();
    any_answer::<backup::DescribeBackupsRequest>();
    any_answer::<billing::DescribePriceRequest>();
    any_answer::<account::DescribeAccountsRequest>();
    any_answer::<custom::DescribeRCInstancesRequest>();
    any_answer::<instance::DescribeDBInstancesRequest>();
    any_answer::<instance::DescribeDBInstanceAttributeRequest>();
    any_answer::<tags::ListTagResourcesRequest>();
}

#[test]
fn requests() {
    any_request::<backup::DescribeBackupTasksRequest>();
    any_request::<backup::ModifyBackupPolicyRequest>();
    any_request::<billing::DescribePriceRequest>();
    any_request::<custom::DescribeRCInstanceTypesRequest>();
    any_request::<custom::RunRCCommandRequest>();
    any_request::<custom::RunRCInstancesRequest>();
    any_request::<instance::CreateDBInstanceRequest>();
    any_request::<instance::ModifyDBInstanceRequest>();
    any_request::<tags::TagResourcesRequest>();
}
