//! Examples and defaults of the metadata.

use serde_json::Value as Json;

use crate::lower::{is_escaped, is_list, unfit};
use crate::spec::{Field, Scalar, Types};

/// Texts that stand where there is nothing to say.
const NOTHING: &[&str] = &["无", "无。", "暂无", "空", "-", "--", "n/a", "none", "null", "nil", "undefined"];

/// An example or a default, typed like its field where it reads as such.
pub(super) fn scalar(kind: &str, text: &str) -> Option<Scalar> {
    let text = text.trim();
    // Of an enum, `None` is a value like others.
    let is_enum = kind == "enum" || kind.starts_with(char::is_uppercase);
    if text.is_empty() || !is_enum && NOTHING.contains(&text.to_lowercase().as_str()) {
        return None;
    }
    // Documents have JSON in texts as it looks within the JSON of a response.
    let unescaped =
        is_escaped(text).then(|| serde_json::from_str::<String>(&format!("\"{text}\"")).ok()).flatten();
    let text_itself = || Scalar::Text(unescaped.unwrap_or_else(|| text.to_owned()));
    Some(match kind {
        "bool" if text.eq_ignore_ascii_case("true") => Scalar::Bool(true),
        "bool" if text.eq_ignore_ascii_case("false") => Scalar::Bool(false),
        "int32" | "int64" => text.parse().map_or_else(|_| text_itself(), Scalar::Integer),
        "float" | "double" => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(whole), _) => Scalar::Integer(whole),
            (_, Ok(number)) if number.is_finite() => Scalar::Number(number),
            _ => text_itself(),
        },
        _ => text_itself(),
    })
}

/// Gives a field its default, unless that is no value of the field.
pub(super) fn set_default(types: &Types, field: &mut Field, text: &str) {
    let default = scalar(&field.kind, text);
    field.default = default.filter(|default| unfit(types, field, &default.to_string()).is_none());
}

/// The example of an element, of which documents now and then give the whole list, or the text with its quotation marks.
pub(super) fn of_element(types: &Types, element: &Field, text: &str) -> Option<Scalar> {
    if element.kind == "object" {
        return None;
    }
    let first = match serde_json::from_str(text.trim()) {
        Ok(Json::Array(elements)) if !matches!(element.kind.as_str(), "list" | "json") => {
            match elements.first()? {
                Json::String(first) => first.clone(),
                Json::Array(_) | Json::Object(_) | Json::Null => return None,
                scalar => scalar.to_string(),
            }
        }
        Ok(Json::String(quoted)) => quoted,
        _ => text.to_owned(),
    };
    let example = scalar(&element.kind, &first)?;
    let text = example.to_string();
    let is_one = unfit(types, element, &text).is_none() && !is_list(element, &text);
    is_one.then_some(example)
}

/// Gives a field its example, unless that is no value of the field, which is of use to nobody. What a list holds needs
/// no example beside that of the list.
pub(super) fn set_example(types: &Types, field: &mut Field, text: &str) {
    let example = scalar(&field.kind, text);
    field.example = example.filter(|example| unfit(types, field, &example.to_string()).is_none());
    if field.example.is_some()
        && let Some(items) = &mut field.items
    {
        items.example = None;
    }
}
