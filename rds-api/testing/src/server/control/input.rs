//! What an address beside the API is given: the members of a JSON object in the body, or `name=value` in the query with
//! `&` between, or both.

use serde_json::{Map, Value as Json};

/// Reads what is given as one JSON object, or says what is wrong with it.
pub(super) fn read(query: &str, body: &[u8]) -> Result<Json, String> {
    let mut given = match body.trim_ascii() {
        [] => Map::new(),
        body => match serde_json::from_slice(body) {
            Ok(Json::Object(members)) => members,
            Ok(_) => return Err("the body is to be a JSON object".to_owned()),
            Err(error) => return Err(format!("the body is no JSON: {error}")),
        },
    };
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = value.replace('+', " ");
        let value = percent_encoding::percent_decode_str(&value).decode_utf8();
        let value = value.map_err(|_| format!("`{name}` is not UTF-8"))?.into_owned();
        if value.is_empty() {
            return Err(format!("`{name}` is empty; give it as `{name}=value`, or not at all"));
        }
        if given.insert(name.to_owned(), value.into()).is_some() {
            return Err(format!("`{name}` comes twice"));
        }
    }
    Ok(Json::Object(given))
}
