//! An instance: its properties, its state, and everything in it.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::accounts::Account;
use super::backups::Backups;
use super::catalog::engines::{Class, ENGINES, Engine};
use super::catalog::regions;
use super::cluster::Cluster;
use super::cross_region::CrossRegion;
use super::databases::Database;
use super::logs::Logs;
use super::network::Connection;
use super::parameters::ParameterChange;
use super::proxy::Proxy;
use super::records::Record;
use super::whitelists::Whitelist;
use crate::refusal::Refusal;
use rds_api::Timestamp;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) engine: String,
    pub(super) engine_version: String,
    pub(super) region: String,
    pub(super) created: SystemTime,
    /// Distinguishes the nodes of the instance from those of others.
    pub(super) number: u64,
    /// What responses say of the instance and no other field holds, by wire name.
    pub(super) properties: Map<String, Json>,
    /// Settings that one operation changes and another shows, by the name of the latter.
    pub(super) settings: BTreeMap<String, Record>,
    pub(super) read_only_ids: Vec<String>,
    pub(super) connections: Vec<Connection>,
    pub(super) accounts: BTreeMap<String, Account>,
    pub(super) databases: BTreeMap<String, Database>,
    pub(super) whitelists: BTreeMap<String, Whitelist>,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) parameter_changes: Vec<ParameterChange>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) backups: Backups,
    pub(super) logs: Logs,
    pub(super) proxy: Option<Proxy>,
    /// Its nodes and endpoints, once they are others than those of a new instance.
    #[serde(default)]
    pub(super) cluster: Option<Cluster>,
    /// What is copied to another region.
    #[serde(default)]
    pub(super) cross_region: CrossRegion,
    state: InstanceState,
}

/// The state of an instance: settled, or in transition to a settled one.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct InstanceState {
    settled: String,
    transition: Option<Transition>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Transition {
    status: String,
    since: SystemTime,
    takes: Duration,
}

/// The settled state of an instance that is no longer there.
const RELEASED: &str = "Released";

/// The resource group of what has been put into no other.
pub(super) const DEFAULT_RESOURCE_GROUP: &str = "rg-fakedefault";

impl Instance {
    /// A new instance as the service makes it of an engine, a version and a class, unless told otherwise.
    pub(super) fn new(
        id: String,
        number: u64,
        (engine, version, class): (&Engine, &str, &Class),
        region: &str,
        now: SystemTime,
    ) -> Self {
        let zone = regions::first_zone(region);
        let kernels = engine.kernel_versions();
        let has_time_zone = engine.name == "SQLServer";
        let properties = json!({
            "DBInstanceType": "Primary", "DBInstanceNetType": "Intranet", "InstanceNetworkType": "VPC",
            "PayType": "Postpaid", "DBInstanceStorage": engine.least_storage,
            "DBInstanceStorageType": engine.storage_types[0], "Category": class.category, "ZoneId": zone,
            "VpcId": regions::network(region), "VSwitchId": regions::switch(&zone),
            "ConnectionMode": "Standard", "LockMode": "Unlock", "ResourceGroupId": DEFAULT_RESOURCE_GROUP,
            "MaintainTime": "18:00Z-22:00Z", "AutoUpgradeMinorVersion": "Auto", "SecurityIPMode": "normal",
            "DeletionProtection": false, "AvailabilityValue": "100.0%", "InstructionSetArch": "x86",
            "IPType": "IPv4", "IoAccelerationEnabled": "0", "BpeEnabled": "0", "ConsoleVersion": "2",
            "ProxyType": 2, "kindCode": "18", "VectorSupportStatus": "OFF", "SuperPermissionMode": "Disabled",
            "CompressionMode": "off", "SupportCompression": engine.name == "MySQL",
            "PGBouncerEnabled": "false", "CurrentKernelVersion": kernels[2], "LatestKernelVersion": kernels[2],
            "TimeZone": if has_time_zone { "China Standard Time" } else { "" },
            "Collation": if has_time_zone { "Chinese_PRC_CI_AS" } else { "" },
            "ServerlessConfig": {}, "Extra": {}, "SlaveZones": [], "AutoRenewal": false, "VpcName": "default",
        });
        let mut instance = Self {
            id,
            engine: engine.name.to_owned(),
            engine_version: version.to_owned(),
            region: region.to_owned(),
            created: now,
            number,
            properties: super::records::record(properties),
            settings: BTreeMap::new(),
            read_only_ids: Vec::new(),
            connections: Vec::new(),
            accounts: BTreeMap::new(),
            databases: BTreeMap::new(),
            whitelists: BTreeMap::from([("default".to_owned(), Whitelist::of_loopback())]),
            parameters: BTreeMap::new(),
            parameter_changes: Vec::new(),
            tags: BTreeMap::new(),
            backups: Backups::default(),
            logs: Logs::default(),
            proxy: None,
            cluster: None,
            cross_region: CrossRegion::default(),
            state: InstanceState { settled: "Running".to_owned(), transition: None },
        };
        instance.set_class(class);
        instance.connections.push(Connection::private(&instance));
        instance
    }

    /// Gives the instance a class, and what follows from it.
    pub(super) fn set_class(&mut self, class: &Class) {
        let group = if class.category == "Basic" { "s" } else { class.group };
        for (name, value) in [
            ("DBInstanceClass", json!(class.code)),
            ("DBInstanceClassType", json!(group)),
            ("DBInstanceCPU", json!(class.cpu)),
            ("DBInstanceMemory", json!(class.memory_mb)),
            ("MaxConnections", json!(class.connections)),
            ("MaxIOPS", json!(class.iops)),
            ("MaxIOMBPS", json!(class.bandwidth())),
        ] {
            self.set(name, value);
        }
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<Json>) {
        self.properties.insert(name.to_owned(), value.into());
    }

    /// A property that is text; empty if there is none.
    pub(super) fn text(&self, name: &str) -> String {
        super::records::text(&self.properties, name).to_owned()
    }

    /// The storage in GB.
    pub(super) fn storage(&self) -> i64 {
        self.properties.get("DBInstanceStorage").and_then(Json::as_i64).unwrap_or_default()
    }

    pub(super) fn engine(&self) -> &'static Engine {
        Engine::named(&self.engine).unwrap_or(&ENGINES[0])
    }

    /// The ids of the nodes, the primary first.
    pub(super) fn nodes(&self) -> Vec<u64> {
        if let Some(cluster) = &self.cluster {
            return cluster.node_numbers();
        }
        let count = if self.text("Category") == "Basic" || self.is_read_only() { 1 } else { 2 };
        (0..count).map(|node| 5_880_000 + 10 * self.number + node).collect()
    }

    pub(super) fn is_read_only(&self) -> bool {
        self.text("DBInstanceType") == "Readonly"
    }

    /// The name of the present state.
    pub(super) fn status(&self, now: SystemTime) -> &str {
        match &self.state.transition {
            // Not by the time of its end, which may be later than a clock can say.
            Some(Transition { status, since, takes })
                if now.duration_since(*since).unwrap_or_default() < *takes =>
            {
                status
            }
            _ => &self.state.settled,
        }
    }

    /// Goes through one state to another.
    pub(super) fn change(&mut self, through: &str, settled: &str, now: SystemTime, takes: Duration) {
        let transition = Transition { status: through.to_owned(), since: now, takes };
        self.state = InstanceState { settled: settled.to_owned(), transition: Some(transition) };
    }

    /// When the latest change of the state began.
    pub(super) fn changed_at(&self) -> Option<SystemTime> {
        self.state.transition.as_ref().map(|transition| transition.since)
    }

    /// Begins the release.
    pub(super) fn release(&mut self, now: SystemTime, takes: Duration) {
        self.change("Deleting", RELEASED, now, takes);
    }

    pub(super) fn is_gone(&self, now: SystemTime) -> bool {
        self.status(now) == RELEASED
    }

    /// Refuses a call that the state does not allow.
    pub(super) fn require_status(&self, status: &str, now: SystemTime) -> Result<(), Refusal> {
        if self.status(now) == status {
            return Ok(());
        }
        let message =
            format!("The operation is not permitted: the instance is {}, not {status}.", self.status(now));
        Err(Refusal::new(403, "OperationDenied.DBInstanceStatus", message))
    }

    /// Refuses a call that only instances of some engines take.
    pub(super) fn require_engine(&self, engines: &[&str]) -> Result<(), Refusal> {
        if engines.contains(&self.engine.as_str()) {
            return Ok(());
        }
        let message =
            format!("The operation is for {}, and the instance is {}.", engines.join(", "), self.engine);
        Err(Refusal::new(400, "InvalidEngine.NotSupported", message))
    }

    pub(super) fn connection_string(&self) -> String {
        self.connections.first().map(|it| it.string.clone()).unwrap_or_default()
    }

    pub(super) fn port(&self) -> String {
        self.connections.first().map(|it| it.port.clone()).unwrap_or_default()
    }

    /// The instance as every response that has one shows it; what the specification of one does not have is left out
    /// there.
    pub(super) fn to_json(&self, now: SystemTime) -> Json {
        let mut members = self.properties.clone();
        let read_only: Vec<Json> =
            self.read_only_ids.iter().map(|id| json!({ "DBInstanceId": id })).collect();
        let created = Timestamp::from_system_time_secs(self.created).to_string();
        let has_slave =
            self.properties.get("SlaveZones").and_then(Json::as_array).is_some_and(|it| !it.is_empty());
        let own = json!({
            "DBInstanceId": self.id, "DBInstanceStatus": self.status(now), "Engine": self.engine,
            "EngineVersion": self.engine_version, "RegionId": self.region, "CreateTime": created,
            "CreationTime": created, "ConnectionString": self.connection_string(), "Port": self.port(),
            "ReadOnlyDBInstanceIds": read_only, "VpcCloudInstanceId": self.id, "InsId": 1,
            "MutriORsignle": has_slave, "MasterZone": self.text("ZoneId"),
            "AccountMaxQuantity": super::accounts::QUOTA, "DBMaxQuantity": super::databases::QUOTA,
            "SecurityIPList": self.whitelists.get("default").map(Whitelist::text).unwrap_or_default(),
            "CanTempUpgrade": self.text("PayType") == "Prepaid", "ExpireTime": self.expires(),
            "DBInstanceDiskUsed": self.disk_used(), "DBClusterNodes": self.cluster_nodes(now),
        });
        members.extend(super::records::record(own));
        Json::Object(members)
    }

    /// When the instance expires; empty unless it is paid in advance.
    pub(super) fn expires(&self) -> String {
        if self.text("PayType") == "Prepaid" { self.text("ExpireTime") } else { String::new() }
    }

    /// The bytes that the data takes: 1 GB, and 10 MB for each database.
    pub(super) fn disk_used(&self) -> u64 {
        (1 << 30) + 10 * (1 << 20) * self.databases.len() as u64
    }
}
