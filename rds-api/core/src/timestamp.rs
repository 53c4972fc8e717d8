//! Points in time as the service writes them.

use std::cmp::Ordering;
use std::time::SystemTime;

use crate::object::impl_text;

/// A point in time, kept in the text the wire has it in.
///
/// The service writes ISO 8601 in UTC, but not all operations to the same precision: most responses have
/// `2024-03-15T08:30:00Z`, many parameters want `2024-03-15T08:30Z`, which the documentation of the parameter
/// says. So this type keeps the text and reads it on demand.
///
/// ```
/// use rds_api::Timestamp;
///
/// let start = Timestamp::from("2024-03-15T08:30Z");
/// let time = start.to_system_time().expect("a valid time");
/// assert_eq!(Timestamp::from_system_time_secs(time).as_str(), "2024-03-15T08:30:00Z");
/// assert_eq!(Timestamp::from_system_time_minutes(time), start);
///
/// // The order is that of the instants, however they are written.
/// assert!(start < Timestamp::from("2024-03-15T08:30:01Z"));
/// ```
pub struct Timestamp(Box<str>);

impl Timestamp {
    /// A time to the second, as `yyyy-MM-ddTHH:mm:ssZ`; fractions are cut off.
    pub fn from_system_time_secs(time: SystemTime) -> Self {
        Self::format(time, "%Y-%m-%dT%H:%M:%SZ")
    }

    /// A time to the minute, as `yyyy-MM-ddTHH:mmZ`; seconds are cut off.
    pub fn from_system_time_minutes(time: SystemTime) -> Self {
        Self::format(time, "%Y-%m-%dT%H:%MZ")
    }

    /// The text that the wire carries for this value.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The point in time, or `None` if the text is none that the service is known to write.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        self.instant()?.try_into().ok()
    }

    fn instant(&self) -> Option<jiff::Timestamp> {
        let text: &str = &self.0;
        let parsed = text.parse::<jiff::Timestamp>().or_else(|error| {
            // Without seconds the text is valid ISO 8601 but not valid RFC 3339.
            let minutes = text.strip_suffix('Z').ok_or(error)?;
            format!("{minutes}:00Z").parse()
        });
        parsed.ok()
    }

    fn format(time: SystemTime, format: &str) -> Self {
        let time = jiff::Timestamp::try_from(time).unwrap_or(jiff::Timestamp::MAX);
        Self(time.strftime(format).to_string().into())
    }
}

/// By the instant, and by the text where two texts name the same one or none: values are equal only if their texts
/// are. Texts that are not times come after all that are.
impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_instant = match (self.instant(), other.instant()) {
            (Some(this), Some(other)) => this.cmp(&other),
            (this, other) => this.is_none().cmp(&other.is_none()),
        };
        by_instant.then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl_text!(Timestamp);

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<SystemTime> for Timestamp {
    /// The same as [`from_system_time_secs`](Timestamp::from_system_time_secs).
    fn from(time: SystemTime) -> Self {
        Self::from_system_time_secs(time)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn timestamps_are_sorted_by_their_instants_and_what_is_no_time_comes_last() {
        let sorted = [
            "1969-12-31T23:59Z",
            "2024-03-15T09:30:00+08:00",
            "2024-03-15T08:29Z",
            "2024-03-15T08:30:00Z",
            "2024-03-15T08:30Z",
            "2024-03-15T08:30:00.5Z",
            "2024-03-15T08:31Z",
            "",
            "0000-00-00T00:00Z",
            "2024-03-15 08:30:00",
            "soon",
        ];
        let mut timestamps = sorted.map(Timestamp::from);
        timestamps.reverse();
        timestamps.sort();
        assert_eq!(timestamps.each_ref().map(Timestamp::as_str), sorted);
    }

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof!["2024-0[1-3]-0[1-3]T0[0-2]:0[0-2](:0[0-2])?(Z|\\+0[0-2]:00)", "[0-9T:Z-]{0,6}"]
    }

    proptest! {
        #[test]
        fn the_order_is_total_and_agrees_with_equality(one in texts(), other in texts(), third in texts()) {
            let [one, other, third] = [one, other, third].map(Timestamp::from);
            prop_assert_eq!(one.cmp(&other), other.cmp(&one).reverse());
            prop_assert_eq!(one == other, one.cmp(&other).is_eq());
            if one <= other && other <= third {
                prop_assert!(one <= third);
            }
        }
    }
}
