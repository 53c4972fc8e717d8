//! Text for a terminal: its width, its styles, and what must not get there.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use rds_api_core::text::visible;
use textwrap::WordSplitter;

use crate::output;

/// A heading.
pub(crate) const HEADING: Style = Style::new().bold().underline();
/// A name to be typed.
pub(crate) const NAME: Style = AnsiColor::Green.on_default().bold();
/// A remark beside the point.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// The mark of a write.
pub(crate) const WRITES: Style = AnsiColor::Yellow.on_default();
/// A piece of code in a sentence.
const CODE: Style = AnsiColor::Cyan.on_default();
/// Lines longer than this are hard to read, however wide the terminal is.
const MAX_WIDTH: usize = 110;

/// `text` in a style, which goes where styles are of no use.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Text of others as a terminal may get it: what would act on the terminal is shown as it is written in JSON.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    match text.contains("\r\n") {
        true => visible(&text.replace("\r\n", "\n"), &['\t']).into_owned().into(),
        false => visible(text, &['\t']),
    }
}

/// Prints to stderr why a command does not do what it was asked.
pub(crate) fn error(message: &str) {
    print_message(AnsiColor::Red.on_default().bold(), "error", message);
}

/// Prints to stderr a warning of what may not be meant.
pub(crate) fn warn(message: &str) {
    print_message(AnsiColor::Yellow.on_default().bold(), "warning", message);
}

/// Prints to stderr a hint that may be of use.
pub(crate) fn note(message: &str) {
    print_message(AnsiColor::Cyan.on_default().bold(), "note", message);
}

/// Prints to stderr a question that is answered on the same line.
pub(crate) fn question(text: &str) {
    let mut stderr = anstream::stderr();
    let _ = write!(stderr, "{}", harmless(text)).and_then(|()| stderr.flush());
}

fn print_message(style: Style, kind: &str, message: &str) {
    // There is nowhere to say that nothing can be said.
    let _ = writeln!(anstream::stderr(), "{style}{kind}:{style:#} {}", harmless(message));
}

/// How many characters a line of a table may have: as many as the terminal has, and in a file or a pipe as many as it
/// likes, unless `COLUMNS` says otherwise.
pub(crate) fn full_width() -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
    columns.filter(|columns| *columns > 0).or_else(|| output::is_terminal().then(textwrap::termwidth))
}

/// How many characters a line may have.
pub(crate) fn width() -> usize {
    textwrap::termwidth().min(MAX_WIDTH)
}

/// Markdown of the specification as lines of a terminal, each after `indent`.
pub(crate) fn paragraphs(text: &str, indent: usize) -> String {
    let mut lines = String::new();
    for (index, paragraph) in text.trim().split("\n\n").enumerate() {
        if index > 0 {
            lines.push('\n');
        }
        // The lines of a list stay lines.
        for item in paragraph.replace("\n- ", "\0- ").split('\0') {
            let item = item.split_whitespace().collect::<Vec<_>>().join(" ");
            let further = if item.starts_with("- ") { indent + 2 } else { indent };
            lines += &wrapped(&item, indent, further);
        }
    }
    lines
}

/// One paragraph, its first line after `first` spaces and all others after `further`.
pub(crate) fn wrapped(text: &str, first: usize, further: usize) -> String {
    let (first, further) = (" ".repeat(first), " ".repeat(further));
    let options = textwrap::Options::new(width())
        .initial_indent(&first)
        .subsequent_indent(&further)
        .word_splitter(WordSplitter::NoHyphenation);
    let mut lines = String::new();
    for line in textwrap::wrap(text, options) {
        let _ = writeln!(lines, "{}", coded(&line));
    }
    lines
}

/// Puts what stands between backticks into a style of its own.
fn coded(line: &str) -> String {
    let mut parts = line.split('`');
    let mut text = parts.next().unwrap_or_default().to_owned();
    while let Some(code) = parts.next() {
        match parts.next() {
            Some(after) => text += &format!("{CODE}{code}{CODE:#}{after}"),
            None => text += &format!("`{code}"),
        }
    }
    text
}
