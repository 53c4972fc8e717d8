//! Checks on the words that people look for an operation by.

use super::Lowering;
use crate::names;
use crate::site::Site;

/// Nobody types more into a search box.
const MAX_CHARACTERS: usize = 40;

impl Lowering<'_> {
    /// Reports search words by which nobody would find anything.
    pub(super) fn search_words(&mut self, site: &Site<'_>, operation: &str, words: &[String]) {
        let name = names::snake_case(operation).replace('_', " ");
        let mut seen: Vec<String> = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let site = site.key(index).value();
            let plain = plain(word);
            if !plain.contains(char::is_alphanumeric) {
                self.report(site.error("this search word is empty").help("remove it"));
                continue;
            }
            if word.contains(is_forbidden) {
                let quoted = format!("the search word {word:?} has quotation marks or control characters");
                self.report(site.error(quoted).help(format!("write `{plain}`")));
            } else if word.split_whitespace().collect::<Vec<_>>().join(" ") != *word {
                let spaced = site.error(format!("the search word `{word}` has needless spaces"));
                self.report(spaced.help(format!("write `{plain}`")));
            }
            if word.to_lowercase() != *word {
                let capital = site.error(format!("the search word `{word}` has capitals"));
                self.report(capital.help(format!("write `{plain}`")));
            }
            let length = plain.chars().count();
            if length > MAX_CHARACTERS {
                let long = format!(
                    "the search word `{plain}` has {length} characters; at most {MAX_CHARACTERS} may"
                );
                self.report(site.error(long).help("keep to the few words that a person types"));
            }
            if is_within(&plain, &name) {
                let named = site.error(format!("the search word `{plain}` is in the name `{operation}`"));
                self.report(named.help("remove it: names are searched too"));
            }
            if seen.contains(&plain) {
                let twice = site.error(format!("the search word `{plain}` stands there twice"));
                self.report(twice.help("remove one"));
            }
            seen.push(plain);
        }
    }

    /// Reports synonyms by which nobody would find anything.
    pub(super) fn synonyms(&mut self, site: &Site<'_>, groups: &[Vec<String>]) {
        let mut seen: Vec<&str> = Vec::new();
        for (index, group) in groups.iter().enumerate() {
            let site = site.key(index);
            if group.len() < 2 {
                let alone = site.value().error("a group of synonyms has two words or more");
                self.report(alone.help("add a word, or remove the group"));
            }
            for (index, word) in group.iter().enumerate() {
                let site = site.key(index).value();
                let is_plain = |character: char| character.is_alphanumeric() && !character.is_uppercase();
                if word.is_empty() || !word.chars().all(is_plain) {
                    let other = format!("the synonym {word:?} is not one word in lower case");
                    self.report(site.error(other).help("phrases stand at the operations, under `search`"));
                } else if seen.contains(&word.as_str()) {
                    let twice = site.error(format!("the synonym `{word}` stands there twice"));
                    self.report(twice.help("remove one, or make one group of both"));
                }
                seen.push(word);
            }
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
