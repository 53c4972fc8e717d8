//! The documentation of a field: what people wrote, and what follows from the specification.

use rds_api_schema::Role;

use crate::model::Field;

/// The line of a field, then limits, default, role and warnings.
pub(super) fn field(field: &Field) -> String {
    let mut notes = Vec::new();
    match field.role {
        Some(Role::IdempotencyToken) => {
            notes.push("Unless it is set, the client gives a write a fresh one.".to_owned());
        }
        Some(Role::Region) => notes.push("The client's own region when it is not set.".to_owned()),
        None => {}
    }
    notes.extend(only(field));
    let limits = field.limits.in_words();
    if !limits.is_empty() {
        notes.push(format!("Limits: {}.", limits.join(", ")));
    }
    // Most people write the default down where they say what it means.
    let is_told = |default: &str| {
        field.doc.contains(&format!("`{default}`")) || field.doc.contains(&format!("{default} if left out"))
    };
    let default = field.default.as_ref().map(ToString::to_string);
    if let Some(default) = default.filter(|text| !text.is_empty() && !is_told(text)) {
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

/// Which values of a shared enum fit, unless people have said it.
fn only(field: &Field) -> Option<String> {
    let in_code: Vec<String> = field.only.iter().map(|value| format!("`{value}`")).collect();
    let is_named = in_code.iter().all(|value| field.doc.contains(value));
    let is_told = is_named && (in_code.len() > 1 || field.doc.to_lowercase().contains("only"));
    let (last, others) = in_code.split_last().filter(|_| !is_told)?;
    Some(match others {
        [] => format!("Only {last} here."),
        _ => format!("Only {} and {last} here.", others.join(", ")),
    })
}
