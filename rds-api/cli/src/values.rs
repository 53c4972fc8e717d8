//! Values of parameters as people and agents give them: texts, or values of their types.

use rds_api::schema::{FieldExt as _, Operation, OperationExt as _, Problem};
use serde_json::{Map, Value as Json};

/// Reads each text as its parameter's type, so that a number may come as text and a time as `-7d`, and tells of everything
/// that is wrong with the values. `null` is no value.
pub(crate) fn read(operation: &Operation, given: &Map<String, Json>) -> (Map<String, Json>, Vec<Problem>) {
    let mut parameters = Map::new();
    let mut problems = Vec::new();
    for (name, given) in given {
        let parsed = match (operation.parameter(name), given) {
            (_, Json::Null) => continue,
            (Some(field), Json::String(text)) => field.parse(text),
            _ => Ok(given.clone()),
        };
        let value = parsed.unwrap_or_else(|problem| {
            problems.push(problem);
            given.clone()
        });
        parameters.insert(name.clone(), value);
    }
    let unreadable: Vec<String> = problems.iter().map(|problem| problem.parameter().to_owned()).collect();
    let checked = operation.check(&parameters).into_iter();
    problems.extend(checked.filter(|problem| unreadable.iter().all(|name| name != problem.parameter())));
    (parameters, problems)
}
