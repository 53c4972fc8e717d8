//! The database proxy of an instance: nodes, endpoints and their addresses.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::instance::Instance;
use crate::refusal::Refusal;
use rds_api::Timestamp;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CalculateDBInstanceWeight", AccountState::calculate_weights),
    ("CreateDBProxyEndpointAddress", AccountState::create_proxy_address),
    ("DeleteDBProxyEndpointAddress", AccountState::delete_proxy_address),
    ("DescribeDBInstanceProxyConfiguration", AccountState::describe_proxy_configuration),
    ("DescribeDBProxy", AccountState::describe_proxy),
    ("DescribeDBProxyEndpoint", AccountState::describe_proxy_endpoint),
    ("GetDbProxyInstanceSsl", AccountState::list_proxy_certificates),
    ("ModifyDBProxy", AccountState::modify_proxy),
    ("ModifyDBProxyEndpoint", AccountState::modify_proxy_endpoint),
    ("ModifyDBProxyEndpointAddress", AccountState::modify_proxy_address),
    ("ModifyDBProxyInstance", AccountState::modify_proxy_instance),
    ("ModifyDbProxyInstanceSsl", AccountState::modify_proxy_certificate),
    ("UpgradeDBProxyInstanceKernelVersion", AccountState::upgrade_proxy),
];

/// A proxy that is on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Proxy {
    name: String,
    count: String,
    kind: String,
    version: String,
    is_persistent: bool,
    /// The network that it was started in, and the switch: those of the instance, unless the call has named others.
    #[serde(default)]
    place: (String, String),
    pub(super) endpoints: Vec<Endpoint>,
}

/// A way into the instance through the proxy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Endpoint {
    id: String,
    alias: String,
    kind: String,
    mode: String,
    features: String,
    max_delay: String,
    distribution: String,
    weights: String,
    addresses: Vec<Address>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Address {
    string: String,
    port: String,
    /// `VPC`, `Classic` or `Public`.
    net: String,
    /// When its certificate expires, if it has one.
    certificate: Option<String>,
}

const VERSIONS: [&str; 2] = ["1.13.11", "2.8.41"];

impl Endpoint {
    fn new(id: String, port: String, kind: &str, mode: &str) -> Self {
        let address = Address {
            string: format!("{id}.rwlb.rds.aliyuncs.com"),
            port,
            net: "VPC".to_owned(),
            certificate: None,
        };
        Self {
            id,
            alias: String::new(),
            kind: kind.to_owned(),
            mode: mode.to_owned(),
            features: "TransactionReadSqlRouteOptimizeStatus:0;ConnectionPersist:0;ReadWriteSpliting:1"
                .to_owned(),
            max_delay: "30".to_owned(),
            distribution: "Standard".to_owned(),
            weights: String::new(),
            addresses: vec![address],
        }
    }

    /// Takes over what a call says of the endpoint.
    fn take(&mut self, call: &Call<'_>) {
        for (name, member) in [
            ("DbEndpointAliases", &mut self.alias),
            ("DbEndpointReadWriteMode", &mut self.mode),
            ("ConfigDBProxyFeatures", &mut self.features),
            ("ReadOnlyInstanceMaxDelayTime", &mut self.max_delay),
            ("ReadOnlyInstanceDistributionType", &mut self.distribution),
            ("ReadOnlyInstanceWeight", &mut self.weights),
        ] {
            if let Some(text) = call.text(name) {
                text.clone_into(member);
            }
        }
    }
}

impl Address {
    fn net_code(&self) -> &'static str {
        match self.net.as_str() {
            "Public" => "0",
            "VPC" => "1",
            _ => "2",
        }
    }

    fn side(&self) -> &'static str {
        if self.net == "Public" { "OuterString" } else { "InnerString" }
    }
}

fn no_proxy() -> Refusal {
    Refusal::new(400, "OperationDenied.ApiForbidden", "The instance has no database proxy.")
}

fn no_address() -> Refusal {
    let message = "The endpoint of the proxy has no such address.";
    Refusal::new(404, "InvalidDBInstanceNetType.NotFound", message)
}

impl Instance {
    fn endpoint(&mut self, id: Option<&str>) -> Result<&mut Endpoint, Refusal> {
        let endpoints = &mut self.proxy.as_mut().ok_or_else(no_proxy)?.endpoints;
        let found = endpoints.iter_mut().find(|endpoint| id.is_none_or(|id| endpoint.id == id));
        found.ok_or_else(|| {
            let message = format!("The proxy has no endpoint {}.", id.unwrap_or_default());
            Refusal::new(404, "Endpoint.NotFound", message)
        })
    }
}

impl AccountState {
    fn modify_proxy(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = self.next_id("ep");
        let takes = self.settings.change_duration;
        let instance = self.running(call)?;
        instance.require_engine(&["MySQL", "PostgreSQL"])?;
        match call.text("ConfigDBProxyService") {
            Some("Startup") => {
                let port = instance.port();
                let place = |given: &str, own: &str| {
                    call.text(given).map_or_else(|| instance.text(own), str::to_owned)
                };
                let place = (place("VPCId", "VpcId"), place("VSwitchId", "VSwitchId"));
                instance.proxy = Some(Proxy {
                    place,
                    name: format!("px-{}", instance.id),
                    count: call.text("DBProxyInstanceNum").unwrap_or("1").to_owned(),
                    kind: call.text("DBProxyInstanceType").unwrap_or("exclusive").to_owned(),
                    version: VERSIONS[1].to_owned(),
                    is_persistent: call.text("PersistentConnectionStatus") == Some("Enabled"),
                    endpoints: vec![Endpoint::new(id, port, "RWSplit", "ReadWrite")],
                });
                instance.change("TRANSING", "Running", call.now, takes);
            }
            Some("Shutdown") => {
                instance.proxy.take().ok_or_else(no_proxy)?;
                instance.change("TRANSING", "Running", call.now, takes);
            }
            _ => {
                let proxy = instance.proxy.as_mut().ok_or_else(no_proxy)?;
                proxy.is_persistent = call.text("PersistentConnectionStatus") == Some("Enabled");
            }
        }
        Ok(json!({}))
    }

    fn modify_proxy_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let proxy = self.running(call)?.proxy.as_mut().ok_or_else(no_proxy)?;
        proxy.count = call.owned("DBProxyInstanceNum");
        proxy.kind = call.owned("DBProxyInstanceType");
        Ok(json!({}))
    }

    fn upgrade_proxy(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let proxy = self.running(call)?.proxy.as_mut().ok_or_else(no_proxy)?;
        proxy.version = call.text("TargetMinorVersion").unwrap_or(VERSIONS[1]).to_owned();
        Ok(json!({ "DBInstanceName": proxy.name }))
    }

    fn describe_proxy(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let Some(proxy) = &instance.proxy else {
            return Ok(json!({ "DBProxyServiceStatus": "Shutdown" }));
        };
        let strings = proxy.endpoints.iter().flat_map(|endpoint| {
            endpoint.addresses.iter().map(|address| {
                json!({
                    "DBProxyConnectString": address.string, "DBProxyConnectStringPort": address.port,
                    "DBProxyConnectStringNetType": address.side(),
                    "DBProxyConnectStringNetWorkType": address.net_code(), "DBProxyEndpointId": endpoint.id,
                    "DBProxyEndpointName": endpoint.id, "DBProxyVpcId": proxy.place.0,
                    "DBProxyVswitchId": proxy.place.1, "DBProxyVpcInstanceId": proxy.name,
                })
            })
        });
        let endpoints = proxy.endpoints.iter().map(|endpoint| {
            json!({
                "DbProxyEndpointAliases": endpoint.alias, "DbProxyEndpointName": endpoint.id,
                "DbProxyEndpointType": endpoint.kind, "DbProxyReadWriteMode": endpoint.mode,
            })
        });
        let count = proxy.count.parse::<u64>().unwrap_or(1).min(60);
        let zone = instance.text("ZoneId");
        let nodes = (1..=count).map(
            |node| json!({ "nodeId": format!("{}-{node}", proxy.name), "cpuCores": "1", "zoneId": zone }),
        );
        let status =
            if instance.status(call.now) == "Running" { "Running" } else { "DBInstanceClassChanging" };
        Ok(json!({
            "DBProxyServiceStatus": "Startup", "DBProxyInstanceStatus": status, "DBProxyInstanceName": proxy.name,
            "DBProxyInstanceNum": count, "DBProxyInstanceSize": format!("{count}/{}", 2 * count),
            "DBProxyInstanceType": if proxy.kind == "common" { "3" } else { "2" }, "DBProxyEngineType": "normal",
            "DBProxyPersistentConnectionStatus": if proxy.is_persistent { "Enabled" } else { "Disabled" },
            "DBProxyInstanceCurrentMinorVersion": proxy.version, "DBProxyInstanceLatestMinorVersion": VERSIONS[1],
            "DBProxyInstanceMinorVersions": VERSIONS, "DBProxyAVZones": [zone],
            "DBProxyConnectStringItems": strings.collect::<Vec<_>>(),
            "DbProxyEndpointItems": endpoints.collect::<Vec<_>>(), "DBProxyNodes": nodes.collect::<Vec<_>>(),
            "ResourceGroupId": instance.text("ResourceGroupId"),
        }))
    }

    fn describe_proxy_endpoint(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let zone = instance.text("ZoneId");
        let (vpc, vswitch) = instance.proxy.as_ref().ok_or_else(no_proxy)?.place.clone();
        let id = instance.id.clone();
        let endpoint = instance.endpoint(call.text("DBProxyEndpointId"))?.clone();
        let weights = self.spread(&id, &endpoint.distribution, &endpoint.weights);
        let addresses = endpoint.addresses.iter().map(|address| {
            json!({
                "DbProxyEndpointConnectString": address.string, "DbProxyEndpointPort": address.port,
                "DbProxyEndpointNetType": address.net_code(),
            })
        });
        let addresses: Vec<Json> = addresses.collect();
        let first = endpoint.addresses.first();
        Ok(json!({
            "DBProxyEndpointId": endpoint.id, "DbProxyEndpointAliases": endpoint.alias,
            "DbProxyEndpointReadWriteMode": endpoint.mode, "DBProxyFeatures": endpoint.features,
            "ReadOnlyInstanceMaxDelayTime": endpoint.max_delay, "ReadOnlyInstanceWeight": weights,
            "ReadOnlyInstanceDistributionType": endpoint.distribution, "DBProxyEngineType": "normal",
            "DBProxyConnectString": first.map(|it| it.string.as_str()).unwrap_or_default(),
            "DBProxyConnectStringPort": first.map(|it| it.port.as_str()).unwrap_or_default(),
            "DBProxyConnectStringNetType": first.map(Address::side).unwrap_or_default(),
            "EndpointConnectItems": addresses, "DbProxyEndpointVpcId": vpc,
            "DbProxyEndpointVswitchId": vswitch, "DbProxyEndpointZoneId": zone,
            "CausalConsistReadTimeout": "10", "DBProxyEndpointMinSlaveCount": "0",
        }))
    }

    fn modify_proxy_endpoint(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = self.next_id("ep");
        let instance = self.running(call)?;
        let port = instance.port();
        match call.text("DbEndpointOperator") {
            Some("Create") => {
                let proxy = instance.proxy.as_mut().ok_or_else(no_proxy)?;
                let kind = call.text("DbEndpointType").unwrap_or("RWSplit");
                let mut endpoint = Endpoint::new(id, port, kind, "ReadOnly");
                endpoint.take(call);
                proxy.endpoints.push(endpoint);
            }
            Some("Delete") => {
                let gone = instance.endpoint(call.text("DBProxyEndpointId"))?.id.clone();
                let proxy = instance.proxy.as_mut().ok_or_else(no_proxy)?;
                proxy.endpoints.retain(|endpoint| endpoint.id != gone);
            }
            _ => instance.endpoint(call.text("DBProxyEndpointId"))?.take(call),
        }
        Ok(json!({}))
    }

    fn create_proxy_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        let port = call.text("DBProxyNewConnectStringPort").map_or_else(|| instance.port(), str::to_owned);
        let endpoint = instance.endpoint(call.text("DBProxyEndpointId"))?;
        let net = call.owned("DBProxyConnectStringNetType");
        if endpoint.addresses.iter().any(|address| address.net == net) {
            let message = format!("The endpoint has an address of the type {net} already.");
            return Err(Refusal::new(400, "NetTypeExists", message));
        }
        let string = format!("{}.rwlb.rds.aliyuncs.com", call.owned("ConnectionStringPrefix"));
        endpoint.addresses.push(Address { string, port, net, certificate: None });
        Ok(json!({}))
    }

    fn modify_proxy_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let endpoint = self.running(call)?.endpoint(call.text("DBProxyEndpointId"))?;
        let net = call.text("DBProxyConnectStringNetType").unwrap_or("VPC");
        let address = endpoint.addresses.iter_mut().find(|it| it.net == net).ok_or_else(no_address)?;
        if let Some(prefix) = call.text("DBProxyNewConnectString") {
            address.string = format!("{prefix}.rwlb.rds.aliyuncs.com");
        }
        if let Some(port) = call.text("DBProxyNewConnectStringPort") {
            port.clone_into(&mut address.port);
        }
        Ok(json!({}))
    }

    fn delete_proxy_address(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let endpoint = self.running(call)?.endpoint(call.text("DBProxyEndpointId"))?;
        let net = call.text("DBProxyConnectStringNetType").unwrap_or_default();
        let before = endpoint.addresses.len();
        endpoint.addresses.retain(|address| address.net != net);
        if endpoint.addresses.len() == before { Err(no_address()) } else { Ok(json!({})) }
    }

    fn modify_proxy_certificate(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let string = call.owned("DbProxyConnectString");
        let endpoint = self.running(call)?.endpoint(call.text("DbProxyEndpointId"))?;
        let address = endpoint.addresses.iter_mut().find(|it| it.string == string).ok_or_else(no_address)?;
        let year = std::time::Duration::from_secs(365 * 24 * 3600);
        let expires = Timestamp::from_system_time_secs(call.now + year).to_string();
        // 0 takes the certificate away, 1 makes one, and 2 makes a new one.
        address.certificate = (call.text("DbProxySslEnabled") != Some("0")).then_some(expires);
        Ok(json!({}))
    }

    fn list_proxy_certificates(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let endpoints = instance.proxy.iter().flat_map(|proxy| &proxy.endpoints);
        let certificates = endpoints.flat_map(|endpoint| {
            let certified = endpoint.addresses.iter().filter(|address| address.certificate.is_some());
            certified.map(|address| {
                json!({
                    "CertCommonName": address.string, "SslExpiredTime": address.certificate,
                    "EndpointName": endpoint.id, "EndpointType": endpoint.kind, "DbInstanceName": instance.id,
                })
            })
        });
        Ok(json!({ "DbProxyCertListItems": certificates.collect::<Vec<_>>() }))
    }

    fn describe_proxy_configuration(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let is_on = self.instance(call)?.proxy.is_some();
        let status = |is_on: bool| format!("{{\"status\":\"{}\"}}", if is_on { "Enable" } else { "Disable" });
        Ok(json!({
            "TransparentSwitchConfiguration": status(is_on), "PersistentConnectionsConfiguration": status(false),
            "AttacksProtectionConfiguration": status(false),
        }))
    }

    fn calculate_weights(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = self.instance(call)?.id.clone();
        let weights = self.readers(&id).into_iter().map(|(instance, kind, weight)| {
            json!({
                "DBInstanceId": instance.id, "DBInstanceType": kind, "Weight": weight.to_string(),
                "ReadonlyInstanceSQLDelayedTime": instance.text("ReadonlyInstanceSQLDelayedTime"),
            })
        });
        Ok(json!({ "Items": weights.collect::<Vec<_>>() }))
    }

    /// What reads are spread over, an instance and those that read for it, with the weight that each has by itself: in
    /// proportion to its memory, in steps of a hundred.
    fn readers(&self, id: &str) -> Vec<(&Instance, &'static str, u64)> {
        let Some(primary) = self.instances.get(id) else { return Vec::new() };
        let readers = primary.read_only_ids.iter().filter_map(|id| self.instances.get(id));
        let readers = readers.map(|reader| (reader, "Readonly"));
        let all = std::iter::once((primary, "Master")).chain(readers);
        let weighed = all.map(|(instance, kind)| {
            let memory =
                instance.properties.get("DBInstanceMemory").and_then(Json::as_u64).unwrap_or_default();
            (instance.as_ref(), kind, memory / 1024 * 100)
        });
        weighed.collect()
    }

    /// How an endpoint says that reads are spread: as JSON, and by the weights that were given where they are to be.
    fn spread(&self, id: &str, distribution: &str, given: &str) -> String {
        let given: Option<Map<String, Json>> =
            serde_json::from_str(given).ok().filter(|_| distribution == "Custom");
        let weights = self.readers(id).into_iter().filter_map(|(instance, kind, own)| {
            let weight = match &given {
                None => own,
                Some(given) => {
                    let weight = given.get(&instance.id)?;
                    weight.as_u64().or_else(|| weight.as_str()?.parse().ok())?
                }
            };
            Some(json!({ "DBInstanceId": instance.id, "DBInstanceType": kind, "Weight": weight }))
        });
        Json::Array(weights.collect()).to_string()
    }
}
