//! Words in the place of those that nobody has written yet, so that a draft can be tried.

use indexmap::IndexMap;

use crate::lower::unfit;
use crate::read::Specification;
use crate::spec::{EnumValue, Field, Glossary, Scalar, Types};

/// What stands where nothing is written.
const UNDOCUMENTED: &str = "Undocumented.";

/// The same for what an operation does.
const NO_SUMMARY: &str = "Lacks a summary: it is not documented yet.";

/// Fills in what is missing, leaves out examples and defaults that their fields cannot have, and says of each file how
/// much that was.
pub(crate) fn fill(spec: &mut Specification<'_>) -> Vec<String> {
    let options = options_of_calls(spec);
    let empty = Glossary::new();
    let glossary = spec.glossary.as_ref().map_or(&empty, |(_, glossary)| glossary);
    let mut warnings = Vec::new();
    let mut warn = |path: &str, places: usize, unfit: usize| {
        match places {
            0 => {}
            1 => warnings.push(format!("{path}: 1 place without documentation")),
            _ => warnings.push(format!("{path}: {places} places without documentation")),
        }
        match unfit {
            0 => {}
            1 => warnings.push(format!("{path}: 1 example or default left out that its field cannot have")),
            _ => warnings.push(format!(
                "{path}: {unfit} examples and defaults left out that their fields cannot have"
            )),
        }
    };
    let types_as_read = spec.types.as_ref().map(|(_, types)| types.clone()).unwrap_or_default();
    let filling = || Filling { glossary, types: &types_as_read, places: 0, unfit: 0 };
    if let Some((source, _)) = &spec.api {
        warn(&source.path, options, 0);
    }
    if let Some((source, types)) = &mut spec.types {
        let mut filling = filling();
        for shared in types.values_mut() {
            filling.text(&mut shared.doc);
            filling.values(&mut shared.values);
            filling.fields(&mut shared.fields);
        }
        warn(&source.path, filling.places, filling.unfit);
    }
    for operation in &mut spec.operations {
        let mut filling = filling();
        filling.text_or(&mut operation.spec.summary, NO_SUMMARY);
        filling.fields(&mut operation.spec.request);
        filling.fields(&mut operation.spec.response);
        warn(&operation.source.path, filling.places, filling.unfit);
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
    types: &'g Types,
    places: usize,
    unfit: usize,
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

    /// Leaves out an example and a default that the limits of their field refuse: which of the two is right, a person
    /// decides.
    fn literals(&mut self, field: &mut Field) {
        let is_unfit = |text: &Option<Scalar>| {
            text.as_ref().is_some_and(|text| unfit(self.types, field, &text.to_string()).is_some())
        };
        let (example, default) = (is_unfit(&field.example), is_unfit(&field.default));
        field.example.take_if(|_| example);
        field.default.take_if(|_| default);
        self.unfit += usize::from(example) + usize::from(default);
    }

    /// What a field holds: values, members, and elements.
    fn holds(&mut self, field: &mut Field) {
        self.literals(field);
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
