//! What is wrong with the arguments, without a secret that stands among them.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use rds_api::schema::{self, Field, Operation, Shape};
use rds_api_core::secrecy::MASK;
use rds_api_core::text::is_unseen;

use crate::command_line;
use crate::failure::Failure;
use crate::names;
use crate::output;
use crate::terminal;

/// Explains what is wrong with the arguments, and how to send something nevertheless.
pub(crate) fn explain_usage(mut error: clap::Error) -> ExitCode {
    let arguments: Vec<String> = command_line::texts().collect();
    let command = arguments.iter().skip(1).find(|argument| !argument.starts_with('-'));
    let command = command.map(String::as_str).unwrap_or_default();
    hide(&mut error, command, &arguments);
    // Help and version are errors to clap too, and who asks for them wants to know whether they came. Of a mistake the
    // exit code says enough.
    if error.kind() == ErrorKind::DisplayHelp && output::is_terminal() {
        return match output::print_paged(&error.render().ansi().to_string()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.report(),
        };
    }
    if let Err(cause) = print(&error)
        && !error.use_stderr()
    {
        return Failure::output(cause).report();
    }
    if command == "call"
        && matches!(
            error.kind(),
            ErrorKind::UnknownArgument | ErrorKind::InvalidValue | ErrorKind::ValueValidation
        )
    {
        terminal::note("to send what the specification does not know: --param NAME=VALUE");
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Prints it, in colours unless a part of it may be somebody else's.
fn print(error: &clap::Error) -> io::Result<()> {
    if !std::env::args_os().any(|argument| argument.to_string_lossy().contains(is_unseen)) {
        return error.print();
    }
    let text = error.render().to_string();
    let text = terminal::harmless(&text);
    match error.use_stderr() {
        true => io::stderr().write_all(text.as_bytes()),
        false => io::stdout().write_all(text.as_bytes()),
    }
}

/// Masks what may be a secret: the value of a sensitive parameter, also where it has been torn from its option.
fn hide(error: &mut clap::Error, command: &str, arguments: &[String]) {
    let operations: Vec<&Operation> = match command {
        "call" => arguments.iter().filter_map(|it| names::operation(it)).collect(),
        _ => Vec::new(),
    };
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.clone(),
        _ => String::new(),
    };
    let mask = ContextValue::String(MASK.to_owned());
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let has_secrets = |operation: &&Operation| operation.parameters.iter().any(is_sensitive);
            let may_be_secret = match command {
                "call" => operations.is_empty() || operations.iter().any(has_secrets),
                // The key that it is given may begin with a dash.
                "serve" => true,
                _ => !argument.starts_with('-'),
            };
            // What is an option elsewhere, or nearly one here, was meant as one.
            let is_meant = error.get(ContextKind::SuggestedArg).is_some()
                || argument.strip_prefix("--").is_some_and(is_known_elsewhere);
            if may_be_secret && !is_meant {
                error.insert(ContextKind::InvalidArg, mask);
                error.remove(ContextKind::Suggested);
            }
        }
        // What is nearly a command was meant as one.
        ErrorKind::InvalidSubcommand if error.get(ContextKind::SuggestedSubcommand).is_none() => {
            error.insert(ContextKind::InvalidSubcommand, mask);
            error.remove(ContextKind::Suggested);
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let name = argument.trim_start_matches('-').split([' ', '=']).next().unwrap_or_default();
            let may_hold_one = ["param", "endpoint"].contains(&name);
            if may_hold_one || operations.iter().any(|operation| is_sensitive_name(operation, name)) {
                error.insert(ContextKind::InvalidValue, mask);
            }
        }
        _ => {}
    }
}

fn is_known_elsewhere(name: &str) -> bool {
    schema::operations().any(|operation| operation.parameter(name).is_some())
}

/// Whether anything in a parameter is secret, however deep.
pub(super) fn is_sensitive(field: &Field) -> bool {
    fn inside(shape: &Shape) -> bool {
        shape.fields.iter().any(is_sensitive) || shape.items.as_deref().is_some_and(inside)
    }
    field.sensitive || inside(&field.shape)
}

/// Whether anything in the parameter of this name, or what a name with points begins with, is secret.
pub(super) fn is_sensitive_name(operation: &Operation, name: &str) -> bool {
    let parameter = names::folded(name.split('.').next().unwrap_or(name));
    operation.parameters.iter().any(|field| names::folded(&field.name) == parameter && is_sensitive(field))
}
