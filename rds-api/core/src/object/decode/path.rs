//! The path of a failure.

use std::cell::RefCell;
use std::fmt;

/// Where in a document decoding failed. Filled from the inside out while an error travels up, so that it
/// costs nothing while all is well.
#[derive(Default)]
pub struct Path {
    segments: RefCell<Vec<Segment>>,
    pub(super) is_xml: bool,
    /// What is required must be there: the document is the program's, not the service's.
    pub(super) is_strict: bool,
}

enum Segment {
    Member(String),
    Element(usize),
}

impl Path {
    /// The path in an XML document, where an element without content is an empty text, not an object.
    pub fn in_xml() -> Self {
        Self { is_xml: true, ..Self::default() }
    }

    /// The path in a document of the program's, in which what is required must be there.
    #[cfg(any(feature = "serde", test))]
    pub(super) fn strict() -> Self {
        Self { is_strict: true, ..Self::default() }
    }

    #[inline]
    pub(super) fn member<T, E>(&self, name: &str, result: Result<T, E>) -> Result<T, E> {
        result.inspect_err(|_| self.push(Segment::Member(name.to_owned())))
    }

    #[inline]
    pub(super) fn element<T, E>(&self, index: usize, result: Result<T, E>) -> Result<T, E> {
        result.inspect_err(|_| self.push(Segment::Element(index)))
    }

    #[cold]
    fn push(&self, segment: Segment) {
        self.segments.borrow_mut().push(segment);
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, segment) in self.segments.borrow().iter().rev().enumerate() {
            match segment {
                Segment::Member(name) if depth == 0 => formatter.write_str(name)?,
                Segment::Member(name) => write!(formatter, ".{name}")?,
                Segment::Element(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}
