//! The lists that the responses of an operation have, by its description: to tell an empty list from a response about
//! something else, and a list that there cannot be before anything is sent.

use rds_api::schema::{Field, Kind, Operation};
use rds_api_core::object::success::is_raw_success;
use serde_json::Value as Json;

use crate::failure::Failure;
use crate::suggestion::nearest;

/// The names that lead to the list that this response lacks, though it is all that the operation tells or the one that
/// is wanted. One that says that it failed lacks nothing.
pub(super) fn lacking(response: &Json, operation: &Operation, wanted: Option<&str>) -> Option<String> {
    if !response.is_object() || !is_raw_success(response) {
        return None;
    }
    let paths = paths(operation);
    if let Some(wanted) = wanted {
        return paths.into_iter().find(|path| is_meant(path, wanted));
    }
    match &operation.pagination {
        Some(pagination) => paths.into_iter().find(|path| is_meant(path, &pagination.items)),
        None if says_nothing(response) && paths.len() == 1 => paths.into_iter().next(),
        None => None,
    }
}

/// Refuses the name of a list that no response has, before anything is sent.
pub(super) fn check(wanted: &str, operation: &Operation) -> Result<(), Failure> {
    let paths = paths(operation);
    if operation.response.is_empty() || paths.iter().any(|path| is_meant(path, wanted)) {
        return Ok(());
    }
    let names = || paths.iter().map(String::as_str);
    let hint = match nearest(wanted, names().flat_map(|path| path.split('.'))) {
        Some(name) => format!("did you mean {name}?"),
        None if paths.is_empty() => "it has none".to_owned(),
        None => format!("it has {}", names().collect::<Vec<_>>().join(", ")),
    };
    Err(Failure::usage(format!("the response has no list `{wanted}`; {hint}")))
}

/// Whether a name, or the end of the names that lead to a list, stands for it, with or without the object that wraps it.
fn is_meant(path: &str, wanted: &str) -> bool {
    let [path, wanted] = [path, wanted].map(|names| format!(".{}", names.to_lowercase()));
    let unwrapped = path.rsplit_once('.').map_or("", |(before, _)| before);
    path.ends_with(&wanted) || unwrapped.ends_with(&wanted)
}

/// Whether a response has no values but the id of its request.
fn says_nothing(response: &Json) -> bool {
    let is_nothing = |value: &Json| match value {
        Json::Null => true,
        Json::Object(_) => says_nothing(value),
        _ => false,
    };
    response.as_object().into_iter().flatten().all(|(name, value)| name == "RequestId" || is_nothing(value))
}

/// The names that lead to each list that is in no other.
fn paths(operation: &Operation) -> Vec<String> {
    let mut found = Vec::new();
    add_paths(&operation.response, "", &mut found);
    found
}

fn add_paths(fields: &[Field], before: &str, found: &mut Vec<String>) {
    for field in fields {
        let path = format!("{before}{}", field.name);
        match field.shape.kind {
            Kind::List => found.push(match &field.shape.wrapper {
                Some(wrapper) => format!("{path}.{wrapper}"),
                None => path,
            }),
            Kind::Object => add_paths(&field.shape.fields, &format!("{path}."), found),
            _ => {}
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::schema;
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_list_that_is_all_of_a_response_is_lacking() {
        let lacking = |operation: &str, response: Json, wanted: Option<&str>| {
            lacking(&response, schema::operation(operation).unwrap(), wanted).unwrap_or_default()
        };
        let nothing = || json!({ "RequestId": "R" });
        let failed = json!({ "RequestId": "R", "Success": false });
        for (operation, response, wanted, expected) in [
            ("DescribeDBInstances", nothing(), None, "Items.DBInstance"),
            (
                "DescribeDBInstances",
                json!({ "RequestId": "R", "TotalRecordCount": 0 }),
                None,
                "Items.DBInstance",
            ),
            ("DescribeDBInstances", failed.clone(), None, ""),
            ("DescribeRegions", nothing(), None, "Regions.RDSRegion"),
            ("DescribeRegions", json!({ "RequestId": "R", "Note": "x" }), None, ""),
            ("DescribeRegions", json!({ "RequestId": "R", "Regions": null }), None, "Regions.RDSRegion"),
            ("DescribeRegions", failed, None, ""),
            ("CreateBackup", nothing(), None, ""),
            ("DescribeParameters", nothing(), None, ""),
            (
                "DescribeParameters",
                nothing(),
                Some("runningparameters"),
                "RunningParameters.DBInstanceParameter",
            ),
        ] {
            assert_eq!(lacking(operation, response, wanted), expected, "{operation}");
        }
    }

    /// Every list of every operation is taken by all of its names, and nothing else is.
    #[test]
    fn a_list_goes_by_its_names() {
        for operation in schema::operations() {
            for path in paths(operation) {
                let names: Vec<&str> = path.split('.').collect();
                for from in 0..names.len() {
                    assert!(check(&names[from..].join("."), operation).is_ok(), "{}: {path}", operation.name);
                }
            }
            assert_eq!(
                check("Nothing", operation).is_ok(),
                operation.response.is_empty(),
                "{}",
                operation.name
            );
        }
    }
}
