//! Names in Rust for the fields of a request, a response or an object, where those of the wire give none.

use indexmap::IndexMap;

use crate::names;
use crate::spec::Field;

/// The fields, with a name of its own for each that could not have that of its wire name: `value_404` for `404`,
/// `items_value` where `is_taken` says that something else is called `items`, `key_2` for `key` beside `Key`.
pub(super) fn assign(
    fields: Vec<(String, Field)>,
    is_taken: &dyn Fn(&str, &Field) -> bool,
) -> IndexMap<String, Field> {
    let mut taken: Vec<String> = Vec::new();
    let mut named = IndexMap::new();
    for (wire, mut field) in fields {
        let follows = names::snake_case(&wire);
        let plain = if is_taken(&follows, &field) { another(&follows) } else { valid(&follows) };
        let mut name = plain.clone();
        let mut count = 2;
        while taken.contains(&name) {
            name = format!("{plain}_{count}");
            count += 1;
        }
        if name != follows {
            field.rust = Some(name.clone());
        }
        taken.push(name);
        named.insert(wire, field);
    }
    named
}

/// The name, or one that begins as names do. A keyword gets its underscore from the generator.
fn valid(name: &str) -> String {
    let is_name = !names::is_keyword(&format!("{name}_"));
    let value = || names::snake_case(&format!("value_{name}"));
    match is_name {
        true => name.to_owned(),
        false => Some(value()).filter(|name| !names::is_keyword(name)).unwrap_or_else(|| "value".to_owned()),
    }
}

/// A name beside one that is taken.
fn another(name: &str) -> String {
    match name.strip_prefix(names::OPTION) {
        Some(rest) if !names::is_keyword(rest) => rest.to_owned(),
        _ => format!("{name}_value"),
    }
}
