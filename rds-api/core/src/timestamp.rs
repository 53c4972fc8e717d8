//! Points in time as the service writes them.

use std::time::{Duration, SystemTime};

use crate::object::impl_text;

/// A point in time, kept in the text the wire has it in.
///
/// The service writes ISO 8601 in UTC, but not all operations to the same precision: most answers have
/// `2024-03-15T08:30:00Z`, many parameters want `2024-03-15T08:30Z`, which the documentation of the parameter
/// says. So this type keeps the text and reads it on demand.
///
/// ```
/// use rds_api::Timestamp;
///
/// let start = Timestamp::from("2024-03-15T08:30Z");
/// let time = start.to_system_time().expect("a valid time");
/// assert_eq!(Timestamp::to_the_second(time).as_str(), "2024-03-15T08:30:00Z");
/// assert_eq!(Timestamp::to_the_minute(time), start);
/// ```
pub struct Timestamp(Box<str>);

impl Timestamp {
    /// `time` as `yyyy-MM-ddTHH:mm:ssZ`.
    pub fn to_the_second(time: SystemTime) -> Self {
        Self::format(time, "%Y-%m-%dT%H:%M:%SZ")
    }

    /// `time` as `yyyy-MM-ddTHH:mmZ`, seconds cut off.
    pub fn to_the_minute(time: SystemTime) -> Self {
        Self::format(time, "%Y-%m-%dT%H:%MZ")
    }

    /// The text that the wire carries for this value.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The point in time, or `None` if the text is none that the service is known to write.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let text: &str = &self.0;
        let parsed = text.parse::<jiff::Timestamp>().or_else(|error| {
            // Without seconds the text is valid ISO 8601 but not valid RFC 3339.
            let minutes = text.strip_suffix('Z').ok_or(error)?;
            format!("{minutes}:00Z").parse()
        });
        parsed.ok()?.try_into().ok()
    }

    fn format(time: SystemTime, format: &str) -> Self {
        let time = jiff::Timestamp::try_from(time).unwrap_or(jiff::Timestamp::MAX);
        Self(time.strftime(format).to_string().into())
    }
}

/// What a clock shows that is so many milliseconds ahead of ours.
pub(crate) fn time_ahead(milliseconds: i64) -> SystemTime {
    let now = SystemTime::now();
    let by = Duration::from_millis(milliseconds.unsigned_abs());
    let shifted = if milliseconds < 0 { now.checked_sub(by) } else { now.checked_add(by) };
    shifted.unwrap_or(now)
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
    /// The same as [`to_the_second`](Timestamp::to_the_second).
    fn from(time: SystemTime) -> Self {
        Self::to_the_second(time)
    }
}
