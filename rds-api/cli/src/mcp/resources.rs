//! Resources: what is known of operations, to be read without calling a tool.

use rds_api::schema;
use rmcp::ErrorData;
use rmcp::model::{Resource, ResourceContents, ResourceTemplate};
use serde_json::{Value as Json, json};

use super::account::Account;
use super::arguments::MAX_BYTES;
use super::{describe, find};
use crate::names;

const JSON: &str = "application/json";
const OPERATION: &str = "rds://operation/";
const FAMILY: &str = "rds://family/";
const FAMILIES: &str = "rds://families";

/// Those that can be listed: the families. There are too many operations for a list.
pub(super) fn list() -> Vec<Resource> {
    let families =
        Resource::new(FAMILIES, "families").with_title("The families of operations").with_mime_type(JSON);
    let family = |family: schema::Family| {
        Resource::new(format!("{FAMILY}{}", family.name), family.name)
            .with_title(family.title)
            .with_description(family.doc)
            .with_mime_type(JSON)
    };
    std::iter::once(families).chain(schema::families().map(family)).collect()
}

pub(super) fn templates() -> Vec<ResourceTemplate> {
    vec![
        ResourceTemplate::new(format!("{OPERATION}{{name}}"), "operation")
            .with_title("An operation")
            .with_description("All that is known of an operation, as describe_operation tells it.")
            .with_mime_type(JSON),
        ResourceTemplate::new(format!("{FAMILY}{{name}}"), "family")
            .with_title("A family of operations")
            .with_description("The operations of a family, a line each.")
            .with_mime_type(JSON),
    ]
}

pub(super) fn read(account: &Account, uri: &str) -> Result<ResourceContents, ErrorData> {
    let value = content(account, uri).ok_or_else(|| {
        let message = "there is no such resource; those that are there are listed, and have templates";
        ErrorData::resource_not_found(message, Some(json!({ "uri": uri })))
    })?;
    Ok(ResourceContents::text(value.to_string(), uri).with_mime_type(JSON))
}

fn content(account: &Account, uri: &str) -> Option<Json> {
    if uri == FAMILIES {
        return Some(find::families());
    }
    if let Some(name) = uri.strip_prefix(FAMILY) {
        return schema::families().any(|family| family.name == name).then(|| find::family_of(name));
    }
    let operation = names::operation(uri.strip_prefix(OPERATION)?)?;
    Some(describe::description(operation, account.has_examples_only(operation), MAX_BYTES))
}

/// The names that begin as what was typed of a template's name, at most as many as may be told at once.
pub(super) fn completions(template: &str, begun: &str) -> Vec<String> {
    let begun = begun.to_lowercase();
    let begins = |name: &&str| name.to_lowercase().starts_with(&begun);
    let names: Vec<&str> = match template.strip_suffix("{name}") {
        Some(OPERATION) => schema::names().filter(begins).collect(),
        Some(FAMILY) => schema::families().map(|family| family.name).filter(begins).collect(),
        _ => Vec::new(),
    };
    names.into_iter().map(str::to_owned).collect()
}
