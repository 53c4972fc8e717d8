//! What is secret, and what stands in its place, is said once: in `rds-api/core/src/secrecy`.

use super::{Fault, assert_none, paths, read};

const HOME: &str = "rds-api/core/src/secrecy";

/// Masks, and the endings of names by which a list of secrets is known.
const SIGNS: [&str; 7] = [
    "\"****\"",
    "\"***\"",
    "\"<hidden>\"",
    "\"passwd\"",
    "\"securitytoken\"",
    "\"privatekey\"",
    "\"password\"",
];

/// The lines of a source that have one of these, without its tests.
fn found<'s>(path: &str, source: &'s str, signs: &'s [&str]) -> impl Iterator<Item = (usize, &'s str)> {
    let end = if path.ends_with(".rs") {
        source.find("#[cfg(test)]\nmod tests").or(source.find("#[cfg(test)]\n#[allow"))
    } else {
        None
    };
    let lines = source[..end.unwrap_or(source.len())].lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim_start().starts_with("//"));
    lines.filter_map(|(index, line)| {
        signs.iter().find(|sign| line.contains(**sign)).map(|sign| (index + 1, *sign))
    })
}

#[test]
fn secrecy_has_one_home() {
    let mut faults = Vec::new();
    let mut check = |path: &String, signs: &[&str]| {
        for (line, sign) in found(path, &read(path), signs) {
            faults.push(Fault::new(path, line, format!("{sign} belongs to {HOME}, which others ask")));
        }
    };
    for folder in ["rds-api/core/src", "rds-api/src", "rds-api/testing/src", "rds-api/cli/src"] {
        let sources = paths(folder, ".rs");
        let is_written_by_hand = |path: &&String| {
            let generated = ["rds-api/src/operations/", "rds-api/src/types"];
            !path.starts_with(HOME)
                && !generated.iter().any(|folder| path.starts_with(folder))
                && !path.ends_with("/tests.rs")
        };
        sources.iter().filter(is_written_by_hand).for_each(|path| check(path, &SIGNS));
    }
    // Fields of a form are of the type "password".
    paths("rds-api/cli/src/explore/page", ".js").iter().for_each(|path| check(path, &SIGNS[..3]));
    assert_none(&faults);
}

#[test]
fn a_second_list_is_found() {
    let source = "// \"****\"\nconst A: &str = \"****\";\nlet b = [\"passwd\"];\n#[cfg(test)]\nmod tests { \"***\" }\n";
    assert_eq!(found("a.rs", source, &SIGNS).collect::<Vec<_>>(), [(2, "\"****\""), (3, "\"passwd\"")]);
    assert_eq!(found("a.js", source, &SIGNS[..3]).count(), 2);
}
