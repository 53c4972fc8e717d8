//! From the texts of the specification to its types, with every mistake of form on the way.
//!
//! Serde stops at the first mistake of a file; a person wants all of them. So each file is first held
//! against the JSON Schema that its types give, and only decoded when it fits.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value as Schema;
use serde_yaml::Value as Yaml;

use crate::document;
use crate::mistake::{Mistake, nearest};
use crate::schema::{self, FileKind};
use crate::site::Site;
use crate::source::{Source, Subject};
use crate::spec;

/// The specification as written, each file beside its source.
#[derive(Default)]
pub(crate) struct Specification<'s> {
    pub(crate) api: Option<(&'s Source, spec::Api)>,
    pub(crate) types: Option<(&'s Source, spec::Types)>,
    pub(crate) glossary: Option<(&'s Source, spec::Glossary)>,
    pub(crate) errors: Option<(&'s Source, spec::Errors)>,
    pub(crate) corrections: Option<(&'s Source, spec::Corrections)>,
    pub(crate) operations: Vec<OperationFile<'s>>,
    /// Operations whose files have mistakes of form.
    pub(crate) unread_operations: Vec<&'s str>,
    /// There is an `api.yaml`, but mistakes of form keep it from being known.
    pub(crate) api_unread: bool,
    /// There is a `types.yaml`, but mistakes of form keep it from being known.
    pub(crate) types_unread: bool,
    /// There is a `glossary.yaml`, but mistakes of form keep it from being known.
    pub(crate) glossary_unread: bool,
}

/// One operation, with what its path says of it.
pub(crate) struct OperationFile<'s> {
    pub(crate) source: &'s Source,
    pub(crate) family: &'s str,
    pub(crate) name: &'s str,
    pub(crate) spec: spec::Operation,
}

/// Reads all files. Files with mistakes are left out of the specification.
pub(crate) fn read_all(sources: &[Source]) -> (Specification<'_>, Vec<Mistake>) {
    let schema = schema::schema();
    let mut reader = Reader { schema: &schema, mistakes: Vec::new() };
    let mut spec = Specification::default();
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for source in sources {
        match source.subject() {
            Subject::Api => {
                spec.api = reader.read(source, FileKind::Api).map(|api| (source, api));
                spec.api_unread = spec.api.is_none();
            }
            Subject::Types => {
                spec.types = reader.read(source, FileKind::Types).map(|types| (source, types));
                spec.types_unread = spec.types.is_none();
            }
            Subject::Glossary => {
                spec.glossary = reader.read(source, FileKind::Glossary).map(|glossary| (source, glossary));
                spec.glossary_unread = spec.glossary.is_none();
            }
            Subject::Errors => {
                spec.errors = reader.read(source, FileKind::Errors).map(|errors| (source, errors));
            }
            Subject::Corrections => {
                // A file of nothing but comments is as good as an empty list.
                let read: Option<Option<spec::Corrections>> = reader.read(source, FileKind::Corrections);
                spec.corrections = read.map(|corrections| (source, corrections.unwrap_or_default()));
            }
            Subject::Operation { family, name } => {
                if let Some(other) = seen.insert(name, &source.path) {
                    let twice =
                        Site::file(source).error(format!("the operation `{name}` is specified twice"));
                    reader.report(twice.help(format!("{other} has it too: keep one of the two")));
                }
                if let Some(operation) = reader.read(source, FileKind::Operation) {
                    spec.operations.push(OperationFile { source, family, name, spec: operation });
                } else {
                    spec.unread_operations.push(name);
                }
            }
            Subject::Unknown => reader.report(misplaced(source)),
        }
    }
    (spec, reader.mistakes)
}

/// A file that is none of the specification's. What is in it says nothing.
fn misplaced(source: &Source) -> Mistake {
    let (stem, extension) = source.path.rsplit_once('.').unwrap_or((&source.path, ""));
    let misplaced = Mistake::at_byte(&source.path, 0, "this file has no place here");
    if extension != "yaml" && ["yaml", "yml"].contains(&extension.to_lowercase().as_str()) {
        return misplaced.help(format!("name it {stem}.yaml: files of another ending are not read"));
    }
    misplaced.help(
        "spec/ holds api.yaml, types.yaml, glossary.yaml, errors.yaml, corrections.yaml and \
         FAMILY/OPERATION.yaml, nothing deeper, and documents of the ending .md",
    )
}

struct Reader<'r> {
    schema: &'r Schema,
    mistakes: Vec<Mistake>,
}

impl<'r> Reader<'r> {
    fn report(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
    }

    fn read<T: DeserializeOwned>(&mut self, source: &Source, kind: FileKind) -> Option<T> {
        let yaml: Yaml = match document::parse(source) {
            Ok(yaml) => yaml,
            Err(mistakes) => {
                self.mistakes.extend(mistakes);
                return None;
            }
        };
        let file = Site::file(source);
        let before = self.mistakes.len();
        self.check(&file, &yaml, &self.schema["definitions"][kind.definition()]);
        if self.mistakes.len() > before {
            return None;
        }
        match serde_yaml::from_value(yaml) {
            Ok(value) => Some(value),
            Err(error) => {
                self.report(file.error(error.to_string()));
                None
            }
        }
    }

    /// Holds one value against its schema: the part of JSON Schema that `schemars` makes of our types.
    fn check(&mut self, site: &Site<'_>, yaml: &Yaml, schema: &'r Schema) {
        let alternatives = list(&schema["anyOf"]);
        let schema = self.resolve(schema, yaml);
        if let Some(choices) = choices(schema) {
            self.check_choice(site, yaml, &choices);
            return;
        }
        let Some(expected) = expected_types(schema) else { return };
        let found = type_of(yaml);
        let fits = |expected: &str| expected == found || (expected == "number" && found == "integer");
        if !expected.clone().any(fits) {
            let mut named = self.named(alternatives);
            named.retain(|name| *name != with_article("null"));
            named.dedup();
            let expected = expected.clone().next().unwrap_or_default();
            let wanted =
                if named.is_empty() { with_article(expected).to_owned() } else { named.join(" or ") };
            let message = format!("expected {wanted}, found {}", with_article(found));
            let help = match (expected, found) {
                _ if !named.is_empty() && matches!(found, "array" | "object") => {
                    "write it as JSON, in quotes: '[\"a\", \"b\"]'"
                }
                ("string", "integer" | "number" | "boolean") => "put it in quotes to make it text",
                _ => "see spec/README.md for what may stand here",
            };
            self.report(site.value().error(message).help(help));
            return;
        }
        match yaml {
            Yaml::Number(number) => self.check_number(site, number, schema, alternatives),
            Yaml::Mapping(mapping) => self.check_mapping(site, mapping, schema),
            Yaml::Sequence(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.check(&site.key(index), element, &schema["items"]);
                }
            }
            _ => {}
        }
    }

    /// Reports a number that the type behind the schema does not hold.
    fn check_number(
        &mut self,
        site: &Site<'_>,
        number: &serde_yaml::Number,
        schema: &Schema,
        alternatives: &'r [Schema],
    ) {
        let is_integer = expected_types(schema).is_some_and(|mut types| types.any(|kind| kind == "integer"));
        let is_natural = schema["minimum"].as_f64() == Some(0.0);
        if is_natural && !number.is_u64() {
            let negative = site.value().error(format!("expected a whole number from 0, found {number}"));
            self.report(negative.help("count what there is, or remove the key"));
        } else if !number.is_f64() && is_integer && number.as_i64().is_none() {
            let large = site.value().error(format!("{number} is more than 64 bits hold"));
            let is_text = self.named(alternatives).contains(&with_article("string"));
            self.report(large.help(match is_text {
                true => "put it in quotes to make it text",
                false => "give a number that is meant",
            }));
        } else if !number.as_f64().is_some_and(f64::is_finite) {
            self.report(
                site.value().error(format!("{number} is no number")).help("write a number that is one"),
            );
        }
    }

    fn check_choice(&mut self, site: &Site<'_>, yaml: &Yaml, choices: &[&str]) {
        let text = yaml.as_str().unwrap_or_default();
        if choices.contains(&text) {
            return;
        }
        let known = choices.join("`, `");
        let help = match nearest(text, choices.iter().copied()) {
            Some(guess) => format!("did you mean `{guess}`? the choices are `{known}`"),
            None => format!("the choices are `{known}`"),
        };
        self.report(site.value().error(format!("`{}` is not a choice here", show(yaml))).help(help));
    }

    fn check_mapping(&mut self, site: &Site<'_>, mapping: &serde_yaml::Mapping, schema: &'r Schema) {
        for (key, value) in mapping {
            self.check_entry(site, key, value, schema);
        }
        for required in list(&schema["required"]).iter().filter_map(Schema::as_str) {
            if !mapping.contains_key(required) {
                let about = schema["properties"][required]["description"].as_str().unwrap_or_default();
                let missing = site.error(format!("the key `{required}` is missing"));
                self.report(missing.help(format!("add `{required}: …`. {}", about.replace('\n', " "))));
            }
        }
    }

    fn check_entry(&mut self, mapping: &Site<'_>, key: &Yaml, value: &Yaml, schema: &'r Schema) {
        let name = show(key);
        let site = mapping.key(&name);
        let by_pattern =
            schema["patternProperties"].as_object().and_then(|patterns| patterns.values().next());
        if !key.is_string() && by_pattern.is_none() {
            let not_text = site.error(format!("the key {name} is not text"));
            self.report(not_text.help(format!("write it in quotes: \"{name}\"")));
            return;
        }
        let properties = schema["properties"].as_object();
        if value.is_null() {
            let empty = site.error(format!("the key `{name}` has no value"));
            self.report(empty.help("give it one, or remove the key"));
            return;
        }
        if let Some(property) = properties.and_then(|properties| properties.get(&name)) {
            self.check(&site, value, property);
        } else if let Some(pattern) = by_pattern {
            if name.parse::<u16>().is_ok_and(|status| status.to_string() == name) {
                self.check(&site, value, pattern);
            } else {
                let no_status = site.error(format!("`{name}` is not an HTTP status"));
                self.report(no_status.help("write a number such as 404"));
            }
        } else if schema["additionalProperties"].is_object() {
            self.check(&site, value, &schema["additionalProperties"]);
        } else {
            let known: Vec<&str> = properties.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
            let help = match nearest(&name, known.iter().copied()) {
                Some(guess) => format!("did you mean `{guess}`?"),
                None => format!("the keys known here are `{}`", known.join("`, `")),
            };
            let unknown = site.error(format!("unknown key `{name}`"));
            self.report(unknown.label("nothing of this name is known here").help(help));
        }
    }

    /// The types of several alternatives, as a person would name them.
    fn named(&self, alternatives: &'r [Schema]) -> Vec<&'static str> {
        let of_one = |schema: &'r Schema| {
            let name = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next());
            let schema = name.map_or(schema, |name| &self.schema["definitions"][name]);
            let own = expected_types(schema).into_iter().flatten().map(with_article);
            own.chain(self.named(list(&schema["anyOf"]))).collect::<Vec<_>>()
        };
        alternatives.iter().flat_map(of_one).collect()
    }

    /// Follows references, and takes of several alternatives the one for the type at hand.
    fn resolve(&self, schema: &'r Schema, yaml: &Yaml) -> &'r Schema {
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
