//! Ranges of time, whose ends are later than their starts.

use rds_api_schema::RANGES;
use serde_json::{Map, Value as Json};

use super::{Field, Kind};
use crate::timestamp::Timestamp;

/// The starts of ranges among the values, each with the end if that is not later.
pub fn reversed_ranges<'f>(fields: &'f [Field], values: &Map<String, Json>) -> Vec<(&'f Field, &'f Field)> {
    let time = |name: &str| {
        let field = fields.iter().find(|field| field.name == name && field.shape.kind == Kind::Timestamp)?;
        let time = Timestamp::from(values.get(name)?.as_str()?).to_system_time()?;
        Some((field, time))
    };
    let reversed = RANGES.iter().filter_map(|(start, end)| {
        let ((start, since), (end, until)) = (time(start)?, time(end)?);
        (since >= until).then_some((start, end))
    });
    reversed.collect()
}
