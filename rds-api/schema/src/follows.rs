use std::time::Duration;

use crate::access::ParameterValue;
use crate::given::Given;

/// What follows a write: the operation and the waiter that tell when all is done, and where the parameters of that
/// operation come from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[non_exhaustive]
pub struct Follows {
    /// The operation that tells how far it is, which is a read.
    pub operation: String,
    /// The name of the waiter of that operation.
    pub waiter: String,
    /// The parameters of that operation.
    pub with: Vec<Given<String>>,
    /// The values of parameters of the write with which nothing follows it, or not at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless: Vec<ParameterValue>,
    /// The delay before the first poll; that of the waiter unless given.
    #[serde(default, with = "crate::waiter::optional_seconds", skip_serializing_if = "Option::is_none")]
    pub initial_delay: Option<Duration>,
}

impl Follows {
    /// A waiter of an operation that is called with these parameters.
    pub fn new(operation: impl Into<String>, waiter: impl Into<String>, with: Vec<Given<String>>) -> Self {
        Self {
            operation: operation.into(),
            waiter: waiter.into(),
            with,
            unless: Vec::new(),
            initial_delay: None,
        }
    }
}
