//! Arrows between crates point one way.

use std::fs;

use super::{Fault, assert_none, read, root};

/// Each member of the workspace, and the members that it may depend on.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("rds-api/schema", &[]),
    ("rds-api/core", &["rds-api-schema"]),
    ("rds-api", &["rds-api-core", "rds-api-schema"]),
    ("rds-api/testing", &["rds-api", "rds-api-core", "rds-api-schema"]),
    ("rds-api/cli", &["rds-api-testing", "rds-api", "rds-api-core", "rds-api-schema"]),
    // The generator must build while what it generated does not.
    ("codegen", &["rds-api-schema"]),
    ("xtask", &["codegen", "rds-api-schema"]),
];

const MEMBERS: [&str; 7] =
    ["rds-api-schema", "rds-api-core", "rds-api", "rds-api-testing", "rds-cli", "codegen", "xtask"];

/// A dependency as a manifest has it.
#[derive(Debug, PartialEq, Eq)]
struct Dependency {
    name: String,
    line: usize,
    is_for_tests: bool,
    /// Whether a published package would name it: with a version, its own or the workspace's.
    has_version: bool,
}

/// The dependencies of a manifest that are written as this workspace writes them: a line each.
fn dependencies(manifest: &str) -> Vec<Dependency> {
    let mut section = "";
    let mut dependencies = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']');
            continue;
        }
        let Some((name, value)) = line.split_once('=') else { continue };
        if line.starts_with('#') || !section.ends_with("dependencies") || section.starts_with("workspace") {
            continue;
        }
        dependencies.push(Dependency {
            name: name.trim().trim_end_matches(".workspace").to_owned(),
            line: index + 1,
            is_for_tests: section.ends_with("dev-dependencies"),
            has_version: line.contains("workspace = true") || value.contains("version"),
        });
    }
    dependencies
}

#[test]
fn crates_depend_downwards() {
    let mut faults = Vec::new();
    for (folder, allowed) in MAY_DEPEND_ON {
        let path = format!("{folder}/Cargo.toml");
        let members = dependencies(&read(&path)).into_iter();
        for dependency in members.filter(|it| MEMBERS.contains(&it.name.as_str())) {
            let Dependency { name, line, is_for_tests, has_version } = dependency;
            if allowed.contains(&name.as_str()) {
                continue;
            }
            let is_generator = matches!(*folder, "codegen" | "xtask");
            let message = match (is_for_tests, is_generator) {
                (true, false) if !has_version => continue,
                (true, false) => format!(
                    "a dev-dependency that points back to {name} has no version, or it could not be published: \
                     {name} = {{ path = \"…\" }}"
                ),
                _ => format!(
                    "{folder} must not depend on {name}: move what both need down, into a crate that both may \
                     depend on ({allowed:?})"
                ),
            };
            faults.push(Fault::new(&path, line, message));
        }
    }
    assert_none(&faults);
}

#[test]
fn every_member_has_its_floor_and_forbids_unsafe() {
    let workspace = read("Cargo.toml");
    let (index, members) =
        workspace.lines().enumerate().find(|(_, line)| line.starts_with("members = ")).unwrap();
    let mut faults = Vec::new();
    for member in members.split('"').skip(1).step_by(2) {
        if !MAY_DEPEND_ON.iter().any(|(folder, _)| *folder == member) {
            let message = format!("say in xtask/tests/tidy/crates.rs what {member} may depend on");
            faults.push(Fault::new("Cargo.toml", index + 1, message));
        }
    }
    for (folder, _) in MAY_DEPEND_ON {
        let entrance = ["lib.rs", "main.rs"].map(|file| format!("{folder}/src/{file}"));
        let entrance = entrance.iter().find(|path| fs::exists(root().join(path)).unwrap()).unwrap();
        if !read(entrance).contains("#![forbid(unsafe_code)]") {
            faults.push(Fault::new(entrance, 1, "begin the crate with #![forbid(unsafe_code)]"));
        }
    }
    assert_none(&faults);
}

#[test]
fn dependencies_are_read_from_a_manifest() {
    let manifest = "[package]\nname = \"a\"\n[dependencies]\n# why = so\nrds-api.workspace = true\n\
                    [target.'cfg(unix)'.dependencies]\nnix = { workspace = true, optional = true }\n\
                    [dev-dependencies]\nrds-api-testing = { path = \"testing\" }\n[features]\nx = []\n";
    let found: Vec<(String, usize, bool, bool)> = dependencies(manifest)
        .into_iter()
        .map(|it| (it.name, it.line, it.is_for_tests, it.has_version))
        .collect();
    assert_eq!(
        found,
        [
            ("rds-api".to_owned(), 5, false, true),
            ("nix".to_owned(), 7, false, true),
            ("rds-api-testing".to_owned(), 9, true, false)
        ]
    );
}
