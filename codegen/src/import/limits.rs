//! Limits of the metadata, as far as the client can hold values against them.

use rds_api_schema::anchored;
use regex_lite::Regex;

use super::metadata::Schema;
use super::pattern::whole;
use crate::lower::EXACT;
use crate::spec::Field;

/// Bounds that only repeat the type.
const TYPE_BOUNDS: &[f64] =
    &[i32::MIN as f64, i32::MAX as f64, u32::MAX as f64, i64::MIN as f64, i64::MAX as f64];

/// Gives a field the limits of its type. Those that no value keeps, or that the type keeps by itself, limit nothing.
pub(super) fn set(field: &mut Field, schema: &Schema) {
    match field.kind.as_str() {
        "int32" => bound(field, schema, |limit| limit.fract() == 0.0 && holds_int32(limit)),
        "int64" => bound(field, schema, |limit| limit.fract() == 0.0 && limit.abs() <= EXACT),
        "float" => bound(field, schema, |limit| (limit as f32).is_finite()),
        "double" => bound(field, schema, |_| true),
        "string" | "timestamp" => {
            (field.min_length, field.max_length) = in_order(schema.min_length, schema.max_length);
            field.pattern = pattern(&schema.pattern);
        }
        "list" => (field.min_items, field.max_items) = in_order(schema.min_items, schema.max_items),
        _ => {}
    }
}

fn bound(field: &mut Field, schema: &Schema, is_of_type: fn(f64) -> bool) {
    let kept = |limit: Option<f64>| limit.filter(|limit| !TYPE_BOUNDS.contains(limit) && is_of_type(*limit));
    let (least, most) = (kept(schema.minimum), kept(schema.maximum));
    if least.zip(most).is_none_or(|(least, most)| least <= most) {
        (field.minimum, field.maximum) = (least, most);
    }
}

fn holds_int32(limit: f64) -> bool {
    (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&limit)
}

/// How much there is at least and at most.
fn in_order(least: Option<usize>, most: Option<usize>) -> (Option<usize>, Option<usize>) {
    // What no number of the specification can be is the end of some type.
    let is_limit = |most: &usize| *most > 0 && i64::try_from(*most).is_ok();
    let (least, most) = (least.filter(|least| *least > 0), most.filter(is_limit));
    if least.zip(most).is_some_and(|(least, most)| least > most) { (None, None) } else { (least, most) }
}

/// A pattern that the client can read.
fn pattern(vendors: &str) -> Option<String> {
    let own = Some(whole(vendors)).filter(|_| !vendors.is_empty())?;
    let is_anchored = own.starts_with('^') || own.ends_with('$') && !own.ends_with("\\$");
    (!is_anchored && Regex::new(&anchored(&own)).is_ok()).then_some(own)
}
