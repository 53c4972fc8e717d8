//! What an error is told on its way: what it is about, and what else there is to know.

use std::fmt;

use super::Error;

impl Error {
    /// Says that a source of credentials gives none because nobody has set it up, so that another may be asked.
    pub(crate) fn not_configured(mut self) -> Self {
        self.0.not_configured = true;
        self
    }

    /// Says that somebody has set the source up, whatever a source inside of it says.
    pub(crate) fn configured(mut self) -> Self {
        self.0.not_configured = false;
        self
    }

    pub(crate) fn is_not_configured(&self) -> bool {
        self.0.not_configured
    }

    /// Adds to the message what else there is to know.
    pub(crate) fn with_note(mut self, note: impl fmt::Display) -> Self {
        self.0.message = format!("{}; {note}", self.0.message).into();
        self
    }

    /// Says before the message what it is about.
    pub(crate) fn of(mut self, subject: impl fmt::Display) -> Self {
        self.0.message = match self.0.message.is_empty() {
            true => subject.to_string().into(),
            false => format!("{subject}: {}", self.0.message).into(),
        };
        self
    }
}
