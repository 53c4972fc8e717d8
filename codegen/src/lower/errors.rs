//! Checks that every error code is judged, and once.

use std::collections::BTreeMap;

use super::Lowering;
use crate::read::Specification;
use crate::site::Site;

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
            for (index, code) in codes.iter().enumerate() {
                if let Some(other) = judged.insert(code, class) {
                    let twice =
                        site.key(index).value().error(format!("the error code `{code}` is judged twice"));
                    self.report(twice.help(format!("it is in `{other}` too: keep one of the two")));
                }
            }
        }
        let site = file.key("may_have_been_executed");
        self.sorted(&site, &errors.may_have_been_executed);
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
