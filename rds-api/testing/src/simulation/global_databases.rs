//! Global active databases: a central instance, and instances in other regions that follow it.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::catalog::{self, regions::REGIONS};
use super::instance::Instance;
use super::records::{Record, record, text};
use super::whitelists::Whitelist;
use crate::refusal::Refusal;
use rds_api::Timestamp;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CreateGADInstance", AccountState::create_global_database),
    ("CreateGadInstanceMember", AccountState::extend_global_database),
    ("DeleteGadInstance", AccountState::delete_global_database),
    ("DescribeGadInstances", AccountState::list_global_databases),
    ("DetachGadInstanceMember", AccountState::detach_from_global_database),
];

const KIND: &str = "global database";

/// How many instances follow a central one at most.
const MAX_UNITS: usize = 10;

/// Where a central instance may be.
const CENTRAL_REGIONS: [&str; 7] =
    ["cn-hangzhou", "cn-shanghai", "cn-qingdao", "cn-beijing", "cn-zhangjiakou", "cn-shenzhen", "cn-chengdu"];

fn refused(reason: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(400, format!("CreateGlobalActiveDatabaseFailed.{reason}"), message)
}

fn not_found(id: &str) -> Refusal {
    let message = format!("There is no global active database {id}.");
    Refusal::new(404, "InvalidDBInstanceName.NotFound", message)
}

/// The members that a cluster still has: those whose instances are there.
fn members(cluster: &Record) -> impl Iterator<Item = &Json> {
    cluster.get("Members").and_then(Json::as_array).into_iter().flatten()
}

fn units(call: &Call<'_>) -> Vec<Map<String, Json>> {
    let given = call.parameters.get("UnitNode").and_then(Json::as_array);
    given.into_iter().flatten().map(|unit| record(unit.clone())).collect()
}

impl AccountState {
    fn create_global_database(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let central = self.central_instance(call)?;
        let id = format!("gad-{}", central.id);
        if self.records.get(KIND, &id).is_some() {
            return Err(refused("GadInstanceExists", "The instance has a global active database already."));
        }
        let added = self.add_units(&central, 0, call)?;
        let count = added.len();
        let mut members = vec![json!({ "DBInstanceID": central.id, "Role": "CENTRAL", "DtsInstance": "{}" })];
        members.extend(added);
        let now = Timestamp::from_system_time_secs(call.now).to_string();
        let group =
            call.text("ResourceGroupId").map_or_else(|| central.text("ResourceGroupId"), str::to_owned);
        let cluster = json!({
            "GadInstanceName": id, "Description": call.owned("Description"), "CreationTime": now,
            "ModificationTime": now, "Service": "mysql", "ResourceGroupId": group, "RegionId": central.region,
            "Change": "creating", "Members": members,
        });
        self.records.insert(KIND, &id, record(cluster))?;
        let task = (115_850_000 + self.next("task")).to_string();
        Ok(
            json!({ "Result": { "GadInstanceName": id, "CreateMemberCount": count.to_string(), "TaskID": task } }),
        )
    }

    fn extend_global_database(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let central = self.central_instance(call)?;
        let id = call.owned("GadInstanceId");
        let cluster = self.records.get(KIND, &id);
        let cluster = cluster.ok_or_else(|| refused("GadInstanceNotExists", format!("There is no {id}.")))?;
        if id != format!("gad-{}", central.id) {
            return Err(refused("GadNameNotMatchCentralNode", "The central instance is that of another."));
        }
        if self.global_status(cluster, call) != "activation" {
            let message = "The global active database is being changed.";
            return Err(Refusal::new(400, "CreateGlobalActiveDatabase.GadInstanceNotActive", message));
        }
        let added = self.add_units(&central, members(cluster).count() - 1, call)?;
        let count = added.len();
        if let Some(cluster) = self.records.get_mut(KIND, &id) {
            let now = Timestamp::from_system_time_secs(call.now).to_string();
            cluster.insert("ModificationTime".to_owned(), now.into());
            cluster.insert("Change".to_owned(), "replica_adding".into());
            if let Some(members) = cluster.get_mut("Members").and_then(Json::as_array_mut) {
                members.extend(added);
            }
        }
        Ok(json!({ "Result": { "GadInstanceName": id, "CreateCount": count.to_string() } }))
    }

    /// The instance that a call names as the central one, if it can be one.
    fn central_instance(&mut self, call: &Call<'_>) -> Result<Instance, Refusal> {
        let central = self.instance_by_id(call.text("CentralDBInstanceId").unwrap_or_default(), call)?;
        let is_able = central.engine == "MySQL"
            && central.text("DBInstanceType") == "Primary"
            && call.admits("CentralRegionId", &central.region)
            && CENTRAL_REGIONS.contains(&central.region.as_str());
        if !is_able {
            let message = "A central instance is a primary one of MySQL, in one of seven regions.";
            return Err(refused("CentralNodeNotSupportGAD", message));
        }
        central.require_status("Running", call.now)?;
        let account = call.text("CentralRdsDtsAdminAccount").unwrap_or_default();
        if !central.accounts.contains_key(account) {
            let message = format!("The central instance has no account `{account}`.");
            return Err(Refusal::new(400, "CreateGlobalActiveDatabaseImpl.preCheckGadInstance", message));
        }
        Ok(central.clone())
    }

    /// Makes the instances that are to follow the central one, besides those that do, and tells them as members.
    fn add_units(&mut self, central: &Instance, there: usize, call: &Call<'_>) -> Result<Vec<Json>, Refusal> {
        let wrong = |message: String| refused("UnitMemberParamsError", message);
        let units = units(call);
        if there + units.len() > MAX_UNITS {
            let message = format!("A global active database has at most {MAX_UNITS} unit nodes.");
            return Err(Refusal::new(400, "CreateGlobalActiveDatabaseImpl.preCheckMemberParams", message));
        }
        let list: Map<String, Json> = serde_json::from_str(call.text("DBList").unwrap_or_default())
            .map_err(|error| wrong(format!("`DBList` is no JSON object: {error}.")))?;
        if let Some(missing) = list.keys().find(|name| !central.databases.contains_key(*name)) {
            return Err(wrong(format!("The central instance has no database `{missing}`.")));
        }
        self.check_quota(units.len())?;
        let mut members = Vec::new();
        for unit in units {
            let region = text(&unit, "RegionID");
            if !REGIONS.iter().any(|known| known.id == region) {
                return Err(wrong(format!("There is no region `{region}`.")));
            }
            let given = |name: &str| Some(text(&unit, name)).filter(|value| !value.is_empty());
            let engine = central.engine();
            let own = central.text("DBInstanceClass");
            let class = catalog::class(engine, given("DbInstanceClass").unwrap_or(&own));
            let class = class.map_err(|refusal| wrong(refusal.message))?;
            let version = given("EngineVersion").unwrap_or(&central.engine_version);
            catalog::check_version(engine, version).map_err(|refusal| wrong(refusal.message))?;
            let addresses =
                Whitelist::parse(given("SecurityIPList").unwrap_or("127.0.0.1")).map_err(wrong)?;
            let (number, id) = self.next_instance(engine.prefix);
            let mut instance = Instance::new(id, number, (engine, version, &class), region, call.now);
            for (name, property) in [
                ("DBInstanceDescription", "DBInstanceDescription"),
                ("DBInstanceStorageType", "DBInstanceStorageType"),
                ("VpcID", "VpcId"),
                ("VSwitchID", "VSwitchId"),
                ("ZoneID", "ZoneId"),
            ] {
                if let Some(value) = given(name) {
                    instance.set(property, value);
                }
            }
            let storage = unit.get("DBInstanceStorage").and_then(Json::as_i64);
            instance.set("DBInstanceStorage", storage.unwrap_or_else(|| central.storage()));
            instance.whitelists.insert("default".to_owned(), addresses);
            let databases = central.databases.iter().filter(|(name, _)| list.contains_key(*name));
            instance.databases = databases.map(|(name, it)| (name.clone(), it.clone())).collect();
            let link = format!("dts{}", self.next_id("link"));
            members.push(json!({
                "DBInstanceID": self.begin(instance, call), "Role": "UNIT",
                "DtsInstance": json!({ "dtsInstanceId": link, "dtsRequestId": "" }).to_string(),
            }));
        }
        Ok(members)
    }

    /// The instance of a member, unless it is gone.
    fn member(&self, member: &Json) -> Option<&Arc<Instance>> {
        self.instances.get(member["DBInstanceID"].as_str()?)
    }

    fn global_status(&self, cluster: &Record, call: &Call<'_>) -> String {
        let mut instances = members(cluster).filter_map(|member| self.member(member));
        match instances.any(|instance| instance.status(call.now) == "Creating") {
            true => text(cluster, "Change").to_owned(),
            false => "activation".to_owned(),
        }
    }

    fn list_global_databases(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let clusters = self.records.of(KIND).map(|(_, cluster)| cluster).filter(|cluster| {
            ["GadInstanceName", "RegionId", "ResourceGroupId"]
                .iter()
                .all(|name| call.admits(name, text(cluster, name)))
        });
        let clusters = clusters.map(|cluster| {
            let members = members(cluster).filter_map(|member| Some((member, self.member(member)?)));
            let members = members.map(|(member, instance)| {
                let is_creating = instance.status(call.now) == "Creating";
                json!({
                    "DBInstanceID": instance.id, "DtsInstance": member["DtsInstance"], "Role": member["Role"],
                    "Engine": instance.engine.to_lowercase(), "EngineVersion": instance.engine_version,
                    "RegionId": instance.region, "ResourceGroupId": instance.text("ResourceGroupId"),
                    "Status": if is_creating { "creating" } else { "activation" },
                })
            });
            let members: Vec<Json> = members.collect();
            let mut shown = cluster.clone();
            shown.insert("GadInstanceMembers".to_owned(), members.into());
            shown.insert("Status".to_owned(), self.global_status(cluster, call).into());
            Json::Object(shown)
        });
        Ok(json!({ "GadInstances": clusters.collect::<Vec<_>>() }))
    }

    fn delete_global_database(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = call.text("GadInstanceName").unwrap_or_default();
        self.records.remove(KIND, id).map(|_| json!({})).ok_or_else(|| not_found(id))
    }

    fn detach_from_global_database(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = call.text("GadInstanceName").unwrap_or_default();
        let cluster = self.records.get_mut(KIND, id).ok_or_else(|| not_found(id))?;
        let wanted = call.text("MemberInstanceName").unwrap_or_default();
        let is_wanted = |member: &Json| member["DBInstanceID"] == wanted;
        match members(cluster).find(|member| is_wanted(member)).map(|member| &member["Role"]) {
            None => return Err(not_found(wanted)),
            Some(role) if role == "CENTRAL" => {
                let message = "The central instance leaves only with the global active database.";
                return Err(Refusal::new(400, "InvalidParam", message));
            }
            Some(_) => {}
        }
        if let Some(members) = cluster.get_mut("Members").and_then(Json::as_array_mut) {
            members.retain(|member| !is_wanted(member));
        }
        let now = Timestamp::from_system_time_secs(call.now).to_string();
        cluster.insert("ModificationTime".to_owned(), now.into());
        Ok(json!({}))
    }
}
