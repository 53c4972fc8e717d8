//! Where the service is.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The hosts of the service.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// The host of a region that is not listed, with `{region}` in the place of its id.
    pub rule: String,
    /// The host of any region on another network, with `{region}` and `{network}`.
    pub network_rule: String,
    /// Hosts that several regions share, with the ids of these regions.
    pub shared: IndexMap<String, Vec<String>>,
}
