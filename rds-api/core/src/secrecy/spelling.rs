//! How documents spell a character: as it is, or escaped as in JSON, XML, addresses or Rust's `Debug`, and that
//! several times over.

use std::collections::{HashMap, VecDeque};
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
    /// What is known of the places from `first` on, as far as values were read there.
    places: VecDeque<Place>,
    first: usize,
    /// How many places were read to find values.
    steps: usize,
}

/// What is known of a place where an escape may begin.
#[derive(Default)]
struct Place {
    readings: Option<Readings>,
    /// A bit for each byte of all values: the rest of the value from there on does not begin here.
    failed: Vec<u64>,
}

/// What is to be done next to read a value.
enum Step {
    /// To read on at a place, after so many bytes of the value.
    Read(usize, usize),
    /// To note that nothing of that has led to its end.
    Failed(usize, usize),
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: &'d [u8]) -> Self {
        Self { document, known: HashMap::new(), places: VecDeque::new(), first: 0, steps: 0 }
    }

    /// Tells which values may begin at `at`, of many that are looked for there. Each place is asked for once, in order.
    pub(super) fn beginnings(&mut self, at: usize) -> impl Fn(&[u8]) -> bool + use<> {
        const MAX_KNOWN: usize = 1 << 14;
        if self.known.len() > MAX_KNOWN {
            self.known.clear();
        }
        self.places.drain(..self.places.len().min(at.saturating_sub(self.first)));
        self.first = at;
        let readings = self.readings_at(at);
        move |value| readings.iter().any(|reading| value.starts_with(reading.bytes()))
    }

    /// Where a value ends that begins at `at`. Of all values that are looked for together it is the one before which
    /// there are so many bytes.
    pub(super) fn end_of(&mut self, at: usize, before: usize, value: &[u8]) -> Option<usize> {
        // A value is read character by character, and where there are several readings, each is followed. What has led
        // nowhere once does so from wherever it is come to.
        let mut open = vec![Step::Read(at, 0)];
        while let Some(step) = open.pop() {
            let (at, read) = match step {
                Step::Failed(at, read) => {
                    self.place(at).fail(before + read);
                    continue;
                }
                Step::Read(at, read) if read == value.len() => return Some(at),
                Step::Read(at, read) => (at, read),
            };
            let readings = self.readings_at(at);
            if readings.len() > 1 {
                if self.place(at).has_failed(before + read) {
                    continue;
                }
                open.push(Step::Failed(at, read));
            }
            self.steps += 1;
            for reading in readings.iter() {
                if value[read..].starts_with(reading.bytes()) {
                    open.push(Step::Read(reading.next, read + reading.length));
                }
            }
        }
        None
    }

    /// Every reading of what stands at a place.
    fn readings_at(&mut self, at: usize) -> Readings {
        if !self.document.get(at).is_some_and(|byte| begins_escape(*byte)) {
            return self.readings(at, DEPTH);
        }
        if let Some(known) = &self.place(at).readings {
            return known.clone();
        }
        let readings = self.readings(at, DEPTH);
        self.place(at).readings = Some(readings.clone());
        readings
    }

    /// A place that is not before the one that was asked for last.
    fn place(&mut self, at: usize) -> &mut Place {
        let index = at.saturating_sub(self.first);
        if index >= self.places.len() {
            self.places.resize_with(index + 1, Place::default);
        }
        &mut self.places[index]
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

impl Place {
    fn fail(&mut self, bit: usize) {
        let word = bit / 64;
        if word >= self.failed.len() {
            self.failed.resize(word + 1, 0);
        }
        self.failed[word] |= 1 << (bit % 64);
    }

    fn has_failed(&self, bit: usize) -> bool {
        self.failed.get(bit / 64).is_some_and(|word| word & (1 << (bit % 64)) != 0)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// How many steps it takes to look for a value everywhere in a document, for each of its bytes.
    fn steps(document: &str, value: &str) -> f64 {
        let mut reader = Reader::new(document.as_bytes());
        for at in 0..document.len() {
            if reader.beginnings(at)(value.as_bytes()) {
                reader.end_of(at, 0, value.as_bytes());
            }
        }
        reader.steps as f64 / document.len() as f64
    }

    #[test]
    fn the_steps_grow_with_the_document_and_not_with_the_square_of_the_value() {
        let mut worst: Vec<(f64, String)> = Vec::new();
        for piece in
            ["\\", "%25", "%5C", "&amp;", "&", "+", "\\u005c", "%", "\\\"", "%2525", "&#92;", "\\\\n"]
        {
            let document = piece.repeat(6_000 / piece.len());
            for value in ["\\x", "\\\\\\\\x", "%x", "%%%%%%%%%%%%x", "&&&&x", "+ + + x", "\"\"\"x"] {
                for length in [1, 4] {
                    let (start, end) = value.split_at(value.len() - 1);
                    let value = start.repeat(length) + end;
                    // Each place is read at most once for each byte of the value.
                    let steps = steps(&document, &value);
                    worst.push((steps / value.len() as f64, format!("{value} in {piece}: {steps}")));
                }
            }
        }
        worst.sort_by(|one, other| other.0.total_cmp(&one.0));
        assert!(worst[0].0 <= 2.0, "{:?}", &worst[..5]);
        assert!(worst[0].0 > 0.1, "{:?}", &worst[..5]);
    }
}
