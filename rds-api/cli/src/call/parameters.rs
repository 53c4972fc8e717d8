//! The parameters of an operation as options of the command line, and back as values.

use std::collections::BTreeSet;
use std::io::Read as _;

use clap::builder::{
    BoolishValueParser, PossibleValue, PossibleValuesParser, TypedValueParser as _, ValueParser,
};
use clap::{Arg, ArgAction, ArgMatches, Args as _, Command};
use rds_api::Access;
use rds_api::schema::{self, Field, FieldExt as _, Kind, Operation, Problem, Shape};
use serde_json::{Map, Value as Json};

use super::Options;
use crate::describe;
use crate::terminal::harmless;

/// The heading of the parameters in the help.
pub(super) const HEADING: &str = "Parameters";

/// Gives the command of an operation, which has only its name, everything else.
pub(super) fn complete_command(command: Command) -> Command {
    let Some(operation) = schema::operation(command.get_name()) else { return command };
    let own = Options::augment_args(Command::new(""));
    let mut taken: BTreeSet<&str> = own.get_arguments().filter_map(Arg::get_long).collect();
    taken.extend(["help", "verbose"]);
    command
        .about(format!("{} {}", operation.summary, access(operation)))
        .long_about(about(operation))
        .args(operation.parameters.iter().map(|field| option(field, &taken)))
        .override_usage(format!("rds call {}{} [OPTIONS]", operation.name, required(operation)))
}

fn about(operation: &Operation) -> String {
    let deprecated = operation.deprecated.as_deref().map(|why| format!("\n\nDeprecated: {why}"));
    let Operation { summary, description, documentation, .. } = operation;
    format!(
        "{summary} {}{}\n\n{}\n\n{documentation}",
        access(operation),
        deprecated.unwrap_or_default(),
        description.trim()
    )
}

fn access(operation: &Operation) -> &'static str {
    match operation.access {
        Access::Read => "Only reads.",
        Access::Write => "May change something.",
    }
}

fn required(operation: &Operation) -> String {
    operation.required().map(|field| format!(" --{} <{}>", field.name, kind(&field.shape))).collect()
}

/// One parameter. `taken` are the options of every call, which its other spelling must not collide with.
fn option(field: &'static Field, taken: &BTreeSet<&str>) -> Arg {
    let mut help = field.doc.clone();
    for note in describe::notes(field) {
        help += &format!("\n- {note}");
    }
    let option = Arg::new(field.name.as_str())
        .long(field.name.as_str())
        .value_name(kind(&field.shape))
        .help(field.doc.as_str())
        .long_help(help)
        .help_heading(HEADING)
        .value_parser(parser(field))
        .action(if field.shape.kind == Kind::List { ArgAction::Append } else { ArgAction::Set })
        .allow_negative_numbers(true);
    let option = match field.shape.kind {
        Kind::Bool => option.num_args(0..=1).default_missing_value("true"),
        _ => option,
    };
    let option = match field.required && field.role.is_none() {
        // What is sent unchecked may be this very parameter.
        true => option.required_unless_present("unchecked"),
        false => option,
    };
    let other = field.rust.trim_start_matches("r#").replace('_', "-");
    if taken.contains(other.as_str()) || other == field.name { option } else { option.alias(other) }
}

fn kind(shape: &Shape) -> &'static str {
    match shape.kind {
        Kind::Bool => "BOOL",
        Kind::Int32 | Kind::Int64 | Kind::Float | Kind::Double => "NUMBER",
        Kind::Timestamp => "TIME",
        Kind::Enum => "VALUE",
        Kind::List => shape.items.as_deref().map_or("JSON", kind),
        Kind::Object | Kind::Map => "KEY=VALUE,…",
        Kind::Json => "JSON",
        _ => "TEXT",
    }
}

fn parser(field: &'static Field) -> ValueParser {
    match field.shape.kind {
        Kind::Enum => {
            let values = field.shape.values.iter();
            let values = values.map(|value| PossibleValue::new(&value.value).help(&value.doc));
            PossibleValuesParser::new(values).map(Json::from).into()
        }
        Kind::Bool => BoolishValueParser::new().map(Json::from).into(),
        _ => ValueParser::new(move |text: &str| read(field, text)),
    }
}

/// Reads one value, so that a mistake is reported with its option.
fn read(field: &Field, text: &str) -> Result<Json, String> {
    let is_long = matches!(field.shape.kind, Kind::List | Kind::Object | Kind::Map | Kind::Json);
    let value = match text.strip_prefix('@').filter(|_| is_long || field.sensitive) {
        Some(file) => field.parse(read_file(file)?.trim_end_matches(['\r', '\n'])),
        None => field.parse(text),
    };
    let words = |problem: Problem| {
        let text = if problem.path == field.name { problem.reason } else { problem.to_string() };
        harmless(&text).into_owned()
    };
    let value = value.map_err(words)?;
    // A list is looked at once all of it is there; and a secret value should not stand in a message.
    let is_whole = field.shape.kind != Kind::List && !field.sensitive;
    match field.check(&value).into_iter().next().filter(|_| is_whole) {
        Some(problem) => Err(words(problem)),
        None => Ok(value),
    }
}

/// The text of a file, or of standard input for `-`.
fn read_file(name: &str) -> Result<String, String> {
    let mut text = String::new();
    let read = match name {
        "-" => std::io::stdin().read_to_string(&mut text).map(drop),
        _ => std::fs::read_to_string(name).map(|content| text = content),
    };
    read.map_err(|error| format!("{name} cannot be read: {error}"))?;
    Ok(text)
}

/// The values that were given for the parameters of an operation.
pub(super) fn values(operation: &str, matches: &ArgMatches) -> Map<String, Json> {
    let mut values = Map::new();
    let fields = schema::operation(operation).map(|operation| operation.parameters.as_slice());
    for field in fields.unwrap_or_default() {
        let Some(given) = matches.get_many::<Json>(&field.name) else { continue };
        let mut given = given.cloned();
        let value = match field.shape.kind {
            // Each time the option is there it brings a list.
            Kind::List => given.flat_map(|list| list.as_array().cloned().unwrap_or_default()).collect(),
            _ => given.next().unwrap_or_default(),
        };
        values.insert(field.name.clone(), value);
    }
    values
}
