//! Percent-encoding as the signatures want it, and as it is sent.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986. HTML forms differ: they write a space as `+` and
/// leave `*` as it is, and a signature over such text is refused.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `text` with every byte but `A-Z a-z 0-9 - _ . ~` written as `%XX`.
#[doc(hidden)]
pub fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, RESERVED)
}

/// Pairs as they stand in a query or a form.
pub(crate) fn encode_pairs<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let mut pairs = pairs.into_iter().peekable();
    let mut text = String::with_capacity(if pairs.peek().is_some() { 256 } else { 0 });
    for (name, value) in pairs {
        append_pair(&mut text, name, value);
    }
    text
}

/// Appends `name=value`, after a `&` unless it is the first, both encoded.
#[doc(hidden)]
pub fn append_pair(to: &mut String, name: &str, value: &str) {
    if !to.is_empty() {
        to.push('&');
    }
    to.extend(encode(name));
    to.push('=');
    to.extend(encode(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_only_unreserved_characters() {
        assert_eq!(encode("aZ09-_.~").to_string(), "aZ09-_.~");
        assert_eq!(encode(" *+/%!'()\n").to_string(), "%20%2A%2B%2F%25%21%27%28%29%0A");
        assert_eq!(encode("数").to_string(), "%E6%95%B0");
    }
}
