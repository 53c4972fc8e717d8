//! The nodes of a cluster: added, resized, moved and removed.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::catalog::regions;
use super::super::instance::Instance;
use super::super::journal::share;
use crate::refusal::Refusal;

/// A primary, and seven that follow it.
pub(in crate::simulation) const MAX_NODES: usize = 8;

const MIN_NODES: usize = 2;

/// The code of the refusal of an instance that has no nodes to speak of.
const NO_CLUSTER: (u16, &str) = (403, "OperationDenied.DBType");

/// A node of a cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Node {
    pub(super) number: u64,
    /// Its class; that of the instance unless it has another.
    class: Option<String>,
    /// Its zone; that of the instance unless it has another.
    zone: Option<String>,
    /// What is being done to it.
    change: Option<(String, SystemTime, Duration)>,
}

impl Node {
    pub(super) fn new(number: u64) -> Self {
        Self { number, class: None, zone: None, change: None }
    }

    pub(super) fn id(&self) -> String {
        format!("rn-{}", self.number)
    }

    fn status(&self, now: SystemTime) -> &str {
        match &self.change {
            Some((status, since, takes)) if share(*since, *takes, now) < 1.0 => status,
            _ => "active",
        }
    }
}

fn refused(code: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(400, code, message)
}

/// The text of a member of an element of the parameter `DBNode`.
fn text<'n>(node: &'n Json, name: &str) -> &'n str {
    node[name].as_str().unwrap_or_default()
}

/// The elements of the parameter `DBNode`.
fn given<'c>(call: &Call<'c>) -> &'c [Json] {
    call.parameters.get("DBNode").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}

impl Instance {
    /// The nodes as the instance shows them, the primary first.
    pub(in crate::simulation) fn cluster_nodes(&self, now: SystemTime) -> Vec<Json> {
        if !self.is_cluster() {
            return Vec::new();
        }
        let mut nodes = match &self.cluster {
            Some(cluster) => cluster.nodes.clone(),
            None => self.nodes().into_iter().map(Node::new).collect(),
        };
        let primary = self.primary_node();
        nodes.sort_by_key(|node| node.number != primary);
        let nodes = nodes.into_iter().map(|node| {
            let class = node.class.as_deref().and_then(|code| self.engine().class(code));
            let of_class = |name: &str, of: fn(&super::super::catalog::engines::Class) -> Json| {
                class.as_ref().map_or_else(|| self.properties.get(name).cloned(), |class| Some(of(class)))
            };
            json!({
                "NodeId": node.id(), "NodeRole": if node.number == primary { "primary" } else { "secondary" },
                "NodeZoneId": node.zone.clone().unwrap_or_else(|| self.text("ZoneId")), "NodeRegionId": self.region,
                "ClassCode": of_class("DBInstanceClass", |it| it.code.clone().into()),
                "ClassType": of_class("DBInstanceClassType", |it| it.group.into()),
                "Cpu": of_class("DBInstanceCPU", |it| it.cpu.into()),
                "Memory": of_class("DBInstanceMemory", |it| it.memory_mb.into()), "Status": node.status(now),
            })
        });
        nodes.collect()
    }

    pub(super) fn primary_node(&self) -> u64 {
        self.ordered_nodes().first().and_then(|node| node.parse().ok()).unwrap_or_default()
    }

    /// Refuses a class that no node of this engine can have.
    fn check_node_class(&self, code: &str, refusal: &str) -> Result<(), Refusal> {
        match self.engine().class(code) {
            Some(class) if class.category == "cluster" => Ok(()),
            _ => Err(refused(refusal, format!("There is no class `{code}` of nodes of {}.", self.engine))),
        }
    }

    fn check_node_zone(&self, zone: &str) -> Result<(), Refusal> {
        match regions::zones(&self.region).iter().any(|known| known == zone) {
            true => Ok(()),
            false => {
                let message = format!("The region {} has no zone `{zone}`.", self.region);
                Err(refused("DBNodeParameter.InvalidValue", message))
            }
        }
    }

    fn node_mut(&mut self, id: &str) -> Result<&mut Node, Refusal> {
        let nodes = &mut self.cluster_mut().nodes;
        nodes
            .iter_mut()
            .find(|node| node.id() == id)
            .ok_or_else(|| no_node(id, "DBNodeIdParameter.NotExists"))
    }

    /// Why these nodes cannot be removed: the code for each reason depends on the operation.
    fn check_deletion(&self, ids: &[String], codes: &DeletionCodes) -> Result<(), Refusal> {
        let numbers = self.nodes();
        let known: Vec<String> = numbers.iter().map(|number| format!("rn-{number}")).collect();
        if ids.is_empty() {
            return Err(refused(codes.none, "No node is named."));
        }
        if let Some(unknown) = ids.iter().find(|id| !known.contains(id)) {
            return Err(no_node(unknown, codes.unknown));
        }
        if ids.contains(&format!("rn-{}", self.primary_node())) {
            return Err(refused(codes.primary, "The primary node cannot be removed."));
        }
        let left = known.iter().filter(|id| !ids.contains(id)).count();
        if left < MIN_NODES {
            return Err(refused(codes.too_few, format!("A cluster has at least {MIN_NODES} nodes.")));
        }
        Ok(())
    }

    fn remove_nodes(&mut self, ids: &[String], now: SystemTime, takes: Duration) {
        let cluster = self.cluster_mut();
        cluster.nodes.retain(|node| !ids.contains(&node.id()));
        for endpoint in &mut cluster.endpoints {
            endpoint.forget_nodes(ids);
        }
        self.change("DBInstanceClassChanging", "Running", now, takes);
    }
}

fn no_node(id: &str, code: &str) -> Refusal {
    refused(code, format!("The cluster has no node `{id}`."))
}

/// The codes with which an operation refuses to remove nodes.
struct DeletionCodes {
    none: &'static str,
    unknown: &'static str,
    primary: &'static str,
    too_few: &'static str,
}

const OF_DELETION: DeletionCodes = DeletionCodes {
    none: "DBNodeIdParameterNotFound",
    unknown: "DBNodeIdParameter.NotExists",
    primary: "DBNodeIdParameter.IncludePrimary",
    too_few: "DBNodeParameter.TooFewItems",
};

const OF_ORDER: DeletionCodes = DeletionCodes {
    none: "DBNodeIdParameterNotFound",
    unknown: "DBNodeIdParameterInvalid",
    primary: "DBNodeIdParameterInvalid",
    too_few: "DBNodeParameterTooFewItems",
};

impl AccountState {
    pub(super) fn create_nodes(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running_cluster(call, NO_CLUSTER)?;
        let wanted = given(call);
        if instance.nodes().len() + wanted.len() > MAX_NODES {
            let message = format!("A cluster has at most {MAX_NODES} nodes.");
            return Err(refused("DBNodeParameterTooManyItems", message));
        }
        for node in wanted {
            instance.check_node_class(text(node, "classCode"), "DBNodeParameter.InvalidClassCode")?;
            instance.check_node_zone(text(node, "zoneId"))?;
        }
        let nodes: Vec<Node> = wanted
            .iter()
            .map(|node| Node {
                number: 5_990_000_000 + self.next("node"),
                class: Some(text(node, "classCode").to_owned()),
                zone: Some(text(node, "zoneId").to_owned()),
                change: Some(("creating".to_owned(), call.now, takes)),
            })
            .collect();
        let ids: Vec<String> = nodes.iter().map(Node::id).collect();
        let instance = self.instance(call)?;
        instance.cluster_mut().nodes.extend(nodes);
        instance.change("DBInstanceClassChanging", "Running", call.now, takes);
        Ok(json!({ "DBInstanceId": instance.id, "NodeIds": ids.join(",") }))
    }

    pub(super) fn delete_nodes(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let ids = call.texts("DBNodeId");
        let instance = self.running_cluster(call, NO_CLUSTER)?;
        instance.check_deletion(&ids, &OF_DELETION)?;
        instance.remove_nodes(&ids, call.now, takes);
        Ok(json!({ "DBInstanceId": instance.id }))
    }

    pub(super) fn order_deletion_of_nodes(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let ids = call.texts("DBNodeId");
        let instance = self.running_cluster(call, NO_CLUSTER)?;
        instance.check_deletion(&ids, &OF_ORDER)?;
        // What is not paid is not done.
        if call.parameters.get("AutoPay") != Some(&Json::Bool(false)) {
            instance.remove_nodes(&ids, call.now, takes);
        }
        Ok(json!({ "DBInstanceId": instance.id }))
    }

    pub(super) fn check_deletion_of_nodes(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ids = call.texts("DBNodeId");
        let checked = self.running_cluster(call, NO_CLUSTER);
        let checked = checked.and_then(|instance| instance.check_deletion(&ids, &OF_ORDER));
        let (code, message) = match &checked {
            Ok(()) => ("200", "success"),
            Err(refusal) if refusal.status == 404 => ("404", &*refusal.message),
            Err(refusal) => ("400", &*refusal.message),
        };
        Ok(json!({
            "PreCheckResult": checked.is_ok(), "Failures": [{ "Code": code, "Message": message }],
        }))
    }

    pub(super) fn modify_nodes(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running_cluster(call, NO_CLUSTER)?;
        let changes = given(call);
        let (storage, kind) = (call.integer("DBInstanceStorage"), call.text("DBInstanceStorageType"));
        if changes.is_empty() && storage.is_none() && kind.is_none() {
            return Err(refused("DBNodeParameterRequired", "Neither nodes nor storage are to change."));
        }
        if storage.is_some_and(|storage| storage < instance.storage()) {
            let message = format!("The storage is {} GB and cannot shrink.", instance.storage());
            return Err(refused("UnsupportedOperationDirection.DiskDowngrade", message));
        }
        let known = instance.nodes();
        for node in changes {
            let id = text(node, "nodeId");
            if !known.iter().any(|number| format!("rn-{number}") == id) {
                return Err(no_node(id, "DBNodeIdParameter.NotExists"));
            }
            instance.check_node_class(text(node, "classCode"), "InvalidClassCode")?;
        }
        let is_paid = call.parameters.get("AutoPay") != Some(&Json::Bool(false));
        if is_paid && !call.is_true("DryRun") {
            for change in changes {
                let node = instance.node_mut(text(change, "nodeId"))?;
                node.class = Some(text(change, "classCode").to_owned());
                node.change = Some(("classchanging".to_owned(), call.now, takes));
            }
            if let Some(storage) = storage {
                instance.set("DBInstanceStorage", storage);
            }
            if let Some(kind) = kind {
                instance.set("DBInstanceStorageType", kind);
            }
            instance.change("DBInstanceClassChanging", "Running", call.now, takes);
        }
        Ok(json!({ "DBInstanceId": instance.id, "Success": true }))
    }

    pub(super) fn migrate_nodes(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running_cluster(call, NO_CLUSTER)?;
        let moves = given(call);
        if moves.is_empty() {
            return Err(refused("DBNodeParameterRequired", "No node is to move."));
        }
        for node in moves {
            instance.check_node_zone(text(node, "zoneId"))?;
            instance.node_mut(text(node, "nodeId"))?.zone = Some(text(node, "zoneId").to_owned());
        }
        instance.change("TRANSING", "Running", call.now, takes);
        Ok(json!({ "DBInstanceId": instance.id, "Success": true }))
    }
}
