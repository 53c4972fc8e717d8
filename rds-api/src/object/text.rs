//! Values that the wire carries as text and Rust as a type: enums, and timestamps.

use std::fmt;

/// A type with a text on the wire. Decoding never fails: a text that an enum does not know is kept as it
/// came.
pub(crate) trait Text: Sized + Send + Sync {
    /// The text on the wire.
    fn as_str(&self) -> &str;

    /// The value with this text.
    fn from_text(text: &str) -> Self;
}

/// A value that the specification of this crate did not know when it was generated, kept as it came.
///
/// Only parsing makes one, so that a known text never hides in it and two equal texts are always equal
/// values.
// Boxed twice, so that the enums of all the values that are known take two words and not three.
#[derive(Clone)]
pub struct UnrecognizedValue(Box<Box<str>>);

impl UnrecognizedValue {
    pub(crate) fn new(text: &str) -> Self {
        Self(Box::new(text.into()))
    }

    /// The text as the wire had it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnrecognizedValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Gives a type with [`Text`] the standard traits, all of them by way of its text.
macro_rules! impl_text {
    ($($name:ident)*) => {$(
        impl $name {
            /// The text that the wire carries for this value.
            pub fn as_str(&self) -> &str {
                $crate::object::Text::as_str(self)
            }
        }
        impl $crate::object::Datum for $name {
            fn slot(place: &mut Option<Self>) -> $crate::object::Slot<'_> {
                $crate::object::Slot::Text(place)
            }
            fn value(&self) -> $crate::object::Value<'_> {
                $crate::object::Value::text(self.as_str())
            }
        }
        impl $crate::object::Blank for $name {
            fn blank() -> Self {
                $crate::object::Text::from_text("")
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::object::debug::text(stringify!($name), self.as_str(), formatter)
            }
        }
        impl ::std::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }
        impl ::std::cmp::Eq for $name {}
        impl ::std::hash::Hash for $name {
            fn hash<H: ::std::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }
        impl ::std::cmp::PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }
        impl ::std::cmp::PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }
        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                $crate::object::Text::from_text(text)
            }
        }
        impl ::std::convert::From<String> for $name {
            fn from(text: String) -> Self {
                $crate::object::Text::from_text(&text)
            }
        }
        impl ::std::convert::From<&$name> for $name {
            fn from(value: &$name) -> Self {
                value.clone()
            }
        }
        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok($crate::object::Text::from_text(text))
            }
        }
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::object::decode::value(deserializer)
            }
        }
    )*};
}
pub(crate) use impl_text;
