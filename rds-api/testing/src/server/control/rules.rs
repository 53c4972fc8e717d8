//! A rule as a program in another language gives it: an operation, conditions, and steps.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value as Json};

use crate::execution::shape;
use crate::fault::Fault;
use crate::given;
use crate::refusal::Refusal;
use crate::rule::{Condition, Step, Steps};
use rds_api_core::catalogue::{FieldExt as _, Operation};

/// A rule for the requests of an operation.
#[derive(Serialize, Deserialize)]
pub(super) struct GivenRule {
    pub(super) operation: String,
    /// Parameters that a request is to have; others do not matter.
    #[serde(default)]
    matching: Map<String, Json>,
    #[serde(default)]
    steps: Vec<GivenStep>,
}

/// A step, and how many requests it is for.
#[derive(Serialize, Deserialize)]
struct GivenStep {
    #[serde(flatten, deserialize_with = "given::named")]
    action: Action,
    #[serde(default)]
    times: Times,
}

/// What happens to a request.
#[derive(Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "lowercase")]
enum Action {
    Simulate,
    Respond { response: Map<String, Json> },
    Refuse(#[serde(deserialize_with = "given::named")] Refusal),
    Fault(Fault),
}

/// A number of requests, or `always`.
struct Times(Option<u64>);

const ALWAYS: &str = "always";

impl Default for Times {
    fn default() -> Self {
        Self(Some(1))
    }
}

impl<'de> Deserialize<'de> for Times {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Json::deserialize(deserializer)? {
            Json::String(text) if text == ALWAYS => Ok(Self(None)),
            given => given::count(given).map(|times| Self(Some(times))).map_err(serde::de::Error::custom),
        }
    }
}

impl Serialize for Times {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(times) => serializer.serialize_u64(times),
            None => serializer.serialize_str(ALWAYS),
        }
    }
}

impl GivenRule {
    /// The condition and the steps, held against the specification of the operation.
    pub(super) fn read(self, operation: &Operation) -> Result<(Condition, Steps), String> {
        for (name, value) in &self.matching {
            let field = operation.parameter(name);
            let field = field.ok_or_else(|| format!("{} has no parameter `{name}`", operation.name))?;
            if let Some(problem) = field.check(value).first() {
                return Err(format!("`matching`: {problem}"));
            }
        }
        let steps: Result<Steps, String> = self
            .steps
            .into_iter()
            .map(|GivenStep { action, times }| Ok((action.read(operation)?, times.0)))
            .collect();
        let wanted = Json::Object(self.matching);
        Ok((Box::new(move |parameters| is_met(&wanted, parameters)), steps?))
    }
}

impl Action {
    fn read(self, operation: &Operation) -> Result<Step, String> {
        Ok(match self {
            Self::Simulate => Step::Simulate,
            Self::Refuse(refusal) => Step::Fault(refusal.into()),
            Self::Fault(fault) => Step::Fault(fault),
            Self::Respond { response } => {
                shape::check(operation, &response)?;
                let response = Json::Object(response);
                Step::Respond(Arc::new(move |_| response.clone()))
            }
        })
    }
}

/// True if a value has all that is wanted of it. A number may be written as text, and null is what is not there.
fn is_met(wanted: &Json, found: &Json) -> bool {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match (wanted, found) {
        (Json::Object(wanted), Json::Object(found)) => {
            wanted.iter().all(|(name, wanted)| is_met(wanted, found.get(name).unwrap_or(&Json::Null)))
        }
        (Json::Array(wanted), Json::Array(found)) => {
            wanted.len() == found.len()
                && wanted.iter().zip(found).all(|(wanted, found)| is_met(wanted, found))
        }
        _ => wanted == found || text(wanted) == text(found),
    }
}
