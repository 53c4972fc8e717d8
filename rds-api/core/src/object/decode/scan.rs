//! Where a text ends: a look at eight bytes at a time.

/// How many bytes come before the first that is one of `stops`, or less than `bound`; all where there is none.
#[inline]
pub(super) fn before<const STOPS: usize>(text: &[u8], stops: [u8; STOPS], bound: u8) -> usize {
    let (chunks, rest) = text.as_chunks();
    for (index, bytes) in chunks.iter().enumerate() {
        // As the bytes of a number, of which the lowest that is found is the first in the text.
        let found = found(u64::from_le_bytes(*bytes), stops, bound);
        if found != 0 {
            return index * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    let is_stop = |next: &u8| stops.contains(next) || *next < bound;
    chunks.len() * 8 + rest.iter().position(is_stop).unwrap_or(rest.len())
}

/// The highest bit of the lowest byte that is looked for. Higher bytes may have theirs without a reason.
#[inline]
fn found<const STOPS: usize>(bytes: u64, stops: [u8; STOPS], bound: u8) -> u64 {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = EACH << 7;
    let below = |bytes: u64, bound: u8| bytes.wrapping_sub(EACH * u64::from(bound)) & !bytes;
    let is = |stop: u8| below(bytes ^ (EACH * u64::from(stop)), 1);
    stops.into_iter().fold(below(bytes, bound), |found, stop| found | is(stop)) & HIGHEST
}

#[cfg(test)]
mod tests {
    use super::before;

    #[test]
    fn each_byte_is_found_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            let is_stop = matches!(byte, b'"' | b'\\' | ..0x20);
            for length in [1, 7, 8, 9, 16, 23] {
                for at in 0..length {
                    // What stands behind it may be anything, and what stands before it nearly so.
                    for (other, after) in [(b'!', 0), (0x7f, b'"'), (0x80, 0xff), (0xff, 0x1f)] {
                        let mut text = vec![other; length];
                        text[at] = byte;
                        if let Some(next) = text.get_mut(at + 1) {
                            *next = after;
                        }
                        let expected = text.iter().position(|it| matches!(it, b'"' | b'\\' | ..0x20));
                        assert_eq!(
                            before(&text, [b'"', b'\\'], b' '),
                            expected.unwrap_or(length),
                            "{text:?}"
                        );
                        assert!(!is_stop || expected == Some(at), "{text:?}");
                    }
                }
            }
        }
        assert_eq!(before(b"", [b'<'], 0), 0);
        assert_eq!(before(b"\0\x01\xff< <", [b'<', b'&'], 0), 3);
    }
}
