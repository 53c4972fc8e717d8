//! Requests and responses of every operation: what is encoded is understood, what is decoded encodes back, and
//! nothing panics.

#![allow(clippy::unwrap_used)]

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner, contextualize_config};
use rds_api_core::catalogue::ends_a_range;
use rds_api_core::object::Empty;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

use crate::server::parameters;
use rds_api::schema::{self, Field, Kind, Operation, Shape, Style};
use rds_api_core::operation::Request;

/// A request or a response, of which each can do all of this.
trait Structure: Empty + Serialize + DeserializeOwned + Clone + PartialEq + Debug + 'static {}

impl<T: Empty + Serialize + DeserializeOwned + Clone + PartialEq + Debug + 'static> Structure for T {}

/// The nearness of values to the specification.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// As it says.
    Fitting,
    /// Or as the service is known to respond in their place.
    Lenient,
    /// Or, now and then, anything.
    Any,
}

fn value(field: &Field, shape: &Shape, manner: Manner) -> BoxedStrategy<Json> {
    let fitting = match shape.kind {
        Kind::Bool => any::<bool>().prop_map(Json::from).boxed(),
        Kind::Int32 | Kind::Int64 => {
            let least = field.limits.minimum.unwrap_or(-1000.0) as i64;
            let most = field.limits.maximum.unwrap_or(1_000_000.0) as i64;
            (least..=most).prop_map(Json::from).boxed()
        }
        Kind::Float | Kind::Double => {
            let least = field.limits.minimum.unwrap_or(f64::from(i16::MIN));
            let most = field.limits.maximum.unwrap_or(f64::from(i16::MAX)).max(least);
            // Halves are the same in any precision.
            let (first, last) = ((least - 0.5).ceil() as i64, (most - 0.5).floor() as i64);
            match first <= last {
                true => (first..=last).prop_map(|it| json!(it as f64 + 0.5)).boxed(),
                false => Just(json!(least)).boxed(),
            }
        }
        // The end of a range is later than its start.
        Kind::Timestamp if ends_a_range(&field.name) => {
            Just(json!(shape.precision.example().replace("-15T", "-16T"))).boxed()
        }
        Kind::Timestamp => Just(json!(shape.precision.example())).boxed(),
        Kind::Enum if !shape.values.is_empty() => {
            let known: Vec<Json> = shape.values.iter().map(|it| it.value.as_str().into()).collect();
            prop::sample::select(known).boxed()
        }
        Kind::String if field.limits.minimum.or(field.limits.maximum).is_some() => {
            let least = field.limits.minimum.unwrap_or(-1000.0) as i64;
            let most = field.limits.maximum.unwrap_or(1_000_000.0) as i64;
            (least..=most).prop_map(|number| number.to_string().into()).boxed()
        }
        Kind::String | Kind::Enum => {
            let characters =
                prop::char::any().prop_filter("commas part lists", |it| !matches!(it, ',' | '\0'));
            let least = field.limits.min_length.unwrap_or(1);
            let most = field.limits.max_length.unwrap_or(usize::MAX).min(least + 10);
            prop::collection::vec(characters, least..=most)
                .prop_map(|characters| characters.into_iter().collect::<String>().into())
                .boxed()
        }
        Kind::Json => Just(json!({ "key": ["value", 1] })).boxed(),
        Kind::Object => members(&shape.fields, manner),
        Kind::Map => {
            let Some(items) = &shape.items else { return Just(json!({})).boxed() };
            let entries = prop::collection::btree_map("[a-z]{1,4}", value(field, items, manner), 1..3);
            entries.prop_map(|entries| Json::Object(entries.into_iter().collect())).boxed()
        }
        Kind::List => {
            let Some(items) = &shape.items else { return Just(json!([])).boxed() };
            let most = field.limits.max_items.unwrap_or(3).min(3);
            let elements = prop::collection::vec(value(field, items, manner), 1..=most);
            let wrapper = shape.wrapper.clone();
            let wrap = move |elements: Vec<Json>| match &wrapper {
                Some(wrapper) => json!({ wrapper: elements }),
                None => elements.into(),
            };
            elements.prop_map(wrap).boxed()
        }
    };
    if manner == Manner::Fitting {
        return fitting;
    }
    let as_text = fitting.clone().prop_map(|value| match value {
        Json::String(_) => value,
        other => other.to_string().into(),
    });
    let lone = fitting.clone().prop_map(|value| match value {
        Json::Array(elements) => elements.into_iter().next().unwrap_or_default(),
        other => other,
    });
    let odd =
        vec![Json::Null, json!(""), json!({}), json!([]), json!([[]]), json!(1e300), json!("x"), json!(-1)];
    let odds = if manner == Manner::Any { 1 } else { 0 };
    prop_oneof![8 => fitting, 2 => as_text, 2 => lone, odds => prop::sample::select(odd)].boxed()
}

/// Objects that have some of the members, and all that are required; if they are to be understood, at least
/// one, because an empty one leaves no trace in a list.
fn members(fields: &[Field], manner: Manner) -> BoxedStrategy<Json> {
    let members: Vec<_> = fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let present = value(field, &field.shape, manner).prop_map(Some);
            let absent = if field.required || (index == 0 && manner == Manner::Fitting) { 0 } else { 2 };
            (Just(field.name.clone()), prop_oneof![3 => present, absent => Just(None)])
        })
        .collect();
    let present = |members: Vec<(String, Option<Json>)>| {
        members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect::<Map<_, _>>()
    };
    members.prop_map(present).prop_map(Json::Object).boxed()
}

/// One operation: its entry in the schema, and what its own types do.
struct Subject {
    operation: &'static Operation,
    /// True if JSON is decoded as a response; if it is, it is the same after another turn through JSON.
    response: fn(&Json) -> bool,
    /// JSON as a request, encoded again.
    request: fn(&Json) -> Encoded,
}

/// A request as JSON and as parameters.
type Encoded = (Json, Vec<(String, String)>);

fn response<T: Structure>(json: &Json) -> bool {
    let Ok(first) = serde_json::from_str::<T>(&json.to_string()) else { return false };
    let text = serde_json::to_string(&first).unwrap();
    let again: T = serde_json::from_str(&text).unwrap();
    assert!(first == again, "{first:?} became {again:?}");
    assert_eq!(serde_json::to_string(&first.clone()).unwrap(), text);
    true
}

fn request<T: Structure>(json: &Json) -> Encoded {
    let request: T = serde_json::from_str(&json.to_string()).unwrap();
    let json = serde_json::to_value(&request).unwrap();
    assert_eq!(serde_json::to_value(request.clone()).unwrap(), json);
    (json, rds_api_core::request::parameters::parameters(&request))
}

/// Runs a test with a few values for every operation and tells of all that fail. The values are the same each
/// time, unless `PROPTEST_CASES` asks for more, or `PROPTEST_RNG_SEED` for others.
fn for_every_operation(
    values: impl Fn(&Operation) -> BoxedStrategy<Json>,
    test: impl Fn(&Subject, Json) -> Result<(), TestCaseError>,
) {
    struct Subjects(Vec<Subject>);
    impl Subjects {
        fn request<R: Request<Response: Structure> + Structure>(&mut self) {
            let operation = schema::operation(&R::OPERATION.name).unwrap();
            self.0.push(Subject { operation, response: response::<R::Response>, request: request::<R> });
        }
    }
    let mut subjects = Subjects(Vec::new());
    rds_api::__each_request!(subjects);
    assert_eq!(subjects.0.len(), schema::names().len());
    let few = ProptestConfig { cases: 8, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() };
    let config = ProptestConfig { failure_persistence: None, ..contextualize_config(few) };
    let failures = subjects.0.iter().filter_map(|subject| {
        let strategy = values(subject.operation);
        let run = TestRunner::new(config.clone()).run(&strategy, |value| test(subject, value));
        run.err().map(|error| format!("{}: {error}", subject.operation.name))
    });
    let failures: Vec<String> = failures.collect();
    assert!(failures.is_empty(), "{} operations fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_response_the_service_is_known_to_give_is_decoded_and_encodes_back() {
    for_every_operation(
        |operation| members(&operation.response, Manner::Lenient),
        |subject, json| {
            prop_assert!((subject.response)(&json), "it is not decoded");
            Ok(())
        },
    );
}

#[test]
fn any_response_is_decoded_and_encodes_back_or_is_refused() {
    for_every_operation(
        |operation| members(&operation.response, Manner::Any),
        |subject, json| {
            (subject.response)(&json);
            Ok(())
        },
    );
}

#[test]
fn the_service_understands_what_any_request_means() {
    // Patterns are not solved here, and free JSON is not flattened in a way that can be told apart.
    let is_solvable = |field: &&Field| {
        let is_token = field.role == Some(schema::Role::IdempotencyToken);
        let is_bounded = field.limits.pattern.is_some() || field.limits.max_length.is_some();
        let is_free = field.style != Style::Json && field.shape.kind == Kind::Json;
        field.required || !(is_token || is_bounded || is_free)
    };
    for_every_operation(
        |operation| {
            let fields: Vec<Field> = operation.parameters.iter().filter(is_solvable).cloned().collect();
            members(&fields, Manner::Fitting)
        },
        |subject, json| {
            let (request, parameters) = (subject.request)(&json);
            let raw = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let understood = parameters::read(&rds_api::SERVICE.error_codes, subject.operation, raw)
                .map_err(|refusal| TestCaseError::fail(format!("{refusal:?}")))?;
            prop_assert_eq!((subject.request)(&understood.into()).0, request);
            Ok(())
        },
    );
}
