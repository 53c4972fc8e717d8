//! The texts that credentials are made of, as people and programs write them down: in variables, files, responses.

use std::fmt;

use crate::error::{Error, Result};
use crate::text::{self, is_unseen};

/// What a value may consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A key id or a token: these travel in headers, which take visible ASCII.
    VisibleAscii,
    /// A secret, a name, a path: anything on one line.
    OneLine,
}

/// What is wrong with a value. It never shows the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    Empty,
    Blank,
    Begins(char),
    Ends(char),
    Has(char),
}

/// A value without what stands around it by accident: blanks, line ends, a byte order mark.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}')
}

/// The value of a variable without the quotation marks that enclose all of it.
///
/// # Errors
///
/// If there are others at its ends. `name` is that of the variable.
pub(super) fn unquoted<'t>(text: &'t str, name: &str) -> Result<&'t str> {
    let flawed = || Error::credentials(format!("{name} has quotation marks that do not enclose all of it"));
    text::unquoted(trimmed(text)).ok_or_else(flawed)
}

/// The value in a text that was found at `place`, which the error names instead of the text.
pub(super) fn value(text: &str, form: Form, place: impl fmt::Display) -> Result<&str> {
    let value = trimmed(text);
    match flaw(if value.is_empty() { text } else { value }, form) {
        Some(flaw) => Err(Error::credentials(format!("{place} {flaw}"))),
        None => Ok(value),
    }
}

/// The first flaw of a value as it is.
pub(super) fn flaw(text: &str, form: Form) -> Option<Flaw> {
    if trimmed(text).is_empty() {
        return Some(if text.is_empty() { Flaw::Empty } else { Flaw::Blank });
    }
    let is_wrong = |character: char| match form {
        Form::VisibleAscii => !character.is_ascii_graphic(),
        Form::OneLine => is_unseen(character) || character == '\u{fffd}',
    };
    let is_around =
        |character: &char| is_wrong(*character) || trimmed(character.encode_utf8(&mut [0; 4])).is_empty();
    if let Some(first) = text.chars().next().filter(is_around) {
        return Some(Flaw::Begins(first));
    }
    if let Some(last) = text.chars().next_back().filter(is_around) {
        return Some(Flaw::Ends(last));
    }
    text.chars().find(|character| is_wrong(*character)).map(Flaw::Has)
}

impl fmt::Display for Flaw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty => formatter.write_str("is empty"),
            Self::Blank => formatter.write_str("is blank"),
            Self::Begins(character) => write!(formatter, "begins with {}", Named(character)),
            Self::Ends(character) => write!(formatter, "ends with {}", Named(character)),
            Self::Has(character) => write!(formatter, "has {} in it", Named(character)),
        }
    }
}

/// A character that is in the way. One that can be seen is part of a secret, perhaps, and is not shown.
struct Named(char);

impl fmt::Display for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = u32::from(self.0);
        match self.0 {
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => formatter.write_str("a line break"),
            ' ' => formatter.write_str("a blank"),
            '\t' => formatter.write_str("a tab"),
            '\u{feff}' => formatter.write_str("a byte order mark"),
            '\u{fffd}' => formatter.write_str("bytes that are not UTF-8"),
            control if control.is_control() => write!(formatter, "a control character (U+{number:04X})"),
            unseen if unseen.is_whitespace() || is_unseen(unseen) => {
                write!(formatter, "an invisible character (U+{number:04X})")
            }
            _ => formatter.write_str("a character that is not ASCII"),
        }
    }
}

/// The text of a file or of what a program prints, whose name `place` is. Bytes that are not UTF-8 are replaced: in a
/// comment they do no harm, and in a value [`value`] finds them.
pub(super) fn decoded(bytes: &[u8], place: impl fmt::Display) -> Result<String> {
    let utf_16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.contains(&0);
    if utf_16 {
        let message = format!("{place} is not UTF-8 but, it seems, UTF-16: save it as UTF-8");
        return Err(Error::credentials(message));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_a_value_goes_and_what_is_in_it_is_told() {
        use Form::{OneLine, VisibleAscii};
        for (text, form, expected) in [
            ("LTAI", VisibleAscii, Ok("LTAI")),
            ("LTAI\n", VisibleAscii, Ok("LTAI")),
            ("LTAI\r\n", VisibleAscii, Ok("LTAI")),
            ("\u{feff}LTAI", VisibleAscii, Ok("LTAI")),
            ("\t LTAI\u{a0}\u{3000}\u{feff}\n\n", VisibleAscii, Ok("LTAI")),
            ("", VisibleAscii, Err("it is empty")),
            (" \r\n\u{feff}", VisibleAscii, Err("it is blank")),
            ("LT\nAI", VisibleAscii, Err("it has a line break in it")),
            ("LT\rAI", VisibleAscii, Err("it has a line break in it")),
            ("LT AI", VisibleAscii, Err("it has a blank in it")),
            ("LT\tAI", VisibleAscii, Err("it has a tab in it")),
            ("LT\0AI", VisibleAscii, Err("it has a control character (U+0000) in it")),
            ("LT\u{7f}AI", VisibleAscii, Err("it has a control character (U+007F) in it")),
            ("LT\u{200b}AI", VisibleAscii, Err("it has an invisible character (U+200B) in it")),
            ("LTAI\u{200b}", VisibleAscii, Err("it ends with an invisible character (U+200B)")),
            ("LT\u{feff}AI", VisibleAscii, Err("it has a byte order mark in it")),
            ("LTÄI", VisibleAscii, Err("it has a character that is not ASCII in it")),
            ("ÄLTI", VisibleAscii, Err("it begins with a character that is not ASCII")),
            ("se cret ü", OneLine, Ok("se cret ü")),
            ("  secret\r\n", OneLine, Ok("secret")),
            ("se\ncret", OneLine, Err("it has a line break in it")),
            ("se\u{1b}cret", OneLine, Err("it has a control character (U+001B) in it")),
            ("secret\u{200b}", OneLine, Err("it ends with an invisible character (U+200B)")),
            ("se\u{fffd}cret", OneLine, Err("it has bytes that are not UTF-8 in it")),
            (" ", OneLine, Err("it is blank")),
        ] {
            let got = value(text, form, "it").map_err(|error| error.to_string());
            assert_eq!(got, expected.map_err(str::to_owned), "{text:?}");
        }
    }

    #[test]
    fn nothing_is_trimmed_where_only_flaws_are_looked_for() {
        for (text, form, expected) in [
            ("secret\n", Form::OneLine, Some("ends with a line break")),
            (" secret", Form::OneLine, Some("begins with a blank")),
            ("LTAI ", Form::VisibleAscii, Some("ends with a blank")),
            ("sec ret", Form::OneLine, None),
        ] {
            assert_eq!(flaw(text, form).map(|flaw| flaw.to_string()).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn bytes_become_text_or_say_why_not() {
        assert_eq!(decoded(b"\xef\xbb\xbf[default]", "f").unwrap(), "[default]");
        assert_eq!(decoded("# \u{4e2d}".as_bytes(), "f").unwrap(), "# \u{4e2d}");
        assert_eq!(decoded(b"# \xd6\xd0\nx", "f").unwrap(), "# \u{fffd}\u{fffd}\nx");
        for utf_16 in [&b"\xff\xfe[\0d\0"[..], b"\xfe\xff\0[\0d", b"[\0d\0"] {
            let error = decoded(utf_16, "/x/config.json").unwrap_err().to_string();
            assert_eq!(error, "/x/config.json is not UTF-8 but, it seems, UTF-16: save it as UTF-8");
        }
    }
}
