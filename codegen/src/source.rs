//! The files of the specification.

/// A file of the specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path from the root of the repository, with `/` between its parts.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// What a file of the specification describes, as its path says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject<'s> {
    /// `api.yaml`.
    Api,
    /// `types.yaml`.
    Types,
    /// `glossary.yaml`.
    Glossary,
    /// `errors.yaml`.
    Errors,
    /// `corrections.yaml`.
    Corrections,
    /// `FAMILY/NAME.yaml`.
    Operation {
        /// The folder.
        family: &'s str,
        /// The name of the file, which is the name of the operation.
        name: &'s str,
    },
    /// A file that has no place in a specification.
    Unknown,
}

impl Source {
    /// What the file describes.
    pub(crate) fn subject(&self) -> Subject<'_> {
        let below = self.path.split('/').skip_while(|part| *part != "spec").skip(1);
        match below.collect::<Vec<_>>()[..] {
            ["api.yaml"] => Subject::Api,
            ["types.yaml"] => Subject::Types,
            ["glossary.yaml"] => Subject::Glossary,
            ["errors.yaml"] => Subject::Errors,
            ["corrections.yaml"] => Subject::Corrections,
            [family, file] => match file.strip_suffix(".yaml") {
                Some(name) => Subject::Operation { family, name },
                None => Subject::Unknown,
            },
            _ => Subject::Unknown,
        }
    }
}
