//! The product that a client calls: everything that differs from one RPC service of Alibaba Cloud to another.
//!
//! Nothing else in this crate knows a product, so a client of another one stands on it unchanged.

use crate::endpoint::{Endpoint, Network};
use crate::error::ErrorCodes;
use crate::secrecy::SensitiveNames;

/// A product of the cloud, as its client knows it.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// The name of the product, such as `Rds`.
    pub product: &'static str,
    /// The version of its API, such as `2014-08-15`.
    pub version: &'static str,
    /// The name and version of the client, which begin the header `User-Agent`.
    pub user_agent: &'static str,
    /// Its hosts.
    pub endpoints: Endpoints,
    /// The wire names of all parameters and members that are secret in any operation.
    pub sensitive_names: &'static [&'static str],
    /// What its error codes mean.
    pub error_codes: ErrorCodes,
}

/// The hosts of a product.
#[derive(Debug, Clone, Copy)]
pub struct Endpoints {
    /// The host of a region that is not in [`regions`](Self::regions), with `{region}` for its id.
    pub rule: &'static str,
    /// The host of any region on another network, with `{network}` for the name of that.
    pub network_rule: &'static str,
    /// Regions with a host of their own, sorted.
    pub regions: &'static [(&'static str, &'static str)],
}

impl Service {
    /// The endpoint of a region on a network.
    ///
    /// Most regions share one host, some have their own, and inside a VPC every region has another. A region that
    /// the specification does not list follows a rule, so a region opened tomorrow works today.
    ///
    /// ```
    /// use rds_api::{Network, SERVICE};
    ///
    /// assert_eq!(SERVICE.endpoint("cn-hangzhou", &Network::Public).host(), "rds.aliyuncs.com");
    /// assert_eq!(SERVICE.endpoint("eu-central-1", &Network::Public).host(), "rds.eu-central-1.aliyuncs.com");
    /// // Unlike the official clients, the network counts in every region.
    /// assert_eq!(SERVICE.endpoint("cn-hangzhou", &Network::Vpc).host(), "rds-vpc.cn-hangzhou.aliyuncs.com");
    /// ```
    pub fn endpoint(&self, region: &str, network: &Network) -> Endpoint {
        let Endpoints { rule, network_rule, regions } = self.endpoints;
        let host = match network.name() {
            Some(network) => network_rule.replace("{network}", network).replace("{region}", region),
            None => match regions.binary_search_by_key(&region, |(id, _)| id) {
                Ok(index) => regions[index].1.to_owned(),
                Err(_) => rule.replace("{region}", region),
            },
        };
        Endpoint::encrypted(host)
    }

    /// The names of what it keeps secret.
    pub fn sensitive(&self) -> SensitiveNames {
        SensitiveNames(self.sensitive_names)
    }
}
