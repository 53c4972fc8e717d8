//! Writing additions into the text of a file.
//!
//! The text is not written anew: lines that say what they said before stay as they are, comments included.
//! Only where a mapping gets a new entry are lines added, and only the line of a flow mapping that grows is
//! replaced.

use saphyr::{LoadableYamlNode, MarkedYaml, YamlData};
use serde_yaml::{Mapping, Value};

use crate::yaml::{self, Place};

/// Returns `text`, which reads as `old`, changed so that it reads as `new`.
///
/// With `rewrite`, entries without comments are written in the canonical way even if nothing changes in them.
/// Returns `None` if the text is written in a way that this cannot follow.
pub(super) fn apply(text: &str, old: &Mapping, new: &Mapping, rewrite: bool) -> Option<String> {
    let documents = MarkedYaml::load_from_str(text).ok()?;
    let patch = Patch { lines: text.lines().collect(), rewrite };
    let mut out = String::new();
    match documents.first().and_then(|root| patch.block(root).map(|first| (root, first))) {
        Some((root, first)) => {
            // What stands above the first entry is about the file.
            patch.copy(&mut out, 0..first);
            let span = first..patch.lines.len();
            patch.mapping(&mut out, root, span, (old, new), Place::Operation);
        }
        None if old.is_empty() => {
            patch.copy(&mut out, 0..patch.lines.len());
            out += &yaml::document(new);
        }
        None => return None,
    }
    let read: Mapping = serde_yaml::from_str(&out).ok()?;
    (read == *new).then_some(out)
}

struct Patch<'t> {
    lines: Vec<&'t str>,
    rewrite: bool,
}

/// An entry of a block mapping, by line numbers.
struct Entry<'n, 't> {
    node: &'n MarkedYaml<'t>,
    /// Where the comments above the key begin.
    start: usize,
    key: usize,
    end: usize,
}

impl Patch<'_> {
    fn copy(&self, out: &mut String, lines: std::ops::Range<usize>) {
        for line in self.lines.get(lines).unwrap_or_default() {
            out.push_str(line);
            out.push('\n');
        }
    }

    /// The line of the first key, if the node is a block mapping.
    fn block(&self, node: &MarkedYaml<'_>) -> Option<usize> {
        let YamlData::Mapping(entries) = &node.data else { return None };
        let (key, _) = entries.iter().next()?;
        let line = key.span.start.line().checked_sub(1)?;
        let before: String = self.lines.get(line)?.chars().take(key.span.start.col()).collect();
        before.trim().is_empty().then_some(line)
    }

    fn mapping(
        &self,
        out: &mut String,
        node: &MarkedYaml<'_>,
        span: std::ops::Range<usize>,
        (old, new): (&Mapping, &Mapping),
        place: Place,
    ) {
        let (indent, entries) = self.entries(node, span);
        for (key, value) in new {
            let place = place.below(key);
            let known = old.keys().position(|known| known == key).and_then(|index| entries.get(index));
            let (Some(entry), Some(old)) = (known, old.get(key)) else {
                yaml::entry(out, indent, key, value, place);
                continue;
            };
            if old == value && !self.rewrite {
                self.copy(out, entry.start..entry.end);
                continue;
            }
            self.copy(out, entry.start..entry.key);
            let body = entry.key..entry.end;
            let comments = self.comments(body.clone());
            match (old, value, self.block(entry.node)) {
                (Value::Mapping(old), Value::Mapping(new), Some(first))
                    if first > entry.key && !(self.rewrite && comments.is_empty()) =>
                {
                    self.copy(out, entry.key..entry.key + 1);
                    self.mapping(out, entry.node, entry.key + 1..entry.end, (old, new), place);
                }
                _ if old == value && !comments.is_empty() => self.copy(out, body),
                _ => {
                    for comment in comments {
                        *out += &format!("{}{comment}\n", " ".repeat(indent));
                    }
                    yaml::entry(out, indent, key, value, place);
                }
            }
        }
    }

    fn entries<'n, 't>(
        &self,
        node: &'n MarkedYaml<'t>,
        span: std::ops::Range<usize>,
    ) -> (usize, Vec<Entry<'n, 't>>) {
        let YamlData::Mapping(pairs) = &node.data else { return (0, Vec::new()) };
        let indent = pairs.keys().next().map_or(0, |key| key.span.start.col());
        let mut entries: Vec<Entry<'n, 't>> = Vec::new();
        for (key, node) in pairs {
            let line = key.span.start.line().saturating_sub(1);
            let previous = entries.last().map(|entry| entry.key + 1).unwrap_or(span.start);
            let mut start = line;
            while start > previous && self.is_between(start - 1, indent) {
                start -= 1;
            }
            if let Some(entry) = entries.last_mut() {
                entry.end = start;
            }
            entries.push(Entry { node, start, key: line, end: span.end });
        }
        (indent, entries)
    }

    /// Whether a line above a key belongs to that key and not to what precedes it.
    fn is_between(&self, line: usize, indent: usize) -> bool {
        let line = self.lines.get(line).copied().unwrap_or_default();
        let content = line.trim_start();
        // A deeper one belongs to the deeper mapping before, or is text of a block scalar.
        content.is_empty() || (content.starts_with('#') && line.len() - content.len() <= indent)
    }

    /// The comments in an entry, from `#` on.
    fn comments(&self, lines: std::ops::Range<usize>) -> Vec<&str> {
        let mut comments = Vec::new();
        let mut quote = None;
        for line in self.lines.get(lines).unwrap_or_default() {
            let mut before = ' ';
            for (index, character) in line.char_indices() {
                match quote {
                    Some((open, _)) if character == open && before != '\\' => quote = None,
                    Some(_) => {}
                    None if matches!(character, '"' | '\'') && " {[,".contains(before) => {
                        quote = Some((character, index));
                    }
                    None if character == '#' && before.is_whitespace() => {
                        comments.push(&line[index..]);
                        break;
                    }
                    None => {}
                }
                before = character;
            }
        }
        comments
    }
}
