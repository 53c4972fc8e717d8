//! Names for the new types of an operation, where the ones they would get by themselves are taken.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::{Mapping, Value};

use super::entries::insert;
use crate::names;
use crate::spec::Types;
use crate::yaml::Place;

/// Gives a `name` to each type that `operation` has and `old` had not, if it needs one.
///
/// Types of `old` keep what they have: a name that changes would break whoever uses it.
pub(super) fn assign(name: &str, operation: &mut Mapping, old: &Mapping, types: &Types) {
    let own = ["Request", "Response", "Required"].map(|suffix| format!("{name}{suffix}"));
    let reserved = names::RESERVED_TYPES.iter().map(|name| (*name).to_owned());
    let mut naming = Naming {
        forbidden: reserved.chain(own).chain(types.keys().cloned()).collect(),
        kept: BTreeMap::new(),
        declared: BTreeMap::new(),
    };
    // What the types that stay look like is known only once all their members have names, so the first round
    // is a rehearsal.
    naming.operation(&mut operation.clone(), old);
    naming.declared = std::mem::take(&mut naming.kept);
    naming.operation(operation, old);
}

struct Naming {
    forbidden: BTreeSet<String>,
    /// The types that were there before, each with what it looks like.
    kept: BTreeMap<String, String>,
    /// Names given so far, each with what the type looks like: two types that look the same are one.
    declared: BTreeMap<String, String>,
}

impl Naming {
    fn operation(&mut self, operation: &mut Mapping, old: &Mapping) {
        for (side, parent) in [("request", "Request"), ("response", "Response")] {
            if let Some(Value::Mapping(fields)) = operation.get_mut(side) {
                self.fields(fields, old.get(side), parent);
            }
        }
    }

    /// Returns what the fields look like.
    fn fields(&mut self, fields: &mut Mapping, old: Option<&Value>, parent: &str) -> String {
        let mut shape = String::new();
        for (wire, field) in fields.iter_mut() {
            let name = wire.as_str().unwrap_or_default();
            let is_required = field.get("required").and_then(Value::as_bool).unwrap_or(false);
            let looks = self.field(name, field, old.and_then(|old| old.get(wire)), parent);
            shape += &format!("{name}: {looks} {is_required}, ");
        }
        shape
    }

    /// Returns what the field looks like.
    fn field(&mut self, wire: &str, field: &mut Value, old: Option<&Value>, parent: &str) -> String {
        let kind = field.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let default = own_name(field).unwrap_or_else(|| valid(&names::type_name(wire)));
        let shape = match kind.as_str() {
            "list" | "map" => {
                let name = element_name(wire, field);
                let wrapper = field.get("wrapper").and_then(Value::as_str).unwrap_or_default().to_owned();
                let Some(items) = field.get_mut("items") else { return kind };
                let items = self.field(&name, items, old.and_then(|old| old.get("items")), parent);
                return format!("{kind} {wrapper} {items}");
            }
            "object" => match field.get_mut("fields") {
                Some(Value::Mapping(fields)) => {
                    self.fields(fields, old.and_then(|old| old.get("fields")), &default)
                }
                _ => String::new(),
            },
            "enum" => values_shape(field),
            _ => return kind,
        };
        let was_there = old.is_some_and(is_type);
        let name = match was_there || own_name(field).is_some() {
            true => default,
            false => self.choose(&default, parent, &shape),
        };
        if was_there {
            self.kept.entry(name.clone()).or_insert_with(|| shape.clone());
        }
        if name != names::type_name(wire)
            && let Value::Mapping(attributes) = field
            && !attributes.contains_key("name")
        {
            insert(attributes, Value::from("name"), Value::from(name.as_str()), Place::Field.order());
        }
        self.declared.entry(name.clone()).or_insert(shape);
        format!("type {name}")
    }

    fn choose(&self, default: &str, parent: &str, shape: &str) -> String {
        let qualified = format!("{parent}{default}");
        let numbered = (2..).map(|count| format!("{qualified}{count}"));
        let mut candidates = [default.to_owned(), qualified.clone()].into_iter().chain(numbered);
        let is_free = |name: &String| {
            !self.forbidden.contains(name) && self.declared.get(name).is_none_or(|other| other == shape)
        };
        candidates.find(is_free).unwrap_or(qualified)
    }
}

/// The name with what no type can be named left out: `Value404` for `404`.
fn valid(name: &str) -> String {
    let kept: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    match kept.starts_with(|first: char| first.is_ascii_uppercase()) {
        true => kept,
        false => format!("Value{kept}"),
    }
}

fn is_type(field: &Value) -> bool {
    matches!(field.get("type").and_then(Value::as_str), Some("object" | "enum"))
}

fn own_name(field: &Value) -> Option<String> {
    field.get("name").and_then(Value::as_str).map(str::to_owned)
}

/// What the generator calls an element of a list or a map.
fn element_name(wire: &str, field: &Value) -> String {
    match field.get("wrapper").and_then(Value::as_str) {
        Some(wrapper) => wrapper.to_owned(),
        None => names::singular(wire),
    }
}

fn values_shape(field: &Value) -> String {
    let Some(Value::Mapping(values)) = field.get("values") else { return String::new() };
    let values = values.iter().map(|(wire, value)| {
        let variant = value.get("name").and_then(Value::as_str).unwrap_or_default();
        format!("{} {variant}, ", wire.as_str().unwrap_or_default())
    });
    values.collect()
}
