//! Decoding one value into one slot.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::any_json::AnyJson;
use super::coerce::out_of_range;
use super::context::Context;
use super::lenient;
use super::members::{Members, Name};
use super::number;
use crate::object::slot::{ListPlace, Membership};
use crate::object::{Slot, scalar};

/// Decodes one value into one slot.
///
/// The slot is borrowed, so that a seed is two pointers: a copy of the slot itself would be waited for.
pub(super) struct Seed<'s, 'v, 'p> {
    pub(super) slot: &'s mut Slot<'v>,
    pub(super) context: &'p Context,
}

impl Seed<'_, '_, '_> {
    /// Runs `decode` on the slot behind the place that a required value is, or that a lone element of a
    /// list is.
    pub(super) fn inside<E: Error>(
        self,
        decode: impl FnOnce(Seed<'_, '_, '_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let context = self.context;
        if let Slot::List(list, _) = &self.slot {
            context.take_memory(list.element_size())?;
        }
        let mut decode = Some(decode);
        let mut result = Ok(());
        let mut run = |mut slot: Slot<'_>| {
            if let Some(decode) = decode.take() {
                result = decode(Seed { slot: &mut slot, context });
            }
        };
        match self.slot {
            Slot::Required(place) => {
                let is_filled = place.fill(&mut run);
                if context.is_strict && !is_filled && result.is_ok() {
                    return Err(E::custom("there is no value"));
                }
            }
            Slot::List(list, _) | Slot::Element(list) => list.element(&mut run),
            slot => return decode.take().map_or(Ok(()), |decode| decode(Seed { slot, context })),
        }
        result
    }

    pub(super) fn is_inside(&self) -> bool {
        matches!(self.slot, Slot::Required(_) | Slot::List(..) | Slot::Element(_))
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_, '_> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.slot {
            Slot::Json(_) | Slot::Required(_) | Slot::Element(_) => "a value",
            Slot::String(_) | Slot::Text(_) => "a text",
            Slot::Bool(_) => "a boolean",
            Slot::Int32(_) => "a 32-bit integer",
            Slot::Int64(_) => "a 64-bit integer",
            Slot::Float(_) | Slot::Double(_) => "a number",
            Slot::Object(_) => "an object",
            Slot::List(..) => "a list",
            Slot::Map(_) => "a map",
        })
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if let Slot::Element(_) | Slot::Required(_) = self.slot {
            return self.inside(|seed| seed.visit_unit());
        }
        self.slot.clear();
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        if self.is_inside() {
            return self.inside(|seed| seed.visit_bool(value));
        }
        match self.slot {
            Slot::Bool(place) => **place = Some(value),
            Slot::Json(place) => **place = Some(value.into()),
            Slot::Int32(_) | Slot::Int64(_) | Slot::Float(_) | Slot::Double(_) => {
                return self.visit_i64(value.into());
            }
            _ => return self.visit_str(if value { "true" } else { "false" }),
        }
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        if self.is_inside() {
            return self.inside(|seed| seed.visit_i64(value));
        }
        match self.slot {
            Slot::Bool(place) => **place = Some(value != 0),
            Slot::Int32(place) => {
                **place = Some(i32::try_from(value).map_err(|_| out_of_range(value))?);
            }
            Slot::Int64(place) => **place = Some(value),
            Slot::Float(place) => **place = Some(value as f32),
            Slot::Double(place) => **place = Some(value as f64),
            Slot::Json(place) => **place = Some(value.into()),
            Slot::String(place) => **place = Some(value.to_string()),
            _ => return self.visit_str(&value.to_string()),
        }
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        if let Ok(value) = i64::try_from(value) {
            return self.visit_i64(value);
        }
        if self.is_inside() {
            return self.inside(|seed| seed.visit_u64(value));
        }
        match self.slot {
            Slot::Int32(_) | Slot::Int64(_) => Err(out_of_range(value)),
            Slot::Bool(_) | Slot::Float(_) | Slot::Double(_) => self.visit_f64(value as f64),
            Slot::Json(place) => {
                **place = Some(value.into());
                Ok(())
            }
            _ => self.visit_str(&value.to_string()),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        if self.is_inside() {
            return self.inside(|seed| seed.visit_f64(value));
        }
        match self.slot {
            Slot::Bool(place) => **place = Some(value != 0.0),
            Slot::Int32(_) | Slot::Int64(_) => {
                // Every i64 lies in this range, and every float in it has an i64 once cut off.
                let range = -9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0;
                if !range.contains(&value) {
                    return Err(out_of_range(value));
                }
                return self.visit_i64(value as i64);
            }
            // Beyond the narrower type's range it would become infinite.
            Slot::Float(_) if (value as f32).is_infinite() => return Err(out_of_range(value)),
            Slot::Float(place) => **place = Some(value as f32),
            Slot::Double(place) => **place = Some(value),
            Slot::Json(place) => **place = Some(value.into()),
            _ => return self.visit_str(&scalar::number(value)),
        }
        Ok(())
    }

    // Most members are text in a slot for text, so the way for these is short.
    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if self.slot.set_text(text) { Ok(()) } else { self.convert_text(text) }
    }

    fn visit_string<E: Error>(self, text: String) -> Result<(), E> {
        match self.slot {
            Slot::String(place) => {
                **place = Some(text);
                Ok(())
            }
            _ => self.visit_str(&text),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        match self.slot {
            Slot::List(list, _) => {
                let mut index = 0;
                loop {
                    let seed = Element { list: *list, context: self.context };
                    let decoded = elements.next_element_seed(seed);
                    if self.context.element(index, decoded)?.is_none() {
                        return Ok(());
                    }
                    index += 1;
                }
            }
            Slot::Object(place) => {
                // An object without members comes as `[]` from some back ends, and any other as a list of one.
                place.clear();
                let lone = Seed { slot: &mut Slot::Object(&mut **place), context: self.context };
                let lone = elements.next_element_seed(lone);
                if self.context.element(0, lone)?.is_some()
                    && elements.next_element::<IgnoredAny>()?.is_some()
                {
                    return Err(A::Error::invalid_type(serde::de::Unexpected::Seq, &"an object"));
                }
                Ok(())
            }
            Slot::Required(_) | Slot::Element(_) => self.inside(|seed| seed.visit_seq(elements)),
            _ => {
                let list = AnyJson(self.context).visit_seq(elements)?;
                self.visit_json(list)
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let context = self.context;
        match self.slot {
            Slot::Object(place) => {
                Members { object: place.object(), context, first: None }.visit_map(members)
            }
            Slot::List(list, inner) => {
                while let Some(key) = members.next_key_seed(Name)? {
                    if key == number::TEXT {
                        let text: String = members.next_value()?;
                        return number::visit(&text, Seed { slot: &mut Slot::List(*list, *inner), context });
                    }
                    if inner.is_some_and(|inner| inner == key) {
                        let seed = Seed { slot: &mut Slot::List(*list, None), context };
                        context.member(&key, members.next_value_seed(seed))?;
                        continue;
                    }
                    match list.membership(&key) {
                        // A list of one, without the wrapper and without the list.
                        Membership::Member => {
                            context.take_memory(list.element_size())?;
                            let mut members = Some(members);
                            let mut result = Ok(());
                            list.element(&mut |slot| {
                                if let (Slot::Object(place), Some(members)) = (slot, members.take()) {
                                    let first = Some(key.clone());
                                    result =
                                        Members { object: place.object(), context, first }.visit_map(members);
                                }
                            });
                            return result;
                        }
                        Membership::Unknown if context.is_xml => drop(members.next_value::<IgnoredAny>()?),
                        Membership::Impossible if context.is_xml => {
                            let seed = Seed { slot: &mut Slot::List(*list, None), context };
                            context.member(&key, members.next_value_seed(seed))?;
                        }
                        _ => return lenient::object_for_list(*list, *inner, context, key, members),
                    }
                }
                Ok(())
            }
            Slot::Map(map) => {
                while let Some(key) = members.next_key_seed(Name)? {
                    context.take_memory(map.entry_size())?;
                    let mut result = Ok(());
                    let name = key.clone();
                    map.entry(key.into_owned(), &mut |mut slot| {
                        result = members.next_value_seed(Seed { slot: &mut slot, context });
                    });
                    context.member(&name, result)?;
                }
                Ok(())
            }
            Slot::Element(list) => match list.object() {
                Some(object) => Members { object, context, first: None }.visit_map(members),
                None => self.inside(|seed| seed.visit_map(members)),
            },
            Slot::Required(_) => self.inside(|seed| seed.visit_map(members)),
            _ => {
                let object = AnyJson(context).visit_map(members)?;
                self.visit_json(object)
            }
        }
    }
}

/// Decodes one element of a list. The list grows only when the deserializer really has an element, because
/// only then is a seed asked to deserialize.
pub(super) struct Element<'l, 'p> {
    pub(super) list: &'l mut dyn ListPlace,
    pub(super) context: &'p Context,
}

impl<'de> DeserializeSeed<'de> for Element<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.context.take_memory(self.list.element_size())?;
        Seed { slot: &mut Slot::Element(self.list), context: self.context }.deserialize(deserializer)
    }
}
