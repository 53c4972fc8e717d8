//! Values that come from elsewhere than the command line: `@FILE`, `@-`, `@env:NAME` and `@prompt`.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rds_api::schema::{Field, Kind};
use rds_api_core::file;

use super::usage::is_sensitive;
use crate::terminal;

/// More than the service takes of a value.
const MAX_BYTES: u64 = 16 << 20;

/// Where a value comes from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source<'t> {
    File(&'t str),
    StandardInput,
    Variable(&'t str),
    Prompt,
}

impl<'t> Source<'t> {
    /// What the text of a value refers to, if it does.
    pub(super) fn of(field: &Field, text: &'t str) -> Option<Self> {
        if takes_sources(field) { Self::parse(text) } else { None }
    }

    /// The same of a value that may refer to something.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        match text.strip_prefix('@')? {
            // It is the value, which begins with this sign.
            name if name.starts_with('@') => None,
            "-" => Some(Self::StandardInput),
            "prompt" => Some(Self::Prompt),
            name => Some(name.strip_prefix("env:").map_or(Self::File(name), Self::Variable)),
        }
    }

    /// The text from there, without the line break at its end.
    pub(super) fn read(&self, field: &Field) -> Result<String, String> {
        self.read_for(&field.name, is_sensitive(field))
    }

    /// The text from there, for an option of this name.
    pub(crate) fn read_for(&self, name: &str, is_secret: bool) -> Result<String, String> {
        let text = match self {
            Self::Prompt => return prompt(name),
            Self::StandardInput => {
                take_standard_input(&format!("--{name}"))?;
                read_stream(io::stdin()).map_err(|error| format!("standard input {}", file::why(&error)))?
            }
            Self::Variable(name) => std::env::var(name).map_err(|_| {
                // It may be a secret that begins like this.
                let name = if is_secret { "whose name follows @env:" } else { name };
                format!("the variable {name} is not set, or not UTF-8")
            })?,
            Self::File(name) => read_file(name).map_err(|error| {
                let name = if is_secret { "the file whose name follows the @" } else { name };
                format!("{name} {}; a value that begins with @ is written with @@", file::why(&error))
            })?,
        };
        let text = text.trim_end_matches(['\r', '\n']);
        match text.is_empty() && is_secret {
            true => Err("what it was read from is empty".to_owned()),
            false => Ok(text.to_owned()),
        }
    }
}

/// Whether other tools read a value from elsewhere that is written like this, so that it hardly is a secret itself.
pub(super) fn is_meant_otherwise(text: &str) -> bool {
    text == "-" || text.starts_with("file://") || text.starts_with("fileb://")
}

/// The text of a value that stands for itself.
pub(super) fn literal<'t>(field: &Field, text: &'t str) -> &'t str {
    let is_doubled = takes_sources(field) && text.starts_with("@@");
    if is_doubled { &text[1..] } else { text }
}

/// Whether values of this parameter may come from elsewhere: what is long or secret, and so all texts. Neither a number
/// nor a time nor one of a few values begins with the sign.
fn takes_sources(field: &Field) -> bool {
    let kind = field.shape.kind;
    field.sensitive || matches!(kind, Kind::String | Kind::List | Kind::Object | Kind::Map | Kind::Json)
}

/// Notes that this reads standard input, which can be read once.
pub(super) fn take_standard_input(reader: &str) -> Result<(), String> {
    static READER: Mutex<Option<String>> = Mutex::new(None);
    match &mut *READER.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(first) if first != reader => Err(format!("standard input is read for {first} already")),
        taken => {
            *taken = Some(reader.to_owned());
            Ok(())
        }
    }
}

/// The text of a file. What another command writes is waited for, if it is there at all.
fn read_file(name: &str) -> io::Result<String> {
    let path = PathBuf::from(name);
    let stream = path.clone();
    match file::in_time(
        move || {
            if stream.metadata()?.is_file() { Ok(None) } else { File::open(stream).map(Some) }
        },
    )? {
        Some(stream) => read_stream(stream),
        None => file::read_text(&path, MAX_BYTES),
    }
}

/// All that a stream has, within bounds.
pub(super) fn read_stream(stream: impl Read) -> io::Result<String> {
    let mut text = String::new();
    stream.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    match text.len() as u64 > MAX_BYTES {
        true => Err(io::Error::other(format!("has more than {MAX_BYTES} bytes"))),
        false => Ok(text),
    }
}

/// Whether there is a person to ask.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a value without showing what is typed; for a password twice, since it may be a new one.
pub(super) fn prompt(name: &str) -> Result<String, String> {
    if !can_ask() {
        return Err("there is no terminal to ask at".to_owned());
    }
    let value = ask_secret(name)?;
    if name.contains("assword") && ask_secret(&format!("{name} again"))? != value {
        return Err("what was typed the second time is something else".to_owned());
    }
    Ok(value)
}

/// Asks for something that is shown while it is typed; nothing if only the line was ended.
pub(crate) fn ask(what: &str) -> Result<Option<String>, String> {
    terminal::question(&format!("{what}: "));
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(|error| format!("the terminal cannot be read: {error}"))?;
    Ok(Some(answer.trim().to_owned()).filter(|answer| !answer.is_empty()))
}

/// Asks for something that is not shown while it is typed.
pub(crate) fn ask_secret(what: &str) -> Result<String, String> {
    let terminal = console::Term::stderr();
    let read = terminal
        .write_str(&format!("{what} (is not shown): "))
        .and_then(|()| terminal.read_secure_line())
        .map_err(|error| format!("the terminal cannot be read: {error}"))?;
    match read.is_empty() {
        true => Err("nothing was typed".to_owned()),
        false => Ok(read),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::schema;

    use super::*;

    #[test]
    fn a_sign_in_front_says_where_a_text_comes_from() {
        let field =
            |operation: &str, name: &str| schema::operation(operation).unwrap().parameter(name).unwrap();
        let description = field("ModifyDBInstanceDescription", "DBInstanceDescription");
        for (text, expected) in [
            ("@sql.txt", Some(Source::File("sql.txt"))),
            ("@./prompt", Some(Source::File("./prompt"))),
            ("@", Some(Source::File(""))),
            ("@-", Some(Source::StandardInput)),
            ("@env:NAME", Some(Source::Variable("NAME"))),
            ("@prompt", Some(Source::Prompt)),
            ("@@home", None),
            ("@@", None),
            ("home@", None),
            ("", None),
        ] {
            assert_eq!(Source::of(description, text), expected, "{text}");
        }
        assert_eq!((literal(description, "@@home"), literal(description, "a@@")), ("@home", "a@@"));
        // Numbers and times take no text that begins so.
        assert_eq!(Source::of(field("DescribeBackups", "PageSize"), "@-"), None);
        assert_eq!(Source::of(field("DescribeBackups", "StartTime"), "@-"), None);
        assert!(Source::of(field("TagResources", "Tag"), "@-").is_some());
        assert!(Source::of(field("CreateAccount", "AccountPassword"), "@-").is_some());
    }
}
