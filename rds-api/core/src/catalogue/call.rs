//! Calling an operation by its description, with values that are known only when the program runs.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::{Field, Location, Operation, Role, Style, secrecy, times_as_taken};
use crate::client::handle::Handle;
use crate::object::{Member, Value};
use crate::operation::{self, Access};
use crate::request::parameters::{Parameters, write};
use crate::secrecy::SensitiveNames;
use crate::sequence::raw::RawCall;

/// A call of an operation with these parameters.
pub(super) fn call(
    operation: &'static Operation,
    client: &impl Handle,
    parameters: &Map<String, Json>,
) -> RawCall {
    let names = client.shared().service.sensitive();
    let mut flat = Parameters::new(names);
    for field in &operation.parameters {
        // An absent one is shown too: the client may set it later.
        add(field, parameters.get(&field.name).unwrap_or(&Json::Null), &mut flat);
    }
    flat.secrets = secrecy::redactor(names, operation, parameters);
    for (name, value) in parameters.iter().filter(|(name, _)| operation.parameter(name).is_none()) {
        flat.add_unknown(name, Value::json(value));
    }
    RawCall::described(client.shared().clone(), descriptor(operation), flat)
}

/// The parameters that one value becomes on the wire, whether the specification knows its name or not.
pub fn flattened(operation: &'static Operation, name: &str, value: &Json) -> Vec<(String, String)> {
    let mut flat = Parameters::new(SensitiveNames(&[]));
    match operation.parameter(name) {
        Some(field) => add(field, value, &mut flat),
        None => write(name, Value::json(value), &mut flat.query),
    }
    flat.iter().cloned().collect()
}

/// The text that a scalar becomes on the wire.
fn text(value: &Json) -> Cow<'_, str> {
    value.as_str().map_or_else(|| value.to_string().into(), Cow::from)
}

/// Whether a call with these parameters changes anything.
pub(super) fn access(operation: &Operation, parameters: &Map<String, Json>) -> Access {
    let texts = parameters.iter().map(|(name, value)| (name.as_str(), text(value)));
    operation.access.of_call(&operation.writes_when, texts)
}

fn add(field: &'static Field, value: &Json, flat: &mut Parameters) {
    let value = times_as_taken(&field.shape, value);
    let mut member = Member::of((&field.name, &*value));
    member = match field.style {
        Style::Flatten => member,
        Style::Json => member.as_json(),
        Style::Simple => member.as_simple(),
    };
    if field.location == Location::Form {
        member = member.in_form();
    }
    flat.add(member);
}

/// The descriptor, which decides how the operation is sent and whether it may be repeated.
fn descriptor(operation: &'static Operation) -> operation::Operation {
    let with_role = |role| operation.parameter_of(role).map(|field| field.name.as_str());
    let mut descriptor =
        operation::Operation::new(&operation.family, &operation.name, operation.access, operation.method);
    descriptor.writes_when = &operation.writes_when;
    descriptor.idempotency_token = with_role(Role::IdempotencyToken);
    descriptor.region = with_role(Role::Region);
    descriptor.response_has_code = Some(operation.response.iter().any(|field| field.name == "Code"));
    descriptor
}
