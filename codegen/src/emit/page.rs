//! The pages of operations, and of the methods that wait.

use super::{example, markdown};
use crate::model::{Operation, Pagination, Types, Waiter};
use crate::spec::{Access, PaginationStyle, Role};

/// The page of an operation: what its module says.
pub(super) fn operation(operation: &Operation, types: Types<'_>) -> String {
    let mut text = format!("{}\n", operation.summary);
    if let Some(reason) = &operation.deprecated {
        text += &format!("\nDeprecated: {reason}\n");
    }
    if let Some(description) = &operation.description {
        text += &format!("\n{}\n", description.trim());
    }
    text += &format!("\n{}\n", example::call(operation, types));
    for note in notes(operation) {
        text += &format!("- {}{}.\n", note[..1].to_uppercase(), &note[1..]);
    }
    if !operation.errors.is_empty() {
        text += "\n# Errors\n\nBesides the errors of every call, the service is known to answer with:\n\n";
        for (status, codes) in &operation.errors {
            text += &format!("- {status}: {}\n", in_code(codes).join(", "));
        }
    }
    text += &format!("\nOfficial page: <{}>\n", operation.documentation);
    text
}

/// The facts that a caller wants at a glance.
fn notes(operation: &Operation) -> Vec<String> {
    let required = in_code(operation.required().map(|field| &field.wire));
    let mut notes = vec![match required.len() {
        0 => "no parameter is required".to_owned(),
        _ => format!("required: {}", required.join(", ")),
    }];
    notes.push(match (operation.access, operation.parameter_of(Role::IdempotencyToken)) {
        (Access::Read, _) => "reads only, so a failed call is repeated".to_owned(),
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
    notes.extend(operation.pagination.as_ref().map(pagination));
    notes.extend(operation.waiters.iter().map(|waiter| {
        let first = markdown::first_paragraph(&waiter.doc);
        let does = first.strip_prefix("Waits").map_or(first, str::trim_start);
        format!("`{}` waits {}", waiter.method(), does.trim_end_matches('.'))
    }));
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

fn pagination(pagination: &Pagination) -> String {
    let (position, items) = (&pagination.position, &pagination.items);
    let order = match pagination.by {
        PaginationStyle::PageNumber => "numbered",
        PaginationStyle::Token => "which follow one another",
    };
    let unless = match in_code(&pagination.unless).join(" or ") {
        names if names.is_empty() => names,
        names => format!(", except with {names}"),
    };
    format!(
        "answers in pages of `{items}`, {order} by `{position}`; [`items`](crate::Call::items) and \
         [`pages`](crate::Call::pages) ask for all of them{unless}"
    )
}

/// A method that waits: what for, what ends it, and how patient it is.
pub(super) fn waiter(waiter: &Waiter) -> String {
    let field = &waiter.field;
    let mut done = Vec::new();
    if !waiter.done.is_empty() {
        done.push(format!("every `{field}` is {}", in_code(&waiter.done).join(" or ")));
    }
    if waiter.done_when_absent {
        done.push(format!("there is no `{field}` or nothing is found"));
    }
    let mut text = format!("{}\n\nDone when {}", waiter.doc.trim(), done.join(", or "));
    if !waiter.failed.is_empty() {
        text += &format!("; failed when one is {}", in_code(&waiter.failed).join(" or "));
    }
    text += ".";
    if !waiter.done_when_absent {
        text += &format!(" Failed, too, when there is none for {}.", duration(waiter.absence));
    }
    let first = match waiter.first_delay {
        0 => "at once".to_owned(),
        seconds => format!("after {}", duration(seconds)),
    };
    let (delay, max_delay) = (duration(waiter.delay), duration(waiter.max_delay));
    text += &format!(
        "\n\nLooks {first}, then every {delay} to {max_delay}, for {} at most. See [`waiter`](crate::waiter).",
        duration(waiter.timeout)
    );
    text
}

/// Names as Markdown shows code.
fn in_code(names: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect()
}

/// Seconds in the largest unit that they are a whole number of.
fn duration(seconds: u64) -> String {
    match seconds {
        0 => "0 s".to_owned(),
        _ if seconds.is_multiple_of(3600) => format!("{} h", seconds / 3600),
        _ if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}
