//! The time limits of attempts and calls.

use std::time::Duration;

/// The time limits of attempts and calls.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// One attempt.
    pub attempt: Duration,
    /// A whole call.
    pub call: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { attempt: Duration::from_secs(60), call: Duration::from_secs(180) }
    }
}
