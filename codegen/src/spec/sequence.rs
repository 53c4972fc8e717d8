//! What an operation says of its repetition: pages, and what can be waited for.

use rds_api_schema::PaginationStyle;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choices;

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
