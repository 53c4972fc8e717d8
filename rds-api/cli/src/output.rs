//! Writing to stdout: whoever reads it may go away first.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write};

use crate::failure::Failure;
use crate::terminal::harmless;

/// Writes text of this program, without styles where they are of no use.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    write(anstream::stdout().lock(), text)
}

/// Writes text of others, such as a response: into a file or a pipe byte for byte, and to a terminal without what
/// acts on it.
pub(crate) fn print_data(text: &str) -> Result<(), Failure> {
    let text = if is_terminal() { harmless(text) } else { Cow::Borrowed(text) };
    write(io::stdout().lock(), &text)
}

/// Whether a person reads it.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

fn write(mut stdout: impl Write, text: &str) -> Result<(), Failure> {
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(Failure::output)
}
