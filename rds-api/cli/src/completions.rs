//! `rds completions`: completion in the shell, of commands, operations, parameters and their values.

use std::ffi::OsStr;

use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory as _};
use clap_complete::CompletionCandidate;
use clap_complete::env::Shells;
use rds_api::SERVICE;
use rds_api::schema::{self, Field, Operation};
use rds_api_core::text::is_unseen;

use crate::call;
use crate::command_line;
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::names;
use crate::output;

/// Print the script that makes a shell complete commands, operations, parameters and their values.
///
/// For bash: echo 'source <(rds completions bash)' >> ~/.bashrc
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The shell.
    #[arg(value_parser = PossibleValuesParser::new(Shells::builtins().names()))]
    shell: String,
}

/// The variable that makes `rds` complete instead of run.
pub(crate) const VARIABLE: &str = "COMPLETE";

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let shells = Shells::builtins();
    let Some(shell) = shells.completer(&arguments.shell) else {
        return Err(Failure::usage(format!("there is no completion for {}", arguments.shell)));
    };
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, "rds", "rds", "rds", &mut script).map_err(Failure::output)?;
    output::print_data(&String::from_utf8_lossy(&script))
}

/// The command that is completed: with the operations that the words on the line may become, in the place of a command and
/// in lower case, too.
pub(crate) fn command() -> Command {
    let command = crate::Arguments::command();
    let words: Vec<String> = command_line::texts().skip_while(|word| word != "--").skip(2).collect();
    let mut words = words.iter().map(String::as_str).filter(|word| !word.starts_with('-'));
    match (words.next(), words.next()) {
        (Some("call"), Some(word)) => {
            command.mut_subcommand("call", |call| call.subcommands(operations(word, false)))
        }
        (Some(word), _) if command.get_subcommands().all(|it| !it.get_name().starts_with(word)) => {
            command.subcommands(operations(word, true))
        }
        _ => command,
    }
}

/// The operations that begin like a word, in lower case if it is.
fn operations(word: &str, with_own_names: bool) -> Vec<Command> {
    let is_lower = word.starts_with(|it: char| it.is_ascii_lowercase());
    let names: Vec<String> = match is_lower {
        true => schema::operations().map(|operation| operation.rust_name.replace('_', "-")).collect(),
        false if with_own_names => schema::names().map(str::to_owned).collect(),
        false => Vec::new(),
    };
    names.into_iter().filter(|name| name.starts_with(word)).map(call::command_of).collect()
}

/// The operation that stands on the line.
fn operation() -> Option<&'static Operation> {
    command_line::texts().find_map(|word| match word.as_str() {
        "backups" => schema::operation("DescribeBackups"),
        "slow" => schema::operation("DescribeSlowLogRecords"),
        word => names::operation(word),
    })
}

/// The profiles of the file of the aliyun tool.
pub(crate) fn profiles() -> Vec<CompletionCandidate> {
    let configuration = Configuration::read();
    let names = configuration.iter().flat_map(|it| it.names());
    // The shell prints them as they are.
    let names: Vec<String> = names.filter(|name| !name.contains(is_unseen)).map(str::to_owned).collect();
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// The regions of the public cloud, and `all` of them.
pub(crate) fn regions() -> Vec<CompletionCandidate> {
    let is_public = |id: &str| {
        let mut parts = id.split('-');
        let is_word =
            |part: Option<&str>| part.is_some_and(|it| it.chars().all(|it| it.is_ascii_lowercase()));
        let is_number = |part: Option<&str>| part.is_none_or(|it| it.chars().all(|it| it.is_ascii_digit()));
        is_word(parts.next()) && is_word(parts.next()) && is_number(parts.next()) && parts.next().is_none()
    };
    let ids = SERVICE.endpoints.regions.iter().map(|(id, _)| *id).filter(|id| is_public(id));
    ids.chain(["all"]).map(CompletionCandidate::new).collect()
}

/// The names of members of the response, the last of which is being written behind a comma.
pub(crate) fn columns(given: &OsStr) -> Vec<CompletionCandidate> {
    fn add<'f>(fields: &'f [Field], names: &mut Vec<&'f str>) {
        for field in fields {
            if !names.contains(&field.name.as_str()) {
                names.push(&field.name);
            }
            add(&field.shape.items.as_deref().unwrap_or(&field.shape).fields, names);
        }
    }
    let mut names = Vec::new();
    if let Some(operation) = operation() {
        add(&operation.response, &mut names);
    }
    let given = given.to_string_lossy();
    let begin = given.rfind(',').map_or(0, |comma| comma + 1);
    let (before, last) = given.split_at(begin);
    let fitting = names.into_iter().filter(|name| name.starts_with(last));
    fitting.map(|name| CompletionCandidate::new(format!("{before}{name}"))).collect()
}

/// The waiters of the operation.
pub(crate) fn waiters() -> Vec<CompletionCandidate> {
    let waiters = operation().into_iter().flat_map(|operation| &operation.waiters);
    waiters.map(|it| CompletionCandidate::new(&it.name).help(Some(it.doc.as_str().into()))).collect()
}

/// The parameters of the operation.
pub(crate) fn parameters() -> Vec<CompletionCandidate> {
    let fields = operation().into_iter().flat_map(|operation| &operation.parameters);
    let own = fields.filter(|field| !field.is_common);
    own.map(|it| CompletionCandidate::new(&it.name).help(Some(it.doc.as_str().into()))).collect()
}
