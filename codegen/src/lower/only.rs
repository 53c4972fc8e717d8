//! Checks on the values of a shared enum that fit where it is used.

use std::collections::BTreeSet;

use super::Lowering;
use crate::mistake::nearest;
use crate::site::Site;
use crate::spec::{self, SharedType, Types};

impl Lowering<'_> {
    /// Reports values that the enum does not have, those that are named twice, and all of them.
    pub(super) fn only(&mut self, site: &Site<'_>, field: &spec::Field) {
        let Some(shared) = shared_enum(self.types, field).filter(|_| !field.only.is_empty()) else { return };
        let known: BTreeSet<&str> = shared.values.keys().map(String::as_str).collect();
        let name = enum_name(field);
        let site = site.key("only").value();
        let mut seen = BTreeSet::new();
        let mut mistakes = Vec::new();
        for value in &field.only {
            if !known.contains(value.as_str()) {
                let help = match nearest(value, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it has `{}`", Vec::from_iter(known.iter().copied()).join("`, `")),
                };
                mistakes.push(site.error(format!("`{name}` has no value `{value}`")).help(help));
            } else if !seen.insert(value.as_str()) {
                mistakes.push(site.error(format!("`{value}` stands here twice")).help("remove one of them"));
            }
        }
        if seen == known {
            let all = site.error(format!("these are all values of `{name}`"));
            mistakes.push(all.help("remove `only`"));
        }
        mistakes.into_iter().for_each(|mistake| self.report(mistake));
    }

    /// Whether `only` has something to narrow, as far as that is known.
    pub(super) fn is_narrowed(&self, field: &spec::Field) -> bool {
        shared_enum(self.types, field).is_some() || self.types_unread
    }
}

/// The values that fit, of the shared enum that the field holds or has the known values of.
pub(super) fn fitting_values<'t>(types: &'t Types, field: &spec::Field) -> Vec<&'t String> {
    let values = shared_enum(types, field).into_iter().flat_map(|shared| shared.values.keys());
    values.filter(|value| field.only.is_empty() || field.only.contains(value)).collect()
}

fn shared_enum<'t>(types: &'t Types, field: &spec::Field) -> Option<&'t SharedType> {
    types.get(enum_name(field)).filter(|shared| !shared.values.is_empty())
}

fn enum_name(field: &spec::Field) -> &str {
    field.known_values.as_deref().unwrap_or(&field.kind)
}
