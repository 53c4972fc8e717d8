//! Times in the values of parameters, written as exactly as each parameter takes them.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::{Kind, Shape};
use crate::instant;

/// A value with the times in it as the service takes them; texts that are no times stay as they are.
pub fn times_as_taken<'v>(shape: &Shape, value: &'v Json) -> Cow<'v, Json> {
    let mut taken = Cow::Borrowed(value);
    if has_times(shape) {
        rewrite(shape, taken.to_mut());
    }
    taken
}

fn has_times(shape: &Shape) -> bool {
    shape.kind == Kind::Timestamp
        || shape.items.as_deref().is_some_and(has_times)
        || shape.fields.iter().any(|field| has_times(&field.shape))
}

fn rewrite(shape: &Shape, value: &mut Json) {
    match value {
        Json::String(text) if shape.kind == Kind::Timestamp => {
            if let Some(written) = instant::shorten(text, shape.precision) {
                *text = written;
            }
        }
        Json::Array(elements) => {
            let Some(items) = &shape.items else { return };
            elements.iter_mut().for_each(|element| rewrite(items, element));
        }
        Json::Object(members) => {
            for (name, value) in members {
                let field = shape.fields.iter().find(|field| field.name == *name);
                if let Some(shape) = field.map(|field| &field.shape).or(shape.items.as_deref()) {
                    rewrite(shape, value);
                }
            }
        }
        _ => {}
    }
}

/// Whether each text that stands for a time is one, and as the service takes it.
pub fn are_times_as_taken(shape: &Shape, value: &Json) -> bool {
    match value {
        Json::String(text) if shape.kind == Kind::Timestamp => {
            instant::read(text).is_some_and(|instant| instant::write(instant, shape.precision) == *text)
        }
        Json::Array(elements) => {
            let items = shape.items.as_deref();
            items.is_none_or(|items| elements.iter().all(|element| are_times_as_taken(items, element)))
        }
        Json::Object(members) => members.iter().all(|(name, value)| {
            let field = shape.fields.iter().find(|field| field.name == *name);
            let shape = field.map(|field| &field.shape).or(shape.items.as_deref());
            shape.is_none_or(|shape| are_times_as_taken(shape, value))
        }),
        _ => true,
    }
}
