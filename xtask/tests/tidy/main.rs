//! The invariants of ARCHITECTURE.md that no compiler keeps, read from the files of the repository.
//!
//! Each fault names the file and the line, and what mends it.
#![allow(clippy::panic, clippy::unwrap_used)]

mod crates;
mod documents;
mod editor;
mod generated;
mod rooms;
mod secrecy;
mod sizes;
mod source;
mod words;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// A place that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    path: String,
    line: usize,
    message: String,
}

impl Fault {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.message)
    }
}

#[track_caller]
fn assert_none(faults: &[Fault]) {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "\n{}\n", lines.join("\n"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The paths of all files below `folder` that end like this, from the root of the repository, sorted.
fn paths(folder: &str, ending: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap_or_else(|error| panic!("{folder}: {error}")) {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let path = format!("{folder}/{name}");
            match entry.file_type().unwrap().is_dir() {
                // What is built and fetched is not ours.
                true if name == "target" || name == "node_modules" => {}
                true => open.push(path),
                false if name.ends_with(ending) => paths.push(path),
                false => {}
            }
        }
    }
    paths.sort();
    assert!(!paths.is_empty(), "{folder} has no file that ends in {ending}");
    paths
}

/// Whether the generator writes this file.
fn is_generated(path: &str) -> bool {
    let path = path.strip_prefix("rds-api/").unwrap_or_default();
    codegen::GENERATED.iter().any(|generated| {
        path.strip_prefix(generated).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}
