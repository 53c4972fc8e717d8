//! The use of types by requests.

use std::collections::BTreeSet;

use super::{Api, Field, Operation, Type, TypeItem};

/// The names of the types that requests hold, which are those that a caller builds.
pub(crate) struct UsedByRequests(BTreeSet<String>);

impl UsedByRequests {
    /// The types that the request of any operation holds.
    pub(crate) fn of_api(api: &Api) -> Self {
        let mut used = Self(BTreeSet::new());
        for operation in api.families.iter().flat_map(|family| &family.operations) {
            used.follow(&operation.request, &[&operation.types, &api.types]);
        }
        used
    }

    /// The types of its own that an operation's request holds.
    pub(crate) fn of_operation(operation: &Operation) -> Self {
        let mut used = Self(BTreeSet::new());
        used.follow(&operation.request, &[&operation.types]);
        used
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    fn follow(&mut self, fields: &[Field], types: &[&[TypeItem]]) {
        for field in fields {
            let (Type::Local(name) | Type::Shared(name)) = field.ty.innermost() else { continue };
            if !self.0.insert(name.clone()) {
                continue;
            }
            let item = types.iter().flat_map(|items| items.iter()).find(|item| item.name() == name);
            if let Some(TypeItem::Object(object)) = item {
                self.follow(&object.fields, types);
            }
        }
    }
}
