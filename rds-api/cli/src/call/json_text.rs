//! A response as JSON, in colours for a person.

use anstyle::{AnsiColor, Style};
use serde_json::Value as Json;

use crate::failure::Failure;
use crate::output;
use crate::terminal::{harmless, styled};

const NAME: Style = AnsiColor::Blue.on_default().bold();
const TEXT: Style = AnsiColor::Green.on_default();
const OTHER: Style = AnsiColor::Cyan.on_default();

/// Prints a value: with colours where a terminal shows them.
pub(super) fn print(value: &Json) -> Result<(), Failure> {
    let text = format!("{value:#}\n");
    match output::is_terminal() {
        true => output::print(&coloured(&harmless(&text))),
        false => output::print_data(&text),
    }
}

/// Text that was written with one member or element a line, in colours.
fn coloured(text: &str) -> String {
    text.split_inclusive('\n').map(coloured_line).collect()
}

fn coloured_line(line: &str) -> String {
    let start = line.len() - line.trim_start_matches(' ').len();
    let (indent, rest) = line.split_at(start);
    let (name, value) = match end_of_text(rest) {
        Some(end) if rest[end..].starts_with(": ") => rest.split_at(end),
        _ => ("", rest),
    };
    let (separator, value) = value.split_at(if name.is_empty() { 0 } else { 2 });
    let end = value.trim_end_matches(['\n', ',']).len();
    let (value, after) = value.split_at(end);
    let style = match value.chars().next() {
        Some('"') => TEXT,
        Some('{' | '}' | '[' | ']') | None => Style::new(),
        Some(_) => OTHER,
    };
    format!("{indent}{}{separator}{}{after}", styled(NAME, name), styled(style, value))
}

/// The end of the text that begins a line, behind its quotation mark.
fn end_of_text(line: &str) -> Option<usize> {
    let mut is_escaped = false;
    let inside = line.strip_prefix('"')?;
    let end = inside.find(|character| {
        let ends = character == '"' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        ends
    })?;
    Some(end + 2)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn colours_change_nothing_else() {
        let value =
            json!({ "a\": \"b": "c\\\": 1,", "list": [1, true, null, {}, [], "x"], "e": { "f": -1.5 } });
        let text = format!("{value:#}\n");
        let coloured = coloured(&text);
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), text);
        assert!(
            coloured.contains(&styled(TEXT, "\"x\"")) && coloured.contains(&styled(OTHER, "null")),
            "{coloured}"
        );
        assert!(coloured.contains(&styled(NAME, "\"a\\\": \\\"b\"")), "{coloured}");
    }
}
