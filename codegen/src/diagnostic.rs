//! Mistakes in the specification, each with its place.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};

use crate::document::Document;
pub use crate::mistake::Severity;
use crate::mistake::{At, Mistake};
use crate::source::Source;

/// One mistake: what is wrong, where, and how to fix it.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    mistake: Mistake,
    text: Arc<str>,
    range: Range<usize>,
    /// The line and the column from 1.
    place: (usize, usize),
}

/// Finds the lines of mistakes, and puts these in the order of the files. Each file is walked once, however many
/// mistakes it has.
pub(crate) fn locate(mistakes: Vec<Mistake>, sources: &[Source]) -> Vec<Diagnostic> {
    let mut files: HashMap<String, File> = HashMap::new();
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for mistake in mistakes {
        let file = files.entry(mistake.path.clone()).or_insert_with(|| {
            let source = sources.iter().find(|source| source.path == mistake.path);
            File::of(source.map_or("", |source| source.text.as_str()))
        });
        diagnostics.push(file.locate(mistake));
    }
    diagnostics.sort_by(|one, other| one.place().cmp(&other.place()));
    diagnostics
}

/// A file that has mistakes.
struct File {
    text: Arc<str>,
    document: Document,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl File {
    fn of(text: &str) -> Self {
        let lines = [0].into_iter().chain(text.match_indices('\n').map(|(index, _)| index + 1)).collect();
        Self { text: text.into(), document: Document::of(text), lines }
    }

    fn locate(&self, mistake: Mistake) -> Diagnostic {
        let range = match &mistake.at {
            At::Byte(byte) => *byte..*byte,
            At::Position(position) => self.document.locate(&self.text, position),
        };
        let line = self.lines.partition_point(|start| *start <= range.start);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let column = self.text.get(start..range.start).map_or(0, |before| before.chars().count());
        Diagnostic { mistake, text: Arc::clone(&self.text), range, place: (line, column + 1) }
    }
}

impl Diagnostic {
    /// The same, where the specification is in another folder than `spec`.
    pub fn below(mut self, folder: &str) -> Self {
        if let Some(path) = self.mistake.path.strip_prefix("spec/") {
            self.mistake.path = format!("{folder}/{path}");
        }
        self
    }

    /// What is wrong, in one sentence.
    pub fn message(&self) -> &str {
        &self.mistake.message
    }

    /// Whether it keeps code from being generated.
    pub fn severity(&self) -> Severity {
        self.mistake.severity
    }

    /// The file, and the line and column from 1.
    pub fn place(&self) -> (&str, usize, usize) {
        (&self.mistake.path, self.place.0, self.place.1)
    }

    /// The message as a terminal shows it, with colors if `styled`.
    pub fn render(&self, styled: bool) -> String {
        // A snippet walks over all that it is given, so it gets the lines of the place and no others.
        let before = self.text.get(..self.range.start).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let behind = self.text.get(self.range.end..).unwrap_or_default();
        let end = behind.find('\n').map_or(self.text.len(), |length| self.range.end + length);
        let range = self.range.start - start..self.range.end - start;
        let Mistake { message, label, help, path, severity, .. } = &self.mistake;
        let snippet = Snippet::source(self.text.get(start..end).unwrap_or_default())
            .line_start(self.place.0)
            .path(path)
            .annotation(AnnotationKind::Primary.span(range).label(label.as_str()));
        let level = match severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = level.primary_title(message.as_str()).element(snippet);
        if !help.is_empty() {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).render(&[group])
    }
}
