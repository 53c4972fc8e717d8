//! Mistakes in the specification, each with its place.
//!
//! Checks speak of a place as a path of keys, since `serde_yaml` keeps no positions. Only when there is
//! something to report is the text parsed once more, by a parser that does keep them, to find the line.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};
use saphyr::{LoadableYamlNode, MarkedYaml, ScanError, YamlData};

/// A file of the specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path from the root of the repository, with `/` between its parts.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// One mistake: what is wrong, where, and how to mend it.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    source: Source,
    at: At,
    message: String,
    label: String,
    pub(crate) help: String,
}

/// The place of a mistake in a file.
#[derive(Debug, Clone)]
enum At {
    /// A range of bytes of the text.
    Bytes(Range<usize>),
    /// A key, or the value it has.
    Path(Path, Part),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Key,
    Value,
}

/// The keys and indices that lead to a place in a YAML document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Path(Vec<String>);

impl Path {
    pub(crate) fn key(&self, key: impl fmt::Display) -> Self {
        let mut path = self.clone();
        path.0.push(key.to_string());
        path
    }

    pub(crate) fn keys(&self, keys: &[&str]) -> Self {
        keys.iter().fold(self.clone(), |path, key| path.key(key))
    }
}

impl Diagnostic {
    pub(crate) fn new(source: &Source, path: &Path, part: Part, message: impl Into<String>) -> Self {
        Self {
            source: source.clone(),
            at: At::Path(path.clone(), part),
            message: message.into(),
            label: String::new(),
            help: String::new(),
        }
    }

    /// A text that is no YAML, in the words of the parser that keeps positions.
    pub(crate) fn syntax(source: &Source, error: &serde_yaml::Error) -> Self {
        let at = match MarkedYaml::load_from_str(&source.text) {
            Err(error) => at_marker(&source.text, &error),
            Ok(_) => error.location().map_or(0, |location| location.index()),
        };
        let at = at.min(source.text.trim_end().len());
        Self {
            source: source.clone(),
            at: At::Bytes(at..at),
            message: format!("this is not valid YAML: {error}"),
            label: String::new(),
            help: "check indentation, and quote texts that hold `: ` or begin with one of `*&!|>%@`"
                .to_owned(),
        }
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// What is wrong, in one sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The file, and the line and column from 1.
    pub fn place(&self) -> (&str, usize, usize) {
        let before = &self.source.text[..self.range().start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (&self.source.path, before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The message as a terminal shows it, with colors if `styled`.
    pub fn render(&self, styled: bool) -> String {
        let range = self.range();
        let snippet = Snippet::source(&self.source.text)
            .path(&self.source.path)
            .annotation(AnnotationKind::Primary.span(range).label(self.label.as_str()));
        let mut group = Level::ERROR.primary_title(self.message.as_str()).element(snippet);
        if !self.help.is_empty() {
            group = group.element(Level::HELP.message(self.help.as_str()));
        }
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).render(&[group])
    }

    fn range(&self) -> Range<usize> {
        match &self.at {
            At::Bytes(range) => range.clone(),
            At::Path(path, part) => locate(&self.source.text, path, *part),
        }
    }
}

fn at_marker(text: &str, error: &ScanError) -> usize {
    byte_index(text, error.marker().index())
}

/// The parser counts characters, Rust counts bytes.
fn byte_index(text: &str, characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |(index, _)| index)
}

/// Finds the deepest place of `path` that exists in the text.
fn locate(text: &str, path: &Path, part: Part) -> Range<usize> {
    let Ok(documents) = MarkedYaml::load_from_str(text) else { return 0..0 };
    let Some(mut node) = documents.first() else { return 0..0 };
    let range = |node: &MarkedYaml<'_>| {
        byte_index(text, node.span.start.index())..byte_index(text, node.span.end.index())
    };
    let first_line = |range: Range<usize>| {
        let end = text[range.clone()].find('\n').map_or(range.end, |length| range.start + length);
        range.start..end
    };
    let mut found = first_line(range(node)).start..first_line(range(node)).start;
    for (depth, key) in path.0.iter().enumerate() {
        let is_last = depth + 1 == path.0.len();
        match &node.data {
            YamlData::Mapping(entries) => {
                let entry =
                    entries.iter().find(|(name, _)| text[range(name)].trim_matches(['"', '\'']) == key);
                let Some((name, value)) = entry else { return found };
                node = value;
                found = range(name);
                if is_last && part == Part::Value && !text[range(value)].is_empty() {
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

/// The one of `known` nearest to `word`, when near enough to be what was meant.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|candidate| {
            (strsim::damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase()), candidate)
        })
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(word.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
