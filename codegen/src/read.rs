//! From the texts of the specification to its types, with every mistake of form on the way.
//!
//! Serde stops at the first mistake of a file; a person wants all of them. So each file is first held
//! against the JSON Schema that its types give, and only decoded when it fits.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value as Schema;
use serde_yaml::Value as Yaml;

use crate::diagnostic::{Diagnostic, Part, Path, Source, nearest};
use crate::schema::{self, FileKind};
use crate::spec;

/// The specification as written, each file beside its source.
#[derive(Default)]
pub(crate) struct Spec<'s> {
    pub(crate) api: Option<(&'s Source, spec::Api)>,
    pub(crate) types: Option<(&'s Source, spec::Types)>,
    pub(crate) glossary: Option<(&'s Source, spec::Glossary)>,
    pub(crate) corrections: Option<(&'s Source, spec::Corrections)>,
    pub(crate) operations: Vec<Operation<'s>>,
    /// There is a `types.yaml`, but mistakes of form keep it from being known.
    pub(crate) types_unread: bool,
    /// There is a `glossary.yaml`, but mistakes of form keep it from being known.
    pub(crate) glossary_unread: bool,
}

/// One operation, with what its path says of it.
pub(crate) struct Operation<'s> {
    pub(crate) source: &'s Source,
    pub(crate) family: &'s str,
    pub(crate) name: &'s str,
    pub(crate) spec: spec::Operation,
}

/// Reads all files. Files with mistakes are left out of the specification.
pub(crate) fn all(sources: &[Source]) -> (Spec<'_>, Vec<Diagnostic>) {
    let schema = schema::schema();
    let mut reader = Reader { schema: &schema, diagnostics: Vec::new() };
    let mut spec = Spec::default();
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for source in sources {
        let parts: Vec<&str> = source.path.split('/').skip_while(|part| *part != "spec").skip(1).collect();
        match parts[..] {
            ["api.yaml"] => spec.api = reader.read(source, FileKind::Api).map(|api| (source, api)),
            ["types.yaml"] => {
                spec.types = reader.read(source, FileKind::Types).map(|types| (source, types));
                spec.types_unread = spec.types.is_none();
            }
            ["glossary.yaml"] => {
                spec.glossary = reader.read(source, FileKind::Glossary).map(|glossary| (source, glossary));
                spec.glossary_unread = spec.glossary.is_none();
            }
            ["corrections.yaml"] => {
                // A file of nothing but comments is as good as an empty list.
                let read: Option<Option<spec::Corrections>> = reader.read(source, FileKind::Corrections);
                spec.corrections = read.map(|corrections| (source, corrections.unwrap_or_default()));
            }
            [family, file] if file.ends_with(".yaml") => {
                let name = file.trim_end_matches(".yaml");
                if let Some(other) = seen.insert(name, &source.path) {
                    let message = format!("the operation `{name}` is specified twice");
                    reader.report(source, &Path::default(), Part::Key, message, |diagnostic| {
                        diagnostic.help(format!("{other} has it too: keep one of the two"))
                    });
                }
                if let Some(operation) = reader.read(source, FileKind::Operation) {
                    spec.operations.push(Operation { source, family, name, spec: operation });
                }
            }
            _ => reader.report(source, &Path::default(), Part::Key, "this file has no place here", |diagnostic| {
                diagnostic.help(
                    "spec/ holds api.yaml, types.yaml, glossary.yaml, corrections.yaml and FAMILY/OPERATION.yaml, \
                     nothing deeper",
                )
            }),
        }
    }
    (spec, reader.diagnostics)
}

struct Reader<'s> {
    schema: &'s Schema,
    diagnostics: Vec<Diagnostic>,
}

impl<'s> Reader<'s> {
    fn report(
        &mut self,
        source: &Source,
        path: &Path,
        part: Part,
        message: impl Into<String>,
        complete: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        self.diagnostics.push(complete(Diagnostic::new(source, path, part, message)));
    }

    fn read<T: DeserializeOwned>(&mut self, source: &Source, kind: FileKind) -> Option<T> {
        let yaml: Yaml = match serde_yaml::from_str(&source.text) {
            Ok(yaml) => yaml,
            Err(error) => {
                self.diagnostics.push(Diagnostic::syntax(source, &error));
                return None;
            }
        };
        let before = self.diagnostics.len();
        let schema = &self.schema["definitions"][kind.definition()];
        self.check(source, &yaml, schema, &Path::default());
        if self.diagnostics.len() > before {
            return None;
        }
        match serde_yaml::from_value(yaml) {
            Ok(value) => Some(value),
            Err(error) => {
                self.report(source, &Path::default(), Part::Key, error.to_string(), |diagnostic| diagnostic);
                None
            }
        }
    }

    /// Holds one value against its schema: the part of JSON Schema that `schemars` makes of our types.
    fn check(&mut self, source: &Source, yaml: &Yaml, schema: &'s Schema, path: &Path) {
        let schema = self.resolve(schema, yaml);
        if let Some(values) = choices(schema) {
            let text = yaml.as_str().unwrap_or_default();
            if !values.contains(&text) {
                let known = values.join("`, `");
                let guess = nearest(text, values.iter().copied());
                self.report(
                    source,
                    path,
                    Part::Value,
                    format!("`{}` is no choice here", show(yaml)),
                    |diagnostic| {
                        diagnostic.help(match guess {
                            Some(guess) => format!("did you mean `{guess}`? the choices are `{known}`"),
                            None => format!("the choices are `{known}`"),
                        })
                    },
                );
            }
            return;
        }
        let Some(expected) = expected_types(schema) else { return };
        let found = type_of(yaml);
        let fits = |expected: &str| expected == found || (expected == "number" && found == "integer");
        if !expected.clone().any(fits) {
            let expected = expected.clone().next().unwrap_or_default();
            let message = format!("expected {}, found {}", with_article(expected), with_article(found));
            self.report(source, path, Part::Value, message, |diagnostic| match expected {
                "string" if found != "null" => diagnostic.help("put it in quotes to make it text"),
                _ => diagnostic.help("see spec/README.md for what may stand here"),
            });
            return;
        }
        match yaml {
            Yaml::Mapping(mapping) => self.check_mapping(source, mapping, schema, path),
            Yaml::Sequence(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.check(source, element, &schema["items"], &path.key(index));
                }
            }
            _ => {}
        }
    }

    fn check_mapping(
        &mut self,
        source: &Source,
        mapping: &serde_yaml::Mapping,
        schema: &'s Schema,
        path: &Path,
    ) {
        let properties = schema["properties"].as_object();
        for (key, value) in mapping {
            let name = show(key);
            let path = path.key(&name);
            let numeric_keys = !schema["patternProperties"].is_null();
            if !key.is_string() && !numeric_keys {
                self.report(source, &path, Part::Key, format!("the key {name} is not text"), |diagnostic| {
                    diagnostic.help(format!("write it in quotes: \"{name}\""))
                });
                continue;
            }
            if let Some(property) = properties.and_then(|properties| properties.get(&name)) {
                self.check(source, value, property, &path);
            } else if numeric_keys {
                let pattern = schema["patternProperties"].as_object().and_then(|map| map.values().next());
                if name.parse::<u16>().is_err() {
                    self.report(
                        source,
                        &path,
                        Part::Key,
                        format!("`{name}` is no HTTP status"),
                        |diagnostic| diagnostic.help("write a number such as 404"),
                    );
                } else if let Some(pattern) = pattern {
                    self.check(source, value, pattern, &path);
                }
            } else if schema["additionalProperties"].is_object() {
                self.check(source, value, &schema["additionalProperties"], &path);
            } else {
                let known: Vec<&str> =
                    properties.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
                let help = match nearest(&name, known.iter().copied()) {
                    Some(guess) => format!("did you mean `{guess}`?"),
                    None => format!("the keys known here are `{}`", known.join("`, `")),
                };
                self.report(source, &path, Part::Key, format!("unknown key `{name}`"), |diagnostic| {
                    diagnostic.label("nothing of this name is known here").help(help)
                });
            }
        }
        for required in list(&schema["required"]).iter().filter_map(Schema::as_str) {
            if !mapping.contains_key(required) {
                let about =
                    properties.and_then(|all| all[required]["description"].as_str()).unwrap_or_default();
                let about = about.replace('\n', " ");
                self.report(
                    source,
                    path,
                    Part::Key,
                    format!("the key `{required}` is missing"),
                    |diagnostic| diagnostic.help(format!("add `{required}: …`. {about}")),
                );
            }
        }
    }

    /// Follows references, and takes of several alternatives the one for the type at hand.
    fn resolve(&self, schema: &'s Schema, yaml: &Yaml) -> &'s Schema {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            return self.resolve(&self.schema["definitions"][name], yaml);
        }
        if let [one] = list(&schema["allOf"]) {
            return self.resolve(one, yaml);
        }
        let mut alternatives = list(&schema["anyOf"]).iter().map(|schema| self.resolve(schema, yaml));
        let Some(first) = alternatives.next() else { return schema };
        let found = type_of(yaml);
        let fits = |schema: &&Schema| {
            expected_types(schema).is_some_and(|mut types| types.any(|kind| kind == found))
        };
        if fits(&first) { first } else { alternatives.find(fits).unwrap_or(first) }
    }
}

/// The elements of a list in the schema.
fn list(schema: &Schema) -> &[Schema] {
    schema.as_array().map_or(&[], Vec::as_slice)
}

/// The texts that an enum of the schema allows.
fn choices(schema: &Schema) -> Option<Vec<&str>> {
    let values: Vec<&Schema> = match (&schema["oneOf"], &schema["enum"]) {
        (Schema::Array(constants), _) => constants.iter().map(|constant| &constant["const"]).collect(),
        (_, Schema::Array(values)) => values.iter().collect(),
        _ => return None,
    };
    Some(values.into_iter().filter_map(Schema::as_str).collect())
}

/// The types that the schema allows, the first of them the one to name.
fn expected_types(schema: &Schema) -> Option<impl Iterator<Item = &str> + Clone> {
    let types = match &schema["type"] {
        one @ Schema::String(_) => std::slice::from_ref(one),
        Schema::Array(several) => several,
        _ => return None,
    };
    Some(types.iter().filter_map(Schema::as_str))
}

fn type_of(yaml: &Yaml) -> &'static str {
    match yaml {
        Yaml::Null => "null",
        Yaml::Bool(_) => "boolean",
        Yaml::Number(number) if number.is_f64() => "number",
        Yaml::Number(_) => "integer",
        Yaml::String(_) => "string",
        Yaml::Sequence(_) => "array",
        Yaml::Mapping(_) | Yaml::Tagged(_) => "object",
    }
}

fn with_article(kind: &str) -> &'static str {
    match kind {
        "null" => "nothing",
        "boolean" => "true or false",
        "number" => "a number",
        "integer" => "a whole number",
        "string" => "text",
        "array" => "a list",
        _ => "a mapping",
    }
}

/// A scalar as it reads in YAML.
fn show(yaml: &Yaml) -> String {
    match yaml {
        Yaml::String(text) => text.clone(),
        other => serde_yaml::to_string(other).unwrap_or_default().trim().to_owned(),
    }
}
