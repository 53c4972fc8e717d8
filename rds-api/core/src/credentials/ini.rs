//! The format of ini files, read as the official SDKs read theirs.
//!
//! These do not agree. What the one for Go takes (`=` or `:`, quotes, values over several lines, `%(key)s`, sections
//! that fill in for their children) is taken as it takes it; where it cuts values at any `#`, comments begin after a
//! blank, as in the one for Java, because a `#` may be part of a secret.

use std::fmt;

/// The section of what stands before the first header.
const PREAMBLE: &str = "DEFAULT";

/// More than any value has that refers to others.
const MAX_EXPANDED: usize = 64 * 1024;

/// A file, in the order of its lines.
#[derive(Debug, Default)]
pub(super) struct Ini {
    sections: Vec<Section>,
    /// A quotation mark that is not closed took all that follows into a value.
    swallowed: Option<Mistake>,
}

#[derive(Debug, Default)]
struct Section {
    name: String,
    entries: Vec<Entry>,
    /// The first line that is none of what a section has.
    mistake: Option<Mistake>,
}

/// A key with its value, and the line that it begins in.
#[derive(Debug)]
pub(super) struct Entry {
    key: String,
    pub(super) value: String,
    pub(super) line: usize,
}

/// A line that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) line: usize,
    what: &'static str,
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.what)
    }
}

impl Ini {
    /// Reads a file. A mistake that may hide sections is one of the whole file, and any other one of its section.
    pub(super) fn parse(text: &str) -> Result<Self, Mistake> {
        let preamble = Section { name: PREAMBLE.to_owned(), ..Section::default() };
        let mut ini = Self { sections: vec![preamble], swallowed: None };
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut lines = text.split('\n').enumerate().map(|(index, line)| (index + 1, line)).peekable();
        while let Some((number, whole)) = lines.next() {
            let line = whole.trim();
            let Some(section) = ini.sections.last_mut() else { break };
            if line.is_empty() || line.starts_with(['#', ';']) {
            } else if let Some(header) = line.strip_prefix('[') {
                let name =
                    header_name(header).ok_or(Mistake { line: number, what: "the section has no `]`" })?;
                ini.sections.push(Section { name: name.to_owned(), ..Section::default() });
            } else {
                let is_indented = whole.starts_with([' ', '\t']);
                match (key_and_rest(line), section.entries.last_mut()) {
                    (Ok((key, rest)), _) => match value(rest, &mut lines) {
                        Some(value) => {
                            section.entries.push(Entry { key: key.to_owned(), value, line: number })
                        }
                        None => {
                            let mistake = Mistake { line: number, what: "the quotation mark is not closed" };
                            section.mistake.get_or_insert_with(|| mistake.clone());
                            ini.swallowed = lines.peek().is_none().then_some(mistake);
                        }
                    },
                    // As after a value in the file of a Java program.
                    (Err(_), Some(entry)) if is_indented => entry.value = format!("{}\n{line}", entry.value),
                    (Err(what), _) => {
                        section.mistake.get_or_insert(Mistake { line: number, what });
                    }
                }
            }
        }
        Ok(ini)
    }

    /// The names of the sections.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().skip(1).map(|section| section.name.as_str()).filter(|name| !name.is_empty())
    }

    /// Whether there is such a section. Its parts, if it has several, are one.
    pub(super) fn has(&self, section: &str) -> Result<bool, Mistake> {
        let mut parts = self.parts(section).peekable();
        let found = parts.peek().is_some();
        match parts.find_map(|part| part.mistake.clone()) {
            Some(mistake) => Err(mistake),
            None if found => Ok(true),
            None => self.swallowed.clone().map_or(Ok(false), Err),
        }
    }

    fn parts(&self, section: &str) -> impl DoubleEndedIterator<Item = &Section> {
        self.sections.iter().filter(move |part| part.name == section)
    }

    /// The entry of a key in a section, the last of several, or that of the section whose name is the part before the
    /// last dot.
    fn entry(&self, section: &str, key: &str) -> Option<&Entry> {
        let entries = || self.parts(section).rev().flat_map(|part| part.entries.iter().rev());
        let found = entries()
            .find(|entry| entry.key == key)
            .or_else(|| entries().find(|entry| entry.key.eq_ignore_ascii_case(key)));
        found.or_else(|| self.entry(section.rsplit_once('.')?.0, key))
    }

    /// The same with the values of other keys in the place of `%(key)s`.
    pub(super) fn expanded(&self, section: &str, key: &str) -> Result<Option<Entry>, Mistake> {
        let Some(found) = self.entry(section, key) else { return Ok(None) };
        let mut value = found.value.clone();
        for _ in 0..99 {
            let Some((reference, other)) = reference(&value) else { break };
            let own = self.entry(section, other).filter(|entry| !std::ptr::eq(*entry, found));
            let Some(entry) = own.or_else(|| self.entry(PREAMBLE, other)) else { break };
            value = value.replace(reference, &entry.value);
            if value.len() > MAX_EXPANDED {
                return Err(Mistake { line: found.line, what: "what the value refers to has no end" });
            }
        }
        Ok(Some(Entry { key: found.key.clone(), value, line: found.line }))
    }
}

/// The first `%(key)s`, and its key.
fn reference(value: &str) -> Option<(&str, &str)> {
    value.match_indices("%(").find_map(|(start, _)| {
        let end = start + 2 + value[start + 2..].find(')')?;
        let is_one = end > start + 2 && value[end..].starts_with(")s");
        is_one.then(|| (&value[start..end + 2], &value[start + 2..end]))
    })
}

/// The name in a header, of which `[` was taken off. A comment may follow it.
fn header_name(header: &str) -> Option<&str> {
    let first = header.find(']')?;
    let comment = header[first..].find(['#', ';']).map_or(header.len(), |comment| first + comment);
    Some(header[..header[..comment].rfind(']')?].trim())
}

/// The key of a line, and what stands after `=` or `:`.
fn key_and_rest(line: &str) -> Result<(&str, &str), &'static str> {
    let quote = ["\"\"\"", "\"", "`"].into_iter().find(|quote| line.starts_with(quote));
    let (key, rest) = match quote {
        Some(quote) => {
            line[quote.len()..].split_once(quote).ok_or("the quotation mark of the key is not closed")?
        }
        None => line.split_at(line.find(['=', ':']).ok_or("there is no `=` in it")?),
    };
    let value = rest.find(['=', ':']).map(|at| &rest[at + 1..]).ok_or("there is no `=` in it")?;
    match key.trim() {
        "" => Err("there is no key before the `=`"),
        key => Ok((key, value)),
    }
}

/// The value that begins with `rest` and may go on in the next `lines`; `None` if a quotation mark is not closed.
fn value<'t>(rest: &str, lines: &mut impl Iterator<Item = (usize, &'t str)>) -> Option<String> {
    let text = rest.trim();
    if let Some(quote) = ["\"\"\"", "`"].into_iter().find(|quote| text.starts_with(quote)) {
        let mut text = text[quote.len()..].to_owned();
        loop {
            // The lines before hold none, so it is looked for in the last one.
            let line = text.rfind('\n').map_or(0, |end| end + 1);
            if let Some(end) = closing(&text[line..], quote) {
                text.truncate(line + end);
                return Some(text);
            }
            let (_, line) = lines.next()?;
            text = format!("{text}\n{line}");
        }
    }
    if let Some(quote) = ["\"", "'"].into_iter().find(|quote| text.starts_with(quote)) {
        let inside = &text[1..];
        let end = closing(inside, quote)?;
        let is_last = is_blank_or_comment(&inside[end + 1..]);
        return Some(match inside[..end].contains(quote) || !is_last {
            // Not around it, but in it.
            true => without_comment(rest).to_owned(),
            false => inside[..end].to_owned(),
        });
    }
    let mut value = without_comment(rest).to_owned();
    while value.ends_with('\\') {
        value.pop();
        match lines.next().map(|(_, line)| line.trim()).filter(|line| !line.is_empty()) {
            Some(line) => value += line,
            None => break,
        }
    }
    Some(value)
}

/// Where the quotation mark closes: the first one that nothing but a comment follows, or else the last one.
fn closing(text: &str, quote: &str) -> Option<usize> {
    let mut marks = text.match_indices(quote).map(|(at, _)| at);
    marks.find(|at| is_blank_or_comment(&text[at + quote.len()..])).or_else(|| text.rfind(quote))
}

fn is_blank_or_comment(text: &str) -> bool {
    let text = text.trim_start();
    text.is_empty() || text.starts_with(['#', ';'])
}

/// Cuts a comment, which begins with `#` or `;` after a blank.
fn without_comment(value: &str) -> &str {
    let comments = [" #", "\t#", " ;", "\t;"];
    let end = comments.iter().filter_map(|comment| value.find(comment)).min();
    value[..end.unwrap_or(value.len())].trim()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Option<String>, String> {
        let ini = Ini::parse(text).map_err(|mistake| mistake.to_string())?;
        ini.has("s").map_err(|mistake| mistake.to_string())?;
        ini.expanded("s", "k")
            .map(|entry| entry.map(|entry| entry.value))
            .map_err(|mistake| mistake.to_string())
    }

    /// What the readers of the official SDKs for Go (G), Java (J) and Python (P) make of each is known from their
    /// sources; the letters say whose reading is taken where they differ, or who takes it at all.
    #[test]
    fn values_are_read_as_the_official_readers_read_them() {
        for (text, expected, whose) in [
            ("[s]\nk=v", "v", "GJP"),
            ("[s]\r\nk = v\r\n", "v", "GJP"),
            ("[s]\rk = v\r", "v", "J"),
            ("[s]\n\n  k\t=\tv  \n", "v", "GJ"),
            ("[s]\n\tk = v", "v", "G"),
            ("[s]   # comment\nk = v", "v", "GJP"),
            ("[s]# comment ]\nk = v", "v", "J"),
            ("[s] ; [other]\nk = v", "v", "J"),
            ("[ s ]\nk = v", "v", "J"),
            ("  [s]\nk = v", "v", "GJ"),
            ("[s] words\nk = v", "v", "GP"),
            ("[s]\n# k = w\n; k = w\n  # k = w\nk = v", "v", "GJ"),
            ("[s]\nk = v # comment", "v", "GJP"),
            ("[s]\nk = v ; comment", "v", "GJ"),
            ("[s]\nk = v\t#comment", "v", "GJP"),
            ("[s]\nk = v#w;x", "v#w;x", "J"),
            ("[s]\nk = # comment", "", "GJP"),
            ("[s]\nk =", "", "GJP"),
            ("[s]\nk = \"v\"", "v", "G"),
            ("[s]\nk = 'v'", "v", "G"),
            ("[s]\nk = `v`", "v", "G"),
            ("[s]\nk = \"\"\"v\"\"\"", "v", "G"),
            ("[s]\nk = \"\"", "", "G"),
            ("[s]\nk = \"v\" # comment", "v", "G"),
            ("[s]\nk = 'v'; comment", "v", "G"),
            ("[s]\nk = \"v # w\"", "v # w", ""),
            ("[s]\nk = `v # \"w\"` # `comment`", "v # \"w\"", ""),
            ("[s]\nk = \"\"\"{\n  \"a\": 1\n}\"\"\" # comment\nl = w", "{\n  \"a\": 1\n}", "G"),
            ("[s]\nk = `v\n[t]\nk = w`\n", "v\n[t]\nk = w", "G"),
            ("[s]\nk = \"\"\"\nv\n\"\"\"", "\nv\n", "G"),
            ("[s]\nk = \"v\" \"w\"", "\"v\" \"w\"", "GJP"),
            ("[s]\nk = v\"w", "v\"w", "GJP"),
            ("[s]\nk = {\"Version\": \"1\"}", "{\"Version\": \"1\"}", "GJP"),
            ("[s]\nk: v", "v", "GP"),
            ("[s]\nk = v:w=x", "v:w=x", "GJP"),
            ("[s]\nk : v=w", "v=w", "GP"),
            ("[s]\n\"k\" = v", "v", "G"),
            ("[s]\n`k` = v", "v", "G"),
            ("[s]\nK = v", "v", "P"),
            ("[s]\nk = v\nK = w", "v", "G"),
            ("[s]\nk = v \\\n  w\\\n x\nl = y", "v wx", "G"),
            ("[s]\nk = v\\\n\nl = w", "v", "G"),
            ("[s]\nk = v\\", "v", "G"),
            ("[s]\nk = v\n\tw\n", "v\nw", "JP"),
            ("[s]\nk = v\nk = w", "w", "GJ"),
            ("[s]\nk = v\n[t]\nk = x\n[s]\nl = w", "v", "GJ"),
            ("[s]\nk = v\n[s]\nk = w", "w", "GJ"),
            ("k = w\n[s]\nk = v", "v", "GJ"),
            ("[s]\nk = %(l)s-w\nl = v", "v-w", "GP"),
            ("l = v\n[s]\nk = %(l)s", "v", "G"),
            ("[s]\nk = %(absent)s", "%(absent)s", "G"),
            ("[s]\nk = 100%", "100%", "GJ"),
            ("[]\nk = w\n[s]\nk = v", "v", "J"),
            ("[t]\nwords\n[s]\nk = v", "v", "J"),
            ("[t]\nk = \"v\n[s]\nk = v", "v", "GJP"),
        ] {
            assert_eq!(read(text), Ok(Some(expected.to_owned())), "{text:?} ({whose})");
        }
    }

    #[test]
    fn a_section_fills_in_for_its_children() {
        let ini = Ini::parse("[a]\nk = v\n[a.b]\nl = w\n[a.b.c]\n[d.e]\n").unwrap();
        let value = |section| ini.expanded(section, "k").unwrap().map(|entry| entry.value);
        assert_eq!([value("a.b"), value("a.b.c"), value("d.e")], [Some("v".into()), Some("v".into()), None]);
        assert_eq!(ini.names().collect::<Vec<_>>(), ["a", "a.b", "a.b.c", "d.e"]);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        for (text, expected) in [
            ("\n[s\nk = v", "line 2: the section has no `]`"),
            ("[s]\nk = \"v\nl = w", "line 2: the quotation mark is not closed"),
            ("[s]\nk = v'\nl = 'w", "line 3: the quotation mark is not closed"),
            ("[s]\nk = \"\"\"v\n[t]\n", "line 2: the quotation mark is not closed"),
            ("[t]\nk = `v\n[s]\nk = v", "line 2: the quotation mark is not closed"),
            ("[s]\nk = `v\n", "line 2: the quotation mark is not closed"),
            ("[s]\n\"k = v", "line 2: the quotation mark of the key is not closed"),
            ("[s]\nk = v\nwords", "line 3: there is no `=` in it"),
            ("[s]\n= v", "line 2: there is no key before the `=`"),
            ("[s]\nk = %(l)s\nl = %(m)s%(m)s\nm = %(l)s%(l)s", "line 2: what the value refers to has no end"),
        ] {
            assert_eq!(read(text).unwrap_err(), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "([\\[\\]a-c=:#;\"'`\\\\ \t\r\n%()s]|\"\"\"){0,60}") {
            let _ = read(&text);
        }

        #[test]
        fn what_is_written_plainly_is_read(key in "[a-z_]{1,20}", value in "[A-Za-z0-9+/=._:-]{1,60}") {
            let ini = Ini::parse(&format!("[s] # comment\n{key} = {value}  # comment\n")).unwrap();
            prop_assert_eq!(ini.expanded("s", &key).unwrap().unwrap().value, value);
        }
    }
}
