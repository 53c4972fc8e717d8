//! Holding the values of parameters against the specification.

use rds_api_schema::is_idempotency_token;
use serde_json::{Map, Value as Json};

use super::parse::scalar;
use super::problem::{Problem, ProblemKind};
use super::{Field, Kind, Limits, Operation, Role, Shape};

/// Everything that is wrong with these parameters.
pub(super) fn parameters(operation: &Operation, parameters: &Map<String, Json>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for field in &operation.parameters {
        match parameters.get(&field.name).filter(|value| !value.is_null()) {
            Some(value) => problems.extend(self::value(field, value)),
            None if field.is_argument() => problems.push(Problem::missing(&field.name)),
            None => {}
        }
    }
    let unknown = parameters.keys().filter(|name| operation.parameter(name).is_none());
    problems.extend(unknown.map(|name| Problem::unknown(name)));
    problems
}

/// Everything that is wrong with this value of a field, and with the values in it.
pub(super) fn value(field: &Field, value: &Json) -> Vec<Problem> {
    let mut problems = Vec::new();
    if field.role == Some(Role::IdempotencyToken) {
        // The service is not as strict as the limits that its documentation has.
        if !value.as_str().is_some_and(is_idempotency_token) {
            let why = "it is empty, or has other characters than those of ASCII";
            problems.push(Problem::new(&field.name, ProblemKind::OutOfLimits, why));
        }
    } else {
        member(&field.name, field, value, &mut problems);
    }
    problems
}

/// True if a value is of this shape.
pub(super) fn fits(shape: &Shape, value: &Json) -> bool {
    let mut problems = Vec::new();
    self::shape("", shape, value, &mut problems);
    problems.is_empty()
}

fn member(path: &str, field: &Field, value: &Json, problems: &mut Vec<Problem>) {
    let before = problems.len();
    shape(path, &field.shape, value, problems);
    // A value of another type has no limits.
    if problems.len() == before {
        problems.extend(limits(path, &field.limits, field.number, value));
        if matches!(field.shape.kind, Kind::List | Kind::Map) {
            elements(path, field, value, problems);
        }
    }
}

fn shape(path: &str, shape_of: &Shape, value: &Json, problems: &mut Vec<Problem>) {
    let kind = shape_of.kind;
    let is_number = matches!(kind, Kind::Int32 | Kind::Int64 | Kind::Float | Kind::Double);
    let mut wrong = |kind, why: &str| problems.push(Problem::new(path, kind, why));
    match (kind, value) {
        (_, Json::Null) | (Kind::Json, _) => {}
        // Inside JSON a number may be written as text.
        (_, Json::String(text)) if is_number || matches!(kind, Kind::Bool | Kind::Timestamp) => {
            problems.extend(scalar(path, kind, text).err());
        }
        (_, Json::Number(number)) if is_number => {
            problems.extend(scalar(path, kind, &number.to_string()).err());
        }
        (Kind::Enum, Json::String(text)) if shape_of.values.iter().all(|known| known.value != *text) => {
            let known: Vec<&str> = shape_of.values.iter().map(|value| value.value.as_str()).collect();
            wrong(ProblemKind::UnknownValue, &format!("`{text}` is not one of {}", known.join(", ")));
        }
        (Kind::List, Json::Array(elements)) => {
            let Some(items) = &shape_of.items else { return };
            for (index, element) in elements.iter().enumerate() {
                shape(&format!("{path}.{}", index + 1), items, element, problems);
            }
        }
        (Kind::List, _) => wrong(ProblemKind::WrongType, "it is not a list"),
        (Kind::Object, Json::Object(members)) => object(path, &shape_of.fields, members, problems),
        (Kind::Map, Json::Object(entries)) => {
            let Some(items) = &shape_of.items else { return };
            for (key, value) in entries {
                shape(&format!("{path}.{key}"), items, value, problems);
            }
        }
        (Kind::Object | Kind::Map, _) => wrong(ProblemKind::WrongType, "it is not an object"),
        (_, Json::Array(_) | Json::Object(_)) if kind != Kind::String => {
            wrong(ProblemKind::WrongType, "it is a list or an object");
        }
        _ => {}
    }
}

fn object(path: &str, fields: &[Field], members: &Map<String, Json>, problems: &mut Vec<Problem>) {
    for field in fields {
        let path = format!("{path}.{}", field.name);
        match members.get(&field.name).filter(|value| !value.is_null()) {
            Some(value) => member(&path, field, value, problems),
            None if field.required => problems.push(Problem::missing(&path)),
            None => {}
        }
    }
    let is_known = |name: &String| fields.iter().any(|field| field.name == *name);
    let unknown = members.keys().filter(|name| !is_known(name));
    problems.extend(unknown.map(|name| Problem::unknown(&format!("{path}.{name}"))));
}

/// Holds what lists and maps have in the end against the limits that the field sets its elements.
fn elements(path: &str, field: &Field, value: &Json, problems: &mut Vec<Problem>) {
    let inside: Vec<(String, &Json)> = match value {
        Json::Array(elements) => (1..).map(|index: usize| index.to_string()).zip(elements).collect(),
        Json::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), value)).collect(),
        _ => return,
    };
    for (name, value) in inside {
        let path = format!("{path}.{name}");
        match value {
            Json::Array(_) | Json::Object(_) => elements(&path, field, value, problems),
            _ => problems.extend(limits(&path, &field.limits, field.number, value)),
        }
    }
}

/// What is wrong with a value by its limits; `held` is the number that a text holds.
fn limits(path: &str, limits: &Limits, held: Option<Kind>, value: &Json) -> Option<Problem> {
    let beyond = |why: String| Some(Problem::new(path, ProblemKind::OutOfLimits, why));
    // A number may come as text.
    let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
    if let Some(number) = number {
        match (limits.minimum, limits.maximum) {
            (Some(minimum), _) if number < minimum => {
                return beyond(format!("{number} is less than {minimum}"));
            }
            (_, Some(maximum)) if number > maximum => {
                return beyond(format!("{number} is more than {maximum}"));
            }
            _ => {}
        }
    }
    let is_limited = limits.minimum.is_some() || limits.maximum.is_some();
    if number.is_none() && is_limited && value.as_str().is_some_and(|text| !text.is_empty()) {
        return beyond("it is a text that holds no number".to_owned());
    }
    if number.is_some() && is_limited && matches!(held, Some(Kind::Int32 | Kind::Int64)) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if text.parse::<i64>().is_err() {
            return beyond(format!("{text} is no whole number"));
        }
    }
    let (length, least, most, unit) = match value {
        Json::String(text) => (text.chars().count(), limits.min_length, limits.max_length, "characters"),
        Json::Array(elements) => (elements.len(), limits.min_items, limits.max_items, "elements"),
        _ => return None,
    };
    match (least, most) {
        (Some(least), _) if length < least => {
            return beyond(format!("{length} {unit} are too few: {least} at least"));
        }
        (_, Some(most)) if length > most => {
            return beyond(format!("{length} {unit} are too many: {most} at most"));
        }
        _ => {}
    }
    let (pattern, whole, text) = (limits.pattern.as_deref()?, limits.anchored_pattern()?, value.as_str()?);
    // A pattern that this crate does not understand refuses nothing.
    let is_refused = regex_lite::Regex::new(&whole).is_ok_and(|whole| !whole.is_match(text));
    if is_refused { beyond(format!("it does not match `{pattern}`")) } else { None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn limits_hold_for_a_value_and_for_each_of_its_elements() {
        for (field, value, wrong) in [
            (
                r#""type": "list", "items": {"type": "int32"}, "minimum": 3"#,
                json!([3, 2, 4, 1]),
                &["It.2", "It.4"][..],
            ),
            (
                r#""type": "list", "items": {"type": "string"}, "max_length": 2"#,
                json!(["ab", "abc"]),
                &["It.2"],
            ),
            (
                r#""type": "list", "items": {"type": "string"}, "pattern": "a|ab""#,
                json!(["a", "b", "ab", "abc", "cab", "a\n"]),
                &["It.2", "It.4", "It.5", "It.6"],
            ),
            (
                r#""type": "list", "items": {"type": "string"}, "minimum": 1, "maximum": 9"#,
                json!(["1", "9.0", "0", "10", "many"]),
                &["It.3", "It.4", "It.5"],
            ),
            (r#""type": "string", "number": "int32", "minimum": 1, "maximum": 9"#, json!("9"), &[]),
            (r#""type": "string", "number": "int32", "minimum": 1, "maximum": 9"#, json!("1.5"), &["It"]),
            (r#""type": "string", "number": "int32", "minimum": 1, "maximum": 9"#, json!(1.5), &["It"]),
            (r#""type": "string", "number": "int64", "minimum": 1"#, json!("1e3"), &["It"]),
            (r#""type": "string", "number": "double", "minimum": 1, "maximum": 9"#, json!("1.5"), &[]),
            (r#""type": "string", "number": "int32""#, json!("unlimited"), &[]),
            (
                r#""type": "list", "items": {"type": "string"}, "number": "int32", "minimum": 1"#,
                json!(["1", "1.5", "0"]),
                &["It.2", "It.3"],
            ),
            (r#""type": "list", "items": {"type": "string"}, "max_items": 1"#, json!(["a", "b"]), &["It"]),
            (
                r#""type": "list", "items": {"type": "list", "items": {"type": "int32"}}, "maximum": 3, "max_items": 2"#,
                json!([[1, 4, 3]]),
                &["It.1.2"],
            ),
            (
                r#""type": "map", "items": {"type": "int32"}, "maximum": 3"#,
                json!({ "a": 3, "b": 4 }),
                &["It.b"],
            ),
        ] {
            let text = format!(r#"{{"name": "It", "rust_name": "it", "doc": "", {field}}}"#);
            let field: Field = serde_json::from_str(&text).unwrap();
            let problems = super::value(&field, &value);
            let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
            assert_eq!(paths, wrong, "{text} {value}");
        }
    }
}
