//! How the types of the service meet the wire: two walks over their fields, and nothing generated but
//! those walks.
//!
//! The API has some 1,100 structures with 7,000 fields. Deriving serde for all of them makes a crate that
//! takes minutes to compile, so the generated types implement one object-safe trait instead, [`Object`]:
//! [`slot`](Object::slot) hands out the place where a wire name is decoded to, and
//! [`fields`](Object::fields) shows each field's name and value. Everything else is written once, here:
//!
//! | walk | what comes of it |
//! | --- | --- |
//! | `slot` | decoding from JSON and XML, leniently, with the path of a failure |
//! | `fields` | query parameters, `Debug` without secrets, equality, `serde::Serialize`, the answers of the embedded service |
//! | both | `Clone` |
//!
//! `Serialize` and `Deserialize` of the public types, under the feature `serde`, are thin shells over the two
//! walks.

pub(crate) mod copy;
pub(crate) mod debug;
pub(crate) mod decode;
pub(crate) mod equal;
pub(crate) mod find;
pub(crate) mod query;
#[cfg(all(test, feature = "catalogue"))]
mod round_trip;
pub(crate) mod serialize;
pub(crate) mod slot;
#[cfg(test)]
pub(crate) mod specimen;
pub(crate) mod text;
pub(crate) mod value;

pub use slot::Slot;
pub use text::UnrecognizedValue;
pub(crate) use text::impl_text;
pub use value::{Fields, Members, Shown, Value};

/// A structure of the service: a request, a response, or an object inside one.
///
/// Implemented by generated code only; its methods are the raw material of decoding and encoding, not
/// something a program calls.
pub trait Object: Send + Sync {
    /// An object to decode into: nothing set, required members empty.
    fn empty() -> Self
    where
        Self: Sized;

    /// The place to decode the member `key` into; [`Slot::Skip`] for a name the type does not know.
    fn slot(&mut self, key: &str) -> Slot<'_>;

    /// Shows every member, present or not, to `fields`, in the order of the specification.
    fn fields<'a>(&'a self, fields: &mut dyn Fields<'a>);
}

/// A type that can stand in a field: a scalar, an enum, an object, a list or a map of these.
pub trait Datum: Sized + Send + Sync {
    /// The slot that decodes into `place`, leaving `None` where the wire has no value.
    fn slot(place: &mut Option<Self>) -> Slot<'_>;

    /// The value to show to a walk.
    fn value(&self) -> Value<'_>;

    /// What a required field holds before anything is decoded into it.
    fn blank() -> Self;
}

impl<T: Object> Datum for T {
    fn slot(place: &mut Option<Self>) -> Slot<'_> {
        Slot::Object(place)
    }
    fn value(&self) -> Value<'_> {
        Value::object(self)
    }
    fn blank() -> Self {
        Self::empty()
    }
}

/// The parameters that a request becomes, by name and value, before signing.
///
/// ```
/// use rds_api::backup::DescribeBackupTasksRequest;
///
/// let request = DescribeBackupTasksRequest::new("rm-1");
/// assert_eq!(rds_api::object::parameters(&request), [("DBInstanceId".to_owned(), "rm-1".to_owned())]);
/// ```
pub fn parameters(request: &dyn Object) -> Vec<(String, String)> {
    let query::Parameters { mut query, form, .. } = query::Parameters::of(request);
    query.extend(form);
    query
}

/// A text that stands for a number, as that number.
pub(crate) fn number<T: std::str::FromStr>(text: Option<&str>) -> Option<T> {
    text?.trim().parse().ok()
}

/// What a required field holds before anything is decoded into it.
pub(crate) fn blank<T: Datum>() -> T {
    T::blank()
}

/// Gives a generated structure its standard traits, all of them by way of the two walks.
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
        $crate::object::impl_serde!($name);
    )*};
}
pub(crate) use impl_object;

/// Gives a generated type the traits of serde. They are behind a feature, because some 2,800 impls are a tenth
/// of what the crate takes to compile, and most programs need none of them.
#[cfg(any(feature = "serde", test))]
macro_rules! impl_serde {
    ($name:ident) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                ::serde::Serialize::serialize(&$crate::object::Datum::value(self), serializer)
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::object::decode::value(deserializer)
            }
        }
    };
}
#[cfg(not(any(feature = "serde", test)))]
macro_rules! impl_serde {
    ($name:ident) => {};
}
pub(crate) use impl_serde;
