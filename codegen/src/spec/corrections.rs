//! `spec/corrections.yaml`: what the vendor's metadata gets wrong.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `spec/corrections.yaml`: all corrections.
pub type Corrections = Vec<Correction>;

/// A fault of the metadata, and what is right. One of `set`, `add`, `rename` and `remove` says what to do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The operation whose metadata is at fault.
    pub operation: String,
    /// The place: `request` or `response`, then wire names as the metadata has them, with dots between; a list
    /// or a map on the way means its elements, and `[]` at the end means the elements themselves. The operation
    /// as a whole unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Attributes to replace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<Attributes>,
    /// The attributes of a field that the metadata lacks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add: Option<Attributes>,
    /// The wire name that the service really uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rename: Option<String>,
    /// The service knows no such thing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub remove: bool,
    /// How it is known that the metadata is wrong.
    pub reason: String,
}

/// What a correction may say of a thing, in the words of the metadata.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attributes {
    /// `string`, `boolean`, `integer`, `number`, `array`, `object` or `any`. Replaces the `format` too.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `int32`, `int64`, `float` or `double`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Whether the request is refused without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// Whether it should not be used any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<bool>,
    /// All values; none to make it a plain text.
    #[serde(default, rename = "enum", skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    /// A value as the service might have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// What the service takes when the parameter is absent; an empty text where nothing is known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
    /// The greatest number of elements.
    #[serde(default, rename = "maxItems", skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
    /// The elements of an `array`, as a schema of the metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Value>,
    /// The members of an `object`, as schemas of the metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<Value>,
    /// Where a parameter travels: `query` or `formData`.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// How a parameter is written: `repeatList`, `json` or `simple`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
    /// What an operation does: `read` or `write`.
    #[serde(default, rename = "operationType", skip_serializing_if = "Option::is_none")]
    pub operation_type: Option<String>,
    /// The HTTP methods of an operation: `get` and `post`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methods: Option<Vec<String>>,
}
