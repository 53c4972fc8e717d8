//! How documents spell a character: as it is, or escaped as in JSON, XML, addresses or Rust's `Debug`, and that
//! several times over.

use std::collections::HashSet;

/// Escapes of escapes of escapes are read, such as JSON in JSON in an address.
const DEPTH: u8 = 3;

/// One way to read what stands in a document: the bytes that are meant, and where the next ones begin.
#[derive(Clone, Copy)]
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

/// Tells which values may begin at `at`, of many that are looked for there.
pub(super) fn beginnings(document: &[u8], at: usize) -> impl Fn(&[u8]) -> bool {
    let first = document[at];
    let mut readings = Vec::new();
    if begins_escape(first) {
        read_at(document, at, DEPTH, &mut |reading| readings.push(reading));
    }
    move |value| match readings.is_empty() {
        true => value.first() == Some(&first),
        false => readings.iter().any(|reading| value.starts_with(reading.bytes())),
    }
}

/// Where `value` ends that begins at `at`, however it is spelled there.
pub(super) fn end_of(document: &[u8], at: usize, value: &[u8]) -> Option<usize> {
    // A value is read character by character, and where there are several readings, each is followed.
    let mut open = vec![(at, 0)];
    let mut seen = HashSet::new();
    while let Some((at, read)) = open.pop() {
        if read == value.len() {
            return Some(at);
        }
        let before = open.len();
        read_at(document, at, DEPTH, &mut |reading| {
            if value[read..].starts_with(reading.bytes()) {
                open.push((reading.next, read + reading.length));
            }
        });
        if open.len() > before + 1 || !seen.is_empty() {
            let new = open.split_off(before);
            open.extend(new.into_iter().filter(|state| seen.insert(*state)));
        }
    }
    None
}

/// Gives every reading of what stands at `at`, the plain one first.
fn read_at(document: &[u8], at: usize, depth: u8, visit: &mut dyn FnMut(Reading)) {
    let Some(&byte) = document.get(at) else { return };
    if depth == 0 || !begins_escape(byte) {
        return visit(Reading::byte(byte, at + 1));
    }
    read_at(document, at, depth - 1, &mut |reading| {
        visit(reading);
        if let Some((lead, next)) = reading.single() {
            escaped(document, lead, next, depth - 1, visit);
        }
    });
}

/// The reading that looks through most escapes.
fn deepest(document: &[u8], at: usize, depth: u8) -> Option<(u8, usize)> {
    let mut last = None;
    read_at(document, at, depth, &mut |reading| last = Some(reading));
    last?.single()
}

/// Reads the escape that begins with `lead` and goes on at `at`.
fn escaped(document: &[u8], lead: u8, at: usize, depth: u8, visit: &mut dyn FnMut(Reading)) {
    match lead {
        b'+' => visit(Reading::byte(b' ', at)),
        b'%' => {
            if let Some((code, next)) = hexadecimal(document, at, 2) {
                visit(Reading::byte(code as u8, next));
            }
        }
        b'\\' => read_at(document, at, depth, &mut |reading| {
            let Some((kind, next)) = reading.single() else { return };
            let control = match kind {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'b' => 0x08,
                b'f' => 0x0c,
                b'0' => 0,
                b'u' => return unicode(document, next, depth).into_iter().for_each(&mut *visit),
                punctuation if punctuation.is_ascii_punctuation() => punctuation,
                _ => return,
            };
            visit(Reading::byte(control, next));
        }),
        b'&' => entity(document, at, depth).into_iter().for_each(visit),
        _ => {}
    }
}

/// So many hexadecimal digits.
fn hexadecimal(document: &[u8], at: usize, digits: usize) -> Option<(u32, usize)> {
    let text = document.get(at..at + digits)?;
    let code = text.iter().try_fold(0, |code, digit| Some(code * 16 + char::from(*digit).to_digit(16)?));
    Some((code?, at + digits))
}

/// What follows `\u`: four digits, twice that for a character beyond them, or digits in braces.
fn unicode(document: &[u8], at: usize, depth: u8) -> Option<Reading> {
    if document.get(at) == Some(&b'{') {
        let digits = document[at + 1..].iter().take(7).position(|byte| *byte == b'}')?;
        let (code, next) = hexadecimal(document, at + 1, digits)?;
        return Reading::character(code, next + 1);
    }
    let (first, next) = hexadecimal(document, at, 4)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Reading::character(first, next);
    }
    let (b'\\', next) = deepest(document, next, depth)? else { return None };
    let (second, next) =
        document.get(next).filter(|byte| **byte == b'u').and_then(|_| hexadecimal(document, next + 1, 4))?;
    let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    Reading::character(0x10000 + ((first - 0xd800) << 10) + low, next)
}

/// What follows `&`: the name or number of a character.
fn entity(document: &[u8], mut at: usize, depth: u8) -> Option<Reading> {
    const MAX_NAME_LEN: usize = 9;
    let mut name = String::new();
    loop {
        let (byte, next) = deepest(document, at, depth)?;
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
        let mut it = Self { text: Vec::new(), places: Vec::new(), escapes: Vec::new() };
        let mut at = 0;
        while at < document.len() {
            let lead = document[at];
            let mut reading = Reading::byte(lead, at + 1);
            if matches!(lead, b'\\' | b'&' | b'%') {
                escaped(document, lead, at + 1, 0, &mut |escape| reading = escape);
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
