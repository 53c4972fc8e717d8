//! From the specification as written to the model: names made, documentation found, references resolved,
//! and every mistake of meaning reported.

mod documentation;
mod fields;
mod operation;
mod search;
mod waiter;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Part, Path, Source, nearest};
use crate::model::{Api, CallParameter, Endpoints, Family, Operation, TypeItem};
use crate::names;
use crate::read::Spec;
use crate::spec;

use fields::Scope;

/// Lowers everything. The model is complete only if no diagnostic was added.
pub(crate) fn lower(spec: &Spec<'_>, diagnostics: &mut Vec<Diagnostic>) -> Api {
    // What a file with mistakes of form would use is not known.
    let all_read = diagnostics.is_empty();
    let empty = (spec::Types::new(), spec::Glossary::new());
    let mut lowering = Lowering {
        types: spec.types.as_ref().map_or(&empty.0, |(_, types)| types),
        glossary: spec.glossary.as_ref().map_or(&empty.1, |(_, glossary)| glossary),
        types_unread: spec.types_unread,
        glossary_unread: spec.glossary_unread,
        shared: Vec::new(),
        used: BTreeSet::new(),
        diagnostics,
    };
    let Some((api_source, api)) = &spec.api else {
        return Api::default();
    };
    if let Some((source, _)) = spec.types {
        lowering.shared = lowering.shared_types(source);
    }
    let mut families: Vec<Family> = Vec::new();
    for (name, family) in &api.families {
        lowering.rust_name(api_source, &Path::default().keys(&["families", name]), Part::Key, name);
        if names::RESERVED_FAMILIES.contains(&name.as_str()) {
            let message = format!("no family can be named `{name}`: a module of the client has that name");
            lowering
                .report(api_source, &Path::default().keys(&["families", name]), Part::Key, message)
                .help = "choose another name, and rename its folder".to_owned();
        }
        families.push(Family {
            name: name.clone(),
            title: family.title.clone(),
            doc: family.doc.clone(),
            operations: Vec::new(),
        });
    }
    for operation in &spec.operations {
        let lowered = lowering.operation(operation, api);
        match families.iter_mut().find(|family| family.name == operation.family) {
            Some(family) => family.operations.push(lowered),
            None => {
                let known = nearest(operation.family, api.families.keys().map(String::as_str));
                let message = format!("the family `{}` is not declared", operation.family);
                lowering.report(operation.source, &Path::default(), Part::Key, message).help = match known {
                    Some(known) => format!("did you mean the folder spec/{known}/?"),
                    None => format!("declare `{}` under `families` in spec/api.yaml", operation.family),
                };
            }
        }
    }
    families.retain(|family| !family.operations.is_empty());
    for family in &mut families {
        family.operations.sort_by(|one, other| one.name.cmp(&other.name));
    }
    if let Some(name) = api.acknowledgement.as_ref().filter(|name| !lowering.is_shared_object(name)) {
        let message = format!("there is no object `{name}`");
        lowering.report(api_source, &Path::default().key("acknowledgement"), Part::Value, message).help =
            "name an object of spec/types.yaml".to_owned();
    }
    let call_parameters = lowering.call_parameters(api_source, api, &families);
    lowering.one_method_each(spec, &families);
    if let (Some((source, _)), true) = (&spec.types, all_read) {
        lowering.unused_types(source);
    }
    Api {
        product: api.product.clone(),
        version: api.version.clone(),
        endpoints: endpoints(&api.endpoints),
        call_parameters,
        families,
        types: lowering.shared,
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

/// What lowering needs everywhere.
struct Lowering<'s> {
    types: &'s spec::Types,
    glossary: &'s spec::Glossary,
    /// Whether what is missing in `types` may stand in a file that could not be read.
    types_unread: bool,
    /// Whether what is missing in `glossary` may stand in a file that could not be read.
    glossary_unread: bool,
    /// The shared types, lowered.
    shared: Vec<TypeItem>,
    /// The shared types that something refers to.
    used: BTreeSet<String>,
    diagnostics: &'s mut Vec<Diagnostic>,
}

impl Lowering<'_> {
    /// Adds a diagnostic, whose label and help the caller may complete.
    fn report(
        &mut self,
        source: &Source,
        path: &Path,
        part: Part,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.diagnostics.push(Diagnostic::new(source, path, part, message));
        let last = self.diagnostics.len() - 1;
        &mut self.diagnostics[last]
    }

    /// Checks a name that a person chose for something of Rust's.
    fn rust_name(&mut self, source: &Source, path: &Path, part: Part, name: &str) {
        if names::is_keyword(name) && syn::parse_str::<syn::Ident>(&format!("{name}_")).is_ok() {
            self.report(source, path, part, format!("`{name}` is a keyword of Rust")).help =
                "choose another name".to_owned();
        } else if names::is_keyword(name) {
            self.report(source, path, part, format!("`{name}` is no Rust name")).help =
                "use letters, digits and underscores, not a digit first".to_owned();
        }
    }

    fn shared_types(&mut self, source: &Source) -> Vec<TypeItem> {
        let mut items = Vec::new();
        for (name, shared) in self.types {
            let path = Path::default().key(name);
            self.type_name(source, &path, Part::Key, name);
            self.documentation(source, &path.key("doc"), name, &shared.doc);
            match (shared.values.is_empty(), shared.fields.is_empty()) {
                (false, true) => {
                    let item =
                        self.enumeration(source, &path, name.clone(), shared.doc.clone(), &shared.values);
                    items.push(TypeItem::Enum(item));
                }
                (true, false) => {
                    let mut scope = Scope::shared();
                    let fields = self.fields(source, &path.key("fields"), &shared.fields, &mut scope);
                    if let Some(local) = scope.types.first() {
                        let message =
                            format!("the object `{name}` declares the type `{}` inside", local.name());
                        self.report(source, &path, Part::Key, message).help =
                            "give that type a name of its own in types.yaml, and refer to it".to_owned();
                    }
                    let doc = shared.doc.clone();
                    items.push(TypeItem::Object(crate::model::Object { name: name.clone(), doc, fields }));
                }
                _ => {
                    let message = format!("the type `{name}` is neither an enum nor an object");
                    self.report(source, &path, Part::Key, message).help =
                        "give it either `values` or `fields`".to_owned();
                }
            }
        }
        self.endless_types(source, &items);
        items
    }

    /// An object that holds itself, other than in a list or a map, would have no end.
    fn endless_types(&mut self, source: &Source, items: &[TypeItem]) {
        let members: BTreeMap<&str, Vec<&str>> = items
            .iter()
            .filter_map(|item| match item {
                TypeItem::Object(object) => Some(object),
                TypeItem::Enum(_) => None,
            })
            .map(|object| {
                let shared = object.fields.iter().filter_map(|field| match &field.ty {
                    crate::model::Type::Shared(name) => Some(name.as_str()),
                    _ => None,
                });
                (object.name.as_str(), shared.collect())
            })
            .collect();
        for start in members.keys() {
            let mut reached: BTreeSet<&str> = BTreeSet::new();
            let mut open = members[start].clone();
            while let Some(next) = open.pop() {
                if reached.insert(next) {
                    open.extend(members.get(next).into_iter().flatten());
                }
            }
            if reached.contains(start) {
                let message = format!("the object `{start}` holds itself");
                self.report(source, &Path::default().key(start), Part::Key, message).help =
                    "break the circle with a list, or leave the member out".to_owned();
            }
        }
    }

    fn unused_types(&mut self, source: &Source) {
        let unused: Vec<String> =
            self.types.keys().filter(|name| !self.used.contains(*name)).cloned().collect();
        for name in unused {
            let message = format!("no operation uses the type `{name}`");
            self.report(source, &Path::default().key(&name), Part::Key, message).help =
                format!("remove it, or write `type: {name}` where it is meant");
        }
    }

    /// The parameters that become options of every call, and a report on one that no operation has.
    fn call_parameters(
        &mut self,
        source: &Source,
        api: &spec::Api,
        families: &[Family],
    ) -> Vec<CallParameter> {
        let operations: Vec<&Operation> = families.iter().flat_map(|family| &family.operations).collect();
        let mut parameters = Vec::new();
        for (index, wire) in api.call_parameters.iter().enumerate() {
            let path = Path::default().key("call_parameters").key(index);
            let mut taken = operations.iter().flat_map(|operation| &operation.call_parameters);
            if !taken.any(|field| field.wire == *wire) {
                let message = format!("no operation has an optional parameter `{wire}`");
                self.report(source, &path, Part::Value, message).help =
                    "correct the spelling, or remove it".to_owned();
                continue;
            }
            parameters.push(CallParameter {
                wire: wire.clone(),
                name: self.field_name(source, &path, wire),
                doc: self.field_documentation(source, &path, wire, None),
            });
        }
        parameters
    }

    fn one_method_each(&mut self, spec: &Spec<'_>, families: &[Family]) {
        let mut methods: BTreeMap<&str, &Operation> = BTreeMap::new();
        for operation in families.iter().flat_map(|family| &family.operations) {
            let Some(other) = methods.insert(&operation.method, operation) else { continue };
            let source = spec.operations.iter().find(|candidate| candidate.name == operation.name);
            if let (Some(read), true) = (source, other.name != operation.name) {
                let message =
                    format!("`{}` and `{}` both become `{}`", other.name, operation.name, operation.method);
                self.report(read.source, &Path::default(), Part::Key, message).help =
                    "add a word to the table in codegen/src/names.rs that tells them apart".to_owned();
            }
        }
    }
}
