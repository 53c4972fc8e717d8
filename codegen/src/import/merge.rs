//! What the metadata adds to an operation that is specified already.
//!
//! Everything that stands in the file stays; an attribute that is absent comes from the metadata, if it means
//! something for the type the field was given. The merge works on YAML rather than on the types of
//! [`crate::spec`], because only there `required: false` and no `required` differ, and because half-written
//! files are welcome.

use serde_yaml::{Mapping, Value};

use super::entries::{insert, interleave};
use crate::lower::unfit;
use crate::spec::{Field, Types};
use crate::yaml::Place;

/// How to merge.
pub(super) struct Merge<'s> {
    pub(super) types: &'s Types,
    /// Whether files are drafts: then the order of their fields, and whether a parameter is required, are
    /// the metadata's.
    pub(super) drafts: bool,
    /// Whether to add also what breaks callers.
    pub(super) breaking: bool,
}

impl Merge<'_> {
    /// Completes an operation.
    pub(super) fn operation(&self, old: &Mapping, new: &Mapping) -> Mapping {
        let mut merged = old.clone();
        for (key, value) in new {
            let place = Place::Operation.below(key);
            match (merged.get_mut(key), value) {
                (Some(Value::Mapping(old)), Value::Mapping(new)) if place == Place::Fields => {
                    *old = self.fields(old, new);
                }
                (Some(known), Value::Mapping(_)) if known.is_null() && place == Place::Fields => {
                    *known = value.clone();
                }
                (Some(Value::Mapping(old)), Value::Mapping(new))
                    if key.as_str() == Some("errors") && !old.is_empty() =>
                {
                    *old = errors(old, new);
                }
                (Some(_), _) => {}
                // What is absent is a default, which would become another.
                (None, _) if key.as_str() == Some("method") && !self.breaking => {}
                (None, _) => {
                    insert(&mut merged, key.clone(), value.clone(), Place::Operation.order());
                }
            }
        }
        if self.drafts { sorted(merged, Place::Operation) } else { merged }
    }

    fn fields(&self, old: &Mapping, new: &Mapping) -> Mapping {
        let keys = if self.drafts { interleave(new, old) } else { interleave(old, new) };
        let merged = keys.into_iter().filter_map(|key| {
            let field = match (old.get(&key), new.get(&key)) {
                (Some(Value::Mapping(old)), Some(Value::Mapping(new))) => {
                    Value::Mapping(self.field(old, new))
                }
                (Some(old), _) => old.clone(),
                (None, new) => {
                    let new = new?.clone();
                    let is_required = new.get("required").and_then(Value::as_bool).unwrap_or_default();
                    if is_required && !self.breaking && !self.drafts && !old.is_empty() {
                        return None;
                    }
                    new
                }
            };
            Some((key, field))
        });
        merged.collect()
    }

    fn field(&self, old: &Mapping, new: &Mapping) -> Mapping {
        let mut merged = old.clone();
        if !merged.contains_key("type")
            && let Some(kind) = new.get("type")
        {
            insert(&mut merged, Value::from("type"), kind.clone(), Place::Field.order());
        }
        let kind = kind_of(&merged).to_owned();
        let is_same_kind = kind == kind_of(new);
        for (key, value) in new {
            let attribute = key.as_str().unwrap_or_default();
            match (merged.get_mut(key), value) {
                (Some(Value::Mapping(old)), Value::Mapping(new)) if is_same_kind && attribute == "fields" => {
                    *old = self.fields(old, new);
                }
                (Some(Value::Mapping(old)), Value::Mapping(new)) if is_same_kind && attribute == "items" => {
                    *old = self.field(old, new);
                }
                (Some(Value::Mapping(old)), Value::Mapping(new))
                    if kind == "enum" && attribute == "values" =>
                {
                    values(old, new);
                }
                (None, _) if self.belongs(attribute, &kind, is_same_kind) => {
                    insert(&mut merged, key.clone(), typed(attribute, &kind, value), Place::Field.order());
                }
                _ => {}
            }
        }
        if self.drafts {
            return sorted(merged, Place::Field);
        }
        self.drop_unfit(old, &mut merged);
        merged
    }

    /// Takes back an example or a default that the field, as a person has it, cannot have.
    fn drop_unfit(&self, old: &Mapping, merged: &mut Mapping) {
        for key in ["example", "default"].into_iter().filter(|key| !old.contains_key(*key)) {
            let Some(text) = merged.get(key).map(scalar_text) else { continue };
            let field = serde_yaml::from_value::<Field>(Value::Mapping(merged.clone()));
            if field.is_ok_and(|field| unfit(self.types, &field, &text).is_some()) {
                merged.shift_remove(key);
            }
        }
    }

    /// Whether an attribute of the metadata's field means something on a field of type `kind`.
    fn belongs(&self, attribute: &str, kind: &str, is_same_kind: bool) -> bool {
        let is_shared_object = self.types.get(kind).is_some_and(|shared| !shared.fields.is_empty());
        let is_deep = matches!(kind, "list" | "map" | "object" | "json") || is_shared_object;
        match attribute {
            // Making a parameter required breaks every caller: a person does that, told by `--diff`. The role is
            // inferred from the name, and a person knows whether the service keeps to it.
            "required" | "precision" | "role" => self.drafts,
            "deprecated" => true,
            "in" => self.breaking,
            "style" => self.breaking && is_deep,
            "doc" => matches!(kind, "object" | "enum"),
            "example" | "default" => !is_deep || is_same_kind,
            "minimum" | "maximum" => self.breaking && is_number(kind),
            "min_length" | "max_length" | "pattern" => {
                self.breaking && matches!(kind, "string" | "timestamp")
            }
            "min_items" | "max_items" => self.breaking && is_same_kind,
            _ => is_same_kind,
        }
    }
}

/// Adds the values of an enum that are new.
fn values(old: &mut Mapping, new: &Mapping) {
    for (value, doc) in new {
        let text = scalar_text(value);
        if !old.keys().any(|known| scalar_text(known).eq_ignore_ascii_case(&text)) {
            old.insert(value.clone(), doc.clone());
        }
    }
}

/// The error codes of both, each where it stood.
fn errors(old: &Mapping, new: &Mapping) -> Mapping {
    let mut merged = old.clone();
    let known: Vec<Value> = old.values().filter_map(Value::as_sequence).flatten().cloned().collect();
    for (status, codes) in new {
        let added: Vec<Value> = codes.as_sequence().into_iter().flatten().cloned().collect();
        let added: Vec<Value> = added.into_iter().filter(|code| !known.contains(code)).collect();
        if added.is_empty() {
            continue;
        }
        let same = merged.keys().find(|other| scalar_text(other) == scalar_text(status)).cloned();
        match same.and_then(|status| merged.get_mut(&status)) {
            Some(Value::Sequence(codes)) => codes.extend(added),
            Some(_) => {}
            None => drop(merged.insert(status.clone(), Value::Sequence(added))),
        }
    }
    merged
}

/// A key as text: `15` and `"15"` are the same.
fn scalar_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        _ => String::new(),
    }
}

fn kind_of(field: &Mapping) -> &str {
    field.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn is_number(kind: &str) -> bool {
    matches!(kind, "int32" | "int64" | "float" | "double")
}

/// An example of a number, for a field that a person made a text.
fn typed(attribute: &str, kind: &str, value: &Value) -> Value {
    let is_text = !is_number(kind) && kind != "bool";
    match value {
        Value::Bool(value) if is_text && attribute != "required" => Value::from(value.to_string()),
        Value::Number(value) if is_text && matches!(attribute, "example" | "default") => {
            Value::from(value.to_string())
        }
        other => other.clone(),
    }
}

fn sorted(mapping: Mapping, place: Place) -> Mapping {
    let mut sorted = Mapping::new();
    for (key, value) in mapping {
        insert(&mut sorted, key, value, place.order());
    }
    sorted
}
