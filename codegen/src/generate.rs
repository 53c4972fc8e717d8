//! The whole way: from the texts of the specification to the texts of the files that are made of it.

use crate::diagnostic::{Diagnostic, Severity, locate};
use crate::output::Output;
use crate::source::Source;
use crate::{emit, lower, model, read, schema};

/// The folders and files that are generated from first to last, relative to the root of the repository. What lies
/// there and is not made from the specification is removed.
pub const GENERATED: [&str; 6] = [
    "rds-api/src/operations",
    "rds-api/src/schema/operations",
    "rds-api/src/schema/operations.rs",
    "rds-api/src/service.rs",
    "rds-api/src/types",
    SCHEMA,
];

/// Where the generated schema of the specification goes, relative to the root of the repository.
pub const SCHEMA: &str = "spec/schema.json";

/// All that is made from a specification.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The files.
    pub outputs: Vec<Output>,
    /// What is odd in the specification, though it may be meant.
    pub warnings: Vec<Diagnostic>,
}

/// A specification without a mistake.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What it says.
    pub api: model::Api,
    /// What is odd in it, though it may be meant.
    pub warnings: Vec<Diagnostic>,
}

/// Generates everything that is made from the specification, or says all that is wrong with it.
///
/// `sources` are the YAML files below `spec/`, with paths such as `spec/backup/CreateBackup.yaml`.
pub fn generate(sources: &[Source]) -> Result<Generated, Vec<Diagnostic>> {
    let Checked { api, warnings } = check(sources)?;
    let mut outputs = emit::all(&api);
    outputs.push(Output { path: SCHEMA.to_owned(), text: schema::text() });
    Ok(Generated { outputs, warnings })
}

/// Reads and checks the specification without generating anything.
pub fn check(sources: &[Source]) -> Result<Checked, Vec<Diagnostic>> {
    let (spec, mut mistakes) = read::read_all(sources);
    let api = lower::lower(&spec, &mut mistakes);
    let diagnostics = locate(mistakes, sources);
    if diagnostics.iter().any(|diagnostic| diagnostic.severity() == Severity::Error) {
        return Err(diagnostics);
    }
    Ok(Checked { api, warnings: diagnostics })
}
