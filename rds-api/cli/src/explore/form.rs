//! A form of the page, as it is filled in: read into values, with what is wrong with them.

use rds_api::Format;
use rds_api::schema::{self, Operation, Problem, ProblemKind};
use rds_api::signature::SignatureVersion;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::masking::{holds_secret_text, is_secret, masked_parameters};
use crate::response_format::ResponseFormat;
use crate::signature::Signature;
use crate::values;

/// A form as the page sends it.
#[derive(Deserialize)]
pub(super) struct Form {
    operation: String,
    /// The text that was typed for each parameter, or a value where the form edits values.
    #[serde(default)]
    parameters: Map<String, Json>,
    #[serde(default)]
    format: ResponseFormat,
    #[serde(default)]
    signature: Signature,
    /// The token of the question that this confirms.
    pub(super) confirmation: Option<String>,
    /// Sends what the specification does not allow.
    #[serde(default)]
    pub(super) unchecked: bool,
    /// Leaves the call out of the history: it is one of many.
    #[serde(default)]
    pub(super) unrecorded: bool,
}

/// The operation of a form, its values, and what is wrong with them.
pub(super) struct Parsed {
    pub(super) operation: &'static Operation,
    pub(super) parameters: Map<String, Json>,
    pub(super) problems: Vec<Problem>,
}

impl Form {
    /// The format of the response that the form asks for.
    pub(super) fn format(&self) -> Format {
        self.format.into()
    }

    /// The version of the signature that the form asks for.
    pub(super) fn signature(&self) -> SignatureVersion {
        self.signature.into()
    }

    /// The parameters as they were given, without those that have a secret anywhere in them: what may stand in an
    /// address.
    pub(super) fn shareable(
        &self,
        operation: &Operation,
        parameters: &Map<String, Json>,
    ) -> Map<String, Json> {
        let masked = masked_parameters(operation, parameters);
        let is_open = |(name, given): &(&String, &Json)| {
            let is_secret = is_secret(Some(operation), name) || masked.get(*name) != parameters.get(*name);
            !is_secret && !holds_secret_text(given.as_str().unwrap_or_default())
        };
        let open = self.parameters.iter().filter(is_open);
        open.map(|(name, given)| (name.clone(), given.clone())).collect()
    }

    /// Reads each text as its parameter's type, and checks all values together.
    pub(super) fn parse(&self) -> Result<Parsed, String> {
        let operation = schema::operation(&self.operation)
            .ok_or_else(|| format!("there is no operation `{}`", self.operation))?;
        let (parameters, mut problems) = values::read(operation, &self.parameters);
        // A form may have parameters that this version does not know.
        problems
            .retain(|problem| problem.kind != ProblemKind::Unknown || problem.path != problem.parameter());
        Ok(Parsed { operation, parameters, problems })
    }
}
