//! The parameters of an operation as options of the command line, and back as values.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::sync::Arc;

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, ArgMatches, Args as _, Command};
use clap_complete::CompletionCandidate;
use rds_api::Access;
use rds_api::schema::{self, EnumValue, Field, Kind, Operation, Shape};
use rds_api_core::catalogue::are_separated;
use serde_json::{Map, Value as Json};

use super::arguments::Options;
use super::spellings::Spellings;
use super::{dotted, source, value};
use crate::command_line;
use crate::field_notes;
use crate::names;
use crate::terminal;

/// The heading of the parameters in the help.
pub(super) const HEADING: &str = "Parameters";

/// Gives the command of an operation, which has only its name, everything else.
pub(super) fn complete_command(command: Command) -> Command {
    let Some(operation) = names::operation(command.get_name()) else { return command };
    let options = Known::of(operation);
    let parameters = operation.parameters.iter().map(|field| option(field, &options));
    let parts = options.spellings.dotted.iter().map(|(name, _)| part(name));
    command
        .about(format!("{} {}", operation.summary, access(operation)))
        .long_about(about(operation))
        .args(parameters)
        .args(parts)
        .override_usage(format!("rds call {}{} [OPTIONS]", operation.name, required(operation)))
}

/// What options there are.
struct Known {
    /// Those of every call, each with what it does.
    of_call: BTreeMap<String, String>,
    /// Those of this one.
    all: Arc<BTreeSet<String>>,
    /// Other names that are given for some of them.
    spellings: Spellings,
}

impl Known {
    fn of(operation: &'static Operation) -> Self {
        let own = Options::augment_args(Command::new(""));
        let help = |option: &Arg| option.get_help().map(StyledStr::to_string).unwrap_or_default();
        let mut of_call: BTreeMap<String, String> = own
            .get_arguments()
            .filter_map(|option| Some((option.get_long()?.to_owned(), help(option))))
            .collect();
        of_call.extend(["help", "verbose"].map(|name| (name.to_owned(), String::new())));
        let taken: BTreeSet<String> = of_call.keys().cloned().collect();
        let mut all = taken.clone();
        for field in &operation.parameters {
            all.extend([field.name.clone(), spelling(field)]);
        }
        let spellings = Spellings::among(command_line::texts(), operation, &all, &taken);
        Self { of_call, all: Arc::new(all), spellings }
    }
}

/// A part of a parameter, by a name with points.
fn part(name: &str) -> Arg {
    Arg::new(name.to_owned()).long(name.to_owned()).hide(true).allow_hyphen_values(true)
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
pub(super) fn spelling(field: &Field) -> String {
    field.rust_name.trim_start_matches("r#").replace('_', "-")
}

/// One parameter.
fn option(field: &'static Field, options: &Known) -> Arg {
    let other = spelling(field);
    let namesake = options.of_call.get(&other).map(|what| {
        let what = what.trim_end_matches('.');
        format!("not --{other}, which is an option of rds and no parameter: {what}")
    });
    let notes = field_notes::notes(field);
    let forms = field_notes::forms_of_times(&field.shape).map(str::to_owned);
    let is_required = field.is_argument();
    let required = is_required.then(|| "required".to_owned());
    let long_help = required.into_iter().chain(notes).chain(forms).chain(namesake.clone());
    let long_help = long_help.fold(field.doc.clone(), |help, note| format!("{help}\n- {note}"));
    let in_brackets = if is_required { Some("required".to_owned()) } else { namesake };
    let help = in_brackets.map_or_else(|| field.doc.clone(), |note| format!("{} [{note}]", field.doc));
    let option = Arg::new(field.name.as_str())
        .long(field.name.as_str())
        .value_name(kind(&field.shape))
        .help(help)
        .long_help(long_help)
        .help_heading(HEADING)
        .value_parser(value::parser(field, options.all.clone()))
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
    let is_given = options.spellings.has_parts_of(field) || (is_asked_for(field) && source::can_ask());
    let option = match is_required && !is_given {
        // What is sent unchecked, or stands in a file, may be this very parameter.
        true => option.required_unless_present_any(["unchecked", "input", "each"]),
        false => option,
    };
    let aliases = options.spellings.aliases.iter().filter(|(_, of)| of.name == field.name);
    let option = option.aliases(aliases.map(|(name, _)| name.clone()));
    if options.of_call.contains_key(&other) || other == field.name { option } else { option.alias(other) }
}

/// Whether a person is asked for this parameter where it is missing.
fn is_asked_for(field: &Field) -> bool {
    field.is_argument() && field.sensitive && field.shape.kind == Kind::String
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

pub(super) fn kind(shape: &Shape) -> &'static str {
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

/// The values that were given for the parameters of an operation.
pub(super) fn values(operation: &str, matches: &ArgMatches) -> Result<Map<String, Json>, String> {
    let mut values = Map::new();
    let Some(operation) = schema::operation(operation) else { return Ok(values) };
    let parts = Known::of(operation).spellings.dotted;
    for field in &operation.parameters {
        if let Some(given) = matches.get_many::<Json>(&field.name) {
            let mut given = given.cloned();
            let value = match field.shape.kind {
                // Each time the option is there it brings a list.
                Kind::List => given.flat_map(|list| list.as_array().cloned().unwrap_or_default()).collect(),
                _ => given.next().unwrap_or_default(),
            };
            note_what_is_seen(field, matches);
            values.insert(field.name.clone(), value);
        }
        let of_field = parts.iter().filter(|(_, of)| of.name == field.name);
        let given = |(name, _): &'_ (String, _)| matches.get_one::<String>(name).cloned();
        let parts: Vec<(&str, String)> =
            of_field.filter_map(|part| Some((part.0.as_str(), given(part)?))).collect();
        if let Some((first, _)) = parts.first() {
            if values.contains_key(&field.name) {
                return Err(format!(
                    "--{first} is a part of --{}, which is given as a whole, too",
                    field.name
                ));
            }
            values.insert(field.name.clone(), dotted::value(field, parts)?);
        }
    }
    Ok(values)
}

/// Tells of a secret, and of a comma that may have been meant to separate elements.
fn note_what_is_seen(field: &Field, matches: &ArgMatches) {
    let raw = || matches.get_raw(&field.name).into_iter().flatten().map(OsStr::to_string_lossy);
    let name = &field.name;
    if field.sensitive
        && raw().any(|text| !text.is_empty() && (!text.starts_with('@') || text.starts_with("@@")))
    {
        terminal::note(&format!(
            "--{name} stands on the command line, where other processes and the shell's history see it; @FILE, @-, \
             @env:NAME and @prompt keep it from there"
        ));
    }
    let is_text = |shape: &Shape| shape.kind == Kind::String;
    if field.shape.items.as_deref().is_some_and(is_text)
        && raw().any(|text| text.contains(',') && !text.starts_with(['[', '@']))
        && !are_separated(field)
    {
        terminal::warn(&format!(
            "--{name} is one element with a comma in it; each element is an option of its own"
        ));
    }
}

/// Asks for the secrets that are required and not there, where there is a person to ask.
pub(super) fn ask_for_missing(
    operation: &Operation,
    parameters: &mut Map<String, Json>,
    is_unchecked: impl Fn(&str) -> bool,
) -> Result<(), String> {
    if !source::can_ask() {
        return Ok(());
    }
    for field in operation.parameters.iter().filter(|it| is_asked_for(it) && !is_unchecked(&it.name)) {
        if parameters.get(&field.name).is_none_or(Json::is_null) {
            let value = source::prompt(&field.name).map_err(|why| format!("{}: {why}", field.name))?;
            parameters.insert(field.name.clone(), value.into());
        }
    }
    Ok(())
}
