//! The families of simulated operations: each has a table of its own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::account_state::Simulate;
use super::{
    accounts, backups, catalog, cluster, cross_region, custom, databases, events, extensions,
    global_databases, instances, logs, migration, network, parameters, performance, proxy, restore, security,
    settings, tags, tasks, upgrades, whitelists,
};

/// The tables of all families.
const FAMILIES: &[&[(&str, Simulate)]] = &[
    accounts::OPERATIONS,
    backups::OPERATIONS,
    catalog::OPERATIONS,
    cluster::OPERATIONS,
    cross_region::OPERATIONS,
    custom::OPERATIONS,
    databases::OPERATIONS,
    events::OPERATIONS,
    extensions::OPERATIONS,
    global_databases::OPERATIONS,
    instances::OPERATIONS,
    logs::OPERATIONS,
    migration::OPERATIONS,
    network::OPERATIONS,
    parameters::OPERATIONS,
    performance::OPERATIONS,
    proxy::OPERATIONS,
    restore::OPERATIONS,
    security::OPERATIONS,
    settings::OPERATIONS,
    tags::OPERATIONS,
    tasks::OPERATIONS,
    upgrades::OPERATIONS,
    whitelists::OPERATIONS,
];

/// The simulation of an operation, if it is simulated.
pub(super) fn simulation(operation: &str) -> Option<Simulate> {
    static BY_NAME: LazyLock<BTreeMap<&str, Simulate>> =
        LazyLock::new(|| FAMILIES.iter().copied().flatten().copied().collect());
    BY_NAME.get(operation).copied()
}

/// The names of all operations that are simulated.
pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = FAMILIES.iter().copied().flatten().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names
}
