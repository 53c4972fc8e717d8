//! Ranges of time, which operations know by the names of two parameters.

/// The names of the start and of the end of a range.
pub const RANGES: [(&str, &str); 4] =
    [("StartTime", "EndTime"), ("FromStartTime", "ToStartTime"), ("From", "To"), ("Start", "End")];

/// Whether the end of a range is called so.
///
/// ```
/// use rds_api_schema::{RANGES, ends_a_range};
///
/// assert!(RANGES.iter().all(|(start, end)| ends_a_range(end) && !ends_a_range(start)));
/// assert!(ends_a_range("EndTimeOfScan") && !ends_a_range("Token"));
/// ```
pub fn ends_a_range(name: &str) -> bool {
    name == "To" || name.starts_with("End") || name.starts_with("To") && name.ends_with("Time")
}
