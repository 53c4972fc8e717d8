//! The parameters of the database engine.

use serde_json::{Map, Value as Json, json};

use super::call::Call;
use super::{Simulate, World};
use crate::Refusal;

/// What an instance runs with unless it was changed.
const DEFAULTS: [(&str, &str); 4] = [
    ("innodb_flush_log_at_trx_commit", "1"),
    ("long_query_time", "1"),
    ("max_connections", "2000"),
    ("wait_timeout", "86400"),
];

pub(super) fn find(operation: &str) -> Option<Simulate> {
    Some(match operation {
        "DescribeParameters" => World::list_settings,
        "ModifyParameter" => World::modify_settings,
        _ => return None,
    })
}

impl World {
    fn list_settings(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let mut settings: Map<String, Json> =
            DEFAULTS.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        settings.extend(instance.settings.iter().map(|(name, value)| (name.clone(), value.as_str().into())));
        let running: Vec<Json> = settings
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

    fn modify_settings(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.pace.change;
        let given: Map<String, Json> = match call.parameters.get("Parameters") {
            Some(Json::Object(given)) => given.clone(),
            Some(Json::String(text)) => serde_json::from_str(text).map_err(|error| {
                Refusal::new(
                    400,
                    "InvalidParameters.Format",
                    format!("`Parameters` is no JSON object: {error}"),
                )
            })?,
            _ => Map::new(),
        };
        let instance = self.running(call)?;
        for (name, value) in given {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            instance.settings.insert(name, value);
        }
        if call.is_true("Forcerestart") {
            instance.change("Rebooting", "Running", call.now, takes);
        }
        Ok(json!({}))
    }
}
