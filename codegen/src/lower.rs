//! From the specification as written to the model: names made, documentation found, references resolved,
//! and every mistake of meaning reported.

mod api;
mod documentation;
mod endpoints;
mod errors;
mod fields;
mod follows;
mod glossary;
mod keys;
mod lengths;
mod limits;
mod literals;
mod markdown;
mod names;
mod only;
mod operation;
mod pagination;
mod precision;
mod roles;
mod search;
mod shared_types;
mod values;
mod waiter;
mod writes_when;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

pub(crate) use errors::{ERROR_STATUSES, is_code};
pub(crate) use limits::EXACT;
pub(crate) use literals::{is_escaped, is_list, unfit};
pub(crate) use pagination::{cannot_size, cannot_turn};

use crate::mistake::{Mistake, nearest};
use crate::model::{Api, Endpoints, Family, Operation, TypeItem};
use crate::read::Specification;
use crate::site::Site;
use crate::spec;

/// Lowers everything. The model is complete only if no mistake was added that is an error.
pub(crate) fn lower(spec: &Specification<'_>, mistakes: &mut Vec<Mistake>) -> Api {
    // What a file with mistakes of form would use is not known.
    let all_read = mistakes.is_empty();
    let Some((api_source, api)) = &spec.api else {
        if !spec.api_unread {
            let missing = Mistake::at_byte("spec/api.yaml", 0, "spec/api.yaml is missing");
            mistakes.push(missing.help("every specification has one: see spec/README.md for what it says"));
        }
        return Api::default();
    };
    let empty = (spec::Types::new(), spec::Glossary::new());
    let mut lowering = Lowering {
        types: spec.types.as_ref().map_or(&empty.0, |(_, types)| types),
        glossary: spec.glossary.as_ref().map_or(&empty.1, |(_, glossary)| glossary),
        types_unread: spec.types_unread,
        glossary_unread: spec.glossary_unread,
        unread: spec.unread_operations.iter().map(|name| (*name).to_owned()).collect(),
        shared: Vec::new(),
        used: BTreeSet::new(),
        used_lines: BTreeSet::new(),
        mistakes,
    };
    let api_file = Site::file(api_source);
    if let Some((source, _)) = spec.types {
        lowering.shared = lowering.shared_types(&Site::file(source));
    }
    lowering.product(&api_file, api);
    lowering.endpoints(&api_file, api);
    let mut families = lowering.families(&api_file, api, spec);
    lowering.follows(spec, &mut families);
    lowering.acknowledgement(&api_file, api);
    if lowering.unread.is_empty() {
        // One whose file could not be read may have what these name.
        lowering.call_parameters(&api_file.key("call_parameters"), api, &families);
        lowering.subjects(&api_file.key("subjects"), api, &families);
        lowering.example(&api_file.key("example"), api, &families);
    }
    lowering.synonyms(&api_file.key("synonyms"), &api.synonyms);
    lowering.one_method_each(spec, &families);
    lowering.errors(spec);
    lowering.corrections(spec);
    if let Some((source, _)) = &spec.glossary {
        lowering.lines(&Site::file(source));
    }
    if all_read {
        if let Some((source, _)) = &spec.types {
            lowering.unused_types(&Site::file(source));
        }
        if let Some((source, _)) = &spec.glossary {
            lowering.unused_lines(&Site::file(source));
        }
        lowering.empty_families(&api_file, api, &families);
    }
    Api {
        package: String::new(),
        example: api.example.clone(),
        product: api.product.clone(),
        version: api.version.clone(),
        endpoints: endpoints(&api.endpoints),
        families,
        types: lowering.shared,
        synonyms: api.synonyms.clone(),
        errors: spec.errors.as_ref().map(|(_, errors)| errors.clone()).unwrap_or_default(),
    }
}

fn endpoints(spec: &spec::Endpoints) -> Endpoints {
    let mut regions: Vec<(String, String)> = Vec::new();
    for (host, ids) in &spec.shared {
        regions.extend(ids.iter().map(|id| (id.clone(), host.clone())));
    }
    regions.sort();
    Endpoints { rule: spec.rule.clone(), network_rule: spec.network_rule.clone(), regions }
}

/// The first of some texts that stands there twice.
fn repeated(texts: &[String]) -> Option<&String> {
    texts.iter().enumerate().find(|(index, text)| texts[..*index].contains(text)).map(|(_, text)| text)
}

/// What lowering needs everywhere.
struct Lowering<'s> {
    types: &'s spec::Types,
    glossary: &'s spec::Glossary,
    /// What is missing in `types` may stand in a file that could not be read.
    types_unread: bool,
    /// What is missing in `glossary` may stand in a file that could not be read.
    glossary_unread: bool,
    /// Operations that there are, but whose files could not be read.
    unread: BTreeSet<String>,
    /// The shared types, lowered.
    shared: Vec<TypeItem>,
    /// The shared types that something refers to.
    used: BTreeSet<String>,
    /// The lines of the glossary that something is documented by.
    used_lines: BTreeSet<String>,
    mistakes: &'s mut Vec<Mistake>,
}

impl Lowering<'_> {
    fn report(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
    }

    /// Whether a value of a list stands before it already, which is reported.
    fn is_repeated<T: PartialEq + Display>(&mut self, site: &Site<'_>, values: &[T], index: usize) -> bool {
        let value = &values[index];
        let is_repeated = values[..index].contains(value);
        if is_repeated {
            self.report(site.error(format!("`{value}` stands here twice")).help("remove one"));
        }
        is_repeated
    }

    /// The families that have operations, with these.
    fn families(&mut self, api_file: &Site<'_>, api: &spec::Api, spec: &Specification<'_>) -> Vec<Family> {
        let mut families: Vec<Family> = Vec::new();
        for (name, family) in &api.families {
            let site = api_file.key("families").key(name);
            self.family_name(&site, name);
            self.documentation(&site.key("doc"), &family.title, &family.doc);
            self.line(&site.key("title"), &family.title);
            self.line(&site.key("doc"), &family.doc);
            families.push(Family {
                name: name.clone(),
                title: family.title.clone(),
                doc: family.doc.clone(),
                operations: Vec::new(),
            });
        }
        for file in &spec.operations {
            let lowered = self.operation(file, api);
            match families.iter_mut().find(|family| family.name == file.family) {
                Some(family) => family.operations.push(lowered),
                None => {
                    let known = nearest(file.family, api.families.keys().map(String::as_str));
                    let undeclared = Site::file(file.source)
                        .error(format!("the family `{}` is not declared", file.family));
                    self.report(undeclared.help(match known {
                        Some(known) => format!("did you mean the folder spec/{known}/?"),
                        None => format!("declare `{}` under `families` in spec/api.yaml", file.family),
                    }));
                }
            }
        }
        families.retain(|family| !family.operations.is_empty());
        for family in &mut families {
            family.operations.sort_by(|one, other| one.name.cmp(&other.name));
        }
        families
    }

    /// Reports families that no operation is in.
    fn empty_families(&mut self, api_file: &Site<'_>, api: &spec::Api, families: &[Family]) {
        for name in api.families.keys().filter(|name| families.iter().all(|family| family.name != **name)) {
            let empty =
                api_file.key("families").key(name).error(format!("no operation is in the family `{name}`"));
            self.report(empty.help(format!("put one into spec/{name}/, or remove the family")).warning());
        }
    }

    /// Reports corrections of operations that are not there.
    fn corrections(&mut self, spec: &Specification<'_>) {
        let Some((source, corrections)) = &spec.corrections else { return };
        let known = || spec.operations.iter().map(|operation| operation.name);
        for (index, correction) in corrections.iter().enumerate() {
            let name = correction.operation.as_str();
            // One that has mistakes of form is there all the same.
            if known().any(|known| known == name) || self.unread.contains(name) {
                continue;
            }
            let site = Site::file(source).key(index).key("operation").value();
            let absent = site.error(format!("there is no operation `{name}`"));
            self.report(absent.help(match nearest(name, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "remove the correction".to_owned(),
            }));
        }
    }

    fn one_method_each(&mut self, spec: &Specification<'_>, families: &[Family]) {
        let mut methods: BTreeMap<&str, &Operation> = BTreeMap::new();
        for operation in families.iter().flat_map(|family| &family.operations) {
            let Some(other) = methods.insert(&operation.rust_name, operation) else { continue };
            let file = spec.operations.iter().find(|candidate| candidate.name == operation.name);
            if let (Some(file), true) = (file, other.name != operation.name) {
                let (one, other, method) = (&operation.name, &other.name, &operation.rust_name);
                let same =
                    Site::file(file.source).error(format!("`{other}` and `{one}` both become `{method}`"));
                self.report(
                    same.help("add a word to the table in codegen/src/names.rs that tells them apart"),
                );
            }
        }
    }
}
