//! A response as csv or tsv, for spreadsheets and scripts.

use csv::WriterBuilder;

use super::rows::{List, Row, Rows, member};
use super::table::{by_importance, cell};
use crate::failure::Failure;
use crate::output;

/// Prints a line of names, and one for each row; a thing is one row.
pub(super) fn print(rows: &Rows<'_>, columns: &[String], separator: u8) -> Result<(), Failure> {
    let thing;
    let (list, rows): (&List<'_>, Vec<Row<'_>>) = match rows {
        Rows::Thing(row) => {
            thing = List::default();
            (&thing, vec![row.clone()])
        }
        Rows::List(list) => (list, list.rows()),
    };
    let asked = list.columns(columns);
    let columns = match columns.is_empty() {
        true => by_importance(list, &rows),
        false => asked.iter().map(String::as_str).collect(),
    };
    if columns.is_empty() {
        return Ok(());
    }
    let mut writer = WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    let written = writer.write_record(&columns).and_then(|()| {
        rows.iter().try_for_each(|row| {
            writer.write_record(columns.iter().map(|name| member(row, name).map(cell).unwrap_or_default()))
        })
    });
    let bytes = written
        .map_err(std::io::Error::from)
        .and_then(|()| writer.into_inner().map_err(|error| error.into_error()));
    output::print_data(&String::from_utf8_lossy(&bytes.map_err(Failure::output)?))
}
