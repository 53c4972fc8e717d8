//! Checks on how exactly a parameter takes a time: its key, its documentation and its example say the same.

use std::sync::LazyLock;

use rds_api_schema::{Precision, ends_a_range};
use regex_lite::Regex;

use super::Lowering;
use super::keys::leaf;
use crate::site::Site;
use crate::spec;

/// A format of times to the minute, or to the second, as documentation writes it, or a time of that format.
static FORMAT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:HH|\d{2}):(?:mm|\d{2})(:(?:ss|\d{2}))?Z").ok());

impl Lowering<'_> {
    /// Reports a parameter that takes times of another precision than its documentation says, or its example has.
    pub(super) fn precision(&mut self, site: &Site<'_>, wire: &str, field: &spec::Field, doc: &str) {
        let time = leaf(field);
        if time.kind != "timestamp" {
            return;
        }
        let precision = time.precision.unwrap_or_default();
        let documented = precisions(doc);
        if !documented.is_empty() && documented.iter().all(|it| it.format() != precision.format()) {
            let format = documented[0].format();
            let site = match (&time.precision, &field.doc) {
                (Some(_), _) => within(site, field).key("precision").value(),
                (None, Some(_)) => site.key("doc").value(),
                (None, None) => site.clone(),
            };
            let other = site.error(format!(
                "`{wire}` is documented as `{format}`, and takes times as `{}`",
                precision.format()
            ));
            self.report(other.help(match documented[0] {
                Precision::Minute | Precision::NextMinute => {
                    "say `precision: minute`, or correct its documentation"
                }
                Precision::Second => "remove `precision: minute`, or correct its documentation",
            }));
        }
        let example = field.example.as_ref().or(time.example.as_ref()).map(ToString::to_string);
        let found = example.as_deref().map(precisions).unwrap_or_default();
        if !found.is_empty() && found.iter().all(|it| it.format() != precision.format()) {
            let holder = if field.example.is_some() { site.clone() } else { within(site, field) };
            let other = holder
                .key("example")
                .value()
                .error(format!("the example of `{wire}` is not as it takes times, `{}`", precision.format()));
            self.report(other.help(format!("write it as `{}`", precision.example())));
        }
        let default = field.default.as_ref().map(ToString::to_string);
        let found = default.as_deref().map(precisions).unwrap_or_default();
        if !found.is_empty() && found.iter().all(|it| it.format() != precision.format()) {
            let other = site
                .key("default")
                .value()
                .error(format!("the default of `{wire}` is not as it takes times, `{}`", precision.format()));
            self.report(other.help(format!("write it as `{}`", precision.example())));
        }
        let rounded = if ends_a_range(wire) { Precision::NextMinute } else { Precision::Minute };
        if precision != Precision::Second && precision != rounded {
            let (key, words) = match rounded {
                Precision::NextMinute => {
                    ("next_minute", "ends a range, and would leave out the minute that it ends in")
                }
                _ => ("minute", "ends no range"),
            };
            let other = within(site, field).key("precision").value().error(format!("`{wire}` {words}"));
            self.report(other.help(format!("say `precision: {key}`")));
        }
    }
}

/// The precisions of the times, and of their formats, in a text.
fn precisions(text: &str) -> Vec<Precision> {
    let Some(format) = FORMAT.as_ref() else { return Vec::new() };
    let found = format.captures_iter(text);
    found.map(|found| if found.get(1).is_some() { Precision::Second } else { Precision::Minute }).collect()
}

/// The place of what lists and maps of the field hold in the end.
fn within<'s>(site: &Site<'s>, field: &spec::Field) -> Site<'s> {
    match &field.items {
        Some(items) if matches!(field.kind.as_str(), "list" | "map") => within(&site.key("items"), items),
        _ => site.clone(),
    }
}
