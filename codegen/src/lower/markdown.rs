//! Checks on documentation by what rustdoc makes of it.

use super::Lowering;
use crate::site::Site;

/// Beginnings of the words at the head of a code block with which rustdoc takes it for Rust, and runs it as a test.
const RUST: &[&str] = &[
    "rust",
    "ignore",
    "no_run",
    "should_panic",
    "compile_fail",
    "edition",
    "test_harness",
    "standalone",
    "{",
    "E0",
];

/// Words that say that somebody wanted to come back.
const UNFINISHED: &[&str] = &["TODO", "FIXME", "TBD", "WIP"];

/// The most characters that a summary may have, since it stands in a table.
const SUMMARY: usize = 110;

impl Lowering<'_> {
    /// Reports the first thing in a text that rustdoc would misread, or that is not meant to stay.
    pub(super) fn markdown(&mut self, site: &Site<'_>, name: &str, doc: &str) {
        if let Some((fault, help)) = fault(doc) {
            self.report(site.error(format!("in the documentation of `{name}`, {fault}")).help(help));
        }
        let is_word = |word: &str| doc.split(|end: char| !end.is_alphanumeric()).any(|own| own == word);
        if let Some(word) = UNFINISHED.iter().find(|word| is_word(word)) {
            let unfinished =
                site.error(format!("the documentation of `{name}` is not finished: it says {word}"));
            self.report(unfinished.help("say what it means"));
        }
    }

    /// Reports a summary that is more than a line, or that does not say what the operation does.
    pub(super) fn summary(&mut self, site: &Site<'_>, operation: &str, summary: &str) {
        self.documentation(site, operation, summary);
        let (site, summary) = (site.value(), summary.trim());
        let length = summary.chars().count();
        if summary.contains('\n') {
            let lines = site.error("the summary is more than one line");
            self.report(lines.help("keep to one sentence, and say the rest in `description`"));
        } else if length > SUMMARY {
            let long = site.error(format!("the summary has {length} characters; at most {SUMMARY} may"));
            self.report(long.help("keep to what it does, and say the rest in `description`"));
        }
        let first = summary.split(|end: char| end.is_whitespace() || end == ',').next().unwrap_or_default();
        let is_verb = first.ends_with('s') && !["This", "Its", "Is", "Was", "As"].contains(&first);
        if !first.is_empty() && (!is_verb || !first.starts_with(|letter: char| letter.is_ascii_uppercase())) {
            let other = site.error("the summary does not begin with a verb in the third person");
            self.report(other.help("say what the operation does: `Lists …`, `Creates …`, `Changes …`"));
        }
    }

    /// Reports texts that stand in a new file for those that a person writes.
    pub(super) fn skeleton(&mut self, site: &Site<'_>, operation: &str, texts: [(&str, &str); 2]) {
        let skeleton = crate::skeleton::operation(operation, None);
        let is_of_skeleton = |text: &str| !text.trim().is_empty() && skeleton.contains(text.trim());
        for (key, text) in texts {
            if is_of_skeleton(text) {
                let unwritten = site.key(key).value().error(format!("the `{key}` is that of every new file"));
                self.report(unwritten.help("say what this operation does").warning());
            }
        }
    }
}

/// What rustdoc would misread first and what to do about it.
fn fault(doc: &str) -> Option<(String, &'static str)> {
    // The mark with which the block of code at hand has begun.
    let mut code: Option<&str> = None;
    let mut prose = String::new();
    for line in doc.lines() {
        let (mark, head) = fence(line);
        match code {
            Some(begin) if mark.starts_with(begin) && head.trim().is_empty() => code = None,
            Some(_) => {}
            None if !mark.is_empty() => {
                code = Some(mark);
                if is_rust(head) {
                    return Some((
                        "a code block is taken for Rust, and run".to_owned(),
                        "say what language it is: ```text, ```sql, ```json",
                    ));
                }
            }
            None if line.starts_with("    ") || line.starts_with('\t') => {
                return Some((
                    "an indented block would lose its indentation".to_owned(),
                    "put code between lines of ```text and ```, and indent lists by less than four spaces",
                ));
            }
            None => {
                prose += line;
                prose.push('\n');
            }
        }
    }
    if code.is_some() {
        return Some(("a code block does not end".to_owned(), "write ``` behind it"));
    }
    if prose.matches('`').count() % 2 == 1 {
        return Some(("a backtick has no other".to_owned(), "put code between two backticks"));
    }
    in_prose(&without_code(&prose))
}

/// The mark with which a line begins or ends a block of code, and what stands behind it; an empty one where it does
/// neither. The line may be that of a quotation or of a list.
fn fence(line: &str) -> (&str, &str) {
    let content = line.trim_start_matches([' ', '>', '-', '*', '+']);
    for mark in ['`', '~'] {
        let head = content.trim_start_matches(mark);
        let (mark, _) = content.split_at(content.len() - head.len());
        // What has backticks behind it is code within a line.
        if mark.len() >= 3 && !(mark.starts_with('`') && head.contains('`')) {
            return (mark, head);
        }
    }
    ("", content)
}

/// Whether rustdoc takes a block of code with this head for Rust.
fn is_rust(head: &str) -> bool {
    let mut words = head.split([',', ' ', '\t']).filter(|word| !word.is_empty()).peekable();
    words.peek().is_none() || words.any(|word| RUST.iter().any(|rust| word.starts_with(rust)))
}

/// The text with its code, and what is escaped, left out.
fn without_code(prose: &str) -> String {
    let outside = prose.split('`').step_by(2).collect::<Vec<_>>().join("``");
    let mut characters = outside.chars();
    let mut text = String::new();
    while let Some(character) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            other => text.push(other),
        }
    }
    text
}

fn in_prose(text: &str) -> Option<(String, &'static str)> {
    for (index, _) in text.match_indices(['<', '[', 'h']) {
        let (before, rest) = text.split_at(index);
        let is_url = |text: &str| text.starts_with("https://") || text.starts_with("http://");
        if let Some(inside) = rest.strip_prefix('<') {
            let is_tag = inside
                .starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '/' | '!' | '?'));
            let address = inside.split_once('>').filter(|_| is_url(inside)).map(|(address, _)| address);
            if address.is_some_and(|address| address.contains(char::is_whitespace)) {
                return Some((
                    "an address has a blank, and so it is no link".to_owned(),
                    "write `%20` for it, or end the address with `>` before it",
                ));
            }
            if is_tag && address.is_none() {
                let tag: String = rest.chars().take_while(|end| !end.is_whitespace()).take(20).collect();
                return Some((format!("`{tag}` is taken for HTML"), "put it between backticks"));
            }
        } else if let Some(inside) = rest.strip_prefix('[') {
            let (name, behind) = inside.split_once(']').unwrap_or((inside, ""));
            let name: String = name.chars().take(20).collect();
            if before.ends_with('!') {
                return Some((
                    format!("`![{name}]` is a picture from elsewhere"),
                    "say in words what it shows",
                ));
            }
            let Some(address) = behind.strip_prefix('(').filter(|address| is_url(address)) else {
                return Some((
                    format!("`[{name}]` is taken for a link"),
                    "put it between backticks, or write `[words](https://…)`",
                ));
            };
            if address.split_once(')').is_none_or(|(address, _)| address.contains(char::is_whitespace)) {
                return Some((format!("the link of `[{name}]` does not end"), "end the address with `)`"));
            }
        } else if is_url(rest) && !before.ends_with(['<']) && !before.ends_with("](") {
            return Some(("an address is no link".to_owned(), "write `<https://…>`"));
        }
    }
    None
}
