//! `rds explain`: all that the specification says of an operation.

use std::fmt::Write as _;

use rds_api::Access;
use rds_api::schema::{self, Field, Operation, Shape};

use crate::failure::Failure;
use crate::field_notes;
use crate::names;
use crate::output;
use crate::terminal::{FAINT, HEADING, NAME, WRITES, paragraphs, styled, wrapped};

/// Explain what an operation does, its parameters, its response, and how it fails.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The operation, such as DescribeBackupTasks.
    #[arg(add = clap_complete::ArgValueCandidates::new(candidates))]
    operation: String,
}

pub(crate) fn candidates() -> Vec<clap_complete::CompletionCandidate> {
    schema::names().map(clap_complete::CompletionCandidate::new).collect()
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match names::operation(&arguments.operation) {
        Some(operation) => output::print_paged(&explanation(operation)),
        None => Err(unknown_operation(&arguments.operation)),
    }
}

/// There is no operation of this name.
pub(crate) fn unknown_operation(name: &str) -> Failure {
    let hint = match names::nearest_operation(name) {
        Some(nearest) => format!("did you mean {nearest}?"),
        None => "`rds operations` lists them".to_owned(),
    };
    Failure::usage(format!("there is no operation {name}; {hint}"))
}

fn explanation(operation: &Operation) -> String {
    let family = schema::families().find(|family| family.name == operation.family);
    let access = match operation.access {
        Access::Read if operation.writes_when.is_empty() => "only reads".to_owned(),
        Access::Read => format!(
            "only reads, but {} with {}",
            styled(WRITES, "changes something"),
            field_notes::writes_when(operation)
        ),
        Access::Write => styled(WRITES, "may change something"),
    };
    let mut text = format!(
        "{}  {}, {access}\n\n",
        styled(HEADING, &operation.name),
        family.map_or(operation.family.as_str(), |family| family.title),
    );
    if let Some(why) = &operation.deprecated {
        text += &wrapped(&format!("Deprecated: {why}"), 0, 0);
    }
    text += &paragraphs(&format!("{}\n\n{}", operation.summary, operation.description), 0);
    let _ = writeln!(text, "\n{}", styled(FAINT, &operation.documentation_url));
    heading(&mut text, "Parameters");
    for field in required_first(&operation.parameters) {
        describe_field(&mut text, field, 2, "--");
    }
    heading(&mut text, "Response");
    for field in &operation.response {
        describe_field(&mut text, field, 2, "");
    }
    if let Some(pagination) = &operation.pagination {
        heading(&mut text, "Pages");
        let size = pagination.size.as_ref().map(|size| format!(", `{size}` entries each"));
        let (list, position) = (&pagination.items, &pagination.position);
        let line = format!("`{list}` comes in pages by `{position}`{}.", size.unwrap_or_default());
        text += &wrapped(&line, 2, 2);
    }
    if !operation.waiters.is_empty() {
        heading(&mut text, "Waiters");
    }
    for waiter in &operation.waiters {
        let _ = writeln!(text, "  {}", styled(NAME, &waiter.name));
        text += &paragraphs(&waiter.doc, 6);
    }
    if let Some(follows) = &operation.follows {
        heading(&mut text, "What follows");
        let line = format!("--wait polls `{}`, by its waiter `{}`.", follows.operation, follows.waiter);
        text += &wrapped(&line, 2, 2);
    }
    if !operation.errors.is_empty() {
        heading(&mut text, "Errors");
        for (status, codes) in &operation.errors {
            text += &wrapped(&format!("{status}  {}", codes.join(", ")), 2, 7);
        }
    }
    text
}

fn required_first(fields: &[Field]) -> impl Iterator<Item = &Field> {
    let is_required = |field: &&Field| field.is_argument();
    fields.iter().filter(is_required).chain(fields.iter().filter(move |field| !is_required(field)))
}

fn heading(text: &mut String, title: &str) {
    let _ = writeln!(text, "\n{}", styled(HEADING, title));
}

/// A field, its documentation below it, and what is in it below that.
fn describe_field(text: &mut String, field: &Field, indent: usize, dashes: &str) {
    let required = match (field.required, field.role) {
        (true, None) => format!(", {}", styled(WRITES, "required")),
        _ => String::new(),
    };
    let kind = styled(FAINT, &field_notes::type_of(&field.shape));
    let name = styled(NAME, &format!("{dashes}{}", field.name));
    let _ = writeln!(text, "{}{name}  {kind}{required}", " ".repeat(indent));
    text.push_str(&paragraphs(&field.doc, indent + 4));
    let mut notes = field_notes::notes(field);
    if dashes == "--" {
        notes.extend(field_notes::forms_of_times(&field.shape).map(str::to_owned));
    }
    if !notes.is_empty() {
        text.push_str(&wrapped(&format!("({})", notes.join("; ")), indent + 4, indent + 4));
    }
    describe_shape(text, &field.shape, indent + 4);
}

fn describe_shape(text: &mut String, shape: &Shape, indent: usize) {
    if !shape.values.is_empty() {
        let longest = shape.values.iter().map(|value| value.value.len()).max().unwrap_or_default().min(24);
        for value in &shape.values {
            let metric = value.metric.as_ref().map(field_notes::metric_in_words).unwrap_or_default();
            let line = format!("{:longest$}  {}{metric}", value.value, value.doc);
            text.push_str(&wrapped(&line, indent, indent + longest + 2));
        }
    }
    for field in &shape.fields {
        describe_field(text, field, indent, "");
    }
    if let Some(items) = &shape.items {
        describe_shape(text, items, indent);
    }
}
