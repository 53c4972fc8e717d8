//! What an error says.

use std::fmt;
use std::time::Duration;

use crate::duration::{rough, seconds};
use crate::error::{Error, ErrorClass, Remedy, ServiceError};
use crate::text::{one_line, short_line};

/// `Display` shows no more characters of what failed, parts of which others may have written.
const MAX_MESSAGE_CHARS: usize = 4_000;

/// `Display` shows no more characters of the write that a call followed, with its ids.
const MAX_WRITE_CHARS: usize = 1_000;

/// `Display` shows no more characters of a code or an id of the service. The longest codes have half as many.
pub(super) const MAX_NAME_CHARS: usize = 128;

/// On one line, of bounded length, and without characters that act on a terminal or a log, whatever the service
/// wrote. What it wrote is given as it came by [`service_message`](Error::service_message) and the others.
impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(formatter, self.remedy().map(Remedy::in_rust))
    }
}

impl Error {
    /// The message as `Display` shows it, with what `way` says in the place of the method of this crate by which it would be
    /// done all the same; nothing in its place for `None`.
    ///
    /// ```
    /// # use rds_api::{Client, error::Remedy};
    /// let error = Client::builder().endpoint("http://example.com").build().unwrap_err();
    /// let told = error.told_with(|remedy| match remedy {
    ///     Remedy::AllowPlainHttp => Some("give --insecure"),
    ///     _ => None,
    /// });
    /// assert!(told.ends_with("is not encrypted: give --insecure"), "{told}");
    /// ```
    pub fn told_with(&self, way: impl FnOnce(Remedy) -> Option<&'static str>) -> String {
        struct Told<'e>(&'e Error, Option<&'static str>);
        impl fmt::Display for Told<'_> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.write(formatter, self.1)
            }
        }
        Told(self, self.remedy().and_then(way)).to_string()
    }

    fn write(&self, formatter: &mut fmt::Formatter<'_>, way: Option<&str>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(write) = &inner.following {
            write!(formatter, "{}, but ", short_line(write, MAX_WRITE_CHARS))?;
        }
        if let Some(operation) = &inner.operation {
            formatter.write_str(&one_line(operation))?;
            if let Some(endpoint) = &inner.endpoint {
                write!(formatter, " on {endpoint}")?;
            }
            formatter.write_str(": ")?;
        }
        formatter.write_str(&short_line(&inner.message, MAX_MESSAGE_CHARS))?;
        if let Some(way) = way {
            write!(formatter, ": {way}")?;
        }
        if let Some(service) = &inner.service {
            if !inner.message.is_empty() {
                formatter.write_str(": ")?;
            }
            write!(formatter, "{service}")?;
        }
        let mut notes = Vec::new();
        if let (Some(status), None) = (inner.http_status, &inner.service) {
            notes.push(format!("HTTP status {status}"));
        }
        if inner.attempts > 1 {
            notes.push(format!("after {} attempts", inner.attempts));
        }
        if let Some(pause) = inner.retry_after {
            notes.push(format!("the service asks for a pause of {}", seconds(pause)));
        }
        if inner.may_have_been_executed && inner.following.is_none() {
            notes.push("may have been executed".to_owned());
        }
        if let Some(id) = &inner.request_id {
            notes.push(format!("request id {}", short_line(id, MAX_NAME_CHARS)));
        }
        if !notes.is_empty() {
            write!(formatter, " ({})", notes.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &format_args!("\"{self}\""))
            .field("source", &self.0.source)
            .finish()
    }
}

/// By how much the clocks differ, if that may be why the service refused.
pub(super) fn differing_clocks(service: &ServiceError) -> Option<String> {
    if service.class() != Some(ErrorClass::Clock) {
        return None;
    }
    let Some(offset) = service.clock_offset() else {
        return Some(
            "look at this machine's clock, since no date of the response tells by how much it is off"
                .to_owned(),
        );
    };
    let seconds = Duration::from_millis(offset.unsigned_abs()).as_secs();
    if seconds < 60 {
        return Some("the clocks of service and machine agree".to_owned());
    }
    let apart = rough(Duration::from_secs((seconds + 30) / 60 * 60));
    let direction = if offset > 0 { "ahead of" } else { "behind" };
    Some(format!("the service's clock is {apart} {direction} this machine's"))
}
