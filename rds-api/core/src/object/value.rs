//! The values of an object's members, as everything that reads them sees them.

use std::collections::BTreeMap;

use rds_api_schema::Precision;

use super::{Datum, Object};

/// One value of a field, with what the specification says of its way over the wire.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Value<'a> {
    #[doc(hidden)]
    pub kind: Kind<'a>,
    pub(crate) style: Style,
    pub(crate) in_form: bool,
    pub(crate) sensitive: bool,
    /// How exactly a parameter takes it, where it is a time or holds times.
    pub(crate) time: Option<Precision>,
}

/// The value itself.
#[derive(Clone, Copy)]
pub enum Kind<'a> {
    Absent,
    Text(&'a str),
    Bool(bool),
    Integer(i64),
    Double(f64),
    Json(&'a serde_json::Value),
    Object { type_name: &'static str, object: &'a dyn Object },
    List { list: &'a dyn List, inner: Option<&'static str> },
    Map(&'a dyn Map),
}

/// How a request writes a list or an object into its parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    /// `Name.1`, `Name.2`, `Name.1.Member`.
    Flatten,
    /// The whole value as one compact JSON text.
    Json,
    /// The elements joined with commas.
    Simple,
}

impl<'a> Value<'a> {
    /// No value.
    pub const ABSENT: Self = Self::new(Kind::Absent);

    const fn new(kind: Kind<'a>) -> Self {
        Self { kind, style: Style::Flatten, in_form: false, sensitive: false, time: None }
    }

    /// A list.
    pub(crate) fn list<T: Datum>(list: &'a Vec<T>) -> Self {
        Self::new(Kind::List { list, inner: None })
    }

    /// A map from text.
    pub(crate) fn map<T: Datum>(map: &'a BTreeMap<String, T>) -> Self {
        Self::new(Kind::Map(map))
    }

    /// Any JSON.
    pub fn json(value: &'a serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::ABSENT,
            serde_json::Value::String(text) => Self::text(text),
            serde_json::Value::Bool(value) => Self::bool(*value),
            other => Self::new(Kind::Json(other)),
        }
    }

    #[doc(hidden)]
    pub fn text(text: &'a str) -> Self {
        Self::new(Kind::Text(text))
    }

    /// A point in time.
    pub(crate) fn time(text: &'a str) -> Self {
        Self { time: Some(Precision::default()), ..Self::text(text) }
    }

    /// The same value as what `holder` holds: a time in it is taken as exactly as the holder says.
    pub(crate) fn within(self, holder: Value<'_>) -> Self {
        Self { time: self.time.map(|own| holder.time.unwrap_or(own)), ..self }
    }

    pub(crate) fn bool(value: bool) -> Self {
        Self::new(Kind::Bool(value))
    }

    pub(crate) fn integer(value: i64) -> Self {
        Self::new(Kind::Integer(value))
    }

    pub(crate) fn float(value: f32) -> Self {
        // By way of its shortest text, so that 0.1 does not become 0.10000000149011612.
        Self::double(value.to_string().parse().unwrap_or(f64::from(value)))
    }

    pub(crate) fn double(value: f64) -> Self {
        Self::new(Kind::Double(value))
    }

    pub(crate) fn object<T: Object>(object: &'a T) -> Self {
        Self::new(Kind::Object { type_name: std::any::type_name::<T>(), object })
    }
}

/// A list of any element type.
pub trait List: Send + Sync {
    /// How many elements there are.
    fn count(&self) -> usize;
    /// The element at `index`.
    fn get(&self, index: usize) -> Option<Value<'_>>;
}

impl<T: Datum> List for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }
    fn get(&self, index: usize) -> Option<Value<'_>> {
        self.as_slice().get(index).map(T::value)
    }
}

impl<'a> dyn List + 'a {
    /// The elements in their order.
    pub fn iter(&self) -> impl Iterator<Item = Value<'_>> {
        (0..self.count()).filter_map(|index| self.get(index))
    }
}

/// A map of any value type.
pub trait Map: Send + Sync {
    /// How many entries there are.
    fn count(&self) -> usize;
    /// Shows every entry, in the order of the keys.
    fn for_each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, Value<'a>));
}

impl<T: Datum> Map for BTreeMap<String, T> {
    fn count(&self) -> usize {
        self.len()
    }
    fn for_each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, Value<'a>)) {
        self.iter().for_each(|(key, value)| visit(key, value.value()));
    }
}

impl<'a> dyn Map + 'a {
    /// The keys in their order, each with its value.
    pub(crate) fn entries(&self) -> Vec<(&str, Value<'_>)> {
        let mut entries = Vec::with_capacity(self.count());
        self.for_each(&mut |key, value| entries.push((key, value)));
        entries
    }
}
