//! Instants in the texts of the wire.

use rds_api_schema::Precision;

/// The instant that a text names, or `None` if it names none that the service is known to write.
pub(crate) fn read(text: &str) -> Option<jiff::Timestamp> {
    let parsed = text.parse::<jiff::Timestamp>().or_else(|error| {
        // Without seconds the text is valid ISO 8601 but not valid RFC 3339.
        let minutes = text.strip_suffix('Z').ok_or(error)?;
        format!("{minutes}:00Z").parse()
    });
    parsed.ok()
}

/// An instant in UTC; what is finer is cut off, or rounded up.
pub(crate) fn write(mut instant: jiff::Timestamp, precision: Precision) -> String {
    let format = match precision {
        Precision::Minute | Precision::NextMinute => "%Y-%m-%dT%H:%MZ",
        Precision::Second => "%Y-%m-%dT%H:%M:%SZ",
    };
    if precision == Precision::NextMinute {
        let up = jiff::TimestampRound::new().smallest(jiff::Unit::Minute).mode(jiff::RoundMode::Ceil);
        instant = instant.round(up).unwrap_or(instant);
    }
    instant.strftime(format).to_string()
}

/// A text as a parameter of this precision takes it; `None` if it is no time. A text in UTC to the minute stays as it
/// is: what somebody has left out is not made up.
pub(crate) fn shorten(text: &str, precision: Precision) -> Option<String> {
    let instant = read(text)?;
    let to_the_minute = write(instant, Precision::Minute);
    Some(if to_the_minute == text { to_the_minute } else { write(instant, precision) })
}

/// Whether two texts name the same instant, or are the same where they name none.
pub(crate) fn equal(one: &str, other: &str) -> bool {
    one == other || read(one).is_some_and(|instant| read(other) == Some(instant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_exactly_as_it_is_taken() {
        for (text, minute, next_minute, second) in [
            ("2024-03-15T08:30:59.9Z", "2024-03-15T08:30Z", "2024-03-15T08:31Z", "2024-03-15T08:30:59Z"),
            ("2024-03-15T08:30Z", "2024-03-15T08:30Z", "2024-03-15T08:30Z", "2024-03-15T08:30Z"),
            ("2024-03-15T08:30:00.1Z", "2024-03-15T08:30Z", "2024-03-15T08:31Z", "2024-03-15T08:30:00Z"),
            ("2024-03-15T16:30+08:00", "2024-03-15T08:30Z", "2024-03-15T08:30Z", "2024-03-15T08:30:00Z"),
            ("2024-12-31t23:59:59-00:30", "2025-01-01T00:29Z", "2025-01-01T00:30Z", "2025-01-01T00:29:59Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59Z", "1970-01-01T00:00Z", "1969-12-31T23:59:59Z"),
        ] {
            let written = |precision| shorten(text, precision);
            assert_eq!(written(Precision::Minute).as_deref(), Some(minute), "{text}");
            assert_eq!(written(Precision::NextMinute).as_deref(), Some(next_minute), "{text}");
            assert_eq!(written(Precision::Second).as_deref(), Some(second), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2024-03-15",
            "08:30Z",
            "2024-03-15T08:30",
            "2024-03-15 08:30:00",
            "2024-02-30T00:00Z",
        ] {
            assert_eq!(shorten(text, Precision::Minute), None, "{text}");
        }
    }
}
