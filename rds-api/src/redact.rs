//! Keeping secrets out of what others wrote: answers can repeat what a request said.

use crate::object::debug::HIDDEN;

/// Values that must not be shown. Kept for one call only.
#[derive(Clone, Default)]
pub(crate) struct Redactor(Vec<String>);

impl Redactor {
    /// Also hides `value`. A value shorter than four characters hides nothing: it would stand in any text.
    pub(crate) fn hide(&mut self, value: &str) {
        if value.len() >= 4 && !self.0.iter().any(|hidden| hidden == value) {
            self.0.push(value.to_owned());
            // An address or a form repeats it encoded.
            let encoded = crate::signature::percent::encode(value).to_string();
            if encoded != value {
                self.0.push(encoded);
            }
        }
    }

    /// `text` with every hidden value replaced.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, hidden| text.replace(hidden, HIDDEN))
    }

    /// The beginning of a body, on one line, for a message.
    pub(crate) fn excerpt(&self, body: &[u8]) -> String {
        const LONGEST: usize = 200;
        // A secret that the cut goes through would not be found, so more than is shown is looked at.
        let start = String::from_utf8_lossy(&body[..body.len().min(8 * LONGEST)]);
        let line = self.redact(&start).split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{} …", &line[..end]),
            None => line,
        }
    }
}
