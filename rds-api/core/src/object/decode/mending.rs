//! JSON that is broken in a place or two, and still says all else.
//!
//! Lists of logs hold what users of a database wrote, cut off at a number of bytes, so now and then there is half a
//! character, half a pair of surrogates, or a control character in them. A document that does not decode is read again
//! with that replaced, and costs nothing as long as it does.

use std::fmt::Write as _;

/// Stands for what is no character.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// JSON in which every text can be read and every number is one; `None` if that is so already.
///
/// Control characters in texts are kept. What an escape cannot say is replaced, and what is beyond all numbers is `null`.
pub(crate) fn json(document: &str) -> Option<String> {
    let mut mended = String::with_capacity(document.len());
    let mut rest = document;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => text(rest, &mut mended),
            '-' | '0'..='9' | 'a'..='z' | 'A'..='Z' => word(rest, &mut mended),
            _ => {
                let length =
                    rest.find(|next: char| matches!(next, '"' | '-') || next.is_ascii_alphanumeric());
                let length = length.unwrap_or(rest.len());
                mended += &rest[..length];
                length
            }
        };
        rest = &rest[length..];
    }
    (mended != document).then_some(mended)
}

/// Writes the text that `rest` begins with, and gives its length.
fn text(rest: &str, mended: &mut String) -> usize {
    mended.push('"');
    let mut at = 1;
    while let Some(next) = rest[at..].chars().next() {
        at += match next {
            '"' => {
                mended.push('"');
                return at + 1;
            }
            '\\' => escape(&rest[at..], mended),
            '\0'..='\x1f' => {
                let _ = write!(mended, "\\u{:04x}", u32::from(next));
                1
            }
            _ => {
                let length = rest[at..].find(|next| matches!(next, '"' | '\\' | '\0'..='\x1f'));
                let length = length.unwrap_or(rest.len() - at);
                *mended += &rest[at..at + length];
                length
            }
        };
    }
    at
}

/// Writes the escape that `rest` begins with, or what stands for it, and gives its length.
fn escape(rest: &str, mended: &mut String) -> usize {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix("\\u")?;
        digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(digits)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let is_high = |unit: u16| (0xd800..0xdc00).contains(&unit);
    let is_low = |unit: u16| (0xdc00..0xe000).contains(&unit);
    let length = match rest.as_bytes().get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
        Some(b'u') => match unit(0) {
            Some(first) if is_high(first) && unit(6).is_some_and(is_low) => 12,
            Some(first) if is_high(first) || is_low(first) => {
                mended.push(REPLACEMENT);
                return 6;
            }
            Some(_) => 6,
            None => {
                mended.push(REPLACEMENT);
                return 2;
            }
        },
        _ => {
            mended.push(REPLACEMENT);
            return 1;
        }
    };
    *mended += &rest[..length];
    length
}

/// Writes the number or the word that `rest` begins with, or what stands for it, and gives its length.
fn word(rest: &str, mended: &mut String) -> usize {
    let is_of_word = |next: char| next.is_ascii_alphanumeric() || matches!(next, '-' | '+' | '.');
    let length = rest.find(|next| !is_of_word(next)).unwrap_or(rest.len());
    let word = &rest[..length];
    // Rust reads the words as well, in any case.
    let is_beyond_numbers = word.parse::<f64>().is_ok_and(|number| !number.is_finite());
    *mended += if is_beyond_numbers { "null" } else { word };
    length
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value as Json, json};

    #[test]
    fn every_text_of_json_is_read() {
        for (text, expected) in [
            (r"a\ud800b", "a\u{fffd}b"),
            (r"a\udc00", "a\u{fffd}"),
            (r"\ud83d\ude00", "\u{1f600}"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}\u{1f600}"),
            (r"\ud83dx", "\u{fffd}x"),
            (r"\ud83d\n", "\u{fffd}\n"),
            (r"\ud83d\u0041", "\u{fffd}A"),
            (r"\uD83D\\ude00", "\u{fffd}\\ude00"),
            ("a\nb\tc\u{1}\u{0}d", "a\nb\tc\u{1}\u{0}d"),
            (r"C:\new\x41", "C:\new\u{fffd}x41"),
            (r"it\'s", "it\u{fffd}'s"),
            (r"\u12é4", "\u{fffd}12é4"),
            (r"\u-123 \u+123", "\u{fffd}-123 \u{fffd}+123"),
            (r"\\ud800 é \u00e9", "\\ud800 é é"),
        ] {
            let document = format!(r#"{{"A":"{text}","B":["x",1],"{text}":null}}"#);
            let mended = super::json(&document).unwrap_or_else(|| document.clone());
            let read: Json = serde_json::from_str(&mended).unwrap();
            assert_eq!(read, json!({"A": expected, "B": ["x", 1], expected: null}), "{text}");
        }
    }

    #[test]
    fn what_is_beyond_numbers_is_none() {
        let document =
            r#"{"A":1e999,"B":-1e999,"C":NaN,"D":-Infinity,"E":[Infinity, 1e5,-0.5],"F":"NaN","G":true}"#;
        let read: Json = serde_json::from_str(&super::json(document).unwrap()).unwrap();
        let expected = json!({
            "A": null, "B": null, "C": null, "D": null, "E": [null, 1e5, -0.5], "F": "NaN", "G": true,
        });
        assert_eq!(read, expected);
    }

    #[test]
    fn what_is_broken_otherwise_stays_so() {
        for document in [
            r#"{"A":"1","B"#,
            r#"{"A":"1","B":"\"#,
            r#"{"A":"1","B":"\ud8"#,
            r#"{"A":1"\0<<&""#,
            "{garbage}",
            "\"",
            "\\",
            "NaNa",
        ] {
            let mended = super::json(document).unwrap_or_else(|| document.to_owned());
            assert!(serde_json::from_str::<Json>(&mended).is_err(), "{document} became {mended}");
        }
        assert_eq!(super::json(r#"{"A":"é\n\u0041","B":-1.5e3,"C":true}"#), None);
    }
}
