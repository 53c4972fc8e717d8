//! What the generator writes, and where.

/// A text to write, below the folder of the crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The path, with `/` between its parts.
    pub path: String,
    /// The whole text of the file.
    pub text: String,
}
