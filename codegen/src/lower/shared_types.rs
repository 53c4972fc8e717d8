//! Lowering of the types that several operations share.

use std::collections::{BTreeMap, BTreeSet};

use super::Lowering;
use super::fields::Fields;
use crate::model::{Object, Type, TypeItem};
use crate::names;
use crate::site::Site;

impl Lowering<'_> {
    /// Lowers the types of `types.yaml`.
    pub(super) fn shared_types(&mut self, file: &Site<'_>) -> Vec<TypeItem> {
        let mut items = Vec::new();
        let mut modules: BTreeMap<String, &str> = BTreeMap::new();
        for (name, shared) in self.types {
            let site = file.key(name);
            self.type_name(&site, name);
            let module = names::type_module(name);
            if let Some(other) = modules.insert(module.clone(), name) {
                let same = site.error(format!("`{other}` and `{name}` both go to the module `{module}`"));
                self.report(same.help("give one of them a name that differs by more than capitals"));
            }
            self.documentation(&site.key("doc"), name, &shared.doc);
            match (shared.values.is_empty(), shared.fields.is_empty()) {
                (false, true) => {
                    let item = self.enumeration(&site, name.clone(), shared.doc.clone(), &shared.values);
                    items.push(TypeItem::Enum(item));
                }
                (true, false) => {
                    let mut lowering = Fields::of_shared_type(self);
                    let fields = lowering.fields(&site.key("fields"), &shared.fields);
                    if let Some(local) = lowering.into_types().first() {
                        let inside =
                            format!("the object `{name}` declares the type `{}` inside", local.name());
                        self.report(
                            site.error(inside)
                                .help("give that type a name of its own in types.yaml, and refer to it"),
                        );
                    }
                    let doc = shared.doc.clone();
                    items.push(TypeItem::Object(Object { name: name.clone(), doc, fields }));
                }
                _ => {
                    let neither = site.error(format!("the type `{name}` is neither an enum nor an object"));
                    self.report(neither.help("give it either `values` or `fields`"));
                }
            }
        }
        self.endless_types(file, &items);
        items
    }

    /// An object that holds itself would have no end; in a list or a map it would, but the descriptions of operations
    /// have their types in place.
    fn endless_types(&mut self, file: &Site<'_>, items: &[TypeItem]) {
        let members: BTreeMap<&str, Vec<&str>> = items
            .iter()
            .filter_map(|item| Some((item.name(), item.fields()?)))
            .map(|(name, fields)| {
                let shared = fields.iter().filter_map(|field| match field.ty.innermost() {
                    Type::Shared(name) => Some(name.as_str()),
                    _ => None,
                });
                (name, shared.collect())
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
                let endless = file.key(start).error(format!("the object `{start}` holds itself"));
                self.report(endless.help("declare the member that leads back as `json`"));
            }
        }
    }

    /// Reports types that nothing refers to.
    pub(super) fn unused_types(&mut self, file: &Site<'_>) {
        for name in self.types.keys().filter(|name| !self.used.contains(*name)).cloned().collect::<Vec<_>>() {
            let unused = file.key(&name).error(format!("no operation uses the type `{name}`"));
            self.report(unused.help(format!("remove it, or write `type: {name}` where it is meant")));
        }
    }
}
