//! Points in time as people type them.

use jiff::{SignedDuration, Timestamp, civil};

/// What may be typed, for the message about what may not.
pub(super) const FORMS: &str = "a time such as 2024-03-15T08:30:00Z, a date such as 2024-03-15, `now`, `today`, `yesterday`, or how long ago, such as -7d, -90m or -1h30m";

/// The text of the wire for a time that is not written as there: a date, a word, or how long ago it was. Days begin and
/// end in UTC.
pub(super) fn absolute(text: &str, now: Timestamp) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let instant = match text.as_str() {
        "now" => Some(now),
        "today" => day(now, 0),
        "yesterday" => day(now, -1),
        "tomorrow" => day(now, 1),
        text => match text.strip_prefix(['-', '+']) {
            Some(length) => {
                let length = duration(length)?;
                let length = if text.starts_with('-') { length.checked_neg()? } else { length };
                now.checked_add(length).ok()
            }
            None => date(text),
        },
    };
    Some(instant?.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// The beginning of the day that is this many days from now.
fn day(now: Timestamp, days: i64) -> Option<Timestamp> {
    let then = now.checked_add(SignedDuration::from_hours(24 * days)).ok()?;
    date(&then.strftime("%Y-%m-%d").to_string())
}

fn date(text: &str) -> Option<Timestamp> {
    let date = civil::Date::strptime("%Y-%m-%d", text).ok()?;
    format!("{date}T00:00:00Z").parse().ok()
}

/// A length of time in parts, such as `1h30m`, from the greatest unit to the least.
fn duration(text: &str) -> Option<SignedDuration> {
    const UNITS: [(char, i64); 5] = [('w', 604_800), ('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];
    let (mut rest, mut units, mut seconds) = (text, &UNITS[..], 0_i64);
    while !rest.is_empty() {
        let end = rest.find(|it: char| !it.is_ascii_digit())?;
        let (digits, unit) = rest.split_at(end);
        let (index, unit) = units.iter().enumerate().find(|(_, known)| unit.starts_with(known.0))?;
        seconds = seconds.checked_add(digits.parse::<i64>().ok()?.checked_mul(unit.1)?)?;
        (rest, units) = (&rest[end + 1..], &units[index + 1..]);
    }
    (!text.is_empty()).then(|| SignedDuration::from_secs(seconds))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_becomes_a_time() {
        let now = "2026-11-29T15:30:45Z".parse().unwrap();
        for (text, expected) in [
            ("now", "2026-11-29T15:30:45Z"),
            ("Today", "2026-11-29T00:00:00Z"),
            ("yesterday", "2026-11-28T00:00:00Z"),
            ("tomorrow", "2026-11-30T00:00:00Z"),
            ("-7d", "2026-11-22T15:30:45Z"),
            ("-90m", "2026-11-29T14:00:45Z"),
            ("-1h30m", "2026-11-29T14:00:45Z"),
            ("-2w", "2026-11-15T15:30:45Z"),
            ("-45s", "2026-11-29T15:30:00Z"),
            ("+1d", "2026-11-30T15:30:45Z"),
            ("2026-11-01", "2026-11-01T00:00:00Z"),
            (" 2024-02-29 ", "2024-02-29T00:00:00Z"),
        ] {
            assert_eq!(absolute(text, now).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        let now = Timestamp::now();
        for text in [
            "",
            "-",
            "+",
            "7d",
            "-7",
            "-d",
            "-7y",
            "-7dd",
            "-30m1h",
            "--7d",
            "-1.5h",
            "-99999999999999999999d",
            "-9999999999999d",
            "2026-02-30",
            "2026-11",
            "08:30",
            "soon",
            "-٣d",
            "2026-11-01x",
        ] {
            assert_eq!(absolute(text, now), None, "{text}");
        }
    }
}
