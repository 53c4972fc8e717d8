//! The documentation of a field: what people wrote, and what follows from the specification.

use crate::model::Field;
use crate::spec::Role;

/// The line of a field, then limits, default, role and warnings.
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
    if let Some(default) = field.default.as_ref().map(ToString::to_string).filter(|text| !text.is_empty()) {
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
