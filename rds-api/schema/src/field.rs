use serde::{Deserialize, Serialize};

use crate::limits::Limits;
use crate::shape::{Kind, Shape};

/// A parameter, or a member of a response or an object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Field {
    /// The name on the wire.
    pub name: String,
    /// The name in Rust.
    pub rust_name: String,
    /// What it means.
    pub doc: String,
    /// What it holds.
    #[serde(flatten)]
    pub shape: Shape,
    /// The request is refused without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Never printed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// What the client does with it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether many operations take it and it says nothing about any one, so that it is no field of the request.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_common: bool,
    /// Where it travels.
    #[serde(default, rename = "in", skip_serializing_if = "Location::is_query")]
    pub location: Location,
    /// How a list or an object becomes a parameter.
    #[serde(default, skip_serializing_if = "Style::is_flatten")]
    pub style: Style,
    /// Text that holds a number of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Kind>,
    /// A value as the service might have it, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// What the service takes for an absent parameter, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// What values are allowed.
    #[serde(flatten)]
    pub limits: Limits,
    /// Why not to use it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
}

impl Field {
    /// A field of which nothing more is said.
    pub fn new(
        name: impl Into<String>,
        rust_name: impl Into<String>,
        doc: impl Into<String>,
        shape: Shape,
    ) -> Self {
        Self {
            name: name.into(),
            rust_name: rust_name.into(),
            doc: doc.into(),
            shape,
            required: false,
            sensitive: false,
            role: None,
            is_common: false,
            location: Location::default(),
            style: Style::default(),
            number: None,
            example: None,
            default: None,
            limits: Limits::default(),
            deprecated: None,
        }
    }

    /// Whether a caller must give this parameter: the client fills in parameters with a role.
    pub fn is_argument(&self) -> bool {
        self.required && self.role.is_none()
    }
}

/// What the client does with a parameter by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Fills in a fresh token, kept over all attempts of a call, so that a write may be repeated.
    IdempotencyToken,
    /// Fills in the client's region.
    Region,
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    /// In the query.
    #[default]
    Query,
    /// In the form body.
    Form,
}

impl Location {
    /// Whether it is the query, where a parameter travels unless said otherwise.
    pub fn is_query(&self) -> bool {
        *self == Self::Query
    }
}

/// How a list, a map or an object becomes a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// As `Name.1.Member`.
    #[default]
    Flatten,
    /// As one JSON text.
    Json,
    /// As the elements joined with commas.
    Simple,
}

impl Style {
    /// Whether it is the style that holds unless said otherwise.
    pub fn is_flatten(&self) -> bool {
        *self == Self::Flatten
    }
}
