//! The parameters of the database engine of an instance, and groups of them.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use self::catalog::{Parameter, parameters_of};
use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::catalog::engine;
use super::instance::Instance;
use super::records::text;
use crate::refusal::Refusal;

mod catalog;
mod groups;
mod scheduled;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CloneParameterGroup", AccountState::clone_parameter_group),
    ("CreateParameterGroup", AccountState::create_parameter_group),
    ("DeleteParameterGroup", AccountState::delete_parameter_group),
    ("DeleteParameterTimedScheduleTask", AccountState::cancel_parameter_change),
    ("DescribeModifyParameterLog", AccountState::list_parameter_changes),
    ("DescribeParameterGroup", AccountState::describe_parameter_group),
    ("DescribeParameterGroups", AccountState::list_parameter_groups),
    ("DescribeParameterTemplates", AccountState::list_parameter_templates),
    ("DescribeParameterTimedScheduleTask", AccountState::list_scheduled_parameter_changes),
    ("DescribeParameters", AccountState::list_parameters),
    ("ModifyParameter", AccountState::modify_parameters),
    ("ModifyParameterGroup", AccountState::modify_parameter_group),
    ("ModifyParameterTimedScheduleTask", AccountState::postpone_parameter_change),
];

/// A parameter that was given another value.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ParameterChange {
    name: String,
    old: String,
    new: String,
    time: SystemTime,
}

/// More changes than this are not remembered of an instance.
const CHANGES: usize = 1000;

/// The parameter `Parameters`: a JSON object of names and values, each of which the engine has and allows.
fn requested(engine: &str, call: &Call<'_>) -> Result<Vec<(String, String)>, Refusal> {
    let given: Map<String, Json> = match call.parameters.get("Parameters") {
        Some(Json::Object(given)) => given.clone(),
        Some(Json::String(text)) if !text.is_empty() => serde_json::from_str(text).map_err(|error| {
            let message = format!("`Parameters` is not a JSON object: {error}");
            Refusal::new(400, "InvalidParameters.Format", message)
        })?,
        _ => Map::new(),
    };
    let pairs = given.into_iter().map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let known = parameters_of(engine).iter().find(|known| known.name == name).ok_or_else(|| {
            let message = format!("{engine} has no parameter `{name}` that can be changed.");
            Refusal::new(400, "InvalidParameters.Malformed", message)
        })?;
        if !known.allows(&value) {
            let message = format!("`{value}` is no value of {name}: it takes {}.", known.range);
            return Err(Refusal::new(400, "InvalidParameterValue.NotStandard", message));
        }
        Ok((name, value))
    });
    pairs.collect()
}

impl Instance {
    /// The value that a parameter has.
    fn parameter(&self, known: &Parameter) -> String {
        let default = || known.default.replace("{MaxConnections}", &self.max_connections());
        self.parameters.get(known.name).cloned().unwrap_or_else(default)
    }

    fn max_connections(&self) -> String {
        self.properties.get("MaxConnections").map(ToString::to_string).unwrap_or_default()
    }

    /// Gives parameters new values. True if the instance must restart for one of them.
    pub(super) fn apply_parameters(&mut self, given: Vec<(String, String)>, now: SystemTime) -> bool {
        let mut needs_restart = false;
        for (name, new) in given {
            let Some(known) = parameters_of(&self.engine).iter().find(|it| it.name == name) else { continue };
            let old = self.parameter(known);
            if old != new {
                needs_restart |= known.needs_restart;
                self.parameters.insert(name.clone(), new.clone());
                self.parameter_changes.push(ParameterChange { name, old, new, time: now });
            }
        }
        let beyond = self.parameter_changes.len().saturating_sub(CHANGES);
        self.parameter_changes.drain(..beyond);
        needs_restart
    }
}

impl AccountState {
    fn list_parameters(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let running: Vec<Json> = parameters_of(&instance.engine)
            .iter()
            .map(|known| {
                json!({
                    "ParameterName": known.name,
                    "ParameterValue": instance.parameter(known),
                    "ParameterDescription": known.description,
                    "ParameterDefaultValue": known.default.replace("{MaxConnections}", &instance.max_connections()),
                    "ParameterValueRange": known.range,
                })
            })
            .collect();
        let (engine, version) = (instance.engine.clone(), instance.engine_version.clone());
        let group = instance.text("DBParamGroupId");
        let group = match self.records.get(groups::KIND, &group) {
            Some(record) => json!({
                "ParamGroupId": group, "ParameterGroupDesc": text(record, "ParameterGroupDesc"),
                "ParameterGroupName": text(record, "ParameterGroupName"), "ParameterGroupType": "1",
            }),
            // Of an instance without a group the members are there, and empty.
            None => json!({ "ParamGroupId": "" }),
        };
        Ok(json!({
            "Engine": engine, "EngineVersion": version, "ParamGroupInfo": group, "ConfigParameters": [],
            "RunningParameters": running,
        }))
    }

    fn modify_parameters(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let engine = self.running(call)?.engine.clone();
        let mut given = match call.text("ParameterGroupId") {
            Some(id) => self.parameters_of_group(id, &engine)?,
            None => Vec::new(),
        };
        given.extend(requested(&engine, call)?);
        if given.is_empty() {
            let message = "The request has neither `Parameters` nor `ParameterGroupId`.";
            return Err(Refusal::new(400, "InvalidParameters.Format", message));
        }
        if call.text("SwitchTimeMode") == Some("ScheduleTime") {
            return self.schedule_parameter_change(call, given);
        }
        let instance = self.running(call)?;
        let needs_restart = instance.apply_parameters(given, call.now);
        if let Some(id) = call.text("ParameterGroupId") {
            instance.set("DBParamGroupId", id);
        }
        if needs_restart || call.is_true("Forcerestart") {
            instance.change("Rebooting", "Running", call.now, takes);
            instance.logs.has_restarted(&engine, call.now);
        }
        Ok(json!({}))
    }

    fn list_parameter_templates(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let engine = engine(call)?;
        let known = parameters_of(engine.name);
        let templates: Vec<Json> = known
            .iter()
            .map(|known| {
                json!({
                    "ParameterName": known.name,
                    "ParameterValue": known.default,
                    "ParameterDescription": known.description,
                    "CheckingCode": known.range,
                    "ForceModify": "true",
                    "ForceRestart": known.needs_restart.to_string(),
                })
            })
            .collect();
        Ok(json!({ "ParameterCount": known.len(), "Parameters": templates }))
    }

    fn list_parameter_changes(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let changes = instance.parameter_changes.iter().rev().filter(|change| call.spans(change.time));
        let changes = changes.map(|change| {
            let time = change.time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            json!({
                "ParameterName": change.name, "OldParameterValue": change.old, "NewParameterValue": change.new,
                "ModifyTime": time.as_millis().to_string(), "Status": "Applied",
            })
        });
        let mut response = call.listed(changes.collect())?;
        response["Engine"] = instance.engine.to_lowercase().replace("sqlserver", "mssql").into();
        response["EngineVersion"] = instance.engine_version.clone().into();
        Ok(response)
    }
}
