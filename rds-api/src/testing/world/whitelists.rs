//! Whitelists: groups of addresses that may connect to an instance.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::call::Call;
use super::{Simulate, World};
use crate::testing::Refusal;

#[derive(Debug, Default)]
pub(super) struct Whitelist(BTreeSet<String>);

pub(super) fn find(operation: &str) -> Option<Simulate> {
    Some(match operation {
        "DescribeDBInstanceIPArrayList" => World::list_whitelists,
        "ModifySecurityIps" => World::modify_whitelist,
        _ => return None,
    })
}

impl Whitelist {
    pub(super) fn of<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Self {
        let addresses = addresses.into_iter().map(str::trim).filter(|address| !address.is_empty());
        Self(addresses.map(str::to_owned).collect())
    }

    /// The addresses as the service writes them.
    pub(super) fn text(&self) -> String {
        let addresses: Vec<&str> = self.0.iter().map(String::as_str).collect();
        addresses.join(",")
    }
}

impl World {
    fn list_whitelists(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let groups = self.instance(call)?.whitelists.iter().map(|(name, whitelist)| {
            json!({
                "DBInstanceIPArrayName": name,
                "DBInstanceIPArrayAttribute": "",
                "SecurityIPType": "IPv4",
                "SecurityIPList": whitelist.text(),
            })
        });
        Ok(json!({ "Items": { "DBInstanceIPArray": groups.collect::<Vec<_>>() } }))
    }

    fn modify_whitelist(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let given = Whitelist::of(call.text("SecurityIps").unwrap_or_default().split(','));
        let group = call.text("DBInstanceIPArrayName").unwrap_or("default").to_owned();
        let whitelists = &mut self.running(call)?.whitelists;
        let whitelist = whitelists.entry(group.clone()).or_default();
        match call.text("ModifyMode") {
            Some("Append") => {
                if let Some(twice) = given.0.intersection(&whitelist.0).next() {
                    let message = format!("{twice} is in the whitelist already.");
                    return Err(Refusal::new(400, "InvalidSecurityIPList.Duplicate", message));
                }
                whitelist.0.extend(given.0);
            }
            Some("Delete") => whitelist.0.retain(|address| !given.0.contains(address)),
            _ => *whitelist = given,
        }
        // A group without addresses is no more; only the default one stays.
        whitelists.retain(|name, whitelist| name == "default" || !whitelist.0.is_empty());
        Ok(json!({ "TaskId": "115850000" }))
    }
}
