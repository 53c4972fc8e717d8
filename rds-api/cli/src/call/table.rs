//! The list of a response as a table.

use std::collections::HashMap;

use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use rds_api_core::text::short_line;
use serde_json::{Map, Value as Json};

use crate::failure::Failure;
use crate::output;
use crate::terminal::{self, harmless};

/// Of more names only those that come first are looked at to choose the columns.
const MAX_NAMES: usize = 1_000;

/// Prints the list that is nearest to the top of the response; a response without one as a table of its members.
/// Without columns it has those that seem to tell most and fit.
pub(super) fn print(response: &Json, columns: &[String]) -> Result<(), Failure> {
    let (name, rows) = match list(response) {
        Some((name, rows)) => (name, rows.iter().filter_map(Json::as_object).collect()),
        None => ("", response.as_object().into_iter().collect::<Vec<_>>()),
    };
    let chosen = if columns.is_empty() { choose(name, &rows) } else { columns.to_vec() };
    if rows.is_empty() && columns.is_empty() {
        terminal::note("the list is empty");
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(chosen.iter().map(|name| shown(name)));
    for row in rows {
        table.add_row(chosen.iter().map(|column| member(row, column).map(shown_cell).unwrap_or_default()));
    }
    output::print_data(&format!("{table}\n"))
}

/// The text of a cell, as wide as the terminal will show it.
fn shown(text: &str) -> String {
    match output::is_terminal() {
        true => harmless(text).replace('\t', "    "),
        false => text.to_owned(),
    }
}

fn shown_cell(value: &Json) -> String {
    shown(&cell(value))
}

/// A value on its own: text without quotes.
pub(super) fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The list nearest to the top, and the name it has.
fn list(response: &Json) -> Option<(&str, &[Json])> {
    let mut level: Vec<&Map<String, Json>> = response.as_object().into_iter().collect();
    while !level.is_empty() {
        let members = || level.iter().flat_map(|object| object.iter());
        let is_list = |list: &[Json]| list.iter().all(Json::is_object);
        let found = members().find_map(|(name, value)| {
            let list = value.as_array().filter(|list| is_list(list))?;
            Some((name.as_str(), list.as_slice()))
        });
        if found.is_some() {
            return found;
        }
        level = members().filter_map(|(_, value)| value.as_object()).collect();
    }
    None
}

/// The member that a name, or names with points between, lead to.
fn member<'r>(row: &'r Map<String, Json>, column: &str) -> Option<&'r Json> {
    let mut names = column.split('.');
    let first = row.get(names.next()?)?;
    names.try_fold(first, |value, name| value.get(name))
}

/// The columns that tell most, as many as fit.
fn choose(list: &str, rows: &[&Map<String, Json>]) -> Vec<String> {
    // The width of each, in one go: a service may send any number of names.
    let mut widths: HashMap<&str, usize> = HashMap::new();
    let mut names: Vec<&str> = Vec::new();
    for (name, value) in rows.iter().flat_map(|row| row.iter()) {
        let is_new = !widths.contains_key(name.as_str());
        if value.is_object() || value.is_array() || (is_new && names.len() >= MAX_NAMES) {
            continue;
        }
        if is_new {
            names.push(name);
        }
        let width = widths.entry(name).or_insert_with(|| shown(name).chars().count());
        *width = (*width).max(shown_cell(value).chars().count());
    }
    names.sort_by_key(|name| importance(list, name));
    let mut room = terminal::width().saturating_sub(1);
    let (shown, left): (Vec<&str>, Vec<&str>) = names.into_iter().partition(|name| {
        let needed = widths.get(name).copied().unwrap_or_default() + 3;
        let fits = needed <= room;
        room -= if fits { needed } else { 0 };
        fits
    });
    if !left.is_empty() {
        let left = short_line(&left.join(", "), 1_000);
        terminal::note(&format!("no room for {left}; choose with --columns"));
    }
    shown.into_iter().map(str::to_owned).collect()
}

/// Where a column belongs, from the left: who it is, how it is, what it is, all else.
fn importance(list: &str, name: &str) -> u8 {
    let is_own = |end: &str| name.strip_suffix(end).is_some_and(|start| list.starts_with(start));
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match name {
        _ if is_own("Id") || is_own("Name") => 0,
        _ if has(&["Status", "State", "Progress"]) => 1,
        _ if has(&["Name", "Description", "Engine", "Class", "Value"]) => 2,
        _ if has(&["Type", "Mode", "Time", "Size"]) => 3,
        _ if !list.is_empty() && name.starts_with(list) => 4,
        _ => 5,
    }
}
