//! `rds operations`: the list of what can be called.

use std::fmt::Write as _;

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser};
use rds_api::Access;
use rds_api::schema::{self, Operation};
use rds_api_testing::FakeService;

use crate::failure::Failure;
use crate::names;
use crate::output;
use crate::search::search;
use crate::terminal::{HEADING, NAME, WRITES, styled, wrapped};

/// List the operations, by family; a mark tells which of them change something.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only operations with all these words in their name, family, summary or search words; if there are none, in
    /// their description.
    #[arg(value_name = "SEARCH")]
    words: Vec<String>,
    /// Only those of this family.
    #[arg(long, value_parser = families())]
    family: Option<String>,
    /// Only those that only read, or only those that may change something.
    #[arg(long)]
    access: Option<ReadOrWrite>,
    /// Only those that the embedded service (`--fake`, `rds serve`) simulates with state.
    #[arg(long)]
    simulated: bool,
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
    schema::families().map(|family| PossibleValue::new(family.name).help(family.doc)).into()
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let simulated = FakeService::simulated_operations();
    let is_simulated = |operation: &Operation| simulated.binary_search(&operation.name.as_str()).is_ok();
    let wanted: Vec<&Operation> = schema::operations()
        .filter(|operation| {
            is_wanted(operation, arguments) && (!arguments.simulated || is_simulated(operation))
        })
        .collect();
    let found = search(&wanted, &arguments.words);
    if found.is_empty() {
        return Err(nothing(&arguments.words));
    }
    if arguments.names {
        let names: String = found.iter().map(|operation| format!("{}\n", operation.name)).collect();
        return output::print_data(&names);
    }
    output::print(&list(&found))
}

fn is_wanted(operation: &Operation, arguments: &Arguments) -> bool {
    let access = match arguments.access {
        Some(ReadOrWrite::Read) => operation.access == Access::Read,
        Some(ReadOrWrite::Write) => operation.access == Access::Write,
        None => true,
    };
    let family = arguments.family.as_ref().is_none_or(|family| operation.family == *family);
    access && family
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
    for family in schema::families() {
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
    let _ = writeln!(text, "{} found; {} may change something", found.len(), styled(WRITES, "W"));
    text
}
