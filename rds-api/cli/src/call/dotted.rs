//! Parameters as the vendor's tool writes them: `--Tag.1.Key env`.

use std::collections::BTreeMap;

use rds_api::schema::{Field, Kind};
use serde_json::Value as Json;

use super::value::read;
use crate::names::folded;

/// What stands at a name: a text, or what stands at longer ones.
enum Node {
    Text(String),
    Inside(BTreeMap<String, Node>),
}

/// The value of a parameter, of the texts that were given for names that begin with its own.
pub(super) fn value(field: &Field, given: Vec<(&str, String)>) -> Result<Json, String> {
    let mut root = Node::Inside(BTreeMap::new());
    for (name, text) in given {
        let segments = name.split('.').skip(1);
        let mut node = &mut root;
        for segment in segments {
            let Node::Inside(inside) = node else {
                return Err(format!("--{name}: what it is a part of is given as a whole, too"));
            };
            node = inside.entry(segment.to_owned()).or_insert_with(|| Node::Inside(BTreeMap::new()));
        }
        match node {
            Node::Inside(inside) if inside.is_empty() => *node = Node::Text(text),
            _ => return Err(format!("--{name}: a part of it is given, too")),
        }
    }
    typed(field, root)
}

/// A value of the type of a field, whose name is the whole of the path to it.
fn typed(field: &Field, node: Node) -> Result<Json, String> {
    let path = &field.name;
    let inner = |name: String, shape| {
        let mut inner = field.clone();
        (inner.name, inner.shape) = (name, shape);
        inner
    };
    match (field.shape.kind, field.shape.items.as_deref(), node) {
        (_, _, Node::Text(text)) => read(field, &text).map_err(|why| format!("--{path}: {why}")),
        (Kind::List, Some(items), Node::Inside(mut elements)) => {
            let count = elements.len();
            let element = |number: usize| {
                let name = format!("{path}.{number}");
                let element = elements.remove(&number.to_string());
                let element = element.ok_or_else(|| {
                    format!("--{name} is missing: elements are numbered from 1, without a gap")
                })?;
                typed(&inner(name, items.clone()), element)
            };
            (1..=count).map(element).collect()
        }
        (Kind::Object, _, Node::Inside(members)) => {
            let member = |(name, node): (String, Node)| {
                let is_meant = |field: &&Field| folded(&field.name) == folded(&name);
                let known = field.shape.fields.iter().find(is_meant);
                let known = known.ok_or_else(|| format!("--{path}.{name} is not in the specification"))?;
                let mut inner = known.clone();
                inner.name = format!("{path}.{}", known.name);
                inner.sensitive |= field.sensitive;
                Ok((known.name.clone(), typed(&inner, node)?))
            };
            members
                .into_iter()
                .map(member)
                .collect::<Result<serde_json::Map<_, _>, String>>()
                .map(Json::Object)
        }
        (Kind::Map, Some(items), Node::Inside(entries)) => {
            let entry = |(key, node)| {
                let value = typed(&inner(format!("{path}.{key}"), items.clone()), node)?;
                Ok((key, value))
            };
            entries
                .into_iter()
                .map(entry)
                .collect::<Result<serde_json::Map<_, _>, String>>()
                .map(Json::Object)
        }
        _ => Err(format!("--{path} has nothing inside of it")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::schema;
    use serde_json::json;

    #[test]
    fn names_with_points_become_lists_and_objects() {
        let value = |operation: &str, given: &[(&'static str, &str)]| {
            let name = given[0].0.split('.').next().unwrap();
            let field = schema::operation(operation).unwrap().parameter(name).unwrap();
            super::value(field, given.iter().map(|(name, text)| (*name, (*text).to_owned())).collect())
        };
        let tags = [("Tag.2.Key", "b"), ("Tag.1.Key", "a"), ("Tag.1.value", "1")];
        assert_eq!(
            value("TagResources", &tags).unwrap(),
            json!([{ "Key": "a", "Value": "1" }, { "Key": "b" }])
        );
        let ids = [("ResourceId.1", "rm-1"), ("ResourceId.2", "rm-2")];
        assert_eq!(value("TagResources", &ids).unwrap(), json!(["rm-1", "rm-2"]));
        for (given, says) in [
            (&[("ResourceId.2", "rm-2")][..], "--ResourceId.1 is missing"),
            (&[("ResourceId.1", "a"), ("ResourceId.1.x", "b")], "--ResourceId.1.x: what it is a part of"),
            (&[("ResourceId.1.x", "b")], "--ResourceId.1 has nothing inside"),
            (&[("Tag.1.Ky", "b")], "--Tag.1.Ky is not in the specification"),
            (&[("Tag.one.Key", "b")], "--Tag.1 is missing"),
            (&[("RegionId.1", "b")], "--RegionId has nothing inside"),
        ] {
            let why = value("TagResources", given).unwrap_err();
            assert!(why.starts_with(says), "{why}");
        }
    }
}
