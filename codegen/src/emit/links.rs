//! Links from prose to the operations that it names.

use std::collections::BTreeMap;

use crate::model::{Api, Field, TypeItem};

/// The same API, with every operation that its documentation names in code linked to the page of that operation. A
/// page does not link to itself.
pub(super) fn linked(api: &Api) -> Api {
    let mut linked = api.clone();
    let all = api.families.iter().flat_map(|family| &family.operations);
    let pages = all.map(|operation| {
        let path = format!("crate::operations::{}::{}", operation.family, operation.rust_name);
        (operation.name.as_str(), path)
    });
    let mut links = Links { pages: pages.collect(), own: String::new() };
    links.types(&mut linked.types);
    for operation in linked.families.iter_mut().flat_map(|family| &mut family.operations) {
        links.own.clone_from(&operation.name);
        links.apply(&mut operation.summary);
        operation.description.iter_mut().for_each(|text| links.apply(text));
        operation.deprecated.iter_mut().for_each(|text| links.apply(text));
        links.fields(&mut operation.request);
        links.fields(&mut operation.response);
        links.types(&mut operation.types);
        operation.waiters.iter_mut().for_each(|waiter| links.apply(&mut waiter.doc));
        operation.follows.iter_mut().for_each(|follows| links.apply(&mut follows.waiter.doc));
    }
    linked
}

struct Links<'m> {
    /// The paths of the pages, by the name of the operation.
    pages: BTreeMap<&'m str, String>,
    /// The operation whose page is being linked.
    own: String,
}

impl Links<'_> {
    fn types(&self, items: &mut [TypeItem]) {
        for item in items {
            match item {
                TypeItem::Enum(item) => {
                    self.apply(&mut item.doc);
                    item.values.iter_mut().for_each(|value| self.apply(&mut value.doc));
                }
                TypeItem::Object(item) => {
                    self.apply(&mut item.doc);
                    self.fields(&mut item.fields);
                }
            }
        }
    }

    fn fields(&self, fields: &mut [Field]) {
        for field in fields {
            self.apply(&mut field.doc);
            field.deprecated.iter_mut().for_each(|text| self.apply(text));
        }
    }

    /// Links the names of operations in a text: those that stand alone between backticks, outside of code blocks and
    /// of other links.
    fn apply(&self, text: &mut String) {
        if !text.contains('`') {
            return;
        }
        let mut linked = String::with_capacity(text.len());
        let mut in_code = false;
        for line in text.split_inclusive('\n') {
            let is_fence = line.trim_start().starts_with("```");
            in_code ^= is_fence;
            if in_code || is_fence {
                linked.push_str(line);
            } else {
                self.apply_to_line(line, &mut linked);
            }
        }
        *text = linked;
    }

    fn apply_to_line(&self, line: &str, linked: &mut String) {
        // Every second part is between backticks.
        let parts: Vec<&str> = line.split('`').collect();
        for (index, part) in parts.iter().enumerate() {
            let is_code = index % 2 == 1 && index + 1 < parts.len();
            let is_linked = is_code && parts[index - 1].ends_with('[');
            match self.pages.get(part).filter(|_| is_code && !is_linked && *part != self.own) {
                Some(path) => *linked += &format!("[`{part}`]({path})"),
                None if is_code => *linked += &format!("`{part}`"),
                None if index % 2 == 1 => *linked += &format!("`{part}"),
                None => linked.push_str(part),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Links;

    #[test]
    fn operations_are_linked_where_they_are_named_in_code() {
        let pages = [("Known", "crate::a::known".to_owned()), ("Own", "crate::a::own".to_owned())];
        let links = Links { pages: pages.into(), own: "Own".to_owned() };
        for (text, expected) in [
            ("Known has no ticks.", "Known has no ticks."),
            ("See `Known`.", "See [`Known`](crate::a::known)."),
            ("`Known` or `Known`", "[`Known`](crate::a::known) or [`Known`](crate::a::known)"),
            ("`Own`, `Unknown`, `Known.Code`", "`Own`, `Unknown`, `Known.Code`"),
            ("[`Known`](elsewhere)", "[`Known`](elsewhere)"),
            ("An odd ` and `Known`", "An odd ` and `Known`"),
            ("```\n`Known`\n```\n`Known`", "```\n`Known`\n```\n[`Known`](crate::a::known)"),
        ] {
            let mut linked = text.to_owned();
            links.apply(&mut linked);
            assert_eq!(linked, expected);
        }
    }
}
