//! Responses made from the examples of the specification, for operations that are not simulated.
//!
//! They have one element in each list, and they end: whichever rule a caller goes on by, a total, the number of entries,
//! a flag, a token or an empty page, there is nothing after the first page. They speak of what the call named, and they
//! say nothing that would be taken for a failure.

use serde_json::{Map, Value as Json, json};

use super::shape;
use rds_api_core::catalogue::{Field, Kind, Operation, Shape, samples};

/// A response to this call.
pub(super) fn response(operation: &Operation, parameters: &Map<String, Json>) -> Json {
    let mut response = Json::Object(samples(&operation.response));
    let has_elements = !is_beyond_first_page(operation, parameters);
    members(&operation.response, &mut response, has_elements);
    // What is a success is told by the shape, not by an example of a failure.
    for name in ["Code", "HttpStatusCode", "Message", "Success"] {
        drop(response.as_object_mut().and_then(|members| members.remove(name)));
    }
    echo(&mut response, parameters);
    shape::complete(operation, parameters, &response, |_| None)
}

fn is_beyond_first_page(operation: &Operation, parameters: &Map<String, Json>) -> bool {
    let position = operation.pagination.as_ref().map(|pagination| pagination.position.as_str());
    let positions = ["PageNumber", "PageNumbers", "CurrentPage", "PageIndex"].into_iter().chain(position);
    let number = |name: &str| {
        let value = parameters.get(name)?;
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    };
    let has_token = parameters.get("NextToken").is_some_and(|token| token.as_str() != Some(""));
    has_token || positions.into_iter().any(|name| number(name).is_some_and(|page| page > 1))
}

/// Mends the members of an object, and what tells of the number of its elements.
fn members(fields: &[Field], object: &mut Json, has_elements: bool) {
    let Json::Object(members) = object else { return };
    let mut count = None;
    for field in fields {
        let Some(value) = members.get_mut(&field.name) else { continue };
        if field.example.is_none() && value.as_str() == Some("text") {
            *value = plausible(&field.name).into();
        }
        self::value(&field.shape, value, has_elements);
        if field.shape.kind == Kind::List {
            count = count.or(Some(if has_elements { 1 } else { 0 }));
        }
    }
    // A list may lie in an object beside its total.
    let count = count.unwrap_or(if has_elements { 1 } else { 0 });
    for (name, value) in members {
        match name.as_str() {
            "HasNext" | "HasPrev" | "HasMore" => *value = false.into(),
            "NextToken" => *value = Json::Null,
            "PageRecordCount" | "ItemsNumbers" => *value = count.into(),
            "Total" | "TotalCount" | "TotalPageCount" | "TotalPageNumbers" | "TotalRecordCount"
            | "TotalRecords" | "TotalSize" | "LogItemCount" | "ParameterCount" => *value = 1.into(),
            "PageNumber" | "CurrPageNumbers" | "PageNumbers" => *value = 1.into(),
            _ => {}
        }
    }
}

fn value(shape: &Shape, value: &mut Json, has_elements: bool) {
    match shape.kind {
        Kind::Object => members(&shape.fields, value, has_elements),
        Kind::Map => {
            let entries = value.as_object_mut().into_iter().flat_map(|entries| entries.values_mut());
            entries.filter(|entry| entry.as_str() == Some("text")).for_each(|entry| *entry = "".into());
        }
        Kind::List => {
            let list = match &shape.wrapper {
                Some(wrapper) => &mut value[wrapper],
                None => value,
            };
            let Json::Array(elements) = list else { return };
            if !has_elements {
                elements.clear();
            }
            for element in elements {
                if element.as_str() == Some("text") {
                    *element = "".into();
                }
                if let Some(items) = &shape.items {
                    self::value(items, element, has_elements);
                }
            }
        }
        _ => {}
    }
}

/// A text for a member that has no example: a number where that is what its name says, a time likewise, or nothing.
fn plausible(name: &str) -> &'static str {
    const NUMBERS: [&str; 20] = [
        "Amount", "CPU", "Count", "Cores", "Counts", "Delay", "Errno", "Fee", "Memory", "Num", "Number",
        "Period", "Port", "Priority", "Progress", "Quota", "Ratio", "Sessions", "Size", "Weight",
    ];
    const TIMES: [&str; 5] = ["Created", "Create", "Date", "Modified", "Time"];
    let ends = |names: &[&str]| names.iter().any(|it| name.ends_with(it));
    match () {
        () if ends(&NUMBERS) || name == "Total" => "0",
        () if ends(&TIMES) => "2024-03-15T08:30:00Z",
        () => "",
    }
}

/// Puts what the call named in the place of examples.
fn echo(value: &mut Json, parameters: &Map<String, Json>) {
    match value {
        Json::Array(elements) => elements.iter_mut().for_each(|element| echo(element, parameters)),
        Json::Object(members) => {
            for (name, value) in members {
                let same = parameters.iter().find(|(parameter, _)| parameter.eq_ignore_ascii_case(name));
                match same.map(|(_, given)| given) {
                    Some(given) if !is_composite(given) && !is_composite(value) && *given != json!("") => {
                        *value = given.clone();
                    }
                    _ => echo(value, parameters),
                }
            }
        }
        _ => {}
    }
}

fn is_composite(value: &Json) -> bool {
    value.is_array() || value.is_object()
}
