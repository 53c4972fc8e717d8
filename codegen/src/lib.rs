//! From the specification of RDS to the Rust code of `rds-api`.
//!
//! The specification is YAML, written by people ([`spec`]). This library checks it as a whole, reporting
//! every mistake with its place ([`diagnostic`]), makes a [`model`] of it in which nothing is left to
//! decide, and writes the model out as Rust ([`emit`]). What the vendor publishes about the API is taken into
//! the specification by [`mod@import`]. It neither reads nor writes files: texts go in,
//! texts come out, so that all of it can be tested with a few lines of YAML.

#![forbid(unsafe_code)]
#![cfg_attr(clippy, deny(missing_docs, unreachable_pub))]

pub mod diagnostic;
pub mod emit;
pub mod import;
pub mod model;
pub mod names;
pub mod schema;
pub mod skeleton;
mod source;
pub mod spec;
pub mod yaml;

mod lower;
mod position;
mod read;
mod site;

pub use diagnostic::Diagnostic;
pub use source::Source;

/// A text to write, below the root of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The path, with `/` between its parts.
    pub path: String,
    /// The whole text of the file.
    pub text: String,
}

/// The source folder of the client, relative to the root of the repository.
const CLIENT: &str = "rds-api/src";

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
