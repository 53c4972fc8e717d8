//! Arrows between the rooms of the core run down only.

use std::collections::BTreeSet;

use super::source::Source;
use super::{Fault, assert_none, read};

const CORE: &str = "rds-api/core/src";

/// The rooms, a file or a folder of this name each, from the ground up. A room may use those below it, and none beside
/// it.
const FLOORS: &[&[&str]] = &[
    &["duration", "file", "future", "instant", "response", "signature", "text"],
    &["secrecy"],
    &["error", "object"],
    &["clock", "endpoint", "operation", "runtime", "timestamp"],
    &["http", "service"],
    &["credentials"],
    &["client"],
    &["request"],
    &["execute"],
    &["download", "sequence"],
    &["catalogue"],
];

/// The room that a path lies in, and its floor.
fn room(path: &str) -> Option<(&str, usize)> {
    let room = path.split("::").next()?;
    Some((room, FLOORS.iter().position(|rooms| rooms.contains(&room))?))
}

/// A path below the root of its crate that a line of code names: `crate::{a::b, c}` names `a::b` and `c`.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    line: usize,
    path: String,
}

fn named(lines: &[(usize, String)]) -> Vec<Named> {
    let mut text = String::new();
    let mut starts = Vec::new();
    for (number, line) in lines {
        starts.push((text.len(), *number));
        text += line;
        text.push('\n');
    }
    let mut all = Vec::new();
    for (at, root) in text.match_indices("crate::") {
        // `$crate` is that of whoever uses a macro.
        let before = text[..at].chars().next_back().unwrap_or(' ');
        if before == '$' || before == '_' || before.is_alphanumeric() {
            continue;
        }
        let mut paths = Vec::new();
        expand("", &text, at + root.len(), &mut paths);
        for (at, path) in paths {
            let line = starts[starts.partition_point(|(start, _)| *start <= at) - 1].1;
            all.push(Named { line, path });
        }
    }
    all
}

/// Adds the paths of the tree that begins at `at`, each with the place of its last name, and gives the end of the tree.
fn expand(before: &str, text: &str, mut at: usize, paths: &mut Vec<(usize, String)>) -> usize {
    let skip = |at: usize| at + text[at..].len() - text[at..].trim_start().len();
    if text[at..].starts_with('{') {
        at = skip(at + 1);
        while !text[at..].starts_with('}') && at < text.len() {
            at = skip(expand(before, text, at, paths));
            at = skip(at + usize::from(text[at..].starts_with(',')));
        }
        return at + 1;
    }
    let name =
        text[at..].split(|end: char| !(end.is_alphanumeric() || end == '_')).next().unwrap_or_default();
    let (path, end) = (format!("{before}{name}"), at + name.len());
    if name.is_empty() {
        return at + 1;
    }
    match text[end..].starts_with("::") {
        true => expand(&format!("{path}::"), text, end + 2, paths),
        false => {
            paths.push((at, path));
            // What the item is renamed to is nobody's path.
            let rest = text[end..].trim_start().strip_prefix("as ");
            rest.map_or(end, |rest| {
                text.len() - rest.trim_start_matches(|it: char| it.is_alphanumeric() || it == '_').len()
            })
        }
    }
}

/// The macros that the core exports, which have no other path than the root.
fn macros(sources: &[Source]) -> BTreeSet<String> {
    let lines = sources.iter().flat_map(|source| &source.lines);
    let names = lines.filter_map(|(_, line)| line.trim().strip_prefix("macro_rules! ")?.strip_suffix(" {"));
    names.map(str::to_owned).collect()
}

#[test]
fn rooms_use_what_is_below_them_by_where_it_lives() {
    let sources = Source::all(CORE);
    let macros = macros(&sources);
    let mut faults = Vec::new();
    let mut arrows = 0;
    for source in &sources {
        let inside =
            source.path.strip_prefix(&format!("{CORE}/")).and_then(|it| it.strip_suffix(".rs")).unwrap();
        if inside == "lib" {
            continue;
        }
        let own = room(inside.split('/').next().unwrap());
        for Named { line, path } in
            named(&source.lines).into_iter().filter(|named| !macros.contains(&named.path))
        {
            arrows += 1;
            let message = match (own, room(&path)) {
                (Some((own, _)), Some((other, _))) if own == other => continue,
                (Some((_, above)), Some((_, below))) if below < above => continue,
                (None, _) => "give this room a floor in xtask/tests/tidy/rooms.rs".to_owned(),
                (_, None) => format!(
                    "`crate::{path}` is in no room: import it from where it lives, such as \
                     `crate::error::{{Error, Result}}`"
                ),
                (Some((own, _)), Some((other, _))) => format!(
                    "`{own}` is below or beside `{other}` and must not use `{path}`: move what both need to a room below \
                     both, or hand it in"
                ),
            };
            faults.push(Fault::new(&source.path, line, message));
        }
    }
    assert_none(&faults);
    assert!(arrows > 100, "only {arrows} arrows were found");
}

#[test]
fn every_room_has_its_floor() {
    let path = format!("{CORE}/lib.rs");
    let text = read(&path);
    let mut declared = BTreeSet::new();
    let mut is_for_tests = false;
    for line in text.lines() {
        let module = line.trim_end_matches(';').trim_start_matches("pub ").strip_prefix("mod ");
        if let Some(module) = module.filter(|_| !is_for_tests && line.ends_with(';')) {
            declared.insert(module);
        }
        is_for_tests = line == "#[cfg(test)]" || (is_for_tests && line.starts_with("#["));
    }
    let floors: BTreeSet<&str> = FLOORS.iter().copied().flatten().copied().collect();
    let differing: Vec<_> = declared.symmetric_difference(&floors).collect();
    assert!(
        differing.is_empty(),
        "{path} and the floors in xtask/tests/tidy/rooms.rs differ in {differing:?}"
    );
}

#[test]
fn paths_are_found_in_the_trees_of_imports() {
    let lines = |text: &str| -> Vec<(usize, String)> {
        text.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned())).collect()
    };
    let text = "use crate::error::Error;\n\
                use crate::{\n    Result as Outcome,\n    object::{Field, slot::{Slot}}, signature,\n};\n\
                impl $crate::object::Datum for X {}\n\
                fn f() -> crate::retry::Budget { rds_api_crate::x() }\n";
    let found: Vec<(usize, String)> = named(&lines(text)).into_iter().map(|it| (it.line, it.path)).collect();
    let expected = [
        (1, "error::Error"),
        (3, "Result"),
        (4, "object::Field"),
        (4, "object::slot::Slot"),
        (4, "signature"),
        (7, "retry::Budget"),
    ];
    assert_eq!(found, expected.map(|(line, path)| (line, path.to_owned())));
    assert_eq!(room("request::sign::sign").map(|(room, _)| room), Some("request"));
    assert_eq!(room("Error"), None);
}
