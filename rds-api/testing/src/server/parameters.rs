//! From the flat parameters of a request back to nested values, each checked against the specification.
//!
//! This is the inverse of what the client does in `object::query`; a property test over all operations holds the two
//! together.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::times;
use crate::refusal::Refusal;
use rds_api_core::catalogue::{
    Field, FieldExt as _, Kind, Operation, Problem, ProblemKind, Shape, Style, scalar,
};
use rds_api_core::error::{ErrorClass, ErrorCodes};

type Raw<'r> = BTreeMap<&'r str, &'r str>;

/// Reads and checks every parameter that the operation knows; others are ignored, as the service does.
///
/// Like the service, it takes an empty value for an absent one wherever nothing but text could be empty, and names and
/// known values in any case.
pub(crate) fn read(
    codes: &ErrorCodes,
    operation: &Operation,
    raw: Raw<'_>,
) -> Result<Map<String, Json>, Refusal> {
    let read = read_all(operation, raw);
    let checked =
        read.and_then(|parameters| times::check_ranges(operation, &parameters).map(|()| parameters));
    checked.map_err(|refusal| among(codes, operation, refusal))
}

fn read_all(operation: &Operation, raw: Raw<'_>) -> Result<Map<String, Json>, Refusal> {
    let respelled = respelled(operation, &raw);
    let mut raw = raw;
    for (name, value) in &respelled {
        raw.entry(name).or_insert(value);
    }
    let mut parameters = Map::new();
    for field in &operation.parameters {
        let mut value = value(field, &raw)?.filter(|value| !value.is_null());
        let is_empty = value.as_ref().is_none_or(|value| value.as_str() == Some(""));
        if is_empty && field.required {
            return Err(missing(&field.name));
        }
        if let Some(value) = &mut value {
            spell_as_known(&field.shape, value);
        }
        // An empty text may mean that there is to be none, which no limit forbids.
        if let Some(empty) = value.take_if(|_| is_empty) {
            parameters.insert(field.name.clone(), empty);
        }
        if let Some(value) = value {
            times::check_form(operation, field, &value)?;
            // The service ignores members that it does not know.
            let mut problems = field.check(&value).into_iter();
            if let Some(problem) = problems.find(|problem| problem.kind != ProblemKind::Unknown) {
                return Err(refusal(&problem));
            }
            parameters.insert(field.name.clone(), value);
        }
    }
    Ok(parameters)
}

/// What has the name of a parameter in another case, under its name.
fn respelled<'r>(operation: &Operation, raw: &Raw<'r>) -> Vec<(String, &'r str)> {
    let respelled = raw.iter().filter_map(|(path, value)| {
        let (name, rest) = path.split_at(path.find('.').unwrap_or(path.len()));
        let mut fields = operation.parameters.iter().map(|field| field.name.as_str());
        let known = fields.find(|known| known.eq_ignore_ascii_case(name)).filter(|known| *known != name)?;
        Some((format!("{known}{rest}"), *value))
    });
    respelled.collect()
}

fn missing(path: &str) -> Refusal {
    Refusal::new(400, "MissingParameter", format!("`{path}` is required, but the request does not have it."))
}

fn refusal(problem: &Problem) -> Refusal {
    match problem.kind {
        ProblemKind::Missing => missing(&problem.path),
        _ => Refusal::new(400, invalid(problem.parameter()), format!("{problem}.")),
    }
}

/// The code for a value that is wrong, named after its parameter.
fn invalid(parameter: &str) -> String {
    format!("Invalid{parameter}")
}

/// A refusal whose code means that a value is wrong, by the one that the operation has for it: a code that is named after
/// its parameter may mean something else.
fn among(codes: &ErrorCodes, operation: &Operation, refusal: Refusal) -> Refusal {
    let Refusal { code, .. } = &refusal;
    if !code.starts_with("Invalid") {
        return refusal;
    }
    let declared = |code: &String| operation.errors.values().flatten().any(|declared| declared == code);
    let spellings = [code.clone(), format!("{code}.Format"), format!("{code}.Malformed")];
    let code = spellings.into_iter().find(declared).unwrap_or_else(|| code.clone());
    match codes.class(&code, 400) {
        Some(ErrorClass::Invalid) => Refusal { code, ..refusal },
        _ => Refusal { code: "InvalidParameter".to_owned(), ..refusal },
    }
}

fn value(field: &Field, raw: &Raw<'_>) -> Result<Option<Json>, Refusal> {
    let name = field.name.as_str();
    match field.style {
        Style::Json => raw.get(name).filter(|text| !text.is_empty()).map(|text| {
            let read = serde_json::from_str(text).map_err(|error| {
                let message = format!("`{name}` is not valid: it is not JSON: {error}.");
                Refusal::new(400, invalid(name), message)
            });
            read.map(|value: Json| if is_empty(field.shape.kind, &value) { Json::Null } else { value })
        }),
        Style::Simple => match raw.get(name) {
            Some(text) => {
                Some(Ok(text.split(',').filter(|element| !element.is_empty()).map(Json::from).collect()))
            }
            // The older official clients number the elements of these lists as of all others.
            None => flattened(name, &field.shape, raw).transpose(),
        },
        Style::Flatten => flattened(name, &field.shape, raw).transpose(),
    }
    .transpose()
}

/// The value under a flat name: `Name`, `Name.1`, `Name.Member`.
fn flattened(name: &str, shape: &Shape, raw: &Raw<'_>) -> Result<Option<Json>, Refusal> {
    let begins = |prefix: &str| raw.range(prefix..).next().is_some_and(|(key, _)| key.starts_with(prefix));
    match shape.kind {
        Kind::List => {
            let Some(items) = &shape.items else { return Ok(None) };
            let mut elements = Vec::new();
            // A gap in the numbering is a null in the list, so the numbers are looked at, not counted.
            let prefix = format!("{name}.");
            let numbers = raw.range(prefix.as_str()..).take_while(|(key, _)| key.starts_with(&prefix));
            let numbers =
                numbers.filter_map(|(key, _)| key[prefix.len()..].split('.').next()?.parse::<usize>().ok());
            let mut numbers: Vec<usize> = numbers.collect();
            numbers.sort_unstable();
            numbers.dedup();
            for number in numbers {
                elements.extend(flattened(&format!("{name}.{number}"), items, raw)?);
            }
            Ok((!elements.is_empty()).then_some(Json::Array(elements)))
        }
        Kind::Object if begins(&format!("{name}.")) => {
            let mut members = Map::new();
            for member in &shape.fields {
                let path = format!("{name}.{}", member.name);
                match flattened(&path, &member.shape, raw)? {
                    Some(value) => drop(members.insert(member.name.clone(), value)),
                    None if member.required => {
                        return Err(missing(&path));
                    }
                    None => {}
                }
            }
            Ok(Some(Json::Object(members)))
        }
        Kind::Object => Ok(None),
        Kind::Map if begins(&format!("{name}.")) => {
            let Some(items) = &shape.items else { return Ok(None) };
            let prefix = format!("{name}.");
            let mut entries = Map::new();
            for (path, _) in raw.range(prefix.as_str()..).take_while(|(path, _)| path.starts_with(&prefix)) {
                if let Some(value) = flattened(path, items, raw)? {
                    entries.insert(path[prefix.len()..].to_owned(), value);
                }
            }
            Ok(Some(Json::Object(entries)))
        }
        _ => {
            // Only text can be there and be empty.
            let text = raw.get(name).filter(|text| shape.kind == Kind::String || !text.is_empty());
            // What is no time is looked for once all of the parameter is there.
            let kind = if shape.kind == Kind::Timestamp { Kind::String } else { shape.kind };
            let read = text.map(|text| scalar(name, kind, text)).transpose();
            read.map_err(|problem| refusal(&problem))
        }
    }
}

/// True if JSON stands for nothing where something else is expected.
fn is_empty(kind: Kind, value: &Json) -> bool {
    match value {
        Json::Array(elements) => elements.is_empty() && matches!(kind, Kind::Map | Kind::Object),
        Json::Object(members) => members.is_empty() && kind == Kind::List,
        _ => false,
    }
}

/// Gives known values of enums the case that the specification writes them in.
fn spell_as_known(shape: &Shape, value: &mut Json) {
    match value {
        Json::String(text) if shape.kind == Kind::Enum => {
            let is_known = shape.values.iter().any(|known| known.value == *text);
            let mut others = shape.values.iter().filter(|known| known.value.eq_ignore_ascii_case(text));
            if let Some(known) = others.next().filter(|_| !is_known) {
                text.clone_from(&known.value);
            }
        }
        Json::Array(elements) => {
            let Some(items) = &shape.items else { return };
            elements.iter_mut().for_each(|element| spell_as_known(items, element));
        }
        Json::Object(members) => {
            for (name, value) in members {
                let field = shape.fields.iter().find(|field| field.name == *name);
                if let Some(shape) = field.map(|field| &field.shape).or(shape.items.as_deref()) {
                    spell_as_known(shape, value);
                }
            }
        }
        _ => {}
    }
}

#[cfg(all(test, feature = "simulation"))]
mod leniency;
#[cfg(all(test, feature = "simulation"))]
mod properties;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::SERVICE;

    use super::*;

    /// An operation with a parameter for each limit and each style.
    fn operation() -> Operation {
        let text = r#"{
            "name": "Try", "rust_name": "try", "family": "test", "summary": "", "documentation_url": "",
            "access": "read", "method": "POST", "response": [], "deprecated": null, "pagination": null,
            "parameters": [
                {"name": "Id", "rust_name": "id", "doc": "", "type": "string", "required": true},
                {"name": "Code", "rust_name": "code", "doc": "", "type": "string", "min_length": 2, "max_length": 3,
                 "pattern": "[a-z]+"},
                {"name": "Size", "rust_name": "size", "doc": "", "type": "double", "minimum": 0.5, "maximum": 8},
                {"name": "Ids", "rust_name": "ids", "doc": "", "type": "list", "max_items": 2, "style": "simple",
                 "items": {"type": "string"}},
                {"name": "Nodes", "rust_name": "nodes", "doc": "", "type": "list", "style": "json",
                 "items": {"type": "object", "type_name": "Node", "fields": [
                     {"name": "Zone", "rust_name": "zone", "doc": "", "type": "string", "required": true},
                     {"name": "Count", "rust_name": "count", "doc": "", "type": "int32"}]}},
                {"name": "Labels", "rust_name": "labels", "doc": "", "type": "map", "items": {"type": "int64"}},
                {"name": "Range", "rust_name": "range", "doc": "", "type": "object", "type_name": "Range", "fields": [
                     {"name": "Start", "rust_name": "start", "doc": "", "type": "timestamp"},
                     {"name": "On", "rust_name": "on", "doc": "", "type": "bool"}]}
            ]
        }"#;
        serde_json::from_str(text).unwrap()
    }

    fn read_pairs(pairs: &[(&str, &str)]) -> Result<Json, String> {
        let raw: Raw<'_> = pairs.iter().copied().chain([("Id", "1")]).collect();
        read(&SERVICE.error_codes, &operation(), raw).map(Json::Object).map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_value_that_is_wrong_is_never_taken_for_anything_else() {
        for operation in rds_api::schema::operations() {
            for field in &operation.parameters {
                let refusal = Refusal::new(400, invalid(&field.name), "");
                let code = among(&SERVICE.error_codes, operation, refusal).code;
                assert_eq!(SERVICE.error_codes.class(&code, 400), Some(ErrorClass::Invalid), "{code}");
            }
        }
        for (operation, parameter, code) in [
            ("DescribeBackups", "PageSize", "InvalidPageSize"),
            ("CreateAccount", "AccountPassword", "InvalidAccountPassword.Format"),
            ("CreateDBInstanceForRebuild", "DBInstanceDescription", "InvalidDBInstanceDescription.Malformed"),
            // The code of that name says that there is no such database.
            ("DescribeDatabases", "DBName", "InvalidParameter"),
        ] {
            let operation = rds_api::schema::operation(operation).unwrap();
            let refusal = Refusal::new(400, invalid(parameter), "");
            assert_eq!(among(&SERVICE.error_codes, operation, refusal).code, code);
        }
    }

    #[test]
    fn values_come_back_typed_and_nested() {
        let pairs = [
            ("Code", "ab"),
            ("Size", "0.5"),
            ("Ids", "a,b"),
            ("Nodes", r#"[{"Zone":"b","Count":"2"},{"Zone":"c"}]"#),
            ("Labels.a", "1"),
            ("Labels.b", "2"),
            ("Range.Start", "2024-03-15T08:30:00Z"),
            ("Range.On", "True"),
            ("Unknown", "x"),
        ];
        let expected = serde_json::json!({
            "Id": "1",
            "Code": "ab",
            "Size": 0.5,
            "Ids": ["a", "b"],
            "Nodes": [{ "Zone": "b", "Count": "2" }, { "Zone": "c" }],
            "Labels": { "a": 1, "b": 2 },
            "Range": { "Start": "2024-03-15T08:30:00Z", "On": true },
        });
        assert_eq!(read_pairs(&pairs).unwrap(), expected);
    }

    #[test]
    fn what_is_out_of_its_limits_is_refused() {
        for (name, value, code) in [
            ("Id", "", "MissingParameter"),
            ("Code", "a", "InvalidCode"),
            ("Code", "abcd", "InvalidCode"),
            ("Code", "A1", "InvalidCode"),
            ("Size", "0.4", "InvalidSize"),
            ("Size", "8.1", "InvalidSize"),
            ("Size", "much", "InvalidSize"),
            ("Ids", "a,b,c", "InvalidIds"),
            ("Nodes", "{", "InvalidNodes"),
            ("Nodes", "{\"a\":1}", "InvalidNodes"),
            ("Nodes", "[1]", "InvalidNodes"),
            ("Nodes", r#"[{"Count":1}]"#, "MissingParameter"),
            ("Nodes", r#"[{"Zone":"b","Count":"many"}]"#, "InvalidNodes"),
            ("Nodes", r#"[{"Zone":"b","Count":{}}]"#, "InvalidNodes"),
            ("Nodes", r#"[{"Zone":"b","Count":99999999999}]"#, "InvalidNodes"),
            ("Labels.a", "x", "InvalidLabels"),
            ("Labels", "x", "InvalidLabels"),
            ("Labels", r#"{"a":[]}"#, "InvalidLabels"),
            ("Range.On", "perhaps", "InvalidRange"),
            ("Range.Start", "2024-03-15T08:30Z", "InvalidRange.Format"),
            ("Range.Start", "soon", "InvalidRange.Format"),
        ] {
            let mut raw = Raw::from([("Id", "1")]);
            raw.insert(name, value);
            let refused = read(&SERVICE.error_codes, &operation(), raw).unwrap_err();
            assert_eq!(refused.code, code, "{name}={value}: {}", refused.message);
        }
    }
}
