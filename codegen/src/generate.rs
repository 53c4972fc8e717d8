//! The whole way: from the texts of the specification to the texts of the files that are made of it.

use rds_api_schema::JsonSchemas;

use crate::diagnostic::{Diagnostic, Severity, locate};
use crate::emit::{self, Dependencies};
use crate::mistake::Mistake;
use crate::output::Output;
use crate::read::{self, Specification};
use crate::source::Source;
use crate::{drafts, lower, model};

/// The folders and files that are generated from first to last, relative to the folder of the crate. What lies there and
/// is not made from the specification is removed.
pub const GENERATED: [&str; 7] = [
    "src/call.rs",
    "src/client.rs",
    "src/operations",
    "src/schema",
    "src/schema.rs",
    "src/service.rs",
    "src/types",
];

/// Where the schema of the specification goes, relative to the root of the repository.
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

/// Generates everything that is made from the specification for the crate `package`, or says all that is wrong with it.
///
/// `sources` are the YAML files of the specification, with paths such as `spec/backup/CreateBackup.yaml`.
pub fn generate(sources: &[Source], package: &str) -> Result<Generated, Vec<Diagnostic>> {
    Ok(generated(check(sources)?, package))
}

/// The same for a specification whose documentation is not written yet, with a line for each file that lacks some.
pub fn generate_drafts(
    sources: &[Source],
    package: &str,
) -> Result<(Generated, Vec<String>), Vec<Diagnostic>> {
    let (checked, undocumented) = check_drafts(sources)?;
    Ok((generated(checked, package), undocumented))
}

fn generated(checked: Checked, package: &str) -> Generated {
    let api = model::Api { package: package.replace('-', "_"), ..checked.api };
    Generated { outputs: emit::all(&api), warnings: checked.warnings }
}

/// JSON Schema of the parameters and of the response of each operation, by name.
pub fn json_schemas(sources: &[Source]) -> Result<Vec<JsonSchemas>, Vec<Diagnostic>> {
    let (Checked { api, .. }, _) = check_drafts(sources)?;
    let operations = api.families.iter().flat_map(|family| &family.operations);
    Ok(operations.map(|operation| JsonSchemas::of(&emit::describe(&api, operation))).collect())
}

/// What a crate of its own needs besides what [`generate`] makes, to begin with: it belongs to whoever keeps that crate.
pub fn begin(
    sources: &[Source],
    package: &str,
    dependencies: &Dependencies,
) -> Result<Vec<Output>, Vec<Diagnostic>> {
    let api = model::Api { package: package.replace('-', "_"), ..check_drafts(sources)?.0.api };
    Ok(emit::begin(&api, package, dependencies))
}

/// The parameter that the operations of a specification are about, if `api.yaml` names one.
pub fn subject(sources: &[Source]) -> Option<String> {
    let (spec, _) = read::read_all(sources);
    spec.api.and_then(|(_, api)| api.subjects.into_iter().next())
}

/// Reads and checks the specification without generating anything.
pub fn check(sources: &[Source]) -> Result<Checked, Vec<Diagnostic>> {
    let (spec, mistakes) = read::read_all(sources);
    lowered(&spec, mistakes, sources)
}

fn check_drafts(sources: &[Source]) -> Result<(Checked, Vec<String>), Vec<Diagnostic>> {
    let (mut spec, mistakes) = read::read_all(sources);
    let undocumented = drafts::fill(&mut spec);
    Ok((lowered(&spec, mistakes, sources)?, undocumented))
}

fn lowered(
    spec: &Specification<'_>,
    mut mistakes: Vec<Mistake>,
    sources: &[Source],
) -> Result<Checked, Vec<Diagnostic>> {
    let api = lower::lower(spec, &mut mistakes);
    let is_error = |mistake: &Mistake| mistake.severity == Severity::Error;
    if mistakes.iter().any(is_error) {
        // What is odd may follow from what is wrong, and is told once that is mended.
        mistakes.retain(is_error);
        return Err(locate(mistakes, sources));
    }
    Ok(Checked { api, warnings: locate(mistakes, sources) })
}
