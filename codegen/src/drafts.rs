//! Words in the place of those that nobody has written yet, so that a draft can be tried.

use indexmap::IndexMap;

use crate::read::Specification;
use crate::spec::{EnumValue, Field, Glossary};

/// What stands where nothing is written.
const UNDOCUMENTED: &str = "Undocumented.";

/// The same for what an operation does.
const NO_SUMMARY: &str = "Lacks a summary: it is not documented yet.";

/// Fills in what is missing, and says of each file how much that was.
pub(crate) fn fill(spec: &mut Specification<'_>) -> Vec<String> {
    let options = options_of_calls(spec);
    let empty = Glossary::new();
    let glossary = spec.glossary.as_ref().map_or(&empty, |(_, glossary)| glossary);
    let mut warnings = Vec::new();
    let mut warn = |path: &str, places: usize| match places {
        0 => {}
        1 => warnings.push(format!("{path}: 1 place without documentation")),
        _ => warnings.push(format!("{path}: {places} places without documentation")),
    };
    if let Some((source, _)) = &spec.api {
        warn(&source.path, options);
    }
    if let Some((source, types)) = &mut spec.types {
        let mut filling = Filling { glossary, places: 0 };
        for shared in types.values_mut() {
            filling.text(&mut shared.doc);
            filling.values(&mut shared.values);
            filling.fields(&mut shared.fields);
        }
        warn(&source.path, filling.places);
    }
    for operation in &mut spec.operations {
        let mut filling = Filling { glossary, places: 0 };
        filling.text_or(&mut operation.spec.summary, NO_SUMMARY);
        filling.fields(&mut operation.spec.request);
        filling.fields(&mut operation.spec.response);
        warn(&operation.source.path, filling.places);
    }
    warnings
}

/// Gives the parameters that are options of every call a line of the glossary, and says how many had none.
fn options_of_calls(spec: &mut Specification<'_>) -> usize {
    let Some((source, api)) = &spec.api else { return 0 };
    let (_, glossary) = spec.glossary.get_or_insert_with(|| (*source, Glossary::new()));
    let mut places = 0;
    for name in &api.call_parameters {
        if !glossary.contains_key(name) {
            glossary.insert(name.clone(), UNDOCUMENTED.to_owned());
            places += 1;
        }
    }
    places
}

struct Filling<'g> {
    glossary: &'g Glossary,
    places: usize,
}

impl Filling<'_> {
    fn text(&mut self, text: &mut String) {
        self.text_or(text, UNDOCUMENTED);
    }

    fn text_or(&mut self, text: &mut String, filler: &str) {
        if text.trim().is_empty() {
            filler.clone_into(text);
            self.places += 1;
        }
    }

    fn fields(&mut self, fields: &mut IndexMap<String, Field>) {
        for (wire, field) in fields {
            match &mut field.doc {
                Some(doc) => self.text(doc),
                None if self.glossary.contains_key(wire) => {}
                None => self.text(field.doc.insert(String::new())),
            }
            self.holds(field);
        }
    }

    /// What a field holds: values, members, and elements.
    fn holds(&mut self, field: &mut Field) {
        self.values(&mut field.values);
        self.fields(&mut field.fields);
        if let Some(items) = &mut field.items {
            if let Some(doc) = &mut items.doc {
                self.text(doc);
            }
            self.holds(items);
        }
    }

    fn values(&mut self, values: &mut IndexMap<String, EnumValue>) {
        for value in values.values_mut() {
            match value {
                EnumValue::Doc(doc) => self.text(doc),
                EnumValue::Named(named) => self.text(&mut named.doc),
            }
        }
    }
}
