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
use crate::search::{Found, search};
use crate::terminal::{FAINT, HEADING, NAME, WRITES, styled, wrapped};

/// List the operations, or find those that fit a question, the best first.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What is looked for, such as `slow query`: words of names, summaries, parameters, responses and descriptions, and
    /// words that mean the same. Beginnings of words and small misspellings count too.
    #[arg(value_name = "SEARCH")]
    words: Vec<String>,
    /// All operations that fit, not only the first twenty.
    #[arg(long)]
    all: bool,
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

/// So many operations that fit a question are shown: who wants one does not read further.
const SHOWN: usize = 20;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let simulated = FakeService::simulated_operations();
    let is_simulated = |operation: &Operation| simulated.binary_search(&operation.name.as_str()).is_ok();
    let is_wanted = |operation: &Operation| {
        is_wanted(operation, arguments) && (!arguments.simulated || is_simulated(operation))
    };
    let question = arguments.words.join(" ");
    if question.trim().is_empty() {
        let wanted: Vec<&Operation> = schema::operations().filter(|operation| is_wanted(operation)).collect();
        return match wanted.is_empty() {
            true => Err(Failure::usage("no operation is like that".to_owned())),
            false if arguments.names => print_names(wanted.iter().copied()),
            false => output::print_paged(&list(&wanted)),
        };
    }
    let found = search(&question, is_wanted);
    if found.is_empty() {
        return Err(nothing(&question));
    }
    if arguments.names {
        return print_names(found.iter().map(|found| found.operation));
    }
    output::print(&ranking(&found, if arguments.all { found.len() } else { SHOWN }))
}

fn print_names<'a>(operations: impl Iterator<Item = &'a Operation>) -> Result<(), Failure> {
    let names: String = operations.map(|operation| format!("{}\n", operation.name)).collect();
    output::print_data(&names)
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

fn nothing(question: &str) -> Failure {
    let hint = match names::nearest_operation(question) {
        Some(name) => format!("; did you mean {name}?"),
        None => String::new(),
    };
    Failure::usage(format!("no operation fits `{question}`{hint}"))
}

fn list(operations: &[&Operation]) -> String {
    let longest = longest_name(operations.iter().copied());
    let mut text = String::new();
    for family in schema::families() {
        let mut of_family = operations.iter().filter(|operation| operation.family == family.name).peekable();
        if of_family.peek().is_none() {
            continue;
        }
        let _ = writeln!(text, "{}", styled(HEADING, family.title));
        of_family.for_each(|operation| text += &entry(operation, longest));
        text.push('\n');
    }
    let _ = writeln!(text, "{} operations; {} may change something", operations.len(), styled(WRITES, "W"));
    text
}

/// The best operations for a question, each with where its words were found.
fn ranking(found: &[Found], shown: usize) -> String {
    let best = &found[..shown.min(found.len())];
    let longest = longest_name(best.iter().map(|found| found.operation));
    let mut text = String::new();
    for found in best {
        text += &entry(found.operation, longest);
        let reason = wrapped(&found.reason, longest + 4, longest + 4);
        let _ = writeln!(text, "{}", styled(FAINT, reason.trim_end()));
    }
    let more = match found.len() - best.len() {
        0 => String::new(),
        more => format!(", {more} more fit less (--all)"),
    };
    let _ = writeln!(text, "\n{} found{more}; {} may change something", best.len(), styled(WRITES, "W"));
    text
}

fn longest_name<'a>(operations: impl Iterator<Item = &'a Operation>) -> usize {
    operations.map(|operation| operation.name.len()).max().unwrap_or_default()
}

/// The name and the summary of an operation, in columns.
fn entry(operation: &Operation, longest: usize) -> String {
    let mark = match operation.access {
        Access::Read => "  ".to_owned(),
        Access::Write => styled(WRITES, "W "),
    };
    let padding = " ".repeat(longest - operation.name.len() + 2);
    // The name is put in after wrapping, which would count its style.
    let summary = wrapped(&operation.summary, longest + 4, longest + 4);
    format!("{mark}{}{padding}{}", styled(NAME, &operation.name), summary.trim_start_matches(' '))
}
