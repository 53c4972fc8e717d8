//! What error codes mean.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `spec/errors.yaml`: what each error code means for whoever gets it. A code is in exactly one class; all lists are
/// sorted without regard to case.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Errors {
    /// Something that passes on its own stands in the way: the same request succeeds later.
    pub busy: Vec<String>,
    /// Refused for the rate of calls, so certainly not executed.
    pub throttled: Vec<String>,
    /// An earlier request with the same token is still being executed.
    pub in_progress: Vec<String>,
    /// The service, or something behind it, has failed: the same request may succeed soon.
    pub transient: Vec<String>,
    /// The timestamp of the request is not accepted.
    pub clock: Vec<String>,
    /// The key, the signature or the security token is not accepted.
    pub credentials: Vec<String>,
    /// The account or its user may not do this.
    pub permission: Vec<String>,
    /// The thing that the request names does not exist.
    pub not_found: Vec<String>,
    /// There is such a thing already.
    pub already_exists: Vec<String>,
    /// A limit is reached, or something is sold out.
    pub quota: Vec<String>,
    /// Money is in the way.
    pub payment: Vec<String>,
    /// Somebody has to do something else first.
    pub precondition: Vec<String>,
    /// The thing can never do this.
    pub unsupported: Vec<String>,
    /// The request is wrong.
    pub invalid: Vec<String>,
    /// No class: codes of any class that report a failure in the middle of the work.
    pub may_have_been_executed: Vec<String>,
}

impl Errors {
    /// The classes, each with its key and its codes.
    pub fn classes(&self) -> [(&'static str, &[String]); 14] {
        [
            ("busy", &self.busy),
            ("throttled", &self.throttled),
            ("in_progress", &self.in_progress),
            ("transient", &self.transient),
            ("clock", &self.clock),
            ("credentials", &self.credentials),
            ("permission", &self.permission),
            ("not_found", &self.not_found),
            ("already_exists", &self.already_exists),
            ("quota", &self.quota),
            ("payment", &self.payment),
            ("precondition", &self.precondition),
            ("unsupported", &self.unsupported),
            ("invalid", &self.invalid),
        ]
    }
}
