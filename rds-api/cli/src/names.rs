//! Names of operations and parameters as people write them.

use rds_api::schema::{self, Operation};

use crate::suggestion::nearest;

/// A name however its words are set apart and cased: `describe-db-instances`, `describe_db_instances` and
/// `DescribeDBInstances` are the same.
pub(crate) fn folded(name: &str) -> String {
    name.replace(['-', '_'], "").to_lowercase()
}

/// The operation that a name stands for, however it is written.
pub(crate) fn operation(name: &str) -> Option<&'static Operation> {
    let wanted = folded(name);
    let known = schema::names().find(|known| *known == name);
    schema::operation(known.or_else(|| schema::names().find(|known| folded(known) == wanted))?)
}

/// The operation whose name is nearly this one.
pub(crate) fn nearest_operation(name: &str) -> Option<&'static str> {
    let words = folded(name);
    nearest(&words, schema::names())
}
