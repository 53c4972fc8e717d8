//! Tables of mistakes, class by class: each is told at its place, in words that say what to do.
//!
//! How a message looks is shown by the snapshots of `mistakes.rs`.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod api;
mod examples;
mod follows;
mod form;
mod lengths;
mod metrics;
mod names;
mod prose;
mod repetition;
mod roles;
mod sequences;
#[path = "../specifications/mod.rs"]
mod specifications;
mod times;
mod values;

use codegen::{Diagnostic, Severity, Source, generate};
pub(crate) use specifications::{API, PATH, features, with_files};

/// The beginning of an operation to which a case adds.
pub(crate) const OPERATION: &str = "summary: Lists what there is.\naccess: read\n";

/// A small specification, with these files in it.
pub(crate) fn specification(files: &[(&str, &str)]) -> Vec<Source> {
    with_files(&[&[(PATH, OPERATION)], files].concat())
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
