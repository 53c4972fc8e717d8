//! From the text of a command line or a form to the value of a parameter.

use serde_json::{Map, Number, Value as Json};

use super::problem::{Problem, ProblemKind};
use super::{Field, Kind, Shape, Style, typed_time};
use crate::timestamp::Timestamp;

/// Reads what someone typed for a parameter.
pub(super) fn parameter(field: &Field, text: &str) -> Result<Json, Problem> {
    let items = field.shape.items.as_deref().filter(|_| field.shape.kind == Kind::List);
    match items {
        Some(_) if text.trim_start().starts_with('[') => json(&field.name, text),
        Some(items) if are_separated(field) => {
            let elements = text.split(',').map(str::trim).filter(|element| !element.is_empty());
            elements.map(|element| value(&field.name, items, element)).collect()
        }
        Some(items) => Ok(Json::Array(vec![value(&field.name, items, text)?])),
        None => value(&field.name, &field.shape, text),
    }
}

/// Whether the elements of a list are typed with commas between them: where it travels like that, and where no element
/// has one, which are numbers, values of enums and ids.
pub fn are_separated(field: &Field) -> bool {
    let has_no_comma = |items: &Shape| match items.kind {
        Kind::String => field.name.contains("Id"),
        kind => !matches!(kind, Kind::Object | Kind::Map | Kind::List | Kind::Json),
    };
    let items = field.shape.items.as_deref().filter(|_| field.shape.kind == Kind::List);
    field.style == Style::Simple || items.is_some_and(has_no_comma)
}

fn value(path: &str, shape: &Shape, text: &str) -> Result<Json, Problem> {
    match shape.kind {
        Kind::Object | Kind::Map if !text.trim_start().starts_with('{') => members(path, shape, text),
        Kind::Object | Kind::Map | Kind::List => json(path, text),
        Kind::Json if text.trim_start().starts_with(['{', '[']) => json(path, text),
        Kind::Timestamp => time(path, text),
        kind => scalar(path, kind, text),
    }
}

/// A time as the wire has it, or as people type it.
fn time(path: &str, text: &str) -> Result<Json, Problem> {
    if let Some(text) = typed_time::absolute(text, jiff::Timestamp::now()) {
        return Ok(text.into());
    }
    let wrong =
        |_| Problem::new(path, ProblemKind::WrongType, format_args!("`{text}` is not {}", typed_time::FORMS));
    scalar(path, Kind::Timestamp, text).map_err(wrong)
}

fn json(path: &str, text: &str) -> Result<Json, Problem> {
    serde_json::from_str(text)
        .map_err(|error| Problem::new(path, ProblemKind::WrongType, format!("it is not JSON, {error}")))
}

/// An object as `Name=value,Name=value`.
fn members(path: &str, shape: &Shape, text: &str) -> Result<Json, Problem> {
    let mut members = Map::new();
    for member in text.split(',') {
        let Some((name, text)) = member.split_once('=') else {
            let why = format!("`{member}` is not a member: write Name=value,Name=value, or JSON");
            return Err(Problem::new(path, ProblemKind::WrongType, why));
        };
        let path = format!("{path}.{name}");
        let known = shape.fields.iter().find(|field| field.name == name).map(|field| &field.shape);
        let parsed = match known.or(shape.items.as_deref()) {
            Some(shape) => value(&path, shape, text)?,
            None => text.into(),
        };
        members.insert(name.to_owned(), parsed);
    }
    Ok(Json::Object(members))
}

/// The value that a text of the wire stands for. `path` is where it stands, for the problem.
///
/// # Errors
///
/// If the text is not of the kind.
pub fn scalar(path: &str, kind: Kind, text: &str) -> Result<Json, Problem> {
    let wrong = |expected: &str| {
        Problem::new(path, ProblemKind::WrongType, format_args!("`{text}` is not {expected}"))
    };
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
            Err(wrong("a time such as 2024-03-15T08:30:00Z"))
        }
        Kind::Json | Kind::Map => Ok(serde_json::from_str(text).unwrap_or_else(|_| text.into())),
        _ => Ok(text.into()),
    }
}
