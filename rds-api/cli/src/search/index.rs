//! What is searched: the words of each operation, by how much they say about it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rds_api::schema::{self, Field, Operation, Shape};

use super::words::{Word, words};

/// What a word says at least of an operation that is about it: one in the name, the summary or the search words.
pub(super) const TOPICAL: f64 = 0.6;

/// Where in the description of an operation a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Name,
    SearchWords,
    Summary,
    Parameter,
    Member,
    Value,
    Family,
    Description,
}

impl Place {
    const ALL: [Self; 8] = [
        Self::Name,
        Self::SearchWords,
        Self::Summary,
        Self::Parameter,
        Self::Member,
        Self::Value,
        Self::Family,
        Self::Description,
    ];

    /// Its name for people.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::SearchWords => "search words",
            Self::Summary => "summary",
            Self::Parameter => "parameters",
            Self::Member => "response",
            Self::Value => "values",
            Self::Family => "family",
            Self::Description => "description",
        }
    }

    /// How much a word says that stands there.
    fn weight(self) -> f64 {
        match self {
            Self::Name => 5.0,
            Self::SearchWords => 5.0,
            Self::Summary => 3.0,
            Self::Parameter | Self::Member => 0.6,
            Self::Value | Self::Description | Self::Family => 0.4,
        }
    }
}

/// The words of one operation.
pub(super) struct Document {
    pub(super) operation: &'static Operation,
    /// How often a stem stands in each place, weighted by the place and its length.
    stems: HashMap<String, Occurrences>,
    /// The texts that say in a few words what the operation is for: its name, and each of its search words.
    pub(super) phrases: Vec<Vec<String>>,
}

struct Occurrences {
    weight: f64,
    /// The place that says most, and the word as it stands there.
    place: Place,
    spelling: String,
}

pub(super) struct Index {
    pub(super) documents: Vec<Document>,
    /// The number of operations that have a stem.
    frequencies: BTreeMap<String, u32>,
    /// How much a stem says about the operation of which it says most.
    best: HashMap<String, f64>,
    /// All words that any operation has, with their stems.
    spellings: BTreeSet<Word>,
}

impl Index {
    pub(super) fn new(operations: impl Iterator<Item = &'static Operation>) -> Self {
        let titles: HashMap<&str, &str> =
            schema::families().map(|family| (family.name, family.title)).collect();
        let texts: Vec<_> = operations.map(|operation| (operation, texts(operation, &titles))).collect();
        let mut lengths = BTreeMap::new();
        for (place, words) in texts.iter().flat_map(|(_, texts)| texts) {
            *lengths.entry(*place).or_insert(0.0) += words.len() as f64 / texts.len() as f64;
        }
        let documents: Vec<Document> =
            texts.iter().map(|(operation, texts)| Document::new(operation, texts, &lengths)).collect();
        let mut frequencies = BTreeMap::new();
        let mut best = HashMap::new();
        for document in &documents {
            for stem in document.stems.keys() {
                *frequencies.entry(stem.clone()).or_insert(0) += 1;
                let relevance = document.relevance(stem).map_or(0.0, |(relevance, _, _)| relevance);
                let best: &mut f64 = best.entry(stem.clone()).or_insert(0.0);
                *best = best.max(relevance);
            }
        }
        let spellings = texts.into_iter().flat_map(|(_, texts)| texts).flat_map(|(_, words)| words).collect();
        Self { documents, frequencies, best, spellings }
    }

    /// How much it says of an operation that it has this stem: the rarer, the more.
    pub(super) fn rarity(&self, stem: &str) -> f64 {
        let frequency = f64::from(self.frequencies.get(stem).copied().unwrap_or(0));
        (1.0 + (self.documents.len() as f64 - frequency + 0.5) / (frequency + 0.5)).ln()
    }

    /// How much it says of what is asked for that a question has this stem: the rarer, the more, unless operations have it
    /// only in passing.
    pub(super) fn weight(&self, stem: &str) -> f64 {
        let best = self.best.get(stem).copied().unwrap_or(0.0);
        self.rarity(stem) * (best / TOPICAL).min(1.0)
    }

    pub(super) fn has(&self, stem: &str) -> bool {
        self.frequencies.contains_key(stem)
    }

    /// The stems that begin so.
    pub(super) fn beginning_with<'a>(&'a self, start: &'a str) -> impl Iterator<Item = &'a str> {
        let from =
            self.frequencies.range::<str, _>((std::ops::Bound::Included(start), std::ops::Bound::Unbounded));
        from.map(|(stem, _)| stem.as_str()).take_while(move |stem| stem.starts_with(start))
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &Word> {
        self.spellings.iter()
    }
}

impl Document {
    fn new(
        operation: &'static Operation,
        texts: &[(Place, Vec<Word>)],
        lengths: &BTreeMap<Place, f64>,
    ) -> Self {
        // A word in a long text says less than one in a short one, but not by as much as the lengths differ.
        const LENGTH: f64 = 0.5;
        let mut stems: HashMap<String, Occurrences> = HashMap::new();
        for (place, text) in texts {
            let usual = lengths.get(place).copied().unwrap_or(1.0).max(1.0);
            let weight = place.weight() / (1.0 - LENGTH + LENGTH * text.len() as f64 / usual);
            for word in text {
                // The places come in the order of what they say.
                let first = || Occurrences { weight: 0.0, place: *place, spelling: word.spelling.clone() };
                stems.entry(word.stem.clone()).or_insert_with(first).weight += weight;
            }
        }
        let phrases = operation.search.iter().map(String::as_str).chain([operation.name.as_str()]);
        Self { operation, stems, phrases: phrases.map(stems_of).collect() }
    }

    /// How much a stem says about the operation, from 0 to 1; the place that says most, and the word there.
    pub(super) fn relevance(&self, stem: &str) -> Option<(f64, Place, &str)> {
        // What further occurrences add becomes less and less.
        const SATURATION: f64 = 2.0;
        let Occurrences { weight, place, spelling } = self.stems.get(stem)?;
        Some((weight / (weight + SATURATION), *place, spelling))
    }
}

fn stems_of(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.stem).collect()
}

/// The words that an operation has in each place.
fn texts(operation: &Operation, titles: &HashMap<&str, &str>) -> Vec<(Place, Vec<Word>)> {
    let mut texts: BTreeMap<Place, Vec<Word>> = Place::ALL.iter().map(|place| (*place, Vec::new())).collect();
    let mut add = |place: Place, text: &str| texts.entry(place).or_default().extend(words(text));
    add(Place::Name, &operation.name);
    add(Place::Name, &operation.name.to_lowercase());
    add(Place::SearchWords, &operation.search.join(" "));
    add(Place::Summary, &operation.summary);
    add(Place::Family, titles.get(operation.family.as_str()).copied().unwrap_or_default());
    add(Place::Description, &operation.description);
    for field in operation.parameters.iter().filter(|field| !field.is_common) {
        add_field(field, Place::Parameter, &mut add);
    }
    for field in &operation.response {
        add_field(field, Place::Member, &mut add);
    }
    texts.into_iter().collect()
}

fn add_field(field: &Field, place: Place, add: &mut impl FnMut(Place, &str)) {
    add(place, &field.name);
    add(place, &field.name.to_lowercase());
    add_shape(&field.shape, place, add);
}

fn add_shape(shape: &Shape, place: Place, add: &mut impl FnMut(Place, &str)) {
    for value in &shape.values {
        add(Place::Value, &value.value);
    }
    for field in &shape.fields {
        add_field(field, place, add);
    }
    if let Some(items) = &shape.items {
        add_shape(items, place, add);
    }
}
