//! Files have a size that one can hold in the head.

use super::source::Source;
use super::{Fault, assert_none, is_generated, read};

/// The lines that a file may have without its tests.
const MAX_LINES: usize = 400;

#[test]
fn no_file_is_too_long() {
    let mut faults = Vec::new();
    for folder in [
        "codegen/src",
        "xtask/src",
        "rds-api/src",
        "rds-api/schema/src",
        "rds-api/core/src",
        "rds-api/testing/src",
        "rds-api/cli/src",
    ] {
        for source in Source::all(folder) {
            if is_generated(&source.path) {
                continue;
            }
            let text = read(&source.path);
            // Comments count; a reader has to pass them.
            let end = source.lines.last().map_or(0, |(number, _)| *number);
            if end > MAX_LINES {
                let message = format!(
                    "{end} lines without the tests at the end, and {MAX_LINES} are allowed: give one of its concepts a \
                     file of its own ({} lines in all)",
                    text.lines().count()
                );
                faults.push(Fault::new(&source.path, MAX_LINES + 1, message));
            }
        }
    }
    assert_none(&faults);
}
