//! The facts of a field and of an operation besides their documentation, in words.

use rds_api::schema::{Field, Kind, Metric, Operation, Precision, Role, Shape};

/// Everything worth knowing before giving a value on the command line, a phrase each.
pub(crate) fn notes(field: &Field) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(why) = &field.deprecated {
        notes.push(format!("deprecated: {why}"));
    }
    notes.extend(values_in_words(field));
    if let Some(example) = &field.example
        && field.shape.kind != Kind::Enum
        && !field.doc.contains(example)
    {
        notes.push(format!("such as {example}"));
    }
    if field.sensitive {
        notes.push("secret; @FILE reads it from a file, @- from standard input, @env:NAME from a variable, @prompt asks for it".to_owned());
    }
    notes
}

/// How a time may be given on the command line, if the value has one.
pub(crate) fn forms_of_times(shape: &Shape) -> Option<&'static str> {
    let is_inside = shape.items.as_deref().and_then(forms_of_times).is_some()
        || shape.fields.iter().any(|field| forms_of_times(&field.shape).is_some());
    (shape.kind == Kind::Timestamp || is_inside)
        .then_some("a time, a date, now, today, yesterday, or how long ago: -7d, -90m, -1h30m; all in UTC")
}

/// What the numbers of a metric are, behind what it means.
pub(crate) fn metric_in_words(metric: &Metric) -> String {
    let Metric { engines, unit, parts } = metric;
    let unit = unit.as_ref().map(|unit| format!(" In {unit}.")).unwrap_or_default();
    let parts = match parts.as_slice() {
        [] => String::new(),
        parts => format!(" Its numbers: {}.", parts.join(", ")),
    };
    format!("{unit}{parts} Of {}.", engines.join(", "))
}

/// Which values are taken, and which one is where none is given.
pub(crate) fn values_in_words(field: &Field) -> Vec<String> {
    let role = field.role.map(|role| match role {
        Role::Region => "filled in with the region".to_owned(),
        Role::IdempotencyToken => "a write is given a fresh token".to_owned(),
    });
    let default = field.default.as_ref().map(|default| format!("default: {default}"));
    role.into_iter().chain(field.limits.in_words()).chain(default).collect()
}

/// The values with which an operation that otherwise reads changes something.
pub(crate) fn writes_when(operation: &Operation) -> String {
    let values = operation.writes_when.iter().map(|given| format!("{}={}", given.name, given.value));
    values.collect::<Vec<_>>().join(" or ")
}

/// The type of a value, such as `list of Tag`.
pub(crate) fn type_of(shape: &Shape) -> String {
    let of = |what: &str| match &shape.items {
        Some(items) => format!("{what} of {}", type_of(items)),
        None => what.to_owned(),
    };
    match shape.kind {
        Kind::List => of("list"),
        Kind::Map => of("map"),
        Kind::Object | Kind::Enum => {
            let kind = if shape.kind == Kind::Enum { "enum" } else { "object" };
            shape.type_name.as_ref().map_or_else(|| kind.to_owned(), |name| format!("{kind} {name}"))
        }
        Kind::String => "text".to_owned(),
        Kind::Bool => "true or false".to_owned(),
        Kind::Int32 => "integer".to_owned(),
        Kind::Int64 => "64-bit integer".to_owned(),
        Kind::Float | Kind::Double => "number".to_owned(),
        Kind::Timestamp => match shape.precision {
            Precision::Minute => "time to the minute".to_owned(),
            Precision::NextMinute => "time to the minute, rounded up".to_owned(),
            Precision::Second => "time".to_owned(),
        },
        Kind::Json => "JSON".to_owned(),
    }
}
