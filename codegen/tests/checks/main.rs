//! Tables of mistakes, class by class: each is told at its place, in words that say what to do.
//!
//! How a message looks is shown by the snapshots of `mistakes.rs`.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod form;
mod names;
mod prose;
mod sequences;
mod values;

use codegen::{Diagnostic, Severity, Source, generate};

pub(crate) const API: &str = "\
product: Rds
version: \"2014-08-15\"
documentation: https://example.com/{operation}
families:
  widgets: {title: Widgets, doc: All about widgets.}
endpoints: {rule: 'rds.{region}.example.com', network_rule: 'rds-{network}.{region}.example.com', shared: {}}
";

/// The beginning of an operation to which a case adds.
pub(crate) const OPERATION: &str = "summary: Lists what there is.\naccess: read\n";

pub(crate) const PATH: &str = "spec/widgets/ListWidgets.yaml";

/// A small specification, with these files in it.
pub(crate) fn specification(files: &[(&str, &str)]) -> Vec<Source> {
    let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let mut sources = vec![source("spec/api.yaml", API), source(PATH, OPERATION)];
    for (path, text) in files {
        sources.retain(|source| source.path != *path);
        sources.push(source(path, text));
    }
    sources
}

/// All that is said about a specification with these files in it, mistakes and warnings.
pub(crate) fn told(files: &[(&str, &str)]) -> Vec<Diagnostic> {
    match generate(&specification(files), "test-api") {
        Ok(generated) => {
            assert!(!generated.outputs.is_empty());
            generated.warnings
        }
        Err(diagnostics) => {
            assert!(diagnostics.iter().all(|diagnostic| diagnostic.severity() == Severity::Error));
            diagnostics
        }
    }
}

/// All that is said, as a terminal without colors shows it.
pub(crate) fn shown(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| diagnostic.render(false)).collect::<Vec<_>>().join("\n\n")
}

/// Exactly one thing is said about the files: at this line of `path`, with these words in it.
#[track_caller]
pub(crate) fn assert_told(files: &[(&str, &str)], path: &str, line: usize, words: &[&str]) {
    let told = told(files);
    let shown = shown(&told);
    let case = files.iter().map(|(path, text)| format!("{path}:\n{text}")).collect::<String>();
    assert_eq!(told.len(), 1, "{case}\n{shown}");
    let (told_path, told_line, _) = told[0].place();
    assert_eq!((told_path, told_line), (path, line), "{case}\n{shown}");
    for word in words {
        assert!(shown.contains(word), "{word:?} is missing in\n{shown}\nof\n{case}");
    }
}

/// Exactly one thing is said about an operation that goes on as given; lines are counted from there.
#[track_caller]
pub(crate) fn assert_told_in_operation(rest: &str, line: usize, words: &[&str]) {
    assert_told(&[(PATH, &format!("{OPERATION}{rest}"))], PATH, line + 2, words);
}

/// Nothing is said about the files.
#[track_caller]
pub(crate) fn assert_passes(files: &[(&str, &str)]) {
    let told = told(files);
    assert!(told.is_empty(), "{files:?}\n{}", shown(&told));
}

/// Nothing is said about an operation that goes on as given.
#[track_caller]
pub(crate) fn assert_operation_passes(rest: &str) {
    assert_passes(&[(PATH, &format!("{OPERATION}{rest}"))]);
}

/// The specification with an operation for each feature, by its paths in a repository.
pub(crate) fn features() -> Vec<Source> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/features");
    let mut sources = Vec::new();
    let mut open = vec![root.join("spec")];
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            sources.push(Source {
                path: path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/"),
                text,
            });
        }
    }
    sources
}
