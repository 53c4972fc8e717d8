//! A write that was made, as far as it has to be known to wait for what it began.

use rds_api::schema::{CATALOGUE, Operation, Source};
use rds_api::{Client, Result};
use rds_api_core::object::Value;
use rds_api_core::object::find::texts;
use serde_json::{Map, Value as Json, json};

/// What `CATALOGUE.follow` goes by, none of which is secret.
pub(crate) struct Followable {
    pub(crate) parameters: Map<String, Json>,
    pub(crate) response: Map<String, Json>,
}

impl Followable {
    /// What there is to keep of a write that was responded to so; or why it cannot be followed.
    pub(crate) fn of(
        client: &Client,
        operation: &'static Operation,
        parameters: &Map<String, Json>,
        response: &Json,
    ) -> Result<Self> {
        let mut parameters = parameters.clone();
        keep_what_follows(operation, &mut parameters);
        // It says whether all is there; nothing is sent until it is awaited.
        drop(CATALOGUE.follow(client, operation, &parameters, response)?);
        let mut members = Map::new();
        for given in operation.follows.iter().flat_map(|follows| &follows.with) {
            if let Source::Response(path) = &given.source {
                put(&mut members, path, texts(Value::json(response), path));
            }
        }
        Ok(Self { parameters, response: members })
    }
}

/// Leaves the parameters that what follows a write goes by, none of which is secret.
pub(crate) fn keep_what_follows(operation: &Operation, parameters: &mut Map<String, Json>) {
    let Some(follows) = &operation.follows else { return };
    let is_source = |name: &String| {
        follows.with.iter().any(|given| matches!(&given.source, Source::Request(source) if source == name))
    };
    let is_condition = |name: &String| follows.unless.iter().any(|when| when.name == *name);
    parameters.retain(|name, _| is_source(name) || is_condition(name));
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
