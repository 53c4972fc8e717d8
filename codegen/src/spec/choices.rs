//! The choices of the enums that the specification shares with the descriptions of operations: their names, and
//! what an editor says of each.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Value, json};

type Choices = &'static [(&'static str, &'static str)];

const ACCESS: Choices = &[("read", "Changes nothing at the service."), ("write", "May change something.")];

const ROLE: Choices = &[
    (
        "idempotency_token",
        "Gets a fresh token, kept over all attempts of a call, so that a write may be repeated.",
    ),
    ("region", "Gets the client's region."),
];

const LOCATION: Choices = &[("query", "In the query."), ("form", "In the form body.")];

const STYLE: Choices = &[
    ("flatten", "As `Name.1.Member`."),
    ("json", "As one JSON text."),
    ("simple", "As the elements joined with commas."),
];

const NUMBER: Choices =
    &[("int32", "32-bit integer."), ("int64", "64-bit integer."), ("double", "Double-precision number.")];

const PRECISION: Choices = &[
    ("minute", "As `yyyy-MM-ddTHH:mmZ`."),
    ("next_minute", "The same, rounded up: the end of a range."),
    ("second", "As `yyyy-MM-ddTHH:mm:ssZ`."),
];

const PAGINATION_STYLE: Choices =
    &[("page_number", "Pages are numbered from 1."), ("token", "Each page names the token of the next.")];

pub(super) fn access(_: &mut SchemaGenerator) -> Schema {
    one_of(ACCESS)
}

pub(super) fn role(_: &mut SchemaGenerator) -> Schema {
    one_of(ROLE)
}

pub(super) fn location(_: &mut SchemaGenerator) -> Schema {
    one_of(LOCATION)
}

pub(super) fn style(_: &mut SchemaGenerator) -> Schema {
    one_of(STYLE)
}

pub(super) fn number(_: &mut SchemaGenerator) -> Schema {
    one_of(NUMBER)
}

pub(super) fn precision(_: &mut SchemaGenerator) -> Schema {
    one_of(PRECISION)
}

pub(super) fn pagination_style(_: &mut SchemaGenerator) -> Schema {
    one_of(PAGINATION_STYLE)
}

fn one_of(choices: Choices) -> Schema {
    let choices: Vec<Value> = choices
        .iter()
        .map(|(name, about)| json!({ "description": about, "type": "string", "const": name }))
        .collect();
    schemars::json_schema!({ "oneOf": choices })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fmt::Debug;

    use rds_api_schema::{Access, Kind, Location, PaginationStyle, Precision, Role, Style};
    use serde::{Serialize, de::DeserializeOwned};

    use super::*;

    #[track_caller]
    fn assert_choices<T: Serialize + DeserializeOwned + Debug + PartialEq>(choices: Choices, all: &[T]) {
        let read: Vec<T> =
            choices.iter().map(|(name, _)| serde_json::from_value(json!(name)).unwrap()).collect();
        assert_eq!(read, all);
    }

    #[test]
    fn every_choice_is_what_the_type_reads() {
        assert_choices(ACCESS, &[Access::Read, Access::Write]);
        assert_choices(ROLE, &[Role::IdempotencyToken, Role::Region]);
        assert_choices(LOCATION, &[Location::Query, Location::Form]);
        assert_choices(STYLE, &[Style::Flatten, Style::Json, Style::Simple]);
        assert_choices(NUMBER, &[Kind::Int32, Kind::Int64, Kind::Double]);
        assert_choices(PRECISION, &[Precision::Minute, Precision::NextMinute, Precision::Second]);
        assert_choices(PAGINATION_STYLE, &[PaginationStyle::PageNumber, PaginationStyle::Token]);
    }
}
