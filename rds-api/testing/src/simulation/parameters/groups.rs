//! Groups of parameters, which are applied to instances as a whole.

use serde_json::{Map, Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::catalog;
use super::super::instance::Instance;
use super::super::records::{Record, text};
use super::catalog::parameters_of;
use super::requested;
use crate::refusal::Refusal;
use rds_api::Timestamp;

/// The kind of records that groups are.
pub(super) const KIND: &str = "parameter group";

fn not_found(id: &str) -> Refusal {
    let message = format!("There is no parameter group `{id}`.");
    Refusal::new(404, "ParamGroupsNotExistError", message)
}

fn values(given: Vec<(String, String)>) -> Json {
    Json::Object(given.into_iter().map(|(name, value)| (name, value.into())).collect())
}

/// A group as it is listed.
fn listed(record: &Record) -> Json {
    let empty = Map::new();
    let values = record.get("Values").and_then(Json::as_object).unwrap_or(&empty);
    let engine =
        catalog::engines::Engine::named(text(record, "Engine")).map_or("MySQL", |engine| engine.name);
    let needs_restart =
        |name: &String| parameters_of(engine).iter().any(|it| it.name == *name && it.needs_restart);
    let details = values.iter().map(|(name, value)| json!({ "ParamName": name, "ParamValue": value }));
    let mut group = record.clone();
    group.insert("ParamCounts".to_owned(), values.len().into());
    group.insert("ParamDetail".to_owned(), details.collect());
    group.insert("ParameterGroupType".to_owned(), 1.into());
    group.insert("ForceRestart".to_owned(), i32::from(values.keys().any(needs_restart)).into());
    Json::Object(group)
}

impl AccountState {
    pub(super) fn create_parameter_group(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let engine = catalog::engine(call)?;
        catalog::check_version(engine, call.text("EngineVersion").unwrap_or_default())?;
        let given = requested(engine.name, call)?;
        let mut record = call.given();
        record.remove("Parameters");
        record.insert("RegionId".to_owned(), self.region(call).into());
        record.insert("Values".to_owned(), values(given));
        self.add_parameter_group(record, call)
    }

    fn add_parameter_group(&mut self, mut record: Record, call: &Call<'_>) -> Result<Json, Refusal> {
        let is_same = |other: &Record| {
            ["ParameterGroupName", "RegionId"].iter().all(|name| text(other, name) == text(&record, name))
        };
        if self.records.of(KIND).any(|(_, other)| is_same(other)) {
            let message = "There is a parameter group of this name.";
            return Err(Refusal::new(400, "ParamGroupsNameInvalid", message));
        }
        let id = self.next_id("rpg");
        let now = Timestamp::from_system_time_secs(call.now).to_string();
        record.insert("ParameterGroupId".to_owned(), id.clone().into());
        record.insert("CreateTime".to_owned(), now.clone().into());
        record.insert("UpdateTime".to_owned(), now.into());
        self.records.insert(KIND, &id, record)?;
        Ok(json!({ "ParameterGroupId": id }))
    }

    fn parameter_group(&mut self, call: &Call<'_>) -> Result<&mut Record, Refusal> {
        let (id, region) = (call.owned("ParameterGroupId"), self.region(call));
        let found = self.records.get_mut(KIND, &id).filter(|record| text(record, "RegionId") == region);
        found.ok_or_else(|| not_found(&id))
    }

    /// The values of a group, for an instance of this engine.
    pub(super) fn parameters_of_group(
        &self,
        id: &str,
        engine: &str,
    ) -> Result<Vec<(String, String)>, Refusal> {
        let record = self.records.get(KIND, id).ok_or_else(|| not_found(id))?;
        if catalog::engines::Engine::named(text(record, "Engine")).is_none_or(|it| it.name != engine) {
            let message = format!("The parameter group is not for {engine}.");
            return Err(Refusal::new(400, "InvalidEngine.NotSupported", message));
        }
        let values = record.get("Values").and_then(Json::as_object).into_iter().flatten();
        Ok(values
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect())
    }

    /// Gives a new instance the parameters of a group.
    pub(in crate::simulation) fn apply_parameter_group(
        &self,
        instance: &mut Instance,
        id: &str,
        call: &Call<'_>,
    ) -> Result<(), Refusal> {
        let given = self.parameters_of_group(id, &instance.engine)?;
        instance.apply_parameters(given, call.now);
        instance.set("DBParamGroupId", id);
        Ok(())
    }

    pub(super) fn modify_parameter_group(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let engine = text(self.parameter_group(call)?, "Engine").to_owned();
        let engine = catalog::engines::Engine::named(&engine).map_or("MySQL", |engine| engine.name);
        let given = requested(engine, call)?;
        let now = Timestamp::from_system_time_secs(call.now).to_string();
        let record = self.parameter_group(call)?;
        for name in ["ParameterGroupName", "ParameterGroupDesc"] {
            if let Some(new) = call.text(name) {
                record.insert(name.to_owned(), new.into());
            }
        }
        if !given.is_empty() {
            let Json::Object(new) = values(given) else { return Ok(json!({})) };
            // Either all values are replaced, or single ones are changed.
            let old = record.remove("Values").filter(|_| call.text("ModifyMode") == Some("Individual"));
            let mut all = super::super::records::record(old.unwrap_or_default());
            all.extend(new);
            record.insert("Values".to_owned(), all.into());
        }
        record.insert("UpdateTime".to_owned(), now.into());
        Ok(json!({}))
    }

    pub(super) fn clone_parameter_group(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let mut record = self.parameter_group(call)?.clone();
        record.insert("ParameterGroupName".to_owned(), call.owned("ParameterGroupName").into());
        record.insert("ParameterGroupDesc".to_owned(), call.owned("ParameterGroupDesc").into());
        record.insert("RegionId".to_owned(), call.owned("TargetRegionId").into());
        self.add_parameter_group(record, call)
    }

    pub(super) fn delete_parameter_group(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.parameter_group(call)?;
        let id = call.owned("ParameterGroupId");
        self.records.remove(KIND, &id);
        Ok(json!({ "ParameterGroupId": id }))
    }

    pub(super) fn describe_parameter_group(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let group = listed(self.parameter_group(call)?);
        let id = call.owned("ParameterGroupId");
        let applied = self.instances.values().filter(|it| it.text("DBParamGroupId") == id);
        let applied = applied.map(|instance| {
            let time = Timestamp::from_system_time_secs(instance.created).to_string();
            json!({ "DBInstanceName": instance.id, "AppliedTime": time })
        });
        Ok(json!({ "ParamGroup": [group], "RelatedCustinsInfo": applied.collect::<Vec<_>>() }))
    }

    pub(super) fn list_parameter_groups(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        let groups = self.records.of(KIND).filter(|(_, record)| text(record, "RegionId") == region);
        Ok(json!({ "ParameterGroups": groups.map(|(_, record)| listed(record)).collect::<Vec<_>>() }))
    }
}
