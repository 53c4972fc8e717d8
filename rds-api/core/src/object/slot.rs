//! The places that decoding writes to.

use std::collections::BTreeMap;

use super::{Datum, Empty, Object, Value};

/// What a value takes to be allocated at all.
const ALLOCATION: usize = 16;

/// A place to decode one value into.
///
/// Every variant is a reference to an optional value, because that is what all of them share: the wire may
/// say `null`, or an empty string where a number was due, and then there is no value.
#[non_exhaustive]
pub enum Slot<'a> {
    /// A string; numbers and booleans become their text.
    String(&'a mut Option<String>),
    /// A boolean; texts and numbers are understood.
    Bool(&'a mut Option<bool>),
    /// A 32-bit integer; texts, whole floats and booleans are understood.
    Int32(&'a mut Option<i32>),
    /// A 64-bit integer, read like a 32-bit one.
    Int64(&'a mut Option<i64>),
    /// A single-precision number; texts are understood.
    Float(&'a mut Option<f32>),
    /// A double-precision number; texts are understood.
    Double(&'a mut Option<f64>),
    /// An enum or a timestamp.
    Text(&'a mut dyn TextPlace),
    /// Any JSON, kept as it is.
    Json(&'a mut Option<serde_json::Value>),
    /// An object.
    Object(&'a mut dyn ObjectPlace),
    /// A list; with the name of the element that wraps it, where the wire has one.
    List(&'a mut dyn ListPlace, Option<&'static str>),
    /// A map from text.
    Map(&'a mut dyn MapPlace),
    /// A value that is always there once the object is.
    Required(&'a mut dyn RequiredPlace),
    /// One more element of a list.
    Element(&'a mut dyn ListPlace),
}

impl Slot<'_> {
    /// Whether a number belongs here, and nothing need to.
    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Slot::Int32(_) | Slot::Int64(_) | Slot::Float(_) | Slot::Double(_))
    }

    /// Leaves no value, where the slot can have none.
    pub(crate) fn clear(&mut self) {
        match self {
            Slot::String(place) => **place = None,
            Slot::Bool(place) => **place = None,
            Slot::Int32(place) => **place = None,
            Slot::Int64(place) => **place = None,
            Slot::Float(place) => **place = None,
            Slot::Double(place) => **place = None,
            Slot::Text(place) => place.clear(),
            Slot::Json(place) => **place = None,
            Slot::Object(place) => place.clear(),
            Slot::List(..) | Slot::Element(_) | Slot::Map(_) | Slot::Required(_) => {}
        }
    }

    /// Stores a text, if that is what belongs here.
    #[inline]
    pub(crate) fn set_text(&mut self, text: &str) -> bool {
        match self {
            Slot::String(place) => **place = Some(text.to_owned()),
            Slot::Text(place) if !text.is_empty() => place.set(text),
            _ => return false,
        }
        true
    }
}

/// Where an enum or a timestamp is decoded to.
pub trait TextPlace {
    /// Stores the value with this text.
    fn set(&mut self, text: &str);
    /// Leaves no value.
    fn clear(&mut self);
}

impl<T: for<'t> From<&'t str>> TextPlace for Option<T> {
    fn set(&mut self, text: &str) {
        *self = Some(T::from(text));
    }
    fn clear(&mut self) {
        *self = None;
    }
}

/// Where an object is decoded to.
pub trait ObjectPlace {
    /// The object, made first if there is none yet.
    fn object(&mut self) -> &mut dyn Object;
    /// Leaves no object.
    fn clear(&mut self);
}

impl<T: Empty> ObjectPlace for Option<T> {
    fn object(&mut self) -> &mut dyn Object {
        self.get_or_insert_with(T::empty)
    }
    fn clear(&mut self) {
        *self = None;
    }
}

/// Where a list is decoded to.
pub trait ListPlace {
    /// Decodes one more element with `decode` and keeps it, unless it turned out to be no value.
    fn element<'d>(&mut self, decode: &mut (dyn FnMut(Slot<'_>) + 'd));
    /// Adds an empty object and gives it, if the elements are objects, to be decoded where it stays.
    fn object(&mut self) -> Option<&mut dyn Object>;
    /// What `key` is to the elements.
    fn membership(&self, key: &str) -> Membership;
    /// How many bytes of memory one more element takes, besides those of its texts.
    fn element_size(&self) -> usize;
}

/// What a name is to the elements of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Membership {
    /// A member of theirs.
    Member,
    /// No member of theirs.
    Unknown,
    /// They are maps or any JSON, so it can be a member.
    Possible,
    /// They are scalars, without members.
    Impossible,
}

impl<T: Datum> ListPlace for Vec<T> {
    fn element<'d>(&mut self, decode: &mut (dyn FnMut(Slot<'_>) + 'd)) {
        let mut place = None;
        decode(T::slot(&mut place));
        if let Some(element) = place {
            self.push(element);
        }
    }
    fn object(&mut self) -> Option<&mut dyn Object> {
        T::add_object(self)
    }
    fn membership(&self, key: &str) -> Membership {
        let mut place = None::<T>;
        match T::slot(&mut place) {
            Slot::Object(place) => match place.object().position(key).is_some() {
                true => Membership::Member,
                false => Membership::Unknown,
            },
            Slot::Map(_) | Slot::Json(_) => Membership::Possible,
            _ => Membership::Impossible,
        }
    }
    fn element_size(&self) -> usize {
        size_of::<T>() + ALLOCATION
    }
}

/// Where a map is decoded to.
pub trait MapPlace {
    /// Decodes the value of `key` with `decode` and keeps it, unless it turned out to be no value.
    fn entry<'d>(&mut self, key: String, decode: &mut (dyn FnMut(Slot<'_>) + 'd));
    /// How many bytes of memory one more entry takes, besides those of its texts.
    fn entry_size(&self) -> usize;
}

impl<T: Datum> MapPlace for BTreeMap<String, T> {
    fn entry<'d>(&mut self, key: String, decode: &mut (dyn FnMut(Slot<'_>) + 'd)) {
        let mut place = None;
        decode(T::slot(&mut place));
        self.extend(place.map(|value| (key, value)));
    }
    fn entry_size(&self) -> usize {
        size_of::<(String, T)>() + ALLOCATION
    }
}

/// Where a required value is decoded to.
pub trait RequiredPlace {
    /// Decodes the value with `decode`; without one the old value stays, and it says so.
    fn fill<'d>(&mut self, decode: &mut (dyn FnMut(Slot<'_>) + 'd)) -> bool;
}

impl<T: Datum> RequiredPlace for T {
    fn fill<'d>(&mut self, decode: &mut (dyn FnMut(Slot<'_>) + 'd)) -> bool {
        let mut place = None;
        decode(T::slot(&mut place));
        match place {
            Some(value) => *self = value,
            None => return false,
        }
        true
    }
}

macro_rules! scalar {
    ($($type:ty, $slot:ident, |$value:ident| $show:expr;)*) => {$(
        impl Datum for $type {
            fn slot(place: &mut Option<Self>) -> Slot<'_> {
                Slot::$slot(place)
            }
            fn value(&self) -> Value<'_> {
                let $value = self;
                $show
            }
        }
    )*};
}

scalar! {
    String, String, |value| Value::text(value);
    bool, Bool, |value| Value::bool(*value);
    i32, Int32, |value| Value::integer(i64::from(*value));
    i64, Int64, |value| Value::integer(*value);
    f32, Float, |value| Value::float(*value);
    f64, Double, |value| Value::double(*value);
    serde_json::Value, Json, |value| Value::json(value);
}

impl<T: Datum> Datum for Vec<T> {
    fn slot(place: &mut Option<Self>) -> Slot<'_> {
        Slot::List(place.get_or_insert_default(), None)
    }
    fn required(&mut self) -> Slot<'_> {
        Slot::List(self, None)
    }
    fn value(&self) -> Value<'_> {
        Value::list(self)
    }
}

impl<T: Datum> Datum for BTreeMap<String, T> {
    fn slot(place: &mut Option<Self>) -> Slot<'_> {
        Slot::Map(place.get_or_insert_default())
    }
    fn required(&mut self) -> Slot<'_> {
        Slot::Map(self)
    }
    fn value(&self) -> Value<'_> {
        Value::map(self)
    }
}
