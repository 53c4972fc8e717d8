//! Mistakes as checks find them: what is wrong, in which file, and by which keys one gets there.

use crate::position::Position;
use crate::source::Source;

/// One mistake, whose line nobody has looked for yet.
#[derive(Debug, Clone)]
#[must_use = "a mistake that nobody reports is not found"]
pub(crate) struct Mistake {
    pub(crate) path: String,
    pub(crate) at: At,
    pub(crate) message: String,
    pub(crate) label: String,
    pub(crate) help: String,
    pub(crate) severity: Severity,
}

/// The place of a mistake in a file.
#[derive(Debug, Clone)]
pub(crate) enum At {
    /// A byte of the text.
    Byte(usize),
    /// A key, or the value it has.
    Position(Box<Position>),
}

/// How much of a mistake it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Odd, but it may be meant: the code is generated all the same, and what checks it says so.
    Warning,
}

impl Mistake {
    pub(crate) fn new(source: &Source, position: &Position, message: impl Into<String>) -> Self {
        Self { at: At::Position(Box::new(position.clone())), ..Self::at_byte(&source.path, 0, message) }
    }

    /// A mistake at a byte of a file.
    pub(crate) fn at_byte(path: &str, byte: usize, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            at: At::Byte(byte),
            message: message.into(),
            label: String::new(),
            help: String::new(),
            severity: Severity::Error,
        }
    }

    /// Adds what stands beside the place.
    pub(crate) fn label(self, label: impl Into<String>) -> Self {
        Self { label: label.into(), ..self }
    }

    /// Adds what to do about it.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }

    /// The same, as something that may be meant.
    pub(crate) fn warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }
}

/// The one of `known` nearest to `word`, case aside, if it is near enough to be meant: one edit away, and one more
/// for every six characters. An edit adds, drops or replaces a character, or swaps two that are neighbours.
///
/// The program `rds` suggests names by the same rule, in `rds-api/cli/src/suggestion.rs`; neither crate depends on
/// the other.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::osa_distance(&word, &name.to_lowercase()), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= 1 + word.chars().count() / 6)
        .map(|(_, name)| name)
}
