//! Checks that every error code is judged, and once.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use indexmap::IndexMap;

use super::Lowering;
use crate::read::Specification;
use crate::site::Site;

/// What HTTP says when something has gone wrong.
pub(crate) const ERROR_STATUSES: RangeInclusive<u16> = 400..=599;

/// Whether a text is an error code: what the service sends has no blanks, and nothing that would end it elsewhere.
pub(crate) fn is_code(text: &str) -> bool {
    let is_part = |part: char| part.is_ascii_graphic() && !matches!(part, '"' | '\'' | '`' | ',' | '\\');
    text.contains(|part: char| part.is_ascii_alphanumeric()) && text.chars().all(is_part)
}

impl Lowering<'_> {
    /// Reports codes that are judged twice, out of order, or not at all. A specification without `errors.yaml` judges
    /// none.
    pub(super) fn errors(&mut self, spec: &Specification<'_>) {
        let Some((source, errors)) = &spec.errors else { return };
        let file = Site::file(source);
        let mut judged: BTreeMap<&str, &str> = BTreeMap::new();
        for (class, codes) in errors.classes() {
            let site = file.key(class);
            self.sorted(&site, codes);
            self.codes(&site, codes);
            for (index, code) in codes.iter().enumerate() {
                if let Some(other) = judged.insert(code, class).filter(|other| *other != class) {
                    let twice =
                        site.key(index).value().error(format!("the error code `{code}` is judged twice"));
                    self.report(twice.help(format!("it is in `{other}` too: keep one of the two")));
                }
            }
        }
        let site = file.key("may_have_been_executed");
        self.sorted(&site, &errors.may_have_been_executed);
        self.codes(&site, &errors.may_have_been_executed);
        for (index, code) in errors.may_have_been_executed.iter().enumerate() {
            if !judged.contains_key(code.as_str()) {
                let unjudged =
                    site.key(index).value().error(format!("the error code `{code}` is in no class"));
                self.report(unjudged.help("add it to the class that says what to do about it"));
            }
        }
        for operation in &spec.operations {
            for (status, codes) in &operation.spec.errors {
                let site = Site::file(operation.source).key("errors").key(status);
                for (index, code) in codes.iter().enumerate() {
                    if !judged.contains_key(code.as_str()) {
                        let unjudged =
                            site.key(index).value().error(format!("the error code `{code}` is not judged"));
                        self.report(unjudged.help("add it to its class in spec/errors.yaml"));
                    }
                }
            }
        }
    }

    /// Reports statuses and codes of an operation that are none.
    pub(super) fn error_statuses(&mut self, site: &Site<'_>, errors: &IndexMap<u16, Vec<String>>) {
        for (status, codes) in errors {
            let site = site.key(status);
            if !ERROR_STATUSES.contains(status) {
                let none = site.error(format!("{status} is not the HTTP status of an error"));
                self.report(none.help("they are 400 to 599"));
            }
            if codes.is_empty() {
                self.report(
                    site.error("no code is listed here").help("list the codes, or remove the status"),
                );
            }
            self.codes(&site, codes);
        }
    }

    /// Reports codes that are none, or that stand in one list twice.
    fn codes(&mut self, site: &Site<'_>, codes: &[String]) {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for (index, code) in codes.iter().enumerate() {
            let site = site.key(index).value();
            if !is_code(code) {
                let none = site.error(format!("{code:?} is no error code"));
                self.report(none.help("write it as the service sends it, such as `InvalidThing.NotFound`"));
            } else if !seen.insert(code) {
                let twice = site.error(format!("the error code `{code}` stands here twice"));
                self.report(twice.help("remove one"));
            }
        }
    }

    /// Reports the first code that stands behind one that it should stand before.
    fn sorted(&mut self, site: &Site<'_>, codes: &[String]) {
        let unsorted = codes.windows(2).position(|pair| pair[0].to_lowercase() > pair[1].to_lowercase());
        if let Some(index) = unsorted {
            let (before, code) = (&codes[index], &codes[index + 1]);
            let unsorted = site.key(index + 1).value().error(format!("`{code}` is out of order"));
            self.report(unsorted.help(format!(
                "put it before `{before}`, so that each code is found where it is looked for"
            )));
        }
    }
}
