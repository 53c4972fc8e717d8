//! Operations by the words that people look for: one ranked search for the command line and the explorer.

mod index;
#[cfg(test)]
mod tests;
mod words;

use std::sync::OnceLock;

use rds_api::Access;
use rds_api::schema::{self, Operation};

use index::{Document, Index, Place, TOPICAL};
use words::{Word, wants_to_know, words, words_of_question};

/// The part of what is asked, weighted by rarity, that an operation must have at least.
const LEAST_COVERAGE: f64 = 0.2;
/// The part of the best score below which the others are noise.
const LEAST_SCORE: f64 = 0.15;
/// More than any score: the question is the name.
const CERTAIN: f64 = 1000.0;
/// How well another word stands for one that was asked for, beside 1 for its own stem: one that means the same, one
/// that is spelt nearly alike, one that begins so.
const SYNONYM: f64 = 0.8;
const NEAR: f64 = 0.7;
const LONGER: f64 = 0.5;
/// What it is worth for an operation that it only reads, where a question wants to know something.
const READS: f64 = 1.5;

/// An operation that was found.
pub(crate) struct Found {
    pub(crate) operation: &'static Operation,
    /// Where the words were found, in words.
    pub(crate) reason: String,
}

/// Those of the operations that fit a question, the best first.
///
/// Every word counts by where it stands and how rare it is: its stem, a word that means the same, the beginning of a
/// word, or, where nothing else is known, one that is spelt nearly alike.
pub(crate) fn search(question: &str, is_one: impl Fn(&Operation) -> bool) -> Vec<Found> {
    static INDEX: OnceLock<Index> = OnceLock::new();
    let index = INDEX.get_or_init(|| Index::new(schema::operations()));
    let compounds = compounds(question, index);
    let wanted: Vec<Wanted> =
        words_of_question(question).iter().map(|word| Wanted::new(word, &compounds, index)).collect();
    let name = question.replace([' ', '-', '_'], "");
    let wants_to_know = wants_to_know(question);
    let documents = index.documents.iter().filter(|document| is_one(document.operation));
    let mut found: Vec<(f64, Found)> =
        documents.filter_map(|document| judge(document, &wanted, &name, wants_to_know)).collect();
    let best = found.iter().map(|(score, _)| *score).fold(0.0, f64::max);
    found.retain(|(score, _)| *score >= best.min(CERTAIN / 10.0) * LEAST_SCORE);
    found.sort_by(|(one_score, one), (other_score, other)| {
        let by_length = || one.operation.name.len().cmp(&other.operation.name.len());
        other_score.total_cmp(one_score).then_with(by_length)
    });
    found.into_iter().map(|(_, found)| found).collect()
}

/// A word of a question.
struct Wanted {
    /// The stems that stand for it, and how well.
    stems: Vec<(String, f64)>,
    rarity: f64,
}

impl Wanted {
    fn new(word: &Word, compounds: &[(Word, [Word; 2])], index: &Index) -> Self {
        let stem = word.stem.as_str();
        let mut stems: Vec<(String, f64)> = vec![(stem.to_owned(), 1.0)];
        let of_it = compounds.iter().filter(|(_, parts)| parts.contains(word));
        stems.extend(of_it.map(|(compound, _)| (compound.stem.clone(), 1.0)));
        let synonyms = synonyms(stem).filter(|synonym| index.has(synonym));
        stems.extend(synonyms.map(|synonym| (synonym.to_owned(), SYNONYM)));
        if stem.len() >= 2 {
            let longer = index.beginning_with(stem).filter(|longer| *longer != stem);
            stems.extend(longer.map(|longer| (longer.to_owned(), LONGER)));
        }
        if stems.len() == 1 && !index.has(stem) {
            stems.extend(nearest(&word.spelling, index).into_iter().map(|near| (near, NEAR)));
        }
        let known = stems.iter().find(|(stem, _)| index.has(stem));
        // What no operation knows says nothing about any, however rare it is.
        let rarity = known.map_or(1.0, |(stem, _)| index.weight(stem));
        Self { stems, rarity }
    }
}

/// The words that two words of a question are if they are written as one, such as `fail over`.
fn compounds(question: &str, index: &Index) -> Vec<(Word, [Word; 2])> {
    let words_of_it = words(question);
    let pairs = words_of_it.windows(2).filter_map(|pair| {
        let [one, other] = pair else { return None };
        let compound = words(&format!("{}{}", one.spelling, other.spelling)).into_iter().next()?;
        let is_known = index.has(&compound.stem) || synonyms(&compound.stem).any(|it| index.has(it));
        is_known.then(|| (compound, [one.clone(), other.clone()]))
    });
    pairs.collect()
}

/// The stems of the words that mean the same.
fn synonyms(stem: &str) -> impl Iterator<Item = &'static str> {
    static GROUPS: OnceLock<Vec<Vec<String>>> = OnceLock::new();
    let groups = GROUPS.get_or_init(|| {
        let stems =
            |group: &&[&str]| group.iter().flat_map(|word| words(word)).map(|word| word.stem).collect();
        schema::CATALOGUE.synonyms().iter().map(stems).collect()
    });
    let of_stem = groups.iter().filter(move |group| group.iter().any(|word| word == stem));
    of_stem.flatten().map(String::as_str).filter(move |word| *word != stem)
}

/// The stems of the words that are spelt nearly like one that no operation has.
fn nearest(spelling: &str, index: &Index) -> Vec<String> {
    let most = match spelling.chars().count() {
        0..=3 => return Vec::new(),
        4..=7 => 1,
        _ => 2,
    };
    let distances = index.words().map(|word| (strsim::osa_distance(spelling, &word.spelling), &word.stem));
    let near: Vec<_> = distances.filter(|(distance, _)| *distance <= most).collect();
    let least = near.iter().map(|(distance, _)| *distance).min();
    near.into_iter().filter(|(distance, _)| Some(*distance) == least).map(|(_, stem)| stem.clone()).collect()
}

/// How well an operation fits, unless it does not; `name` is the question as the name of one.
fn judge(document: &Document, wanted: &[Wanted], name: &str, wants_to_know: bool) -> Option<(f64, Found)> {
    let mut score = 0.0;
    let mut covered = 0.0;
    let mut hits: Vec<(Place, &str)> = Vec::new();
    for word in wanted {
        let each = word.stems.iter().filter_map(|(stem, fit)| {
            document
                .relevance(stem)
                .map(|(relevance, place, spelling)| (relevance * fit, *fit, place, spelling))
        });
        let Some((relevance, fit, place, spelling)) = each.max_by(|one, other| one.0.total_cmp(&other.0))
        else {
            continue;
        };
        score += relevance * word.rarity;
        covered += word.rarity * fit * (relevance / fit / TOPICAL).min(1.0).sqrt();
        hits.push((place, spelling));
    }
    let coverage = covered / wanted.iter().map(|word| word.rarity).sum::<f64>();
    if hits.is_empty() || coverage < LEAST_COVERAGE {
        return None;
    }
    let phrase = document.phrases.iter().map(|phrase| likeness(phrase, wanted)).fold(0.0, f64::max);
    score *= coverage * coverage.sqrt() * (1.0 + 2.0 * phrase * phrase);
    if wants_to_know && document.operation.access == Access::Read {
        score *= READS;
    }
    if document.operation.name.eq_ignore_ascii_case(name) {
        score += CERTAIN;
    }
    if document.operation.deprecated.is_some() {
        score /= 2.0;
    }
    Some((score, Found { operation: document.operation, reason: reason(hits) }))
}

/// Where the words stand, the place that says most first.
fn reason(mut hits: Vec<(Place, &str)>) -> String {
    hits.sort_by_key(|(place, _)| *place);
    let of_place = hits.chunk_by(|(one, _), (other, _)| one == other).map(|hits| {
        let words: Vec<&str> = hits.iter().map(|(_, spelling)| *spelling).collect();
        format!("{}: {}", hits[0].0.in_words(), words.join(", "))
    });
    of_place.collect::<Vec<_>>().join("; ")
}

/// How alike a phrase and a question are: 1 if they have the same words.
fn likeness(phrase: &[String], wanted: &[Wanted]) -> f64 {
    let fit_of = |stem: &String, word: &Wanted| {
        word.stems.iter().find(|(other, _)| other == stem).map(|(_, fit)| *fit)
    };
    let shared: f64 = wanted
        .iter()
        .map(|word| phrase.iter().filter_map(|stem| fit_of(stem, word)).fold(0.0, f64::max))
        .sum();
    2.0 * shared / (phrase.len() + wanted.len()) as f64
}
