//! `rds skeleton`: an input of an operation to fill in.

use std::fmt::Write as _;

use rds_api::schema::{Field, FieldExt as _, Kind, Operation, Shape};
use serde_json::{Map, Value as Json};
use textwrap::WordSplitter;

use crate::failure::Failure;
use crate::field_notes;
use crate::names;
use crate::output;

/// How long a line of a comment may be, wherever the file is looked at.
const WIDTH: usize = 96;
/// Of more values than so many only these are named.
const MAX_VALUES: usize = 40;

/// Print an input for an operation, to fill in: `rds skeleton CreateDBInstance > new.yaml`, then `rds call
/// CreateDBInstance --input new.yaml`.
///
/// It is YAML with all parameters, the required ones first, each below a comment of what it means, its type, limits,
/// default and values. Optional ones begin with a #, which is removed where one is wanted.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The operation, such as CreateDBInstance.
    #[arg(add = clap_complete::ArgValueCandidates::new(crate::explain::candidates))]
    operation: String,
    /// Print JSON, in which a parameter that is null is not given.
    #[arg(long)]
    json: bool,
    /// Fill the examples of the documentation in, and leave no parameter out.
    #[arg(long)]
    examples: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let operation = names::operation(&arguments.operation)
        .ok_or_else(|| crate::explain::unknown_operation(&arguments.operation))?;
    let text = match arguments.json {
        true => format!("{:#}\n", json(operation, arguments.examples)),
        false => yaml(operation, arguments.examples),
    };
    output::print_data(&text)
}

/// The parameters that say something about this operation, the required ones first.
fn parameters(operation: &Operation) -> (Vec<&Field>, Vec<&Field>) {
    let own = operation.parameters.iter().filter(|field| field.is_argument() || !field.is_common);
    own.partition(|field| field.is_argument())
}

fn json(operation: &Operation, with_examples: bool) -> Json {
    let (required, optional) = parameters(operation);
    let value = |field: &&Field| {
        let value = if with_examples { example(field) } else { empty(&field.shape) };
        (field.name.clone(), value)
    };
    Json::Object(required.iter().chain(&optional).map(value).collect())
}

/// A value to be filled in: nothing, or what holds nothing yet.
fn empty(shape: &Shape) -> Json {
    match (shape.kind, shape.items.as_deref()) {
        (Kind::Object, _) => empty_object(shape),
        (Kind::List, Some(items)) if items.kind == Kind::Object => Json::Array(vec![empty_object(items)]),
        _ => Json::Null,
    }
}

fn empty_object(shape: &Shape) -> Json {
    shape.fields.iter().map(|field| (field.name.clone(), empty(&field.shape))).collect::<Map<_, _>>().into()
}

/// An example that the specification itself takes.
fn example(field: &Field) -> Json {
    let sample = field.sample();
    let fits = |value: &Json| field.check(value).is_empty();
    let words = field.default.as_deref().and_then(|default| field.parse(default).ok());
    [Some(sample.clone()), words].into_iter().flatten().find(fits).unwrap_or(sample)
}

fn yaml(operation: &Operation, with_examples: bool) -> String {
    let (required, optional) = parameters(operation);
    let mut text = comment(&format!("{}: {}", operation.name, operation.summary));
    text += "#\n";
    text += &comment(&format!("rds call {} --input FILE", operation.name));
    if !required.is_empty() {
        text += "\n# Required\n";
    }
    for field in required {
        text += &entry(field, with_examples, false);
    }
    if !optional.is_empty() {
        text += match with_examples {
            true => "\n# Optional\n",
            false => "\n# Optional: remove the # in front of what you want to give\n",
        };
    }
    for field in optional {
        text += &entry(field, with_examples, !with_examples);
    }
    text
}

/// A parameter below what is to be known of it; one that is left out stands behind a `#`.
fn entry(field: &Field, with_examples: bool, is_left_out: bool) -> String {
    let mut text = "\n".to_owned();
    text += &comment(&about(field));
    let value = if with_examples { example(field) } else { empty(&field.shape) };
    let object = Json::Object(Map::from_iter([(field.name.clone(), value)]));
    let value = match with_examples {
        true => crate::call::yaml(&object),
        // Nothing is written as nothing.
        false => crate::call::yaml(&object).replace(": ~\n", ":\n").replace(": null\n", ":\n"),
    };
    for line in value.lines() {
        let _ = writeln!(text, "{}{line}", if is_left_out { "#" } else { "" });
    }
    text
}

/// What is to be known of a parameter, and of what is inside of it.
fn about(field: &Field) -> String {
    let mut text = format!("{} ({})", field.doc.trim(), facts(field).join("; "));
    let inside = field.shape.items.as_deref().unwrap_or(&field.shape);
    for member in &inside.fields {
        let required = if member.required { "required; " } else { "" };
        let _ = write!(text, "\n- {}: {} ({required}{})", member.name, member.doc, facts(member).join("; "));
    }
    text
}

fn facts(field: &Field) -> Vec<String> {
    let mut facts = vec![field_notes::type_of(&field.shape)];
    facts.extend(field_notes::notes(field));
    let shape = field.shape.items.as_deref().unwrap_or(&field.shape);
    let values: Vec<&str> = shape.values.iter().map(|value| value.value.as_str()).collect();
    if !values.is_empty() {
        let more = if values.len() > MAX_VALUES { ", …" } else { "" };
        let values = values.into_iter().take(MAX_VALUES).collect::<Vec<_>>().join(", ");
        facts.push(format!("one of {values}{more}"));
    }
    facts
}

/// Lines of a comment.
fn comment(text: &str) -> String {
    let options = |first: &'static str| {
        let further = if first == "# - " { "#   " } else { "# " };
        textwrap::Options::new(WIDTH)
            .initial_indent(first)
            .subsequent_indent(further)
            .word_splitter(WordSplitter::NoHyphenation)
    };
    let mut lines = String::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (first, line) = match line.trim().strip_prefix("- ") {
            Some(item) => ("# - ", item),
            None => ("# ", line.trim()),
        };
        for line in textwrap::wrap(line, options(first)) {
            let _ = writeln!(lines, "{line}");
        }
    }
    lines
}
