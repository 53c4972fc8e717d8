//! Times of a request: each as exactly as its parameter takes it, and the end of a range later than its start.

use serde_json::{Map, Value as Json};

use crate::refusal::Refusal;
use rds_api_core::catalogue::{Field, Kind, Operation, are_times_as_taken, reversed_ranges};

/// Refuses the value of a parameter with a time that it does not take, with the code that the operation is known to have
/// for it.
pub(super) fn check_form(operation: &Operation, field: &Field, value: &Json) -> Result<(), Refusal> {
    if are_times_as_taken(&field.shape, value) {
        return Ok(());
    }
    let Field { name, shape, .. } = field;
    let why = match shape.kind {
        Kind::Timestamp => format!("`{name}` is not valid: it is no time as `{}`.", shape.precision.format()),
        _ => format!("`{name}` is not valid: a time in it is not as it should be."),
    };
    Err(Refusal::new(400, code(operation, name, &["Format", "Malformed"]), why))
}

/// Refuses ranges whose end is not later than their start.
pub(super) fn check_ranges(operation: &Operation, parameters: &Map<String, Json>) -> Result<(), Refusal> {
    if let Some((_, end)) = reversed_ranges(&operation.parameters, parameters).first() {
        let end = &end.name;
        let code = code(operation, end, &["Malformed", "Format"]);
        return Err(Refusal::new(400, code, format!("`{end}` is not later than the start of the range.")));
    }
    for field in operation.parameters.iter().filter(|field| field.shape.kind == Kind::Object) {
        let members = parameters.get(&field.name).and_then(Json::as_object);
        if members.is_some_and(|members| !reversed_ranges(&field.shape.fields, members).is_empty()) {
            let code = code(operation, &field.name, &["Malformed", "Format"]);
            let why = format!("`{}` ends no later than it starts.", field.name);
            return Err(Refusal::new(400, code, why));
        }
    }
    Ok(())
}

/// The code that is about this parameter and is about its form, as the operation lists it, or else as others have it.
fn code(operation: &Operation, parameter: &str, reasons: &[&str]) -> String {
    let listed = || operation.errors.values().flatten();
    for reason in reasons {
        let is_meant = |code: &&String| {
            code.strip_prefix("Invalid")
                .and_then(|code| code.strip_suffix(reason)?.strip_suffix('.'))
                .is_some_and(|names| names.split("And").any(|name| name == parameter))
        };
        if let Some(code) = listed().find(is_meant) {
            return code.clone();
        }
    }
    format!("Invalid{parameter}.Format")
}
