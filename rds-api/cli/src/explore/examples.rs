//! Values to try an operation with.

use rds_api::schema::{Field, FieldExt as _, Kind};
use rds_api_testing::FakeService;
use serde_json::{Value as Json, json};

use super::identifiers::thing;
use crate::seed;

/// A value to try a parameter with, if there is one that may be of use: what names a thing of the documentation names none
/// of the account, and what is masked there is nothing at all.
pub(super) fn example(field: &Field, is_embedded: bool) -> Option<Json> {
    if field.sensitive {
        return None;
    }
    if let Some(thing) = thing(&field.name) {
        return known(thing).filter(|_| is_embedded).map(|value| match field.shape.kind {
            Kind::List => json!([value]),
            _ => value.into(),
        });
    }
    match field.shape.kind {
        Kind::Timestamp => Some(time(&field.name).into()),
        Kind::String | Kind::Json | Kind::Map | Kind::List if field.example.is_none() => None,
        _ => Some(field.sample()).filter(|sample| !is_masked(&sample.to_string())),
    }
}

/// What the embedded service has at first.
fn known(thing: &str) -> Option<&'static str> {
    match thing {
        "DBInstanceId" => Some(FakeService::INSTANCE),
        "AccountName" => Some(seed::ACCOUNT),
        "DBName" => Some(seed::DATABASE),
        _ => None,
    }
}

/// A time of today: whatever the documentation has is long past.
fn time(name: &str) -> &'static str {
    match name {
        _ if name.contains("Start") || name.contains("Begin") || name.contains("Restore") => "-1h",
        _ if name.contains("End") => "now",
        _ => "+1d",
    }
}

fn is_masked(text: &str) -> bool {
    text.contains("**") || text.contains("XX")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::schema;
    use serde_json::Map;

    use super::*;
    use crate::values;

    /// Every example is one that the form takes, and none of them is masked.
    #[test]
    fn examples_are_taken() {
        let mut examples = 0;
        for operation in schema::operations() {
            for field in operation.required() {
                for is_embedded in [true, false] {
                    let Some(example) = example(field, is_embedded) else { continue };
                    assert!(!is_masked(&example.to_string()), "{} {}", operation.name, field.name);
                    let given = Map::from_iter([(field.name.clone(), example)]);
                    let (_, problems) = values::read(operation, &given);
                    let own: Vec<_> = problems.iter().filter(|it| it.parameter() == field.name).collect();
                    assert!(own.is_empty(), "{} {given:?}: {}", operation.name, own[0]);
                    examples += 1;
                }
            }
        }
        assert!(examples > 200, "{examples}");
    }

    #[test]
    fn what_the_embedded_service_has_is_known() {
        let operation = schema::operation("ResetAccountPassword").unwrap();
        let of = |name: &str, is_embedded| example(operation.parameter(name).unwrap(), is_embedded);
        assert_eq!(of("DBInstanceId", true), Some(FakeService::INSTANCE.into()));
        assert_eq!(of("AccountName", true), Some("app".into()));
        assert_eq!(of("AccountName", false), None);
        assert_eq!(of("AccountPassword", true), None);
    }
}
