//! The cursor of all checks: a place in a file, at which a mistake can be reported.

use std::fmt;

use crate::mistake::Mistake;
use crate::position::Position;
use crate::source::Source;

/// A place in a file of the specification: a key, or an element of a list.
#[derive(Debug, Clone)]
pub(crate) struct Site<'s> {
    source: &'s Source,
    position: Position,
}

impl<'s> Site<'s> {
    /// The file as a whole.
    pub(crate) fn file(source: &'s Source) -> Self {
        Self { source, position: Position::default() }
    }

    /// The key, or the index of an element, below this place.
    pub(crate) fn key(&self, key: impl fmt::Display) -> Self {
        Self { source: self.source, position: self.position.key(key) }
    }

    /// The value of this key, where a mistake is in the value alone.
    pub(crate) fn value(&self) -> Self {
        Self { source: self.source, position: self.position.value() }
    }

    /// A mistake at this place.
    pub(crate) fn error(&self, message: impl Into<String>) -> Mistake {
        Mistake::new(self.source, &self.position, message)
    }
}
