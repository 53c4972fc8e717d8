//! Writing to stdout: whoever reads it may go away first.

use std::io::Write as _;

use crate::failure::Failure;

/// Writes all of it, without styles where they are of no use.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(Failure::output)
}
