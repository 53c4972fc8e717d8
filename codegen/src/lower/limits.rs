//! Checks on limits: against each other, against the type that they limit, and patterns by the engine that applies them.

use std::fmt::Display;

use rds_api_schema::anchored;
use regex_lite::Regex;

use super::Lowering;
use crate::site::Site;
use crate::spec::{self, Kind};

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
            self.pattern(&site.key("pattern").value(), pattern);
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
            _ => return,
        };
        if limit.fract() != 0.0 {
            let fraction =
                site.error(format!("`{key}`, {limit}, is no whole number, as the values of an {kind} are"));
            self.report(fraction.help("write a whole number, or make the field a `double`"));
        } else if limit < least || limit > most {
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
        if let Err(error) = Regex::new(&anchored(pattern)) {
            let unknown = site.error(format!("the client cannot read this pattern: {error}"));
            self.report(unknown.help(
                "it reads the patterns of regex-lite: no look-around, no back-references, no classes such as `\\p{Han}`",
            ));
        }
    }
}
