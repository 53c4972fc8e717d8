//! When credentials expire, as a source writes it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::timestamp::Timestamp;

/// The last second of the year 9999, in seconds since 1970: what programs write for "never".
const NEVER: u64 = 253_402_300_799;

/// Reads a time: a text such as `2024-03-15T08:30:00Z`, or the seconds since 1970. `Ok(None)` is no time at all, and
/// `Err` something else.
pub(super) fn read(value: &Value) -> Result<Option<SystemTime>, ()> {
    let seconds = match value {
        Value::Null => return Ok(None),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => match Timestamp::from(text.trim()).to_system_time() {
            Some(time) => return Ok(Some(time)),
            None if is_beyond(text.trim()) => NEVER,
            None => return Err(()),
        },
        Value::Number(number) => match (number.as_u64(), number.as_f64()) {
            (Some(seconds), _) if seconds <= NEVER => seconds,
            (None, Some(seconds)) if (0.0..=NEVER as f64).contains(&seconds) => seconds as u64,
            _ => return Err(()),
        },
        _ => return Err(()),
    };
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).map(Some).ok_or(())
}

/// Whether a text is a day of the year 9999 or later, which may be beyond what a timestamp can be.
fn is_beyond(text: &str) -> bool {
    let Some((year, rest)) = text.trim_start_matches('+').split_once('-') else { return false };
    let day: Vec<_> = rest.chars().take(5).map(|it| if it.is_ascii_digit() { '0' } else { it }).collect();
    year.parse::<u64>().is_ok_and(|year| year >= 9999) && day.iter().eq(&['0', '0', '-', '0', '0'])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_read_however_they_are_written_and_anything_else_is_told() {
        for (value, seconds) in [
            (json!("2030-01-02T03:04:05Z"), Some(1_893_553_445)),
            (json!(" 2030-01-02T03:04:05Z\n"), Some(1_893_553_445)),
            (json!("2030-01-02T11:04:05+08:00"), Some(1_893_553_445)),
            (json!("2030-01-02T03:04:05.678Z"), Some(1_893_553_445)),
            (json!(1_893_553_445), Some(1_893_553_445)),
            (json!(1_893_553_445.5), Some(1_893_553_445)),
            (json!("9999-12-30T21:00:00Z"), Some(NEVER - 97_199)),
            (json!("9999-12-31T23:59:59Z"), Some(NEVER)),
            (json!("9999-12-31T23:59:59.999999Z"), Some(NEVER)),
            (json!("9999-12-31T23:59Z"), Some(NEVER)),
            (json!("10000-01-01T00:00:00Z"), Some(NEVER)),
            (json!("+1000000000-12-31T23:59:59.999999999Z"), Some(NEVER)),
            (json!(NEVER), Some(NEVER)),
            (json!(null), None),
            (json!(""), None),
        ] {
            let time = read(&value).unwrap();
            let since = time.map(|time| time.duration_since(UNIX_EPOCH).unwrap().as_secs());
            assert_eq!(since, seconds, "{value}");
        }
        for value in [
            json!("tomorrow"),
            json!("9999"),
            json!("9999-99"),
            json!("1893553445"),
            json!(1_893_553_445_000_u64),
            json!(-1),
            json!(1e300),
            json!(true),
            json!({}),
        ] {
            assert_eq!(read(&value), Err(()), "{value}");
        }
    }
}
