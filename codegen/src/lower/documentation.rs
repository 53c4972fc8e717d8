//! Checks on what people wrote for people.

use heck::ToSnakeCase;

use super::Lowering;
use crate::site::Site;

/// Words that say nothing by themselves.
const EMPTY_WORDS: &[&str] = &[
    "a",
    "an",
    "the",
    "of",
    "for",
    "to",
    "is",
    "in",
    "and",
    "or",
    "that",
    "which",
    "this",
    "value",
    "field",
    "parameter",
];

impl Lowering<'_> {
    /// The documentation of the field `wire`: its own, or the glossary's.
    pub(super) fn field_documentation(
        &mut self,
        site: &Site<'_>,
        wire: &str,
        own: Option<&String>,
    ) -> String {
        if let Some(doc) = own {
            self.documentation(&site.key("doc"), wire, doc);
            return doc.clone();
        }
        match self.glossary.get(wire) {
            Some(doc) => {
                self.used_lines.insert(wire.to_owned());
                doc.clone()
            }
            None if self.glossary_unread => String::new(),
            None => {
                let undocumented = site.error(format!("`{wire}` has no documentation"));
                self.report(
                    undocumented
                        .help(format!("add `doc: …` here, or a line `{wire}: …` to spec/glossary.yaml")),
                );
                String::new()
            }
        }
    }

    /// Reports a line that is empty, that only repeats the name, that is not meant to stay, or that rustdoc would
    /// misread.
    pub(super) fn documentation(&mut self, site: &Site<'_>, name: &str, doc: &str) {
        let (site, doc) = (site.value(), doc.trim());
        if doc.is_empty() {
            let empty = site.error(format!("the documentation of `{name}` is empty"));
            self.report(empty.help("say what it means, in a sentence"));
            return;
        }
        // Most lines say something new with their first words, and the rest need not be looked at.
        let named: Vec<String> = words(name).collect();
        if words(doc).all(|word| named.contains(&word)) {
            let repeats = site.error(format!("the documentation of `{name}` only repeats its name"));
            self.report(
                repeats.help("say what the name does not: unit, format, default, what absence means"),
            );
        }
        if !doc.ends_with(['.', ':', '!', '?', '`', ')', '|']) {
            let open = site.error(format!("the documentation of `{name}` does not end with a period"));
            self.report(open.help("end it with a period"));
        }
        self.markdown(&site, name, doc);
    }
}

/// The words of a name or a sentence, without those that say nothing, as singulars in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_alphanumeric())
        .flat_map(|word| word.to_snake_case().split('_').map(str::to_owned).collect::<Vec<_>>())
        .filter(|word| !word.is_empty() && !EMPTY_WORDS.contains(&word.as_str()))
        .map(|word| word.trim_end_matches('s').to_owned())
}
