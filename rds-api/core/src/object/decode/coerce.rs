//! Values of another kind than their slot: texts, lists and objects.

use std::fmt;

use serde::de::{Error, Visitor as _};

use super::seed::Seed;
use super::{lenient, number};
use crate::object::Slot;
use crate::object::slot::Membership;

/// The name under which a text beside the elements in an XML element comes as a member.
pub(super) const ELEMENT_TEXT: &str = "$text";

impl Seed<'_, '_, '_> {
    /// Stores a text where something else was due.
    #[inline(never)]
    pub(super) fn convert_text<E: Error>(self, text: &str) -> Result<(), E> {
        if text.is_empty() && !matches!(self.slot, Slot::Json(_) | Slot::Required(_)) {
            self.slot.clear();
            return Ok(());
        }
        let json = match self.slot {
            Slot::Object(_) | Slot::Map(_) => lenient::json_in_text(text, self.context),
            // What merely looks like an object may be the one text in a list of texts.
            Slot::List(list, wrapper) => lenient::json_in_text(text, self.context).filter(|json| {
                let is_wrapped = wrapper.is_some_and(|name| json.get(name).is_some_and(|it| it.is_array()));
                json.is_array() || is_wrapped || list.membership("") != Membership::Impossible
            }),
            _ => None,
        };
        if json.is_some() {
            return lenient::reread(self, text);
        }
        // In XML a text may stand wherever elements may, and is no more than an element that nobody knows.
        match self.slot {
            Slot::Object(place) if self.context.is_xml => {
                place.object();
                return Ok(());
            }
            Slot::Map(_) if self.context.is_xml => return Ok(()),
            Slot::List(list, _) if self.context.is_xml && list.membership("") == Membership::Unknown => {
                return Ok(());
            }
            _ => {}
        }
        if self.is_inside() {
            return self.inside(|seed| seed.visit_str(text));
        }
        let wrong = || E::invalid_value(serde::de::Unexpected::Str(text), &self);
        match self.slot {
            Slot::Text(place) => place.set(text),
            Slot::Json(place) => **place = Some(text.into()),
            Slot::Bool(place) => {
                **place = Some(match text.trim() {
                    text if is_any(text, &["true", "1", "yes", "on"]) => true,
                    text if is_any(text, &["false", "0", "no", "off"]) => false,
                    _ => return Err(not_expected(text, "a boolean")),
                });
            }
            Slot::Int32(_) | Slot::Int64(_) => {
                let text = text.trim();
                return match (text.parse(), text.parse()) {
                    (Ok(value), _) => self.visit_i64(value),
                    (Err(_), Ok(value)) if f64::is_finite(value) => self.visit_f64(value),
                    _ => Err(wrong()),
                };
            }
            Slot::Float(place) => **place = Some(number(text)?),
            Slot::Double(place) => **place = Some(number(text)?),
            _ => return Err(wrong()),
        }
        Ok(())
    }

    /// Stores a list or an object where a scalar was due: as it is, or as its JSON text. A number may come this way, too.
    pub(super) fn visit_json<E: Error>(self, value: serde_json::Value) -> Result<(), E> {
        if let (serde_json::Value::Number(number), false) = (&value, matches!(self.slot, Slot::Json(_))) {
            return number::visit(&number.to_string(), self);
        }
        // XML: of an element with texts and elements the text counts.
        if let Some(text) = value.get(ELEMENT_TEXT).and_then(serde_json::Value::as_str) {
            return self.visit_str(text);
        }
        let is_empty = match &value {
            serde_json::Value::Array(elements) => elements.is_empty(),
            serde_json::Value::Object(members) => members.is_empty(),
            _ => false,
        };
        match self.slot {
            Slot::String(place) if is_empty && self.context.is_xml => **place = Some(String::new()),
            Slot::String(place) => **place = Some(value.to_string()),
            Slot::Json(place) => **place = Some(value),
            _ if is_empty => self.slot.clear(),
            Slot::Text(place) => place.set(&value.to_string()),
            _ => {
                let found =
                    if value.is_array() { serde::de::Unexpected::Seq } else { serde::de::Unexpected::Map };
                return Err(E::invalid_type(found, &self));
            }
        }
        Ok(())
    }
}

/// A number as text. Rust also reads `inf` and `NaN`, which nothing on the wire can say.
fn number<T: std::str::FromStr + Into<f64> + Copy, E: Error>(text: &str) -> Result<T, E> {
    let text = text.trim();
    let number = text.parse().ok().filter(|number: &T| (*number).into().is_finite());
    number.ok_or_else(|| not_expected(text, "a number"))
}

fn is_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn not_expected<E: Error>(text: &str, expected: &str) -> E {
    E::invalid_value(serde::de::Unexpected::Str(text), &expected)
}

pub(super) fn out_of_range<E: Error>(value: impl fmt::Display) -> E {
    E::custom(format_args!("{value} is out of range"))
}
