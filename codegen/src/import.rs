//! From the vendor's published API metadata to the specification.
//!
//! The metadata knows names, types and limits; what things mean, people write. So an import only adds: what
//! a file says stays, whatever the metadata says ([`import`]). Where the two disagree, [`diff`] tells, and a
//! person decides. What the metadata itself gets wrong is mended first, by `spec/corrections.yaml`.

mod access;
mod convert;
mod corrections;
mod diff;
mod entries;
mod family;
mod inference;
mod merge;
mod metadata;
mod patch;
mod refusal;
mod type_names;

use std::collections::BTreeMap;
use std::fmt;

use serde_yaml::{Mapping, Value};

pub use diff::Differences;

use crate::diagnostic::{Diagnostic, locate};
use crate::document;
use crate::mistake::{Mistake, nearest};
use crate::read::{Specification, read_all};
use crate::site::Site;
use crate::source::{Source, Subject};
use crate::spec;
use crate::{Output, yaml};
use convert::Converter;
use merge::Merge;
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
    pub breaking: bool,
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
    refusal::of(&document, &|name| chosen.iter().any(|(chosen, _)| *chosen == name))
        .map_err(Failure::Metadata)?;
    options.family.map_or(Ok(()), refusal::of_family).map_err(Failure::Metadata)?;
    let empty = spec::Types::new();
    let types = spec.types.as_ref().map_or(&empty, |(_, types)| types);
    let is_documented =
        |name: &str| spec.glossary.as_ref().is_some_and(|(_, glossary)| glossary.contains_key(name));
    let call_parameters = spec.api.as_ref().map_or(&[][..], |(_, api)| &api.call_parameters);
    let subjects = spec.api.as_ref().map_or(&[][..], |(_, api)| &api.subjects);
    let converter =
        Converter { types, subjects, call_parameters, is_documented: &is_documented, marks_closed: false };
    let merge = Merge { types, drafts: options.drafts, breaking: options.breaking || options.drafts };
    let families = existing.iter().map(|(name, (family, _))| (*name, *family)).collect();

    let mut result = Import::default();
    let mut unassigned: Vec<&str> = Vec::new();
    let mut mistakes = Vec::new();
    for (name, api) in chosen {
        let mut converted = converter.operation(name, api);
        let as_yaml = |operation: &spec::Operation| {
            yaml::mapping_of(operation).map_err(|error| Failure::Metadata(format!("{name}: {error}")))
        };
        if let Some((_, source)) = existing.get(name) {
            let new = as_yaml(&converted)?;
            match complete(source, name, &new, &merge) {
                Ok(Some(text)) => result.completed.push(Output { path: source.path.clone(), text }),
                Ok(None) => result.unchanged += 1,
                Err(mistake) => mistakes.push(mistake),
            }
            if !options.breaking && !options.drafts {
                result.left_out.add(name, left_out(source, &new, types));
            }
            continue;
        }
        let inferred = inference::infer(name, &mut converted);
        let new = as_yaml(&converted)?;
        let family = options.family.map(str::to_owned);
        match family.or_else(|| {
            family::guess(name, &document.directories, &families)
                .or_else(|| family::guess_by_name(name, &families))
        }) {
            Some(family) => {
                let mut operation = new;
                type_names::assign(name, &mut operation, &Mapping::new(), types);
                let path = format!("spec/{family}/{name}.yaml");
                let text = inference::marked(&inferred, &yaml::document(&operation));
                result.created.push(Output { path, text });
            }
            None => unassigned.push(name),
        }
    }
    if !mistakes.is_empty() {
        return Err(Failure::Specification(locate(mistakes, sources)));
    }
    if !unassigned.is_empty() {
        return Err(Failure::Metadata(format!(
            "no family is known for {}: no operation of a similar name is specified already; pass \
             `--family NAME`",
            list(&unassigned)
        )));
    }
    declared(&spec, &result)?;
    Ok(result)
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
    refusal::of(&document, &is_chosen).map_err(Failure::Metadata)?;
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
    for name in document.apis.keys().filter(|name| is_chosen(name) && !known(name)) {
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

/// The text of an existing file with what it lacks, or `None` if it lacks nothing.
fn complete(
    source: &Source,
    name: &str,
    new: &Mapping,
    merge: &Merge<'_>,
) -> Result<Option<String>, Mistake> {
    let value: Value = document::parse(source).map_err(|mut mistakes| mistakes.swap_remove(0))?;
    let old = match value {
        Value::Mapping(mapping) => mapping,
        Value::Null => Mapping::new(),
        _ => {
            return Err(Site::file(source).value().error("expected the mapping of an operation"));
        }
    };
    let mut merged = merge.operation(&old, new);
    type_names::assign(name, &mut merged, &old, merge.types);
    if merge.drafts {
        yaml::wrap_description(&mut merged);
    }
    if is_identical(&merged, &old) {
        return Ok(None);
    }
    let text = patch::apply(&source.text, &old, &merged, merge.drafts).ok_or_else(|| {
        Site::file(source)
            .error("this file cannot be completed without losing how it is written")
            .help("write one key a line, indented with spaces, and no anchors or tags")
    })?;
    Ok(Some(text))
}

/// What an import that left nothing out would do to the callers of an operation. A file that is not whole has none.
fn left_out(source: &Source, new: &Mapping, types: &spec::Types) -> Vec<diff::Difference> {
    let Ok(old) = serde_yaml::from_str::<Mapping>(&source.text) else { return Vec::new() };
    let all = Merge { types, drafts: false, breaking: true }.operation(&old, new);
    let read = |mapping: Mapping| serde_yaml::from_value::<spec::Operation>(Value::Mapping(mapping));
    match (read(old), read(all)) {
        (Ok(old), Ok(new)) => diff::breaking(types, &old, &new),
        _ => Vec::new(),
    }
}

/// Whether two mappings are equal, the order of their keys included.
fn is_identical(one: &Mapping, other: &Mapping) -> bool {
    let same = |(one, other): (&Value, &Value)| match (one, other) {
        (Value::Mapping(one), Value::Mapping(other)) => is_identical(one, other),
        _ => one == other,
    };
    one.len() == other.len() && one.keys().eq(other.keys()) && one.values().zip(other.values()).all(same)
}

/// New files go only to families that there are.
fn declared(spec: &Specification<'_>, import: &Import) -> Result<(), Failure> {
    let Some((_, api)) = &spec.api else { return Ok(()) };
    for output in &import.created {
        let family = output.path.split('/').nth(1).unwrap_or_default();
        if !api.families.contains_key(family) {
            let known = nearest(family, api.families.keys().map(String::as_str));
            let help = match known {
                Some(known) => format!("did you mean `{known}`?"),
                None => "declare it under `families` in spec/api.yaml".to_owned(),
            };
            return Err(Failure::Metadata(format!("there is no family `{family}`: {help}")));
        }
    }
    Ok(())
}

/// Names in a sentence, not too many of them.
fn list(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let shown = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
