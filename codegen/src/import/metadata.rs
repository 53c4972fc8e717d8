//! The vendor's published API metadata, as far as the specification needs it.
//!
//! Titles, descriptions and the messages of errors have no place in these types: prose cannot be copied by
//! mistake.

use std::borrow::Cow;

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::characters::is_invisible;

/// A whole document.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct Document {
    #[serde(default, deserialize_with = "present")]
    pub(super) info: Info,
    #[serde(default, deserialize_with = "present")]
    pub(super) directories: Vec<Directory>,
    pub(super) apis: IndexMap<String, Api>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct Info {
    pub(super) style: Option<String>,
    pub(super) product: Option<String>,
    pub(super) version: Option<String>,
}

/// An entry of the table of contents.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum Directory {
    Operation(String),
    Folder {
        #[serde(default, deserialize_with = "present")]
        children: Vec<Directory>,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Api {
    pub(super) operation_type: Option<String>,
    /// The path of an operation that is not called by its name.
    pub(super) path: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) methods: Vec<String>,
    #[serde(default, deserialize_with = "flag")]
    pub(super) deprecated: bool,
    parameters: Option<Vec<Parameter>>,
    #[serde(default, deserialize_with = "present")]
    responses: IndexMap<String, Response>,
    #[serde(default, deserialize_with = "present")]
    pub(super) error_codes: IndexMap<String, Vec<ErrorCode>>,
}

impl Api {
    /// Whether it speaks of parameters at all.
    pub(super) fn has_parameters(&self) -> bool {
        self.parameters.is_some()
    }

    pub(super) fn parameters(&self) -> &[Parameter] {
        self.parameters.as_deref().unwrap_or_default()
    }

    /// The response when all goes well.
    pub(super) fn response(&self) -> Option<&Schema> {
        let good = self.responses.iter().find(|(status, _)| status.starts_with('2'));
        good.and_then(|(_, response)| response.schema.as_ref())
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Parameter {
    pub(super) name: String,
    #[serde(default, rename = "in")]
    pub(super) part: Option<String>,
    #[serde(default)]
    pub(super) style: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    pub(super) required: bool,
    #[serde(default, deserialize_with = "flag")]
    pub(super) deprecated: bool,
    #[serde(default, deserialize_with = "present")]
    pub(super) schema: Schema,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
struct Response {
    schema: Option<Schema>,
}

/// An error code, with or without its message.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum ErrorCode {
    Code(String),
    Entry {
        #[serde(rename = "errorCode")]
        code: String,
    },
}

impl ErrorCode {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Code(code) | Self::Entry { code } => code,
        }
    }
}

/// What a parameter, a member or an element holds.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Schema {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) format: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    pub(super) required: bool,
    #[serde(default, deserialize_with = "flag")]
    pub(super) deprecated: bool,
    #[serde(default, deserialize_with = "text")]
    pub(super) example: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) default: String,
    #[serde(default, rename = "enum", deserialize_with = "texts")]
    pub(super) declared_values: Vec<String>,
    /// Values that the documentation lists, perhaps not all.
    #[serde(default, rename = "values", deserialize_with = "texts")]
    pub(super) documented_values: Vec<String>,
    /// The same, with the vendor's words for each, which stay behind.
    #[serde(default, rename = "enumValueTitles", deserialize_with = "keys")]
    pub(super) titled_values: Vec<String>,
    #[serde(default, deserialize_with = "number")]
    pub(super) minimum: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    pub(super) maximum: Option<f64>,
    #[serde(default, deserialize_with = "count")]
    pub(super) min_length: Option<usize>,
    #[serde(default, deserialize_with = "count")]
    pub(super) max_length: Option<usize>,
    #[serde(default, deserialize_with = "count")]
    pub(super) min_items: Option<usize>,
    #[serde(default, deserialize_with = "count")]
    pub(super) max_items: Option<usize>,
    #[serde(default, deserialize_with = "text")]
    pub(super) pattern: String,
    pub(super) items: Option<Box<Schema>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) properties: IndexMap<String, Schema>,
    #[serde(default, deserialize_with = "schema_or_flag")]
    pub(super) additional_properties: Option<Box<Schema>>,
}

/// Reads a document, with every reference to a shared schema replaced by what it refers to.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    // What stands for bytes that were no text, and what nobody sees, may stand in no file of the specification.
    let replaced = ["\u{fffd}", r"\ufffd", r"\uFFFD"];
    let text = replaced.iter().fold(Cow::Borrowed(text), |text, it| match text.contains(it) {
        true => Cow::Owned(text.replace(it, "?")),
        false => text,
    });
    let mut document: Value =
        serde_json::from_str(&text).map_err(|error| format!("this is not JSON: {error}"))?;
    if !document.get("apis").is_some_and(Value::is_object) {
        return Err("this is not API metadata: it has no `apis`".to_owned());
    }
    visible(&mut document);
    let schemas = document.pointer_mut("/components/schemas").map(Value::take).unwrap_or_default();
    if let Some(apis) = document.get_mut("apis") {
        resolve(apis, &schemas, &mut Vec::new());
    }
    Ok(document)
}

/// Leaves out what nobody sees of all texts, and of all names.
fn visible(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|character| !is_invisible(character)),
        Value::Array(elements) => elements.iter_mut().for_each(visible),
        Value::Object(members) => {
            if members.keys().any(|name| name.contains(is_invisible)) {
                *members = std::mem::take(members)
                    .into_iter()
                    .map(|(name, member)| (name.replace(is_invisible, ""), member))
                    .collect();
            }
            members.values_mut().for_each(visible);
        }
        _ => {}
    }
}

fn resolve(value: &mut Value, schemas: &Value, open: &mut Vec<String>) {
    let reference = value.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
    if let Some(name) = reference.map(str::to_owned) {
        // A schema that holds itself has no end; what lies below the first round may be anything.
        if open.contains(&name) {
            *value = serde_json::json!({ "type": "any" });
            return;
        }
        let mut schema = schemas.get(&name).cloned().unwrap_or_default();
        open.push(name);
        resolve(&mut schema, schemas, open);
        open.pop();
        if let (Value::Object(own), Value::Object(shared)) = (&mut *value, schema) {
            own.shift_remove("$ref");
            for (key, value) in shared {
                own.entry(key).or_insert(value);
            }
        }
        return;
    }
    match value {
        Value::Object(members) => members.values_mut().for_each(|member| resolve(member, schemas, open)),
        Value::Array(elements) => elements.iter_mut().for_each(|element| resolve(element, schemas, open)),
        _ => {}
    }
}

/// `null` as if the key were absent.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A boolean, or a text that reads as one.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value
        .as_bool()
        .unwrap_or_else(|| value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))))
}

/// A scalar of any kind, or JSON, as text.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(as_text(&Value::deserialize(deserializer)?))
}

fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_array().map(|values| values.iter().map(as_text).collect()).unwrap_or_default())
}

fn keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_object().map(|titles| titles.keys().cloned().collect()).unwrap_or_default())
}

fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A number, or a text that reads as one.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let number: Option<f64> = text(deserializer)?.trim().parse().ok();
    Ok(number.filter(|number| number.is_finite()))
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    Ok(text(deserializer)?.trim().parse().ok())
}

fn schema_or_flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<Schema>>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    if !value.is_object() {
        return Ok(value.as_bool().filter(|allowed| *allowed).map(|_| Box::default()));
    }
    serde_json::from_value(value).map(Some).map_err(serde::de::Error::custom)
}
