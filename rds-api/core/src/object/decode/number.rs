//! Numbers that come as objects.
//!
//! Any crate of a program may switch on the feature `arbitrary_precision` of `serde_json`, and Cargo does so for all. Then
//! its deserializer gives a number with a fraction, or beyond 64 bits, as an object with one member, its text.

use serde::de::{Error, Visitor};

/// The name of that member.
pub(super) const TEXT: &str = "$serde_json::private::Number";

/// Gives a visitor the number in a text, as it would get it without the feature.
pub(super) fn visit<'de, V: Visitor<'de>, E: Error>(text: &str, visitor: V) -> Result<V::Value, E> {
    match (text.parse(), text.parse(), text.parse()) {
        (Ok(value), _, _) => visitor.visit_i64(value),
        (_, Ok(value), _) => visitor.visit_u64(value),
        (_, _, Ok(value)) if f64::is_finite(value) => visitor.visit_f64(value),
        _ => visitor.visit_str(text),
    }
}
