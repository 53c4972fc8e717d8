//! What programs send and the service takes, for every parameter of every operation.

#![allow(clippy::unwrap_used)]

use serde_json::Value as Json;

use super::{Raw, read};
use rds_api::schema::{self, Field, Kind, Operation, Role, Shape, Style};

/// The pairs of names and texts for the parameters that an operation requires.
fn required(operation: &'static Operation) -> Vec<(String, String)> {
    let fields = operation.parameters.iter().filter(|field| field.required);
    fields
        .flat_map(|field| {
            let mut sample = schema::FieldExt::sample(field);
            // The examples of some are masked and longer than the limit.
            if let (Json::String(text), Some(most)) = (&mut sample, field.limits.max_length) {
                *text = text.chars().take(most).collect();
            }
            schema::flattened(operation, &field.name, &sample)
        })
        .collect()
}

fn read_pairs(operation: &Operation, pairs: &[(String, String)]) -> Result<Json, String> {
    let raw: Raw<'_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    read(&rds_api::SERVICE.error_codes, operation, raw)
        .map(Json::Object)
        .map_err(|refusal| format!("{}: {}", refusal.code, refusal.message))
}

/// Tells of all parameters of all operations for which the test fails.
fn for_every_parameter(test: impl Fn(&Operation, &Field, Vec<(String, String)>) -> Result<(), String>) {
    let mut failures = Vec::new();
    for operation in schema::operations() {
        let pairs = required(operation);
        if read_pairs(operation, &pairs).is_err() {
            continue;
        }
        for field in &operation.parameters {
            if let Err(why) = test(operation, field, pairs.clone()) {
                failures.push(format!("{} {}: {why}", operation.name, field.name));
            }
        }
    }
    assert!(failures.is_empty(), "{} of them:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn the_examples_of_most_operations_are_read() {
    let read = schema::operations().filter(|it| read_pairs(it, &required(it)).is_ok()).count();
    assert!(read > 400, "{read}");
}

#[test]
fn an_empty_value_stands_for_an_absent_one_where_only_text_can_be_empty() {
    for_every_parameter(|operation, field, mut pairs| {
        if field.required {
            return Ok(());
        }
        let mut without = read_pairs(operation, &pairs)?;
        pairs.push((field.name.clone(), String::new()));
        let with = read_pairs(operation, &pairs)?;
        if field.shape.kind == Kind::String && field.style != Style::Json {
            without[&field.name] = "".into();
        }
        let is_list = field.shape.kind == Kind::List;
        if with == without || is_list && with[&field.name] == Json::Array(Vec::new()) {
            return Ok(());
        }
        Err(format!("it is {}", with[&field.name]))
    });
}

#[test]
fn an_empty_list_stands_for_no_object_and_an_empty_object_for_no_list() {
    for_every_parameter(|operation, field, mut pairs| {
        let empty = match field.shape.kind {
            Kind::Map | Kind::Object => "[]",
            Kind::List => "{}",
            _ => return Ok(()),
        };
        if field.required || field.style != Style::Json {
            return Ok(());
        }
        let without = read_pairs(operation, &pairs)?;
        pairs.push((field.name.clone(), empty.to_owned()));
        let with = read_pairs(operation, &pairs)?;
        if with == without { Ok(()) } else { Err(format!("it is {}", with[&field.name])) }
    });
}

#[test]
fn known_values_are_taken_in_any_case() {
    let swapped = |text: &str| -> String {
        let swap =
            |it: char| if it.is_lowercase() { it.to_ascii_uppercase() } else { it.to_ascii_lowercase() };
        text.chars().map(swap).collect()
    };
    fn enum_in(shape: &Shape) -> Option<&Shape> {
        match shape.kind {
            Kind::Enum => Some(shape),
            Kind::List => enum_in(shape.items.as_deref()?),
            _ => None,
        }
    }
    for_every_parameter(|operation, field, mut pairs| {
        let Some(shape) = enum_in(&field.shape).filter(|_| field.style != Style::Json) else { return Ok(()) };
        let name = match (field.shape.kind, field.style) {
            (Kind::List, Style::Flatten) => format!("{}.1", field.name),
            _ => field.name.clone(),
        };
        pairs.retain(|(existing, _)| *existing != name);
        for known in &shape.values {
            let other = swapped(&known.value);
            if shape.values.iter().any(|it| it.value == other) {
                continue;
            }
            let mut pairs = pairs.clone();
            pairs.push((name.clone(), other));
            let read = &read_pairs(operation, &pairs)?[&field.name];
            let text = if read.is_array() { &read[0] } else { read };
            if text != known.value.as_str() {
                return Err(format!("{text} stands for {}", known.value));
            }
        }
        Ok(())
    });
}

#[test]
fn tokens_may_be_long() {
    for_every_parameter(|operation, field, mut pairs| {
        if field.role == Some(Role::IdempotencyToken) {
            for length in [1, 64, 65, 66, 100, 500] {
                pairs.push((field.name.clone(), "x".repeat(length)));
                read_pairs(operation, &pairs)?;
            }
        }
        Ok(())
    });
}
