//! `rds call`: any operation, its parameters checked before anything is sent.

use std::time::Duration;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use rds_api::schema::{self, Operation, OperationExt as _, Problem, ProblemKind};
use rds_api::{Client, RawCall};
use rds_api_core::object::success;
use rds_api_testing::FakeService;
use serde_json::{Map, Value as Json};

use crate::connection::{self, Connection};
use crate::failure::Failure;
use crate::masking::Masking;
use crate::names;
use crate::output;
use crate::rust_program;
use crate::terminal;
use pages::Pages;
use response::ResponseOutput;

mod dry_run;
mod json_text;
mod pages;
mod parameters;
mod response;
mod rows;
mod separated;
mod table;
mod usage;
mod wait;
mod yaml;

pub(crate) use usage::explain_usage;

/// Call an operation. `rds call OPERATION --help` has its parameters.
///
/// Parameters are options by their name on the wire, as in --DBInstanceId rm-…, or in lower case, as in
/// --db-instance-id. They are checked against the specification before anything is sent. A list is an option
/// for each element, or JSON; an object is Key=a,Value=b, or JSON. The region and the idempotency token are
/// filled in.
#[derive(Debug, Clone, Args)]
struct Options {
    /// A parameter that is sent as it is, unchecked: for operations, parameters and values that this version
    /// does not know. May be repeated.
    #[arg(
        long = "param",
        value_name = "NAME=VALUE",
        value_parser = name_and_value,
        help_heading = parameters::HEADING,
        display_order = 1000
    )]
    unchecked: Vec<(String, String)>,
    /// Print the request as it would go out, secrets masked, and send nothing.
    #[arg(long, help_heading = response::HEADING)]
    dry_run: bool,
    /// Print the Rust program that makes this call, and send nothing.
    #[arg(long, help_heading = response::HEADING, conflicts_with_all = ["dry_run", "pages"])]
    rust: bool,
    /// Ask for so many pages of the list, or for `all`, and print one response with all their entries. `all` is 10,000
    /// pages at the most, and all of them together are 256 MiB of JSON at the most; what has more is an error.
    #[arg(long, value_name = "NUMBER", help_heading = response::HEADING, conflicts_with = "dry_run")]
    pages: Option<Pages>,
    /// Ask again until it is done, whatever this waiter waits for, and print the last response. `rds explain`
    /// lists the waiters of an operation; where there is one, --wait needs no name. Then --timeout is how long
    /// to wait in all.
    #[arg(
        long,
        value_name = "WAITER",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        help_heading = response::HEADING,
        conflicts_with_all = ["dry_run", "rust", "pages"]
    )]
    wait: Option<String>,
    /// The delay between two polls of --wait, in seconds; it does not grow then.
    #[arg(long, value_name = "SECONDS", help_heading = response::HEADING, value_parser = connection::seconds)]
    every: Option<Duration>,
    #[command(flatten)]
    output: ResponseOutput,
    #[command(flatten)]
    connection: Connection,
}

/// The operation to call, its parameters, and how.
pub(crate) struct Arguments {
    operation: String,
    parameters: Map<String, Json>,
    options: Options,
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
            parameters: parameters::values(operation, matches),
            options,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The name of the operation to call, if the specification does not have it.
pub(crate) fn unknown_operation(matches: &ArgMatches) -> Option<&str> {
    let (name, _) = matches.subcommand_matches("call")?.subcommand()?;
    schema::operation(name).is_none().then_some(name)
}

/// `rds call` with one more name of an operation: another way to write that of a known one, or a new one.
pub(crate) fn with_operation(command: Command, name: &str) -> Command {
    match names::operation(name) {
        Some(known) => command.mut_subcommand(&known.name, |operation| operation.alias(name.to_owned())),
        None => {
            let meant = match names::nearest_operation(name) {
                Some(nearest) => format!("; did you mean {nearest}?"),
                None => String::new(),
            };
            terminal::warn(&format!("{name} is not in the specification, so it is called as a write{meant}"));
            command.subcommand(Command::new(name.to_owned()))
        }
    }
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { operation: name, mut parameters, options } = arguments;
    let operation = schema::operation(&name);
    if let Some(operation) = operation {
        check(operation, &parameters, &options.unchecked)?;
    }
    options.output.check(operation)?;
    let pagination = operation.and_then(|operation| operation.pagination.as_ref());
    if options.pages.is_some() && pagination.is_none() {
        return Err(Failure::usage(format!("{name} has no list that comes in pages")));
    }
    if (options.pages.is_some() || options.wait.is_some()) && options.output.is_xml() {
        return Err(Failure::usage("--pages and --wait read JSON, not XML"));
    }
    parameters.extend(options.unchecked.into_iter().map(|(name, value)| (name, value.into())));
    let waiter = match (&options.wait, operation) {
        (Some(name), Some(operation)) => Some(wait::waiter(operation, name)?),
        (Some(_), None) => return Err(Failure::usage(format!("nothing is known of {name} to wait for"))),
        (None, _) => None,
    };
    if options.rust {
        let program =
            |operation| rust_program::program(operation, &parameters, &options.connection.service());
        return match operation {
            Some(operation) => output::print_data(&program(operation)),
            None => Err(Failure::usage(format!("{name} has no typed call; Rust calls it by `call_raw`"))),
        };
    }
    let (builder, embedded) = options.connection.open().await?;
    let builder = options.output.set_format(builder);
    let masking = Masking::new(operation, &parameters);
    if options.dry_run {
        let send = async |client: Client| call(&client, &name, operation, &parameters).await;
        return dry_run::print(builder, operation, &masking, send).await;
    }
    let client = masking.watch(builder).build()?;
    let call = call(&client, &name, operation, &parameters);
    let response = match (waiter, options.pages.zip(pagination)) {
        (Some(waiter), _) => {
            wait::follow(call, waiter, options.connection.timeout, options.every, &masking).await?
        }
        (None, Some((pages, pagination))) => pages.gather(call, pagination).await?,
        (None, None) => call.send().await?,
    };
    let response = masking.json(response);
    options.output.print(&response, operation)?;
    if embedded.is_some() && !FakeService::simulated_operations().contains(&name.as_str()) {
        terminal::note(
            "the embedded service does not simulate this operation: the response is made of examples",
        );
    }
    match success::is_raw_success(&response) {
        true => Ok(()),
        false => Err(Failure::not_done()),
    }
}

fn call(
    client: &Client,
    name: &str,
    operation: Option<&'static Operation>,
    parameters: &Map<String, Json>,
) -> RawCall {
    match operation {
        Some(operation) => operation.call(client, parameters),
        None => {
            let texts = parameters.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
            client.call_raw(name, texts)
        }
    }
}

/// Refuses parameters that the service would refuse, other than those that are not to be checked.
fn check(
    operation: &Operation,
    parameters: &Map<String, Json>,
    unchecked: &[(String, String)],
) -> Result<(), Failure> {
    let mut problems = operation.check(parameters);
    problems.retain(|problem| unchecked.iter().all(|(name, _)| name != problem.parameter()));
    if problems.is_empty() {
        return Ok(());
    }
    let words = |problem: &Problem| match problem.kind {
        ProblemKind::Missing => problem.to_string(),
        _ if !usage::is_sensitive_name(operation, problem.parameter()) => problem.to_string(),
        _ => format!("`{}` is not valid; why is not shown, since it is secret", problem.parameter()),
    };
    let problems: Vec<String> = problems.iter().map(words).collect();
    Err(Failure::usage(problems.join("\n       ")))
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("it is not NAME=VALUE".to_owned()),
    }
}
