//! The fields of objects: what each holds, and where to decode it.

use super::{Datum, Slot, Value};

/// A field of an object: one that always holds a value, or one that may hold none.
#[doc(hidden)]
pub trait Field {
    /// What it holds.
    fn shown(&self) -> Value<'_>;

    /// The place to decode into.
    fn place(&mut self) -> Slot<'_>;

    /// Stores a text, if that is what belongs here.
    fn set_text(&mut self, text: &str) -> bool {
        self.place().set_text(text)
    }
}

impl<T: Datum> Field for T {
    #[inline]
    fn shown(&self) -> Value<'_> {
        self.value()
    }
    #[inline]
    fn place(&mut self) -> Slot<'_> {
        self.required()
    }
}

impl<T: Datum> Field for Option<T> {
    #[inline]
    fn shown(&self) -> Value<'_> {
        self.as_ref().map_or(Value::ABSENT, T::value)
    }
    #[inline]
    fn place(&mut self) -> Slot<'_> {
        T::slot(self)
    }
}
