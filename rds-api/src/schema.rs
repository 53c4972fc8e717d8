//! What the specification says of every operation, for code to walk: the command line, the embedded service,
//! a form in a browser.
//!
//! An entry is read when it is first asked for, so a program pays only for what it looks at.
//!
//! ```
//! use rds_api::schema::{self, Kind};
//!
//! let operation = schema::operation("DescribeBackupTasks").expect("a known operation");
//! assert_eq!(operation.family, "backup");
//! let mode = operation.parameter("BackupMode").expect("a known parameter");
//! assert_eq!(mode.shape.kind, Kind::Enum);
//! let values: Vec<_> = mode.shape.values.iter().map(|value| value.value.as_str()).collect();
//! assert_eq!(values, ["Automated", "Manual"]);
//! ```

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::operation::{Access, Method};
use crate::pagination::Pagination;
use crate::waiter::Waiter as Condition;
use operations::{ENTRIES, FAMILIES};

#[doc(hidden)]
pub use parse::scalar;
pub use problem::{Problem, ProblemKind};

mod call;
mod check;
// Formatted by the generator.
#[rustfmt::skip]
mod operations;
mod parse;
mod problem;

/// The names of all operations, sorted.
pub fn names() -> impl ExactSizeIterator<Item = &'static str> {
    ENTRIES.iter().map(|(name, _)| *name)
}

/// All operations, sorted by name.
pub fn operations() -> impl ExactSizeIterator<Item = &'static Operation> {
    (0..ENTRIES.len()).map(entry)
}

/// The operation of this name.
pub fn operation(name: &str) -> Option<&'static Operation> {
    ENTRIES.binary_search_by_key(&name, |(name, _)| name).ok().map(entry)
}

/// The families, in the order of the documentation.
pub fn families() -> impl ExactSizeIterator<Item = Family> {
    FAMILIES.iter().map(|&(name, title, doc)| Family { name, title, doc })
}

fn entry(index: usize) -> &'static Operation {
    static READ: [OnceLock<Operation>; ENTRIES.len()] = [const { OnceLock::new() }; ENTRIES.len()];
    READ[index].get_or_init(|| {
        let (name, text) = ENTRIES[index];
        match serde_json::from_str(text) {
            Ok(operation) => operation,
            // Generated and tested together with this code, so this is a bug of this crate.
            Err(error) => unreachable!("the entry of {name} cannot be read: {error}"),
        }
    })
}

/// A family of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Family {
    /// The name of its module.
    pub name: &'static str,
    /// Its name in headings.
    pub title: &'static str,
    /// One line about it.
    pub doc: &'static str,
}

/// One operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Operation {
    /// The wire name.
    pub name: String,
    /// The name of the client's method.
    pub method: String,
    /// The family's name.
    pub family: String,
    /// One line.
    pub summary: String,
    /// Words people look for it by, besides those of its name.
    #[serde(default)]
    pub search: Vec<String>,
    /// When to use it and what follows, in Markdown.
    #[serde(default)]
    pub description: String,
    /// The address of its official page.
    pub documentation: String,
    /// Whether it changes anything.
    pub access: Access,
    /// The HTTP method.
    pub verb: Method,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
    /// The parameters of the request.
    pub parameters: Vec<Field>,
    /// The members of the answer.
    pub response: Vec<Field>,
    /// Error codes it is known to answer with, by HTTP status.
    #[serde(default)]
    pub errors: BTreeMap<u16, Vec<String>>,
    /// How its list is cut into pages.
    pub pagination: Option<Pagination>,
    /// What can be waited for with it.
    #[serde(default)]
    pub waiters: Vec<Waiter>,
}

impl Operation {
    /// The parameter of this wire name.
    pub fn parameter(&self, name: &str) -> Option<&Field> {
        self.parameters.iter().find(|field| field.name == name)
    }

    /// The parameters that a caller must give.
    pub fn required(&self) -> impl Iterator<Item = &Field> {
        self.parameters.iter().filter(|field| field.required && field.role.is_none())
    }
}

/// A parameter, or a member of an answer or an object.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Field {
    /// The name on the wire.
    pub name: String,
    /// The name in Rust.
    pub rust: String,
    /// The name of the setter, where `rust` is that of another method.
    pub setter: Option<String>,
    /// What it means.
    pub doc: String,
    /// What it holds.
    #[serde(flatten)]
    pub shape: Shape,
    /// The request is refused without it.
    #[serde(default)]
    pub required: bool,
    /// Never printed.
    #[serde(default)]
    pub sensitive: bool,
    /// What the client does with it by itself.
    pub role: Option<Role>,
    /// Whether it is an option of every call, and not a field of the request.
    #[serde(default)]
    pub every_call: bool,
    /// Where it travels.
    #[serde(default, rename = "in")]
    pub part: Part,
    /// How a list or an object becomes a parameter.
    #[serde(default)]
    pub style: Style,
    /// Text that holds a number of this kind.
    pub number: Option<Kind>,
    /// A value as the service might have it, as text.
    pub example: Option<String>,
    /// What the service takes for an absent parameter, as text.
    pub default: Option<String>,
    /// What values are allowed.
    #[serde(flatten)]
    pub limits: Limits,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
}

/// What a field, an element or a map's value holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Shape {
    /// The kind of value.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The Rust type of an enum or an object.
    pub type_name: Option<String>,
    /// Whether that type is in [`types`](crate::types), not in the operation's module.
    #[serde(default)]
    pub shared: bool,
    /// The known values of an enum.
    #[serde(default)]
    pub values: Vec<EnumValue>,
    /// The members of an object.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// The elements of a list, the values of a map.
    pub items: Option<Box<Shape>>,
    /// The one member of the object that wraps a list on the wire.
    pub wrapper: Option<String>,
}

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    String,
    Bool,
    Int32,
    Int64,
    Float,
    Double,
    Timestamp,
    Json,
    Enum,
    Object,
    List,
    Map,
}

/// A known value of an enum.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnumValue {
    /// The text on the wire.
    pub value: String,
    /// The name of the variant.
    pub rust: String,
    /// What it means.
    pub doc: String,
}

/// What the client does with a parameter by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// Fills in a fresh token.
    IdempotencyToken,
    /// Fills in its region.
    Region,
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Part {
    /// In the query.
    #[default]
    Query,
    /// In the form body.
    Form,
}

/// How a list, a map or an object becomes a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// As `Name.1.Member`.
    #[default]
    Flatten,
    /// As one JSON text.
    Json,
    /// As the elements joined with commas.
    Simple,
}

/// What values a parameter may have; `None` where the specification sets no limit.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say it")]
pub struct Limits {
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    pub pattern: Option<String>,
    pub min_items: Option<usize>,
    pub max_items: Option<usize>,
}

/// Something that can be waited for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Waiter {
    /// Its name.
    pub name: String,
    /// The name of the call's method.
    pub method: String,
    /// What is waited for, in Markdown.
    pub doc: String,
    /// What ends the waiting: for [`RawCall::until`](crate::RawCall::until).
    pub until: Condition,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::operation;

    #[test]
    fn operations_are_found_by_the_words_of_other_databases_and_clouds() {
        let questions = [
            ("add user", "CreateAccount"),
            ("change password", "ResetAccountPassword"),
            ("cost", "DescribePrice"),
            ("cpu usage", "DescribeDBInstancePerformance"),
            ("disk usage", "DescribeResourceUsage"),
            ("download backup", "DescribeBackups"),
            ("failover", "SwitchDBInstanceHA"),
            ("list instances", "DescribeDBInstances"),
            ("maintenance window", "ModifyDBInstanceMaintainTime"),
            ("point in time", "CloneDBInstance"),
            ("public endpoint", "AllocateInstancePublicConnection"),
            ("read replica", "CreateReadOnlyDBInstance"),
            ("reboot", "RestartDBInstance"),
            ("rename instance", "ModifyDBInstanceDescription"),
            ("resize disk", "ModifyDBInstanceSpec"),
            ("slow query", "DescribeSlowLogRecords"),
            ("tls", "ModifyDBInstanceSSL"),
            ("whitelist ip", "ModifySecurityIps"),
        ];
        for (question, name) in questions {
            let phrases = &operation(name).unwrap().search;
            assert!(phrases.iter().any(|phrase| phrase.contains(question)), "{question}: {phrases:?}");
        }
    }
}
