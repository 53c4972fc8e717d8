//! The pages of operations, and of the methods that wait.

use std::time::Duration;

use rds_api_schema::{Access, NamedWaiter, Pagination, PaginationStyle, Role};

use super::{example, markdown};
use crate::model::{Field, Follows, Operation, Types};

/// The page of an operation: what its module says.
pub(super) fn operation(package: &str, operation: &Operation, types: Types<'_>) -> String {
    let mut text = format!("{}\n", operation.summary.trim());
    if let Some(reason) = &operation.deprecated {
        text += &format!("\nDeprecated: {reason}\n");
    }
    if let Some(description) = &operation.description {
        text += &format!("\n{}\n", description.trim());
    }
    text += &format!("\n{}\n", example::call(package, operation, types));
    for note in notes(operation) {
        text += &format!("- {}{}.\n", note[..1].to_uppercase(), &note[1..]);
    }
    if !operation.errors.is_empty() {
        text += "\n# Errors\n\nBesides the errors of every call, the service is known to return:\n\n";
        for (status, codes) in &operation.errors {
            text += &format!("- {status}: {}\n", in_code(codes).join(", "));
        }
    }
    text += &format!("\nOfficial page: <{}>\n", operation.documentation_url);
    text
}

/// The facts that a caller wants at a glance.
fn notes(operation: &Operation) -> Vec<String> {
    let required = in_code(operation.required().map(|field| &field.wire));
    let mut notes = vec![match required.len() {
        0 => "no parameter is required".to_owned(),
        _ => format!("required: {}", required.join(", ")),
    }];
    let optional = in_code(operation.optional().map(|field| &field.wire));
    if !optional.is_empty() {
        let call = operation.call_type();
        notes.push(format!("optional, as methods of [`{call}`]: {}", optional.join(", ")));
    }
    notes.push(match (operation.access, operation.parameter_of(Role::IdempotencyToken)) {
        (Access::Read, token) => {
            format!("reads only, so a failed call is repeated{}", exception(operation, token))
        }
        (Access::Write, Some(token)) => {
            let token = &token.wire;
            format!("changes something; `{token}` makes it safe to repeat, and the client fills it in")
        }
        (Access::Write, None) => {
            "changes something and has no idempotency token, so a call is repeated only if it was certainly \
             not executed"
                .to_owned()
        }
    });
    notes.extend(outcome(operation));
    notes.extend(operation.pagination.as_ref().map(|pages| pagination(&pages.cut)));
    notes.extend(operation.waiters.iter().map(|waiter| {
        let first = markdown::first_paragraph(&waiter.doc);
        let does = first.strip_prefix("Waits").map_or(first, str::trim_start);
        format!("`{}` waits {}", waiter.rust_name, does.trim_end_matches('.'))
    }));
    notes.extend(operation.follows.as_ref().map(follows));
    let mut sensitive: Vec<String> = Vec::new();
    for name in in_code(operation.all_fields().filter(|field| field.sensitive).map(|field| &field.wire)) {
        if !sensitive.contains(&name) {
            sensitive.push(name);
        }
    }
    if !sensitive.is_empty() {
        notes.push(format!("sensitive, so never printed: {}", sensitive.join(", ")));
    }
    notes
}

/// The parameters with which an operation that otherwise reads changes something.
fn exception(operation: &Operation, token: Option<&Field>) -> String {
    let values = operation.writes_when.iter().map(|(name, value)| format!("`{name}` set to `{value}`"));
    let values = values.collect::<Vec<_>>().join(" or ");
    let repeated = match token {
        _ if values.is_empty() => return String::new(),
        Some(token) => format!("`{}` makes it safe to repeat, and the client fills it in", token.wire),
        None => "is repeated only if it was certainly not executed".to_owned(),
    };
    format!("; but with {values} it changes something, and {repeated}")
}

/// Where the response says whether the operation did what was asked, if that can be no where the call has not failed.
pub(super) fn outcome(operation: &Operation) -> Option<String> {
    let has = |name: &str| operation.response.iter().any(|field| field.wire == name);
    let names = in_code(["Success", "Code", "Message"].iter().filter(|name| has(name)));
    let says = match operation.success() {
        Some(_) => {
            let response = operation.response_type();
            let module = format!("crate::operations::{}::{}", operation.family, operation.rust_name);
            format!("; see [`is_success`]({module}::{response}::is_success)")
        }
        None if has("Code") => String::new(),
        None => return None,
    };
    Some(format!(
        "a response that is no error may still say in {} that nothing was done{says}",
        names.join(" and ")
    ))
}

/// What follows a write, and how patiently that is waited for.
fn follows(follows: &Follows) -> String {
    let Follows { names, waiter, module: [family, module] } = follows;
    let first = markdown::first_paragraph(&waiter.doc);
    let does = first.strip_prefix("Waits").map_or(first, str::trim_start).trim_end_matches('.');
    let operation = &names.operation;
    let delay = names.initial_delay.unwrap_or(waiter.until.initial_delay);
    let from = match delay {
        Duration::ZERO => "the start".to_owned(),
        delay => format!("{} after it", duration(delay)),
    };
    let values = names.unless.iter().map(|when| format!("`{}` set to `{}`", when.name, when.value));
    let unless = match values.collect::<Vec<_>>().join(" or ") {
        values if values.is_empty() => values,
        values => format!("; refused with {values}, since nothing follows at once then"),
    };
    format!(
        "[`until_done`](crate::Call::until_done) sends it and waits {does}, polling \
         [`{operation}`](crate::operations::{family}::{module}) from {from} on, for {} at most{unless}",
        duration(waiter.until.timeout)
    )
}

fn pagination(pagination: &Pagination) -> String {
    let (position, items) = (&pagination.position, &pagination.items);
    let order = match pagination.by {
        PaginationStyle::PageNumber => "numbered",
        PaginationStyle::Token => "which follow one another",
    };
    let disabled_by = match in_code(&pagination.disabled_by).join(" or ") {
        names if names.is_empty() => names,
        names => format!(", except with {names}"),
    };
    format!(
        "responds in pages of `{items}`, {order} by `{position}`; [`items`](crate::Call::items) and \
         [`pages`](crate::Call::pages) ask for all of them{disabled_by}"
    )
}

/// A method that waits: what for, what ends it, and how patient it is.
pub(super) fn waiter(waiter: &NamedWaiter) -> String {
    let until = &waiter.until;
    let field = &until.field;
    let mut done = Vec::new();
    if !until.done.is_empty() {
        done.push(format!("every `{field}` is {}", in_code(&until.done).join(" or ")));
    }
    if until.done_when_absent {
        done.push(format!("there is no `{field}` or nothing is found"));
    }
    let mut text = format!("{}\n\nDone when {}", waiter.doc.trim(), done.join(", or "));
    if !until.failed.is_empty() {
        text += &format!("; failed when one is {}", in_code(&until.failed).join(" or "));
    }
    text += ".";
    if !until.done_when_absent {
        text += &format!(
            " It also fails if no response has `{field}`, or the thing is not found, for {}.",
            duration(until.not_found_grace)
        );
    }
    let first = match until.initial_delay {
        Duration::ZERO => "at once".to_owned(),
        delay => format!("after {}", duration(delay)),
    };
    let (delay, max_delay) = (duration(until.delay), duration(until.max_delay));
    text += &format!(
        "\n\nPolls {first}, then every {delay} to {max_delay}, for {} at most. See [`waiter`](crate::waiter).",
        duration(until.timeout)
    );
    text
}

/// Names as Markdown shows code.
fn in_code(names: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect()
}

/// A time in the largest unit that it is a whole number of.
fn duration(time: Duration) -> String {
    match time.as_secs() {
        0 => "0 s".to_owned(),
        seconds if seconds.is_multiple_of(3600) => format!("{} h", seconds / 3600),
        seconds if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}
