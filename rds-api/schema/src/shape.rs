use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::precision::Precision;

/// What a field, an element or a map's value holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Shape {
    /// The kind of value.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// How exactly a parameter takes a time.
    #[serde(default, skip_serializing_if = "Precision::is_second")]
    pub precision: Precision,
    /// The Rust type of an enum or an object, or of the known values of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
    /// Whether several operations share that type.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
    /// The one member of the object that wraps a list on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapper: Option<String>,
    /// The elements of a list, the values of a map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Box<Shape>>,
    /// The known values of an enum, or of a text that takes others too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<EnumValue>,
    /// The members of an object.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

impl Shape {
    /// A value of this kind, of which nothing more is said.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            precision: Precision::default(),
            type_name: None,
            shared: false,
            wrapper: None,
            items: None,
            values: Vec::new(),
            fields: Vec::new(),
        }
    }
}

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    String,
    Bool,
    Int32,
    Int64,
    Float,
    Double,
    Timestamp,
    Json,
    Enum,
    Object,
    List,
    Map,
}

/// A known value of an enum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnumValue {
    /// The text on the wire.
    pub value: String,
    /// The name of the variant.
    pub rust_name: String,
    /// What it means.
    pub doc: String,
    /// What more there is to say of the name of a metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
}

/// What the numbers of a metric are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// The engines that have it.
    pub engines: Vec<String>,
    /// The unit of its numbers, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The names of its numbers in their order, where they are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
}

impl EnumValue {
    /// A value, the variant that stands for it, and what it means.
    pub fn new(value: impl Into<String>, rust_name: impl Into<String>, doc: impl Into<String>) -> Self {
        Self { value: value.into(), rust_name: rust_name.into(), doc: doc.into(), metric: None }
    }
}
