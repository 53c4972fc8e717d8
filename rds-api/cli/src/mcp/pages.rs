//! What to ask for to see the next page of a list.

use rds_api::pagination::{Pagination, PaginationStyle};
use serde_json::{Map, Value as Json};

/// The parameter that asks for the page after this one, unless the list has ended.
pub(super) fn next(
    pagination: &Pagination,
    parameters: &Map<String, Json>,
    response: &Json,
) -> Option<Map<String, Json>> {
    if pagination.disabled_by.iter().any(|name| parameters.contains_key(name)) {
        return None;
    }
    let end = pagination.end.as_deref().and_then(|place| at(response, place));
    let next = match pagination.by {
        PaginationStyle::Token => {
            end.filter(|token| token.as_str().is_some_and(|token| !token.is_empty()))?.clone()
        }
        PaginationStyle::PageNumber => {
            let given = |name: &str| parameters.get(name).and_then(number);
            let page = given(&pagination.position).unwrap_or(1);
            let entries = u64::try_from(list(response, &pagination.items)?.len()).ok()?;
            let size =
                pagination.size.as_deref().and_then(given).or(pagination.default_size).unwrap_or(entries);
            let has_more = match end.and_then(number) {
                Some(total) => page.checked_mul(size)? < total,
                None => entries >= size,
            };
            if entries == 0 || !has_more {
                return None;
            }
            page.checked_add(1)?.into()
        }
    };
    Some(Map::from_iter([(pagination.position.clone(), next)]))
}

/// What stands at a place of the response.
fn at<'r>(response: &'r Json, place: &str) -> Option<&'r Json> {
    place.split('.').try_fold(response, |value, name| value.get(name))
}

/// The list at a place of the response, which an object with nothing else in it may wrap.
fn list<'r>(response: &'r Json, place: &str) -> Option<&'r Vec<Json>> {
    match at(response, place)? {
        Json::Object(wrapper) => wrapper.values().next()?.as_array(),
        list => list.as_array(),
    }
}

/// A number, which may come as text.
fn number(value: &Json) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_next_page_is_named_while_there_is_one() {
        let numbered = Pagination::by_page_number("PageNumber", "Items").size("PageSize").default_size(30);
        let counted = numbered.clone().total("Total");
        let tokens = Pagination::by_token("NextToken", "NextToken", "Items");
        let entries = |count: usize| json!({ "Item": vec![1; count] });
        for (pagination, parameters, response, expected) in [
            (&counted, json!({}), json!({ "Items": entries(30), "Total": "61" }), json!({ "PageNumber": 2 })),
            (
                &counted,
                json!({ "PageNumber": "2" }),
                json!({ "Items": entries(30), "Total": 61 }),
                json!({ "PageNumber": 3 }),
            ),
            (&counted, json!({ "PageNumber": 3 }), json!({ "Items": entries(1), "Total": 61 }), Json::Null),
            (&counted, json!({ "PageNumber": 9 }), json!({ "Items": entries(0), "Total": 1000 }), Json::Null),
            (&counted, json!({ "PageSize": 100 }), json!({ "Items": entries(61), "Total": 61 }), Json::Null),
            (&numbered, json!({}), json!({ "Items": entries(30) }), json!({ "PageNumber": 2 })),
            (&numbered, json!({}), json!({ "Items": entries(29) }), Json::Null),
            (&numbered, json!({}), json!({ "RequestId": "R" }), Json::Null),
            (&tokens, json!({}), json!({ "Items": [1], "NextToken": "t" }), json!({ "NextToken": "t" })),
            (&tokens, json!({}), json!({ "Items": [1], "NextToken": "" }), Json::Null),
            (
                &tokens.clone().disabled_by(["All"]),
                json!({ "All": true }),
                json!({ "NextToken": "t" }),
                Json::Null,
            ),
        ] {
            let found = next(pagination, parameters.as_object().unwrap(), &response);
            assert_eq!(found.map_or(Json::Null, Json::from), expected, "{parameters} {response}");
        }
    }
}
