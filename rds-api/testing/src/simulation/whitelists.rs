//! Whitelists: groups of addresses that may connect to an instance.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use crate::refusal::Refusal;

/// More addresses than this on an instance are refused.
const QUOTA: usize = 1000;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Whitelist {
    addresses: BTreeSet<String>,
    /// `hidden`, if the console is not to show it.
    attribute: String,
}

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("DescribeDBInstanceIPArrayList", AccountState::list_whitelists),
    ("ModifySecurityIps", AccountState::modify_whitelist),
];

impl Whitelist {
    /// Reads a list of addresses and blocks with commas between, or says which of them is not one.
    pub(super) fn parse(list: &str) -> Result<Self, String> {
        let addresses = list.split(',').map(str::trim).filter(|address| !address.is_empty());
        match addresses.clone().find(|address| !is_address(address)) {
            Some(wrong) => Err(format!("`{wrong}` is neither an IP address nor a block such as 10.0.0.0/8.")),
            None => Ok(Self { addresses: addresses.map(str::to_owned).collect(), attribute: String::new() }),
        }
    }

    /// The addresses as the service writes them.
    pub(super) fn text(&self) -> String {
        let addresses: Vec<&str> = self.addresses.iter().map(String::as_str).collect();
        addresses.join(",")
    }

    /// That of a new instance: nobody but the machine itself.
    pub(super) fn of_loopback() -> Self {
        Self { addresses: BTreeSet::from(["127.0.0.1".to_owned()]), attribute: String::new() }
    }

    /// True if an address may connect.
    pub(super) fn admits(&self, address: &str) -> bool {
        let Ok(address) = address.parse::<IpAddr>() else { return false };
        self.addresses.iter().any(|known| match known.parse::<IpNet>() {
            Ok(block) => block.contains(&address),
            Err(_) => known.parse() == Ok(address),
        })
    }
}

fn is_address(text: &str) -> bool {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    address.parse::<IpAddr>().is_ok_and(|address| {
        let max_bits = if address.is_ipv4() { 32 } else { 128 };
        bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= max_bits))
    })
}

impl AccountState {
    fn list_whitelists(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let groups = self.instance(call)?.whitelists.iter().map(|(name, whitelist)| {
            json!({
                "DBInstanceIPArrayName": name,
                "DBInstanceIPArrayAttribute": whitelist.attribute,
                "SecurityIPType": if whitelist.text().contains(':') { "IPv6" } else { "IPv4" },
                "SecurityIPList": whitelist.text(),
            })
        });
        Ok(json!({ "Items": { "DBInstanceIPArray": groups.collect::<Vec<_>>() } }))
    }

    fn modify_whitelist(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let given = Whitelist::parse(call.text("SecurityIps").unwrap_or_default())
            .map_err(|why| Refusal::new(400, "SecurityIPList.Format", why))?;
        let group = call.text("DBInstanceIPArrayName").unwrap_or("default").to_lowercase();
        let whitelists = &mut self.running(call)?.whitelists;
        let in_other_groups: usize = whitelists
            .iter()
            .filter(|(name, _)| **name != group)
            .map(|(_, whitelist)| whitelist.addresses.len())
            .sum();
        let mut addresses =
            whitelists.get(&group).map(|whitelist| whitelist.addresses.clone()).unwrap_or_default();
        match call.text("ModifyMode") {
            Some("Append") => {
                if let Some(twice) = given.addresses.intersection(&addresses).next() {
                    let message = format!("{twice} is in the whitelist already.");
                    return Err(Refusal::new(400, "InvalidSecurityIPList.Duplicate", message));
                }
                addresses.extend(given.addresses);
            }
            Some("Delete") => addresses.retain(|address| !given.addresses.contains(address)),
            _ => addresses = given.addresses,
        }
        if in_other_groups + addresses.len() > QUOTA {
            let message = format!("The instance would have more than {QUOTA} addresses in its whitelists.");
            return Err(Refusal::new(400, "InsufficientAvailableQuota", message));
        }
        let attribute = call.text("DBInstanceIPArrayAttribute").unwrap_or_default().to_owned();
        whitelists.insert(group, Whitelist { addresses, attribute });
        // A group without addresses is no more; only the default one stays.
        whitelists.retain(|name, whitelist| name == "default" || !whitelist.addresses.is_empty());
        Ok(json!({}))
    }
}
