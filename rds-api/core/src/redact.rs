//! Keeping secrets out of what others wrote: an answer can repeat what the request said, and hold secrets of its
//! own.
//!
//! A typed value knows which of its members are sensitive. The text of an answer that does not decode, or that a
//! gateway wrote, has no types, so two nets are drawn through it: the values that the request kept secret, in
//! every spelling, and whatever stands after a name that is sensitive in any operation.

use std::ops::Range;

use quick_xml::escape::{escape, minimal_escape, partial_escape};

use crate::error::ECHO;
use crate::object::debug::HIDDEN;
use crate::signature::percent;

/// The wire names whose values a service keeps secret; those that say so themselves need not be among them.
#[derive(Debug, Clone, Copy, Default)]
pub struct SensitiveNames(pub &'static [&'static str]);

impl SensitiveNames {
    /// Whether a name alone says that its value must not be shown. Of a dotted name each part counts.
    pub fn contain(self, name: &str) -> bool {
        // Names that a later version of the service may have.
        const ENDINGS: [&str; 5] = ["password", "passwd", "secret", "securitytoken", "privatekey"];
        name.split('.').any(|part| {
            let ends_with = |ending: &&str| {
                let from = part.len().checked_sub(ending.len());
                from.is_some_and(|from| part.as_bytes()[from..].eq_ignore_ascii_case(ending.as_bytes()))
            };
            ENDINGS.iter().any(ends_with) || self.0.iter().any(|name| name.eq_ignore_ascii_case(part))
        })
    }
}

/// Values that must not be shown. Kept for one call only.
#[derive(Clone, Default)]
pub struct Redactor {
    names: SensitiveNames,
    /// Every value in every spelling, the longest first: a shorter one may be a part of it.
    spellings: Vec<String>,
}

impl Redactor {
    /// Hides the values of these names, and no others yet.
    pub fn new(names: SensitiveNames) -> Self {
        Self { names, spellings: Vec::new() }
    }

    /// The names whose values are hidden.
    pub fn names(&self) -> SensitiveNames {
        self.names
    }

    /// Also hides `value`. A value shorter than four characters hides nothing: it would stand in any text.
    pub fn hide(&mut self, value: &str) {
        if value.len() >= 4 && !self.spellings.iter().any(|hidden| hidden == value) {
            self.spellings.extend(spellings(value));
            longest_first(&mut self.spellings);
        }
    }

    /// `text` with every hidden value replaced.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.spellings.iter().fold(text.to_owned(), |text, hidden| text.replace(hidden, HIDDEN))
    }

    /// What may be shown of a document around the byte `at`: a line of some 200 characters.
    pub(crate) fn excerpt(&self, document: &[u8], at: usize) -> String {
        const BEFORE: usize = 120;
        const LONGEST: usize = 200;
        let is_inside = |at: &usize| document.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
        let start = (at.min(document.len()).saturating_sub(BEFORE)..).find(|at| !is_inside(at)).unwrap_or(0);
        let end = (0..=document.len().min(start + LONGEST)).rev().find(|at| !is_inside(at)).unwrap_or(0);
        let shown = one_line(&self.part(document, start..end));
        let before = if start > 0 { "… " } else { "" };
        let after = if end < document.len() { " …" } else { "" };
        if shown.is_empty() { shown } else { format!("{before}{shown}{after}") }
    }

    /// What may be shown of a value that may hold members of its own, such as JSON.
    pub(crate) fn document(&self, document: &str) -> String {
        self.part(document.as_bytes(), 0..document.len())
    }

    /// A part of a document, without what is hidden in all of it: a secret that the cut goes through would not
    /// be found after it.
    fn part(&self, document: &[u8], part: Range<usize>) -> String {
        let longest = self.spellings.first().map_or(0, String::len);
        let around = part.start.saturating_sub(longest)..document.len().min(part.end + longest);
        let mut hidden = sensitive_values(self.names, &document[..part.end]);
        hidden.extend(strings_to_sign(&document[..part.end]));
        for spelling in &self.spellings {
            let found = document[around.clone()].windows(spelling.len()).enumerate();
            let found = found.filter(|(_, text)| *text == spelling.as_bytes());
            hidden.extend(found.map(|(at, _)| around.start + at..around.start + at + spelling.len()));
        }
        hidden.sort_by_key(|range| range.start);

        let mut shown = Vec::new();
        let mut at = part.start;
        for range in hidden {
            if range.end > at && range.start < part.end {
                shown.extend_from_slice(&document[at..range.start.max(at)]);
                shown.extend_from_slice(HIDDEN.as_bytes());
                at = range.end;
            }
        }
        shown.extend_from_slice(document.get(at..part.end).unwrap_or_default());
        String::from_utf8_lossy(&shown).into_owned()
    }
}

/// `text` on one line, with no character that moves a terminal's cursor or changes its colours.
pub fn one_line(text: &str) -> String {
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A value as it may stand in a document: as it is, in JSON, in XML, whose writers differ in what they escape,
/// and in an address or a form.
pub fn spellings(value: &str) -> Vec<String> {
    let json = serde_json::Value::from(value).to_string();
    let percent = percent::encode(value).to_string();
    let mut spellings = vec![
        value.to_owned(),
        json[1..json.len() - 1].to_owned(),
        escape(value).into_owned(),
        partial_escape(value).into_owned(),
        minimal_escape(value).into_owned(),
        percent.replace("%20", "+"),
        // As the string to sign of the older signature has it.
        percent::encode(&percent).to_string(),
        percent,
    ];
    longest_first(&mut spellings);
    spellings
}

fn longest_first(spellings: &mut Vec<String>) {
    spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
    spellings.dedup();
}

/// Wherever the string to sign stands that a refused signature repeats, with every parameter of the call.
fn strings_to_sign(document: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let echoes = document.windows(ECHO.len()).enumerate().filter(|(_, text)| *text == ECHO.as_bytes());
    echoes.map(|(at, echo)| {
        let start = at + echo.len();
        let length = document[start..].iter().position(|byte| matches!(byte, b'"' | b'<'));
        start..length.map_or(document.len(), |length| start + length)
    })
}

/// Where the values of sensitive members stand in a document, be it JSON, XML, a form, or a broken one of these,
/// so nothing is relied on but a name and what follows it.
fn sensitive_values(names: SensitiveNames, document: &[u8]) -> Vec<Range<usize>> {
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut values = Vec::new();
    let mut at = 0;
    while let Some(start) = (at..document.len()).find(|at| is_of_word(&document[*at])) {
        let word = &document[start..];
        let word = &word[..word.iter().position(|byte| !is_of_word(byte)).unwrap_or(word.len())];
        at = start + word.len();
        if std::str::from_utf8(word).is_ok_and(|word| names.contain(word))
            && let Some(value) = value_after(document, start, word)
        {
            at = value.end;
            values.push(value);
        }
    }
    values
}

/// Where the value of the member stands whose name is `word`, at `start`; `None` if it has none here.
fn value_after(document: &[u8], start: usize, word: &[u8]) -> Option<Range<usize>> {
    let end = start + word.len();
    let find = |from: usize, what: &[u8]| {
        document[from..].windows(what.len()).position(|text| text == what).map(|at| from + at)
    };
    if document[..start].ends_with(b"<") {
        let open = find(end, b">")? + 1;
        let close = find(open, &[b"</", word].concat()).unwrap_or(document.len());
        return (document[open - 2] != b'/').then_some(open..close);
    }
    const SEPARATORS: [&[u8]; 13] =
        [b"\"", b"'", b"\\", b" ", b"\t", b"\r", b"\n", b":", b"=", b"%3D", b"%3A", b"&quot;", b"&#34;"];
    let mut at = end;
    while let Some(separator) = SEPARATORS.iter().find(|it| document[at..].starts_with(it)) {
        at += separator.len();
    }
    // A name in running text has no value.
    let between = &document[end..at];
    if !between.iter().any(|byte| matches!(byte, b':' | b'=' | b'%')) {
        return None;
    }
    let length = match between.last() {
        Some(quote @ (b'"' | b'\'')) => unescaped(&document[at..], *quote),
        _ if matches!(document.get(at), Some(b'{' | b'[')) => balanced(&document[at..]),
        _ => document[at..].iter().position(|byte| b",}]&<>\"' \t\r\n".contains(byte)),
    };
    Some(at..length.map_or(document.len(), |length| at + length))
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

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: SensitiveNames = SensitiveNames(&["DownloadLink", "UserData"]);

    #[test]
    fn values_of_sensitive_names_are_hidden_in_every_form_of_document() {
        for document in [
            r#"{"Password":"hunter2","Name":"shown"}"#,
            r#"{"Password": "hun\"ter2, hunter2}", "Name": "shown"}"#,
            r#"{"Password":{"a":["}hunter2"]},"Name":"shown"}"#,
            r#"{"Password":42421337,"Name":"shown"}"#,
            r#"{"Detail":"{\"AccountPassword\":\"hunter2\"}","Name":"shown"}"#,
            r#"{"shown":"a"b","Password":"hunter2"#,
            r#"{"shown":1,"DownloadLink":"https://hunter2"#,
            "<A><Password>hun&lt;ter2</Password><Name>shown</Name></A>",
            "<A><Password><![CDATA[hunter2]]></Password><Name>shown</Name></A>",
            "<A><Name>shown</Name><Password kind='x'>hunter2",
            "POST /?UserData=hunter2&Name=shown HTTP/1.1",
            "<pre>{&quot;NewPassword&quot;:&quot;hunter2&quot;, &quot;shown&quot;}</pre>",
            "<pre>Password: hunter2 shown</pre>",
        ] {
            let shown = Redactor::new(NAMES).excerpt(document.as_bytes(), 0);
            assert!(!shown.contains("ter2") && !shown.contains("42421337"), "{shown}");
            assert!(shown.contains("shown") && shown.contains(HIDDEN), "{shown}");
        }
        let harmless = "<p>The \"Password\" is wrong.</p><Password/><b/>";
        assert_eq!(Redactor::new(NAMES).excerpt(harmless.as_bytes(), 0), harmless);
    }

    #[test]
    fn the_string_to_sign_is_hidden_in_a_body_that_is_broken() {
        for (document, shown) in [
            (
                r#"{"Message":"no: server string to sign is:GET&%2F&Key%3Dvalue"}"#,
                r#"no: server string to sign is:<hidden>"}"#,
            ),
            (
                "<Message>server string to sign is:GET&amp;Key=value</Message>",
                "to sign is:<hidden></Message>",
            ),
            ("server string to sign is:GET&%2F&Key%3Dva", "to sign is:<hidden>"),
            (
                r#"{"server string to sign is:":"no: server string to sign is:GET&%2F&Key%3Dvalue"}"#,
                r#"no: server string to sign is:<hidden>"}"#,
            ),
        ] {
            let excerpt = Redactor::new(NAMES).excerpt(document.as_bytes(), 0);
            assert!(excerpt.ends_with(shown), "{excerpt}");
        }
    }

    #[test]
    fn secrets_are_hidden_in_every_spelling() {
        let mut secrets = Redactor::new(NAMES);
        secrets.hide("p<a\"s ß");
        secrets.hide("p<a\"s ß and more");
        secrets.hide("abc");
        for spelling in [
            "p<a\"s ß",
            "p<a\\\"s ß",
            "p&lt;a&quot;s ß",
            "p&lt;a\"s ß",
            "p%3Ca%22s%20%C3%9F",
            "p%253Ca%2522s%2520%25C3%259F",
        ] {
            assert_eq!(secrets.redact(&format!("abc {spelling}.")), "abc <hidden>.", "{spelling}");
            assert_eq!(secrets.excerpt(spelling.as_bytes(), 0), "<hidden>", "{spelling}");
        }
        assert_eq!(secrets.redact("p<a\"s ß and more"), "<hidden>");
    }

    #[test]
    fn an_excerpt_is_a_line_around_its_place_and_cuts_no_secret() {
        let mut secrets = Redactor::new(NAMES);
        secrets.hide("correct-horse");
        let document = format!("{}\n\u{1b}[31mhere\0数{}", "数x".repeat(500), "y".repeat(500));
        let shown = secrets.excerpt(document.as_bytes(), 2000);
        assert!(shown.starts_with("… 数x") && shown.ends_with("yyy …"), "{shown}");
        assert!(shown.contains(" [31mhere 数y"), "{shown}");
        for at in 0..400 {
            let document = format!("{}correct-horse{}", " ".repeat(at), "z".repeat(300));
            for near in [0, at, at + 20, 150] {
                let shown = secrets.excerpt(document.as_bytes(), near);
                assert!(!["corr", "orse", "ct-h"].iter().any(|part| shown.contains(part)), "{at}: {shown}");
            }
        }
        assert_eq!(secrets.excerpt(b"", 7), "");
        assert_eq!(secrets.excerpt(b"\xff\xfe{", 100), "\u{fffd}\u{fffd}{");
    }

    #[test]
    fn no_document_is_too_strange() {
        const PIECES: [&str; 24] = [
            "Password",
            "NewSecret",
            "Name",
            "<",
            ">",
            "</",
            "/>",
            "\"",
            "'",
            "\\",
            ":",
            "=",
            "{",
            "}",
            "[",
            "]",
            ",",
            " ",
            "\n",
            "&quot;",
            "%3D",
            "数",
            "<![CDATA[",
            "hunter2",
        ];
        let mut random = fastrand::Rng::with_seed(7);
        let mut secrets = Redactor::new(NAMES);
        secrets.hide("hunter2");
        for _ in 0..20_000 {
            let mut document = Vec::new();
            for _ in 0..random.usize(..40) {
                document.extend_from_slice(PIECES[random.usize(..PIECES.len())].as_bytes());
                if random.u8(..) == 0 {
                    document.push(random.u8(..));
                }
            }
            let shown = secrets.excerpt(&document, random.usize(..300));
            assert!(!shown.contains("hunter2") && shown.lines().count() <= 1, "{shown}");
            // What is cut is found as what is whole.
            let whole = secrets.document(&String::from_utf8_lossy(&document));
            assert!(!whole.contains("hunter2"), "{whole}");
        }
    }

    #[test]
    fn names_that_say_secret_are_known_and_others_are_not() {
        for name in ["AccountPassword", "accountpassword", "Tag.1.Password", "NewSecret", "DownloadLink"] {
            assert!(NAMES.contain(name), "{name}");
        }
        for name in ["DBInstanceId", "PasswordExpireTime", "SecretArn", "NextToken", "ClientToken"] {
            assert!(!NAMES.contain(name), "{name}");
        }
    }
}
