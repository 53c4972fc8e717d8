//! What the generator writes, and where.

/// A text to write, below the root of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The path, with `/` between its parts.
    pub path: String,
    /// The whole text of the file.
    pub text: String,
}

/// The source folder of the client, relative to the root of the repository.
pub(crate) const CLIENT: &str = "rds-api/src";
