//! What decoding knows of the document that it reads.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::Error;

/// What one decoding knows of its document, and how much memory it may still take.
///
/// The path of a failure is filled from the inside out while the error travels up, so that it costs nothing while all is
/// well.
pub struct Context {
    path: RefCell<Vec<Segment>>,
    memory: Cell<usize>,
    /// The orders in which the last objects came, by depth.
    orders: [Cell<Order>; DEPTHS],
    depth: Cell<usize>,
    /// The name of the member that probably comes next, or nothing.
    expected: Cell<&'static str>,
    pub(super) is_xml: bool,
    /// What is required must be there, and every number must fit.
    pub(super) is_strict: bool,
}

/// The depths whose orders are kept, and the members of each.
const DEPTHS: usize = 4;
const MEMBERS: usize = 40;

/// The order in which the members of an object came, by their numbers. Objects of one list come alike, so that it says
/// of the next one where to look first.
#[derive(Clone, Copy)]
pub(super) struct Order([u8; MEMBERS]);

impl Order {
    /// None is known yet. No member has this number in it.
    const UNKNOWN: Self = Self([u8::MAX; MEMBERS]);

    /// The number of the member that came at this place.
    #[inline]
    pub(super) fn at(&self, place: usize) -> Option<usize> {
        self.0.get(place).map(|index| usize::from(*index)).filter(|index| *index < usize::from(u8::MAX))
    }

    /// Notes which member came at a place.
    #[inline]
    pub(super) fn note(&mut self, place: usize, index: usize) {
        if let (Some(noted), Ok(index)) = (self.0.get_mut(place), u8::try_from(index)) {
            *noted = index;
        }
    }
}

enum Segment {
    Member(String),
    Element(usize),
}

impl Context {
    /// The context of a response, whose values may take so many bytes of memory besides those of its texts.
    pub fn of_response(memory: usize) -> Self {
        Self { memory: Cell::new(memory), ..Self::default() }
    }

    /// The context of an XML document, where an element without content is an empty text, not an object.
    pub fn in_xml() -> Self {
        Self::default().of_xml()
    }

    /// The same in XML.
    pub fn of_xml(self) -> Self {
        Self { is_xml: true, ..self }
    }

    /// The context of a document of the program's, in which what is required must be there and every number must fit.
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

    /// Decodes one more object, which is deeper than those that are being decoded, with the order of the last one there.
    #[inline]
    pub(super) fn in_order<T>(&self, decode: impl FnOnce(&mut Order) -> T) -> T {
        let depth = self.depth.get();
        self.depth.set(depth + 1);
        let kept = self.orders.get(depth);
        let mut order = kept.map_or(Order::UNKNOWN, Cell::get);
        let decoded = decode(&mut order);
        if let Some(kept) = kept {
            kept.set(order);
        }
        self.depth.set(depth);
        decoded
    }

    /// Says which member probably comes next, before its name is read.
    #[inline]
    pub(super) fn expect(&self, name: &'static str) {
        self.expected.set(name);
    }

    /// The name of the member that probably comes next; empty if there is none.
    #[inline]
    pub(super) fn expected(&self) -> &'static str {
        self.expected.get()
    }

    /// Takes so many bytes of the memory that is left.
    #[inline]
    pub(super) fn take_memory<E: Error>(&self, bytes: usize) -> Result<(), E> {
        match self.memory.get().checked_sub(bytes) {
            Some(left) => {
                self.memory.set(left);
                Ok(())
            }
            None => Err(no_memory()),
        }
    }

    #[cold]
    fn push(&self, segment: Segment) {
        self.path.borrow_mut().push(segment);
    }
}

#[cold]
fn no_memory<E: Error>() -> E {
    E::custom("its values would take far more memory than its text")
}

impl Default for Context {
    /// The context of what the service sends in JSON, of any size.
    fn default() -> Self {
        Self {
            path: RefCell::default(),
            memory: Cell::new(usize::MAX),
            orders: [const { Cell::new(Order::UNKNOWN) }; DEPTHS],
            depth: Cell::new(0),
            expected: Cell::new(""),
            is_xml: false,
            is_strict: false,
        }
    }
}

/// The path of the failure, empty before there is one.
impl fmt::Display for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, segment) in self.path.borrow().iter().rev().enumerate() {
            match segment {
                Segment::Member(name) if depth == 0 => formatter.write_str(name)?,
                Segment::Member(name) => write!(formatter, ".{name}")?,
                Segment::Element(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}
