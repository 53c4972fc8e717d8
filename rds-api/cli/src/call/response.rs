//! The output of a response: JSON, XML, a table, or the values at a JSON path.

use jsonpath_rust::JsonPath as _;
use jsonpath_rust::parser::parse_json_path;
use rds_api::ClientBuilder;
use rds_api::schema::{Field, Kind, Operation, Shape};
use serde_json::Value as Json;

use super::table;
use crate::failure::Failure;
use crate::output;
use crate::response_format::ResponseFormat;
use crate::suggestion::nearest;

/// The heading of the options of the output in the help.
pub(super) const HEADING: &str = "Output";

/// The options of the output: JSON unless they ask for something else.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = HEADING)]
pub(crate) struct ResponseOutput {
    /// Show the list of the response as a table.
    #[arg(long)]
    table: bool,
    /// The columns of the table, by name, such as DBInstanceId,DBInstanceStatus.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// Print only what this JSON path finds (RFC 9535), such as '$..DBInstanceId', a line each; text without
    /// quotes.
    #[arg(long, value_name = "JSONPATH", value_parser = path, conflicts_with_all = ["table", "columns"])]
    path: Option<String>,
    /// The format of the response; XML is shown as it comes.
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    format: ResponseFormat,
}

impl ResponseOutput {
    /// Refuses what cannot be shown of this operation, before it is called.
    pub(super) fn check(&self, operation: Option<&Operation>) -> Result<(), Failure> {
        let reads_json = self.table || !self.columns.is_empty() || self.path.is_some();
        if self.is_xml() && reads_json {
            return Err(Failure::usage("--table, --columns and --path read JSON, not XML"));
        }
        let Some(row) = operation.and_then(|operation| row_shape(&operation.response)) else { return Ok(()) };
        let names = || row.fields.iter().map(|field| field.name.as_str());
        for column in &self.columns {
            let name = column.split('.').next().unwrap_or(column);
            if names().all(|known| known != name) {
                let hint = match nearest(name, names()) {
                    Some(name) => format!("; did you mean {name}?"),
                    None => format!("; there are {}", names().collect::<Vec<_>>().join(", ")),
                };
                return Err(Failure::usage(format!("the list has no column `{name}`{hint}")));
            }
        }
        Ok(())
    }

    pub(super) fn set_format(&self, builder: ClientBuilder) -> ClientBuilder {
        builder.format(self.format.into())
    }

    /// Whether the response is text, not values.
    pub(super) fn is_xml(&self) -> bool {
        self.format == ResponseFormat::Xml
    }

    pub(super) fn print(&self, response: &Json) -> Result<(), Failure> {
        if self.is_xml() {
            return output::print_data(&format!("{}\n", table::cell(response)));
        }
        if self.table || !self.columns.is_empty() {
            return table::print(response, &self.columns);
        }
        let Some(path) = &self.path else {
            return output::print_data(&format!("{response:#}\n"));
        };
        let found = response.query(path).map_err(|error| Failure::usage(error.to_string()))?;
        output::print_data(
            &found.into_iter().map(|found| format!("{}\n", table::cell(found))).collect::<String>(),
        )
    }
}

fn path(text: &str) -> Result<String, String> {
    // A name alone is meant from the top.
    let path = if text.starts_with('$') { text.to_owned() } else { format!("$.{text}") };
    match parse_json_path(&path) {
        Ok(_) => Ok(path),
        Err(error) => Err(format!("it is not a valid JSON path: {error}")),
    }
}

/// The shape of the elements of the list that is nearest to the top.
fn row_shape(fields: &[Field]) -> Option<&Shape> {
    let items = |field: &'_ Field| field.shape.kind == Kind::List;
    let mut lists =
        fields.iter().filter(|field| items(field)).filter_map(|field| field.shape.items.as_deref());
    lists.find(|items| items.kind == Kind::Object).or_else(|| {
        let mut objects = fields.iter().filter(|field| field.shape.kind == Kind::Object);
        objects.find_map(|field| row_shape(&field.shape.fields))
    })
}
