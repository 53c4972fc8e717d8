//! JSON of any shape, whose memory is counted.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use super::context::Context;
use super::number;

/// What an object takes as soon as it has a member, and each of its members besides the value: a little more than
/// measured.
const OBJECT: usize = 256;
const MEMBER: usize = 64;

/// Decodes JSON of any shape.
#[derive(Clone, Copy)]
pub struct AnyJson<'p>(pub &'p Context);

impl<'de> DeserializeSeed<'de> for AnyJson<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyJson<'_> {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Json, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            self.0.take_memory(size_of::<Json>())?;
            list.push(element);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        match members.next_key()? {
            Some(first) => self.object(first, members),
            None => Ok(Map::new().into()),
        }
    }
}

impl AnyJson<'_> {
    /// Decodes an object, of which a name has been read.
    pub(super) fn object<'de, A: MapAccess<'de>>(
        self,
        first: String,
        mut members: A,
    ) -> Result<Json, A::Error> {
        if first == number::TEXT {
            let text = members.next_value::<String>()?;
            return text.parse().map(Json::Number).map_err(A::Error::custom);
        }
        let mut object = Map::new();
        let mut next = Some(first);
        self.0.take_memory(OBJECT)?;
        while let Some(name) = next {
            self.0.take_memory(MEMBER + size_of::<Json>())?;
            object.insert(name, members.next_value_seed(self)?);
            next = members.next_key()?;
        }
        Ok(object.into())
    }
}
