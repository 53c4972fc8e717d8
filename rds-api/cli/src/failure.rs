//! The early end of a command: a message for people, an exit code for scripts.

use std::process::ExitCode;

use rds_api::error::Remedy;
use rds_api::{Error, ErrorKind};
use rds_api_core::text::short_line;

use crate::terminal;
use crate::vendor_page::vendor_page;

/// The end of a command that did not do what it was asked.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    message: String,
    code: u8,
}

/// The part of `--help` about exit codes.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  refused by the service, or failed there, also where a response says `Success: false`; a file cannot be written
  2  wrong arguments; nothing was sent
  3  no credentials
  4  no connection, or it broke off
  5  not in time
  6  a response that is not the service's, cannot be read, or is not what --query or --list expects
  7  what was waited for failed
  8  some of several calls failed; what came of the others is printed";

/// What a success is worth that says of itself that nothing was done.
pub(crate) const NOT_DONE: &str = "the response says `Success: false`: what was asked was not done";

impl Failure {
    /// The arguments are wrong; nothing was sent.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }

    /// The response is a success that says of itself that nothing was done.
    pub(crate) fn not_done() -> Self {
        terminal::note(NOT_DONE);
        Self { message: String::new(), code: 1 }
    }

    /// The response is there, and what was asked of it is not.
    pub(crate) fn unfit(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 6 }
    }

    /// What the service sends does not come to an end that could be waited for.
    pub(crate) fn endless(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 6 }
    }

    /// The system gives the program no timers or no I/O.
    pub(crate) fn start(error: &std::io::Error) -> Self {
        Self { message: format!("the program cannot start: {error}"), code: 6 }
    }

    /// The output cannot be written. A reader that has seen enough is no failure.
    pub(crate) fn output(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self { message: String::new(), code: 0 };
        }
        Self { message: format!("the output cannot be written: {error}"), code: 1 }
    }

    /// The service did not do what it was asked.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    /// Of several calls these failed, each of which is told already: with the code of all of them, if there is one.
    pub(crate) fn of_several(failed: &[Self], all: usize) -> Self {
        let code = match failed {
            [first, ..] if failed.len() == all && failed.iter().all(|it| it.code == first.code) => first.code,
            _ => 8,
        };
        Self { message: format!("{} of {all} calls failed", failed.len()), code }
    }

    /// What went wrong, in words.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The same behind the name of that whose it is, if it has one.
    pub(crate) fn message_of(&self, whose: &str) -> String {
        match whose {
            "" => self.message.clone(),
            whose => format!("{whose}: {}", self.message),
        }
    }

    /// Whether it would be the same another time: the arguments are wrong, or nobody reads the output.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self.code, 0 | 2)
    }

    /// Reports it on stderr.
    pub(crate) fn report(&self) -> ExitCode {
        if !self.message.is_empty() {
            terminal::error(&self.message);
        }
        ExitCode::from(self.code)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match error.kind() {
            ErrorKind::Service | ErrorKind::Throttled | ErrorKind::File => 1,
            ErrorKind::Input => 2,
            ErrorKind::Credentials => 3,
            ErrorKind::Connect | ErrorKind::Interrupted => 4,
            ErrorKind::WaitTimeout => 5,
            _ if error.is_timeout() => 5,
            ErrorKind::Response if error.is_denied_by_response() => 1,
            ErrorKind::WaitFailed => 7,
            _ => 6,
        };
        let mut message = listed(error.told_with(option));
        // The causes in between name only the layers that passed it on.
        let causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
        if let Some(root) = causes.last().map(|cause| short_line(&cause.to_string(), 1_000))
            && !message.contains(&root)
        {
            message = format!("{message}\n  because: {root}");
        }
        if let Some(page) = error.recommendation().and_then(vendor_page) {
            message = format!("{message}\n  see {page}");
        }
        Self { message, code }
    }
}

/// The option that does what the library has a method for.
fn option(remedy: Remedy) -> Option<&'static str> {
    match remedy {
        Remedy::Overwrite => Some("replace it with --overwrite"),
        Remedy::AllowPlainHttp => Some("use https"),
        _ => None,
    }
}

/// The sources that have no credentials, a line each.
fn listed(message: String) -> String {
    const NONE: &str = "no source gives credentials; ";
    match message.split_once(NONE) {
        Some((before, reasons)) => format!(
            "{before}{}\n  - {}\n  `rds configure` makes a profile; --fake needs no credentials",
            NONE.trim_end_matches("; "),
            reasons.replace("; ", "\n  - ")
        ),
        None => message,
    }
}
