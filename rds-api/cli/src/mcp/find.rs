//! `search_operations`: operations by what they are good for.

use rds_api::Access;
use rds_api::schema::{self, Operation};
use serde_json::{Value as Json, json};

use super::arguments::{AccessWanted, SearchArguments, within};
use super::outcome::{self, Failed};
use crate::field_notes;
use crate::search::search;
use crate::suggestion::nearest;

/// How many are told unless something else is asked for.
const SHOWN: usize = 10;

pub(super) fn operations(arguments: &SearchArguments) -> Result<Json, Failed> {
    let SearchArguments { question, access, family, limit } = arguments;
    let limit = within("limit", limit.unwrap_or(SHOWN), 1, 50)?;
    if let Some(name) = family {
        check_family(name)?;
    }
    let is_wanted = |operation: &Operation| {
        access.is_none_or(|wanted| (wanted == AccessWanted::Read) == (operation.access == Access::Read))
            && family.as_ref().is_none_or(|family| *family == operation.family)
    };
    if question.trim().is_empty() {
        return Ok(outcome::told(match family {
            Some(name) => family_of(name),
            None => {
                json!({ "families": families(), "next": "Search with a few words, or for all of one family." })
            }
        }));
    }
    let found = search(question, is_wanted);
    if found.is_empty() {
        return Ok(outcome::told(json!({
            "found": 0,
            "operations": Json::Array(Vec::new()),
            "families": families(),
            "next": "No operation fits. Try other words, such as the thing and what is to be done with it; or look through a family.",
        })));
    }
    let told: Vec<Json> = found
        .iter()
        .take(limit)
        .map(|found| {
            let mut line = summary(found.operation);
            line["found_by"] = found.reason.as_str().into();
            line
        })
        .collect();
    Ok(outcome::told(json!({
        "found": found.len(),
        "operations": told,
        "next": "describe_operation tells the parameters of one.",
    })))
}

/// What an operation does, in a line.
pub(super) fn summary(operation: &Operation) -> Json {
    let mut line = json!({
        "name": operation.name,
        "summary": operation.summary,
        "access": access_in_words(operation),
        "family": operation.family,
    });
    if let Some(why) = &operation.deprecated {
        line["deprecated"] = why.as_str().into();
    }
    line
}

/// Whether an operation changes anything.
pub(super) fn access_in_words(operation: &Operation) -> String {
    match operation.access {
        Access::Write => "write".to_owned(),
        Access::Read if operation.writes_when.is_empty() => "read".to_owned(),
        Access::Read => format!("read, but write with {}", field_notes::writes_when(operation)),
    }
}

/// The families, the best to begin with for who knows nothing.
pub(super) fn families() -> Json {
    let family =
        |family: schema::Family| json!({ "name": family.name, "title": family.title, "about": family.doc });
    schema::families().map(family).collect()
}

/// All operations of a family.
pub(super) fn family_of(name: &str) -> Json {
    let operations = schema::operations().filter(|operation| operation.family == name).map(summary);
    json!({ "family": name, "operations": operations.collect::<Vec<_>>() })
}

fn check_family(name: &str) -> Result<(), Failed> {
    let names = || schema::families().map(|family| family.name);
    if names().any(|known| known == name) {
        return Ok(());
    }
    let known = match nearest(name, names()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
    };
    Err(outcome::wrong_arguments(&format!("there is no family {name:?}; {known}")))
}
