//! Values that the wire carries as text and Rust as a type: enums, and timestamps.

use std::fmt;

/// A value that the specification of this crate did not know when it was generated, kept as it came.
///
/// Only parsing makes one, so that a known text never hides in it and two equal texts are always equal
/// values.
// Boxed twice, so that the enums of all the values that are known take two words and not three.
#[derive(Clone)]
pub struct UnrecognizedValue(Box<Box<str>>);

impl UnrecognizedValue {
    #[doc(hidden)]
    pub fn new(text: &str) -> Self {
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

/// Gives a generated enum what [`impl_text`] gives, and what follows from its having a variant for texts that this
/// version does not know.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_enum {
    ($($name:ident)*) => {
        $crate::impl_text!($($name)*);
        $(
            impl From<String> for $name {
                #[inline]
                fn from(text: String) -> Self {
                    Self::from(text.as_str())
                }
            }
            // By the text of the wire, so that no value moves when another version knows more of them.
            impl Ord for $name {
                #[inline]
                fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
                    self.as_str().cmp(other.as_str())
                }
            }
            impl PartialOrd for $name {
                #[inline]
                fn partial_cmp(&self, other: &Self) -> Option<::std::cmp::Ordering> {
                    Some(self.cmp(other))
                }
            }
        )*
    };
}

/// Gives a type that has `as_str` and is `From<&str>` the other standard traits, all of them by way of its
/// text. Making it of a text never fails: an enum keeps one that it does not know as it came.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_text {
    ($($name:ident)*) => {$(
        impl $crate::object::Datum for $name {
            #[inline]
            fn slot(place: &mut Option<Self>) -> $crate::object::Slot<'_> {
                $crate::object::Slot::Text(place)
            }
            #[inline]
            fn value(&self) -> $crate::object::Value<'_> {
                $crate::object::Value::text(self.as_str())
            }
        }
        impl Clone for $name {
            #[inline]
            fn clone(&self) -> Self {
                Self::from(self.as_str())
            }
        }
        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }
        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::object::debug::text(stringify!($name), self.as_str(), formatter)
            }
        }
        impl PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }
        impl Eq for $name {}
        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;
            #[inline]
            fn from_str(text: &str) -> Result<Self, ::std::convert::Infallible> {
                Ok(Self::from(text))
            }
        }
        $crate::impl_hash!($name);
        $crate::impl_serde!($name);
    )*};
}

/// Gives such a type `Hash`, behind a feature, since few programs have such keys.
#[cfg(any(feature = "hash", test))]
#[doc(hidden)]
#[macro_export]
macro_rules! impl_hash {
    ($name:ident) => {
        impl ::std::hash::Hash for $name {
            fn hash<H: ::std::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }
    };
}
#[cfg(not(any(feature = "hash", test)))]
#[doc(hidden)]
#[macro_export]
macro_rules! impl_hash {
    ($name:ident) => {};
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::object::all_kinds::Color;

    #[test]
    fn values_are_in_the_order_of_their_texts_known_or_not() {
        let mut colors = ["violet", "red", "amber"].map(|text| Color::from(text.to_owned()));
        colors.sort();
        assert_eq!(colors, ["amber", "red", "violet"].map(Color::from));
    }

    #[test]
    fn one_text_is_one_key() {
        let colors: HashSet<Color> = ["red", "blue", "red", "blue"].map(Color::from).into();
        assert_eq!(colors.len(), 2);
    }
}
