//! Times that an option of a short command gives, for a parameter of the operation that it calls.

use rds_api::Timestamp;
use rds_api::schema::{self, FieldExt as _};
use serde_json::Value as Json;

use crate::failure::Failure;

/// A time as a parameter of an operation takes it.
pub(crate) fn time_of(operation: &str, parameter: &str, text: &str) -> Result<Timestamp, Failure> {
    let operation = schema::operation(operation);
    let field = operation.and_then(|operation| operation.parameter(parameter));
    let value = field.map(|field| field.parse(text)).transpose();
    let value = value.map_err(|problem| Failure::usage(problem.reason))?;
    Ok(Timestamp::from(value.as_ref().and_then(Json::as_str).unwrap_or(text)))
}
