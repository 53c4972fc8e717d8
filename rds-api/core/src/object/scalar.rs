//! The text of a scalar, as the service's own clients write it.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::value::{Kind, Value};
use crate::instant;

/// The text of a scalar; a list or an object, which only a style that cannot hold it leads to, as JSON.
pub(crate) fn scalar(value: Value<'_>) -> String {
    match value.kind {
        Kind::Absent => String::new(),
        Kind::Text(text) => written(value, text).unwrap_or_else(|| text.to_owned()),
        Kind::Bool(value) => value.to_string(),
        Kind::Integer(value) => value.to_string(),
        Kind::Double(value) => number(value),
        Kind::Json(Json::Number(value)) => match (value.as_i64(), value.as_f64()) {
            (None, Some(float)) if !value.is_u64() => number(float),
            _ => value.to_string(),
        },
        _ => json(value).to_string(),
    }
}

/// The value as JSON, whole floats written without a fraction as the service's own clients do.
pub(crate) fn json(value: Value<'_>) -> Json {
    match value.kind {
        Kind::Text(text) => written(value, text).unwrap_or_else(|| text.to_owned()).into(),
        Kind::Object { object, .. } => {
            let present = object.members().filter(|(_, member)| !matches!(member.kind, Kind::Absent));
            present.map(|(name, member)| (name.to_owned(), json(member))).collect()
        }
        Kind::List { list, inner } => {
            let elements: Json = list.iter().map(|element| json(element.within(value))).collect();
            match inner {
                Some(inner) => serde_json::json!({ inner: elements }),
                None => elements,
            }
        }
        Kind::Map(map) => {
            let entries = map.entries().into_iter();
            entries.map(|(key, entry)| (key.to_owned(), json(entry.within(value)))).collect()
        }
        _ => {
            // Only a map with keys that are not text can fail to become JSON, and there is none.
            let mut json = serde_json::to_value(value).unwrap_or_default();
            shorten(&mut json);
            json
        }
    }
}

/// A time as the parameter takes it; `None` for a text that is no time, or not known to be one.
fn written(value: Value<'_>, text: &str) -> Option<String> {
    instant::shorten(text, value.time?)
}

fn shorten(json: &mut Json) {
    match json {
        Json::Number(number) => {
            let whole = number.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < 9e15);
            if let (true, Some(whole)) = (number.is_f64(), whole) {
                *number = (whole as i64).into();
            }
        }
        Json::Array(elements) => elements.iter_mut().for_each(shorten),
        Json::Object(members) => members.values_mut().for_each(shorten),
        _ => {}
    }
}

/// The shortest text of a number, with an exponent from 1e21 on and below 1e-6, as JavaScript and Go write
/// it; no fraction where there is none.
pub(crate) fn number(value: f64) -> String {
    let magnitude = value.abs();
    if value.is_finite() && magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let mut text = String::new();
        let _ = write!(text, "{value:e}");
        return if magnitude >= 1e21 { text.replace('e', "e+") } else { text };
    }
    value.to_string()
}
