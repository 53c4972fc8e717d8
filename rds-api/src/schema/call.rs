//! Calling an operation of the catalogue with values that are known only when the program runs.

use serde_json::{Map, Value as Json};

use super::{Operation, Part, Role, Style, secrecy};

use crate::object::{Member, Value};
use crate::{Client, RawCall, operation};
use rds_api_core::request::parameters::{Parameters, write};

/// A call of an operation with these parameters.
pub(super) fn call(
    operation: &'static Operation,
    client: &Client,
    parameters: &Map<String, Json>,
) -> RawCall {
    let mut flat = Parameters::new(client.handle().service.sensitive());
    for field in &operation.parameters {
        // An absent one is shown too: the client may set it later.
        let value = parameters.get(&field.name).unwrap_or(&Json::Null);
        let mut member = Member::of((&field.name, value));
        member = match field.style {
            Style::Flatten => member,
            Style::Json => member.as_json(),
            Style::Simple => member.as_simple(),
        };
        if field.part == Part::Form {
            member = member.in_form();
        }
        flat.add(member);
    }
    flat.secrets = secrecy::redactor(operation, parameters);
    for (name, value) in parameters.iter().filter(|(name, _)| operation.parameter(name).is_none()) {
        write(name, Value::json(value), &mut flat.query);
    }
    RawCall::of(client.handle().clone(), descriptor(operation), flat)
}

/// What decides how the operation is sent and whether it may be repeated.
fn descriptor(operation: &'static Operation) -> operation::Operation {
    let with_role = |role| operation.parameter_of(role).map(|field| field.name.as_str());
    let mut descriptor =
        operation::Operation::new(&operation.family, &operation.name, operation.access, operation.verb);
    descriptor.idempotency_token = with_role(Role::IdempotencyToken);
    descriptor.region = with_role(Role::Region);
    descriptor
}
