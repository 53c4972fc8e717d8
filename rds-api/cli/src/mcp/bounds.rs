//! A value within a number of bytes, and what was left out of it.

use std::io;

use rds_api_core::text::short_line;
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// Less than this is not worth a part of anything.
const LEAST: usize = 40;
/// So many places are told where something was left out.
const MAX_PLACES: usize = 30;

/// A value that was cut, if it had to be.
pub(super) struct Bounded {
    pub(super) value: Json,
    /// What was left out and where, a phrase each.
    pub(super) left_out: Vec<String>,
}

/// The value within so many bytes of JSON. Of a list the first entries stay, of a text its beginning, and of an object
/// all that is small: what is large in it shares what is left.
pub(super) fn bounded(value: Json, bytes: usize) -> Bounded {
    let mut left_out = LeftOut::default();
    let value = cut(value, bytes, "", &mut left_out);
    let mut places = left_out.0;
    if places.len() > MAX_PLACES {
        let more = places.len() - MAX_PLACES;
        places.truncate(MAX_PLACES);
        places.push(format!("and something at {more} more places"));
    }
    Bounded { value, left_out: places }
}

/// How many bytes a value has as JSON.
pub(super) fn length(value: &impl Serialize) -> usize {
    struct Counter(usize);
    impl io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    match serde_json::to_writer(&mut counter, value) {
        Ok(()) => counter.0,
        // It cannot be written, so it has no end.
        Err(_) => usize::MAX,
    }
}

/// The places where something was left out.
#[derive(Default)]
struct LeftOut(Vec<String>);

impl LeftOut {
    fn add(&mut self, place: &str, what: &str) {
        let place = if place.is_empty() { "the whole" } else { place };
        self.0.push(format!("{}: {what}", short_line(place, 200)));
    }
}

fn cut(value: Json, bytes: usize, place: &str, left_out: &mut LeftOut) -> Json {
    if length(&value) <= bytes {
        return value;
    }
    match value {
        Json::Array(entries) => cut_list(entries, bytes, place, left_out),
        Json::Object(members) => cut_object(members, bytes, place, left_out),
        Json::String(text) => {
            let kept = beginning(&text, bytes.saturating_sub(2));
            let (shown, all) = (kept.chars().count(), text.chars().count());
            left_out.add(place, &format!("the first {shown} of {all} characters are shown"));
            kept.into()
        }
        // Numbers are short.
        scalar => scalar,
    }
}

fn cut_list(entries: Vec<Json>, bytes: usize, place: &str, left_out: &mut LeftOut) -> Json {
    let all = entries.len();
    let mut kept = Vec::new();
    let mut rest = bytes.saturating_sub(2);
    for entry in entries {
        let length = length(&entry) + 1;
        if length <= rest {
            rest -= length;
            kept.push(entry);
            continue;
        }
        if kept.is_empty() && rest > LEAST {
            kept.push(cut(entry, rest - 1, &format!("{place}[0]"), left_out));
        }
        break;
    }
    if kept.len() < all {
        left_out.add(place, &format!("the first {} of {all} entries are shown", kept.len()));
    }
    kept.into()
}

fn cut_object(members: Map<String, Json>, bytes: usize, place: &str, left_out: &mut LeftOut) -> Json {
    let mut sizes: Vec<(usize, usize)> =
        members.iter().map(|(name, value)| length(name) + 2 + length(value)).enumerate().collect();
    sizes.sort_by_key(|(_, size)| *size);
    // The small ones take what they need, and leave more to the others than their share.
    let mut rest = bytes.saturating_sub(2);
    let mut shares = vec![0; members.len()];
    for (position, (index, size)) in sizes.iter().enumerate() {
        let share = rest / (sizes.len() - position);
        shares[*index] = share.min(*size);
        rest -= shares[*index];
    }
    let mut kept = Map::new();
    let mut missing = Vec::new();
    for ((name, value), share) in members.into_iter().zip(shares) {
        let own = length(&name) + 2;
        let is_whole = own + length(&value) <= share;
        if !is_whole && share < own + LEAST {
            missing.push(name);
            continue;
        }
        let inside = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
        let value = cut(value, share - own, &inside, left_out);
        kept.insert(name, value);
    }
    if !missing.is_empty() {
        left_out.add(place, &format!("without {}", short_line(&missing.join(", "), 500)));
    }
    kept.into()
}

/// The beginning of a text that has so many bytes within a text of JSON.
fn beginning(text: &str, bytes: usize) -> &str {
    let mut rest = bytes;
    for (at, character) in text.char_indices() {
        let needed = match character {
            '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
            control if control < ' ' => 6,
            other => other.len_utf8(),
        };
        if needed > rest {
            return &text[..at];
        }
        rest -= needed;
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn any_json() -> impl Strategy<Value = Json> {
        let scalar = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            "\\PC{0,80}".prop_map(Json::from),
            "[\\x00-\\x7f]{0,200}".prop_map(Json::from),
        ];
        scalar.prop_recursive(5, 200, 12, |inside| {
            prop_oneof![
                vec(inside.clone(), 0..12).prop_map(Json::from),
                btree_map("[a-zA-Z\"]{1,12}", inside, 0..12)
                    .prop_map(|members| { Json::Object(members.into_iter().collect()) }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_left_fits_and_what_is_not_is_told(value in any_json(), bytes in 100_usize..2_000) {
            let Bounded { value: kept, left_out } = bounded(value.clone(), bytes);
            prop_assert!(length(&kept) <= bytes, "{} > {bytes}: {kept}", length(&kept));
            prop_assert_eq!(left_out.is_empty(), kept == value, "{:?}", left_out);
            prop_assert_eq!(kept == value, length(&value) <= bytes);
            prop_assert_eq!(length(&value), value.to_string().len());
        }
    }

    #[test]
    fn what_is_small_stays_and_lists_keep_their_first_entries() {
        let entries: Vec<Json> =
            (0..1_000).map(|number| json!({ "DBInstanceId": format!("rm-{number:04}") })).collect();
        let response =
            json!({ "Items": { "DBInstance": entries }, "RequestId": "R", "TotalRecordCount": 1_000 });
        let Bounded { value, left_out } = bounded(response, 2_000);
        assert_eq!((&value["RequestId"], &value["TotalRecordCount"]), (&json!("R"), &json!(1_000)));
        let kept = value["Items"]["DBInstance"].as_array().map_or(0, Vec::len);
        assert!((60..90).contains(&kept), "{kept}");
        assert_eq!(value["Items"]["DBInstance"][0]["DBInstanceId"], "rm-0000");
        assert_eq!(left_out, [format!("Items.DBInstance: the first {kept} of 1000 entries are shown")]);

        let Bounded { value, left_out } = bounded(json!({ "Log": "é".repeat(5_000), "Id": 7 }), 1_000);
        assert_eq!(value["Id"], 7);
        assert!(
            left_out[0].starts_with("Log: the first 4")
                && left_out[0].ends_with("of 5000 characters are shown")
        );
    }
}
