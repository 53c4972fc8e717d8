//! The one way in which the file of an operation is written.
//!
//! Short things stand on one line as flow mappings, long ones as blocks; texts are quoted only where YAML
//! would read them as something else. What is written reads back as the same operation.

use saphyr::{LoadableYamlNode, MarkedYaml};
use serde_yaml::{Mapping, Value};

use crate::spec::Operation;

/// The columns that a line may have.
const WIDTH: usize = 110;

/// The columns that prose may have.
const PROSE_WIDTH: usize = 100;

/// The text of an operation's file.
pub fn operation(operation: &Operation) -> Result<String, serde_yaml::Error> {
    let mut mapping = mapping_of(operation)?;
    wrap_description(&mut mapping);
    Ok(document(&mapping))
}

/// What stands at some place of an operation's file: it decides the layout and the order of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The whole file.
    Operation,
    /// Fields by wire name.
    Fields,
    /// The attributes of one field, or of the items of a list.
    Field,
    /// The values of an enum.
    Values,
    /// Error codes by status.
    Errors,
    /// Waiters by name.
    Waiters,
    /// The long text about an operation.
    Description,
    /// Anything else.
    Other,
}

impl Place {
    /// The place of what `key` holds.
    pub(crate) fn below(self, key: &Value) -> Self {
        match (self, key.as_str().unwrap_or_default()) {
            (Self::Operation, "request" | "response") | (Self::Field, "fields") => Self::Fields,
            (Self::Operation, "errors") => Self::Errors,
            (Self::Operation, "waiters") => Self::Waiters,
            (Self::Operation, "description") => Self::Description,
            (Self::Field, "values") => Self::Values,
            (Self::Fields, _) | (Self::Field, "items") => Self::Field,
            _ => Self::Other,
        }
    }

    /// The order of the keys, where it is not the author's.
    pub(crate) fn order(self) -> &'static [&'static str] {
        match self {
            Self::Operation => OPERATION_KEYS,
            Self::Field => FIELD_KEYS,
            _ => &[],
        }
    }

    /// Whether each entry has a line of its own, however short.
    fn is_block(self) -> bool {
        matches!(self, Self::Operation | Self::Fields | Self::Values | Self::Errors | Self::Waiters)
    }
}

const OPERATION_KEYS: &[&str] = &[
    "summary",
    "search",
    "description",
    "access",
    "writes_when",
    "method",
    "deprecated",
    "pagination",
    "waiters",
    "request",
    "response",
    "errors",
];

/// What is short comes first, so that it is not torn from its field by the members of an object.
const FIELD_KEYS: &[&str] = &[
    "type",
    "name",
    "rust",
    "doc",
    "required",
    "sensitive",
    "role",
    "in",
    "style",
    "wrapper",
    "known_values",
    "only",
    "number",
    "precision",
    "example",
    "default",
    "minimum",
    "maximum",
    "min_length",
    "max_length",
    "pattern",
    "min_items",
    "max_items",
    "deprecated",
    "values",
    "items",
    "fields",
];

/// An operation as YAML, its keys in order.
pub(crate) fn mapping_of(operation: &Operation) -> Result<Mapping, serde_yaml::Error> {
    match ordered(serde_yaml::to_value(operation)?, Place::Operation) {
        Value::Mapping(mapping) => Ok(mapping),
        _ => Ok(Mapping::new()),
    }
}

fn ordered(value: Value, place: Place) -> Value {
    let Value::Mapping(mapping) = value else { return value };
    let position = |key: &Value| {
        let name = key.as_str().unwrap_or_default();
        place.order().iter().position(|known| *known == name).unwrap_or(usize::MAX)
    };
    let mut entries: Vec<(Value, Value)> = mapping
        .into_iter()
        .map(|(key, value)| {
            let is_limit = place == Place::Field && matches!(key.as_str(), Some("minimum" | "maximum"));
            let value = if is_limit { whole(value) } else { ordered(value, place.below(&key)) };
            (key, value)
        })
        .collect();
    entries.sort_by_key(|(key, _)| position(key));
    Value::Mapping(entries.into_iter().collect())
}

/// A limit without `.0`, which no person would write.
fn whole(value: Value) -> Value {
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 && number.abs() < 9e15 => Value::from(number as i64),
        _ => value,
    }
}

/// Cuts the long lines of the description where Markdown allows it.
pub(crate) fn wrap_description(operation: &mut Mapping) {
    if let Some(Value::String(text)) = operation.get_mut("description") {
        *text = wrap_markdown(text);
    }
}

/// Paragraphs and list items in lines of [`PROSE_WIDTH`]; tables, headings and code stay as they are.
fn wrap_markdown(text: &str) -> String {
    let mut wrapped = String::new();
    let mut in_code = false;
    for line in text.trim_end().lines() {
        let line = line.trim_end();
        let content = line.trim_start();
        in_code ^= content.starts_with("```");
        let margin = line.len() - content.len();
        let stays = in_code || margin >= 4 || content.starts_with(['|', '#']);
        if stays || line.chars().count() <= PROSE_WIDTH {
            wrapped += line;
        } else {
            let hang = margin + if content.starts_with("- ") || content.starts_with("* ") { 2 } else { 0 };
            let lines = cut(content, PROSE_WIDTH.saturating_sub(hang));
            let start = " ".repeat(margin);
            wrapped += &(start + &lines.join(&format!("\n{}", " ".repeat(hang))));
        }
        wrapped.push('\n');
    }
    wrapped
}

/// Cuts a text at single spaces.
fn cut(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The text of a whole file.
pub(crate) fn document(operation: &Mapping) -> String {
    let mut text = String::new();
    for (key, value) in operation {
        entry(&mut text, 0, key, value, Place::Operation.below(key));
    }
    text
}

/// Writes `key: value` and whatever lies below it, `indent` columns from the left.
pub(crate) fn entry(out: &mut String, indent: usize, key: &Value, value: &Value, place: Place) {
    let start = format!("{}{}:", " ".repeat(indent), scalar(key, Context::Key));
    *out += &start;
    let fits = |text: &str| start.chars().count() + 1 + text.chars().count() <= WIDTH;
    let inline = inline(value, place);
    match value {
        Value::String(text) if place == Place::Description || text.contains('\n') => match literal(text) {
            Some((style, lines)) => block_text(out, indent, style, &lines),
            None => *out += &format!(" {}\n", scalar(value, Context::Block)),
        },
        Value::String(text) if !fits(&scalar(value, Context::Block)) && is_foldable(text) => {
            block_text(out, indent, ">-", &cut(text, PROSE_WIDTH.saturating_sub(indent + 2)));
        }
        Value::Mapping(mapping) if !inline.as_deref().is_some_and(fits) => {
            out.push('\n');
            for (key, value) in mapping {
                entry(out, indent + 2, key, value, place.below(key));
            }
        }
        Value::Sequence(elements) if !inline.as_deref().is_some_and(fits) => {
            out.push('\n');
            for element in elements {
                let text = flow(element, Place::Other).unwrap_or_else(|| scalar(element, Context::Flow));
                *out += &format!("{}- {text}\n", " ".repeat(indent + 2));
            }
        }
        _ => *out += &format!(" {}\n", inline.unwrap_or_default()),
    }
}

fn block_text(out: &mut String, indent: usize, style: &str, lines: &[String]) {
    *out += &format!(" {style}\n");
    for line in lines {
        match line.as_str() {
            "" => out.push('\n'),
            line => *out += &format!("{}{line}\n", " ".repeat(indent + 2)),
        }
    }
}

/// The value behind its key on the same line, if it may stand there.
fn inline(value: &Value, place: Place) -> Option<String> {
    match value {
        Value::Mapping(_) | Value::Sequence(_) => flow(value, place),
        _ => Some(scalar(value, Context::Block)),
    }
}

/// The value on one line, as it stands inside a flow mapping or sequence.
fn flow(value: &Value, place: Place) -> Option<String> {
    match value {
        Value::Mapping(mapping) if mapping.is_empty() => Some("{}".to_owned()),
        Value::Mapping(_) if place.is_block() => None,
        Value::Mapping(mapping) => {
            let entries: Option<Vec<String>> = mapping
                .iter()
                .map(|(key, value)| {
                    let value = flow(value, place.below(key))?;
                    Some(format!("{}: {value}", scalar(key, Context::Key)))
                })
                .collect();
            Some(format!("{{{}}}", entries?.join(", ")))
        }
        Value::Sequence(elements) => {
            let elements: Option<Vec<String>> =
                elements.iter().map(|element| flow(element, Place::Other)).collect();
            Some(format!("[{}]", elements?.join(", ")))
        }
        Value::String(text) if text.contains('\n') => None,
        _ => Some(scalar(value, Context::Flow)),
    }
}

#[derive(Clone, Copy)]
enum Context {
    Key,
    Block,
    Flow,
}

fn scalar(value: &Value, context: Context) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if is_plain(text, context) => text.clone(),
        Value::String(text) => quoted(text),
        // Only scalars and short flow collections come here; JSON is YAML.
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

/// Whether the text reads back as itself without quotes: the readers are asked, the one that keeps positions
/// being the stricter of the two.
fn is_plain(text: &str, context: Context) -> bool {
    if text.is_empty() || text.trim() != text || text.chars().any(needs_escape) {
        return false;
    }
    // Not to the readers used here, but to those of YAML 1.1, these are booleans.
    if ["y", "n", "yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return false;
    }
    let probe = match context {
        Context::Key => format!("{{{text}: 0}}"),
        Context::Block => format!("k: {text}"),
        Context::Flow => format!("{{k: {text}, l: 0}}"),
    };
    let Ok(Value::Mapping(read)) = serde_yaml::from_str::<Value>(&probe) else { return false };
    if MarkedYaml::load_from_str(&probe).is_err() {
        return false;
    }
    match context {
        Context::Key => read.len() == 1 && read.get(text).is_some_and(|value| value.as_i64() == Some(0)),
        Context::Block => read.len() == 1 && read.get("k").and_then(Value::as_str) == Some(text),
        Context::Flow => read.len() == 2 && read.get("k").and_then(Value::as_str) == Some(text),
    }
}

fn needs_escape(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) && !text.contains('\'') && !text.chars().any(needs_escape) {
        return format!("'{text}'");
    }
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            '\n' => quoted += "\\n",
            '\t' => quoted += "\\t",
            '\r' => quoted += "\\r",
            other if needs_escape(other) => quoted += &format!("\\u{:04x}", u32::from(other)),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The indicator and the lines of a literal block, if the text can be one.
fn literal(text: &str) -> Option<(&'static str, Vec<String>)> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let lines: Vec<String> = body.split('\n').map(str::to_owned).collect();
    let is_clean = |line: &String| {
        let only_blanks = !line.is_empty() && line.trim().is_empty();
        !only_blanks && !line.chars().any(|character| needs_escape(character) && character != '\t')
    };
    let starts_well = lines.first().is_some_and(|line| !line.is_empty() && !line.starts_with([' ', '\t']));
    let ends_well = lines.last().is_some_and(|line| !line.is_empty());
    let indicator = if text.ends_with('\n') { "|" } else { "|-" };
    (starts_well && ends_well && lines.iter().all(is_clean)).then_some((indicator, lines))
}

/// Whether a folded block reads back as the same text.
fn is_foldable(text: &str) -> bool {
    text.trim() == text && text.contains(' ') && !text.contains("  ") && !text.chars().any(needs_escape)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
