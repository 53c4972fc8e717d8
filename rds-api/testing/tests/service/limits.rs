//! Values that a parameter has not, although its type has them, and texts that do not match its pattern.

use std::collections::BTreeMap;

use rds_api::schema::{self, Field, FieldExt as _, Kind, Shape};
use serde_json::{Value, json};

use super::*;

/// Every parameter, and every member of one, with the operation it belongs to.
fn for_each_parameter(visit: &mut dyn FnMut(&str, &Field)) {
    fn walk(operation: &str, field: &Field, visit: &mut dyn FnMut(&str, &Field)) {
        visit(operation, field);
        innermost(&field.shape).fields.iter().for_each(|member| walk(operation, member, visit));
    }
    for operation in schema::operations() {
        operation.parameters.iter().for_each(|field| walk(&operation.name, field, visit));
    }
}

fn innermost(shape: &Shape) -> &Shape {
    shape.items.as_deref().map_or(shape, innermost)
}

/// A value in as many lists as the shape has.
fn in_lists(shape: &Shape, value: Value) -> Value {
    match (shape.kind, shape.items.as_deref()) {
        (Kind::List, Some(items)) => json!([in_lists(items, value)]),
        _ => value,
    }
}

/// What a shared enum has and a parameter does not take is refused wherever it is narrowed, and what it takes is not.
#[tokio::test]
async fn a_parameter_takes_those_values_of_a_shared_enum_that_fit() {
    let mut widest: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for_each_parameter(&mut |_, field| {
        let shape = innermost(&field.shape);
        if let Some(name) = shape.type_name.as_ref().filter(|_| shape.kind == Kind::Enum && shape.shared) {
            let known = widest.entry(name.clone()).or_default();
            let new = shape.values.iter().map(|value| &value.value).filter(|value| !known.contains(value));
            let new: Vec<String> = new.cloned().collect();
            known.extend(new);
        }
    });
    let mut narrowed = Vec::new();
    for_each_parameter(&mut |operation, field| {
        let shape = innermost(&field.shape);
        let Some(all) = shape.type_name.as_ref().and_then(|name| widest.get(name)) else { return };
        let fits = |value: &String| shape.values.iter().any(|known| known.value == *value);
        for value in all.iter().filter(|_| shape.kind == Kind::Enum) {
            let problems = field.check(&in_lists(&field.shape, json!(value)));
            assert_eq!(problems.is_empty(), fits(value), "{operation} {} {value}: {problems:?}", field.name);
        }
        if shape.kind == Kind::Enum && !all.iter().all(fits) {
            narrowed.push(format!("{operation}.{}", field.name));
        }
    });
    assert!(narrowed.contains(&"ModifyDBInstanceNetworkType.InstanceNetworkType".to_owned()), "{narrowed:?}");

    let service = service();
    let client = service.client().unwrap();
    let call = client.switch_db_instance_ha(FakeService::INSTANCE, "1").effective_time("ScheduleTime");
    let error = call.await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidEffectiveTime"));
    assert!(error.to_string().contains("is not one of Immediate, MaintainTime"), "{error}");
}

/// A pattern is that of the whole text: nothing may stand around a match.
#[test]
fn every_pattern_takes_its_examples_and_nothing_around_them() {
    let mut count = 0;
    for_each_parameter(&mut |operation, field| {
        if field.limits.pattern.is_none() {
            return;
        }
        let own = [&field.example, &field.default];
        // The vendor masks what nobody should see.
        for text in own.into_iter().flatten().filter(|text| !text.contains("**")) {
            count += 1;
            let check = |text: &str| field.check(&in_lists(&field.shape, json!(text)));
            assert!(check(text).is_empty(), "{operation} {} {text}", field.name);
            for around in [format!("\u{1}{text}"), format!("{text}\u{1}"), format!("{text}\n")] {
                assert!(!check(&around).is_empty(), "{operation} {} {around:?}", field.name);
            }
        }
    });
    assert!(count > 0);
}
