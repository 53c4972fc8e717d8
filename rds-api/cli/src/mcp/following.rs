//! What follows a write: how it is told of, and what an agent gives back to wait for it.

use rds_api::Client;
use rds_api::schema::{CATALOGUE, Operation, Source};
use serde_json::{Map, Value as Json, json};

use crate::followable::Followable;

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

/// The arguments of `wait_for_operation` that wait for what a write began, unless nothing follows it.
pub(super) fn to_wait(
    client: &Client,
    operation: &'static Operation,
    parameters: &Map<String, Json>,
    region: Option<&str>,
    response: &Json,
) -> Option<Json> {
    let Followable { parameters, response } = Followable::of(client, operation, parameters, response).ok()?;
    let mut arguments =
        json!({ "operation": operation.name, "parameters": parameters, "response": response });
    if let Some(region) = region {
        arguments["region"] = region.into();
    }
    Some(arguments)
}
