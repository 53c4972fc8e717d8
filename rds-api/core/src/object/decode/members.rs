//! Decoding the members of an object: which field each key names, and its value into that field.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;

use super::any_json::AnyJson;
use super::context::{Context, Order};
use super::lenient;
use super::seed::Seed;
use crate::object::{Object, Slot};

/// Decodes the members of an object; `first` is a key that was read already.
pub(super) struct Members<'o, 'p, 'de> {
    pub(super) object: &'o mut dyn Object,
    pub(super) context: &'p Context,
    pub(super) first: Option<Cow<'de, str>>,
}

impl<'de> Visitor<'de> for Members<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        self.context.in_order(|order| self.read(members, order))
    }
}

impl<'de> Members<'_, '_, 'de> {
    fn read<A: MapAccess<'de>>(self, mut members: A, order: &mut Order) -> Result<(), A::Error> {
        let Self { object, context, mut first } = self;
        let (mut due, mut place) = (0, 0);
        let mut given = context.is_strict.then(Vec::new);
        loop {
            // Objects of a list come in the order of the one before, and others mostly in that of the specification.
            let expected = order.at(place).unwrap_or(due);
            let name = object.member(expected).name;
            context.expect(name);
            let key = match first.take() {
                Some(first) => first,
                None => match members.next_key_seed(Name)? {
                    Some(key) => key,
                    None => break,
                },
            };
            // A reader that has compared the name gives the same one, not what stands in the document. What is beyond the
            // last member has an empty name, and is none.
            let index = match std::ptr::eq(&*key, name) || *key == *name {
                true => Some(expected).filter(|_| !name.is_empty()),
                false if !key.is_empty() && object.member(due).name == key => Some(due),
                false => lenient::position(object, &key),
            };
            index.into_iter().for_each(|index| order.note(place, index));
            place += 1;
            let decoded = match index {
                Some(index) => {
                    due = index + 1;
                    given.iter_mut().for_each(|given| given.push(index));
                    members.next_value_seed(MemberSeed { object, index, context })
                }
                None => members.next_value::<IgnoredAny>().map(drop),
            };
            context.member(&key, decoded)?;
        }
        match given.and_then(|given| lenient::missing(object, &given)) {
            Some(name) => Err(A::Error::missing_field(name)),
            None => Ok(()),
        }
    }
}

/// Decodes one value into the member at `index`. A text, as most values are, goes there without a slot.
///
/// The wrapper of a list is looked up only for what is no text; handed on with each value, it would be waited for.
struct MemberSeed<'o, 'p> {
    object: &'o mut dyn Object,
    index: usize,
    context: &'p Context,
}

impl MemberSeed<'_, '_> {
    fn in_slot<E: Error>(self, visit: impl FnOnce(Seed<'_, '_, '_>) -> Result<(), E>) -> Result<(), E> {
        let wrapper = self.object.member(self.index).wrapper;
        let Some(field) = self.object.field(self.index) else { return Ok(()) };
        let mut slot = field.place();
        if let Slot::List(_, inner) = &mut slot {
            *inner = wrapper;
        }
        visit(Seed { slot: &mut slot, context: self.context })
    }

    /// The same for a number.
    fn number<E: Error>(self, visit: impl FnOnce(Seed<'_, '_, '_>) -> Result<(), E>) -> Result<(), E> {
        self.in_slot(|seed| or_none(seed, visit))
    }
}

/// Visits with a number, which is no value where the member can do without one and its type is too narrow.
fn or_none<E: Error>(
    seed: Seed<'_, '_, '_>,
    visit: impl FnOnce(Seed<'_, '_, '_>) -> Result<(), E>,
) -> Result<(), E> {
    let Seed { slot, context } = seed;
    let drops = !context.is_strict && slot.is_number();
    let visited = visit(Seed { slot: &mut *slot, context });
    if drops && visited.is_err() {
        slot.clear();
        return Ok(());
    }
    visited
}

impl<'de> DeserializeSeed<'de> for MemberSeed<'_, '_> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for MemberSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match self.object.field(self.index).is_some_and(|field| field.set_text(text)) {
            true => Ok(()),
            false if lenient::is_number(text) => self.number(|seed| seed.convert_text(text)),
            false => self.in_slot(|seed| seed.convert_text(text)),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if self.context.is_strict && self.object.member(self.index).required {
            return Err(E::custom("there is no value"));
        }
        self.in_slot(|seed| seed.visit_unit())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.in_slot(|seed| seed.visit_bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.number(|seed| seed.visit_i64(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.number(|seed| seed.visit_u64(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.number(|seed| seed.visit_f64(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<(), A::Error> {
        self.in_slot(|seed| seed.visit_seq(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        self.in_slot(|seed| match seed.slot.is_number() {
            false => seed.visit_map(members),
            true => match AnyJson(seed.context).visit_map(members)? {
                number @ Json::Number(_) => or_none(seed, |seed| seed.visit_json(number)),
                other => seed.visit_json(other),
            },
        })
    }
}

/// Reads a name, borrowed from the document where it can be.
pub(super) struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }

    fn visit_string<E: Error>(self, name: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name))
    }
}
