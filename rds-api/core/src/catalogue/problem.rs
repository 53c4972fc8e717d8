//! What can be wrong with a parameter.

use std::fmt;

use super::Operation;

/// Something wrong with a parameter, found by [`OperationExt::check`](super::OperationExt::check) or
/// [`FieldExt::parse`](super::FieldExt::parse). `Display` has the whole sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The parameter, or the member of one, such as `Tag.1.Key`.
    pub path: String,
    /// What kind of problem it is.
    pub kind: ProblemKind,
    /// What is wrong, such as `0 is less than 30`.
    pub reason: String,
}

/// The kind of a [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A required value is not there.
    Missing,
    /// The specification has no such parameter or member. The service ignores it.
    Unknown,
    /// The value is not of its type: not a number, not a list, not a point in time.
    WrongType,
    /// The value is not among the known ones of its enum. The service may have got it since.
    UnknownValue,
    /// The value is outside of its limits: too small, too long, not of the pattern.
    OutOfLimits,
}

impl Problem {
    /// The parameter that the path begins with.
    pub fn parameter(&self) -> &str {
        self.path.split('.').next().unwrap_or(&self.path)
    }

    /// What is wrong, without anything of the value, for one that is secret: what the parameter takes, not what it was given.
    pub fn without_value(&self, operation: &Operation) -> String {
        let parameter = self.parameter();
        let takes = match self.kind {
            ProblemKind::Missing => return self.to_string(),
            ProblemKind::OutOfLimits if self.path == parameter => {
                operation.parameter(parameter).map(|field| field.limits.in_words().join(", "))
            }
            _ => None,
        };
        match takes {
            Some(takes) => format!("`{parameter}` is not valid: it takes {takes}"),
            None => format!("`{parameter}` is not valid; why is not shown, since it is secret"),
        }
    }

    pub(super) fn missing(path: &str) -> Self {
        Self::new(path, ProblemKind::Missing, "it is required")
    }

    pub(super) fn unknown(path: &str) -> Self {
        Self::new(path, ProblemKind::Unknown, "the specification does not have it")
    }

    pub(super) fn new(path: &str, kind: ProblemKind, reason: impl fmt::Display) -> Self {
        Self { path: path.to_owned(), kind, reason: reason.to_string() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, kind, reason } = self;
        match kind {
            ProblemKind::Missing => write!(formatter, "`{path}` is required"),
            ProblemKind::Unknown => write!(formatter, "`{path}` is not in the specification"),
            _ => write!(formatter, "`{path}` is not valid: {reason}"),
        }
    }
}

impl std::error::Error for Problem {}
