//! Instances that are clusters: their nodes, and the endpoints that spread reads over them.

use serde::{Deserialize, Serialize};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::instance::Instance;
use super::network::Connection;
use crate::refusal::Refusal;
use endpoints::Endpoint;
pub(super) use endpoints::MAX_ENDPOINTS;
pub(super) use nodes::MAX_NODES;
use nodes::Node;

mod endpoints;
mod nodes;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CreateDBInstanceEndpoint", AccountState::create_endpoint),
    ("CreateDBInstanceEndpointAddress", AccountState::create_endpoint_address),
    ("CreateDBNodes", AccountState::create_nodes),
    ("CreateOrderForDeleteDBNodes", AccountState::order_deletion_of_nodes),
    ("DeleteDBInstanceEndpoint", AccountState::delete_endpoint),
    ("DeleteDBInstanceEndpointAddress", AccountState::delete_endpoint_address),
    ("DeleteDBNodes", AccountState::delete_nodes),
    ("DescribeDBInstanceEndpoints", AccountState::list_endpoints),
    ("MigrateDBNodes", AccountState::migrate_nodes),
    ("ModifyDBInstanceEndpoint", AccountState::modify_endpoint),
    ("ModifyDBInstanceEndpointAddress", AccountState::modify_endpoint_address),
    ("ModifyDBNode", AccountState::modify_nodes),
    ("PreCheckCreateOrderForDeleteDBNodes", AccountState::check_deletion_of_nodes),
];

/// The nodes of a cluster, and its endpoints besides the one for writes, whose addresses are those of the instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Cluster {
    nodes: Vec<Node>,
    endpoints: Vec<Endpoint>,
}

impl Cluster {
    pub(super) fn node_numbers(&self) -> Vec<u64> {
        self.nodes.iter().map(|node| node.number).collect()
    }
}

impl Instance {
    pub(super) fn is_cluster(&self) -> bool {
        self.text("Category").eq_ignore_ascii_case("cluster")
    }

    /// The cluster that the instance is, to be changed. A new one has the nodes of every instance.
    fn cluster_mut(&mut self) -> &mut Cluster {
        let numbers = self.nodes();
        self.cluster.get_or_insert_with(|| Cluster {
            nodes: numbers.into_iter().map(Node::new).collect(),
            endpoints: Vec::new(),
        })
    }

    /// All addresses, also those of endpoints.
    pub(super) fn all_connections(&self) -> impl Iterator<Item = &Connection> {
        let endpoints = self.cluster.iter().flat_map(|cluster| &cluster.endpoints);
        self.connections.iter().chain(endpoints.flat_map(|endpoint| &endpoint.addresses))
    }

    /// How many nodes and endpoints it has.
    pub(super) fn cluster_size(&self) -> (usize, usize) {
        self.cluster.as_ref().map_or((0, 0), |it| (it.nodes.len(), it.endpoints.len()))
    }
}

impl AccountState {
    /// The cluster that a call is about. `code` is for an instance that is none.
    fn cluster(&mut self, call: &Call<'_>, (status, code): (u16, &str)) -> Result<&mut Instance, Refusal> {
        let instance = self.instance(call)?;
        if !instance.is_cluster() {
            let message = format!("The instance {} is no cluster.", instance.id);
            return Err(Refusal::new(status, code, message));
        }
        Ok(instance)
    }

    /// The cluster that a call is to change, if it runs.
    fn running_cluster(&mut self, call: &Call<'_>, code: (u16, &str)) -> Result<&mut Instance, Refusal> {
        let instance = self.cluster(call, code)?;
        if instance.status(call.now) != "Running" {
            let message = format!("The instance is {}, not Running.", instance.status(call.now));
            return Err(Refusal::new(403, "IncorrectDBInstanceState", message));
        }
        Ok(instance)
    }
}
