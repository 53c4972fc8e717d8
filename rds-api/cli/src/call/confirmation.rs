//! Asking before something is taken away or interrupted.

use std::io;

use rds_api::schema::Operation;
use rds_api_core::text::visible;
use serde_json::{Map, Value as Json};

use super::several_calls::SeveralCalls;
use super::source::can_ask;
use super::table::cell;
use crate::destructive::is_destructive;
use crate::failure::Failure;
use crate::masking::masked_parameters;
use crate::terminal;

/// Asks whether to call an operation that may take away or interrupt something, or a write several times, where there is a
/// person to ask. `place` says where it would be called.
pub(super) fn confirm(
    operation: &Operation,
    parameters: &Map<String, Json>,
    several: Option<&SeveralCalls>,
    place: &str,
) -> Result<(), Failure> {
    let is_asked = is_destructive(operation) || several.is_some_and(SeveralCalls::is_write);
    if !is_asked || !can_ask() {
        return Ok(());
    }
    let times = several.map(|several| format!("\n  {}", several.in_words())).unwrap_or_default();
    let given = masked_parameters(operation, parameters);
    let given: String =
        given.iter().map(|(name, value)| format!("\n  {name}  {}", on_a_line(&cell(value)))).collect();
    terminal::warn(&format!("{}: {}{given}{times}\n  {place}", operation.name, operation.summary));
    match ask("Go ahead? [y/N] ")? {
        true => Ok(()),
        false => Err(Failure::usage("it was not confirmed, so nothing was sent")),
    }
}

/// A value as it is, but without an end of a line: what looks like another value would be asked about as well.
fn on_a_line(value: &str) -> String {
    visible(value, &[]).replace('\n', "\\n")
}

/// Asks a question that is answered with yes or no.
fn ask(question: &str) -> Result<bool, Failure> {
    terminal::question(question);
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(|error| {
        Failure::usage(format!("the answer cannot be read, so nothing was sent: {error}"))
    })?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::on_a_line;

    #[test]
    fn a_value_is_asked_about_on_a_line_of_its_own() {
        assert_eq!(
            on_a_line("rm-1\r\n  region cn-beijing\u{202e}"),
            r"rm-1\u000d\n  region cn-beijing\u202e"
        );
        assert_eq!(on_a_line("rm-1, rm-2"), "rm-1, rm-2");
    }
}
