//! Changes of parameters that wait for their time.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::records::{record, text};
use crate::refusal::Refusal;
use rds_api::Timestamp;

const KIND: &str = "scheduled parameter change";

impl AccountState {
    pub(super) fn schedule_parameter_change(
        &mut self,
        call: &Call<'_>,
        given: Vec<(String, String)>,
    ) -> Result<Json, Refusal> {
        let Some(time) = call.text("SwitchTime") else {
            let message = "A change at a time of its own needs `SwitchTime`.";
            return Err(Refusal::new(400, "InvalidSwitchTime", message));
        };
        let id = (400_000 + self.next(KIND)).to_string();
        let given: Vec<Json> = given.into_iter().map(|(name, value)| json!([name, value])).collect();
        let instance = call.instance_id().unwrap_or_default();
        let change = json!({ "DBInstanceName": instance, "Given": given, "SwitchTime": time, "TaskId": id });
        self.records.insert(KIND, &id, record(change))?;
        Ok(json!({}))
    }

    /// Executes the changes whose time has come.
    pub(in crate::simulation) fn execute_scheduled_changes(&mut self, now: std::time::SystemTime) {
        let is_due = |time: &str| Timestamp::from(time).to_system_time().is_some_and(|time| time <= now);
        let due: Vec<String> = self
            .records
            .of(KIND)
            .filter(|(_, change)| text(change, "Status").is_empty() && is_due(text(change, "SwitchTime")))
            .map(|(id, _)| id.clone())
            .collect();
        for id in due {
            let Some(change) = self.records.get_mut(KIND, &id) else { continue };
            change.insert("Status".to_owned(), "COMPLETED".into());
            let given: Vec<(String, String)> = change
                .get("Given")
                .and_then(|given| serde_json::from_value(given.clone()).ok())
                .unwrap_or_default();
            let instance = text(change, "DBInstanceName").to_owned();
            if let Some(instance) = self.instances.get_mut(&instance).map(Arc::make_mut) {
                instance.apply_parameters(given, now);
            }
        }
    }

    pub(super) fn list_scheduled_parameter_changes(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.instance(call)?;
        let id = call.instance_id().unwrap_or_default();
        let changes = self.records.of(KIND).filter(|(_, change)| text(change, "DBInstanceName") == id);
        let changes = changes.map(|(_, change)| {
            let status = if text(change, "Status").is_empty() { "PENDING" } else { "COMPLETED" };
            let given: Vec<(String, String)> =
                serde_json::from_value(change.get("Given").cloned().unwrap_or_default()).unwrap_or_default();
            let given: serde_json::Map<String, Json> =
                given.into_iter().map(|(name, value)| (name, value.into())).collect();
            let mut change = change.clone();
            change.insert("Status".to_owned(), status.into());
            change.insert("Parameters".to_owned(), Json::Object(given).to_string().into());
            Json::Object(change)
        });
        Ok(json!({ "TaskList": changes.collect::<Vec<_>>() }))
    }

    fn scheduled_change(&self, call: &Call<'_>) -> Result<String, Refusal> {
        let id = call.integer("TaskId").unwrap_or_default().to_string();
        match self.records.get(KIND, &id) {
            Some(change) if text(change, "Status").is_empty() => Ok(id),
            _ => {
                Err(Refusal::new(404, "InvalidTask.NotFound", format!("No change {id} waits for its time.")))
            }
        }
    }

    pub(super) fn cancel_parameter_change(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = self.scheduled_change(call)?;
        self.records.remove(KIND, &id);
        Ok(json!({}))
    }

    pub(super) fn postpone_parameter_change(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = self.scheduled_change(call)?;
        if let Some(change) = self.records.get_mut(KIND, &id) {
            change.insert("SwitchTime".to_owned(), call.owned("SwitchTime").into());
        }
        Ok(json!({}))
    }
}
