//! How the types of the service meet the wire: their members by number, and nothing generated but that.
//!
//! A derive for each of the API's structures would cost every build of the client dearly (ARCHITECTURE.md has the
//! figures), so the generated types implement one object-safe trait instead, [`Object`]:
//! [`field`](Object::field) hands out the field that a member is decoded into, and [`member`](Object::member)
//! tells its wire name and shows its value. Everything else is written once, here:
//!
//! | members | what comes of them |
//! | --- | --- |
//! | `field` | decoding from JSON and XML, leniently, with the path of a failure |
//! | `member` | query parameters, `Debug` without secrets, equality, `serde::Serialize`, the responses of the embedded service |
//! | both | `Clone` |
//!
//! `Serialize` and `Deserialize` of the public types, under the feature `serde`, are thin shells over these.

#[cfg(test)]
pub(crate) mod all_kinds;
#[doc(hidden)]
pub mod copy;
#[doc(hidden)]
pub mod debug;
#[doc(hidden)]
pub mod decode;
#[doc(hidden)]
pub mod equal;
mod field;
pub mod find;
mod member;
pub(crate) mod scalar;
#[doc(hidden)]
pub mod serialize;
pub(crate) mod slot;
#[doc(hidden)]
pub mod success;
pub(crate) mod text;
#[doc(hidden)]
pub mod value;

pub use field::Field;
pub use member::Member;
pub use slot::Slot;
pub use success::is_success;
pub use text::UnrecognizedValue;
pub use value::Value;

#[doc(hidden)]
pub use crate::{impl_enum, impl_object, impl_text};

/// A structure of the service: a request, a response, or an object inside one.
///
/// Implemented by generated code only; its methods are the raw material of decoding and encoding, not
/// something a program calls.
#[doc(hidden)]
pub trait Object: Send + Sync {
    /// The field of the member at `index`, to decode into; `None` beyond the last.
    fn field(&mut self, index: usize) -> Option<&mut dyn Field>;

    /// The member at `index`, in the order of the specification; [`Member::NONE`] beyond the last.
    fn member(&self, index: usize) -> Member<'_>;
}

impl dyn Object + '_ {
    /// Every member, present or not, with its wire name.
    #[doc(hidden)]
    pub fn members(&self) -> impl Iterator<Item = (&'static str, Value<'_>)> {
        self.all().map(|member| (member.name, member.value()))
    }

    /// The index of the member with this wire name.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.all().position(|member| member.name == name)
    }

    fn all(&self) -> impl Iterator<Item = Member<'_>> {
        (0..).map(|index| self.member(index)).take_while(|member| !member.is_none())
    }
}

/// An object that can be made without knowing anything, to decode into.
#[doc(hidden)]
pub trait Empty: Object + Sized {
    /// Nothing set, required members empty.
    fn empty() -> Self;
}

impl<T: Object + Default> Empty for T {
    fn empty() -> Self {
        Self::default()
    }
}

/// A type that can stand in a field: a scalar, an enum, an object, a list or a map of these.
#[doc(hidden)]
pub trait Datum: Sized + Send + Sync {
    /// The slot that decodes into `place`, leaving `None` where the wire has no value.
    fn slot(place: &mut Option<Self>) -> Slot<'_>;

    /// The slot of a field that always holds a value.
    fn required(&mut self) -> Slot<'_> {
        Slot::Required(self)
    }

    /// The value to show.
    fn value(&self) -> Value<'_>;

    /// Adds an empty object to a list and gives it, if this is the type of an object.
    #[doc(hidden)]
    fn add_object(_list: &mut Vec<Self>) -> Option<&mut dyn Object> {
        None
    }
}

impl<T: Empty> Datum for T {
    fn slot(place: &mut Option<Self>) -> Slot<'_> {
        Slot::Object(place)
    }
    fn add_object(list: &mut Vec<Self>) -> Option<&mut dyn Object> {
        list.push(T::empty());
        list.last_mut().map(|object| object as &mut dyn Object)
    }
    fn value(&self) -> Value<'_> {
        Value::object(self)
    }
}

/// A text that stands for a number, as that number.
#[doc(hidden)]
pub fn number<T: std::str::FromStr>(text: Option<&str>) -> Option<T> {
    text?.trim().parse().ok()
}

/// Gives a generated structure its standard traits, all of them by way of its members.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_object {
    ($($name:ident)*) => {$(
        impl Clone for $name {
            #[inline]
            fn clone(&self) -> Self {
                $crate::object::copy::copy(self)
            }
        }
        impl PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::object::equal::equal(self, other)
            }
        }
        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::object::debug::debug(self, formatter)
            }
        }
        $crate::impl_serde!($name);
    )*};
}

// Any crate of a program may turn the feature on, also for those that do not depend on serde.
#[cfg(any(feature = "serde", test))]
pub use ::serde;

/// Gives a generated type the traits of serde, behind a feature, since most programs need none of them.
#[cfg(any(feature = "serde", test))]
#[doc(hidden)]
#[macro_export]
macro_rules! impl_serde {
    ($name:ident) => {
        impl $crate::object::serde::Serialize for $name {
            fn serialize<S: $crate::object::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                $crate::object::serde::Serialize::serialize(&$crate::object::Datum::value(self), serializer)
            }
        }
        impl<'de> $crate::object::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::object::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::object::decode::value(deserializer)
            }
        }
    };
}
#[cfg(not(any(feature = "serde", test)))]
#[doc(hidden)]
#[macro_export]
macro_rules! impl_serde {
    ($name:ident) => {};
}
