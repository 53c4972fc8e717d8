//! `rds operations`: what can be called.

use std::fmt::Write as _;

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser};
use rds_api::Access;
use rds_api::catalogue::{self, Operation};

use crate::failure::Failure;
use crate::names;
use crate::output;
use crate::terminal::{HEADING, NAME, WRITES, styled, wrapped};

/// List the operations, by family; a mark tells which of them change something.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only operations with all these words in their name, family, summary or description.
    #[arg(value_name = "SEARCH")]
    words: Vec<String>,
    /// Only those of this family.
    #[arg(long, value_parser = families())]
    family: Option<String>,
    /// Only those that only read, or only those that may change something.
    #[arg(long)]
    access: Option<ReadOrWrite>,
    /// Only the names, for scripts.
    #[arg(long)]
    names: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReadOrWrite {
    Read,
    Write,
}

fn families() -> PossibleValuesParser {
    catalogue::families().map(|family| PossibleValue::new(family.name).help(family.doc)).into()
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let words: Vec<String> = arguments.words.iter().map(|word| word.to_lowercase()).collect();
    let found: Vec<&Operation> =
        catalogue::operations().filter(|operation| is_wanted(operation, arguments, &words)).collect();
    if found.is_empty() {
        return Err(nothing(&arguments.words));
    }
    if arguments.names {
        let names: String = found.iter().map(|operation| format!("{}\n", operation.name)).collect();
        return output::print(&names);
    }
    output::print(&list(&found))
}

fn is_wanted(operation: &Operation, arguments: &Arguments, words: &[String]) -> bool {
    let access = match arguments.access {
        Some(ReadOrWrite::Read) => operation.access == Access::Read,
        Some(ReadOrWrite::Write) => operation.access == Access::Write,
        None => true,
    };
    let family = arguments.family.as_ref().is_none_or(|family| operation.family == *family);
    let text = || {
        let Operation { name, family, summary, description, .. } = operation;
        format!("{name} {family} {summary} {description}").to_lowercase()
    };
    access && family && (words.is_empty() || words.iter().all(|word| text().contains(word)))
}

fn nothing(words: &[String]) -> Failure {
    let words = words.join(" ");
    let hint = match names::nearest_operation(&words) {
        Some(name) => format!("; did you mean {name}?"),
        None => String::new(),
    };
    Failure::usage(format!("no operation has `{words}` in its name or description{hint}"))
}

fn list(found: &[&Operation]) -> String {
    let longest = found.iter().map(|operation| operation.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for family in catalogue::families() {
        let of_family: Vec<_> = found.iter().filter(|operation| operation.family == family.name).collect();
        if of_family.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{}", styled(HEADING, family.title));
        for operation in of_family {
            let mark = match operation.access {
                Access::Read => "  ".to_owned(),
                Access::Write => styled(WRITES, "W "),
            };
            let padding = " ".repeat(longest - operation.name.len() + 2);
            // The name is put in after wrapping, which would count its style.
            let summary = wrapped(&operation.summary, longest + 4, longest + 4);
            let _ = write!(
                text,
                "{mark}{}{padding}{}",
                styled(NAME, &operation.name),
                summary.trim_start_matches(' ')
            );
        }
        text.push('\n');
    }
    let reads = found.iter().filter(|operation| operation.access == Access::Read).count();
    let writes = found.len() - reads;
    let _ =
        writeln!(text, "{} operations: {reads} only read, {writes} may change something (W)", found.len());
    text
}
