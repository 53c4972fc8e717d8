//! `cargo xtask import METADATA.json [OPERATION…]`: what the vendor publishes, in the specification.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use codegen::import::{self, Failure, Import, Options};

use crate::generate;
use crate::repository::Repository;

/// What an import exits with when all is well.
const DONE: u8 = 0;
/// What `--diff` exits with when something differs.
const DIFFERENT: u8 = 1;
/// What any import exits with when it cannot do its work.
const FAILED: u8 = 2;

/// The arguments of `cargo xtask import`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The document of API metadata.
    metadata: PathBuf,
    /// The operations to import; all of the document unless given.
    operations: Vec<String>,
    /// Change nothing; tell what differs from the specification, and exit with 1 if anything does.
    #[arg(long, conflicts_with_all = ["family", "drafts", "accept_breaking"])]
    diff: bool,
    /// With --diff: only operations, parameters, members, values and error codes that are new.
    #[arg(long, requires = "diff")]
    added: bool,
    /// With --diff: only what breaks callers.
    #[arg(long, requires = "diff")]
    breaking: bool,
    /// With --diff: only what an earlier document did not have, so that what a person has decided is not told again.
    #[arg(long, requires = "diff", value_name = "METADATA")]
    since: Option<PathBuf>,
    /// With --diff: how to tell it.
    #[arg(long, requires = "diff", value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The family of new operations; unless given, that of their neighbours in the document.
    #[arg(long, value_name = "NAME")]
    family: Option<String>,
    /// Take over also what breaks callers, such as a required parameter or a tighter limit.
    #[arg(long)]
    accept_breaking: bool,
    /// Take existing files for drafts: put their fields in order, and mark what the document requires.
    #[arg(long)]
    drafts: bool,
}

/// A way to tell differences.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each, below its operation.
    Text,
    /// A JSON list with an object for each.
    Json,
}

pub(crate) fn run(repository: &Repository, arguments: &Arguments) -> ExitCode {
    let outcome = if arguments.diff { diff(repository, arguments) } else { write(repository, arguments) };
    match outcome {
        Ok((message, code)) => {
            println!("{message}");
            ExitCode::from(code)
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(FAILED)
        }
    }
}

fn diff(repository: &Repository, arguments: &Arguments) -> Result<(String, u8), String> {
    let sources = repository.specification()?;
    let differences_of = |path: &Path| {
        let failed = |failure| explain(repository, path, failure);
        import::diff(&sources, &read(path)?, &arguments.operations).map_err(failed)
    };
    let mut differences = differences_of(&arguments.metadata)?;
    if let Some(earlier) = &arguments.since {
        differences = differences.since(&differences_of(earlier)?);
    }
    if arguments.added {
        differences = differences.added();
    }
    if arguments.breaking {
        differences = differences.breaking();
    }
    let code = if differences.is_empty() { DONE } else { DIFFERENT };
    let message = match arguments.format {
        Format::Text => differences.to_string(),
        Format::Json => differences.to_json(),
    };
    Ok((message, code))
}

fn write(repository: &Repository, arguments: &Arguments) -> Result<(String, u8), String> {
    let metadata = read(&arguments.metadata)?;
    let options = Options {
        operations: &arguments.operations,
        family: arguments.family.as_deref(),
        drafts: arguments.drafts,
        accept_breaking: arguments.accept_breaking,
    };
    let Import { created, completed, unchanged, left_out, refused } =
        import::import(&repository.specification()?, &metadata, options)
            .map_err(|failure| explain(repository, &arguments.metadata, failure))?;
    let mut message = String::new();
    for (what, outputs) in [("created", &created), ("completed", &completed)] {
        for output in outputs {
            repository.write(&output.path, &output.text)?;
            message += &format!("{what} {}\n", repository.shown(&output.path));
        }
    }
    message += &format!("{} created, {} completed, {unchanged} unchanged", created.len(), completed.len());
    if !created.is_empty() || !completed.is_empty() {
        let codegen = repository.codegen("--drafts --out FOLDER --package NAME");
        message += &format!("; what still wants words: {codegen}");
    }
    if !refused.is_empty() {
        message += &format!("\n\nLeft out, because nothing can be made of it:\n  {}", refused.join("\n  "));
    }
    if !left_out.is_empty() {
        message +=
            &format!("\n\nLeft out, because it breaks callers; --accept-breaking takes it over:\n{left_out}");
    }
    Ok((message, DONE))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn explain(repository: &Repository, path: &Path, failure: Failure) -> String {
    match failure {
        Failure::Metadata(message) => format!("{}: {message}", path.display()),
        Failure::Specification(diagnostics) => generate::report(repository, &diagnostics),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    /// A repository with a document beside it.
    fn prepared(metadata: &str) -> (tempfile::TempDir, Repository, String) {
        let folder = tempfile::tempdir().unwrap();
        let document = folder.path().join("metadata.json");
        fs::write(&document, metadata).unwrap();
        let repository = Repository::at(folder.path().to_owned());
        (folder, repository, document.display().to_string())
    }

    fn parsed(arguments: &[&str]) -> Arguments {
        Line::parse_from(["import"].iter().chain(arguments)).arguments
    }

    #[test]
    fn a_second_import_writes_nothing_and_nothing_differs() {
        let (_folder, repository, document) = prepared(r#"{"apis": {"GetThing": {}}}"#);
        let diff_arguments = parsed(&[&document, "--diff"]);
        assert_eq!(diff(&repository, &diff_arguments).unwrap().1, DIFFERENT);

        let arguments = parsed(&[&document, "--family", "things"]);
        let (message, code) = write(&repository, &arguments).unwrap();
        assert_eq!(code, DONE);
        assert!(message.contains("created spec/things/GetThing.yaml"), "{message}");
        let text = repository.read("spec/things/GetThing.yaml").unwrap();

        let (message, _) = write(&repository, &arguments).unwrap();
        assert_eq!(message, "0 created, 0 completed, 1 unchanged");
        assert_eq!(repository.read("spec/things/GetThing.yaml").unwrap(), text);
        assert_eq!(diff(&repository, &diff_arguments).unwrap().1, DONE);
    }

    #[test]
    fn what_breaks_callers_is_shown_by_one_option_and_taken_over_by_another() {
        for (arguments, is_right) in [
            (&["m.json", "--diff", "--breaking"][..], true),
            (&["m.json", "--accept-breaking"], true),
            (&["m.json", "--breaking"], false),
            (&["m.json", "--diff", "--accept-breaking"], false),
        ] {
            let parsed = Line::try_parse_from(["import"].iter().chain(arguments));
            assert_eq!(parsed.is_ok(), is_right, "{arguments:?}");
        }
    }

    #[test]
    fn what_cannot_be_done_says_which_document_is_meant() {
        let (_folder, repository, document) = prepared("{}");
        let message = write(&repository, &parsed(&[&document])).unwrap_err();
        assert!(message.starts_with(&document), "{message}");
        assert!(write(&repository, &parsed(&["/nowhere.json"])).unwrap_err().contains("cannot read"));
    }
}
