//! Points in time as the service writes them.

mod conversions;

use std::cmp::Ordering;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use rds_api_schema::Precision;

use crate::impl_serde;
use crate::instant;
use crate::object::{Datum, Slot, Value, debug};

/// A point in time, kept in the text the wire has it in.
///
/// The service writes ISO 8601 in UTC, but not all operations to the same precision: most responses have
/// `2024-03-15T08:30:00Z`, and many parameters want `2024-03-15T08:30Z`. You need not care: a parameter is sent as the
/// service takes it, in UTC, with what is finer cut off: 08:30:59 becomes 08:30. Only the end of a range to the minute is
/// rounded up, to 08:31, so that the range has all that was asked for: what has just happened is within one that ends now.
/// A text to the minute is sent as it is. A text that is no time makes the call fail with an error of kind
/// [`Input`](crate::ErrorKind::Input), before anything is sent.
///
/// It is made of a text, a [`SystemTime`], a [`jiff::Timestamp`] or a [`jiff::ZonedDateTime`], with the feature `chrono` of a
/// `chrono::DateTime`, with the feature `time` of a `time::OffsetDateTime`. `TryFrom` leads back to each but `ZonedDateTime`.
///
/// Two are equal if they are the same instant, however they are written, and sorted by it. Texts that are not times come
/// after all that are, and are equal if they are the same text.
///
/// ```
/// use rds_api::Timestamp;
///
/// let start = Timestamp::from("2024-03-15T08:30Z");
/// let time = start.to_system_time().expect("a valid time");
/// assert_eq!(Timestamp::from_system_time_secs(time).as_str(), "2024-03-15T08:30:00Z");
/// assert_eq!(Timestamp::from_system_time_minutes(time), start);
///
/// assert_eq!(start, Timestamp::from("2024-03-15T16:30:00+08:00"));
/// assert!(start < Timestamp::from("2024-03-15T08:30:01Z"));
/// assert_eq!(jiff::Timestamp::try_from(&start)?.as_second(), 1_710_491_400);
/// # Ok::<(), rds_api::Error>(())
/// ```
pub struct Timestamp(Box<str>);

impl Timestamp {
    /// A time to the second, as `yyyy-MM-ddTHH:mm:ssZ`; fractions are cut off.
    pub fn from_system_time_secs(time: SystemTime) -> Self {
        Self::of(conversions::of_system_time(time), Precision::Second)
    }

    /// A time to the minute, as `yyyy-MM-ddTHH:mmZ`; seconds are cut off.
    pub fn from_system_time_minutes(time: SystemTime) -> Self {
        Self::of(conversions::of_system_time(time), Precision::Minute)
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
        instant::read(&self.0)
    }

    fn of(time: jiff::Timestamp, precision: Precision) -> Self {
        Self(instant::write(time, precision).into())
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.instant(), other.instant()) {
            (Some(this), Some(other)) => this.cmp(&other),
            (None, None) => self.0.cmp(&other.0),
            (this, other) => this.is_none().cmp(&other.is_none()),
        }
    }
}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        instant::equal(&self.0, &other.0)
    }
}

impl Eq for Timestamp {}

#[cfg(any(feature = "hash", test))]
impl std::hash::Hash for Timestamp {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self.instant() {
            Some(instant) => instant.hash(state),
            None => self.0.hash(state),
        }
    }
}

impl Clone for Timestamp {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug::text("Timestamp", &self.0, formatter)
    }
}

impl FromStr for Timestamp {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

impl Datum for Timestamp {
    fn slot(place: &mut Option<Self>) -> Slot<'_> {
        Slot::Text(place)
    }
    fn value(&self) -> Value<'_> {
        Value::time(&self.0)
    }
}

impl_serde!(Timestamp);

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn timestamps_are_sorted_by_their_instants_and_what_is_no_time_comes_last() {
        let sorted = [
            "1969-12-31T23:59Z",
            "2024-03-15T09:30:00+08:00",
            "2024-03-15T08:29Z",
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
            if one == other {
                let hash = |it: &Timestamp| BuildHasherDefault::<DefaultHasher>::default().hash_one(it);
                prop_assert_eq!(hash(&one), hash(&other));
            }
            if one <= other && other <= third {
                prop_assert!(one <= third);
            }
        }
    }
}
