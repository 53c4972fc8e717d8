//! From the vendor's published API metadata to the specification.
//!
//! The metadata knows names, types and limits; what things mean, people write. So an import only adds: what
//! a file says stays, whatever the metadata says ([`import`]). Where the two disagree, [`diff`] tells, and a
//! person decides. What the metadata itself gets wrong is mended first, by `spec/corrections.yaml`.

mod access;
mod assembly;
mod convert;
mod corrections;
mod diff;
mod entries;
mod family;
mod field_names;
mod inference;
mod limits;
mod literal;
mod merge;
mod metadata;
mod patch;
mod pattern;
mod refusal;
mod type_names;

use std::collections::BTreeMap;
use std::fmt;

pub use diff::Differences;

use crate::Output;
use crate::diagnostic::{Diagnostic, locate};
use crate::mistake::nearest;
use crate::read::{Specification, read_all};
use crate::source::{Source, Subject};
use crate::spec;
use assembly::Assembly;
use convert::Converter;
use metadata::{Api, Document};

/// What to import, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'o> {
    /// The operations; all of the document unless given.
    pub operations: &'o [String],
    /// The family of operations that are new.
    pub family: Option<&'o str>,
    /// Existing files are drafts: their fields are put in order, and the metadata says what is required.
    pub drafts: bool,
    /// Adds also what breaks callers: required parameters, tighter limits, another way to send a parameter.
    pub accept_breaking: bool,
}

/// What an import makes of the specification.
#[derive(Debug, Default)]
pub struct Import {
    /// Files of operations that were not specified yet.
    pub created: Vec<Output>,
    /// Files that something was added to.
    pub completed: Vec<Output>,
    /// How many files have all that the metadata has.
    pub unchanged: usize,
    /// What was left out because it breaks callers.
    pub left_out: Differences,
    /// Why nothing can be made of some operations of the document.
    pub refused: Vec<String>,
}

/// Why there is nothing to write.
#[derive(Debug)]
pub enum Failure {
    /// Something is wrong with the document, or with what was asked.
    Metadata(String),
    /// Something is wrong with the specification.
    Specification(Vec<Diagnostic>),
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metadata(message) => formatter.write_str(message),
            Self::Specification(diagnostics) => {
                let rendered: Vec<String> =
                    diagnostics.iter().map(|diagnostic| diagnostic.render(false)).collect();
                formatter.write_str(&rendered.join("\n\n"))
            }
        }
    }
}

impl std::error::Error for Failure {}

/// Adds what the metadata knows to the specification.
///
/// `sources` are the YAML files below `spec/`, `metadata` is the text of the document.
pub fn import(sources: &[Source], metadata: &str, options: Options<'_>) -> Result<Import, Failure> {
    let common: Vec<Source> =
        sources.iter().filter(|source| operation_of(source).is_none()).cloned().collect();
    let spec = read(&common)?;
    let existing: BTreeMap<&str, (&str, &Source)> = sources
        .iter()
        .filter_map(|source| operation_of(source).map(|(family, name)| (name, (family, source))))
        .collect();
    let document = document(metadata, &spec, &|name| existing.contains_key(name), true)?;
    let chosen = choose(&document, options.operations)?;
    let refused = refused(&document, &chosen, &|name| options.operations.iter().any(|asked| asked == name))?;
    options.family.map_or(Ok(()), refusal::of_family).map_err(Failure::Metadata)?;
    let empty = spec::Types::new();
    let types = spec.types.as_ref().map_or(&empty, |(_, types)| types);
    let is_documented =
        |name: &str| spec.glossary.as_ref().is_some_and(|(_, glossary)| glossary.contains_key(name));
    let converter = Converter {
        types,
        subjects: spec.api.as_ref().map_or(&[][..], |(_, api)| &api.subjects),
        call_parameters: spec.api.as_ref().map_or(&[][..], |(_, api)| &api.call_parameters),
        is_documented: &is_documented,
        marks_closed: false,
    };
    let families = existing.iter().map(|(name, (family, _))| (*name, *family)).collect();
    let mut assembly = Assembly::new(options, types, &document.directories, families);
    for (name, api) in chosen.into_iter().filter(|(name, _)| !refused.contains_key(name)) {
        let operation = converter.operation(name, api);
        match existing.get(name) {
            Some((_, source)) => assembly.complete(source, name, &operation)?,
            None => assembly.create(name, operation)?,
        }
    }
    let refused = refused.into_values().collect();
    Ok(Import { refused, ..assembly.finish(sources, &spec)? })
}

/// Tells what differs between the specification and the metadata.
///
/// Only `operations` are compared, or all if there are none.
pub fn diff(sources: &[Source], metadata: &str, operations: &[String]) -> Result<Differences, Failure> {
    let spec = read(sources)?;
    let known = |name: &str| spec.operations.iter().any(|operation| operation.name == name);
    let document = document(metadata, &spec, &known, false)?;
    for name in operations.iter().filter(|name| !known(name)) {
        choose(&document, std::slice::from_ref(name))?;
    }
    let is_chosen = |name: &str| operations.is_empty() || operations.iter().any(|chosen| chosen == name);
    let empty = spec::Types::new();
    let types = spec.types.as_ref().map_or(&empty, |(_, types)| types);
    let chosen: Vec<(&str, &Api)> =
        choose(&document, &[])?.into_iter().filter(|(name, _)| is_chosen(name)).collect();
    let refused = refused(&document, &chosen, &|name| known(name) || !operations.is_empty())?;
    let call_parameters = spec.api.as_ref().map_or(&[][..], |(_, api)| &api.call_parameters);
    let converter = Converter {
        types: &empty,
        subjects: &[],
        call_parameters: &[],
        is_documented: &|_| true,
        marks_closed: true,
    };
    let mut differences = Differences::default();
    for operation in spec.operations.iter().filter(|operation| is_chosen(operation.name)) {
        let found = match document.apis.get(operation.name) {
            Some(api) => {
                let new = converter.operation(operation.name, api);
                diff::operation(types, call_parameters, &operation.spec, &new, api)
            }
            None => diff::gone(),
        };
        differences.add(operation.name, found);
    }
    let is_new = |name: &&str| !known(name) && !refused.contains_key(name);
    for name in chosen.into_iter().map(|(name, _)| name).filter(is_new) {
        differences.add(name, diff::added());
    }
    differences.operations.sort_unstable_keys();
    Ok(differences)
}

/// The specification, if there is no mistake of form in it.
fn read(sources: &[Source]) -> Result<Specification<'_>, Failure> {
    let (spec, mistakes) = read_all(sources);
    if mistakes.is_empty() { Ok(spec) } else { Err(Failure::Specification(locate(mistakes, sources))) }
}

/// The family and the name of an operation, from the path of its file.
fn operation_of(source: &Source) -> Option<(&str, &str)> {
    match source.subject() {
        Subject::Operation { family, name } => Some((family, name)),
        _ => None,
    }
}

/// The metadata, corrected.
fn document(
    text: &str,
    spec: &Specification<'_>,
    is_specified: &dyn Fn(&str) -> bool,
    must_apply: bool,
) -> Result<Document, Failure> {
    let mut json = metadata::parse(text).map_err(Failure::Metadata)?;
    if let Some((source, corrections)) = &spec.corrections {
        let mistakes = corrections::apply(source, corrections, &mut json, is_specified);
        // A comparison is with any document, an older one or one that has less; what it lacks needs no correction.
        if must_apply && !mistakes.is_empty() {
            return Err(Failure::Specification(locate(mistakes, std::slice::from_ref(source))));
        }
    }
    let document: Document = serde_json::from_value(json)
        .map_err(|error| Failure::Metadata(format!("this is not API metadata: {error}")))?;
    if let Some((_, api)) = &spec.api {
        let same = |given: &Option<String>, own: &str| {
            given.as_ref().is_none_or(|given| given.eq_ignore_ascii_case(own))
        };
        if !same(&document.info.product, &api.product) || !same(&document.info.version, &api.version) {
            return Err(Failure::Metadata(format!(
                "the metadata is of {} {}, the specification of {} {}",
                document.info.product.as_deref().unwrap_or_default(),
                document.info.version.as_deref().unwrap_or_default(),
                api.product,
                api.version
            )));
        }
    }
    Ok(document)
}

/// Why nothing can be made of some of the chosen operations. That is a failure if one of them has to be there, or if
/// there is no other.
fn refused<'d>(
    document: &Document,
    chosen: &[(&'d str, &Api)],
    is_needed: &dyn Fn(&str) -> bool,
) -> Result<BTreeMap<&'d str, String>, Failure> {
    refusal::of(document).map_err(Failure::Metadata)?;
    let mut refused = BTreeMap::new();
    for (name, api) in chosen {
        if let Err(why) = refusal::of_operation(name, api) {
            if is_needed(name) {
                return Err(Failure::Metadata(why));
            }
            refused.insert(*name, why);
        }
    }
    match refused.first_key_value() {
        Some((_, why)) if refused.len() == chosen.len() => Err(Failure::Metadata(why.clone())),
        _ => Ok(refused),
    }
}

fn choose<'d>(document: &'d Document, names: &'d [String]) -> Result<Vec<(&'d str, &'d Api)>, Failure> {
    if names.is_empty() {
        return Ok(document.apis.iter().map(|(name, api)| (name.as_str(), api)).collect());
    }
    let find = |name: &'d String| {
        document.apis.get(name).map(|api| (name.as_str(), api)).ok_or_else(|| {
            let known = nearest(name, document.apis.keys().map(String::as_str));
            let help = known.map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
            Failure::Metadata(format!("the metadata has no operation `{name}`{help}"))
        })
    };
    names.iter().map(find).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
