//! The arguments of `rds call`: an operation, its parameters, and how to call it.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use clap_complete::ArgValueCandidates;
use rds_api::Access;
use rds_api::schema::{self, FieldExt as _, Operation, OperationExt as _};
use serde_json::{Map, Value as Json};

use super::pages::Pages;
use super::response::{self, ResponseOutput};
use super::several_calls::Each;
use super::watch::Watch;
use super::{input, parameters};
use crate::completions;
use crate::connection::{self, Connection};
use crate::failure::Failure;
use crate::names;
use crate::terminal;

/// Call an operation. `rds call OPERATION --help` has its parameters.
///
/// Parameters are options by their name on the wire, as in --DBInstanceId rm-…, or in lower case, as in
/// --db-instance-id. They are checked against the specification before anything is sent. A list is an option
/// for each element, or JSON; an object is Key=a,Value=b, or JSON; and --Tag.1.Key a --Tag.1.Value b is a list of
/// objects, too. The region and the idempotency token are filled in.
///
/// Texts, lists, objects and JSON come from elsewhere with @: @FILE from a file, @- from standard input, @env:NAME from a
/// variable, @prompt from the terminal, without an echo; what begins with @ itself is written with @@. A line break at the
/// end is left out. So no secret needs to stand on the command line; a required one that is not given is asked for, if
/// there is a terminal.
///
/// On a terminal a write that may take away or interrupt something is confirmed first, unless --yes is given. A script,
/// whose standard input is no terminal, is not asked.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// A parameter that is sent as it is, unchecked: for operations, parameters and values that this version
    /// does not know. May be repeated.
    #[arg(
        long = "param",
        value_name = "NAME=VALUE",
        value_parser = name_and_value,
        help_heading = parameters::HEADING,
        display_order = 1000
    )]
    pub(super) unchecked: Vec<(String, String)>,
    /// Take parameters from a file of YAML or JSON, or from standard input for `-`; those on the command line go before.
    /// `rds skeleton OPERATION` prints one to fill in.
    #[arg(
        long,
        value_name = "FILE",
        value_parser = input::path,
        help_heading = parameters::HEADING,
        display_order = 999
    )]
    pub(super) input: Option<PathBuf>,
    /// Call an operation that the specification does not have, as a write; --param gives its parameters.
    #[arg(long, help_heading = parameters::HEADING, display_order = 1001)]
    pub(super) unknown: bool,
    /// Do not ask before a write that may take away or interrupt something.
    #[arg(long, short)]
    pub(super) yes: bool,
    /// Print the request as it would go out, secrets masked, and send nothing.
    #[arg(long, help_heading = response::HEADING, conflicts_with = "watch")]
    pub(super) dry_run: bool,
    /// Print the Rust program that makes this call, and with --wait or --pages waits or asks for the pages as well; send
    /// nothing.
    #[arg(long, help_heading = response::HEADING, conflicts_with_all = ["dry_run", "watch"])]
    pub(super) rust: bool,
    /// Ask for so many pages of the list, or for `all`, and print one response with all their entries. `all` is 10,000
    /// pages at the most, and all of them together are 256 MiB of JSON at the most; what has more is an error.
    #[arg(long, value_name = "NUMBER", help_heading = response::HEADING, conflicts_with = "dry_run")]
    pub(super) pages: Option<Pages>,
    /// Ask again until it is done, whatever this waiter waits for, and print the last response. `rds explain`
    /// lists the waiters of an operation, and what follows a write; where there is one, --wait needs no name. Then
    /// --timeout is how long to wait in all.
    #[arg(
        long,
        value_name = "WAITER",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        add = ArgValueCandidates::new(completions::waiters),
        help_heading = response::HEADING,
        conflicts_with_all = ["dry_run", "pages", "watch"]
    )]
    pub(super) wait: Option<String>,
    /// The delay between two polls of --wait, in seconds; it does not grow then.
    #[arg(long, value_name = "SECONDS", help_heading = response::HEADING, value_parser = connection::seconds)]
    pub(super) every: Option<Duration>,
    /// Call once for each value of this parameter: for all that there are, as in `--each DBInstanceId`; for those of
    /// standard input, one a line, as in `--each DBInstanceId=-`; or for those between commas. Every result says whose it
    /// is, as do those of several regions.
    #[arg(
        long,
        value_name = "NAME",
        help_heading = parameters::HEADING,
        add = ArgValueCandidates::new(completions::parameters),
        display_order = 1002,
        conflicts_with_all = ["dry_run", "rust", "wait"]
    )]
    pub(super) each: Option<Each>,
    /// How many calls of --each and of several regions are made at once, at the most.
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 8,
        help_heading = response::HEADING,
        value_parser = clap::value_parser!(u8).range(1..)
    )]
    pub(super) parallel: u8,
    #[command(flatten)]
    pub(super) watch: Watch,
    #[command(flatten)]
    pub(super) output: ResponseOutput,
    #[command(flatten)]
    pub(super) connection: Connection,
}

impl Options {
    /// Refuses what does not go together, of a call in several regions perhaps, and makes ready what does.
    pub(super) fn check(
        &mut self,
        operation: Option<&Operation>,
        parameters: &Map<String, Json>,
        is_in_regions: bool,
    ) -> Result<(), Failure> {
        let is_several = is_in_regions || self.each.is_some();
        let why = match operation {
            None if is_several => "what the specification does not have is called once",
            _ if is_several && self.output.is_xml() => "several calls are told of in JSON, not XML",
            _ if is_in_regions && (self.dry_run || self.rust || self.wait.is_some()) => {
                "--dry-run, --rust and --wait are for one region"
            }
            _ if self.watch.pause().is_some()
                && operation.is_none_or(|it| it.access_with(parameters) == Access::Write) =>
            {
                "--watch is for what only reads"
            }
            _ => {
                if self.watch.pause().is_some() {
                    self.output.repeat();
                }
                return Ok(());
            }
        };
        Err(Failure::usage(why))
    }
}

/// The command of an operation alone, by one of its names, with all options.
pub(crate) fn command_of(name: String) -> Command {
    Options::augment_args(Command::new(name)).defer(parameters::complete_command)
}

/// Hides an option that says little where the operation and its parameters are known.
pub(crate) fn of_any_operation(option: Arg) -> Arg {
    let is_one =
        ["each", "input", "unknown", "unchecked", "yes", "wait", "every"].contains(&option.get_id().as_str());
    if is_one { option.hide(true) } else { option }
}

/// The operation to call, its parameters, and how.
pub(crate) struct Arguments {
    pub(super) operation: String,
    pub(super) parameters: Map<String, Json>,
    pub(super) options: Options,
}

impl Arguments {
    /// A call of an operation for some instances, or for all that there are, that is shown as a table of these columns unless
    /// something else is asked for.
    pub(crate) fn of_instances(
        operation: &'static Operation,
        instances: Vec<String>,
        given: &[(&str, &str)],
        columns: &[&str],
        mut options: Options,
    ) -> Result<Self, Failure> {
        let mut parameters = Map::new();
        let mut give = |name: &str, text: &str| {
            let Some(field) = operation.parameter(name) else { return Ok::<_, Failure>(()) };
            let value = field.parse(text).map_err(|problem| Failure::usage(problem.to_string()))?;
            parameters.insert(name.to_owned(), value);
            Ok(())
        };
        for (name, text) in given {
            give(name, text)?;
        }
        if let [only] = instances.as_slice() {
            give("DBInstanceId", only)?;
        } else {
            options.each = Some(Each::of("DBInstanceId", instances));
        }
        options.output.prefer_table(columns);
        Ok(Self { operation: operation.name.clone(), parameters, options })
    }
}

impl Args for Arguments {
    fn augment_args(command: Command) -> Command {
        let operations = schema::names().map(|name| Command::new(name).defer(parameters::complete_command));
        Options::augment_args(command)
            .mut_args(|option| option.global(true))
            .subcommands(operations)
            .subcommand_value_name("OPERATION")
            .subcommand_required(false)
            .allow_external_subcommands(true)
            .disable_help_subcommand(true)
            .override_usage("rds call OPERATION [--PARAMETER VALUE]... [OPTIONS]")
            .help_template("{about-with-newline}\n{usage-heading} {usage}\n\n{options}{after-help}")
            .after_help("`rds operations` lists the operations, `rds explain OPERATION` says all of one.")
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Arguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let options = Options::from_arg_matches(matches)?;
        let Some((operation, matches)) = matches.subcommand() else {
            let message = "there is no operation to call; `rds operations` lists them\n";
            return Err(clap::Error::raw(ErrorKind::MissingSubcommand, message));
        };
        Ok(Self {
            operation: operation.to_owned(),
            parameters: parameters::values(operation, matches)
                .map_err(|why| clap::Error::raw(ErrorKind::ValueValidation, format!("{why}\n")))?,
            options,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The name of the operation to call, if it is not written as in the specification.
///
/// # Errors
///
/// If the specification has no such operation, and the command does not say that this is meant.
pub(crate) fn unknown_operation(matches: &ArgMatches) -> Result<Option<&str>, clap::Error> {
    let Some((call, (name, given))) =
        matches.subcommand_matches("call").and_then(|call| Some((call, call.subcommand()?)))
    else {
        return Ok(None);
    };
    if schema::operation(name).is_some() {
        return Ok(None);
    }
    let mut given = given.get_many::<OsString>("").into_iter().flatten();
    if names::operation(name).is_some() || call.get_flag("unknown") || given.any(|it| it == "--unknown") {
        return Ok(Some(name));
    }
    let meant = match names::nearest_operation(name) {
        Some(nearest) => format!("did you mean {nearest}?"),
        None => "`rds operations` lists them".to_owned(),
    };
    let message = format!("there is no operation {name}; {meant} To call it all the same: --unknown\n");
    Err(clap::Error::raw(ErrorKind::InvalidSubcommand, message))
}

/// `rds call` with one more name of an operation: another way to write that of a known one, or a new one.
pub(crate) fn with_operation(command: Command, name: &str) -> Command {
    match names::operation(name) {
        Some(known) => command.mut_subcommand(&known.name, |operation| operation.alias(name.to_owned())),
        None => {
            terminal::warn(&format!("{name} is not in the specification, so it is called as a write"));
            command.subcommand(Command::new(name.to_owned()))
        }
    }
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("it is not NAME=VALUE".to_owned()),
    }
}
