//! The words of a text, brought to their stems.

use std::collections::HashSet;

use rust_stemmers::{Algorithm, Stemmer};

/// Words that questions have and that say nothing about what is asked.
const SILENT: &[&str] = &[
    "a",
    "about",
    "all",
    "also",
    "am",
    "an",
    "and",
    "any",
    "anything",
    "are",
    "as",
    "at",
    "be",
    "been",
    "being",
    "but",
    "by",
    "can",
    "could",
    "did",
    "do",
    "does",
    "doing",
    "done",
    "each",
    "every",
    "for",
    "from",
    "get",
    "give",
    "had",
    "happened",
    "has",
    "have",
    "having",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "just",
    "let",
    "many",
    "may",
    "me",
    "might",
    "much",
    "must",
    "my",
    "need",
    "needs",
    "no",
    "not",
    "now",
    "of",
    "on",
    "one",
    "ones",
    "or",
    "other",
    "our",
    "out",
    "own",
    "per",
    "please",
    "see",
    "should",
    "so",
    "some",
    "somebody",
    "something",
    "such",
    "tell",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "thing",
    "things",
    "this",
    "those",
    "to",
    "too",
    "us",
    "want",
    "wants",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "whether",
    "which",
    "who",
    "whom",
    "whose",
    "why",
    "will",
    "with",
    "without",
    "would",
    "you",
    "your",
];

/// A word, as it is written and as what remains of it in all its forms.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Word {
    pub(super) spelling: String,
    pub(super) stem: String,
}

/// The words of a text, those of a name like `DBInstanceId` included.
pub(super) fn words(text: &str) -> Vec<Word> {
    let stemmer = Stemmer::create(Algorithm::English);
    let word = |spelling: String| Word { stem: stemmer.stem(&spelling).into_owned(), spelling };
    spellings(text).into_iter().map(word).collect()
}

/// The words of a question, each once, without those that say nothing unless it has no others: a number is one of a
/// date or an address.
pub(super) fn words_of_question(text: &str) -> Vec<Word> {
    let mut words = words(text);
    let is_number = |word: &Word| word.spelling.chars().all(char::is_numeric);
    let is_silent = |word: &Word| SILENT.contains(&word.spelling.as_str()) || is_number(word);
    if !words.iter().all(is_silent) {
        words.retain(|word| !is_silent(word));
    }
    let mut seen = HashSet::new();
    words.retain(|word| seen.insert(word.stem.clone()));
    words
}

/// Whether a question wants to know something, as `when is …` does, and not how something is done.
pub(super) fn wants_to_know(question: &str) -> bool {
    const ASKING: [&str; 18] = [
        "are", "did", "do", "does", "has", "have", "is", "show", "list", "was", "were", "what", "when",
        "where", "which", "who", "whose", "why",
    ];
    let words = spellings(question);
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["how", "do" | "to" | "can" | "could" | "should" | "would", ..] => false,
        ["how", ..] => true,
        [first, ..] => ASKING.contains(first),
        [] => false,
    }
}

/// The words of a text in lower case. A name is cut where a capital begins a word: `DBInstanceIPs` is `db`, `instance`,
/// `ips`.
fn spellings(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in text.split(|character: char| !character.is_alphanumeric()) {
        let characters: Vec<char> = part.chars().collect();
        let mut word = String::new();
        for (index, &character) in characters.iter().enumerate() {
            let next = characters.get(index + 1);
            let after_next = characters.get(index + 2);
            let before = index.checked_sub(1).and_then(|before| characters.get(before));
            let ends_lower = before.is_some_and(|before| !before.is_uppercase());
            // The last capital of several begins the next word, but for the plural of an abbreviation.
            let is_plural = next == Some(&'s') && after_next.is_none_or(|character| character.is_uppercase());
            let ends_upper = before.is_some_and(|before| before.is_uppercase())
                && next.is_some_and(|next| next.is_lowercase())
                && !is_plural;
            // One letter is no word of a name: `VSwitch` is one.
            if character.is_uppercase() && (ends_lower || ends_upper) && word.len() > 1 {
                words.push(std::mem::take(&mut word));
            }
            word.extend(character.to_lowercase());
        }
        if !word.is_empty() {
            words.push(word);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_sentences_become_the_same_words() {
        for (text, expected) in [
            ("DBInstanceIPs", "db instance ips"),
            ("DescribeDBInstanceHAConfig", "describe db instance ha config"),
            ("SQLCollectorRetention", "sql collector retention"),
            ("slow-query log_records, of 7 days", "slow query log records of 7 days"),
            ("PG_HBA", "pg hba"),
            ("VSwitchId", "vswitch id"),
            ("Größe", "größe"),
        ] {
            assert_eq!(spellings(text).join(" "), expected);
        }
        let stems = |words: Vec<Word>| words.into_iter().map(|word| word.stem).collect::<Vec<_>>().join(" ");
        assert_eq!(stems(words("restarting restarts restarted")), "restart restart restart");
        assert_eq!(stems(words_of_question("how do I restart my instances")), "restart instanc");
        assert_eq!(stems(words_of_question("what is it")), "what is it");
    }
}
