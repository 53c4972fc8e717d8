use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

/// The values that a parameter may have; `None` where the specification sets no limit. Of a list or a map, those of
/// numbers and texts are the limits of what it holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Limits {
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "number")]
    pub minimum: Option<f64>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "number")]
    pub maximum: Option<f64>,
    /// The least number of characters (Unicode scalar values).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "count")]
    pub min_length: Option<usize>,
    /// The greatest number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "count")]
    pub max_length: Option<usize>,
    /// The regular expression, of the syntax of `regex-lite`, that the whole text matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The least number of elements.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "count")]
    pub min_items: Option<usize>,
    /// The greatest number of elements.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "count")]
    pub max_items: Option<usize>,
}

impl Limits {
    /// The pattern for an engine that looks for a match anywhere in the text, as most do: no more than the whole text is one.
    pub fn anchored_pattern(&self) -> Option<String> {
        self.pattern.as_deref().map(anchored)
    }

    /// Each limit as a person would say it, such as `1 to 64 characters`.
    pub fn in_words(&self) -> Vec<String> {
        let range = |least: Option<String>, most: Option<String>, unit: &str| match (least, most) {
            (Some(least), Some(most)) if least == most => Some(format!("{least}{unit}")),
            (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
            (Some(least), None) => Some(format!("at least {least}{unit}")),
            (None, Some(most)) => Some(format!("at most {most}{unit}")),
            (None, None) => None,
        };
        // A bound that is merely that of the type says nothing.
        let bound = |value: Option<f64>| {
            value.filter(|value| value.abs() < f64::from(i32::MAX)).map(|value| value.to_string())
        };
        let count = |value: Option<usize>| value.map(|value| value.to_string());
        [
            range(bound(self.minimum), bound(self.maximum), ""),
            range(count(self.min_length), count(self.max_length), " characters"),
            range(count(self.min_items), count(self.max_items), " elements"),
            self.pattern.as_ref().map(|pattern| format!("matching `{pattern}`")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// A regular expression that matches the whole text or nothing.
pub fn anchored(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

mod number {
    use super::{Deserializer, Number};

    /// Writes a whole number without `.0`.
    pub(super) fn serialize<S: serde::Serializer>(
        value: &Option<f64>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match *value {
            Some(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                serializer.serialize_i64(number as i64)
            }
            Some(number) => serializer.serialize_f64(number),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
        deserializer.deserialize_any(Number).map(Some)
    }
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    deserializer.deserialize_any(Number).map(|number| Some(number as usize))
}

/// A number, or an object with its text: the limits of a field lie among its other members, and what is read from there
/// is such an object where some crate of the program has switched on the feature `arbitrary_precision` of `serde_json`.
struct Number;

impl<'de> Visitor<'de> for Number {
    type Value = f64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<f64, E> {
        Ok(value)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<f64, A::Error> {
        let text = members.next_entry::<String, String>()?.map(|(_, text)| text).unwrap_or_default();
        text.parse().map_err(|_| A::Error::custom("there is no number"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Limits;

    #[test]
    fn limits_read_as_a_person_would_say_them() {
        let limits = Limits {
            minimum: Some(0.5),
            maximum: Some(2_147_483_647.0),
            min_length: Some(1),
            max_length: Some(64),
            pattern: Some("a|b".to_owned()),
            min_items: Some(6),
            max_items: Some(6),
        };
        assert_eq!(limits.in_words(), ["at least 0.5", "1 to 64 characters", "6 elements", "matching `a|b`"]);
        assert_eq!(limits.anchored_pattern().as_deref(), Some("^(?:a|b)$"));
        assert!(Limits::default().in_words().is_empty());
    }

    /// As in a field, beside other members, where `serde` keeps them for a while.
    #[derive(serde::Deserialize)]
    struct Whole {
        name: String,
        #[serde(flatten)]
        limits: Limits,
    }

    #[test]
    fn limits_are_read_whatever_precision_numbers_have() {
        let object = |number: &str| format!(r#"{{"$serde_json::private::Number":"{number}"}}"#);
        for (least, most, length) in [
            ("-0.5".to_owned(), "9007199254740993".to_owned(), "64".to_owned()),
            (object("-0.5"), object("9007199254740993"), object("64")),
        ] {
            let text = format!(r#"{{"name":"n","minimum":{least},"maximum":{most},"max_length":{length}}}"#);
            let Whole { name, limits } = serde_json::from_str(&text).unwrap();
            assert_eq!((name.as_str(), limits.minimum, limits.max_length), ("n", Some(-0.5), Some(64)));
            assert_eq!((limits.maximum, limits.min_items), (Some(9_007_199_254_740_993.0), None));
        }
        assert!(serde_json::from_str::<Whole>(r#"{"name":"n","minimum":"five"}"#).is_err());
        assert!(serde_json::from_str::<Whole>(r#"{"name":"n","minimum":{"a":"five"}}"#).is_err());
    }
}
