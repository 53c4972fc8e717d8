//! Answers made from the examples of the specification, for what is not simulated.

use serde_json::{Map, Number, Value as Json, json};

use rds_api::pagination::PaginationStyle;
use rds_api::schema::{Field, Kind, Operation, Shape};

/// A body with every member filled, but only one page: there is one element of each list, and an example of
/// a total or of the token of a next page would make a caller ask for pages that never end.
pub(super) fn body(operation: &Operation, parameters: &Map<String, Json>) -> Json {
    let mut body = members(&operation.response);
    let Some(pagination) = &operation.pagination else { return body };
    let pointer = |path: &str| format!("/{}", path.replace('.', "/"));
    if let Some(end) = pagination.end.as_deref().and_then(|end| body.pointer_mut(&pointer(end))) {
        *end = match end {
            _ if pagination.by == PaginationStyle::Token => Json::Null,
            Json::String(_) => "1".into(),
            _ => 1.into(),
        };
    }
    if parameters.get(&pagination.position).and_then(Json::as_u64).is_some_and(|page| page > 1) {
        match body.pointer_mut(&pointer(&pagination.items)) {
            Some(Json::Array(elements)) => elements.clear(),
            Some(Json::Object(wrapper)) => wrapper.values_mut().for_each(|list| *list = json!([])),
            _ => {}
        }
    }
    body
}

/// Every member filled.
pub fn members(members: &[Field]) -> Json {
    let members =
        members.iter().map(|field| (field.name.clone(), value(&field.shape, field.example.as_deref())));
    Json::Object(members.collect())
}

/// A value of the shape; an example that does not fit its type, because it is cut or masked, is passed over.
fn value(shape: &Shape, example: Option<&str>) -> Json {
    let text = example.unwrap_or_default();
    match shape.kind {
        Kind::Bool => text.eq_ignore_ascii_case("true").into(),
        Kind::Int32 => text.parse::<i32>().unwrap_or(1).into(),
        Kind::Int64 => text.parse::<i64>().unwrap_or(1).into(),
        Kind::Float | Kind::Double => {
            text.parse().ok().and_then(Number::from_f64).map_or(json!(1.5), Json::Number)
        }
        Kind::Json => json!({ "key": "value" }),
        Kind::String => if text.is_empty() { "text" } else { text }.into(),
        Kind::Timestamp => if text.is_empty() { "2024-03-15T08:30:00Z" } else { text }.into(),
        Kind::Enum => {
            let known = shape.values.iter().find(|value| value.value == text).or(shape.values.first());
            known.map_or(text, |value| &value.value).into()
        }
        Kind::Object => members(&shape.fields),
        Kind::Map => {
            let item = shape.items.as_deref().map_or(Json::Null, |items| value(items, None));
            Json::Object(Map::from_iter([("key".to_owned(), item)]))
        }
        Kind::List => {
            let elements: Vec<Json> =
                shape.items.as_deref().map(|items| value(items, example)).into_iter().collect();
            match &shape.wrapper {
                Some(wrapper) => json!({ wrapper: elements }),
                None => Json::Array(elements),
            }
        }
    }
}
