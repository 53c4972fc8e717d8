//! What follows a write: how it is told of, and what an agent gives back to wait for it.

use rds_api::Client;
use rds_api::schema::{CATALOGUE, Operation, Source};
use rds_api_core::object::Value;
use rds_api_core::object::find::texts;
use serde_json::{Map, Value as Json, json};

/// What follows a write, by its description.
pub(super) fn description(operation: &Operation) -> Json {
    let Some((follows, (next, waiter))) = operation.follows.as_ref().zip(CATALOGUE.follower(operation))
    else {
        return Json::Null;
    };
    let members = follows.with.iter().filter_map(|given| match &given.source {
        Source::Response(path) => Some(path.as_str()),
        Source::Request(_) | Source::Value(_) => None,
    });
    let unless = follows.unless.iter().map(|when| format!("{} = {}", when.name, when.value));
    json!({
        "operation": next.name,
        "waiter": waiter.name,
        "about": waiter.doc.trim(),
        "timeout_seconds": waiter.until.timeout.as_secs(),
        "by_members_of_the_response": members.collect::<Vec<_>>(),
        "not_with": unless.collect::<Vec<_>>(),
        "how": "write_operation returns `to_wait`, the arguments of wait_for_operation that wait until it is done.",
    })
}

/// Leaves the parameters that what follows a write goes by, none of which is secret.
pub(super) fn keep_what_follows(operation: &Operation, parameters: &mut Map<String, Json>) {
    let Some(follows) = &operation.follows else { return };
    let is_source = |name: &String| {
        follows.with.iter().any(|given| matches!(&given.source, Source::Request(source) if source == name))
    };
    let is_condition = |name: &String| follows.unless.iter().any(|when| when.name == *name);
    parameters.retain(|name, _| is_source(name) || is_condition(name));
}

/// The arguments of `wait_for_operation` that wait for what a write began, unless nothing follows it.
pub(super) fn to_wait(
    client: &Client,
    operation: &'static Operation,
    parameters: &Map<String, Json>,
    region: Option<&str>,
    response: &Json,
) -> Option<Json> {
    let mut parameters = parameters.clone();
    keep_what_follows(operation, &mut parameters);
    // It says whether all is there; nothing is sent until it is awaited.
    drop(CATALOGUE.follow(client, operation, &parameters, response).ok()?);
    let mut members = Map::new();
    for given in &operation.follows.as_ref()?.with {
        if let Source::Response(path) = &given.source {
            put(&mut members, path, texts(Value::json(response), path));
        }
    }
    let mut arguments = json!({ "operation": operation.name, "parameters": parameters, "response": members });
    if let Some(region) = region {
        arguments["region"] = region.into();
    }
    Some(arguments)
}

/// Puts values where a path leads to.
fn put(members: &mut Map<String, Json>, path: &str, mut values: Vec<String>) {
    match path.split_once('.') {
        Some((name, rest)) => {
            let inside = members.entry(name).or_insert_with(|| Map::new().into());
            if let Json::Object(inside) = inside {
                put(inside, rest, values);
            }
        }
        None => {
            let value = if values.len() == 1 { values.swap_remove(0).into() } else { json!(values) };
            members.insert(path.to_owned(), value);
        }
    }
}
