//! From the flat parameters of a request back to nested values, each checked against the specification.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value as Json};

use super::Refusal;
use crate::Timestamp;
use crate::catalogue::{Field, Kind, Limits, Operation, Role, Shape, Style};

type Raw<'r> = BTreeMap<&'r str, &'r str>;

/// Reads and checks every parameter that the operation knows; others are ignored, as the service does.
pub(super) fn read(operation: &Operation, raw: Raw<'_>) -> Result<Map<String, Json>, Refusal> {
    let mut parameters = Map::new();
    for field in &operation.parameters {
        let value = value(field, &raw)?.filter(|value| !value.is_null());
        let is_missing = value.as_ref().is_none_or(|value| value.as_str() == Some(""));
        if is_missing && field.required {
            let message = format!("`{}` is required, but the request does not have it.", field.name);
            return Err(Refusal::new(400, "MissingParameter", message));
        }
        if let Some(value) = value {
            check(field, &value)?;
            parameters.insert(field.name.clone(), value);
        }
    }
    Ok(parameters)
}

fn invalid(name: &str, why: impl std::fmt::Display) -> Refusal {
    // Of a nested name, such as `Tag.1.Key`, the code has the parameter.
    let parameter = name.split('.').next().unwrap_or(name);
    Refusal::new(400, format!("Invalid{parameter}"), format!("`{name}` is not valid: {why}."))
}

fn value(field: &Field, raw: &Raw<'_>) -> Result<Option<Json>, Refusal> {
    let name = field.name.as_str();
    match field.style {
        Style::Json => raw.get(name).map(|text| {
            serde_json::from_str(text).map_err(|error| invalid(name, format!("it is no JSON, {error}")))
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
                        return Err(Refusal::new(400, "MissingParameter", format!("`{path}` is required.")));
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
            let is_text = matches!(shape.kind, Kind::String | Kind::Enum);
            let text = raw.get(name).filter(|text| is_text || !text.is_empty());
            text.map(|text| scalar(name, shape.kind, text)).transpose()
        }
    }
}

fn scalar(name: &str, kind: Kind, text: &str) -> Result<Json, Refusal> {
    let wrong = |expected: &str| invalid(name, format!("`{text}` is not {expected}"));
    match kind {
        Kind::Bool => match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true.into()),
            "false" => Ok(false.into()),
            _ => Err(wrong("true or false")),
        },
        Kind::Int32 => text.parse::<i32>().map(Json::from).map_err(|_| wrong("a 32-bit integer")),
        Kind::Int64 => text.parse::<i64>().map(Json::from).map_err(|_| wrong("a 64-bit integer")),
        Kind::Float | Kind::Double => {
            let number = text.parse().ok().and_then(Number::from_f64);
            number.map(Json::Number).ok_or_else(|| wrong("a number"))
        }
        Kind::Timestamp if Timestamp::from(text).to_system_time().is_none() => {
            let why = format!("`{name}` is not valid: `{text}` is no time such as 2024-03-15T08:30:00Z.");
            Err(Refusal::new(400, format!("Invalid{name}.Format"), why))
        }
        Kind::Json | Kind::Map => Ok(serde_json::from_str(text).unwrap_or_else(|_| text.into())),
        _ => Ok(text.into()),
    }
}

fn check(field: &Field, value: &Json) -> Result<(), Refusal> {
    check_shape(&field.name, &field.shape, value)?;
    check_limits(&field.name, &field.limits, value)?;
    if field.role == Some(Role::IdempotencyToken)
        && !value.as_str().is_some_and(|token| token.is_ascii() && token.len() <= 64)
    {
        return Err(invalid(&field.name, "it is 64 ASCII characters at most"));
    }
    Ok(())
}

fn check_shape(name: &str, shape: &Shape, value: &Json) -> Result<(), Refusal> {
    match (shape.kind, value) {
        (_, Json::Null) => Ok(()),
        (Kind::Int32 | Kind::Int64 | Kind::Float | Kind::Double | Kind::Bool, Json::String(text)) => {
            // Inside JSON a number may be written as text.
            scalar(name, shape.kind, text).map(drop)
        }
        (Kind::Int32 | Kind::Int64 | Kind::Float | Kind::Double, Json::Number(number)) => {
            scalar(name, shape.kind, &number.to_string()).map(drop)
        }
        (
            Kind::Int32
            | Kind::Int64
            | Kind::Float
            | Kind::Double
            | Kind::Bool
            | Kind::Enum
            | Kind::Timestamp,
            Json::Array(_) | Json::Object(_),
        ) => Err(invalid(name, "it is a list or an object")),
        (Kind::Enum, Json::String(text)) if shape.values.iter().all(|known| known.value != *text) => {
            let known: Vec<&str> = shape.values.iter().map(|value| value.value.as_str()).collect();
            Err(invalid(name, format!("`{text}` is none of {}", known.join(", "))))
        }
        (Kind::List, Json::Array(elements)) => {
            let Some(items) = &shape.items else { return Ok(()) };
            elements.iter().enumerate().try_for_each(|(index, element)| {
                check_shape(&format!("{name}.{}", index + 1), items, element)
            })
        }
        (Kind::List, _) => Err(invalid(name, "it is no list")),
        (Kind::Object, Json::Object(members)) => shape.fields.iter().try_for_each(|field| {
            let path = format!("{name}.{}", field.name);
            let Some(value) = members.get(&field.name).filter(|value| !value.is_null()) else {
                let message = format!("`{path}` is required.");
                let refusal = Refusal::new(400, "MissingParameter", message);
                return if field.required { Err(refusal) } else { Ok(()) };
            };
            check_shape(&path, &field.shape, value)?;
            check_limits(&path, &field.limits, value)
        }),
        (Kind::Map, Json::Object(entries)) => {
            let Some(items) = &shape.items else { return Ok(()) };
            entries.iter().try_for_each(|(key, value)| check_shape(&format!("{name}.{key}"), items, value))
        }
        (Kind::Object | Kind::Map, _) => Err(invalid(name, "it is no object")),
        _ => Ok(()),
    }
}

fn check_limits(name: &str, limits: &Limits, value: &Json) -> Result<(), Refusal> {
    if let Some(number) = value.as_f64() {
        if limits.minimum.is_some_and(|minimum| number < minimum) {
            return Err(invalid(
                name,
                format!("{number} is less than {}", limits.minimum.unwrap_or_default()),
            ));
        }
        if limits.maximum.is_some_and(|maximum| number > maximum) {
            return Err(invalid(
                name,
                format!("{number} is more than {}", limits.maximum.unwrap_or_default()),
            ));
        }
    }
    let (length, least, most, unit) = match value {
        Json::String(text) => (text.chars().count(), limits.min_length, limits.max_length, "characters"),
        Json::Array(elements) => (elements.len(), limits.min_items, limits.max_items, "elements"),
        _ => return Ok(()),
    };
    if least.is_some_and(|least| length < least) {
        return Err(invalid(
            name,
            format!("{length} {unit} are too few: {} at least", least.unwrap_or_default()),
        ));
    }
    if most.is_some_and(|most| length > most) {
        return Err(invalid(
            name,
            format!("{length} {unit} are too many: {} at most", most.unwrap_or_default()),
        ));
    }
    if let (Some(pattern), Json::String(text)) = (&limits.pattern, value)
        // A pattern that this crate does not understand refuses nothing.
        && regex_lite::Regex::new(pattern).is_ok_and(|pattern| !pattern.is_match(text))
    {
        return Err(invalid(name, format!("it does not match `{pattern}`")));
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// An operation with a parameter for each limit and each style.
    fn operation() -> Operation {
        let text = r#"{
            "name": "Try", "method": "try", "family": "test", "summary": "", "documentation": "",
            "access": "read", "verb": "POST", "response": [], "deprecated": null, "pagination": null,
            "parameters": [
                {"name": "Id", "rust": "id", "doc": "", "type": "string", "required": true},
                {"name": "Code", "rust": "code", "doc": "", "type": "string", "min_length": 2, "max_length": 3,
                 "pattern": "^[a-z]+$"},
                {"name": "Size", "rust": "size", "doc": "", "type": "double", "minimum": 0.5, "maximum": 8},
                {"name": "Ids", "rust": "ids", "doc": "", "type": "list", "max_items": 2, "style": "simple",
                 "items": {"type": "string"}},
                {"name": "Nodes", "rust": "nodes", "doc": "", "type": "list", "style": "json",
                 "items": {"type": "object", "type_name": "Node", "fields": [
                     {"name": "Zone", "rust": "zone", "doc": "", "type": "string", "required": true},
                     {"name": "Count", "rust": "count", "doc": "", "type": "int32"}]}},
                {"name": "Labels", "rust": "labels", "doc": "", "type": "map", "items": {"type": "int64"}},
                {"name": "Range", "rust": "range", "doc": "", "type": "object", "type_name": "Range", "fields": [
                     {"name": "Start", "rust": "start", "doc": "", "type": "timestamp"},
                     {"name": "On", "rust": "on", "doc": "", "type": "bool"}]}
            ]
        }"#;
        serde_json::from_str(text).unwrap()
    }

    fn read_pairs(pairs: &[(&str, &str)]) -> Result<Json, String> {
        let raw: Raw<'_> = pairs.iter().copied().chain([("Id", "1")]).collect();
        read(&operation(), raw).map(Json::Object).map_err(|refusal| refusal.code)
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
            ("Range.Start", "2024-03-15T08:30Z"),
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
            "Range": { "Start": "2024-03-15T08:30Z", "On": true },
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
            ("Nodes", "{}", "InvalidNodes"),
            ("Nodes", "[1]", "InvalidNodes"),
            ("Nodes", r#"[{"Count":1}]"#, "MissingParameter"),
            ("Nodes", r#"[{"Zone":"b","Count":"many"}]"#, "InvalidNodes"),
            ("Nodes", r#"[{"Zone":"b","Count":{}}]"#, "InvalidNodes"),
            ("Nodes", r#"[{"Zone":"b","Count":99999999999}]"#, "InvalidNodes"),
            ("Labels.a", "x", "InvalidLabels"),
            ("Labels", "x", "InvalidLabels"),
            ("Labels", r#"{"a":[]}"#, "InvalidLabels"),
            ("Range.On", "perhaps", "InvalidRange"),
        ] {
            let mut raw = Raw::from([("Id", "1")]);
            raw.insert(name, value);
            let refused = read(&operation(), raw).unwrap_err();
            assert_eq!(refused.code, code, "{name}={value}: {}", refused.message);
        }
    }
}
