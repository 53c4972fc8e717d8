//! The documentation of generated code: what people wrote, and what follows from the specification.

use crate::model::{Field, Operation, Type, TypeItem, Waiter};
use crate::spec::{Access, PaginationStyle, Role, Scalar};

use super::tokens::Constructor;
use super::types::Types;

/// The width that documentation is wrapped to.
const WIDTH: usize = 96;

/// Cuts a text into lines. Paragraphs and list entries are filled; tables, headings and code stay as they are.
pub(super) fn wrap(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut paragraph = String::new();
    let mut in_code = false;
    for line in text.trim().lines().map(str::trim_end) {
        let is_fence = line.trim_start().starts_with("```");
        let stands_alone = line.is_empty() || line.starts_with(['|', '#']);
        let begins = line.starts_with("- ");
        if in_code || is_fence || stands_alone {
            fill(&mut paragraph, &mut lines);
            lines.push(line.to_owned());
            in_code ^= is_fence;
            continue;
        }
        if begins {
            fill(&mut paragraph, &mut lines);
        }
        if !paragraph.is_empty() {
            paragraph.push(' ');
        }
        paragraph.push_str(line.trim_start());
    }
    fill(&mut paragraph, &mut lines);
    lines
}

/// Breaks a paragraph into lines, and leaves it empty.
fn fill(paragraph: &mut String, lines: &mut Vec<String>) {
    let indent = if paragraph.starts_with("- ") { "  " } else { "" };
    let mut current = String::new();
    for word in std::mem::take(paragraph).split(' ').filter(|word| !word.is_empty()) {
        if !current.is_empty() && current.len() + 1 + word.len() > WIDTH {
            lines.push(std::mem::replace(&mut current, indent.to_owned()));
        }
        if !current.trim().is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    if !current.is_empty() {
        lines.push(current);
    }
}

/// The text up to the first empty line.
pub(super) fn first_paragraph(text: &str) -> String {
    text.split("\n\n").next().unwrap_or_default().trim().to_owned()
}

/// The documentation of a field: its line, then limits, default, role and warnings.
pub(super) fn field(field: &Field) -> String {
    let mut notes = Vec::new();
    match field.role {
        Some(Role::IdempotencyToken) => {
            notes.push("The client fills it in when it is not set.".to_owned());
        }
        Some(Role::Region) => notes.push("The client's own region when it is not set.".to_owned()),
        None => {}
    }
    notes.extend(limits(field));
    if let Some(default) = field.default.as_ref().map(scalar).filter(|text| !text.is_empty()) {
        notes.push(format!("The service's default is `{default}`."));
    }
    if field.sensitive {
        notes.push("Sensitive: never printed.".to_owned());
    }
    if let Some(reason) = &field.deprecated {
        notes.push(format!("Deprecated: {reason}"));
    }
    let doc = field.doc.trim();
    if notes.is_empty() { doc.to_owned() } else { format!("{doc}\n\n{}", notes.join(" ")) }
}

fn limits(field: &Field) -> Option<String> {
    let limits = &field.limits;
    let range = |least: Option<String>, most: Option<String>, unit: &str| match (least, most) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
        (Some(least), None) => Some(format!("at least {least}{unit}")),
        (None, Some(most)) => Some(format!("at most {most}{unit}")),
        (None, None) => None,
    };
    // A bound that is merely that of the type says nothing.
    let bound = |value: Option<f64>| {
        value.filter(|value| value.abs() < 2_147_483_647.0).map(|value| value.to_string())
    };
    let text = |value: Option<u64>| value.map(|value| value.to_string());
    let parts: Vec<String> = [
        range(bound(limits.minimum), bound(limits.maximum), ""),
        range(text(limits.min_length), text(limits.max_length), " characters"),
        range(text(limits.min_items), text(limits.max_items), " elements"),
        limits.pattern.as_ref().map(|pattern| format!("matching `{pattern}`")),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| format!("Limits: {}.", parts.join(", ")))
}

/// A scalar as its text.
pub(super) fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::Bool(value) => value.to_string(),
        Scalar::Integer(value) => value.to_string(),
        Scalar::Number(value) => value.to_string(),
        Scalar::Text(text) => text.clone(),
    }
}

/// A Rust expression with the example of a field. `owned` asks for the exact type, not for what converts.
pub(super) fn example(field: &Field, owned: bool, types: Types<'_>) -> String {
    let text = field.example.as_ref().map(scalar);
    let text = text.or_else(|| example_in_words(&field.doc)).unwrap_or_default();
    let number = |fallback: &str| {
        let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
        if is_number { text.clone() } else { fallback.to_owned() }
    };
    let quoted = |text: &str| {
        let text = if text.is_empty() { "…" } else { text };
        if owned { format!("{text:?}.into()") } else { format!("{text:?}") }
    };
    match &field.ty {
        Type::Bool => if text.eq_ignore_ascii_case("true") { "true" } else { "false" }.to_owned(),
        Type::Int32 => text.parse::<i32>().map_or("1".to_owned(), |value| value.to_string()),
        Type::Int64 => text.parse::<i64>().map_or("1".to_owned(), |value| value.to_string()),
        Type::Float | Type::Double => {
            let number = number("1.0");
            if number.contains(['.', 'e']) { number } else { format!("{number}.0") }
        }
        Type::List(item, _) if **item == Type::String => {
            let collect = if owned { ".into_iter().map(Into::into).collect()" } else { "" };
            let text = if text.is_empty() { "…" } else { &text };
            format!("[{text:?}]{collect}")
        }
        Type::List(item, _) => match &**item {
            Type::Local(_) | Type::Shared(_) => format!("vec![{}]", made(item, &text, types)),
            Type::Int64 => "vec![1_i64]".to_owned(),
            _ => "vec![1_i32]".to_owned(),
        },
        Type::Local(_) | Type::Shared(_) => made(&field.ty, &text, types),
        Type::Map(_) => r#"[("key", "value")]"#.to_owned(),
        Type::Json => r#"serde_json::json!({})"#.to_owned(),
        _ => quoted(&text),
    }
}

/// What the words about a field say that a value looks like.
fn example_in_words(about: &str) -> Option<String> {
    let (_, rest) = about.split_once("such as `")?;
    let (example, _) = rest.split_once('`')?;
    Some(example.to_owned())
}

/// An expression that makes an object with what it requires, or the value of an enum that has this text.
fn made(ty: &Type, text: &str, types: Types<'_>) -> String {
    match types.find(ty) {
        Some(TypeItem::Object(object)) => match Constructor::of(&object.name, &object.fields) {
            Some(constructor) => format!("{}::new({})", object.name, constructor.example(types)),
            None => format!("{}::default()", object.name),
        },
        Some(TypeItem::Enum(item)) => {
            let value = item.values.iter().find(|value| value.wire == text).or(item.values.first());
            value.map_or_else(|| format!("{text:?}.into()"), |value| format!("{}::{}", item.name, value.name))
        }
        None => format!("{text:?}.into()"),
    }
}

/// The page of an operation: what its module says.
pub(super) fn operation(operation: &Operation, types: Types<'_>) -> String {
    let mut text = format!("{}\n", operation.summary);
    if let Some(reason) = &operation.deprecated {
        text += &format!("\nDeprecated: {reason}\n");
    }
    if let Some(description) = &operation.description {
        text += &format!("\n{}\n", description.trim());
    }
    text += &format!("\n{}", call(operation, types));
    let required: Vec<String> = operation.required().map(|field| format!("`{}`", field.wire)).collect();
    let mut facts = vec![match required.len() {
        0 => "no parameter is required".to_owned(),
        _ => format!("required: {}", required.join(", ")),
    }];
    facts.push(match (operation.access, idempotency_token(operation)) {
        (Access::Read, _) => "reads only, so a failed call is repeated".to_owned(),
        (Access::Write, Some(token)) => {
            format!("changes something; `{token}` makes it safe to repeat, and the client fills it in")
        }
        (Access::Write, None) => {
            "changes something and has no idempotency token, so a call is repeated only if it was certainly \
             not executed"
                .to_owned()
        }
    });
    if let Some(pagination) = &operation.pagination {
        let (position, items) = (&pagination.position, &pagination.items);
        let order = match pagination.by {
            PaginationStyle::PageNumber => "numbered",
            PaginationStyle::Token => "which follow one another",
        };
        let unless: Vec<String> = pagination.unless.iter().map(|name| format!("`{name}`")).collect();
        let unless =
            if unless.is_empty() { String::new() } else { format!(", except with {}", unless.join(" or ")) };
        facts.push(format!(
            "answers in pages of `{items}`, {order} by `{position}`; [`items`](crate::Call::items) and \
             [`pages`](crate::Call::pages) ask for all of them{unless}"
        ));
    }
    facts.extend(operation.waiters.iter().map(|waiter| {
        let (method, first) = (waiter.method(), first_paragraph(&waiter.doc));
        let does = first.strip_prefix("Waits").map_or(first.as_str(), str::trim_start);
        format!("`{method}` waits {}", does.trim_end_matches('.'))
    }));
    let mut sensitive: Vec<String> = Vec::new();
    for field in operation.all_fields().filter(|field| field.sensitive) {
        let name = format!("`{}`", field.wire);
        if !sensitive.contains(&name) {
            sensitive.push(name);
        }
    }
    if !sensitive.is_empty() {
        facts.push(format!("sensitive, so never printed: {}", sensitive.join(", ")));
    }
    let facts: String =
        facts.iter().map(|fact| format!("- {}{}.\n", fact[..1].to_uppercase(), &fact[1..])).collect();
    text += &format!("\n{facts}");
    if !operation.errors.is_empty() {
        text += "\n# Errors\n\nBesides the errors of every call, the service is known to answer with:\n\n";
        for (status, codes) in &operation.errors {
            let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
            text += &format!("- {status}: {}\n", codes.join(", "));
        }
    }
    text += &format!("\nOfficial page: <{}>\n", operation.documentation);
    text
}

/// A method that waits: what for, what ends it, and how patient it is.
pub(super) fn waiter(waiter: &Waiter) -> String {
    let one_of = |values: &[String]| {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        values.join(" or ")
    };
    let field = &waiter.field;
    let mut done = Vec::new();
    if !waiter.done.is_empty() {
        done.push(format!("every `{field}` is {}", one_of(&waiter.done)));
    }
    if waiter.done_when_absent {
        done.push(format!("there is no `{field}` or nothing is found"));
    }
    let mut text = format!("{}\n\nDone when {}", waiter.doc.trim(), done.join(", or "));
    if !waiter.failed.is_empty() {
        text += &format!("; failed when one is {}", one_of(&waiter.failed));
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

/// Seconds in the largest unit that they are a whole number of.
fn duration(seconds: u64) -> String {
    match seconds {
        0 => "0 s".to_owned(),
        _ if seconds.is_multiple_of(3600) => format!("{} h", seconds / 3600),
        _ if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}

/// The wire name of the idempotency token.
pub(super) fn idempotency_token(operation: &Operation) -> Option<&str> {
    let token = operation.request.iter().find(|field| field.role == Some(Role::IdempotencyToken));
    token.map(|field| field.wire.as_str())
}

/// An example call that compiles.
fn call(operation: &Operation, types: Types<'_>) -> String {
    let constructor = Constructor::of(&operation.request_type(), &operation.request);
    let arguments = constructor.map(|constructor| constructor.example(types)).unwrap_or_default();
    // What the arguments are made with: structs of required fields, objects, and enums.
    let names = arguments.split(|character: char| !character.is_alphanumeric());
    let import: String = names
        .filter_map(|name| {
            let is_made = arguments.contains(&format!("{name}::"));
            if name.ends_with("Required") || (is_made && types.own.iter().any(|item| item.name() == name)) {
                Some(format!("use rds_api::{}::{}::{name};\n", operation.family, operation.method))
            } else if is_made && types.shared.iter().any(|item| item.name() == name) {
                Some(format!("use rds_api::types::{name};\n"))
            } else {
                None
            }
        })
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    let import = if import.is_empty() { import } else { import + "\n" };
    let allow = if operation.deprecated.is_some() { "# #![allow(deprecated)]\n" } else { "" };
    format!(
        "```no_run\n{allow}# async fn example(client: &rds_api::Client) -> rds_api::Result<()> {{\n{import}\
         let answer = client.{}({arguments}).await?;\nprintln!(\"{{answer:#?}}\");\n# Ok(())\n# }}\n```\n",
        operation.method,
    )
}
