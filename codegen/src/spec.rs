//! The specification as it is written: one Rust type for each kind of YAML file and each thing in one.
//!
//! The JSON Schema of the files comes from these types, and reading checks the files against that schema, so
//! an editor, the reader and this code cannot disagree. The descriptions here are what an editor shows.

mod choices;
mod corrections;
mod endpoints;
mod errors;
mod sequence;

use std::fmt;

use indexmap::IndexMap;
use rds_api_schema::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use rds_api_schema::{Access, Kind, Location, PaginationStyle, Precision, Role, Style};

pub use corrections::{Attributes, Correction, Corrections};
pub use endpoints::Endpoints;
pub use errors::Errors;
pub use sequence::{Follows, Given, GivenValue, Pagination, Waiter};

/// `spec/api.yaml`: what holds for the API as a whole.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// The product's name in the protocol.
    pub product: String,
    /// The version of the API, a date.
    pub version: String,
    /// The address of an operation's official page, with `{operation}` in the place of its name.
    pub documentation: String,
    /// The families of operations: the folders below `spec/`, in the order in which the documentation lists
    /// them.
    pub families: IndexMap<String, Family>,
    /// The wire names of parameters that say what an operation is about. Where a new operation requires one, it is the
    /// first argument.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// The wire names of parameters that many operations take and that say nothing about any one of them.
    /// They are left out of requests; a program gives one by `with_parameter`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub call_parameters: Vec<String>,
    /// The object of `types.yaml` that stands for every response that has just its members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledgement: Option<String>,
    /// Words that mean the same to those who look for an operation, in groups; in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synonyms: Vec<Vec<String>>,
    /// The operation that the documentation of the client takes for its examples; the first that only reads unless
    /// given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// The hosts of the service.
    pub endpoints: Endpoints,
}

/// A family of operations.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// The name in headings.
    pub title: String,
    /// One line: what its operations are about.
    pub doc: String,
}

/// `spec/FAMILY/OPERATION.yaml`: one operation, completely. Its name is the name of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// One line: what the operation does. Begins with a verb in the third person and ends with a period.
    pub summary: String,
    /// Words and phrases that people look for it by, besides those of its name; in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub search: Vec<String>,
    /// When to use it, what must be true before, and what follows. Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it changes anything at the service. A read may always be repeated; a write only when that
    /// cannot do anything twice.
    #[schemars(schema_with = "choices::access")]
    pub access: Access,
    /// The parameters and their values with which an operation that otherwise reads changes something, such as
    /// `{Form: File}`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub writes_when: IndexMap<String, Scalar>,
    /// The HTTP method; `post` unless given.
    #[serde(default, skip_serializing_if = "HttpMethod::is_post")]
    pub method: HttpMethod,
    /// Why the operation should not be used any more, and what to use instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
    /// How a list is cut into pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pagination>,
    /// What can be waited for by repeating this operation.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub waiters: IndexMap<String, Waiter>,
    /// What follows a write, so that its end can be waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Follows>,
    /// The parameters of the request, by wire name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub request: IndexMap<String, Field>,
    /// The members of the response, by wire name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub response: IndexMap<String, Field>,
    /// The error codes that it is known to return, by HTTP status.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub errors: IndexMap<u16, Vec<String>>,
}

impl Default for Operation {
    /// A read, for want of anything that it changes.
    fn default() -> Self {
        Self {
            summary: String::new(),
            search: Vec::new(),
            description: None,
            access: Access::Read,
            writes_when: IndexMap::new(),
            method: HttpMethod::default(),
            deprecated: None,
            pagination: None,
            waiters: IndexMap::new(),
            follows: None,
            request: IndexMap::new(),
            response: IndexMap::new(),
            errors: IndexMap::new(),
        }
    }
}

/// The HTTP method of an operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HttpMethod {
    /// POST, the usual one.
    #[default]
    Post,
    /// GET.
    Get,
}

impl From<HttpMethod> for Method {
    fn from(method: HttpMethod) -> Self {
        match method {
            HttpMethod::Post => Self::Post,
            HttpMethod::Get => Self::Get,
        }
    }
}

impl HttpMethod {
    fn is_post(&self) -> bool {
        *self == Self::Post
    }
}

/// One parameter, one member of a response, or one member of an object.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// `string`, `bool`, `int32`, `int64`, `float`, `double`, `timestamp`, `json` (any JSON), `enum` (with
    /// `values`), `object` (with `fields`), `list` or `map` (both with `items`), or the name of a type of
    /// `types.yaml`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name of the Rust type of an `enum` or an `object`; from the wire name unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The name of the field in Rust; the wire name in snake case unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rust: Option<String>,
    /// What it means here; the line of `glossary.yaml` unless given. For the `items` of a list and for an
    /// object: what one of them is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// The request is refused without it, whatever else it says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Carries a secret: never printed, never logged. `false` says that it is none, in spite of its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<bool>,
    /// A parameter that the client fills in itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "choices::role")]
    pub role: Option<Role>,
    /// The part of the request the parameter travels in; `query` unless given.
    #[serde(default, rename = "in", skip_serializing_if = "Location::is_query")]
    #[schemars(schema_with = "choices::location")]
    pub location: Location,
    /// How a list, a map or an object becomes a parameter; `flatten` unless given.
    #[serde(default, skip_serializing_if = "Style::is_flatten")]
    #[schemars(schema_with = "choices::style")]
    pub style: Style,
    /// The one member of the object that the wire wraps this list in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapper: Option<String>,
    /// The elements of a list, or the values of a map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Box<Field>>,
    /// The members of an object, by wire name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub fields: IndexMap<String, Field>,
    /// The known values of an enum, by wire text.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub values: IndexMap<String, EnumValue>,
    /// The enum of `types.yaml` that has the values known of a text, which takes others too, and several with commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_values: Option<String>,
    /// Of a type of `types.yaml` with values: those of them that fit here; all unless given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// Text that holds a number of this type: the response also offers it as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "choices::number")]
    pub number: Option<Kind>,
    /// How exactly a parameter takes a time: `minute` or `second`; `second` unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "choices::precision")]
    pub precision: Option<Precision>,
    /// A value as the service might have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Scalar>,
    /// What the service takes when the parameter is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Scalar>,
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
    /// The least number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// The greatest number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// The regular expression that the whole text matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The least number of elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_items: Option<usize>,
    /// The greatest number of elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
    /// Why it should not be used any more, and what to use instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
}

/// An example or a default: text, a number or a boolean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Scalar {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// A text.
    Text(String),
}

impl fmt::Display for Scalar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(formatter),
            Self::Integer(value) => value.fmt(formatter),
            Self::Number(value) => value.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
        }
    }
}

/// One value of an enum: its documentation, or more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum EnumValue {
    /// What choosing or seeing this value means.
    Doc(String),
    /// A value whose text gives no good Rust name.
    Named(NamedValue),
}

/// A value of an enum of which there is more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedValue {
    /// The Rust name of the variant; from its text unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What choosing or seeing this value means.
    pub doc: String,
    /// Of the name of a metric: the engines that have it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub engines: Vec<String>,
    /// Of the name of a metric: the unit of its numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Of the name of a metric: the names of its numbers, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
}

/// `spec/types.yaml`: types that several operations share, by Rust name.
pub type Types = IndexMap<String, SharedType>;

/// An enum or an object that several operations share.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SharedType {
    /// One line: what it is.
    pub doc: String,
    /// The known values, by wire text: makes it an enum.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub values: IndexMap<String, EnumValue>,
    /// The members, by wire name: makes it an object.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub fields: IndexMap<String, Field>,
}

/// `spec/glossary.yaml`: one line of documentation for each wire name, used wherever a field has no `doc` of
/// its own.
pub type Glossary = IndexMap<String, String>;
