//! Positions in a YAML document, as paths of keys.
//!
//! Checks speak of a position as the keys that lead to it. Only when there is something to report is the text walked
//! once more, to find the lines.

use std::fmt;

/// A position in a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// The keys and indices that lead there.
    path: Vec<String>,
    /// The value is meant, not its key.
    is_value: bool,
}

impl Position {
    /// The position of a key, or of an element, of what is here.
    pub(crate) fn key(&self, key: impl fmt::Display) -> Self {
        let mut path = self.path.clone();
        path.push(key.to_string());
        Self { path, is_value: false }
    }

    /// The value of the key that is here.
    pub(crate) fn value(&self) -> Self {
        Self { is_value: true, ..self.clone() }
    }

    /// The keys and indices that lead there.
    pub(crate) fn path(&self) -> &[String] {
        &self.path
    }

    /// Whether the value is meant, not its key.
    pub(crate) fn is_value(&self) -> bool {
        self.is_value
    }
}
