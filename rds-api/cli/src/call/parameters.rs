//! The parameters of an operation as options of the command line, and back as values.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use clap::builder::{
    BoolishValueParser, PossibleValue, PossibleValuesParser, TypedValueParser as _, ValueParser,
};
use clap::{Arg, ArgAction, ArgMatches, Args as _, Command};
use clap_complete::CompletionCandidate;
use rds_api::Access;
use rds_api::schema::{self, EnumValue, Field, FieldExt as _, Kind, Operation, Problem, Shape};
use rds_api_core::file;
use serde_json::{Map, Value as Json};

use super::Options;
use super::usage::is_sensitive;
use crate::field_notes;
use crate::terminal::harmless;

/// The heading of the parameters in the help.
pub(super) const HEADING: &str = "Parameters";

/// Gives the command of an operation, which has only its name, everything else.
pub(super) fn complete_command(command: Command) -> Command {
    let Some(operation) = schema::operation(command.get_name()) else { return command };
    let own = Options::augment_args(Command::new(""));
    let mut taken: BTreeSet<String> =
        own.get_arguments().filter_map(|option| Some(option.get_long()?.to_owned())).collect();
    taken.extend(["help", "verbose"].map(str::to_owned));
    let mut known = taken.clone();
    for field in &operation.parameters {
        known.extend([field.name.clone(), spelling(field)]);
    }
    let known = Arc::new(known);
    command
        .about(format!("{} {}", operation.summary, access(operation)))
        .long_about(about(operation))
        .args(operation.parameters.iter().map(|field| option(field, &taken, &known)))
        .override_usage(format!("rds call {}{} [OPTIONS]", operation.name, required(operation)))
}

fn about(operation: &Operation) -> String {
    let deprecated = operation.deprecated.as_deref().map(|why| format!("\n\nDeprecated: {why}"));
    let Operation { summary, description, documentation_url, .. } = operation;
    format!(
        "{summary} {}{}\n\n{}\n\n{documentation_url}",
        access(operation),
        deprecated.unwrap_or_default(),
        description.trim()
    )
}

fn access(operation: &Operation) -> Cow<'static, str> {
    match operation.access {
        Access::Read if operation.writes_when.is_empty() => "Only reads.".into(),
        Access::Read => {
            format!("Only reads, but changes something with {}.", field_notes::writes_when(operation)).into()
        }
        Access::Write => "May change something.".into(),
    }
}

fn required(operation: &Operation) -> String {
    operation.required().map(|field| format!(" --{} <{}>", field.name, kind(&field.shape))).collect()
}

/// The name of a parameter in lower case.
fn spelling(field: &Field) -> String {
    field.rust_name.trim_start_matches("r#").replace('_', "-")
}

/// One parameter. `taken` are the options of every call, which its other spelling must not collide with; `known` are all
/// options of this one.
fn option(field: &'static Field, taken: &BTreeSet<String>, known: &Arc<BTreeSet<String>>) -> Arg {
    let mut help = field.doc.clone();
    for note in
        field_notes::notes(field).iter().map(String::as_str).chain(field_notes::forms_of_times(&field.shape))
    {
        help += &format!("\n- {note}");
    }
    let option = Arg::new(field.name.as_str())
        .long(field.name.as_str())
        .value_name(kind(&field.shape))
        .help(field.doc.as_str())
        .long_help(help)
        .help_heading(HEADING)
        .value_parser(parser(field, known.clone()))
        .action(if field.shape.kind == Kind::List { ArgAction::Append } else { ArgAction::Set })
        // Where a value may be missing, what follows is the next option.
        .allow_hyphen_values(!matches!(field.shape.kind, Kind::Bool | Kind::Enum));
    let option = match field.shape.kind {
        Kind::Bool => option.num_args(0..=1).default_missing_value("true"),
        Kind::String if !field.shape.values.is_empty() => {
            let known = &field.shape.values;
            option.add(clap_complete::ArgValueCompleter::new(move |given: &OsStr| candidates(known, given)))
        }
        _ => option,
    };
    let option = match field.is_argument() {
        // What is sent unchecked may be this very parameter.
        true => option.required_unless_present("unchecked"),
        false => option,
    };
    let other = spelling(field);
    if taken.contains(&other) || other == field.name { option } else { option.alias(other) }
}

/// The known values of a text that has several of them with commas, where the last is being written.
fn candidates(known: &'static [EnumValue], given: &OsStr) -> Vec<CompletionCandidate> {
    let given = given.to_string_lossy();
    let begin = given.rfind(',').map_or(0, |comma| comma + 1);
    let (before, last) = given.split_at(begin);
    let fitting = known.iter().filter(|value| value.value.starts_with(last));
    fitting
        .map(|value| {
            CompletionCandidate::new(format!("{before}{}", value.value)).help(Some(value.doc.as_str().into()))
        })
        .collect()
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

fn parser(field: &'static Field, known: Arc<BTreeSet<String>>) -> ValueParser {
    match field.shape.kind {
        Kind::Enum => {
            let values = field.shape.values.iter();
            let values = values.map(|value| PossibleValue::new(&value.value).help(&value.doc));
            PossibleValuesParser::new(values).map(Json::from).into()
        }
        Kind::Bool => BoolishValueParser::new().map(Json::from).into(),
        _ => ValueParser::new(move |text: &str| match is_option(field, text, &known) {
            true => {
                Err(format!("there is no value; one that is called like an option is --{}=VALUE", field.name))
            }
            false => read(field, text),
        }),
    }
}

/// Whether an option stands where its text was taken for a value.
fn is_option(field: &Field, text: &str, known: &BTreeSet<String>) -> bool {
    let name = text.strip_prefix("--").map(|option| option.split('=').next().unwrap_or_default());
    if !name.is_some_and(|name| known.contains(name)) {
        return false;
    }
    let own = [format!("--{}", field.name), format!("--{}", spelling(field))];
    // Said with an equals sign, it is the value.
    let arguments: Vec<String> = std::env::args().collect();
    arguments.windows(2).any(|pair| own.contains(&pair[0]) && pair[1] == text)
}

/// Reads one value, so that a mistake is reported with its option. What is wrong with a secret is not: the reason might
/// repeat it.
fn read(field: &Field, text: &str) -> Result<Json, String> {
    let is_long = matches!(field.shape.kind, Kind::List | Kind::Object | Kind::Map | Kind::Json);
    let value = match text.strip_prefix('@').filter(|_| is_long || field.sensitive) {
        Some(file) => field.parse(read_file(file, field)?.trim_end_matches(['\r', '\n'])),
        None => field.parse(text),
    };
    let is_secret = is_sensitive(field);
    let words = |problem: Problem| {
        let text = match problem.path == field.name {
            _ if is_secret => format!("it is no {}", kind(&field.shape)),
            true => problem.reason,
            false => problem.to_string(),
        };
        harmless(&text).into_owned()
    };
    let value = value.map_err(words)?;
    // A list is looked at once all of it is there.
    let is_whole = field.shape.kind != Kind::List && !is_secret;
    match field.check(&value).into_iter().next().filter(|_| is_whole) {
        Some(problem) => Err(words(problem)),
        None => Ok(value),
    }
}

/// More than the service takes of a value.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// The text of a file, or of standard input for `-`. What another command writes is waited for, if it is there at all.
fn read_file(name: &str, field: &Field) -> Result<String, String> {
    let path = PathBuf::from(name);
    let stream = path.clone();
    let text = match name {
        "-" => read_stream(std::io::stdin()),
        _ => match file::in_time(move || {
            if stream.metadata()?.is_file() { Ok(None) } else { File::open(stream).map(Some) }
        }) {
            Ok(Some(stream)) => read_stream(stream),
            Ok(None) => file::read_text(&path, MAX_FILE_BYTES),
            Err(error) => Err(error),
        },
    };
    // What begins like the name of a file may be a secret that begins with this sign.
    let name = if is_sensitive(field) { "the file whose name follows the @" } else { name };
    text.map_err(|error| format!("{name} {}", file::why(&error)))
}

fn read_stream(stream: impl Read) -> io::Result<String> {
    let mut text = String::new();
    stream.take(MAX_FILE_BYTES + 1).read_to_string(&mut text)?;
    match text.len() as u64 > MAX_FILE_BYTES {
        true => Err(io::Error::other(format!("has more than {MAX_FILE_BYTES} bytes"))),
        false => Ok(text),
    }
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
