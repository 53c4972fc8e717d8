//! Checks on examples and defaults: each is a value that its field can have.

use std::sync::LazyLock;

use rds_api_schema::anchored;
use regex_lite::Regex;
use serde_json::Value as Json;

use super::Lowering;
use super::only::fitting_values;
use crate::site::Site;
use crate::spec::{self, Style, Types};

/// The forms of a time on the wire.
static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([T ]([01]\d|2[0-4]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$",
    )
    .ok()
});

/// What the vendor puts in the place of what nobody should see.
const MASK: &str = "**";

/// JSON in a text, as it looks within another JSON text.
static ESCAPED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"^[\[{][\[{\s]*\\""#).ok());

/// JSON with quotation marks of a typesetter.
static TYPESET: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\[{][\[{\s]*[“”]").ok());

impl Lowering<'_> {
    /// Reports an example and a default that the field cannot have.
    pub(super) fn literals(&mut self, site: &Site<'_>, field: &spec::Field) {
        for (key, value) in [("example", &field.example), ("default", &field.default)] {
            let Some(value) = value else { continue };
            let text = value.to_string();
            if let Some(why) = unfit(self.types, field, &text) {
                let unfit = site.key(key).value().error(format!("the {key} `{text}` {why}"));
                self.report(unfit.help(format!("give a value that the field can have, or remove `{key}`")));
            }
        }
    }

    /// Reports also an example of an element that is a whole list.
    pub(super) fn literals_of_elements(&mut self, site: &Site<'_>, items: &spec::Field) {
        self.literals(site, items);
        if items.example.as_ref().is_some_and(|example| is_list(items, &example.to_string())) {
            let list = site.key("example").value().error("this is an example of a list, not of an element");
            self.report(list.help("give one element, without quotation marks"));
        }
    }
}

/// Why a text is no value of the field, as the end of a sentence.
pub(crate) fn unfit(types: &Types, field: &spec::Field, text: &str) -> Option<String> {
    let is_not = |what: &str| Some(format!("is {what}"));
    match field.kind.as_str() {
        "bool" if text.parse::<bool>().is_err() => is_not("neither true nor false"),
        "int32" => match text.parse::<i32>() {
            Ok(number) => outside(field, f64::from(number)),
            Err(_) => is_not("no int32"),
        },
        "int64" => match text.parse::<i64>() {
            Ok(number) => outside(field, number as f64),
            Err(_) => is_not("no int64"),
        },
        "float" | "double" => match text.parse::<f64>() {
            Ok(number) if number.is_finite() && (field.kind == "double" || (number as f32).is_finite()) => {
                outside(field, number)
            }
            _ => is_not("no number"),
        },
        "timestamp" if TIME.as_ref().is_some_and(|time| !time.is_match(text)) => {
            is_not("no time such as 2024-03-15T08:30:00Z")
        }
        "string" if is_escaped(text) => is_not("escaped, as it would be within another JSON text"),
        "string" if TYPESET.as_ref().is_some_and(|typeset| typeset.is_match(text)) => {
            is_not("JSON with typographic quotation marks, which nothing reads")
        }
        "string" | "timestamp" if !text.contains(MASK) => ill_formed(field, text),
        "enum" => unknown(field.values.keys(), text),
        "list" => unfit_list(types, field, text),
        "object" => unfit_members(types, text, |name| field.fields.get(name)),
        "map" => unfit_members(types, text, |_| field.items.as_deref()),
        "json" if serde_json::from_str::<Json>(text).is_err() => is_not("no JSON"),
        other => {
            let shared = types.get(other)?;
            if !shared.fields.is_empty() {
                return unfit_members(types, text, |name| shared.fields.get(name));
            }
            unknown(fitting_values(types, field).into_iter(), text)
        }
    }
}

/// An object is written as JSON; `member` knows what it holds.
fn unfit_members<'f>(
    types: &Types,
    text: &str,
    member: impl Fn(&str) -> Option<&'f spec::Field>,
) -> Option<String> {
    let Ok(Json::Object(members)) = serde_json::from_str(text) else {
        return Some("is no JSON object".to_owned());
    };
    members.iter().find_map(|(name, value)| match member(name) {
        None => Some(format!("has `{name}`, which is no member of it")),
        // Any JSON may stand there.
        Some(field) if field.kind == "json" => None,
        Some(field) => unfit(types, field, &text_of(value)).map(|why| format!("has `{name}`, which {why}")),
    })
}

/// A value within JSON, as it would stand alone.
fn text_of(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A list is written as JSON, as the wire joins it, or as one of its elements.
fn unfit_list(types: &Types, field: &spec::Field, text: &str) -> Option<String> {
    let items = field.items.as_deref()?;
    if let Ok(Json::Array(elements)) = serde_json::from_str::<Json>(text) {
        let least = field.min_items.is_some_and(|least| elements.len() < least);
        let most = field.max_items.is_some_and(|most| elements.len() > most);
        if least || most {
            return Some(format!("has {} elements, which the limits refuse", elements.len()));
        }
        let mut elements = elements.iter().filter(|_| items.kind != "json");
        return elements.find_map(|element| unfit(types, items, &text_of(element)));
    }
    if field.style == Style::Simple {
        return text.split(',').find_map(|element| unfit(types, items, element));
    }
    unfit(types, items, text)
}

/// Whether the example of a text that is an element of a list is that of the whole list.
pub(crate) fn is_list(element: &spec::Field, text: &str) -> bool {
    let is_array = matches!(serde_json::from_str(text), Ok(Json::Array(_)));
    element.kind == "string" && (is_array || is_quoted(text))
}

/// Whether a text is JSON that is escaped once more than the service has it.
pub(crate) fn is_escaped(text: &str) -> bool {
    ESCAPED.as_ref().is_some_and(|escaped| escaped.is_match(text))
}

fn is_quoted(text: &str) -> bool {
    text.len() > 1 && text.starts_with('"') && text.ends_with('"')
}

/// Why a number is none of the field's.
fn outside(field: &spec::Field, number: f64) -> Option<String> {
    match (field.minimum, field.maximum) {
        (Some(minimum), _) if number < minimum => Some(format!("is less than {minimum}")),
        (_, Some(maximum)) if number > maximum => Some(format!("is more than {maximum}")),
        _ => None,
    }
}

/// Why a text is none of the field's.
pub(super) fn ill_formed(field: &spec::Field, text: &str) -> Option<String> {
    let length = text.chars().count();
    if let Some(kind) = field.number {
        let number = match kind {
            spec::Kind::Int32 => text.parse::<i32>().ok().map(f64::from),
            spec::Kind::Int64 => text.parse::<i64>().ok().map(|number| number as f64),
            _ => text.parse::<f64>().ok(),
        };
        let why = match number {
            None => Some("is not the number that the text holds".to_owned()),
            Some(number) => outside(field, number),
        };
        if why.is_some() {
            return why;
        }
    }
    match (field.min_length, field.max_length) {
        (Some(least), _) if length < least => {
            return Some(format!("has {length} characters: {least} at least"));
        }
        (_, Some(most)) if length > most => return Some(format!("has {length} characters: {most} at most")),
        _ => {}
    }
    let pattern = field.pattern.as_deref()?;
    let is_refused = Regex::new(&anchored(pattern)).is_ok_and(|pattern| !pattern.is_match(text));
    is_refused.then(|| format!("does not match `{pattern}`"))
}

fn unknown<'v>(mut values: impl ExactSizeIterator<Item = &'v String>, text: &str) -> Option<String> {
    // An enum without values is a mistake of its own.
    if values.len() == 0 || values.any(|value| value == text) {
        return None;
    }
    Some("is none of the values".to_owned())
}
