//! Long text on a terminal, a page at a time.

use std::env;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// What a shell ends with where a command does not exist.
const NOT_FOUND: i32 = 127;

/// Shows a text by the command of `PAGER`, or `less`, unless `NO_PAGER` is set or `PAGER` is empty or `cat`. Gives whether it
/// was shown.
pub(crate) fn show(text: &str) -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let command = env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    if is_set("NO_PAGER") || !cfg!(unix) || ["", "cat"].contains(&command.trim()) {
        return false;
    }
    let mut pager = Command::new("sh");
    pager.arg("-c").arg(&command).stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        // Colours are shown, the screen stays as it is, and what fits on it is not waited at.
        pager.env("LESS", "FRX").env("LESSCHARSET", "utf-8");
    }
    let Ok(mut pager) = pager.spawn() else { return false };
    let text = match anstream::AutoStream::choice(&std::io::stdout()) {
        anstream::ColorChoice::Never => anstream::adapter::strip_str(text).to_string(),
        _ => text.to_owned(),
    };
    if let Some(mut stdin) = pager.stdin.take() {
        // Whoever has seen enough goes away before the end.
        let _ = stdin.write_all(text.as_bytes());
    }
    pager.wait().is_ok_and(|status| status.code() != Some(NOT_FOUND))
}
