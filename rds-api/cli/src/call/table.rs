//! A response as a table for people.

use std::collections::{HashMap, HashSet};

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width};
use rds_api_core::text::short_line;
use serde_json::Value as Json;

use super::rows::{List, Row, Rows, is_plain, member};
use crate::failure::Failure;
use crate::output;
use crate::terminal::{self, harmless};

/// Of more names only those that come first are looked at to choose the columns.
const MAX_NAMES: usize = 1_000;
/// A column may be narrower than its widest cell, which is wrapped then, but not narrower than this or its name.
const NARROW: usize = 20;
/// Ids are not wrapped, so that they can be copied, unless they are longer than any.
const NARROW_ID: usize = 40;
/// Of the columns that have no room so many are named.
const MAX_NAMED: usize = 12;

/// Prints a list with a row for each entry, and a thing with a row for each member. Without columns a list has those that
/// are preferred, or else those that tell most, as many as fit.
pub(super) fn print(rows: &Rows<'_>, columns: &[String], preferred: &[String]) -> Result<(), Failure> {
    match rows {
        Rows::Thing(thing) => print_thing(thing, columns),
        Rows::List(list) => print_list(list, columns, preferred),
    }
}

fn print_thing(thing: &Row<'_>, columns: &[String]) -> Result<(), Failure> {
    let mut table = table();
    let is_wanted = |(name, value): &&(String, &Json)| match columns {
        [] => is_plain(value),
        columns => columns.contains(name),
    };
    let mut shown_members: Vec<_> = thing.iter().filter(is_wanted).collect();
    shown_members.sort_by_key(|(name, _)| thing_order(name));
    for (name, value) in shown_members {
        table.add_row([shown(name), shown_cell(value)]);
    }
    output::print_data(&format!("{table}\n"))
}

/// Where a member of a thing stands: who it is comes first; what belongs to the call and not to the thing, last.
pub(super) fn thing_order(name: &str) -> u8 {
    if name == "RequestId" { 2 } else { u8::from(!name.ends_with("Id")) }
}

fn print_list(list: &List<'_>, columns: &[String], preferred: &[String]) -> Result<(), Failure> {
    let rows = list.rows();
    if rows.is_empty() {
        terminal::note("the list is empty");
    }
    if !rows.is_empty() || !columns.is_empty() {
        let unnamed = list.unnamed_columns().filter(|_| columns.is_empty());
        let chosen = match &unnamed {
            Some(unnamed) => given(unnamed, &rows),
            None if columns.is_empty() => choose(list, &rows, preferred),
            None => given(&list.columns(columns), &rows),
        };
        let mut table = table();
        if unnamed.is_none() {
            table.set_header(chosen.iter().map(|(name, _)| shown(name)));
        }
        for row in &rows {
            table.add_row(
                chosen.iter().map(|(name, _)| member(row, name).map(shown_cell).unwrap_or_default()),
            );
        }
        let with_least =
            chosen.iter().zip(table.column_iter_mut()).filter(|((_, narrowest), _)| *narrowest > 0);
        for ((_, narrowest), column) in with_least {
            let least = u16::try_from(narrowest + 2).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
        }
        output::print_data(&format!("{table}\n"))?;
    }
    if let Some(rest) = &list.rest {
        terminal::note(&format!("{rest}; --pages all has them all"));
    }
    if !list.others.is_empty() {
        terminal::note(&format!(
            "not shown: {}; choose with --list",
            short_line(&list.others.join(", "), 1_000)
        ));
    }
    Ok(())
}

fn table() -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    if let Some(width) = terminal::full_width() {
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    table
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
        Json::Array(list) if list.iter().all(|value| !value.is_object() && !value.is_array()) => {
            list.iter().map(cell).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// Columns by name, each with the least width that it needs.
type Columns = Vec<(String, usize)>;

/// The least width of the cells of a column.
fn narrow(name: &str) -> usize {
    if name.ends_with("Id") { NARROW_ID } else { NARROW }
}

/// The columns that were asked for.
fn given(columns: &[String], rows: &[Row<'_>]) -> Columns {
    let widths = widths(rows, |name, _| columns.iter().any(|column| column == name));
    let narrowest = |name: &String| widths.get(name.as_str()).copied().unwrap_or_default().min(narrow(name));
    let chosen: Columns = columns.iter().map(|name| (name.clone(), narrowest(name))).collect();
    let needed = chosen.iter().map(|(_, width)| width + 3).sum::<usize>() + 1;
    match terminal::full_width().is_some_and(|width| width < needed) {
        // All of them are there, wrapped wherever that must be.
        true => chosen.into_iter().map(|(name, _)| (name, 0)).collect(),
        false => chosen,
    }
}

/// The columns that are preferred, or else those that tell most, as many as fit.
fn choose(list: &List<'_>, rows: &[Row<'_>], preferred: &[String]) -> Columns {
    let widths = widths(rows, |_, value| is_plain(value));
    let mut room = terminal::full_width().unwrap_or(usize::MAX).saturating_sub(1);
    let (mut chosen, mut left) = (Columns::new(), Vec::new());
    let preferred = list.columns(preferred);
    let names = match preferred.len() > list.whose.len() {
        true => preferred.iter().map(String::as_str).collect(),
        false => filled_first(by_importance(list, rows), rows),
    };
    for name in names {
        let widest = widths.get(name).copied().unwrap_or_default();
        let narrowest = widest.min(narrow(name).max(shown(name).chars().count()));
        match room.checked_sub(narrowest + 3) {
            Some(rest) => {
                room = rest;
                chosen.push((name.to_owned(), narrowest));
            }
            None => left.push(name.to_owned()),
        }
    }
    if !left.is_empty() {
        let more = match left.len().saturating_sub(MAX_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more columns"),
        };
        left.truncate(MAX_NAMED);
        let left = short_line(&left.join(", "), 1_000);
        terminal::note(&format!("no room for {left}{more}; choose with --columns"));
    }
    chosen
}

/// The names, those at the end that have no value anywhere.
fn filled_first<'r>(mut names: Vec<&'r str>, rows: &[Row<'_>]) -> Vec<&'r str> {
    let with_value = rows.iter().flatten().filter(|(_, value)| !cell(value).is_empty());
    let filled: HashSet<&str> = with_value.map(|(name, _)| name.as_str()).collect();
    names.sort_by_key(|name| !filled.contains(name));
    names
}

/// The width of each column of that kind, in one go: a service may send any number of names.
fn widths<'r>(rows: &'r [Row<'_>], is_one: impl Fn(&str, &Json) -> bool) -> HashMap<&'r str, usize> {
    let mut widths: HashMap<&str, usize> = HashMap::new();
    for (name, value) in rows.iter().flatten().filter(|(name, value)| is_one(name, value)) {
        let width = widths.entry(name).or_insert_with(|| shown(name).chars().count());
        *width = (*width).max(shown_cell(value).chars().count());
    }
    widths
}

/// The names of all columns, from the left: whose it is, who it is, how it is, what it is, all else.
pub(super) fn by_importance<'r>(list: &List<'_>, rows: &'r [Row<'_>]) -> Vec<&'r str> {
    let mut seen = std::collections::HashSet::new();
    let plain = rows.iter().flatten().filter(|(_, value)| is_plain(value));
    let names = plain.map(|(name, _)| name.as_str());
    let mut names: Vec<&str> = names.filter(|name| seen.insert(*name)).take(MAX_NAMES).collect();
    let place = |name: &str| list.whose.iter().position(|whose| whose == name).unwrap_or(usize::MAX);
    names.sort_by_key(|name| (place(name), importance(&list.name, name)));
    names
}

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
