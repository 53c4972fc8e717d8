//! Checks on what holds for the API as a whole.

use std::ops::RangeInclusive;

use super::Lowering;
use crate::mistake::nearest;
use crate::model::{Family, Operation};
use crate::site::Site;
use crate::spec;

impl Lowering<'_> {
    /// Checks that the object that stands for acknowledgements is there.
    pub(super) fn acknowledgement(&mut self, api_file: &Site<'_>, api: &spec::Api) {
        if let Some(name) = api.acknowledgement.as_ref().filter(|name| !self.is_shared_object(name)) {
            let absent =
                api_file.key("acknowledgement").value().error(format!("there is no object `{name}`"));
            self.report(absent.help("name an object of spec/types.yaml"));
        }
    }

    /// Checks that the operation that stands for all is there.
    pub(super) fn example(&mut self, site: &Site<'_>, api: &spec::Api, families: &[Family]) {
        let mut names =
            families.iter().flat_map(|family| &family.operations).map(|operation| operation.name.as_str());
        if let Some(example) =
            api.example.as_deref().filter(|example| !names.clone().any(|it| it == *example))
        {
            let absent = site.value().error(format!("there is no operation `{example}`"));
            let help = match nearest(example, &mut names) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "name an operation of the specification".to_owned(),
            };
            self.report(absent.help(help));
        }
    }

    /// Checks the parameters that are options of every call: an operation has them, and they mean the same in all, so
    /// the glossary says what.
    pub(super) fn call_parameters(&mut self, site: &Site<'_>, api: &spec::Api, families: &[Family]) {
        let operations: Vec<&Operation> = families.iter().flat_map(|family| &family.operations).collect();
        for (index, wire) in api.call_parameters.iter().enumerate() {
            let site = site.key(index);
            if self.is_repeated(&site.value(), &api.call_parameters, index) {
                continue;
            }
            let mut taken = operations.iter().flat_map(|operation| &operation.call_parameters);
            if taken.any(|field| field.wire == *wire) {
                self.field_documentation(&site, wire, None);
            } else {
                let unused = site.value().error(format!("no operation has an optional parameter `{wire}`"));
                self.report(unused.help("correct the spelling, or remove it"));
            }
        }
    }

    /// Checks the parameters that say what an operation is about: operations have them.
    pub(super) fn subjects(&mut self, site: &Site<'_>, api: &spec::Api, families: &[Family]) {
        let all =
            || families.iter().flat_map(|family| &family.operations).flat_map(|operation| &operation.request);
        for (index, wire) in api.subjects.iter().enumerate() {
            let site = site.key(index);
            if !self.is_repeated(&site.value(), &api.subjects, index)
                && !all().any(|field| field.wire == *wire)
            {
                let absent = site.value().error(format!("no operation has a parameter `{wire}`"));
                self.report(absent.help(match nearest(wire, all().map(|field| field.wire.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "correct the spelling, or remove it".to_owned(),
                }));
            }
        }
    }

    /// Checks the name and the version of the product, which are signed, and stand in code and in addresses.
    pub(super) fn product(&mut self, file: &Site<'_>, api: &spec::Api) {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
        if api.product.is_empty() || !api.product.chars().all(is_letter) {
            let none =
                file.key("product").value().error(format!("{:?} is no name of a product", api.product));
            self.report(none.help("write it as the service has it, with letters, digits and `-`"));
        }
        if !is_date(&api.version) {
            let none =
                file.key("version").value().error(format!("{:?} is no version of an API", api.version));
            self.report(none.help("write the date that it has, such as \"2014-08-15\""));
        }
    }

    /// Reports what stands in a heading or in a table, and is not one line of words.
    pub(super) fn line(&mut self, site: &Site<'_>, text: &str) {
        let site = site.value();
        if text.trim().is_empty() {
            self.report(site.error("this is empty").help("say what it is, in a few words"));
        } else if text.trim().contains('\n') {
            self.report(site.error("this is more than one line").help("keep to one line"));
        }
        self.markdown(&site, text.lines().next().unwrap_or_default(), text);
    }
}

/// Whether a text is a day, such as `2014-08-15`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = &parts[..] else { return false };
    let is_number = |text: &str, length: usize, range: RangeInclusive<u32>| {
        let digits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        digits && text.parse().is_ok_and(|number| range.contains(&number))
    };
    is_number(year, 4, 1..=9999) && is_number(month, 2, 1..=12) && is_number(day, 2, 1..=31)
}
