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
/// assert!(ends_a_range("EndTimeOfScan") && ends_a_range("ToStartTime"));
/// assert!(["EndpointId", "TotalTime", "Token"].iter().all(|name| !ends_a_range(name)));
/// ```
#[doc(hidden)]
pub fn ends_a_range(name: &str) -> bool {
    let behind =
        |word| name.strip_prefix(word).filter(|rest| !rest.starts_with(|next: char| next.is_lowercase()));
    behind("End").is_some() || behind("To").is_some_and(|rest| rest.is_empty() || rest.ends_with("Time"))
}
