//! A JSON document as nearly all are: read with little effort, or refused.
//!
//! Texts without escapes are borrowed from the document, and whole numbers of up to 18 digits without a sign are read
//! here. Other texts and numbers go to `serde_json`, which also reads the whole of what is refused here, and says what is
//! wrong with it and where. So no more is taken here than there, and nothing is taken for something else.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::context::Context;
use super::scan;

/// How deep objects and lists may be in each other, which is a little less than `serde_json` reads.
const DEPTH: usize = 100;
/// How many digits a number may have that surely fits into 64 bits.
const DIGITS: usize = 18;

/// A document that is read from its beginning to its end.
pub struct JsonReader<'c, 'de> {
    document: &'de str,
    context: &'c Context,
    at: usize,
    depth: usize,
}

/// The document is not read here, or a value does not fit.
#[derive(Debug)]
pub struct Refused;

/// A text in quotation marks.
enum Text<'de> {
    Plain(&'de str),
    /// With its quotation marks, and escapes.
    Escaped(&'de str),
}

impl<'c, 'de> JsonReader<'c, 'de> {
    /// The document with this text, to be decoded in a context.
    pub fn new(document: &'de str, context: &'c Context) -> Self {
        Self { document, context, at: 0, depth: 0 }
    }

    /// Whether nothing is left to read.
    pub fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// The next byte that is no blank.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        match self.document.as_bytes().get(self.at) {
            Some(next) if *next > b' ' => Some(*next),
            _ => self.peek_behind_blanks(),
        }
    }

    fn peek_behind_blanks(&mut self) -> Option<u8> {
        let bytes = self.document.as_bytes();
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// Reads past a byte, which must come next.
    #[inline]
    fn expect(&mut self, expected: u8) -> Result<(), Refused> {
        if self.peek() != Some(expected) {
            return Err(Refused);
        }
        self.at += 1;
        Ok(())
    }

    /// Reads a text, at whose quotation mark the document is.
    #[inline]
    fn text(&mut self) -> Result<Text<'de>, Refused> {
        let start = self.at + 1;
        let rest = self.document.get(start..).unwrap_or_default();
        let length = scan::before(rest.as_bytes(), [b'"', b'\\'], b' ');
        match rest.as_bytes().get(length) {
            Some(b'"') => {
                self.at = start + length + 1;
                Ok(Text::Plain(&rest[..length]))
            }
            _ => self.escaped(length),
        }
    }

    /// Reads a text with escapes, of which the first is so far behind its beginning.
    #[cold]
    fn escaped(&mut self, plain: usize) -> Result<Text<'de>, Refused> {
        let start = self.at;
        let mut rest = self.document.as_bytes().iter().enumerate().skip(start + 1 + plain);
        while let Some((at, next)) = rest.next() {
            match next {
                b'"' => {
                    self.at = at + 1;
                    return Ok(Text::Escaped(&self.document[start..self.at]));
                }
                b'\\' => drop(rest.next()),
                _ => {}
            }
        }
        Err(Refused)
    }

    /// The number, or the word, that comes next.
    fn word(&mut self) -> &'de str {
        let rest = &self.document[self.at..];
        let is_part = |next: &u8| next.is_ascii_alphanumeric() || matches!(next, b'-' | b'+' | b'.');
        let length = rest.bytes().position(|next| !is_part(&next)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Reads an object or a list, which begins with the next byte and ends with `last`, by `read`.
    fn inside<T>(
        &mut self,
        last: u8,
        read: impl FnOnce(Parts<'_, 'c, 'de>) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        if self.depth == DEPTH {
            return Err(Refused);
        }
        self.at += 1;
        self.depth += 1;
        let value = read(Parts { json: &mut *self, last, is_first: true })?;
        self.depth -= 1;
        self.expect(last)?;
        Ok(value)
    }
}

/// Lets `serde_json` read one text or number.
#[cold]
fn read_elsewhere<'de, V: Visitor<'de>>(value: &'de str, visitor: V) -> Result<V::Value, Refused> {
    let mut deserializer = serde_json::Deserializer::from_str(value);
    let read = deserializer.deserialize_any(visitor);
    read.and_then(|read| deserializer.end().map(|()| read)).map_err(|_| Refused)
}

impl<'de> Deserializer<'de> for &mut JsonReader<'_, 'de> {
    type Error = Refused;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.peek() {
            Some(b'"') => match self.text()? {
                Text::Plain(text) => visitor.visit_borrowed_str(text),
                Text::Escaped(text) => read_elsewhere(text, visitor),
            },
            Some(b'{') => self.inside(b'}', |members| visitor.visit_map(members)),
            Some(b'[') => self.inside(b']', |elements| visitor.visit_seq(elements)),
            _ => match self.word() {
                "null" => visitor.visit_unit(),
                "true" => visitor.visit_bool(true),
                "false" => visitor.visit_bool(false),
                number if is_plain(number) => number.parse().map_or(Err(Refused), |it| visitor.visit_u64(it)),
                number => read_elsewhere(number, visitor),
            },
        }
    }

    /// Compares a name with the one that the context expects, and gives that one if it is the same.
    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let expected = self.context.expected();
        let rest = self.document.as_bytes().get(self.at..).unwrap_or_default();
        let after = rest.strip_prefix(b"\"").and_then(|rest| rest.strip_prefix(expected.as_bytes()));
        if after.is_some_and(|after| after.first() == Some(&b'"')) {
            self.at += expected.len() + 2;
            return visitor.visit_borrowed_str(expected);
        }
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum ignored_any
    }
}

/// Whether a number is whole, is not below zero, and fits.
fn is_plain(number: &str) -> bool {
    let is_short = (1..=DIGITS).contains(&number.len()) && (number.len() == 1 || !number.starts_with('0'));
    is_short && number.bytes().all(|digit| digit.is_ascii_digit())
}

/// The members of an object, or the elements of a list.
struct Parts<'p, 'c, 'de> {
    json: &'p mut JsonReader<'c, 'de>,
    last: u8,
    is_first: bool,
}

impl Parts<'_, '_, '_> {
    /// Whether there is another one, to which the document is brought.
    #[inline]
    fn has_next(&mut self) -> Result<bool, Refused> {
        match self.json.peek() {
            Some(next) if next == self.last => return Ok(false),
            _ if std::mem::take(&mut self.is_first) => {}
            Some(b',') => self.json.at += 1,
            _ => return Err(Refused),
        }
        Ok(true)
    }
}

impl<'de> MapAccess<'de> for Parts<'_, '_, 'de> {
    type Error = Refused;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        if !self.has_next()? {
            return Ok(None);
        }
        if self.json.peek() != Some(b'"') {
            return Err(Refused);
        }
        let key = seed.deserialize(&mut *self.json)?;
        self.json.expect(b':')?;
        Ok(Some(key))
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        seed.deserialize(&mut *self.json)
    }
}

impl<'de> SeqAccess<'de> for Parts<'_, '_, 'de> {
    type Error = Refused;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        if self.has_next()? { seed.deserialize(&mut *self.json).map(Some) } else { Ok(None) }
    }
}

impl Error for Refused {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self
    }
}

impl std::error::Error for Refused {}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the document is not read in this way")
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeSeed as _;
    use serde_json::Value;

    use super::super::AnyJson;
    use super::*;

    const DOCUMENTS: [&str; 12] = [
        "{}",
        " [ ] ",
        "\n{ \"a\" : [ 1 , {\t} , \"\" ] ,\r\"b\" : { \"c\" : null } } ",
        r#"{"Texts":["plain","é漢","a\"b\\c\/d\u00e9\n","\ud83d\ude00","\\"],"k\u0065y":true}"#,
        r#"[0,7,-7,123456789012345678,1234567890123456789,18446744073709551615,18446744073709551616]"#,
        "[0.5,-0,-0.0,1e3,1E-3,1.25e+2,9007199254740993.0,true,false,null]",
        r#"{"a":1,"a":2,"":[[[[]]]]}"#,
        r#""text""#,
        "12",
        "null",
        r#"{"a":{"b":[{"c":"d"},{"c":"e"}]}}"#,
        "\"\u{7f}\u{80}\"",
    ];

    fn quickly(document: &str) -> Option<Value> {
        let context = Context::default();
        let mut json = JsonReader::new(document, &context);
        let value = AnyJson(&context).deserialize(&mut json);
        value.ok().filter(|_| json.is_at_end())
    }

    fn carefully(document: &str) -> Option<Value> {
        let (context, mut json) = (Context::default(), serde_json::Deserializer::from_str(document));
        let value = AnyJson(&context).deserialize(&mut json);
        value.ok().filter(|_| json.end().is_ok())
    }

    #[test]
    fn what_is_json_is_read_as_it_is_elsewhere() {
        for document in DOCUMENTS {
            assert!(quickly(document).is_some(), "{document}");
            assert_eq!(quickly(document), carefully(document), "{document}");
        }
    }

    /// A byte less, another, or one more, at every place.
    #[test]
    fn what_is_no_json_is_not_read() {
        let others =
            ["\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", ".", "e", "u", " ", "\n", "\u{1}", "é"];
        let mut refused = 0;
        for document in DOCUMENTS {
            for (start, old) in document.char_indices() {
                let (before, after) = (&document[..start], &document[start + old.len_utf8()..]);
                let changed = others
                    .iter()
                    .flat_map(|new| [format!("{before}{new}{after}"), format!("{before}{new}{old}{after}")]);
                for changed in changed.chain([before.to_owned(), format!("{before}{after}")]) {
                    let read = quickly(&changed);
                    assert_eq!(read, carefully(&changed), "{changed}");
                    refused += usize::from(read.is_none());
                }
            }
        }
        assert!(refused > 5_000, "{refused}");
    }

    #[test]
    fn what_is_too_deep_is_refused() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(quickly(&nested(DEPTH)).is_some());
        for depth in [DEPTH + 1, 100_000] {
            assert_eq!(quickly(&nested(depth)), None, "{depth}");
        }
    }
}
