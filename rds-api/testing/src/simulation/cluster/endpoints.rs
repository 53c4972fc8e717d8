//! The endpoints of a cluster. The one for writes is always there, and has the addresses of the instance; each of the others
//! spreads reads over nodes of its own.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::instance::Instance;
use super::super::network::Connection;
use crate::refusal::Refusal;

/// How many endpoints for reads a cluster has at most.
pub(in crate::simulation) const MAX_ENDPOINTS: usize = 10;

/// The weight of a node that is given none.
const WEIGHT: i64 = 100;

/// The code of the refusal of an instance that has no endpoints.
const NO_CLUSTER: (u16, &str) = (400, "InvalidSourceCategory");

/// An endpoint for reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Endpoint {
    id: String,
    description: String,
    /// The network of its private address, and the switch.
    place: (String, String),
    pub(super) addresses: Vec<Connection>,
    /// The ids of the nodes, and their weights.
    nodes: Vec<(String, i64)>,
}

impl Endpoint {
    pub(super) fn forget_nodes(&mut self, ids: &[String]) {
        self.nodes.retain(|(id, _)| !ids.contains(id));
    }
}

fn refused(code: &str, message: &str) -> Refusal {
    Refusal::new(400, code, message)
}

fn no_endpoint(id: &str) -> Refusal {
    Refusal::new(404, "Endpoint.NotFound", format!("The cluster has no endpoint `{id}`."))
}

fn no_address(string: &str) -> Refusal {
    let message = format!("The endpoint has no address `{string}`.");
    Refusal::new(404, "InvalidConnectionString.NotFound", message)
}

fn address(connection: &Connection, (vpc, switch): (&str, &str)) -> Json {
    let in_vpc = |value: &str| if connection.is_public() { String::new() } else { value.to_owned() };
    json!({
        "ConnectionString": connection.string, "Port": connection.port, "IpAddress": connection.address,
        "IpType": if connection.is_public() { "Public" } else { "Private" }, "VpcId": in_vpc(vpc),
        "VSwitchId": in_vpc(switch),
    })
}

impl Instance {
    /// The id of the endpoint for writes.
    fn primary_endpoint(&self) -> String {
        format!("ep-{}", self.id)
    }

    fn endpoint_mut(&mut self, id: &str) -> Result<&mut Endpoint, Refusal> {
        let endpoints = &mut self.cluster_mut().endpoints;
        endpoints.iter_mut().find(|endpoint| endpoint.id == id).ok_or_else(|| no_endpoint(id))
    }

    /// The addresses of an endpoint.
    fn addresses_mut(&mut self, id: &str) -> Result<&mut Vec<Connection>, Refusal> {
        match id == self.primary_endpoint() {
            true => Ok(&mut self.connections),
            false => self.endpoint_mut(id).map(|endpoint| &mut endpoint.addresses),
        }
    }

    fn endpoints_as_json(&self) -> Vec<Json> {
        let place = (&*self.text("VpcId"), &*self.text("VSwitchId"));
        let primary = json!({
            "EndpointId": self.primary_endpoint(), "EndpointType": "Primary", "EndpointDescription": "",
            "AddressItems": self.connections.iter().map(|it| address(it, place)).collect::<Vec<_>>(),
            "NodeItems": [node_as_json(&self.id, &format!("rn-{}", self.primary_node()), WEIGHT)],
        });
        let endpoints = self.cluster.iter().flat_map(|cluster| &cluster.endpoints).map(|endpoint| {
            let nodes = endpoint.nodes.iter().map(|(node, weight)| node_as_json(&self.id, node, *weight));
            let place = (&*endpoint.place.0, &*endpoint.place.1);
            json!({
                "EndpointId": endpoint.id, "EndpointType": "Readonly", "EndpointDescription": endpoint.description,
                "AddressItems": endpoint.addresses.iter().map(|it| address(it, place)).collect::<Vec<_>>(),
                "NodeItems": nodes.collect::<Vec<_>>(),
            })
        });
        std::iter::once(primary).chain(endpoints).collect()
    }

    /// The nodes that a call names for an endpoint, and their weights.
    fn nodes_of_endpoint(&self, call: &Call<'_>) -> Result<Vec<(String, i64)>, Refusal> {
        let items = call.parameters.get("NodeItems").and_then(Json::as_array);
        let items = items.filter(|items| !items.is_empty());
        let items = items.ok_or_else(|| refused("InvalidNodeItems.BlackNodeItems", "No node is named."))?;
        let known: Vec<String> = self.nodes().iter().map(|number| format!("rn-{number}")).collect();
        let primary = format!("rn-{}", self.primary_node());
        let mut nodes: Vec<(String, i64)> = Vec::new();
        for item in items {
            let id = item["NodeId"].as_str().unwrap_or_default().to_owned();
            if item["DBInstanceId"].as_str().is_some_and(|instance| instance != self.id) {
                return Err(refused("InvalidNodeItems.DBInstanceId", "A node is of another instance."));
            }
            if !known.contains(&id) {
                return Err(refused("InvalidNodeItems.NodeId", &format!("The cluster has no node `{id}`.")));
            }
            if id == primary {
                let message = "The primary node does not serve an endpoint for reads.";
                return Err(refused("InvalidNodeItems.RONodeIdPrimary", message));
            }
            if nodes.iter().any(|(other, _)| *other == id) {
                let message = format!("The node `{id}` is named twice.");
                return Err(refused("InvalidNodeItems.DuplicateNodeId", &message));
            }
            nodes.push((id, item["Weight"].as_i64().unwrap_or(WEIGHT)));
        }
        Ok(nodes)
    }
}

fn node_as_json(instance: &str, node: &str, weight: i64) -> Json {
    json!({ "DBInstanceId": instance, "NodeId": node, "Weight": weight })
}

/// What a call says of an endpoint that it has changed.
fn named(instance: &Instance, endpoint: &str, connection: Option<String>) -> Json {
    json!({ "Data": {
        "DBInstanceName": instance.id, "DBInstanceEndpointId": endpoint, "ConnectionString": connection,
    } })
}

impl AccountState {
    pub(super) fn list_endpoints(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.cluster(call, NO_CLUSTER)?;
        let mut endpoints = instance.endpoints_as_json();
        if let Some(wanted) = call.text("DBInstanceEndpointId") {
            endpoints.retain(|endpoint| endpoint["EndpointId"] == wanted);
        }
        Ok(json!({ "Data": {
            "DBInstanceName": instance.id, "IpVersion": "ipv4", "DBInstanceEndpoints": endpoints,
        } }))
    }

    /// The full address that a call asks for, as the refusal of an endpoint would have it.
    fn endpoint_address(&self, prefix: &str, domain: &str) -> Result<String, Refusal> {
        self.new_address(prefix, domain).map_err(|refusal| match refusal.code.as_str() {
            "InvalidConnectionString.Duplicate" => Refusal { status: 404, ..refusal },
            _ => refusal,
        })
    }

    pub(super) fn create_endpoint(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running_cluster(call, NO_CLUSTER)?;
        if call.text("DBInstanceEndpointType") == Some("Primary") {
            return Err(refused("OtherEndpoint.Exist", "The cluster has an endpoint for writes already."));
        }
        if instance.cluster_size().1 >= MAX_ENDPOINTS {
            let message = format!("A cluster has at most {MAX_ENDPOINTS} endpoints for reads.");
            return Err(refused("EndpointNum.Error", &message));
        }
        let nodes = instance.nodes_of_endpoint(call)?;
        let domain = instance.engine().domain;
        let string =
            self.endpoint_address(call.text("ConnectionStringPrefix").unwrap_or_default(), domain)?;
        let (id, number) = (self.next_id("ep-ro"), self.next("address"));
        let instance = self.instance(call)?;
        let given = call.text("PrivateIpAddress").map(str::to_owned);
        let mut connection = Connection::private(instance);
        connection.string.clone_from(&string);
        connection.port = call.owned("Port");
        connection.address =
            given.unwrap_or_else(|| format!("172.16.{}.{}", 200 + number / 250 % 50, number % 250));
        instance.cluster_mut().endpoints.push(Endpoint {
            id: id.clone(),
            description: call.owned("DBInstanceEndpointDescription"),
            place: (call.owned("VpcId"), call.owned("VSwitchId")),
            addresses: vec![connection],
            nodes,
        });
        instance.change("NET_CREATING", "Running", call.now, takes);
        Ok(named(instance, &id, Some(string)))
    }

    pub(super) fn create_endpoint_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let id = call.owned("DBInstanceEndpointId");
        let instance = self.running_cluster(call, NO_CLUSTER)?;
        let domain = instance.engine().domain;
        if instance.addresses_mut(&id)?.iter().any(Connection::is_public) {
            return Err(Refusal::new(403, "NetTypeExists", "The endpoint has a public address already."));
        }
        let string =
            self.endpoint_address(call.text("ConnectionStringPrefix").unwrap_or_default(), domain)?;
        let connection = Connection::public(string.clone(), call.owned("Port"), self.next("address"));
        let instance = self.instance(call)?;
        instance.addresses_mut(&id)?.push(connection);
        instance.change("NET_CREATING", "Running", call.now, takes);
        Ok(named(instance, &id, Some(string)))
    }

    pub(super) fn modify_endpoint(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = call.owned("DBInstanceEndpointId");
        let instance = self.running_cluster(call, NO_CLUSTER)?;
        let changes_nodes = call.parameters.contains_key("NodeItems");
        if !changes_nodes && call.text("DBInstanceEndpointDescription").is_none() {
            let message = "Neither nodes nor a description are given.";
            return Err(refused("EmptyEndpointNodeConfig", message));
        }
        if id == instance.primary_endpoint() {
            let message = "The endpoint for writes is always served by the primary node.";
            return Err(refused("InvalidDBInstanceConnType.Format", message));
        }
        instance.endpoint_mut(&id)?;
        let nodes = if changes_nodes { Some(instance.nodes_of_endpoint(call)?) } else { None };
        let endpoint = instance.endpoint_mut(&id)?;
        endpoint.nodes = nodes.unwrap_or_else(|| endpoint.nodes.clone());
        if let Some(description) = call.text("DBInstanceEndpointDescription") {
            description.clone_into(&mut endpoint.description);
        }
        Ok(named(instance, &id, None))
    }

    pub(super) fn modify_endpoint_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let id = call.owned("DBInstanceEndpointId");
        let current = call.text("ConnectionString").unwrap_or_default();
        let instance = self.running_cluster(call, NO_CLUSTER)?;
        let domain = instance.engine().domain;
        let place = call.text("VpcId").zip(call.text("VSwitchId"));
        let (prefix, port) = (call.text("ConnectionStringPrefix"), call.text("Port"));
        let is_moved = place.is_some() || call.text("VpcId").is_some() || call.text("VSwitchId").is_some();
        let connection = instance.addresses_mut(&id)?.iter().find(|it| it.string == current);
        let is_public = connection.ok_or_else(|| no_address(current))?.is_public();
        let is_renamed = prefix.is_some() || port.is_some();
        if is_moved == is_renamed || (is_moved && (is_public || place.is_none())) {
            let message = "Either the name or the port changes, or VPC and vSwitch of a private address.";
            return Err(refused("InvalidParamCombination", message));
        }
        let string = match prefix {
            Some(prefix) if current.split('.').next() != Some(prefix) => {
                self.endpoint_address(prefix, domain)?
            }
            _ => current.to_owned(),
        };
        let instance = self.instance(call)?;
        if let Some((vpc, switch)) = place {
            let place = (vpc.to_owned(), switch.to_owned());
            match id == instance.primary_endpoint() {
                true => {
                    instance.set("VpcId", place.0);
                    instance.set("VSwitchId", place.1);
                }
                false => instance.endpoint_mut(&id)?.place = place,
            }
        }
        let addresses = instance.addresses_mut(&id)?;
        if let Some(connection) = addresses.iter_mut().find(|it| it.string == current) {
            connection.string = string;
            if let Some(port) = port {
                port.clone_into(&mut connection.port);
            }
            if let Some(address) = call.text("PrivateIpAddress") {
                address.clone_into(&mut connection.address);
            }
        }
        instance.change("NET_MODIFYING", "Running", call.now, takes);
        Ok(named(instance, &id, None))
    }

    pub(super) fn delete_endpoint(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let id = call.owned("DBInstanceEndpointId");
        let instance = self.running_cluster(call, NO_CLUSTER)?;
        if id == instance.primary_endpoint() {
            return Err(refused("EndpointType.NotSupport", "The endpoint for writes stays."));
        }
        instance.endpoint_mut(&id)?;
        instance.cluster_mut().endpoints.retain(|endpoint| endpoint.id != id);
        instance.change("NET_DELETING", "Running", call.now, takes);
        Ok(named(instance, &id, None))
    }

    pub(super) fn delete_endpoint_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let id = call.owned("DBInstanceEndpointId");
        let string = call.text("ConnectionString").unwrap_or_default();
        let instance = self.running_cluster(call, NO_CLUSTER)?;
        let addresses = instance.addresses_mut(&id)?;
        let found = addresses.iter().find(|it| it.string == string).ok_or_else(|| no_address(string))?;
        if !found.is_public() {
            return Err(refused("InvalidNetType.Format", "A private address goes with its endpoint."));
        }
        addresses.retain(|it| it.string != string);
        instance.change("NET_DELETING", "Running", call.now, takes);
        Ok(named(instance, &id, None))
    }
}
