//! How documents spell a character: as it is, or escaped as in JSON, XML, addresses or Rust's `Debug`, and that
//! several times over.

use std::collections::{HashMap, VecDeque};
use std::ops::Deref;
use std::rc::Rc;

use super::entities::{MAX_NAME_LEN, named};
use super::redactor::MIN_SECRET_LEN;
use crate::text::is_unseen;

/// Escapes of escapes of escapes are read, such as JSON in JSON in an address.
const DEPTH: u8 = 3;

/// One way to read what stands in a document: the bytes that are meant, and where the next ones begin.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    bytes: [u8; 4],
    length: usize,
    pub(super) next: usize,
}

impl Reading {
    pub(super) fn byte(byte: u8, next: usize) -> Self {
        Self { bytes: [byte, 0, 0, 0], length: 1, next }
    }

    fn character(code: u32, next: usize) -> Option<Self> {
        let mut bytes = [0; 4];
        let length = char::from_u32(code)?.encode_utf8(&mut bytes).len();
        Some(Self { bytes, length, next })
    }

    pub(super) fn bytes(&self) -> &[u8] {
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
    /// What is no text is a text that was broken.
    is_text: bool,
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
        let (known, places) = (HashMap::new(), VecDeque::new());
        Self { document, known, places, first: 0, steps: 0, is_text: true }
    }

    /// Reads bytes, of which most are no text.
    pub(super) fn of_bytes(document: &'d [u8]) -> Self {
        Self { is_text: false, ..Self::new(document) }
    }

    /// The next place from there on where there is one of these bytes.
    pub(super) fn next_of(&self, from: usize, bytes: &[bool; 256]) -> Option<usize> {
        let rest = self.document.get(from..)?;
        rest.iter().position(|byte| bytes[usize::from(*byte)]).map(|found| from + found)
    }

    /// Tells which values may begin at `at`, of many that are looked for there. Places are asked for in order.
    pub(super) fn beginnings(&mut self, at: usize) -> impl Fn(&[u8]) -> bool + use<> {
        const MAX_KNOWN: usize = 1 << 14;
        if self.known.len() > MAX_KNOWN {
            self.known.clear();
        }
        self.places.drain(..self.places.len().min(at.saturating_sub(self.first)));
        self.first = at;
        let readings = self.readings_at(at);
        let is_garbled = self.garbled(at).is_some();
        move |value| {
            readings.iter().any(|reading| value.starts_with(reading.bytes()))
                || is_garbled && value.first().is_some_and(|first| !first.is_ascii())
        }
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
            let is_between = value[read] & 0xc0 != 0x80;
            let garbled = if is_between { self.garbled(at) } else { None };
            if readings.len() > 1 || garbled.is_some() {
                if self.place(at).has_failed(before + read) {
                    continue;
                }
                open.push(Step::Failed(at, read));
            }
            self.steps += 1;
            if let Some(next) = garbled {
                let rest = value[read + 1..].iter().take_while(|byte| **byte & 0xc0 == 0x80).count();
                if !value[read].is_ascii() && has_enough_else(value) {
                    open.push(Step::Read(next, read + 1 + rest));
                }
                // What comes last is followed first: that nothing was lost to it.
                if read > 0 && self.document[at] != b'?' {
                    open.push(Step::Read(next, read));
                }
            }
            for reading in readings.iter() {
                if value[read..].starts_with(reading.bytes()) {
                    open.push(Step::Read(reading.next, read + reading.length));
                }
            }
        }
        None
    }

    /// Where the next character begins, if the one at `at` says nothing: what is no UTF-8, what stands in the place of
    /// that, and what is not seen.
    fn garbled(&self, at: usize) -> Option<usize> {
        let byte = *self.document.get(at).filter(|_| self.is_text)?;
        if byte.is_ascii() {
            return (byte == b'?' || byte.is_ascii_control()).then_some(at + 1);
        }
        let few = &self.document[at..self.document.len().min(at + 4)];
        let valid = std::str::from_utf8(few).map_or_else(|error| error.valid_up_to(), |_| few.len());
        let text = std::str::from_utf8(&few[..valid]).unwrap_or_default();
        match text.chars().next() {
            None => Some(at + 1),
            Some(it) => (it == char::REPLACEMENT_CHARACTER || is_unseen(it)).then_some(at + it.len_utf8()),
        }
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
    pub(super) fn escaped(&mut self, lead: u8, at: usize, depth: u8) -> Vec<Reading> {
        match lead {
            b'+' => vec![Reading::byte(b' ', at)],
            b'%' => {
                let byte = self.hexadecimal(at, 2, depth);
                let byte = byte.map(|(code, next)| Reading::byte(code as u8, next));
                let kind = self.deepest(at, depth).filter(|(kind, _)| matches!(kind, b'u' | b'U'));
                byte.or_else(|| self.unicode(kind?.1, b'%', depth)).into_iter().collect()
            }
            b'\\' => {
                let kinds = self.readings(at, depth);
                let kinds = kinds.iter().filter_map(|reading| reading.single());
                kinds.filter_map(|(kind, next)| self.backslash(kind, next, depth)).collect()
            }
            b'&' => self.entities(at, depth),
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
                b'u' => return self.unicode(next, b'\\', depth),
                b'U' => {
                    let (code, next) = self.hexadecimal(next, 8, depth)?;
                    return Reading::character(code, next);
                }
                b'x' => {
                    let (code, next) = self.hexadecimal(next, 2, depth)?;
                    return Some(Reading::byte(code as u8, next));
                }
                punctuation if punctuation.is_ascii_punctuation() => punctuation,
                _ => return None,
            },
            next,
        ))
    }

    /// What follows `\u` or `%u`: four digits, twice that for a character beyond them, or digits in braces.
    fn unicode(&mut self, at: usize, lead: u8, depth: u8) -> Option<Reading> {
        let document = self.document;
        if document.get(at) == Some(&b'{') {
            let digits = document[at + 1..].iter().take(7).position(|byte| *byte == b'}')?;
            let (code, next) = self.hexadecimal(at + 1, digits, 0)?;
            return Reading::character(code, next + 1);
        }
        let (first, next) = self.hexadecimal(at, 4, depth)?;
        if !(0xd800..0xdc00).contains(&first) {
            return Reading::character(first, next);
        }
        let (_, next) = self.deepest(next, depth).filter(|(byte, _)| *byte == lead)?;
        let (_, next) = self.deepest(next, depth).filter(|(kind, _)| kind.eq_ignore_ascii_case(&b'u'))?;
        let (second, next) = self.hexadecimal(next, 4, depth)?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        Reading::character(0x10000 + ((first - 0xd800) << 10) + low, next)
    }

    /// What follows `&`: the name or number of a character. Nothing need end it, so whatever it may be is read; the
    /// longest, as a browser reads it, is the last.
    fn entities(&mut self, at: usize, depth: u8) -> Vec<Reading> {
        const MAX_ZEROS: usize = 24;
        const MAX_DIGITS: usize = 7;
        let mut readings = Vec::new();
        let mut text = String::new();
        let mut next = at;
        let mut zeros = 0;
        loop {
            let read = self.deepest(next, depth);
            let is_number = text.starts_with('#');
            let code = match text.strip_prefix('#') {
                None => named(&text),
                Some(number) => match number.strip_prefix(['x', 'X']) {
                    Some(digits) => u32::from_str_radix(digits, 16).ok(),
                    None => number.parse().ok(),
                },
            };
            if let Some(code) = code {
                readings.extend(Reading::character(code, next));
                if let Some((b';', end)) = read {
                    readings.extend(Reading::character(code, end));
                }
            }
            let Some((byte, after)) = read else { break };
            next = after;
            match byte {
                b'#' if text.is_empty() => text.push('#'),
                // One of them is enough to be a number.
                b'0' if matches!(text.as_str(), "#0" | "#x0" | "#X0") && zeros < MAX_ZEROS => zeros += 1,
                _ if byte.is_ascii_alphanumeric()
                    && text.len() < if is_number { MAX_DIGITS + 3 } else { MAX_NAME_LEN } =>
                {
                    text.push(byte.into());
                }
                _ => break,
            }
        }
        readings
    }

    /// So many hexadecimal digits, which may be spelled as anything else.
    fn hexadecimal(&mut self, mut at: usize, digits: usize, depth: u8) -> Option<(u32, usize)> {
        let mut code: u32 = 0;
        for _ in 0..digits {
            let (digit, next) = self.deepest(at, depth)?;
            code = code.checked_mul(16)? + char::from(digit).to_digit(16)?;
            at = next;
        }
        (digits > 0).then_some((code, at))
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

/// Of each byte, whether one of these values may begin with it in some spelling: most of a document is passed over by that.
pub(super) fn first_bytes<'v>(values: impl Iterator<Item = &'v [u8]>) -> [bool; 256] {
    let mut begins = [false; 256];
    b"\\&%+".iter().for_each(|lead| begins[usize::from(*lead)] = true);
    for first in values.filter_map(|value| value.first()) {
        begins[usize::from(*first)] = true;
        if !first.is_ascii() {
            // What is garbled may stand for it.
            begins[..0x20].fill(true);
            begins[0x7f..].fill(true);
            begins[usize::from(b'?')] = true;
        }
    }
    begins
}

/// Whether a value has so much besides what is not ASCII that it is known by that.
fn has_enough_else(value: &[u8]) -> bool {
    value.iter().filter(|byte| byte.is_ascii()).count() >= MIN_SECRET_LEN
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
