//! What differs in values, limits, defaults and error codes.

use super::Comparison;
use crate::import::convert::CLOSED;
use crate::spec::{EnumValue, Field, Operation};

impl Comparison<'_> {
    /// The values of an enum: new ones, and those that the service says it does not know any more.
    pub(super) fn values(&mut self, path: &str, old: &Field, new: &Field, is_request: bool) {
        let all = self.types.get(&old.kind).map_or(&old.values, |shared| &shared.values);
        let fits = |value: &&String| old.only.is_empty() || old.only.contains(value);
        let own: Vec<&String> = all.keys().filter(fits).collect();
        // Where the specification has a text, a person has decided that there is no set of values.
        if own.is_empty() || new.values.is_empty() {
            return;
        }
        let known = |value: &&String| own.iter().any(|other| other.eq_ignore_ascii_case(value));
        let added: Vec<String> = new.values.keys().filter(|value| !known(value)).cloned().collect();
        // What the vendor's page lists may be a part; only what is declared is all there is.
        let is_closed = new.values.values().all(|value| *value == EnumValue::Doc(CLOSED.to_owned()));
        let is_there = |value: &str| new.values.keys().any(|other| other.eq_ignore_ascii_case(value));
        let gone: Vec<&String> = own.into_iter().filter(|value| is_closed && !is_there(value)).collect();
        for value in added {
            self.notes("added", format!("{path}: the value `{value}`"));
        }
        for value in gone {
            let message = format!("{path}: the value `{value}`");
            if is_request { self.breaks("gone", message) } else { self.notes("gone", message) }
        }
    }

    /// Limits and the default of a parameter, as far as the metadata has any.
    pub(super) fn limits(&mut self, path: &str, old: &Field, new: &Field, is_request: bool) {
        if !is_request {
            return;
        }
        let count = |count: Option<usize>| count.map(|count| count as f64);
        let least = [
            ("minimum", old.minimum, new.minimum),
            ("min_length", count(old.min_length), count(new.min_length)),
            ("min_items", count(old.min_items), count(new.min_items)),
        ];
        for (name, old, new) in least {
            self.limit(path, name, old, new, |old, new| new > old);
        }
        let most = [
            ("maximum", old.maximum, new.maximum),
            ("max_length", count(old.max_length), count(new.max_length)),
            ("max_items", count(old.max_items), count(new.max_items)),
        ];
        for (name, old, new) in most {
            self.limit(path, name, old, new, |old, new| new < old);
        }
        if let Some(pattern) = new.pattern.as_ref().filter(|pattern| old.pattern.as_ref() != Some(pattern)) {
            let was = old.pattern.as_ref().map_or("none".to_owned(), |pattern| format!("`{pattern}`"));
            self.breaks("limit", format!("{path}: pattern {was}, now `{pattern}`"));
        }
        if let Some(default) = new.default.as_ref().map(ToString::to_string) {
            let was = old.default.as_ref().map(ToString::to_string);
            if !was.as_ref().is_some_and(|was| was.eq_ignore_ascii_case(&default)) {
                let was = was.map_or("none".to_owned(), |was| format!("`{was}`"));
                self.notes("default", format!("{path}: {was}, now `{default}`"));
            }
        }
    }

    fn limit(
        &mut self,
        path: &str,
        name: &str,
        old: Option<f64>,
        new: Option<f64>,
        is_tighter: fn(f64, f64) -> bool,
    ) {
        let Some(new) = new.filter(|new| old != Some(*new)) else { return };
        let was = old.map_or("none".to_owned(), |old| old.to_string());
        let message = format!("{path}: {name} {was}, now {new}");
        match old.is_none_or(|old| is_tighter(old, new)) {
            true => self.breaks("limit", message),
            false => self.notes("limit", message),
        }
    }

    /// Error codes that are new.
    pub(super) fn errors(&mut self, old: &Operation, new: &Operation) {
        let is_known = |code: &String| old.errors.values().any(|codes| codes.contains(code));
        for (status, codes) in &new.errors {
            for code in codes.iter().filter(|code| !is_known(code)) {
                self.notes("added", format!("the error code `{code}` of {status}"));
            }
        }
    }
}
