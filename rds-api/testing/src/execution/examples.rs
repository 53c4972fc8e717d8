//! Responses made from the examples of the specification, for operations that are not simulated.

use serde_json::{Map, Value as Json, json};

use rds_api_core::catalogue::{Operation, samples};
use rds_api_core::sequence::pagination::PaginationStyle;

/// A response with every member filled, but only one page: there is one element of each list, and an example of
/// a total or of the token of a next page would make a caller ask for pages that never end.
pub(super) fn response(operation: &Operation, parameters: &Map<String, Json>) -> Json {
    let mut response = Json::Object(samples(&operation.response));
    let Some(pagination) = &operation.pagination else { return response };
    let pointer = |path: &str| format!("/{}", path.replace('.', "/"));
    if let Some(end) = pagination.end.as_deref().and_then(|end| response.pointer_mut(&pointer(end))) {
        *end = match end {
            _ if pagination.by == PaginationStyle::Token => Json::Null,
            Json::String(_) => "1".into(),
            _ => 1.into(),
        };
    }
    if parameters.get(&pagination.position).and_then(Json::as_u64).is_some_and(|page| page > 1) {
        match response.pointer_mut(&pointer(&pagination.items)) {
            Some(Json::Array(elements)) => elements.clear(),
            Some(Json::Object(wrapper)) => wrapper.values_mut().for_each(|list| *list = json!([])),
            _ => {}
        }
    }
    response
}
