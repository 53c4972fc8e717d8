//! What stands in a document encoded as a whole: in base64, of both alphabets, or in hexadecimal digits.
//!
//! Where an encoding begins is not known, since letters are digits of base64 too. So every run of digits is decoded from
//! each of the places that may be its first, into bytes that are mostly noise and of which each knows where it stood.

use std::ops::Range;

/// A shorter run encodes less than a secret.
const MIN_RUN: [usize; 2] = [6, 8];

/// How many times an encoding is looked for in what was encoded.
const NESTED: u8 = 2;

/// No byte of a value, to keep apart what stood apart.
const APART: u8 = 0xff;

/// Bytes that a document encodes.
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    /// Where the digits of each byte stand in the document.
    places: Vec<Range<usize>>,
}

impl Decoded {
    /// All that a document may encode, also encoded twice.
    pub(super) fn all(document: &[u8]) -> Vec<Self> {
        let mut all = Vec::new();
        collect(document, &|range| range, NESTED, &mut all);
        all
    }

    /// Where a range of the bytes stood, with what fills an encoding up behind it.
    pub(super) fn place(&self, range: Range<usize>, document: &[u8]) -> Range<usize> {
        let of = |at: usize| self.places.get(at).cloned().unwrap_or(0..0);
        let (start, end) = (of(range.start).start, of(range.end.saturating_sub(1)).end);
        let filled =
            document[end.min(document.len())..].iter().take(2).take_while(|byte| **byte == b'=').count();
        start..(end + filled).max(start)
    }
}

fn collect(
    document: &[u8],
    place: &dyn Fn(Range<usize>) -> Range<usize>,
    nested: u8,
    all: &mut Vec<Decoded>,
) {
    for (encoding, digits) in [(BASE64, &base64_digit as &dyn Fn(u8) -> Option<u8>), (BASE16, &base16_digit)]
    {
        let runs = runs(document, digits, encoding);
        for first in 0..if runs.is_empty() { 0 } else { encoding.digits } {
            let mut decoded = Decoded { bytes: Vec::new(), places: Vec::new() };
            for run in &runs {
                decoded.add(run.get(first..).unwrap_or_default(), encoding);
            }
            if nested > 1 {
                let within = |range: Range<usize>| {
                    let places = &decoded.places[range];
                    place(places.first().map_or(0, |it| it.start)..places.last().map_or(0, |it| it.end))
                };
                collect(&decoded.bytes, &within, nested - 1, all);
            }
            decoded.places.iter_mut().for_each(|it| *it = place(it.clone()));
            all.push(decoded);
        }
    }
}

/// How many digits stand for how many bytes.
#[derive(Clone, Copy)]
struct Encoding {
    digits: usize,
    bits: u32,
    min_run: usize,
    /// What may stand between two digits.
    between: &'static [u8],
}

const BASE64: Encoding = Encoding { digits: 4, bits: 6, min_run: MIN_RUN[0], between: b"\r\n" };
const BASE16: Encoding = Encoding { digits: 2, bits: 4, min_run: MIN_RUN[1], between: b"\r\n :-," };

/// A digit, and where it stands.
type Digit = (u8, usize);

/// The runs of digits that are long enough.
fn runs(document: &[u8], digit: &dyn Fn(u8) -> Option<u8>, encoding: Encoding) -> Vec<Vec<Digit>> {
    let mut runs = Vec::new();
    let mut run: Vec<Digit> = Vec::new();
    for at in 0..=document.len() {
        match document.get(at) {
            Some(byte) if let Some(digit) = digit(*byte) => run.push((digit, at)),
            Some(byte) if !run.is_empty() && encoding.between.contains(byte) => {}
            _ if run.len() >= encoding.min_run => runs.push(std::mem::take(&mut run)),
            _ => run.clear(),
        }
    }
    runs
}

impl Decoded {
    fn add(&mut self, run: &[Digit], Encoding { digits, bits, .. }: Encoding) {
        for group in run.chunks(digits) {
            let mut held = 0_u32;
            let mut count = 0;
            let mut first = 0;
            for (index, (digit, at)) in group.iter().enumerate() {
                held = (held << bits) | u32::from(*digit);
                count += bits;
                if count >= 8 {
                    count -= 8;
                    self.bytes.push((held >> count) as u8);
                    self.places.push(group[first].1..at + 1);
                    // The rest of this digit belongs to the byte that follows.
                    first = if count > 0 { index } else { index + 1 };
                }
            }
        }
        self.bytes.push(APART);
        let end = run.last().map_or(0, |(_, at)| at + 1);
        self.places.push(end..end);
    }
}

fn base64_digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

fn base16_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
