//! Rust sources, line by line, without their tests and comments.

use std::path::Path;

use super::{paths, read};

/// The part of a source file that is compiled into a program.
pub(crate) struct Source {
    pub(crate) path: String,
    /// The lines of code with their numbers.
    pub(crate) lines: Vec<(usize, String)>,
}

impl Source {
    /// The sources below `folder`, without those that are compiled for tests only.
    pub(crate) fn all(folder: &str) -> Vec<Self> {
        let mut for_tests = Vec::new();
        let mut sources = Vec::new();
        for path in paths(folder, ".rs") {
            let parsed = parse(&read(&path));
            for_tests.extend(parsed.test_modules.iter().map(|module| children(&path) + "/" + module));
            sources.push(Self { path, lines: parsed.lines });
        }
        let is_for_tests = |path: &str| {
            for_tests.iter().any(|module| {
                path.strip_prefix(module.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            })
        };
        sources.retain(|source| !is_for_tests(&source.path));
        sources
    }
}

/// The folder of the modules below the one in this file.
fn children(path: &str) -> String {
    let path = Path::new(path);
    let folder = path.parent().unwrap().to_str().unwrap();
    match path.file_stem().unwrap().to_str().unwrap() {
        "lib" | "main" | "mod" => folder.to_owned(),
        stem => format!("{folder}/{stem}"),
    }
}

#[derive(Default)]
struct Parsed {
    lines: Vec<(usize, String)>,
    /// The modules in files of their own that are there for tests only.
    test_modules: Vec<String>,
}

fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let lines: Vec<&str> = text.lines().collect();
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        if !line.trim_start().starts_with("#[cfg(") || !is_for_tests(line) {
            let code = without_comment(line);
            if !code.trim().is_empty() {
                parsed.lines.push((index + 1, code.to_owned()));
            }
            index += 1;
            continue;
        }
        while lines.get(index).is_some_and(|line| line.trim_start().starts_with('#')) {
            index += 1;
        }
        let Some(item) = lines.get(index) else { break };
        if let Some(module) = item.trim().strip_suffix(';').and_then(|item| item.rsplit_once("mod ")) {
            parsed.test_modules.push(module.1.to_owned());
        }
        // rustfmt closes an item where it opens it.
        let indent = &item[..item.len() - item.trim_start().len()];
        let closes = |line: &&str| match item.ends_with('{') {
            true => line.strip_prefix(indent) == Some("}"),
            false => line.ends_with(';') && !line.starts_with(&format!("{indent} ")),
        };
        if !item.ends_with(';') && !item.ends_with('}') {
            index += lines[index + 1..].iter().take_while(|line| !closes(line)).count() + 1;
        }
        index += 1;
    }
    parsed
}

/// Whether an attribute leaves an item to tests: `cfg(test)`, `cfg(all(test, …))` or `cfg(any(fuzzing, test))`, not
/// `cfg(not(test))` nor `cfg(any(feature = "…", test))`.
fn is_for_tests(attribute: &str) -> bool {
    let condition = attribute.trim().trim_start_matches("#[cfg(").trim_end_matches(")]");
    if let Some(all) = condition.strip_prefix("all(") {
        return all.trim_end_matches(')').split(',').any(|condition| condition.trim() == "test");
    }
    let alternatives = condition.strip_prefix("any(").map_or(condition, |rest| rest.trim_end_matches(')'));
    alternatives.split(',').all(|condition| ["test", "fuzzing", "doctest"].contains(&condition.trim()))
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") {
        return "";
    }
    line.split_once(" // ").map_or(line, |(code, _)| code)
}

#[test]
fn sources_are_read_without_tests_and_comments() {
    let text = "//! About.\n\
                use crate::error::Error; // why\n\
                #[cfg(test)]\n\
                pub(crate) mod specimen;\n\
                #[cfg(feature = \"serde\")]\n\
                mod kept;\n\
                #[cfg(all(test, unix))]\n\
                mod leaks;\n\
                #[cfg(not(test))]\n\
                fn kept_too() {}\n\
                #[cfg(test)]\n\
                #[allow(clippy::unwrap_used)]\n\
                mod tests {\n    \
                    use crate::client::Client;\n\
                }\n\
                fn last() {}\n";
    let parsed = parse(text);
    let numbers: Vec<usize> = parsed.lines.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [2, 5, 6, 9, 10, 16]);
    assert_eq!(parsed.lines[0].1, "use crate::error::Error;");
    assert_eq!(parsed.test_modules, ["specimen", "leaks"]);
}
