//! Names of operations as people write them.

use rds_api::schema::{self, Operation};

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

/// The name nearest to one that does not exist, if it is near enough to be meant.
pub(crate) fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wanted = name.to_lowercase();
    let distance = |other: &&str| strsim::osa_distance(&wanted, &other.to_lowercase());
    let best = names.into_iter().min_by_key(distance)?;
    (distance(&best) <= 1 + name.len() / 6).then_some(best)
}
