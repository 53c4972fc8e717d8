//! Quotas: whichever write adds to a list of the account, the list does not grow without end. One thing more than a quota
//! allows is refused, and the call taken back as a whole.

use std::sync::Arc;

use super::account_state::AccountState;
use super::instance::Instance;
use super::{accounts, cluster, databases, instances, tags};
use crate::refusal::Refusal;

/// How many things of a kind an instance has at most, where the service does not say another number.
const OTHERS: usize = 100;

/// How many addresses an instance has at most: each kind with and without splitting, and those that are to expire.
const ADDRESSES: usize = 10;

/// How many endpoints a proxy has at most.
const ENDPOINTS: usize = 7;

/// How many settings an account has at most, in all regions.
const ACCOUNT_SETTINGS: usize = 1000;

impl AccountState {
    /// Refuses what a call has made too many of. `before` is the account as it was before the call.
    pub(super) fn check_quotas(&self, before: &Self) -> Result<(), Refusal> {
        let is_changed = |instance: &&Arc<Instance>| {
            before.instances.get(&instance.id).is_none_or(|earlier| !Arc::ptr_eq(earlier, instance))
        };
        self.instances.values().filter(is_changed).try_for_each(|instance| instance.check_quotas())?;
        let counts = [
            ("instances", self.instances.len(), instances::QUOTA),
            ("settings", self.account_settings.len(), ACCOUNT_SETTINGS),
        ];
        check("account", &counts)
    }
}

impl Instance {
    /// Refuses an instance that has more of something than it may.
    pub(super) fn check_quotas(&self) -> Result<(), Refusal> {
        let lists =
            self.settings.values().flat_map(|kept| kept.values().filter_map(serde_json::Value::as_array));
        let counts = [
            ("accounts", self.accounts.len(), accounts::QUOTA),
            ("addresses", self.connections.len(), ADDRESSES),
            ("databases", self.databases.len(), databases::QUOTA),
            (
                "properties of a database",
                self.databases.values().map(databases::Database::size).max().unwrap_or_default(),
                OTHERS,
            ),
            (
                "endpoints of its proxy",
                self.proxy.as_ref().map_or(0, |proxy| proxy.endpoints.len()),
                ENDPOINTS,
            ),
            ("entries of one list", lists.map(Vec::len).max().unwrap_or_default(), OTHERS),
            (
                "settings of one kind",
                self.settings.values().map(serde_json::Map::len).max().unwrap_or_default(),
                OTHERS,
            ),
            ("nodes", self.cluster_size().0, cluster::MAX_NODES),
            ("endpoints", self.cluster_size().1, cluster::MAX_ENDPOINTS),
            ("tags", self.tags.len(), tags::QUOTA),
            ("whitelists", self.whitelists.len(), OTHERS),
        ];
        check("instance", &counts)
    }
}

fn check(of: &str, counts: &[(&str, usize, usize)]) -> Result<(), Refusal> {
    match counts.iter().find(|(_, count, quota)| count > quota) {
        Some((what, _, quota)) => {
            let message = format!("The {of} would have more than {quota} {what}, which is its quota.");
            Err(Refusal::new(400, "InsufficientAvailableQuota", message))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
