//! `serde::Serialize` by way of the members: the names and the nesting of the wire.
//!
//! Absent members are left out; empty lists are written, wrapped where the wire wraps them, as the service
//! does. Sensitive values are written too: whoever serialises a request wants all of it.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::Object;
use super::value::{Kind, Value};

/// `Serialize` of an object.
pub fn object<S: Serializer>(object: &dyn Object, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(object.members().filter(|(_, value)| !matches!(value.kind, Kind::Absent)))
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.kind {
            Kind::Absent => serializer.serialize_none(),
            Kind::Text(text) => serializer.serialize_str(text),
            Kind::Bool(value) => serializer.serialize_bool(value),
            Kind::Integer(value) => serializer.serialize_i64(value),
            Kind::Double(value) => serializer.serialize_f64(value),
            Kind::Json(value) => value.serialize(serializer),
            Kind::Object { object: value, .. } => object(value, serializer),
            Kind::List { list, inner: Some(inner) } => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(inner, &Value { kind: Kind::List { list, inner: None }, ..*self })?;
                map.end()
            }
            Kind::List { list, inner: None } => {
                let mut sequence = serializer.serialize_seq(Some(list.count()))?;
                for element in list.iter() {
                    sequence.serialize_element(&element)?;
                }
                sequence.end()
            }
            Kind::Map(map) => serializer.collect_map(map.entries()),
        }
    }
}
