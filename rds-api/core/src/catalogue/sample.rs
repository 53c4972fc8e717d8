//! Sample values, from the examples of the specification.

use std::time::Duration;

use serde_json::{Map, Number, Value as Json, json};

use super::ranges::reversed_ranges;
use super::{Field, Kind, Limits, Precision, Shape, check};
use crate::timestamp::Timestamp;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A sample value for each of the fields, by name: see [`FieldExt::sample`](super::FieldExt::sample).
///
/// ```
/// use rds_api::schema;
///
/// let operation = schema::operation("DescribeBackupTasks").expect("a known operation");
/// let response = schema::samples(&operation.response);
/// assert!(response["Items"]["BackupJob"][0]["BackupJobId"].is_string());
/// ```
pub fn values(fields: &[Field]) -> Map<String, Json> {
    let mut values: Map<String, Json> =
        fields.iter().map(|field| (field.name.clone(), value(field))).collect();
    // Examples are often of one time. A range has to end later than it starts.
    for (start, end) in reversed_ranges(fields, &values) {
        if let Some(later) = later(&values[&start.name], end.shape.precision) {
            values.insert(end.name.clone(), later);
        }
    }
    values
}

/// A day after a time.
fn later(time: &Json, precision: Precision) -> Option<Json> {
    let time = Timestamp::from(time.as_str()?).to_system_time()?.checked_add(DAY)?;
    let text = match precision {
        Precision::Minute | Precision::NextMinute => Timestamp::from_system_time_minutes(time),
        Precision::Second => Timestamp::from_system_time_secs(time),
    };
    Some(text.as_str().into())
}

/// A value for the field.
pub(super) fn value(field: &Field) -> Json {
    sample(&field.shape, &field.limits, field.example.as_deref().unwrap_or_default())
}

fn sample(shape: &Shape, limits: &Limits, example: &str) -> Json {
    match shape.kind {
        Kind::Bool => example.eq_ignore_ascii_case("true").into(),
        Kind::Int32 => example.parse::<i32>().map_or_else(|_| integer(limits), Json::from),
        Kind::Int64 => example.parse::<i64>().map_or_else(|_| integer(limits), Json::from),
        Kind::Float | Kind::Double => {
            let number = example.parse().unwrap_or_else(|_| within(limits, 1.5));
            Number::from_f64(number).map_or(json!(1.5), Json::Number)
        }
        Kind::String => if example.is_empty() { "text" } else { example }.into(),
        Kind::Timestamp => if example.is_empty() { shape.precision.example() } else { example }.into(),
        Kind::Enum => {
            let value = shape.values.iter().find(|value| value.value == example).or(shape.values.first());
            value.map_or(example, |value| &value.value).into()
        }
        Kind::Object => values(&shape.fields).into(),
        Kind::Json => json_in(shape, example).unwrap_or_else(|| json!({ "key": "value" })),
        Kind::Map => json_in(shape, example).unwrap_or_else(|| {
            let item = shape.items.as_deref().map(|items| sample(items, limits, ""));
            json!({ "key": item })
        }),
        Kind::List => {
            let element = match json_in(shape, example) {
                Some(Json::Array(elements)) => elements.into_iter().next(),
                _ => None,
            };
            let sample = |items: &Shape| sample(items, limits, example);
            let element = element.or_else(|| shape.items.as_deref().map(sample));
            let elements: Vec<Json> = element.into_iter().collect();
            match &shape.wrapper {
                Some(wrapper) => json!({ wrapper: elements }),
                None => elements.into(),
            }
        }
    }
}

/// The value of an example that is written as JSON, if it fits.
fn json_in(shape: &Shape, example: &str) -> Option<Json> {
    let value = serde_json::from_str(example).ok()?;
    check::fits(shape, &value).then_some(value)
}

fn integer(limits: &Limits) -> Json {
    (within(limits, 1.0) as i64).into()
}

fn within(limits: &Limits, number: f64) -> f64 {
    number.max(limits.minimum.unwrap_or(f64::MIN)).min(limits.maximum.unwrap_or(f64::MAX))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::catalogue::FieldExt as _;

    #[test]
    fn a_range_ends_later_than_it_starts() {
        for (start, end, precision, expected) in [
            ("2024-03-15T08:30Z", "2024-03-15T08:30Z", "minute", "2024-03-16T08:30Z"),
            ("2024-12-31T08:30:00Z", "2024-03-15T08:30:00Z", "second", "2025-01-01T08:30:00Z"),
            ("2024-03-15T08:30:00Z", "2024-03-15T08:30:01Z", "second", "2024-03-15T08:30:01Z"),
            ("", "", "second", "2024-03-16T08:30:00Z"),
            ("noon", "midnight", "second", "midnight"),
        ] {
            let field = |name: &str, example: &str| {
                format!(
                    r#"{{"name": "{name}", "rust_name": "it", "doc": "", "type": "timestamp", "precision": "{precision}",
                        "example": "{example}"}}"#
                )
            };
            let fields = format!("[{}, {}]", field("EndTime", end), field("StartTime", start));
            let fields: Vec<Field> = serde_json::from_str(&fields).unwrap();
            assert_eq!(values(&fields)["EndTime"], expected, "{start} {end}");
        }
    }

    #[test]
    fn an_example_is_used_where_it_fits() {
        for (field, sample) in [
            (r#""type": "string", "example": "rm-1""#, json!("rm-1")),
            (r#""type": "int32", "example": "45""#, json!(45)),
            (r#""type": "int32", "example": "4***""#, json!(1)),
            (r#""type": "int32", "minimum": 30"#, json!(30)),
            (r#""type": "double", "maximum": 0.5"#, json!(0.5)),
            (r#""type": "list", "items": {"type": "string"}, "example": "[\"a\", \"b\"]""#, json!(["a"])),
            (r#""type": "list", "items": {"type": "int32"}, "example": "[\"a\"]""#, json!([1])),
            (r#""type": "list", "items": {"type": "int32"}, "minimum": 30"#, json!([30])),
            (r#""type": "map", "items": {"type": "int64"}, "maximum": -1"#, json!({ "key": -1 })),
            (r#""type": "list", "items": {"type": "bool"}, "wrapper": "It""#, json!({ "It": [false] })),
            (r#""type": "map", "items": {"type": "int64"}, "example": "{\"a\": 7}""#, json!({ "a": 7 })),
            (r#""type": "map", "items": {"type": "int64"}"#, json!({ "key": 1 })),
            (r#""type": "json", "example": "{\"a\": []}""#, json!({ "a": [] })),
            (
                r#""type": "enum", "example": "c", "values": [{"value": "a", "rust_name": "A", "doc": ""}]"#,
                json!("a"),
            ),
        ] {
            let text = format!(r#"{{"name": "It", "rust_name": "it", "doc": "", {field}}}"#);
            let field: Field = serde_json::from_str(&text).unwrap();
            assert_eq!(field.sample(), sample, "{text}");
        }
    }
}
