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

use std::sync::OnceLock;

use serde_json::{Map, Value as Json};

#[doc(hidden)]
pub use call::flattened;
pub use extension::{FieldExt, OperationExt};
#[doc(hidden)]
pub use parse::scalar;
pub use problem::{Problem, ProblemKind};
#[doc(inline)]
pub use rds_api_schema::{
    EnumValue, Field, Kind, Limits, Location, NamedWaiter, Operation, ParameterValue, Role, Shape, Style,
};

use operations::{ENTRIES, FAMILIES};

mod call;
mod check;
mod extension;
// Formatted by the generator.
#[rustfmt::skip]
mod operations;
mod parse;
mod problem;
mod sample;
#[doc(hidden)]
pub mod secrecy;

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

/// A sample value for each of the fields, by name: see [`FieldExt::sample`].
///
/// ```
/// use rds_api::schema;
///
/// let operation = schema::operation("DescribeBackupTasks").expect("a known operation");
/// let response = schema::samples(&operation.response);
/// assert!(response["Items"]["BackupJob"][0]["BackupJobId"].is_string());
/// ```
pub fn samples(fields: &[Field]) -> Map<String, Json> {
    sample::values(fields)
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
