//! Finding secrets in documents of any form: JSON, XML, forms, pages, broken ones of these, and one inside another.

use std::ops::Range;

use super::unescaped::Unescaped;

/// What stands before the string to sign in the message of a refused signature.
const ECHO: &str = "server string to sign is:";

/// Stands before it as well where it is announced in words that are not known.
const LIKE_ECHO: &str = "string to sign";

/// A message without the string to sign, which has every parameter of the call.
pub fn without_string_to_sign(message: &str) -> &str {
    let end = message.find(ECHO).or_else(|| message.find(LIKE_ECHO));
    message[..end.unwrap_or(message.len())].trim_end()
}

/// The string to sign that a message repeats.
pub(crate) fn string_to_sign(message: &str) -> Option<&str> {
    message.split_once(ECHO).map(|(_, echo)| echo.trim())
}

/// Wherever the string to sign stands that a refused signature repeats.
pub(super) fn strings_to_sign(document: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(echo) = find(document, at, LIKE_ECHO.as_bytes()) {
        let announced = echo + LIKE_ECHO.len();
        let rest = &document[announced..];
        let start = announced + if rest.starts_with(b" is:") { 4 } else { 0 };
        let length = document[start..].iter().position(|byte| matches!(byte, b'"' | b'<'));
        at = length.map_or(document.len(), |length| start + length);
        found.push(start..at);
    }
    found
}

/// How many times the escapes of a document are replaced to look for names: once for what is quoted in it, twice for
/// what is quoted in that.
const QUOTED: usize = 2;

/// Where the values of sensitive members stand in a document. It may be broken, so nothing is relied on but a name and
/// what follows it.
pub(super) fn sensitive_values(document: &[u8], is_sensitive: &dyn Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    scan(document, is_sensitive, &mut |_, value| found.push(value));
    found
}

/// The same for what is quoted in a document, such as JSON in a text of JSON, or a form in a page.
pub(super) fn quoted_sensitive_values(
    document: &[u8],
    is_sensitive: &dyn Fn(&str) -> bool,
) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut layers: Vec<Unescaped> = Vec::new();
    for _ in 0..QUOTED {
        let above = layers.last().map_or(document, |layer| &layer.text);
        let Some(layer) = Unescaped::new(above) else { break };
        scan(&layer.text, is_sensitive, &mut |name, value| {
            // Otherwise it is found without replacing anything.
            if layer.has_escape(name.start.saturating_sub(1)..value.start) {
                let up = |at| layers.iter().rev().fold(layer.places[at], |at, above| above.places[at]);
                found.push(up(value.start)..up(value.end));
            }
        });
        layers.push(layer);
    }
    found
}

/// Tells of each sensitive name that has a value, and of that.
fn scan(
    document: &[u8],
    is_sensitive: &dyn Fn(&str) -> bool,
    found: &mut dyn FnMut(Range<usize>, Range<usize>),
) {
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let mut at = 0;
    while let Some(start) = document[at..].iter().position(is_of_word).map(|found| at + found) {
        let length = document[start..].iter().position(|byte| !is_of_word(byte));
        let name = start..length.map_or(document.len(), |length| start + length);
        at = name.end;
        if std::str::from_utf8(&document[name.clone()]).is_ok_and(is_sensitive)
            && let Some(value) = value_after(document, name.clone())
        {
            at = value.end;
            found(name, value);
        }
    }
}

/// Where the value of the member stands that has its name at `name`; `None` if it has none here.
fn value_after(document: &[u8], name: Range<usize>) -> Option<Range<usize>> {
    let word = &document[name.clone()];
    if document[..name.start].ends_with(b"<") {
        // A tag that does not end before the next one begins is broken off.
        let end = document[name.end..].iter().position(|byte| matches!(byte, b'>' | b'<'));
        let open = end.map_or(document.len(), |end| name.end + end);
        if document[..open].ends_with(b"/") && document.get(open) == Some(&b'>') {
            return None;
        }
        let open = open + usize::from(document.get(open) == Some(&b'>'));
        let close = find(document, open, &[b"</", word].concat());
        return Some(open..close.unwrap_or(document.len()));
    }
    let is_separator = |byte: &u8| b"\"'\\ \t\r\n:=".contains(byte);
    let length = document[name.end..].iter().position(|byte| !is_separator(byte));
    let at = length.map_or(document.len(), |length| name.end + length);
    // A name in running text has no value.
    let between = &document[name.end..at];
    if !between.iter().any(|byte| matches!(byte, b':' | b'=')) {
        return None;
    }
    let length = match between.last() {
        // An empty value: what comes next is not its own.
        Some(b'"' | b'\'')
            if (between.ends_with(b"\"\"") || between.ends_with(b"''"))
                && document.get(at).is_none_or(|next| b",}]<>&".contains(next)) =>
        {
            Some(0)
        }
        Some(quote @ (b'"' | b'\'')) => unescaped(&document[at..], *quote),
        _ if matches!(document.get(at), Some(b'{' | b'[')) => balanced(&document[at..]),
        // As in a header or a log, where a value may have several words.
        _ if between.contains(&b':') && !between.iter().any(|byte| matches!(byte, b'"' | b'\'')) => {
            end_of_line(&document[at..])
        }
        _ => document[at..].iter().position(|byte| b",}]&<>\"' \t\r\n".contains(byte)),
    };
    Some(at..length.map_or(document.len(), |length| at + length))
}

fn find(document: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    document[from..].windows(what.len()).position(|text| text == what).map(|at| from + at)
}

/// Where a line ends, or the text of a page.
fn end_of_line(text: &[u8]) -> Option<usize> {
    let next = |at: usize| text.get(at + 1).copied().unwrap_or(b'/');
    let begins_tag = |at: usize| matches!(next(at), b'/' | b'!' | b'a'..=b'z' | b'A'..=b'Z');
    (0..text.len()).find(|at| match text[*at] {
        b'\r' | b'\n' => true,
        b'<' => begins_tag(*at),
        _ => false,
    })
}

/// Where a quote ends.
fn unescaped(text: &[u8], quote: u8) -> Option<usize> {
    let mut escapes = false;
    text.iter().position(|byte| {
        let ends = *byte == quote && !escapes;
        escapes = *byte == b'\\' && !escapes;
        ends
    })
}

/// Where the list or object ends that a text begins with.
fn balanced(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return Some(at + 1),
            b'}' | b']' => depth -= 1,
            b'"' => at += 1 + unescaped(&text[at + 1..], b'"')?,
            _ => {}
        }
        at += 1;
    }
}
