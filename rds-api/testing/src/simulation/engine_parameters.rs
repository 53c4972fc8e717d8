//! The parameters of the database engine of an instance.

use serde_json::{Map, Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use crate::refusal::Refusal;

/// The values that an instance runs with unless they were changed.
const DEFAULTS: [(&str, &str); 4] = [
    ("innodb_flush_log_at_trx_commit", "1"),
    ("long_query_time", "1"),
    ("max_connections", "2000"),
    ("wait_timeout", "86400"),
];

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("DescribeParameters", AccountState::list_engine_parameters),
    ("ModifyParameter", AccountState::modify_engine_parameters),
];

impl AccountState {
    fn list_engine_parameters(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let mut values: Map<String, Json> =
            DEFAULTS.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        values.extend(
            instance.engine_parameters.iter().map(|(name, value)| (name.clone(), value.as_str().into())),
        );
        let running: Vec<Json> = values
            .iter()
            .map(|(name, value)| json!({ "ParameterName": name, "ParameterValue": value }))
            .collect();
        Ok(json!({
            "Engine": instance.engine,
            "EngineVersion": instance.engine_version,
            "ConfigParameters": { "DBInstanceParameter": [] },
            "RunningParameters": { "DBInstanceParameter": running },
        }))
    }

    fn modify_engine_parameters(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.durations.change;
        let given: Map<String, Json> = match call.parameters.get("Parameters") {
            Some(Json::Object(given)) => given.clone(),
            Some(Json::String(text)) => serde_json::from_str(text).map_err(|error| {
                Refusal::new(
                    400,
                    "InvalidParameters.Format",
                    format!("`Parameters` is not a JSON object: {error}"),
                )
            })?,
            _ => Map::new(),
        };
        let instance = self.running(call)?;
        for (name, value) in given {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            instance.engine_parameters.insert(name, value);
        }
        if call.is_true("Forcerestart") {
            instance.change("Rebooting", "Running", call.now, takes);
        }
        Ok(json!({}))
    }
}
