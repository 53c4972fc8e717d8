//! Finding values by the wire names that lead to them, in any object and in JSON of any shape.

use std::hash::{DefaultHasher, Hasher};
use std::io;

use serde_json::Value as Json;

use super::scalar::scalar;
use super::value::{Kind, Value};

/// Shows `visit` each value that `path` leads to: names with dots between them, where a list on the way means
/// every element. JSON may wrap a list in an object with one member, which the path does not name.
pub(crate) fn find<'a>(value: Value<'a>, path: &str, visit: &mut dyn FnMut(Value<'a>)) {
    let (name, rest) = match path.split_once('.') {
        _ if path.is_empty() => return visit(value),
        Some((name, rest)) => (name, rest),
        None => (path, ""),
    };
    match value.kind {
        Kind::Object { object, .. } => {
            if let Some((_, value)) = object.members().find(|(known, _)| *known == name) {
                find(value, rest, visit);
            }
        }
        Kind::List { list, .. } => list.iter().for_each(|element| find(element, path, visit)),
        Kind::Map(map) => map.for_each(&mut |key, value| {
            if key == name {
                find(value, rest, visit);
            }
        }),
        Kind::Json(Json::Array(elements)) => {
            elements.iter().for_each(|element| find(Value::json(element), path, visit));
        }
        Kind::Json(Json::Object(members)) => match member(members, name) {
            Some(member) => find(Value::json(member), rest, visit),
            None => {
                if let Some(wrapped) = wrapped(members) {
                    find(Value::json(wrapped), path, visit);
                }
            }
        },
        _ => {}
    }
}

/// The member of a name, which another in another case may stand for.
pub(crate) fn member<'a>(members: &'a serde_json::Map<String, Json>, name: &str) -> Option<&'a Json> {
    let in_other_case = || members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    members.get(name).or_else(|| in_other_case().map(|(_, member)| member))
}

/// The text of the scalar that `path` leads to, unless it is empty; the first where there are several.
pub(crate) fn text(value: Value<'_>, path: &str) -> Option<String> {
    let mut texts = texts(value, path);
    if texts.is_empty() { None } else { Some(texts.swap_remove(0)) }
}

/// The texts of all scalars that `path` leads to, without empty ones.
pub fn texts(value: Value<'_>, path: &str) -> Vec<String> {
    let mut texts = Vec::new();
    find(value, path, &mut |found| {
        let found = if is_list(found) { elements(found) } else { vec![found] };
        texts.extend(found.into_iter().map(scalar).filter(|text| !text.is_empty()));
    });
    texts
}

fn is_list(value: Value<'_>) -> bool {
    match value.kind {
        Kind::List { .. } | Kind::Json(Json::Array(_)) => true,
        Kind::Json(Json::Object(members)) => wrapped(members).is_some_and(Json::is_array),
        _ => false,
    }
}

/// The elements of a list, in each form that the service gives a list in.
pub(crate) fn elements(value: Value<'_>) -> Vec<Value<'_>> {
    match value.kind {
        Kind::Absent | Kind::Text("") => Vec::new(),
        Kind::List { list, .. } => list.iter().collect(),
        Kind::Json(json) => json_elements(json).into_iter().map(Value::json).collect(),
        _ => vec![value],
    }
}

/// The elements of a list in JSON.
pub(crate) fn json_elements(list: &Json) -> Vec<&Json> {
    match list {
        Json::Null => Vec::new(),
        Json::String(text) if text.is_empty() => Vec::new(),
        Json::Array(elements) => elements.iter().collect(),
        Json::Object(members) if members.is_empty() => Vec::new(),
        Json::Object(members) => wrapped(members).map_or_else(|| vec![list], json_elements),
        other => vec![other],
    }
}

/// What an object holds that is merely the wrapper of a list.
fn wrapped(members: &serde_json::Map<String, Json>) -> Option<&Json> {
    let mut values = members.values();
    let only = values.next().filter(|value| value.is_array() || value.is_object())?;
    values.next().is_none().then_some(only)
}

/// A number that differs between lists that differ in anything.
pub(crate) fn fingerprint(elements: &[Value<'_>]) -> u64 {
    struct Hashing(DefaultHasher);
    impl io::Write for Hashing {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut hashing = Hashing(DefaultHasher::new());
    // Every value can be written, and so can every byte.
    let written = serde_json::to_writer(&mut hashing, elements);
    debug_assert!(written.is_ok(), "{written:?}");
    hashing.0.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_read_through_lists_and_their_wrappers() {
        let response = json!({
            "Items": { "Job": [{ "Status": "A", "Parts": [{ "Id": 1 }, { "Id": 2 }] }, { "Status": "" }] },
            "Plain": [{ "Status": true }],
            "Lone": { "Job": { "Id": 7, "Status": "C" } },
            "Names": ["x", "y"],
            "Sets": { "Set": ["p", "q"] },
            "Many": [{ "Sets": { "Set": ["r"] } }, { "Sets": { "Set": [] } }],
            "Object": { "Set": { "Id": 3, "Name": "z" } },
            "None": "",
            "Data": { "Total": "12" },
        });
        let texts = |path: &str| texts(Value::json(&response), path);
        assert_eq!(texts("Items.Status"), ["A"]);
        assert_eq!(texts("Items.Job.Status"), ["A"]);
        assert_eq!(texts("Items.Parts.Id"), ["1", "2"]);
        assert_eq!(texts("Plain.Status"), ["true"]);
        assert_eq!(texts("Lone.Status"), ["C"]);
        assert_eq!(texts("Names"), ["x", "y"]);
        assert_eq!(texts("Sets"), ["p", "q"]);
        assert_eq!(texts("Sets.Set"), ["p", "q"]);
        assert_eq!(texts("Many.Sets"), ["r"]);
        assert_eq!(texts("Object.Id"), ["3"]);
        assert_eq!(texts("Data.Total"), ["12"]);
        assert!(texts("None.Status").is_empty() && texts("Missing").is_empty());
    }

    #[test]
    fn a_list_has_the_same_elements_in_every_form() {
        let count = |list: Json| json_elements(&list).len();
        assert_eq!(count(json!([1, 2])), 2);
        assert_eq!(count(json!({ "Job": [1, 2] })), 2);
        assert_eq!(count(json!({ "Job": { "Id": 1, "Name": "a" } })), 1);
        assert_eq!(count(json!({ "Id": 1 })), 1);
        for empty in [json!(null), json!(""), json!([]), json!({}), json!({ "Job": [] })] {
            assert_eq!(count(empty.clone()), 0, "{empty}");
        }
    }
}
