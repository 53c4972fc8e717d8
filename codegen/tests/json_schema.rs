//! The JSON Schema of operations, judged by a validator that is not ours.
#![allow(clippy::unwrap_used, clippy::panic)]

mod specifications;

use std::path::Path;

use codegen::{JsonSchemas, json_schemas};
use serde_json::{Value, json};

/// The schemas of the specification in a folder of the repository.
fn schemas_of(folder: &str) -> Vec<JsonSchemas> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    json_schemas(&specifications::in_folder(&folder)).unwrap_or_else(|mistakes| {
        panic!("{}", mistakes.iter().map(|mistake| mistake.render(false)).collect::<String>())
    })
}

#[test]
fn parameters_and_responses_are_judged_as_the_specification_says() {
    let schemas = schemas_of("xtask/tests/product/spec");
    let schema = |name: &str| schemas.iter().find(|schema| schema.operation == name).unwrap();
    let required = json!({ "KilnId": "k-17", "Heat": 1280, "Pieces": ["p-1"], "Glaze": "Celadon" });
    let with = |name: &str, value: Value| {
        let mut parameters = required.clone();
        parameters[name] = value;
        parameters
    };
    let parameters = jsonschema::draft202012::new(&schema("BeginFiring").parameters).unwrap();
    for right in [
        required.clone(),
        with("RegionId", json!("cn-hangzhou")),
        with("Slow", json!(true)),
        with("Share", json!(0.5)),
        with("Wood", json!(9_000_000_000_i64)),
        with("At", json!("2024-03-15T08:30:00Z")),
        with("Plan", json!({ "any": [1, "thing"] })),
        with("Shelves", json!([{ "Height": 12, "Labels": [{ "Key": "owner" }] }])),
        with("Vents", json!([1, 2])),
        with("Extra", json!({ "smoke": "little" })),
        with("Draft", json!({ "Speed": 0.5 })),
    ] {
        assert!(parameters.is_valid(&right), "{right}");
    }
    for wrong in [
        json!({}),
        json!({ "KilnId": "k-17", "Heat": 1280, "Pieces": ["p-1"] }),
        with("KilnId", json!("rm-1")),
        with("Heat", json!(20)),
        with("Heat", json!(1280.5)),
        with("Heat", json!("hot")),
        with("Pieces", json!([])),
        with("Pieces", json!(["a", "b", "c", "d"])),
        with("Pieces", json!("p-1")),
        with("Glaze", json!("Mud")),
        with("Slow", json!("yes")),
        with("Share", json!(1.5)),
        with("At", json!("yesterday")),
        with("At", json!("2024-03-15T08:30Z")),
        with("Shelves", json!([{ "Height": 41 }])),
        with("Shelves", json!([{ "Height": 12, "Labels": [{ "Value": "ada" }] }])),
        with("Shelves", json!([{ "Depth": 12 }])),
        with("Vents", json!([1, 9])),
        with("Extra", json!({ "smoke": 1 })),
        with("Extra", json!({ "smoke": "far too much of it" })),
        with("Pin", json!("123")),
        with("Unknown", json!(1)),
        // It remains of a former time, and says nothing about this operation.
        with("OwnerId", json!(1)),
    ] {
        assert!(!parameters.is_valid(&wrong), "{wrong}");
    }
    let response = jsonschema::draft202012::new(&schema("DescribeFirings").response).unwrap();
    for (value, expected) in [
        (json!({ "Firings": { "Firing": [{ "FiringId": "f-1", "State": "Glowing" }] }, "Total": "1" }), true),
        (json!({ "Firings": { "Firing": [] }, "Heats": { "north": 900 }, "New": true }), true),
        (json!({ "Firings": { "Firing": "f-1" } }), false),
        (json!({ "Firings": { "Firing": [{ "FiringId": 1 }] } }), false),
        (json!({ "Heats": { "north": [] } }), false),
        (json!([]), false),
    ] {
        assert_eq!(response.is_valid(&value), expected, "{value}");
    }
    let secret = &schema("BeginFiring").parameters["properties"]["Pin"];
    assert_eq!(secret["writeOnly"], true);
}

#[test]
fn every_schema_of_the_specification_is_one_and_takes_its_own_examples() {
    let schemas = schemas_of("spec");
    assert!(!schemas.is_empty());
    let (mut right, mut wrong) = (0, Vec::new());
    for JsonSchemas { operation, parameters, response } in &schemas {
        for schema in [parameters, response] {
            assert!(jsonschema::meta::is_valid(schema), "{operation}: {schema:#}");
        }
        let validator =
            jsonschema::draft202012::new(parameters).unwrap_or_else(|error| panic!("{operation}: {error}"));
        let examples: Value = required(parameters);
        match validator.iter_errors(&examples).next() {
            None => right += 1,
            // Some of the vendor's examples are cut or masked.
            Some(error) => wrong.push(format!("{operation}: {error}")),
        }
    }
    assert!(right * 10 > schemas.len() * 9, "{right} of {}: {wrong:#?}", schemas.len());
}

/// What a tool shows, or fills a form with, is what the schema beside it takes, however deep it stands.
#[test]
fn every_example_and_default_is_of_its_own_schema() {
    let mut refused = Vec::new();
    let mut count = 0;
    for JsonSchemas { operation, parameters, response } in schemas_of("spec") {
        for schema in [parameters, response] {
            let mut open = vec![&schema];
            while let Some(schema) = open.pop() {
                let examples = schema["examples"].as_array().into_iter().flatten();
                let values: Vec<&Value> = examples.chain(schema.get("default")).collect();
                if !values.is_empty() {
                    count += values.len();
                    let validator = jsonschema::draft202012::new(schema).unwrap();
                    let wrong = values.into_iter().filter(|value| !validator.is_valid(value));
                    refused.extend(wrong.map(|value| format!("{operation}: {value}")));
                }
                open.extend(schema["properties"].as_object().into_iter().flat_map(serde_json::Map::values));
                open.extend(["items", "additionalProperties"].iter().filter_map(|key| schema.get(key)));
            }
        }
    }
    assert!(count > 1_000, "{count}");
    assert!(refused.is_empty(), "{} of {count}: {refused:#?}", refused.len());
}

/// The examples of all that is required.
fn required(schema: &Value) -> Value {
    let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    names
        .map(|name| (name.to_owned(), sample(&schema["properties"][name])))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn sample(schema: &Value) -> Value {
    if let Some(example) = schema["examples"].get(0) {
        return example.clone();
    }
    match schema["type"].as_str() {
        Some("object") => required(schema),
        Some("array") => json!([sample(&schema["items"])]),
        Some("boolean") => json!(true),
        Some("integer" | "number") => {
            schema.get("minimum").cloned().filter(|it| it.as_i64() > Some(0)).unwrap_or(json!(1))
        }
        _ => schema["enum"].get(0).cloned().unwrap_or(json!("text")),
    }
}
