//! Positions in a YAML document, as paths of keys.
//!
//! `serde_yaml` keeps no line numbers, so checks speak of a position as the keys that lead to it. Only when there
//! is something to report is the text parsed once more, by a parser that does keep them, to find the line.

use std::fmt;
use std::ops::Range;

use saphyr::{LoadableYamlNode, MarkedYaml, ScanError, YamlData};

/// A position in a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// The keys and indices that lead there.
    path: Vec<String>,
    /// The value is meant, not its key.
    is_value: bool,
}

impl Position {
    /// The position of a key, or of an element, of what is here.
    pub(crate) fn key(&self, key: impl fmt::Display) -> Self {
        let mut path = self.path.clone();
        path.push(key.to_string());
        Self { path, is_value: false }
    }

    /// The value of the key that is here.
    pub(crate) fn value(&self) -> Self {
        Self { is_value: true, ..self.clone() }
    }

    /// The bytes of `text` that are here, or the deepest of what leads here that the text has.
    pub(crate) fn locate(&self, text: &str) -> Range<usize> {
        let Ok(documents) = MarkedYaml::load_from_str(text) else { return 0..0 };
        let Some(mut node) = documents.first() else { return 0..0 };
        let range = |node: &MarkedYaml<'_>| {
            byte_index(text, node.span.start.index())..byte_index(text, node.span.end.index())
        };
        let first_line = |range: Range<usize>| {
            let end = text[range.clone()].find('\n').map_or(range.end, |length| range.start + length);
            range.start..end
        };
        let mut found = range(node).start..range(node).start;
        for (depth, key) in self.path.iter().enumerate() {
            let is_last = depth + 1 == self.path.len();
            match &node.data {
                YamlData::Mapping(entries) => {
                    let is_key = |name: &MarkedYaml<'_>| text[range(name)].trim_matches(['"', '\'']) == key;
                    let Some((name, value)) = entries.iter().find(|(name, _)| is_key(name)) else {
                        return found;
                    };
                    node = value;
                    found = range(name);
                    if is_last && self.is_value && !text[range(value)].is_empty() {
                        found = first_line(range(value));
                    }
                }
                YamlData::Sequence(elements) => {
                    let Some(element) = key.parse().ok().and_then(|index: usize| elements.get(index)) else {
                        return found;
                    };
                    node = element;
                    found = first_line(range(element));
                }
                _ => return found,
            }
        }
        found
    }
}

/// The byte at which a text stops being YAML, which `error` says of it.
pub(crate) fn of_syntax_error(text: &str, error: &serde_yaml::Error) -> usize {
    let at = match MarkedYaml::load_from_str(text) {
        Err(error) => at_marker(text, &error),
        Ok(_) => error.location().map_or(0, |location| location.index()),
    };
    at.min(text.trim_end().len())
}

fn at_marker(text: &str, error: &ScanError) -> usize {
    byte_index(text, error.marker().index())
}

/// The parser counts characters, Rust counts bytes.
fn byte_index(text: &str, characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |(index, _)| index)
}
