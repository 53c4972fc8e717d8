//! The rooms of the core lie on floors, and arrows between them run down only.

use super::{Fault, assert_none, paths, read};

const SOURCES: &str = "rds-api/core/src";

/// The rooms from the ground up: each may use those before it.
const ROOMS: [&str; 17] = [
    "text",
    "future",
    "secrecy",
    "error",
    "object",
    "timestamp",
    "response",
    "operation",
    "endpoint",
    "service",
    "signature",
    "http",
    "credentials",
    "client",
    "request",
    "execute",
    "sequence",
];

/// The names that a file uses from the root of its crate, each with its line. Tests, documentation and the arms of
/// macros do not count.
fn uses(source: &str) -> Vec<(usize, &str)> {
    let mut uses = Vec::new();
    for (index, line) in source.lines().enumerate() {
        if line.trim_start().starts_with("#[cfg(test)]") {
            // Tests are the last thing of a file, unless this is the declaration of a module.
            let next = source.lines().nth(index + 1).unwrap_or_default();
            if next.starts_with("mod tests {") || next.starts_with("#[allow") {
                break;
            }
        }
        if line.trim_start().starts_with("//") || line.contains("$crate") {
            continue;
        }
        for (at, root) in line.match_indices("crate::") {
            let names = &line[at + root.len()..];
            let end = if names.starts_with('{') { names.find('}') } else { names.find(',') };
            for name in names[..end.unwrap_or(names.len())].split(',') {
                let name = name.trim_start_matches(['{', ' ']);
                let end = name.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(name.len());
                uses.push((index + 1, &name[..end]));
            }
        }
    }
    uses
}

/// Files that only tests are made of.
fn is_test(path: &str) -> bool {
    ["tests", "properties", "leaks", "loopback", "all_kinds"]
        .iter()
        .any(|name| path.ends_with(&format!("/{name}.rs")))
}

#[test]
fn rooms_of_the_core_use_those_below() {
    let mut faults = Vec::new();
    for path in paths(SOURCES, ".rs").iter().filter(|path| !is_test(path)) {
        let room = path[SOURCES.len() + 1..].split(['/', '.']).next().unwrap_or_default();
        if room == "lib" {
            continue;
        }
        let Some(floor) = ROOMS.iter().position(|known| *known == room) else {
            faults.push(Fault::new(
                path,
                1,
                format!("`{room}` is a new room: say in ROOMS what lies below it"),
            ));
            continue;
        };
        for (line, used) in uses(&read(path)) {
            let message = match ROOMS.iter().position(|known| *known == used) {
                Some(of_used) if of_used <= floor => continue,
                Some(_) => format!("`{room}` uses `{used}`, which lies above it: move what both need down"),
                // Macros stand at the root, whatever room they belong to.
                None if used.starts_with("impl_") => continue,
                None => format!("`crate::{used}`: import it from where it lives"),
            };
            faults.push(Fault::new(path, line, message));
        }
    }
    assert_none(&faults);
}

#[test]
fn uses_are_read_from_a_file() {
    let source = "//! `crate::doc`\nuse crate::text::one_line;\nfn f() -> crate::error::Result { crate::Wrong }\nuse crate::{one, two::Two};\n\
                  #[cfg(test)]\nmod helper;\nuse crate::object;\n#[cfg(test)]\nmod tests {\n    use crate::waiter;\n}\n";
    assert_eq!(
        uses(source),
        [(2, "text"), (3, "error"), (3, "Wrong"), (4, "one"), (4, "two"), (7, "object")]
    );
}
