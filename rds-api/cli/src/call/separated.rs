//! A response as csv or tsv, for spreadsheets and scripts.

use std::sync::OnceLock;

use csv::WriterBuilder;

use super::rows::{List, Row, Rows, member};
use super::table::{by_importance, cell};
use crate::failure::Failure;
use crate::output;

/// Prints a line of names, and one for each row; a thing is one row. `first` keeps the names of the first of several, which are
/// printed once.
pub(super) fn print(
    rows: &Rows<'_>,
    columns: &[String],
    first: Option<&OnceLock<Vec<String>>>,
    separator: u8,
) -> Result<(), Failure> {
    let thing;
    let (list, rows): (&List<'_>, Vec<Row<'_>>) = match rows {
        Rows::Thing(row) => {
            thing = List::default();
            (&thing, vec![row.clone()])
        }
        Rows::List(list) => (list, list.rows()),
    };
    let unnamed = list.unnamed_columns().filter(|_| columns.is_empty());
    let own = || match &unnamed {
        Some(unnamed) => unnamed.clone(),
        None if columns.is_empty() => by_importance(list, &rows).into_iter().map(str::to_owned).collect(),
        None => list.columns(columns),
    };
    let known = first.and_then(OnceLock::get);
    let columns: Vec<String> = known.cloned().unwrap_or_else(own);
    if columns.is_empty() {
        return Ok(());
    }
    let mut writer = WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    // What a query finds may have no names for a line of them.
    let names = if known.is_none() && unnamed.is_none() { writer.write_record(&columns) } else { Ok(()) };
    if let Some(first) = first {
        first.get_or_init(|| columns.clone());
    }
    let written = names.and_then(|()| {
        rows.iter().try_for_each(|row| {
            writer.write_record(columns.iter().map(|name| member(row, name).map(cell).unwrap_or_default()))
        })
    });
    let bytes = written
        .map_err(std::io::Error::from)
        .and_then(|()| writer.into_inner().map_err(|error| error.into_error()));
    output::print_data(&String::from_utf8_lossy(&bytes.map_err(Failure::output)?))
}
