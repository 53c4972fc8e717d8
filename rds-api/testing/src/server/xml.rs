//! Responses as XML.

use serde_json::Value as Json;

/// A body as XML: members become elements, a list becomes its element as often as it has entries. A null is
/// no element, because an empty one is an empty text.
pub(super) fn to_xml(root: &str, body: &Json) -> String {
    let mut text = "<?xml version='1.0' encoding='UTF-8'?>".to_owned();
    element(root, body, &mut text);
    text
}

fn element(name: &str, value: &Json, text: &mut String) {
    if let Json::Array(elements) = value {
        return elements.iter().for_each(|value| element(name, value, text));
    }
    if value.is_null() {
        return;
    }
    *text += &format!("<{name}>");
    match value {
        Json::Object(members) => members.iter().for_each(|(name, value)| element(name, value, text)),
        Json::String(value) => *text += &quick_xml::escape::escape(value.as_str()),
        other => *text += &other.to_string(),
    }
    *text += &format!("</{name}>");
}
