//! Generated files say where they come from.

use std::fs;

use codegen::GENERATED;

use super::{Fault, assert_none, paths, read, root};

/// The source that a generated file names, and the line that it should do so in.
fn named_source(path: &str, text: &str) -> (Option<String>, usize) {
    let is_json = path.ends_with(".json");
    let number = if is_json { 2 } else { 1 };
    let line = text.lines().nth(number - 1).unwrap_or_default();
    let named = line.split_once(" from ").and_then(|(_, rest)| rest.split_once("; do not edit"));
    let is_ours = line.contains(codegen::emit::COMMAND);
    (named.filter(|_| is_ours).map(|(source, _)| source.to_owned()), number)
}

#[test]
fn generated_files_name_their_source() {
    let mut faults = Vec::new();
    for generated in GENERATED.map(|path| format!("rds-api/{path}")) {
        let is_folder = fs::metadata(root().join(&generated)).unwrap().is_dir();
        let files = if is_folder { paths(&generated, "") } else { vec![generated] };
        for path in files {
            let (source, line) = named_source(&path, &read(&path));
            let exists = source.is_some_and(|source| root().join(source).exists());
            if !exists {
                let message = "does not name the file of spec/ that it is generated from: run `cargo xtask codegen`, \
                               and move what is written by hand elsewhere";
                faults.push(Fault::new(&path, line, message));
            }
        }
    }
    assert_none(&faults);
}
