//! A point in time from and to the types that programs have for one.

use std::time::SystemTime;

use rds_api_schema::Precision;

use super::Timestamp;
use crate::error::{Error, ErrorKind};
use crate::text::short_line;

/// The instant of a time, or the last that there is.
pub(super) fn of_system_time(time: SystemTime) -> jiff::Timestamp {
    jiff::Timestamp::try_from(time).unwrap_or(jiff::Timestamp::MAX)
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

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

impl From<jiff::Timestamp> for Timestamp {
    /// To the second; fractions are cut off.
    fn from(time: jiff::Timestamp) -> Self {
        Self::of(time, Precision::Second)
    }
}

impl From<jiff::ZonedDateTime> for Timestamp {
    /// To the second, in UTC; fractions are cut off.
    fn from(time: jiff::ZonedDateTime) -> Self {
        time.timestamp().into()
    }
}

#[cfg(feature = "chrono")]
impl<Z: chrono::TimeZone> From<chrono::DateTime<Z>> for Timestamp {
    /// To the second, in UTC; fractions are cut off.
    fn from(time: chrono::DateTime<Z>) -> Self {
        of_seconds(time.timestamp()).into()
    }
}

#[cfg(feature = "time")]
impl From<time::OffsetDateTime> for Timestamp {
    /// To the second, in UTC; fractions are cut off.
    fn from(time: time::OffsetDateTime) -> Self {
        of_seconds(time.unix_timestamp()).into()
    }
}

/// The instant of whole seconds since 1970, or the nearest that there is.
#[cfg(any(feature = "chrono", feature = "time"))]
fn of_seconds(seconds: i64) -> jiff::Timestamp {
    let (least, most) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
    let nearest = if seconds < 0 { least } else { most };
    jiff::Timestamp::from_second(seconds).unwrap_or(nearest)
}

/// `TryFrom` of a timestamp and of a reference to one.
macro_rules! try_from {
    ($($(#[$feature:meta])* $to:ty, $convert:expr;)*) => {$(
        $(#[$feature])*
        impl TryFrom<&Timestamp> for $to {
            type Error = Error;

            fn try_from(timestamp: &Timestamp) -> Result<Self, Error> {
                let convert: fn(jiff::Timestamp) -> Option<Self> = $convert;
                timestamp.instant().and_then(convert).ok_or_else(|| no_time(timestamp))
            }
        }
        $(#[$feature])*
        impl TryFrom<Timestamp> for $to {
            type Error = Error;

            fn try_from(timestamp: Timestamp) -> Result<Self, Error> {
                Self::try_from(&timestamp)
            }
        }
    )*};
}

try_from! {
    SystemTime, |instant| instant.try_into().ok();
    jiff::Timestamp, Some;
    #[cfg(feature = "chrono")]
    chrono::DateTime<chrono::Utc>, |instant| {
        Self::from_timestamp(instant.as_second(), 0)?
            .checked_add_signed(chrono::TimeDelta::nanoseconds(instant.subsec_nanosecond().into()))
    };
    #[cfg(feature = "time")]
    time::OffsetDateTime, |instant| Self::from_unix_timestamp_nanos(instant.as_nanosecond()).ok();
}

fn no_time(timestamp: &Timestamp) -> Error {
    let text = short_line(timestamp.as_str(), 64);
    Error::new(ErrorKind::Decode, format!("`{text}` is no time such as {}", Precision::Second.example()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Duration;

    use super::*;

    const TEXTS: [&str; 4] =
        ["2024-03-15T08:30:00Z", "1969-12-31T23:59:59Z", "9999-12-30T21:59:59Z", "2024-02-29T00:00:01Z"];

    fn timestamp(text: &str) -> Timestamp {
        text.into()
    }

    #[track_caller]
    fn assert_converts<T>()
    where
        T: TryFrom<Timestamp, Error = Error> + for<'t> TryFrom<&'t Timestamp, Error = Error>,
        Timestamp: From<T>,
    {
        for text in TEXTS {
            let given = timestamp(text);
            let [by_reference, by_value] =
                [T::try_from(&given), T::try_from(given)].map(|time| Timestamp::from(time.unwrap()));
            assert_eq!((by_reference.as_str(), by_value.as_str()), (text, text));
        }
        let minute = T::try_from(timestamp("2024-03-15T08:30Z")).unwrap();
        assert_eq!(Timestamp::from(minute).as_str(), "2024-03-15T08:30:00Z");
        let east = T::try_from(timestamp("2024-03-15T16:30:00.75+08:00")).unwrap();
        assert_eq!(Timestamp::from(east).as_str(), "2024-03-15T08:30:00Z");
        for text in ["", "soon", "2024-03-15"] {
            let error = T::try_from(timestamp(text)).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Decode, "{text}");
        }
    }

    #[test]
    fn every_type_of_time_comes_back_as_it_went() {
        assert_converts::<SystemTime>();
        assert_converts::<jiff::Timestamp>();
        #[cfg(feature = "chrono")]
        assert_converts::<chrono::DateTime<chrono::Utc>>();
        #[cfg(feature = "time")]
        assert_converts::<time::OffsetDateTime>();
    }

    #[test]
    fn fractions_survive_and_are_cut_off_when_written() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_710_491_400_750);
        let instant = jiff::Timestamp::try_from(time).unwrap();
        assert_eq!(Timestamp::from(time), Timestamp::from(instant));
        let text = Timestamp::from("2024-03-15T08:30:00.75Z");
        assert_eq!(jiff::Timestamp::try_from(&text).unwrap(), instant);
        #[cfg(feature = "chrono")]
        assert_eq!(chrono::DateTime::try_from(&text).unwrap().timestamp_subsec_millis(), 750);
        #[cfg(feature = "time")]
        assert_eq!(time::OffsetDateTime::try_from(&text).unwrap().millisecond(), 750);
    }
}
