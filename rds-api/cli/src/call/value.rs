//! The value of a parameter, as it was typed.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::sync::Arc;

use clap::builder::{BoolishValueParser, PossibleValue, PossibleValuesParser, TypedValueParser, ValueParser};
use clap::{Arg, Command};
use rds_api::schema::{EnumValue, Field, FieldExt as _, Kind, Problem};
use serde_json::Value as Json;

use super::parameters::{kind, spelling};
use super::source::{self, Source};
use super::usage::is_sensitive;
use crate::command_line;
use crate::terminal::harmless;

/// What reads a value of this parameter. `known` are all options, which are no values where one was forgotten.
pub(super) fn parser(field: &'static Field, known: Arc<BTreeSet<String>>) -> ValueParser {
    match field.shape.kind {
        Kind::Enum => EnumParser(&field.shape.values).into(),
        Kind::Bool => BoolishValueParser::new().map(Json::from).into(),
        _ => ValueParser::new(move |text: &str| match is_option(field, text, &known) {
            true => {
                Err(format!("there is no value; one that is called like an option is --{}=VALUE", field.name))
            }
            false => read(field, text),
        }),
    }
}

/// Reads one value, so that a mistake is reported with its option. What is wrong with a secret is not: the reason might
/// repeat it.
pub(super) fn read(field: &Field, text: &str) -> Result<Json, String> {
    let is_list = field.shape.kind == Kind::List;
    let is_secret = is_sensitive(field);
    let words = |problem: Problem| {
        let text = match problem.path == field.name {
            _ if is_secret => format!("it is no {}", kind(&field.shape)),
            true => problem.reason,
            false => problem.to_string(),
        };
        harmless(&text).into_owned()
    };
    if is_secret && source::is_meant_otherwise(text) {
        return Err("other tools read a value from there, and this one does not: write @- for standard input, @FILE for a file; a \
                    secret that is called like this comes from one of them"
            .to_owned());
    }
    let value = match Source::of(field, text) {
        Some(source) => source.read(field).and_then(|text| lines(field, &text).map_err(words))?,
        None => field.parse(source::literal(field, text)).map_err(words)?,
    };
    // A list is looked at once all of it is there.
    match field.check(&value).into_iter().next().filter(|_| !is_list && !is_secret) {
        Some(problem) => Err(words(problem)),
        None => Ok(value),
    }
}

/// Reads what came from a file: of a list, each line is an element, unless all of it is JSON.
fn lines(field: &Field, text: &str) -> Result<Json, Problem> {
    if field.shape.kind != Kind::List || text.trim_start().starts_with(['[', '{']) {
        return field.parse(text);
    }
    let mut elements = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        elements.extend(field.parse(line.trim())?.as_array().cloned().unwrap_or_default());
    }
    Ok(elements.into())
}

/// Whether an option stands where its text was taken for a value.
fn is_option(field: &Field, text: &str, known: &BTreeSet<String>) -> bool {
    let name = text.strip_prefix("--").map(|option| option.split('=').next().unwrap_or_default());
    if !name.is_some_and(|name| known.contains(name)) {
        return false;
    }
    let own = [format!("--{}", field.name), format!("--{}", spelling(field))];
    // Said with an equals sign, it is the value.
    let arguments: Vec<String> = command_line::texts().collect();
    arguments.windows(2).any(|pair| own.contains(&pair[0]) && pair[1] == text)
}

/// Reads a value of an enum, in any case.
#[derive(Debug, Clone)]
struct EnumParser(&'static [EnumValue]);

impl EnumParser {
    fn values(&self) -> impl Iterator<Item = PossibleValue> + use<> {
        self.0.iter().map(|value| PossibleValue::new(&value.value).help(&value.doc))
    }
}

impl TypedValueParser for EnumParser {
    type Value = Json;

    fn parse_ref(&self, command: &Command, option: Option<&Arg>, text: &OsStr) -> Result<Json, clap::Error> {
        let is_meant = |value: &&EnumValue| text.eq_ignore_ascii_case(&value.value);
        let exact = self.0.iter().find(|value| text == value.value.as_str());
        match exact.or_else(|| self.0.iter().find(is_meant)) {
            Some(value) => Ok(value.value.as_str().into()),
            None => PossibleValuesParser::new(self.values()).parse_ref(command, option, text).map(Json::from),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.values()))
    }
}
