//! Decoding the members of an object: which field each key names, and its value into that field.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Path, Seed, misfit};
use crate::object::{Field, Object, Slot};

/// Decodes the members of an object; `first` is a key that was read already.
pub(super) struct Members<'o, 'p, 'de> {
    pub(super) object: &'o mut dyn Object,
    pub(super) path: &'p Path,
    pub(super) first: Option<Cow<'de, str>>,
}

impl<'de> Visitor<'de> for Members<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { object, path, first } = self;
        let mut due = 0;
        let mut next = match first {
            Some(first) => Some(first),
            None => members.next_key_seed(Key)?,
        };
        while let Some(key) = next {
            // Answers come in the order of the specification, so this is mostly the member that is due.
            let mut index = due;
            let mut member = object.member(index);
            if member.name != key {
                index = misfit::position(object, &key).unwrap_or(usize::MAX);
                member = object.member(index);
            }
            let wrapper = member.wrapper;
            let decoded = match object.field(index) {
                Some(field) => {
                    due = index + 1;
                    members.next_value_seed(FieldSeed { field, wrapper, path })
                }
                None => members.next_value::<IgnoredAny>().map(drop),
            };
            path.member(&key, decoded)?;
            next = members.next_key_seed(Key)?;
        }
        Ok(())
    }
}

/// Decodes one value into one field of an object. A text, as most values are, goes there without a slot.
struct FieldSeed<'f, 'p> {
    field: &'f mut dyn Field,
    wrapper: Option<&'static str>,
    path: &'p Path,
}

impl FieldSeed<'_, '_> {
    fn in_slot<T>(self, visit: impl FnOnce(Seed<'_, '_, '_>) -> T) -> T {
        let mut slot = self.field.place();
        if let Slot::List(_, wrapper) = &mut slot {
            *wrapper = self.wrapper;
        }
        visit(Seed { slot: &mut slot, path: self.path })
    }
}

impl<'de> DeserializeSeed<'de> for FieldSeed<'_, '_> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for FieldSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match self.field.set_text(text) {
            true => Ok(()),
            false => self.in_slot(|seed| seed.visit_str(text)),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
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
        self.in_slot(|seed| seed.visit_i64(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.in_slot(|seed| seed.visit_u64(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.in_slot(|seed| seed.visit_f64(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<(), A::Error> {
        self.in_slot(|seed| seed.visit_seq(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        self.in_slot(|seed| seed.visit_map(members))
    }
}

/// Reads a key, borrowed from the document where it can be.
pub(super) struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }

    fn visit_string<E: Error>(self, key: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key))
    }
}
