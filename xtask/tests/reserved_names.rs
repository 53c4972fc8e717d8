//! The names that the generator refuses are those that the client written by hand has taken.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use codegen::names::{CALL_METHODS, CLIENT_METHODS, OPTION};

/// The words that follow any of `openings` at the beginning of a line of a source of the client.
fn words(file: &str, openings: &[&str]) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rds-api/src").join(file);
    let text = fs::read_to_string(path).unwrap();
    let rests =
        text.lines().filter_map(|line| openings.iter().find_map(|opening| line.strip_prefix(opening)));
    rests
        .map(|rest| rest.split(|end: char| !end.is_alphanumeric() && end != '_').next().unwrap().into())
        .collect()
}

#[track_caller]
fn assert_reserved(taken: &BTreeSet<String>, reserved: &[&str], list: &str) {
    assert!(!taken.is_empty());
    let missing: Vec<_> = taken.iter().filter(|name| !reserved.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "add {missing:?} to {list} in codegen/src/names.rs");
}

#[test]
fn no_operation_becomes_a_function_that_the_client_has() {
    let openings = ["    pub fn ", "    pub async fn ", "    pub(crate) fn "];
    assert_reserved(&words("client.rs", &openings), CLIENT_METHODS, "CLIENT_METHODS");
}

#[test]
fn no_setter_becomes_a_method_that_every_call_has() {
    let mut taken = words("call.rs", &["    pub fn ", "    pub async fn "]);
    // An associated function is not in the way of a method, and no setter begins like an option.
    taken.retain(|name| name != "new" && !name.starts_with(OPTION));
    assert_reserved(&taken, CALL_METHODS, "CALL_METHODS");
}

/// What generated code imports, the client has by hand and that of another product gets to begin with.
#[test]
fn generated_code_finds_the_same_names_in_every_client() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("kiln");
    let generated = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("--root")
        .arg(&root)
        .arg("--spec")
        .arg(root.join("xtask/tests/product/spec"))
        .args(["codegen", "--package", "kiln-api", "--out"])
        .arg(&package)
        .status()
        .unwrap();
    assert!(generated.success());
    let offered = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        let block = text.split("pub mod __private {").nth(1).unwrap().split("\n}").next().unwrap();
        // However the lines are cut.
        let words = block.split(|end: char| !end.is_alphanumeric() && !matches!(end, '_' | '*'));
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(offered(&package.join("src/lib.rs")), offered(&root.join("rds-api/src/lib.rs")));
}
