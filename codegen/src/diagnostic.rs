//! Mistakes in the specification, each with its place.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};

use crate::position::{self, Position};
use crate::source::Source;

/// One mistake: what is wrong, where, and how to fix it.
#[derive(Debug, Clone)]
#[must_use = "a mistake that nobody reports is not found"]
pub struct Diagnostic {
    source: Box<Source>,
    at: At,
    message: String,
    label: String,
    help: String,
}

/// The place of a mistake in a file.
#[derive(Debug, Clone)]
enum At {
    /// A byte of the text.
    Byte(usize),
    /// A key, or the value it has.
    Position(Position),
}

impl Diagnostic {
    pub(crate) fn new(source: &Source, position: &Position, message: impl Into<String>) -> Self {
        Self {
            source: Box::new(source.clone()),
            at: At::Position(position.clone()),
            message: message.into(),
            label: String::new(),
            help: String::new(),
        }
    }

    /// A text that is not YAML, in the words of the parser that keeps positions.
    pub(crate) fn syntax(source: &Source, error: &serde_yaml::Error) -> Self {
        Self {
            source: Box::new(source.clone()),
            at: At::Byte(position::of_syntax_error(&source.text, error)),
            message: format!("this is not valid YAML: {error}"),
            label: String::new(),
            help: "check indentation, and quote texts that hold `: ` or begin with one of `*&!|>%@`"
                .to_owned(),
        }
    }

    /// Adds what stands beside the place.
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds what to do about it.
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
            At::Byte(byte) => *byte..*byte,
            At::Position(position) => position.locate(&self.source.text),
        }
    }
}

/// The one of `known` nearest to `word`, case aside, if it is near enough to be meant: one edit away, and one more
/// for every six characters. An edit adds, drops or replaces a character, or swaps two that are neighbours.
///
/// The program `rds` suggests names by the same rule, in `rds-api/cli/src/suggestion.rs`; neither crate depends on
/// the other.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::osa_distance(&word, &name.to_lowercase()), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= 1 + word.chars().count() / 6)
        .map(|(_, name)| name)
}
