//! Decoding into slots: the one visitor that all responses go through, from JSON and from XML.
//!
//! The service does not keep to its own types. The same name is a number in one operation and text in
//! another, an empty list may come as `""`, and a list of one as the lone element. So every slot
//! takes what it can without guessing:
//!
//! | target | accepted besides the type itself |
//! | --- | --- |
//! | string | numbers and booleans as their text; objects and lists as their JSON |
//! | integer | numeric text, floats (cut off), booleans as 1 and 0 |
//! | float | integers, numeric text, booleans as 1 and 0 |
//! | boolean | numbers (0 is false); `true`, `false`, `yes`, `no`, `on`, `off` as text in any case |
//! | object | a list of one, its JSON as text |
//! | list | `{inner: […]}`, `{inner: {…}}`, an `inner` of any name, `{}`, a lone element, its JSON as text |
//! | any | `null`, and `""` for all but strings: no value; `[]` and `{}` for all but strings, lists and maps |
//!
//! A name in another case stands for the member that it names, unless that is there too. Other unknown members are
//! read past.
//!
//! What fits nowhere is an error that names its path. But a response is not lost for a number that is too large for the
//! type of an optional member: the member then has no value. In a list, in a map or in a required member, where no
//! value would pass for one, it is an error; and so is all that is no number, since its text would be lost unseen.

mod any_json;
mod coerce;
mod context;
mod json;
mod lenient;
mod markup;
mod members;
pub(crate) mod mending;
mod number;
mod scan;
mod seed;
#[cfg(test)]
mod tests;
mod xml;

use serde::de::Deserializer;
#[cfg(any(feature = "serde", test))]
use serde::de::{DeserializeSeed, Error};

use self::members::Members;
#[cfg(any(feature = "serde", test))]
use self::seed::Seed;
use super::Object;

pub use self::any_json::AnyJson;
pub use self::context::Context;
pub use self::json::JsonReader;
pub(crate) use self::markup::{Markup, Piece, text};
pub use self::xml::Xml;

/// Decodes a value of its own from any deserializer: what is behind `Deserialize`. What is required must be there,
/// unlike in what the service sends.
#[cfg(any(feature = "serde", test))]
pub fn value<'de, T: super::Datum, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let context = Context::strict();
    let mut place = None;
    Seed { slot: &mut T::slot(&mut place), context: &context }.deserialize(deserializer).map_err(
        |error| match context.to_string().as_str() {
            "" => error,
            path => D::Error::custom(format_args!("{path}: {error}")),
        },
    )?;
    place.ok_or_else(|| D::Error::custom("there is no value"))
}

/// Decodes the members of `object` from any deserializer; a failure leaves its path in `context`.
pub fn object<'de, D: Deserializer<'de>>(
    object: &mut dyn Object,
    context: &Context,
    deserializer: D,
) -> Result<(), D::Error> {
    deserializer.deserialize_map(Members { object, context, first: None })
}
