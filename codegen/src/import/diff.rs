//! What differs between the specification and newer metadata.

use std::fmt;

use indexmap::IndexMap;
use serde::Serialize;

mod leaves;

use super::metadata::Api;
use crate::spec::{Access, Field, Location, Operation, Style, Types};

/// All differences, by operation.
#[derive(Debug, Default)]
pub struct Differences {
    pub(super) operations: IndexMap<String, Vec<Difference>>,
    /// How many there were before some were chosen.
    of: usize,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Difference {
    /// What has happened, in a word.
    pub(super) kind: &'static str,
    /// Whether code or calls that are right today may fail.
    #[serde(rename = "breaking")]
    pub(super) is_breaking: bool,
    /// Where, and what.
    pub(super) message: String,
}

impl Differences {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    fn count(&self) -> usize {
        self.operations.values().map(Vec::len).sum()
    }

    /// Only what is new: operations, parameters, members, values and error codes.
    pub fn added(self) -> Self {
        self.only(|difference| difference.kind == "added")
    }

    /// Only what may make code or calls fail that are right today.
    pub fn breaking(self) -> Self {
        self.only(|difference| difference.is_breaking)
    }

    /// Only what `earlier` has not.
    pub fn since(self, earlier: &Self) -> Self {
        let mut differences = self;
        differences.of = differences.of.max(differences.count());
        for (operation, found) in &mut differences.operations {
            let known = earlier.operations.get(operation).map(Vec::as_slice).unwrap_or_default();
            found.retain(|difference| !known.contains(difference));
        }
        differences.operations.retain(|_, found| !found.is_empty());
        differences
    }

    fn only(mut self, is_wanted: impl Fn(&Difference) -> bool) -> Self {
        self.of = self.of.max(self.count());
        self.operations.values_mut().for_each(|found| found.retain(&is_wanted));
        self.operations.retain(|_, found| !found.is_empty());
        self
    }

    /// A JSON list with an object for each difference.
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Line<'d> {
            operation: &'d str,
            #[serde(flatten)]
            difference: &'d Difference,
        }
        let mut lines = Vec::new();
        for (operation, found) in &self.operations {
            lines.extend(found.iter().map(|difference| Line { operation, difference }));
        }
        // Every key is text, and there is no other reason to fail.
        serde_json::to_string_pretty(&lines).unwrap_or_default()
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
            return match self.of {
                0 => formatter.write_str("the specification and the metadata agree"),
                all => write!(formatter, "no difference that is asked for, of {all} in all"),
            };
        }
        for (operation, differences) in &self.operations {
            writeln!(formatter, "{operation}")?;
            for Difference { kind, is_breaking, message } in differences {
                let mark = if *is_breaking { "BREAKING" } else { "" };
                writeln!(formatter, "  {mark:8}  {kind:10}  {message}")?;
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

/// Parameters of the protocol, which some documents list and others do not.
const PROTOCOL: &[&str] = &["SecurityToken"];

/// Compares one operation. What the metadata does not speak of does not differ.
pub(super) fn operation(
    types: &Types,
    call_parameters: &[String],
    old: &Operation,
    new: &Operation,
    says: &Api,
) -> Vec<Difference> {
    let mut comparison = Comparison { types, differences: Vec::new() };
    let method = format!("{:?}", old.method).to_lowercase();
    let methods = &says.methods;
    if !methods.is_empty() && !methods.iter().any(|allowed| allowed.eq_ignore_ascii_case(&method)) {
        let allowed = methods.join(", ");
        comparison.breaks("changed", format!("method: {method} is no longer allowed, only {allowed}"));
    }
    if says.operation_type.is_some() && old.access != new.access {
        match new.access {
            // What is taken for a read is repeated.
            Access::Write => comparison.breaks("access", "read, now write".to_owned()),
            Access::Read => comparison.notes("access", "write, now read".to_owned()),
        }
    }
    if old.deprecated.is_none() && new.deprecated.is_some() {
        comparison.notes("deprecated", "the operation".to_owned());
    }
    if says.has_parameters() {
        // Elements and members under names of their own, such as `Tag.1.Key`, are another way to write a list.
        let written_out =
            |name: &String| new.request.keys().any(|other| other.starts_with(&format!("{name}.")));
        let is_left_out = |name: &String| {
            call_parameters.contains(name) || PROTOCOL.contains(&name.as_str()) || name.contains('.')
        };
        let kept = |fields: &IndexMap<String, Field>| -> IndexMap<String, Field> {
            let own = fields.iter().filter(|(name, _)| !is_left_out(name) && !written_out(name));
            own.map(|(name, field)| (name.clone(), field.clone())).collect()
        };
        comparison.fields("request", &kept(&old.request), &kept(&new.request), true);
    }
    if says.response().is_some_and(|schema| !schema.properties.is_empty()) {
        comparison.fields("response", &old.response, &new.response, false);
    }
    comparison.errors(old, new);
    comparison.differences
}

/// What an import would do to an operation that breaks its callers.
pub(super) fn breaking(types: &Types, old: &Operation, new: &Operation) -> Vec<Difference> {
    let mut comparison = Comparison { types, differences: Vec::new() };
    if old.method != new.method {
        comparison
            .breaks("changed", format!("method: {:?}, now {:?}", old.method, new.method).to_lowercase());
    }
    if old.access == Access::Read && new.access == Access::Write {
        comparison.breaks("access", "read, now write".to_owned());
    }
    comparison.fields("request", &old.request, &new.request, true);
    comparison.fields("response", &old.response, &new.response, false);
    comparison.differences.retain(|difference| difference.is_breaking);
    comparison.differences
}

/// An operation that only the metadata has.
pub(super) fn added() -> Vec<Difference> {
    vec![Difference { kind: "added", is_breaking: false, message: "the operation".to_owned() }]
}

/// An operation that only the specification has.
pub(super) fn gone() -> Vec<Difference> {
    vec![Difference { kind: "gone", is_breaking: true, message: "the operation".to_owned() }]
}

struct Comparison<'s> {
    types: &'s Types,
    differences: Vec<Difference>,
}

impl Comparison<'_> {
    fn breaks(&mut self, kind: &'static str, message: String) {
        self.differences.push(Difference { kind, is_breaking: true, message });
    }

    fn notes(&mut self, kind: &'static str, message: String) {
        self.differences.push(Difference { kind, is_breaking: false, message });
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
                None => self.breaks("gone", format!("{path}: {}", self.show(field))),
            }
        }
        for (name, field) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
            let shown = self.show(field);
            if field.required {
                self.breaks("added", format!("{path}.{name}: {shown}, required"));
            } else {
                self.notes("added", format!("{path}.{name}: {shown}"));
            }
        }
    }

    fn field(&mut self, path: &str, old: &Field, new: &Field, is_request: bool) {
        self.holds(path, old, new, is_request);
        if is_request && old.required != new.required {
            if new.required {
                self.breaks("required", path.to_owned());
            } else {
                self.notes("optional", format!("{path} is no longer required"));
            }
        }
        if old.deprecated.is_none() && new.deprecated.is_some() {
            self.notes("deprecated", path.to_owned());
        }
        if old.style != new.style && self.is_deep(old) {
            self.breaks("changed", format!("{path}: style {}, now {}", style(old), style(new)));
        }
        self.limits(path, old, new, is_request);
        if old.location != new.location {
            self.breaks("changed", format!("{path}: in {}, now {}", part(old), part(new)));
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
            self.breaks("retyped", format!("{path}: {old}, now {new}"));
            return;
        }
        if old.wrapper != new.wrapper {
            let wrapper = |field: &Field| field.wrapper.clone().unwrap_or_else(|| "nothing".to_owned());
            let (old, new) = (wrapper(old), wrapper(new));
            self.breaks("retyped", format!("{path}: a list wrapped in {old}, now in {new}"));
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
            _ => self.values(path, old, new, is_request),
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
