//! What differs between the specification and newer metadata.

use std::fmt;

use indexmap::IndexMap;

use crate::spec::{Field, Location, Operation, Style, Types};

/// All differences, by operation.
#[derive(Debug, Default)]
pub struct Differences {
    pub(super) operations: IndexMap<String, Vec<Difference>>,
}

/// One difference.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Whether code or calls that are right today may fail.
    pub(super) is_breaking: bool,
    pub(super) message: String,
}

impl Differences {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    pub(super) fn add(&mut self, operation: &str, differences: Vec<Difference>) {
        if !differences.is_empty() {
            self.operations.entry(operation.to_owned()).or_default().extend(differences);
        }
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return formatter.write_str("the specification and the metadata agree");
        }
        for (operation, differences) in &self.operations {
            writeln!(formatter, "{operation}")?;
            for difference in differences {
                let mark = if difference.is_breaking { "BREAKING" } else { "" };
                writeln!(formatter, "  {mark:8}  {}", difference.message)?;
            }
        }
        let all = || self.operations.values().flatten();
        let breaking = all().filter(|difference| difference.is_breaking).count();
        let count = |number: usize, what: &str| match number {
            1 => format!("1 {what}"),
            _ => format!("{number} {what}s"),
        };
        write!(
            formatter,
            "{} in {}, {breaking} breaking",
            count(all().count(), "difference"),
            count(self.operations.len(), "operation")
        )
    }
}

/// Compares one operation.
pub(super) fn operation(
    types: &Types,
    old: &Operation,
    new: &Operation,
    methods: &[String],
) -> Vec<Difference> {
    let mut comparison = Comparison { types, differences: Vec::new() };
    let method = format!("{:?}", old.method).to_lowercase();
    if !methods.is_empty() && !methods.iter().any(|allowed| allowed.eq_ignore_ascii_case(&method)) {
        comparison.breaks(format!(
            "changed     method: {method} is no longer allowed, only {}",
            methods.join(", ")
        ));
    }
    if old.deprecated.is_none() && new.deprecated.is_some() {
        comparison.notes("deprecated  the operation".to_owned());
    }
    comparison.fields("request", &old.request, &new.request, true);
    comparison.fields("response", &old.response, &new.response, false);
    comparison.differences
}

/// An operation that only the metadata has.
pub(super) fn added() -> Vec<Difference> {
    vec![Difference { is_breaking: false, message: "added       the operation".to_owned() }]
}

/// An operation that only the specification has.
pub(super) fn gone() -> Vec<Difference> {
    vec![Difference { is_breaking: true, message: "gone        the operation".to_owned() }]
}

struct Comparison<'s> {
    types: &'s Types,
    differences: Vec<Difference>,
}

impl Comparison<'_> {
    fn breaks(&mut self, message: String) {
        self.differences.push(Difference { is_breaking: true, message });
    }

    fn notes(&mut self, message: String) {
        self.differences.push(Difference { is_breaking: false, message });
    }

    fn fields(
        &mut self,
        path: &str,
        old: &IndexMap<String, Field>,
        new: &IndexMap<String, Field>,
        is_request: bool,
    ) {
        for (name, field) in old {
            let path = format!("{path}.{name}");
            match new.get(name) {
                Some(new) => self.field(&path, field, new, is_request),
                None => self.breaks(format!("gone        {path}: {}", self.show(field))),
            }
        }
        for (name, field) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
            let shown = self.show(field);
            if field.required {
                self.breaks(format!("added       {path}.{name}: {shown}, required"));
            } else {
                self.notes(format!("added       {path}.{name}: {shown}"));
            }
        }
    }

    fn field(&mut self, path: &str, old: &Field, new: &Field, is_request: bool) {
        self.holds(path, old, new, is_request);
        if is_request && old.required != new.required {
            if new.required {
                self.breaks(format!("required    {path}"));
            } else {
                self.notes(format!("optional    {path} is no longer required"));
            }
        }
        if old.deprecated.is_none() && new.deprecated.is_some() {
            self.notes(format!("deprecated  {path}"));
        }
        if old.style != new.style && self.is_deep(old) {
            self.breaks(format!("changed     {path}: style {}, now {}", style(old), style(new)));
        }
        if old.location != new.location {
            self.breaks(format!("changed     {path}: in {}, now {}", part(old), part(new)));
        }
    }

    /// Compares what two fields hold.
    fn holds(&mut self, path: &str, old: &Field, new: &Field, is_request: bool) {
        let (old_kind, new_kind) = (self.kind(old), self.kind(new));
        if old_kind == "json" || new_kind == "json" {
            return;
        }
        if old_kind != new_kind {
            let (old, new) = (self.show(old), self.show(new));
            self.breaks(format!("retyped     {path}: {old}, now {new}"));
            return;
        }
        if old.wrapper != new.wrapper {
            let wrapper = |field: &Field| field.wrapper.clone().unwrap_or_else(|| "nothing".to_owned());
            let (old, new) = (wrapper(old), wrapper(new));
            self.breaks(format!("retyped     {path}: a list wrapped in {old}, now in {new}"));
        }
        match old_kind {
            "object" => {
                let (old, new) = (self.members(old).clone(), self.members(new).clone());
                self.fields(path, &old, &new, is_request);
            }
            "list" | "map" => {
                if let (Some(old), Some(new)) = (&old.items, &new.items) {
                    self.holds(&format!("{path}[]"), old, new, is_request);
                }
            }
            _ => {}
        }
    }

    /// The type as the metadata knows it: a value set, a time and a shared type are refinements of ours.
    fn kind<'f>(&self, field: &'f Field) -> &'f str {
        match field.kind.as_str() {
            "enum" | "timestamp" => "string",
            other => match self.types.get(other) {
                Some(shared) if shared.fields.is_empty() => "string",
                Some(_) => "object",
                None => other,
            },
        }
    }

    fn is_deep(&self, field: &Field) -> bool {
        matches!(self.kind(field), "list" | "map" | "object" | "json")
    }

    fn members<'f>(&'f self, field: &'f Field) -> &'f IndexMap<String, Field> {
        self.types.get(&field.kind).map_or(&field.fields, |shared| &shared.fields)
    }

    fn show(&self, field: &Field) -> String {
        match (self.kind(field), &field.items) {
            (kind @ ("list" | "map"), Some(items)) => format!("{kind} of {}", self.show(items)),
            (kind, _) => kind.to_owned(),
        }
    }
}

fn style(field: &Field) -> &'static str {
    match field.style {
        Style::Flatten => "flatten",
        Style::Json => "json",
        Style::Simple => "simple",
    }
}

fn part(field: &Field) -> &'static str {
    match field.location {
        Location::Query => "the query",
        Location::Form => "the form",
    }
}
