//! Checks on limits: against each other, against the type that they limit, and patterns by the engine that applies them.

use std::fmt::Display;

use rds_api_schema::anchored;
use regex_lite::Regex;

use super::Lowering;
use super::literals::ill_formed;
use super::only::fitting_values;
use crate::site::Site;
use crate::spec::{self, Kind};

/// The greatest number below which a limit, a `double`, is as it is written.
pub(crate) const EXACT: f64 = 9_007_199_254_740_991.0;

impl Lowering<'_> {
    /// Reports limits of a field, or of the items of a list, that no value or that every value keeps.
    pub(super) fn limits(&mut self, site: &Site<'_>, field: &spec::Field) {
        self.in_order(site, ("minimum", field.minimum), ("maximum", field.maximum));
        self.in_order(site, ("min_length", field.min_length), ("max_length", field.max_length));
        self.in_order(site, ("min_items", field.min_items), ("max_items", field.max_items));
        for (key, limit) in [("max_length", field.max_length), ("max_items", field.max_items)] {
            if limit == Some(0) {
                let nothing = site.key(key).value().error(format!("`{key}: 0` leaves nothing to say"));
                self.report(nothing.help("give the greatest number, or leave the field out"));
            }
        }
        for (key, limit) in [("min_length", field.min_length), ("min_items", field.min_items)] {
            if limit == Some(0) {
                let everything = site.key(key).value().error(format!("`{key}: 0` refuses nothing"));
                self.report(everything.help("remove it"));
            }
        }
        for (key, limit) in [("minimum", field.minimum), ("maximum", field.maximum)] {
            if let Some(limit) = limit {
                let kind = match field.number {
                    Some(Kind::Int32) => "int32",
                    Some(Kind::Int64) => "int64",
                    _ => &field.kind,
                };
                self.of_type(&site.key(key).value(), key, limit, kind);
            }
        }
        if let Some(pattern) = &field.pattern {
            if pattern.is_empty() || matches!(pattern.as_str(), ".*" | "(?s:.*)") {
                let needless = match pattern.is_empty() {
                    true => "nothing but the empty text matches `pattern`",
                    false => "every text matches `pattern`",
                };
                let needless = site.key("pattern").value().error(needless);
                self.report(needless.help("write what the text looks like, or remove it"));
            }
            self.pattern(&site.key("pattern").value(), pattern);
        }
        self.kept(site, field);
    }

    /// Reports limits that no time keeps, and those that a known value does not.
    fn kept(&mut self, site: &Site<'_>, field: &spec::Field) {
        let in_order = field.min_length.zip(field.max_length).is_none_or(|(least, most)| least <= most);
        if field.kind == "timestamp" && in_order {
            let time = field.precision.unwrap_or_default().example();
            if let Some(why) = ill_formed(field, time) {
                let none = site.error(format!("no time keeps these limits: `{time}` {why}"));
                self.report(none.help("remove `pattern`, `min_length` and `max_length`"));
            }
        }
        let known = fitting_values(self.types, field).into_iter().filter(|_| field.known_values.is_some());
        if let Some((value, why)) =
            known.into_iter().find_map(|value| Some((value, ill_formed(field, value)?)))
        {
            let against = site.key("known_values").value().error(format!("the known value `{value}` {why}"));
            self.report(against.help("correct the limits, or say by `only` which of the values fit"));
        }
    }

    fn in_order<T: PartialOrd + Display>(
        &mut self,
        site: &Site<'_>,
        (least_key, least): (&str, Option<T>),
        (most_key, most): (&str, Option<T>),
    ) {
        if let (Some(least), Some(most)) = (least, most)
            && least > most
        {
            let none = format!("`{least_key}`, {least}, is more than `{most_key}`, {most}");
            self.report(
                site.key(least_key).value().error(none).help("no value keeps both: correct one of them"),
            );
        }
    }

    /// Reports a bound that is no number of the type.
    fn of_type(&mut self, site: &Site<'_>, key: &str, limit: f64, kind: &str) {
        let (least, most) = match kind {
            "int32" => (f64::from(i32::MIN), f64::from(i32::MAX)),
            "int64" => (i64::MIN as f64, i64::MAX as f64),
            "float" if !(f64::from(f32::MIN)..=f64::from(f32::MAX)).contains(&limit) => {
                let beyond = site.error(format!("`{key}`, {limit}, is beyond what a float holds"));
                self.report(beyond.help("make the field a `double`, or remove the limit"));
                return;
            }
            _ => return,
        };
        if limit.fract() != 0.0 {
            let fraction =
                site.error(format!("`{key}`, {limit}, is no whole number, as the values of an {kind} are"));
            self.report(fraction.help("write a whole number, or make the field a `double`"));
        } else if kind == "int64" && limit.abs() > EXACT && limit.abs() < most {
            let rounded = site.error(format!("`{key}` would be rounded to {limit}"));
            self.report(
                rounded.help("remove the limit: numbers as large as that are none that a call would exceed"),
            );
        } else if limit < least || limit >= most && kind == "int64" || limit > most {
            let beyond = site.error(format!("`{key}`, {limit}, is beyond what an {kind} holds"));
            self.report(beyond.help(match kind {
                "int32" => "make the field an `int64`, or remove the limit",
                _ => "remove the limit",
            }));
        }
    }

    fn pattern(&mut self, site: &Site<'_>, pattern: &str) {
        if pattern.starts_with('^') || pattern.ends_with('$') && !pattern.ends_with("\\$") {
            let needless =
                site.error(format!("`{pattern}` is anchored, and it is the whole text that matches anyway"));
            self.report(
                needless.help("remove `^` and `$`; begin or end with `.*` where more may stand there"),
            );
        }
        if pattern.len() > 1 && pattern.starts_with('/') && pattern.ends_with('/') {
            let slashes =
                site.error(format!("`{pattern}` stands between slashes, which are taken for its own"));
            self.report(slashes.help("remove them; write `[/]` for a slash that the text has"));
        }
        if let Err(error) = Regex::new(&anchored(pattern)) {
            let unknown = site.error(format!("the client cannot read this pattern: {error}"));
            self.report(unknown.help(
                "it reads the patterns of regex-lite: no look-around, no back-references, no classes such as `\\p{Han}`",
            ));
        }
    }
}
