use serde::{Deserialize, Serialize};

/// The values that a parameter may have; `None` where the specification sets no limit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Limits {
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "number")]
    pub minimum: Option<f64>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "number")]
    pub maximum: Option<f64>,
    /// The least number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// The greatest number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// The regular expression that the whole text matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The least number of elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_items: Option<usize>,
    /// The greatest number of elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
}

impl Limits {
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

/// Writes a whole number without `.0`.
fn number<S: serde::Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match *value {
        Some(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
            serializer.serialize_i64(number as i64)
        }
        Some(number) => serializer.serialize_f64(number),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;

    #[test]
    fn limits_read_as_a_person_would_say_them() {
        let limits = Limits {
            minimum: Some(0.5),
            maximum: Some(2_147_483_647.0),
            min_length: Some(1),
            max_length: Some(64),
            pattern: Some("^a".to_owned()),
            min_items: Some(6),
            max_items: Some(6),
        };
        assert_eq!(limits.in_words(), ["at least 0.5", "1 to 64 characters", "6 elements", "matching `^a`"]);
        assert!(Limits::default().in_words().is_empty());
    }
}
