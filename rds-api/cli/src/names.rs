//! Names of operations as people write them.

use rds_api::schema::{self, Operation};

use crate::suggestion::nearest;

/// The operation that a name stands for, however its words are set apart: `describe-db-instances` and
/// `describe_db_instances` are `DescribeDBInstances`.
pub(crate) fn operation(name: &str) -> Option<&'static Operation> {
    let plain = |name: &str| name.replace(['-', '_'], "").to_lowercase();
    let wanted = plain(name);
    let known = schema::names().find(|known| *known == name);
    schema::operation(known.or_else(|| schema::names().find(|known| plain(known) == wanted))?)
}

/// The operation whose name is nearly this one.
pub(crate) fn nearest_operation(name: &str) -> Option<&'static str> {
    nearest(name, schema::names())
}
