//! What the headers of a response say of time: how long to wait, and by how much the clocks differ.

use std::time::{Duration, SystemTime};

use http::HeaderMap;

/// How long the service asks to wait.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let number = |text: &str| text.trim().parse().ok().filter(|value| *value > 0);
    let milliseconds = |text: &str| number(text).map(Duration::from_millis);
    if let Some(hint) = text("x-acs-retry-after").and_then(milliseconds) {
        return Some(hint);
    }
    // Such as `Limit:1,Remain:0,TimeLeft:2000,Reset:1234`.
    let limits = ["x-ratelimit-user-api", "x-ratelimit-user"];
    let of_limit = limits.iter().filter_map(|name| text(name)).find_map(|limit| {
        let value = |key: &str| {
            limit
                .split(',')
                .find_map(|part| part.trim().strip_prefix(key))
                .map(|value| value.trim_start_matches(':'))
        };
        (value("Remain")?.trim() == "0").then(|| value("TimeLeft").and_then(milliseconds)).flatten()
    });
    // Gateways in between know only the header of HTTP itself.
    of_limit.or_else(|| text("retry-after").and_then(number).map(Duration::from_secs))
}

/// Milliseconds that the service's clock is ahead of ours, by the header `Date`.
pub(crate) fn clock_offset(headers: &HeaderMap) -> Option<i64> {
    let date = headers.get(http::header::DATE)?.to_str().ok()?;
    let theirs = jiff::fmt::rfc2822::parse(date).ok()?.timestamp().as_millisecond();
    let ours = jiff::Timestamp::try_from(SystemTime::now()).ok()?.as_millisecond();
    Some(theirs - ours)
}
