//! A document without its escapes.

use super::spelling::{Reader, Reading};

/// A document with its escapes replaced once, and where each of its bytes stood.
pub(super) struct Unescaped {
    pub(super) text: Vec<u8>,
    /// For each byte, and for the end, the place in the document before.
    pub(super) places: Vec<usize>,
    /// Where escapes were replaced, in order.
    escapes: Vec<usize>,
}

impl Unescaped {
    /// `None` where there is no escape. A `+` stays: for names and their values nothing depends on it.
    pub(super) fn new(document: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(document);
        let mut it = Self { text: Vec::new(), places: Vec::new(), escapes: Vec::new() };
        let mut at = 0;
        while at < document.len() {
            let lead = document[at];
            let mut reading = Reading::byte(lead, at + 1);
            if matches!(lead, b'\\' | b'&' | b'%') {
                reading = reader.escaped(lead, at + 1, 0).pop().unwrap_or(reading);
            }
            if reading.next > at + 1 {
                it.escapes.push(it.text.len());
            }
            for byte in reading.bytes() {
                it.text.push(*byte);
                it.places.push(at);
            }
            at = reading.next;
        }
        it.places.push(document.len());
        (!it.escapes.is_empty()).then_some(it)
    }

    /// Whether an escape was replaced there.
    pub(super) fn has_escape(&self, range: std::ops::Range<usize>) -> bool {
        let first = self.escapes.partition_point(|at| *at < range.start);
        self.escapes.get(first).is_some_and(|at| *at < range.end)
    }
}
