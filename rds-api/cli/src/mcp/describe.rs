//! `describe_operation`: all that is known of an operation before it is called.

use rds_api::Access;
use rds_api::schema::{JsonSchemas, NamedWaiter, Operation};
use serde_json::{Value as Json, json};

use super::bounds::length;
use super::find::access_in_words;
use super::following;
use super::outcome::{self, Failed};
use crate::consequences::{deletes, warnings};
use crate::destructive::is_destructive;
use crate::names;
use crate::search::search;

/// The operation of a name, however its words are set apart.
pub(super) fn operation(name: &str) -> Result<&'static Operation, Failed> {
    names::operation(name).ok_or_else(|| {
        let near = names::nearest_operation(name);
        let similar: Vec<&str> =
            search(name, |_| true).iter().take(5).map(|found| found.operation.name.as_str()).collect();
        let next = match near {
            Some(near) => format!("Did you mean {near}? Otherwise look for it with search_operations."),
            None => "Look for it with search_operations.".to_owned(),
        };
        let message = format!("there is no operation {name:?}; nothing was sent");
        outcome::refused("NoSuchOperation", &message, &next, json!({ "similar": similar }))
    })
}

/// The description of an operation, within so many bytes: where all of it is too long, the response is told without its
/// documentation, and then not at all.
pub(super) fn description(operation: &Operation, has_examples_only: bool, bytes: usize) -> Json {
    let JsonSchemas { parameters, mut response, .. } = JsonSchemas::of(operation);
    let describe = |response: &Json, left_out: Option<&str>| {
        whole(operation, has_examples_only, &parameters, response, left_out)
    };
    let description = describe(&response, None);
    if length(&description) <= bytes {
        return description;
    }
    drop_words(&mut response);
    let description =
        describe(&response, Some("what the members of the response mean: ask with a greater max_bytes"));
    if length(&description) <= bytes {
        return description;
    }
    describe(&Json::Null, Some("the schema of the response: ask with a greater max_bytes"))
}

fn whole(
    operation: &Operation,
    has_examples_only: bool,
    parameters: &Json,
    response: &Json,
    left_out: Option<&str>,
) -> Json {
    let is_write = operation.access == Access::Write;
    let pagination = operation.pagination.as_ref().map(|pagination| {
        json!({
            "entries": pagination.items,
            "next_page_by": pagination.position,
            "page_size_by": pagination.size,
            "page_size_default": pagination.default_size,
        })
    });
    let mut description = json!({
        "name": operation.name,
        "family": operation.family,
        "summary": operation.summary,
        "description": operation.description.trim(),
        "documentation_url": operation.documentation_url,
        "access": access_in_words(operation),
    });
    let more = [
        ("deprecated", json!(operation.deprecated)),
        ("is_destructive", if is_write { is_destructive(operation).into() } else { Json::Null }),
        ("may_be_irreversible", if is_write { deletes(operation).into() } else { Json::Null }),
        ("consequences", if is_write { json!(warnings(operation)) } else { Json::Null }),
        ("parameters", parameters.clone()),
        ("response", response.clone()),
        ("left_out", json!(left_out)),
        ("pages", json!(pagination)),
        ("waiters", operation.waiters.iter().map(waiter).collect()),
        ("follows", outcome::told(following::description(operation))),
        ("errors", json!(operation.errors)),
        ("embedded_service", if has_examples_only { EXAMPLES.into() } else { Json::Null }),
    ];
    for (name, value) in more {
        if !value.is_null() && value.as_array().is_none_or(|entries| !entries.is_empty()) {
            description[name] = value;
        }
    }
    description
}

/// What the embedded service says of operations that it does not simulate.
pub(super) const EXAMPLES: &str = "It does not simulate this operation: its response is made of examples.";

fn waiter(waiter: &NamedWaiter) -> Json {
    let until = &waiter.until;
    json!({
        "name": waiter.name,
        "about": waiter.doc.trim(),
        "looks_at": until.field,
        "needs": until.needs,
        "done": until.done,
        "failed": until.failed,
        "done_when_gone": until.done_when_absent,
        "timeout_seconds": until.timeout.as_secs(),
    })
}

/// Leaves the names and types of a schema.
fn drop_words(schema: &mut Json) {
    match schema {
        Json::Object(members) => {
            let is_words = |name: &String, value: &Json| {
                (name == "description" && value.is_string()) || (name == "examples" && value.is_array())
            };
            members.retain(|name, value| !is_words(name, value));
            members.values_mut().for_each(drop_words);
        }
        Json::Array(elements) => elements.iter_mut().for_each(drop_words),
        _ => {}
    }
}
