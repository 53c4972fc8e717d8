//! Writing to stdout: whoever reads it may go away first.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::failure::Failure;
use crate::pager;
use crate::terminal::{FAINT, harmless, styled};

/// Writes text of this program, without styles where they are of no use.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    write(anstream::stdout().lock(), &beginning(text))
}

/// Writes text of this program that may be long: on a terminal that has fewer lines, through a pager.
pub(crate) fn print_paged(text: &str) -> Result<(), Failure> {
    let rows = usize::from(console::Term::stdout().size().0);
    let is_paged = is_terminal() && text.lines().count() >= rows && pager::show(text);
    if is_paged { Ok(()) } else { print(text) }
}

/// Writes text of others, such as a response: into a file or a pipe byte for byte, and to a terminal without what
/// acts on it.
pub(crate) fn print_data(text: &str) -> Result<(), Failure> {
    let text = if is_terminal() { harmless(text) } else { Cow::Borrowed(text) };
    write(io::stdout().lock(), &beginning(&text))
}

/// Begins the screen anew with a heading, where there is one. From then on no more is written at once than it holds.
pub(crate) fn redraw(heading: &str) -> Result<(), Failure> {
    if !is_terminal() {
        return Ok(());
    }
    let rows = usize::from(console::Term::stdout().size().0);
    // A line for the heading, and some for what is said beside the output.
    MAX_LINES.store(rows.saturating_sub(5).max(1), Ordering::Relaxed);
    write(anstream::stdout().lock(), &format!("\u{1b}[H\u{1b}[2J{}\n", styled(FAINT, &harmless(heading))))
}

/// How many lines are written at once at the most.
static MAX_LINES: AtomicUsize = AtomicUsize::new(usize::MAX);

/// As much of a text as may be written at once.
fn beginning(text: &str) -> Cow<'_, str> {
    let most = MAX_LINES.load(Ordering::Relaxed);
    match text.match_indices('\n').nth(most.saturating_sub(1)) {
        Some((end, _)) if end + 1 < text.len() => {
            let rest = text[end + 1..].lines().count();
            format!("{}… {rest} more lines\n", &text[..=end]).into()
        }
        _ => text.into(),
    }
}

/// Whether a person reads it.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

fn write(mut stdout: impl Write, text: &str) -> Result<(), Failure> {
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(Failure::output)
}
