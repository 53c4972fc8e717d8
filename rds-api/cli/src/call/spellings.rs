//! The other ways in which the parameters of an operation are written among the arguments.

use std::collections::BTreeSet;

use rds_api::schema::{Field, Operation};

use crate::names::folded;

/// Names that are given, and the parameters that they mean.
#[derive(Default)]
pub(super) struct Spellings {
    /// Those of parameters in another case or with their words set apart.
    pub(super) aliases: Vec<(String, &'static Field)>,
    /// Those of what is inside of a parameter, with points.
    pub(super) dotted: Vec<(String, &'static Field)>,
}

impl Spellings {
    /// What of the arguments means a parameter without being its option. `known` are all options that there are
    /// already, `taken` those of every call: a name that differs from one of these in case alone means neither.
    pub(super) fn among(
        arguments: impl Iterator<Item = String>,
        operation: &'static Operation,
        known: &BTreeSet<String>,
        taken: &BTreeSet<String>,
    ) -> Self {
        let mut spellings = Self::default();
        let mut seen = BTreeSet::new();
        for argument in arguments {
            let Some(name) = argument.strip_prefix("--").and_then(|option| option.split('=').next()) else {
                continue;
            };
            let parameter = folded(name.split('.').next().unwrap_or(name));
            let is_ambiguous = taken.iter().any(|taken| folded(taken) == parameter);
            if name.is_empty() || known.contains(name) || !seen.insert(name.to_owned()) {
                continue;
            }
            let Some(field) = operation.parameters.iter().find(|it| folded(&it.name) == parameter) else {
                continue;
            };
            match name.contains('.') {
                true => spellings.dotted.push((name.to_owned(), field)),
                false if !is_ambiguous => spellings.aliases.push((name.to_owned(), field)),
                false => {}
            }
        }
        spellings
    }

    /// Whether a part of this parameter is given.
    pub(super) fn has_parts_of(&self, field: &Field) -> bool {
        self.dotted.iter().any(|(_, of)| of.name == field.name)
    }
}
