//! The files that an import makes: new ones, and those that were there with what they lack.

use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value};

use super::merge::Merge;
use super::metadata::Directory;
use super::{Failure, Import, Options, diff, family, inference, patch, type_names};
use crate::diagnostic::locate;
use crate::document;
use crate::mistake::{Mistake, nearest};
use crate::output::Output;
use crate::read::Specification;
use crate::site::Site;
use crate::source::Source;
use crate::spec;
use crate::yaml;

/// What an import has made so far.
pub(super) struct Assembly<'w> {
    options: Options<'w>,
    merge: Merge<'w>,
    directories: &'w [Directory],
    /// The families of the operations that are specified already.
    families: BTreeMap<&'w str, &'w str>,
    made: Import,
    /// New operations of which nobody knows the family.
    unassigned: Vec<String>,
    mistakes: Vec<Mistake>,
}

impl<'w> Assembly<'w> {
    pub(super) fn new(
        options: Options<'w>,
        types: &'w spec::Types,
        directories: &'w [Directory],
        families: BTreeMap<&'w str, &'w str>,
    ) -> Self {
        let merge =
            Merge { types, drafts: options.drafts, breaking: options.accept_breaking || options.drafts };
        let (made, unassigned, mistakes) = (Import::default(), Vec::new(), Vec::new());
        Self { options, merge, directories, families, made, unassigned, mistakes }
    }

    /// Adds to the file of an operation what it lacks.
    pub(super) fn complete(
        &mut self,
        source: &Source,
        name: &str,
        operation: &spec::Operation,
    ) -> Result<(), Failure> {
        let new = as_yaml(name, operation)?;
        match completed(source, name, &new, &self.merge) {
            Ok(Some(text)) => self.made.completed.push(Output { path: source.path.clone(), text }),
            Ok(None) => self.made.unchanged += 1,
            Err(mistake) => self.mistakes.push(mistake),
        }
        if !self.merge.breaking {
            self.made.left_out.add(name, left_out(source, &new, self.merge.types));
        }
        Ok(())
    }

    /// Makes the file of an operation that there is none of yet.
    pub(super) fn create(&mut self, name: &str, mut operation: spec::Operation) -> Result<(), Failure> {
        let inferred = inference::infer(name, &mut operation);
        let mut new = as_yaml(name, &operation)?;
        let Some(family) = self.family(name) else {
            self.unassigned.push(name.to_owned());
            return Ok(());
        };
        type_names::assign(name, &mut new, &Mapping::new(), self.merge.types);
        let path = format!("spec/{family}/{name}.yaml");
        let text = inference::marked(&inferred, &yaml::document(&new));
        self.made.created.push(Output { path, text });
        Ok(())
    }

    /// The family that was asked for, or else that of the neighbours of an operation.
    fn family(&self, name: &str) -> Option<String> {
        let given = self.options.family.map(str::to_owned);
        given
            .or_else(|| family::guess(name, self.directories, &self.families))
            .or_else(|| family::guess_by_name(name, &self.families))
    }

    /// All files, if there is nothing wrong with any.
    pub(super) fn finish(self, sources: &[Source], spec: &Specification<'_>) -> Result<Import, Failure> {
        if !self.mistakes.is_empty() {
            return Err(Failure::Specification(locate(self.mistakes, sources)));
        }
        if !self.unassigned.is_empty() {
            return Err(Failure::Metadata(format!(
                "no family is known for {}: no operation of a similar name is specified already; pass \
                 `--family NAME`",
                list(&self.unassigned)
            )));
        }
        declared(spec, &self.made)?;
        Ok(self.made)
    }
}

fn as_yaml(name: &str, operation: &spec::Operation) -> Result<Mapping, Failure> {
    yaml::mapping_of(operation).map_err(|error| Failure::Metadata(format!("{name}: {error}")))
}

/// The text of an existing file with what it lacks, or `None` if it lacks nothing.
fn completed(
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
fn list(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
