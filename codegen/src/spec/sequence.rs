//! What an operation says of its repetition: pages, what can be waited for, and what follows a write.

use indexmap::IndexMap;
use rds_api_schema::PaginationStyle;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Scalar, choices};

/// How a list is cut into pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pagination {
    /// Whether pages are numbered or follow one another by a token.
    #[schemars(schema_with = "choices::pagination_style")]
    pub by: PaginationStyle,
    /// The parameter with the number of the page, from 1; for `page_number`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The parameter with the token of the page; for `token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The parameter with the number of entries on a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The list in the response, with dots between names where it lies deeper.
    pub items: String,
    /// The member of the response with the number of entries on all pages; for `page_number`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// The member of the response with the token of the next page; for `token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Parameters with which the service cuts the list in another way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disabled_by: Vec<String>,
}

/// Something that can be waited for by repeating an operation until a field has a certain value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiter {
    /// What is waited for, and what to mind. Begins with "Waits"; the first line ends with a period.
    pub doc: String,
    /// The member of the response that tells, with dots between names; a list on the way means every element.
    pub field: String,
    /// The optional parameter without which no response has that member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<String>,
    /// The member of the response that tells how much is done, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
    /// The member of the response that tells what is being done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// The values that mean done, once every such member has one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<String>,
    /// The values that mean it failed for good, as soon as one such member has one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
    /// Done once the response has no such member, or once the service says that the thing is not found.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub done_when_absent: bool,
    /// Seconds for which there may be no such member, or the thing may not be found: what was just created
    /// takes a moment to be seen. 120 unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_found_grace: Option<u64>,
    /// Seconds before the first call, for what begins some time after it was asked for; 0 unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_delay: Option<u64>,
    /// Seconds before the first repetition, which grow with each further one; 5 unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<u64>,
    /// Seconds before a repetition at the most; 30 unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_delay: Option<u64>,
    /// Seconds to wait in all; 3600 unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
}

/// What follows a write: the operation and its waiter that tell when all that the write began is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Follows {
    /// The operation that tells how far it is, which is a read.
    pub operation: String,
    /// The name of the waiter of that operation.
    pub waiter: String,
    /// Where each parameter of that operation comes from, by its wire name.
    pub with: IndexMap<String, Given>,
    /// The parameters of the write, and those of their values with which nothing follows it, or not at once, such as
    /// `{DryRun: [true]}`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub unless: IndexMap<String, Vec<Scalar>>,
    /// Seconds between the write and the first call of that operation; those of the waiter unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_delay: Option<u64>,
}

/// Where a parameter of what follows a write comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Given {
    /// `request.NAME`, a parameter of the write, or `response.NAME`, a member of its response, with dots between names
    /// where it lies deeper.
    Member(String),
    /// The same, alone, for a parameter that takes a list, or a text with a list as JSON.
    List(Vec<String>),
    /// A value that is always the same.
    Value(GivenValue),
}

/// A value that is always the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenValue {
    /// The value.
    pub value: Scalar,
}
