//! What a caller can say so that what was refused is done.

use super::Error;

/// What a caller can say so that what was refused is done all the same. Where a program has a way of its own for it, such as an
/// option, its message says that instead: see [`Error::told_with`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Remedy {
    /// A file that is there may be replaced.
    Overwrite,
    /// A file may be taken as it is, though nothing says what it should be.
    SkipVerification,
    /// What is not encrypted may be called.
    AllowPlainHttp,
    /// A file may be called by a name of the caller's.
    NameFile,
}

impl Remedy {
    /// The sentence that names the method of this crate.
    pub(super) fn in_rust(self) -> &'static str {
        match self {
            Self::Overwrite => "replace it with `overwrite()`",
            Self::SkipVerification => "take it all the same with `without_verification()`",
            Self::AllowPlainHttp => "use https, or allow it with `allow_plain_http()`",
            Self::NameFile => "give it one with `save_as`",
        }
    }
}

impl Error {
    /// What the caller can say so that it is done all the same, where the message names such a thing.
    pub fn remedy(&self) -> Option<Remedy> {
        self.0.remedy
    }

    pub(crate) fn with_remedy(mut self, remedy: Remedy) -> Self {
        self.0.remedy = Some(remedy);
        self
    }
}
