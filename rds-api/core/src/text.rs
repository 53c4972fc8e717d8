//! Text as it may be shown: what others wrote must neither act on a terminal nor look like something else.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text on one line, without the characters that are not [`seen`](is_unseen). What is left out parts words, so that
/// nothing comes together that a search for secrets has seen apart.
pub fn one_line(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return text.to_owned();
    }
    let words = text.split(|character: char| character.is_whitespace() || is_unseen(character));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The same, with no more than so many characters of the text.
pub fn short_line(text: &str, max_chars: usize) -> String {
    let mut line = one_line(text);
    if let Some((end, _)) = line.char_indices().nth(max_chars) {
        line.truncate(end);
        line.push_str(" …");
    }
    line
}

/// The text with all that is not [`seen`](is_unseen) escaped as JSON does it, but for the ends of lines and what else
/// is `kept`. So JSON stays the JSON that it was.
pub fn visible<'t>(text: &'t str, kept: &[char]) -> Cow<'t, str> {
    let is_hidden = |character: char| is_unseen(character) && character != '\n' && !kept.contains(&character);
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hidden(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// A value without the quotation marks that enclose all of it; nothing if there are others at its ends. Readers of env
/// files take them away, as those of systemd, Docker Compose and dotenv do, and `docker run --env-file` and CI systems do
/// not.
pub fn unquoted(text: &str) -> Option<&str> {
    const MARKS: [char; 2] = ['"', '\''];
    if !text.starts_with(MARKS) && !text.ends_with(MARKS) {
        return Some(text);
    }
    let inside = |mark| text.strip_prefix(mark)?.strip_suffix(mark).filter(|inside| !inside.contains(mark));
    MARKS.into_iter().find_map(inside)
}

/// Whether a character is not seen, but changes how a terminal, a log or a person reads what is around it: control
/// characters, ends of lines and paragraphs, changes of direction, and what has no width.
///
/// Joiners are among them, which some scripts and emoji need: they are looked at rather in the names of things, where
/// two that look alike must not be taken for one. Variation selectors are not: they only change a letter's form.
pub fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'                      // soft hyphen
            | '\u{34f}'                   // grapheme joiner
            | '\u{61c}'                   // Arabic letter mark
            | '\u{115f}'..='\u{1160}'     // Hangul fillers
            | '\u{17b4}'..='\u{17b5}'     // Khmer vowels that are not written
            | '\u{180b}'..='\u{180f}'     // Mongolian separators
            | '\u{200b}'..='\u{200f}'     // zero width, joiners, marks of direction
            | '\u{2028}'..='\u{202e}'     // ends of lines and paragraphs, changes of direction
            | '\u{2060}'..='\u{206f}'     // word joiner, isolates, deprecated ones
            | '\u{3164}' | '\u{ffa0}'     // Hangul fillers
            | '\u{feff}'                  // byte order mark
            | '\u{fff0}'..='\u{fffb}'     // annotations
            | '\u{1bca0}'..='\u{1bca3}'   // shorthand
            | '\u{1d173}'..='\u{1d17a}'   // music
            | '\u{e0000}'..='\u{e0fff}'   // tags, and selectors that carry texts unseen
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each range, and its ends.
    const UNSEEN: &str = "\0\u{7}\u{8}\t\n\u{b}\u{c}\r\u{e}\u{1b}\u{1f}\u{7f}\u{80}\u{85}\u{9b}\u{9f}\u{ad}\u{34f}\u{61c}\u{115f}\
        \u{17b4}\u{180e}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{206f}\
        \u{3164}\u{feff}\u{fff9}\u{ffa0}\u{1bca0}\u{1d173}\u{e0001}\u{e007f}\u{e01ef}";
    const SEEN: &str = "az \u{a0}\u{3000}é数😀ا\u{301}\u{fe0f}\\\"'\u{ac}\u{ae}\u{2027}\u{202f}\u{fffd}";

    #[test]
    fn what_is_not_seen_is_known() {
        for character in UNSEEN.chars() {
            assert!(is_unseen(character), "{character:?}");
        }
        for character in SEEN.chars() {
            assert!(!is_unseen(character), "{character:?}");
        }
    }

    #[test]
    fn a_line_has_nothing_unseen() {
        let text = UNSEEN.chars().map(|it| format!("a{it}b ")).collect::<String>();
        let line = one_line(&text);
        assert!(!line.contains(is_unseen) && !line.contains("ab"), "{line}");
        assert_eq!(one_line(" \u{1b}[2J a\u{2028}\r\n\tb\u{202e} "), "[2J a b");
        assert_eq!(short_line("数数 数数", 3), "数数  …");
        assert_eq!(short_line("数数 数数", 5), "数数 数数");
    }

    #[test]
    fn quotation_marks_enclose_all_of_a_value_or_are_wrong() {
        for (text, expected) in [
            ("LTAI", Some("LTAI")),
            ("\"LTAI\"", Some("LTAI")),
            ("'LTAI'", Some("LTAI")),
            ("\"\"", Some("")),
            ("''", Some("")),
            ("", Some("")),
            ("\"it's\"", Some("it's")),
            ("a\"b'c", Some("a\"b'c")),
            ("\"", None),
            ("'", None),
            ("\"LTAI", None),
            ("LTAI'", None),
            ("'LTAI\"", None),
            ("\"LT\"AI\"", None),
            ("'LT' 'AI'", None),
            ("\"\"\"\"", None),
        ] {
            assert_eq!(unquoted(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_visible_is_the_same_json() {
        let value = serde_json::json!({ UNSEEN: [UNSEEN, SEEN], "a": "\\u{1b}" });
        let text = format!("{value:#}");
        let shown = visible(&text, &[]);
        assert!(!shown.contains(|it| is_unseen(it) && it != '\n'), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap_or_default(), value);
        assert_eq!(visible("a\tb\n\u{e0001}", &['\t']), "a\tb\n\\udb40\\udc01");
        assert!(matches!(visible(SEEN, &[]), Cow::Borrowed(_)));
    }
}
