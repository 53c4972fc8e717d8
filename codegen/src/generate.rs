//! The whole way: from the texts of the specification to the texts of the files that are made of it.

use crate::diagnostic::Diagnostic;
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

/// Generates everything that is made from the specification, or says all that is wrong with it.
///
/// `sources` are the YAML files below `spec/`, with paths such as `spec/backup/CreateBackup.yaml`.
pub fn generate(sources: &[Source]) -> Result<Vec<Output>, Vec<Diagnostic>> {
    let api = check(sources)?;
    let mut outputs = emit::all(&api);
    outputs.push(Output { path: SCHEMA.to_owned(), text: schema::text() });
    Ok(outputs)
}

/// Reads and checks the specification without generating anything.
pub fn check(sources: &[Source]) -> Result<model::Api, Vec<Diagnostic>> {
    let (spec, mut diagnostics) = read::read_all(sources);
    let api = lower::lower(&spec, &mut diagnostics);
    if diagnostics.is_empty() {
        return Ok(api);
    }
    diagnostics.sort_by(|one, other| one.place().cmp(&other.place()));
    Err(diagnostics)
}
