//! The output of a response: JSON, YAML, a table and others, of all of it or of what a query finds.

use std::sync::{Arc, OnceLock};

use clap::ValueEnum;
use clap_complete::ArgValueCompleter;
use jsonpath_rust::JsonPath as _;
use jsonpath_rust::parser::parse_json_path;
use rds_api::ClientBuilder;
use rds_api::schema::{Field, Kind, Operation, Shape};
use rds_api_core::text::short_line;
use serde_json::Value as Json;

use super::rows::Rows;
use super::several_calls::Outcome;
use super::{json_text, outcomes, schema_lists, separated, table, yaml};
use crate::completions;
use crate::failure::Failure;
use crate::output;
use crate::query::Query;
use crate::response_format::ResponseFormat;
use crate::suggestion::nearest;
use crate::terminal;

/// The heading of the options of the output in the help.
pub(super) const HEADING: &str = "Output";

/// The options of the output: JSON unless they ask for something else.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = HEADING)]
pub(crate) struct ResponseOutput {
    /// How the response is printed: as JSON, unless columns are named or it is the response of a short command.
    #[arg(long, short, value_name = "HOW")]
    output: Option<How>,
    /// The same as --output table.
    #[arg(long, conflicts_with = "output")]
    table: bool,
    /// The columns of a table, csv or tsv, by name, such as DBInstanceId,DBInstanceStatus. Without --output it is a table.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', add = ArgValueCompleter::new(completions::columns))]
    columns: Vec<String>,
    /// The list that is meant, where a response has several: the names that lead to it, or the last of them.
    #[arg(long, value_name = "NAME")]
    list: Option<String>,
    /// Print only what this JMESPath expression makes of the response, such as 'length(Items.DBInstance)'.
    #[arg(long, value_name = "JMESPATH", value_parser = query)]
    query: Option<Query>,
    /// Print only what this JSON path finds (RFC 9535), such as '$..DBInstanceId', a line each; text without
    /// quotes.
    #[arg(long, value_name = "JSONPATH", value_parser = path, conflicts_with_all = ["table", "columns", "output", "list", "query"])]
    path: Option<String>,
    /// The format in which the service responds; XML is shown as it comes.
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    format: ResponseFormat,
    #[arg(skip)]
    is_in_lines: bool,
    /// The columns of the first csv or tsv, which those after it have, too.
    #[arg(skip)]
    first: Option<Arc<OnceLock<Vec<String>>>>,
    /// The columns of a table, csv or tsv where none are named.
    #[arg(skip)]
    preferred: Vec<String>,
}

/// How a response is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum How {
    /// All of it.
    Json,
    /// All of it.
    Yaml,
    /// Its list, with a row for each entry; or what it says of one thing, with a row for each member.
    Table,
    /// The rows of its list, with a line of names, separated by commas.
    Csv,
    /// The same, separated by tabs.
    Tsv,
    /// The entries of its list, a line of JSON each.
    Ndjson,
}

impl ResponseOutput {
    /// Refuses what cannot be shown of this operation, before it is called.
    pub(super) fn check(&self, operation: Option<&Operation>) -> Result<(), Failure> {
        let reads_json =
            self.how() != How::Json || self.query.is_some() || self.path.is_some() || self.list.is_some();
        if self.is_xml() && reads_json {
            return Err(Failure::usage("--output, --columns, --list, --query and --path read JSON, not XML"));
        }
        let Some(operation) = operation.filter(|_| self.query.is_none()) else { return Ok(()) };
        if let Some(list) = &self.list {
            schema_lists::check(list, operation)?;
        }
        let mut names = Vec::new();
        add_names(&operation.response, &mut names);
        for column in &self.columns {
            let name = column.rsplit('.').next().unwrap_or(column);
            if !names.is_empty() && !names.contains(&name) {
                let hint = match nearest(name, names.iter().copied()) {
                    Some(name) => format!("; did you mean {name}?"),
                    None => format!("; there are {}", names.join(", ")),
                };
                return Err(Failure::usage(format!("the response has no member `{name}`{hint}")));
            }
        }
        Ok(())
    }

    fn how(&self) -> How {
        match self.output {
            None if self.table || !self.columns.is_empty() => How::Table,
            Some(How::Json) if !self.columns.is_empty() => How::Table,
            how => how.unwrap_or(How::Json),
        }
    }

    /// Prints a table of these columns where nothing else is asked for.
    pub(crate) fn prefer_table(&mut self, columns: &[&str]) {
        if self.output.is_none() && self.query.is_none() && self.path.is_none() && !self.is_xml() {
            self.table = true;
        }
        let is_table = self.how() != How::Json && self.how() != How::Yaml && self.how() != How::Ndjson;
        if is_table && self.columns.is_empty() && self.query.is_none() {
            self.preferred = columns.iter().map(|name| (*name).to_owned()).collect();
        }
    }

    pub(super) fn set_format(&self, builder: ClientBuilder) -> ClientBuilder {
        builder.format(self.format.into())
    }

    /// Whether the response is text, not values.
    pub(super) fn is_xml(&self) -> bool {
        self.format == ResponseFormat::Xml
    }

    pub(crate) fn print(&self, response: &Json, operation: Option<&Operation>) -> Result<(), Failure> {
        if self.is_xml() {
            return output::print_data(&format!("{}\n", table::cell(response)));
        }
        if let Some(path) = &self.path {
            let found = response.query(path).map_err(|error| unfit(&format!("--path: {error}"), response))?;
            if found.is_empty() {
                note_nothing("--path", response);
            }
            return output::print_data(
                &found.into_iter().map(|found| format!("{}\n", table::cell(found))).collect::<String>(),
            );
        }
        let found = self.query.as_ref().map(|query| search(query, response)).transpose()?;
        if found.as_ref().is_some_and(Json::is_null) {
            note_nothing("--query", response);
        }
        // What a query makes is not what the operation describes.
        let operation = operation.filter(|_| found.is_none());
        let response = found.as_ref().unwrap_or(response);
        match self.how() {
            How::Json if self.is_in_lines => output::print_data(&format!("{response}\n")),
            How::Json => json_text::print(response),
            How::Yaml => output::print_data(&yaml::text(response)),
            _ => self.print_rows(&self.rows(response, operation)?, response),
        }
    }

    /// Prints what came of several calls: as rows that say whose they are, or as a list of responses and errors.
    pub(super) fn print_several(
        &self,
        outcomes: &[Outcome],
        operation: Option<&Operation>,
    ) -> Result<(), Failure> {
        let has_rows = !matches!(self.how(), How::Json | How::Yaml);
        if !has_rows || self.query.is_some() || self.path.is_some() {
            return self.print(&outcomes::as_list(outcomes), None);
        }
        if !outcomes.is_empty() && outcomes.iter().all(|outcome| outcome.result.is_err()) {
            // That nothing is known is not that there is nothing.
            return Ok(());
        }
        let entries = outcomes::Entries::of(outcomes, |response| self.rows(response, operation))?;
        self.print_rows(&entries.rows(), &Json::Null)
    }

    /// What a response is about. It is there, so what does not fit it is no reason to ask again.
    fn rows<'r>(&self, response: &'r Json, operation: Option<&Operation>) -> Result<Rows<'r>, Failure> {
        let rows = Rows::of_operation(response, operation, self.list.as_deref());
        rows.map_err(|failure| unfit(failure.message(), response))
    }

    fn print_rows(&self, rows: &Rows<'_>, response: &Json) -> Result<(), Failure> {
        let columns = if self.columns.is_empty() { &self.preferred } else { &self.columns };
        match self.how() {
            How::Csv => separated::print(rows, columns, self.first.as_deref(), b','),
            How::Tsv => separated::print(rows, columns, self.first.as_deref(), b'\t'),
            How::Ndjson => {
                let entries = match rows {
                    Rows::Thing(_) => std::slice::from_ref(response),
                    Rows::List(list) => list.entries,
                };
                output::print_data(&entries.iter().map(|entry| format!("{entry}\n")).collect::<String>())
            }
            _ => table::print(rows, &self.columns, &self.preferred),
        }
    }

    /// Prints several responses, one after another. Unless a person reads them each is a line of JSON, where nothing else is
    /// asked for, and a csv has one line of names for all.
    pub(crate) fn repeat(&mut self) {
        if !output::is_terminal() {
            self.is_in_lines = true;
            self.first = Some(Arc::default());
        }
    }
}

/// What a JMESPath expression makes of a response.
fn search(query: &Query, response: &Json) -> Result<Json, Failure> {
    query.find(response).map_err(|error| unfit(&format!("--query: {error}"), response))
}

/// What is asked of a response does not fit it. The call was made, so what came of it is told.
fn unfit(why: &str, response: &Json) -> Failure {
    terminal::note(&format!(
        "the call was made; the response is {}",
        short_line(&response.to_string(), 2_000)
    ));
    Failure::unfit(why)
}

fn note_nothing(option: &str, response: &Json) {
    let names: Vec<&str> =
        response.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let names = match names.as_slice() {
        [] => String::new(),
        names => format!("; it has {}", short_line(&names.join(", "), 1_000)),
    };
    terminal::note(&format!("{option} finds nothing in the response{names}"));
}

fn query(text: &str) -> Result<Query, String> {
    Query::parse(text).map_err(|error| format!("it is not a valid JMESPath expression: {error}"))
}

fn path(text: &str) -> Result<String, String> {
    // A name alone is meant from the top.
    let path = if text.starts_with('$') { text.to_owned() } else { format!("$.{text}") };
    match parse_json_path(&path) {
        Ok(_) => Ok(path),
        Err(error) => Err(format!("it is not a valid JSON path: {error}")),
    }
}

/// The names of the members of a response, at any depth.
fn add_names<'f>(fields: &'f [Field], names: &mut Vec<&'f str>) {
    for field in fields {
        if !names.contains(&field.name.as_str()) {
            names.push(&field.name);
        }
        let shape: &Shape = field.shape.items.as_deref().unwrap_or(&field.shape);
        if shape.kind == Kind::Object {
            add_names(&shape.fields, names);
        }
    }
}
