//! Checks on the words that people look for an operation by.

use super::Lowering;
use crate::diagnostic::{Part, Path};
use crate::{names, read};

/// Nobody types more into a search box.
const MAX_CHARACTERS: usize = 40;

impl Lowering<'_> {
    /// Reports search words by which nobody would find anything.
    pub(super) fn search_words(&mut self, read: &read::Operation<'_>) {
        let name = names::snake_case(read.name).replace('_', " ");
        let mut seen: Vec<String> = Vec::new();
        for (index, word) in read.spec.search.iter().enumerate() {
            let path = Path::default().key("search").key(index);
            let mut report = |message: String, help: String| {
                self.report(read.source, &path, Part::Value, message).help = help;
            };
            let plain = plain(word);
            if plain.is_empty() {
                report("this search word is empty".to_owned(), "remove it".to_owned());
                continue;
            }
            if word.contains(is_forbidden) {
                report(
                    format!("the search word {word:?} has quotation marks or control characters"),
                    format!("write `{plain}`"),
                );
            } else if word.split_whitespace().collect::<Vec<_>>().join(" ") != *word {
                report(format!("the search word `{word}` has needless spaces"), format!("write `{plain}`"));
            }
            if word.to_lowercase() != *word {
                report(format!("the search word `{word}` has capitals"), format!("write `{plain}`"));
            }
            let length = plain.chars().count();
            if length > MAX_CHARACTERS {
                report(
                    format!(
                        "the search word `{plain}` has {length} characters; at most {MAX_CHARACTERS} may"
                    ),
                    "keep to the few words that a person types".to_owned(),
                );
            }
            if is_within(&plain, &name) {
                report(
                    format!("the search word `{plain}` is in the name `{}`", read.name),
                    "remove it: names are searched too".to_owned(),
                );
            }
            if seen.contains(&plain) {
                report(format!("the search word `{plain}` stands there twice"), "remove one".to_owned());
            }
            seen.push(plain);
        }
    }
}

/// The word as it should be written.
fn plain(word: &str) -> String {
    let word = word.replace(char::is_whitespace, " ").replace(is_forbidden, "").to_lowercase();
    word.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Quotation marks would end an attribute of the generated code; nobody types the others.
fn is_forbidden(character: char) -> bool {
    character.is_control() || matches!(character, '"' | '\'' | '`' | '“' | '”' | '‘' | '’')
}

/// Whether the words of `phrase` follow one another in `name`.
fn is_within(phrase: &str, name: &str) -> bool {
    format!(" {name} ").contains(&format!(" {} ", phrase.replace(['-', '/'], " ")))
}
