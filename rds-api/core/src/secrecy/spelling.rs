//! How documents spell a character: as it is, or escaped as in JSON, XML, addresses or Rust's `Debug`, and that
//! several times over.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::rc::Rc;

/// Escapes of escapes of escapes are read, such as JSON in JSON in an address.
const DEPTH: u8 = 3;

/// One way to read what stands in a document: the bytes that are meant, and where the next ones begin.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Reading {
    bytes: [u8; 4],
    length: usize,
    next: usize,
}

impl Reading {
    fn byte(byte: u8, next: usize) -> Self {
        Self { bytes: [byte, 0, 0, 0], length: 1, next }
    }

    fn character(code: u32, next: usize) -> Option<Self> {
        let mut bytes = [0; 4];
        let length = char::from_u32(code)?.encode_utf8(&mut bytes).len();
        Some(Self { bytes, length, next })
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    fn single(self) -> Option<(u8, usize)> {
        (self.length == 1).then_some((self.bytes[0], self.next))
    }
}

/// Whether an escape may begin with this byte.
fn begins_escape(byte: u8) -> bool {
    matches!(byte, b'\\' | b'&' | b'%' | b'+')
}

/// The readings at one place.
#[derive(Clone)]
enum Readings {
    One([Reading; 1]),
    Many(Rc<[Reading]>),
}

impl Deref for Readings {
    type Target = [Reading];

    fn deref(&self) -> &[Reading] {
        match self {
            Self::One(reading) => reading,
            Self::Many(readings) => readings,
        }
    }
}

/// Reads a document whatever its characters are spelled like, from front to back.
pub(super) struct Reader<'d> {
    document: &'d [u8],
    /// The readings of escapes by place and depth: in a run of escapes each is a part of many others.
    known: HashMap<(usize, u8), Rc<[Reading]>>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: &'d [u8]) -> Self {
        Self { document, known: HashMap::new() }
    }

    /// Tells which values may begin at `at`, of many that are looked for there.
    pub(super) fn beginnings(&mut self, at: usize) -> impl Fn(&[u8]) -> bool + use<> {
        const MAX_KNOWN: usize = 1 << 14;
        if self.known.len() > MAX_KNOWN {
            self.known.clear();
        }
        let readings = self.readings(at, DEPTH);
        move |value| readings.iter().any(|reading| value.starts_with(reading.bytes()))
    }

    /// Where `value` ends that begins at `at`.
    pub(super) fn end_of(&mut self, at: usize, value: &[u8]) -> Option<usize> {
        // A value is read character by character, and where there are several readings, each is followed.
        let mut open = vec![(at, 0)];
        let mut seen: HashSet<(usize, usize)> = HashSet::new();
        while let Some((at, read)) = open.pop() {
            if read == value.len() {
                return Some(at);
            }
            let before = open.len();
            for reading in self.readings(at, DEPTH).iter() {
                let next = (reading.next, read + reading.length);
                if value[read..].starts_with(reading.bytes()) && !seen.contains(&next) {
                    open.push(next);
                }
            }
            if open.len() > before + 1 || !seen.is_empty() {
                seen.extend(open[before..].iter().copied());
            }
        }
        None
    }

    /// Every reading of what stands at `at`, the plain one first, the one that looks through most escapes last.
    fn readings(&mut self, at: usize, depth: u8) -> Readings {
        let Some(&byte) = self.document.get(at) else { return Readings::Many(Rc::new([])) };
        if depth == 0 || !begins_escape(byte) {
            return Readings::One([Reading::byte(byte, at + 1)]);
        }
        if let Some(known) = self.known.get(&(at, depth)) {
            return Readings::Many(known.clone());
        }
        let plain = self.readings(at, depth - 1);
        let mut readings = plain.to_vec();
        for (lead, next) in plain.iter().filter_map(|reading| reading.single()) {
            for reading in self.escaped(lead, next, depth - 1) {
                if !readings.contains(&reading) {
                    readings.push(reading);
                }
            }
        }
        let readings: Rc<[Reading]> = readings.into();
        self.known.insert((at, depth), readings.clone());
        Readings::Many(readings)
    }

    /// The reading that looks through most escapes.
    fn deepest(&mut self, at: usize, depth: u8) -> Option<(u8, usize)> {
        self.readings(at, depth).last()?.single()
    }

    /// The readings of the escape that begins with `lead` and goes on at `at`.
    fn escaped(&mut self, lead: u8, at: usize, depth: u8) -> Vec<Reading> {
        match lead {
            b'+' => vec![Reading::byte(b' ', at)],
            b'%' => {
                let code = hexadecimal(self.document, at, 2);
                code.map(|(code, next)| Reading::byte(code as u8, next)).into_iter().collect()
            }
            b'\\' => {
                let kinds = self.readings(at, depth);
                let kinds = kinds.iter().filter_map(|reading| reading.single());
                kinds.filter_map(|(kind, next)| self.backslash(kind, next, depth)).collect()
            }
            b'&' => self.entity(at, depth).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// What follows a backslash.
    fn backslash(&mut self, kind: u8, next: usize, depth: u8) -> Option<Reading> {
        Some(Reading::byte(
            match kind {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'b' => 0x08,
                b'f' => 0x0c,
                b'0' => 0,
                b'u' => return self.unicode(next, depth),
                punctuation if punctuation.is_ascii_punctuation() => punctuation,
                _ => return None,
            },
            next,
        ))
    }

    /// What follows `\u`: four digits, twice that for a character beyond them, or digits in braces.
    fn unicode(&mut self, at: usize, depth: u8) -> Option<Reading> {
        let document = self.document;
        if document.get(at) == Some(&b'{') {
            let digits = document[at + 1..].iter().take(7).position(|byte| *byte == b'}')?;
            let (code, next) = hexadecimal(document, at + 1, digits)?;
            return Reading::character(code, next + 1);
        }
        let (first, next) = hexadecimal(document, at, 4)?;
        if !(0xd800..0xdc00).contains(&first) {
            return Reading::character(first, next);
        }
        let (b'\\', next) = self.deepest(next, depth)? else { return None };
        let (second, next) = document
            .get(next)
            .filter(|byte| **byte == b'u')
            .and_then(|_| hexadecimal(document, next + 1, 4))?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        Reading::character(0x10000 + ((first - 0xd800) << 10) + low, next)
    }

    /// What follows `&`: the name or number of a character.
    fn entity(&mut self, mut at: usize, depth: u8) -> Option<Reading> {
        const MAX_NAME_LEN: usize = 9;
        let mut name = String::new();
        loop {
            let (byte, next) = self.deepest(at, depth)?;
            at = next;
            match byte {
                b';' => break,
                b'#' if name.is_empty() => name.push('#'),
                _ if byte.is_ascii_alphanumeric() && name.len() < MAX_NAME_LEN => name.push(byte.into()),
                _ => return None,
            }
        }
        let code = match name.as_str() {
            "lt" => u32::from('<'),
            "gt" => u32::from('>'),
            "amp" => u32::from('&'),
            "quot" => u32::from('"'),
            "apos" => u32::from('\''),
            name => {
                let number = name.strip_prefix('#')?;
                match number.strip_prefix(['x', 'X']) {
                    Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                    None => number.parse().ok()?,
                }
            }
        };
        Reading::character(code, at)
    }
}

/// So many hexadecimal digits.
fn hexadecimal(document: &[u8], at: usize, digits: usize) -> Option<(u32, usize)> {
    let text = document.get(at..at + digits)?;
    let code = text.iter().try_fold(0, |code, digit| Some(code * 16 + char::from(*digit).to_digit(16)?));
    Some((code?, at + digits))
}

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
