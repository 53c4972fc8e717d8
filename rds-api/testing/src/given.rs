//! Values as programs in other languages give them: a number or a truth value may be written as a text, as in a query, and
//! a time is a number of seconds.

use std::str::FromStr;
use std::time::Duration;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

/// Reads what is given as JSON, or says what is wrong, and where.
pub(crate) fn read<T: DeserializeOwned + Serialize>(given: &Json) -> Result<T, String> {
    let value: T = named(given).map_err(|error: serde_json::Error| error.to_string())?;
    // A value writes all of its members, so what is given and not written again is none of them. Serde itself sees that
    // neither where values are flattened nor where they have a tag.
    let known = serde_json::to_value(&value).unwrap_or_default();
    check_members("", given, &known)?;
    Ok(value)
}

fn check_members(place: &str, given: &Json, known: &Json) -> Result<(), String> {
    match (given, known) {
        (Json::Object(given), Json::Object(known)) => given.iter().try_for_each(|(name, value)| {
            let names: Vec<&str> = known.keys().map(String::as_str).collect();
            match known.get(name) {
                Some(known) => check_members(&format!("{place}{name}."), value, known),
                None if names.is_empty() => {
                    Err(format!("there is no `{place}{name}`; nothing is to be given"))
                }
                None => Err(format!("there is no `{place}{name}`; there are {}", names.join(", "))),
            }
        }),
        (Json::Array(given), Json::Array(known)) => {
            let mut pairs = given.iter().zip(known).enumerate();
            pairs.try_for_each(|(index, (given, known))| {
                check_members(&format!("{place}{index}."), given, known)
            })
        }
        // Serde takes a number for the name of a variant.
        (Json::Number(_) | Json::Bool(_), Json::String(_)) => {
            Err(format!("`{}` is `{given}`, and is to be a text", place.trim_end_matches('.')))
        }
        _ => Ok(()),
    }
}

/// Reads a value, and names the member at which that fails, which serde forgets where values are flattened or have a tag.
pub(crate) fn named<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let place = error.path().to_string();
        D::Error::custom(match place.as_str() {
            "." | "?" => error.inner().to_string(),
            _ => format!("`{place}`: {}", error.inner()),
        })
    })
}

/// A value of which only those are taken for which this is true; `what` it is to be is for the error.
fn value<'de, D: Deserializer<'de>, T: FromStr>(
    deserializer: D,
    what: &str,
    is_taken: impl Fn(&T) -> bool,
) -> Result<T, D::Error> {
    let given = Json::deserialize(deserializer)?;
    let text = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
    let value = text.trim().parse().ok().filter(is_taken);
    value.ok_or_else(|| D::Error::custom(format!("it is `{text}`, and is to be {what}")))
}

pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    value(deserializer, "true or false", |_| true)
}

pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    value(deserializer, "a whole number, and not below 0", |_| true)
}

/// A number of days, for which all of a history is made.
#[cfg(feature = "simulation")]
pub(crate) fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    value(deserializer, "a whole number from 0 to 1000", |days| *days <= 1000)
}

pub(crate) fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    value(deserializer, "a number from 0 to 1", |share| (0.0..=1.0).contains(share))
}

/// A status with which a response is no success.
pub(crate) fn status_of_failure<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    value(deserializer, "a status of HTTP that is no success, from 300 to 599", |it| (300..=599).contains(it))
}

/// A text that is not empty.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    value(deserializer, "a text that is not empty", |text: &String| !text.is_empty())
}

/// A value that may be absent or null.
macro_rules! optional {
    ($name:ident, $of:path, $type:ty) => {
        pub(crate) fn $name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<$type>, D::Error> {
            match Json::deserialize(deserializer)? {
                Json::Null => Ok(None),
                given => $of(given).map(Some).map_err(D::Error::custom),
            }
        }
    };
}

optional!(optional_flag, flag, bool);
optional!(optional_count, count, u64);

/// A time as a number of seconds.
pub(crate) mod seconds {
    use super::*;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        // No longer than a clock can go on.
        let is_time = |seconds: &f64| (0.0..1e11).contains(seconds);
        let what = "a number of seconds, such as 0.5, and not below 0";
        value(deserializer, what, is_time).map(Duration::from_secs_f64)
    }

    pub(crate) fn serialize<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(time.as_secs_f64())
    }
}

/// A time as a number of seconds, or none.
pub(crate) mod optional_seconds {
    use super::*;

    optional!(deserialize, seconds::deserialize, Duration);

    pub(crate) fn serialize<S: serde::Serializer>(
        time: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(|time| time.as_secs_f64()).serialize(serializer)
    }
}
