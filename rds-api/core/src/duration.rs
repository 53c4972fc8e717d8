//! Durations as messages have them.

use std::time::Duration;

/// A duration in its two largest units, such as `2 h 5 min`.
pub(crate) fn rough(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let units = [
        ("d", seconds / 86_400),
        ("h", seconds / 3600 % 24),
        ("min", seconds / 60 % 60),
        ("s", seconds % 60),
    ];
    let largest = units.iter().position(|(_, count)| *count > 0).unwrap_or(units.len() - 1);
    let shown = units.iter().skip(largest).take(2).enumerate();
    let shown = shown.filter(|(index, (_, count))| *index == 0 || *count > 0);
    shown.map(|(_, (unit, count))| format!("{count} {unit}")).collect::<Vec<_>>().join(" ")
}

/// A duration in seconds, to the millisecond.
pub(crate) fn seconds(duration: Duration) -> String {
    let rounded = duration.saturating_add(Duration::from_micros(500));
    match (rounded.as_secs(), rounded.subsec_millis()) {
        (seconds, 0) => format!("{seconds} s"),
        (seconds, milliseconds) => {
            format!("{seconds}.{} s", format!("{milliseconds:03}").trim_end_matches('0'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_two_units() {
        for (seconds, expected) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3599, "59 min 59 s"),
            (7200, "2 h"),
            (7201, "2 h"),
            (7500, "2 h 5 min"),
            (86_400 * 23_376 + 60, "23376 d"),
            (u64::MAX, "213503982334601 d 7 h"),
        ] {
            assert_eq!(rough(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn seconds_are_told_to_the_millisecond() {
        for (duration, expected) in [
            (Duration::ZERO, "0 s"),
            (Duration::from_micros(400), "0 s"),
            (Duration::from_micros(99_600), "0.1 s"),
            (Duration::from_millis(1050), "1.05 s"),
            (Duration::from_secs(7200), "7200 s"),
            (Duration::from_millis(u64::MAX), "18446744073709551.615 s"),
            (Duration::from_secs(u64::MAX), "18446744073709551615 s"),
        ] {
            assert_eq!(seconds(duration), expected);
        }
    }
}
