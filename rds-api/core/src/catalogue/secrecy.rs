//! What of an operation is secret: what the specification calls sensitive, and what it does not know but whose name
//! says so.
//!
//! `names` are those of all that is sensitive in any operation of the product.

use serde_json::{Map, Value as Json};

use super::{Field, Kind, Operation, Shape};
use crate::secrecy::{MASK, Redactor, SensitiveNames, without_string_to_sign};

/// Whether anything in a parameter or member is sensitive.
pub fn holds_secret(field: &Field) -> bool {
    field.sensitive || shapes_of(field).any(|shape| shape.fields.iter().any(holds_secret))
}

/// Whether a member of this name is secret, wherever it stands. What the specification knows among these fields, it
/// decides; the names of other operations may mean something else here.
pub fn is_secret(names: SensitiveNames, fields: &[Field], name: &str) -> bool {
    fn find(fields: &[Field], name: &str) -> Option<bool> {
        let found = fields.iter().filter_map(|field| {
            let inside = shapes_of(field).filter_map(|shape| find(&shape.fields, name)).reduce(|a, b| a | b);
            let this = (field.name == name).then_some(field.sensitive);
            this.into_iter().chain(inside).reduce(|a, b| a | b)
        });
        found.reduce(|a, b| a | b)
    }
    find(fields, name).unwrap_or_else(|| names.contain(name))
}

/// A field's shape and those of its elements.
fn shapes_of(field: &Field) -> impl Iterator<Item = &Shape> {
    std::iter::successors(Some(&field.shape), |shape| shape.items.as_deref())
}

/// The secrets among the parameters of a call, which must not be shown wherever they are repeated.
pub fn redactor(names: SensitiveNames, operation: &Operation, parameters: &Map<String, Json>) -> Redactor {
    let mut redactor = Redactor::new(names);
    hide_members(&operation.parameters, parameters, &mut redactor);
    redactor
}

fn hide_members(fields: &[Field], members: &Map<String, Json>, redactor: &mut Redactor) {
    for (name, value) in members {
        match fields.iter().find(|field| field.name == *name) {
            Some(field) if field.sensitive => redactor.hide_json(value),
            Some(field) => hide(Some(&field.shape), value, redactor),
            None if redactor.names().contain(name) => redactor.hide_json(value),
            None => hide(None, value, redactor),
        }
    }
}

fn hide(shape: Option<&Shape>, value: &Json, redactor: &mut Redactor) {
    match value {
        Json::Array(elements) => elements.iter().for_each(|it| hide(element(shape), it, redactor)),
        Json::Object(members) => match values_of_map(shape) {
            Some(values) => members.values().for_each(|value| hide(Some(values), value, redactor)),
            None => hide_members(fields(shape), members, redactor),
        },
        Json::String(text) => redactor.hide_members_of(text),
        _ => {}
    }
}

/// Takes out of parameters or of a response what must not be in a file or on a screen.
pub fn mask(names: SensitiveNames, known: &[Field], value: &mut Json) {
    match value {
        Json::Object(members) => mask_members(names, known, members),
        value => mask_value(names, None, value),
    }
}

/// The same for the members of an object.
pub fn mask_members(names: SensitiveNames, known: &[Field], members: &mut Map<String, Json>) {
    for (name, value) in members {
        match known.iter().find(|field| field.name == *name) {
            _ if value.is_null() => {}
            Some(field) if field.sensitive => *value = MASK.into(),
            Some(field) => mask_value(names, Some(&field.shape), value),
            None if names.contain(name) => *value = MASK.into(),
            None => mask_value(names, None, value),
        }
    }
}

fn mask_value(names: SensitiveNames, shape: Option<&Shape>, value: &mut Json) {
    match value {
        Json::Array(elements) => elements.iter_mut().for_each(|it| mask_value(names, element(shape), it)),
        Json::Object(members) => {
            let wrapper = shape.and_then(|shape| shape.wrapper.as_ref());
            if let Some(list) = wrapper.and_then(|wrapper| members.get_mut(wrapper)) {
                return mask_value(names, shape, list);
            }
            match values_of_map(shape) {
                Some(values) => members.values_mut().for_each(|value| mask_value(names, Some(values), value)),
                None => mask_members(names, fields(shape), members),
            }
        }
        Json::String(text) => *text = Redactor::new(names).document(without_string_to_sign(text)),
        _ => {}
    }
}

fn element(shape: Option<&Shape>) -> Option<&Shape> {
    shape.map(|shape| shape.items.as_deref().unwrap_or(shape))
}

/// The shape of what a map holds, if that has members of its own; otherwise its keys tell what is secret.
fn values_of_map(shape: Option<&Shape>) -> Option<&Shape> {
    let shape = shape.filter(|shape| shape.kind == Kind::Map)?;
    shape.items.as_deref().filter(|items| items.kind == Kind::Object)
}

fn fields(shape: Option<&Shape>) -> &[Field] {
    shape.map_or(&[], |shape| &shape.fields)
}
