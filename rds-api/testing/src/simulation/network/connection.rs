//! One address of an instance.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::super::call::Call;
use super::super::instance::Instance;

/// An address under which an instance is reached.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::simulation) struct Connection {
    pub(in crate::simulation) string: String,
    pub(in crate::simulation) port: String,
    pub(super) kind: Kind,
    pub(in crate::simulation) address: String,
    /// When a classic address that was retained is given up.
    pub(super) expires: Option<SystemTime>,
    pub(super) splitting: Option<Splitting>,
}

/// The network that an address is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Inner,
    Private,
    Public,
}

/// How an address splits reads from writes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Splitting {
    pub(super) distribution: String,
    pub(super) max_delay: String,
    /// As JSON, by instance.
    pub(super) weight: String,
}

impl Connection {
    /// The private address that an instance has from the start.
    pub(in crate::simulation) fn private(instance: &Instance) -> Self {
        let number = instance.number;
        Self {
            string: format!("{}.{}.rds.aliyuncs.com", instance.id, instance.engine().domain),
            port: instance.engine().port.to_string(),
            kind: Kind::Private,
            address: format!("172.16.{}.{}", number / 200 % 250, 10 + number % 200),
            expires: None,
            splitting: None,
        }
    }

    pub(in crate::simulation) fn public(string: String, port: String, number: u64) -> Self {
        let address = format!("47.96.{}.{}", number / 200 % 250, 10 + number % 200);
        Self { string, port, kind: Kind::Public, address, expires: None, splitting: None }
    }

    pub(in crate::simulation) fn is_public(&self) -> bool {
        self.kind == Kind::Public
    }

    /// Gives an address the place that the call for a new instance asks for.
    pub(in crate::simulation) fn place(&mut self, call: &Call<'_>, prefix: Option<&str>, domain: &str) {
        if let Some(prefix) = prefix {
            self.string = format!("{prefix}.{domain}.rds.aliyuncs.com");
        }
        if let Some(port) = call.text("Port") {
            port.clone_into(&mut self.port);
        }
        if let Some(address) = call.text("PrivateIpAddress") {
            address.clone_into(&mut self.address);
        }
        if call.text("InstanceNetworkType") == Some("Classic") && call.text("VPCId").is_none() {
            self.kind = Kind::Inner;
        }
    }

    pub(super) fn to_json(&self, instance: &Instance, now: SystemTime) -> Json {
        let in_vpc = |value: String| if self.kind == Kind::Private { value } else { String::new() };
        let groups = instance
            .whitelists
            .iter()
            .map(|(name, whitelist)| json!({ "SecurityIPGroupName": name, "SecurityIPs": whitelist.text() }));
        let left = self.expires.and_then(|expires| expires.duration_since(now).ok());
        let left = left.map(|left| left.as_secs().to_string()).unwrap_or_default();
        let kind = if self.splitting.is_some() { "ReadWriteSplitting" } else { "Normal" };
        let splitting = self.splitting.as_ref();
        json!({
            "ConnectionString": self.string, "Port": self.port, "IPAddress": self.address,
            "IPType": format!("{:?}", self.kind), "ConnectionStringType": kind,
            "VPCId": in_vpc(instance.text("VpcId")), "VSwitchId": in_vpc(instance.text("VSwitchId")),
            "ExpiredTime": left, "expiredTime": left, "Upgradeable": "Disabled", "Availability": "Available",
            "SecurityIPGroups": groups.collect::<Vec<_>>(),
            "PGBouncerPort": if instance.text("PGBouncerEnabled") == "true" { "6432" } else { "" },
            "DistributionType": splitting.map(|it| it.distribution.clone()).unwrap_or_default(),
            "MaxDelayTime": splitting.map(|it| it.max_delay.clone()).unwrap_or_default(),
            "DBInstanceWeights": splitting.map(|it| it.weights(instance)).unwrap_or_default(),
        })
    }
}

impl Splitting {
    /// The weight of the instance and of each that reads for it.
    fn weights(&self, instance: &Instance) -> Vec<Json> {
        let given: Json = serde_json::from_str(&self.weight).unwrap_or_default();
        let weight = |id: &str| given.get(id).map_or("100".to_owned(), |it| it.to_string().replace('"', ""));
        let ids = std::iter::once((&instance.id, "Master"));
        let ids = ids.chain(instance.read_only_ids.iter().map(|id| (id, "Readonly")));
        let weights = ids.map(|(id, kind)| {
            json!({
                "DBInstanceId": id, "DBInstanceType": kind, "Role": kind, "Availability": "Available",
                "Weight": weight(id),
            })
        });
        weights.collect()
    }
}
