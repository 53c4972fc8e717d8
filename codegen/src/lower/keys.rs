//! Checks on keys that mean nothing where they stand, or nothing beside others.

use rds_api_schema::is_sensitive_name;

use super::Lowering;
use super::fields::{COMPOUND, Side};
use super::only::fitting_values;
use crate::site::Site;
use crate::spec::{self, Style};

/// Where a field stands, which decides what keys it may have.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    pub(super) side: Side,
    /// It is a parameter itself, not within one.
    pub(super) is_parameter: bool,
}

impl Lowering<'_> {
    /// Reports keys that have no meaning for this field, or for the items of a list.
    pub(super) fn misplaced(&mut self, site: &Site<'_>, field: &spec::Field, standing: Standing) {
        let kind = field.kind.as_str();
        if !self.is_type(kind) {
            return;
        }
        let is_text = matches!(kind, "string" | "timestamp");
        let is_number = matches!(kind, "int32" | "int64" | "float" | "double");
        let Standing { side, is_parameter } = standing;
        let is_deep = COMPOUND[1..].contains(&kind) || kind == "json" || self.is_shared_object(kind);
        let rules = [
            ("items", field.items.is_some(), matches!(kind, "list" | "map"), "a list or a map"),
            (
                "wrapper",
                field.wrapper.is_some(),
                kind == "list" && side != Side::Request,
                "a list of a response: in a request nothing is wrapped",
            ),
            ("fields", !field.fields.is_empty(), kind == "object", "an object"),
            ("values", !field.values.is_empty(), kind == "enum", "an enum"),
            ("name", field.name.is_some(), matches!(kind, "enum" | "object"), "an enum or an object"),
            ("number", field.number.is_some(), kind == "string", "a string"),
            (
                "known_values",
                field.known_values.is_some(),
                kind == "string" && side != Side::Response,
                "a text of a request",
            ),
            (
                "only",
                !field.only.is_empty(),
                self.is_narrowed(field) && side != Side::Response,
                "a shared enum that a request takes: a response may have any of its values",
            ),
            (
                "precision",
                field.precision.is_some(),
                kind == "timestamp" && side != Side::Response,
                "a time that a request takes",
            ),
            ("minimum", field.minimum.is_some(), is_number || field.number.is_some(), "a number"),
            ("maximum", field.maximum.is_some(), is_number || field.number.is_some(), "a number"),
            ("min_length", field.min_length.is_some(), is_text, "a string"),
            ("max_length", field.max_length.is_some(), is_text, "a string"),
            ("pattern", field.pattern.is_some(), is_text, "a string"),
            ("min_items", field.min_items.is_some(), kind == "list", "a list"),
            ("max_items", field.max_items.is_some(), kind == "list", "a list"),
            ("role", field.role.is_some(), is_parameter && kind == "string", "a string parameter"),
            ("in", field.location == spec::Location::Form, is_parameter, "a parameter"),
            (
                "style",
                field.style != Style::Flatten,
                is_parameter && is_deep,
                "a list, map or object parameter",
            ),
            ("required", field.required, side != Side::Response, "a parameter, not a member of a response"),
            (
                "default",
                field.default.is_some(),
                side != Side::Response,
                "a parameter, not a member of a response",
            ),
        ];
        for (key, given, allowed, on) in rules {
            if given && !allowed {
                self.meaningless(&site.key(key), key, &format!("`{key}` goes with {on}; remove it"));
            }
        }
        self.style(site, field);
        if kind == "object" && field.fields.is_empty() {
            let empty = site.error("this object has no `fields`");
            self.report(empty.help("list its members, or make it `json`"));
        }
        let is_nested_list = matches!(&field.items, Some(items) if items.kind == "list");
        if side != Side::Request && kind == "list" && is_nested_list {
            let nested = site.key("items").error("a list of lists cannot be told from one list in XML");
            self.report(nested.help("make the inner list a member of an object, or the items `json`"));
        }
    }

    fn style(&mut self, site: &Site<'_>, field: &spec::Field) {
        if field.style != Style::Simple {
            return;
        }
        let site = site.key("style").value();
        let Some(items) = field.items.as_deref().filter(|_| field.kind == "list") else {
            self.report(site.error("only a list can be `simple`").help("use `json` or `flatten`"));
            return;
        };
        let values = items.values.keys().chain(fitting_values(self.types, items));
        if let Some(value) = values.into_iter().find(|value| value.contains(',')) {
            let comma = site.error(format!("the value `{value}` has a comma, and commas divide this list"));
            self.report(comma.help("use `json` or `flatten`"));
        }
        let is_flat = !COMPOUND[1..].contains(&items.kind.as_str()) && items.kind != "json";
        if !is_flat || self.is_shared_object(&items.kind) {
            let deep = site.error("only a list of texts, numbers or enums can be `simple`");
            self.report(deep.help("commas would not tell the elements apart: use `json` or `flatten`"));
        }
    }

    /// Reports keys that mean something for a field and nothing for the items of a list or a map.
    pub(super) fn misplaced_on_items(&mut self, site: &Site<'_>, items: &spec::Field) {
        let is_object = items.kind == "object";
        let rules = [
            (
                "doc",
                items.doc.is_some() && !is_object,
                "the documentation of the field says what its elements are",
            ),
            ("required", items.required, "say by `min_items` how many there are at least"),
            ("default", items.default.is_some(), "a default is that of the whole field"),
            ("deprecated", items.deprecated.is_some(), "say of the field that it is deprecated"),
            ("rust", items.rust.is_some(), "only a field has a name"),
            ("min_items", items.min_items.is_some(), "only the outer list can be limited"),
            ("max_items", items.max_items.is_some(), "only the outer list can be limited"),
            (
                "example",
                items.example.is_some() && is_object,
                "give the members of the object their examples",
            ),
        ];
        for (key, given, help) in rules {
            if given {
                self.meaningless(&site.key(key), key, help);
            }
        }
    }

    /// Reports keys that say nothing, or the contrary, beside others of the field.
    pub(super) fn contradictions(&mut self, site: &Site<'_>, wire: &str, field: &spec::Field) {
        if field.required && field.default.is_some() {
            let never =
                site.key("default").error(format!("`{wire}` is required, so that its default never holds"));
            self.report(never.help("remove one of the two"));
        }
        if field.required && field.deprecated.is_some() {
            let both = site.key("deprecated").error(format!("`{wire}` is required and deprecated at once"));
            self.report(both.help("nobody can do without it: say so in its documentation").warning());
        }
        let has_example = |field: &spec::Field| field.example.is_some();
        if has_example(field) && field.items.as_deref().is_some_and(has_example) {
            self.meaningless(
                &site.key("items").key("example"),
                "example",
                "the field has one already; remove it",
            );
        }
        if sensitive_keys(field).contains(&true) && field.default.is_some() {
            let open = site
                .key("default")
                .error(format!("`{wire}` is sensitive, and everybody may read its default"));
            self.report(open.help("remove one of the two"));
        }
        self.secret(site, wire, field);
    }

    /// Reports a text with the name of a secret that is not said to be one, nor not to be one.
    fn secret(&mut self, site: &Site<'_>, wire: &str, field: &spec::Field) {
        let is_text = matches!(leaf(field).kind.as_str(), "string" | "json");
        let is_telling = is_text && is_sensitive_name(wire);
        let given = sensitive_keys(field);
        if given.contains(&true) && given.contains(&false) {
            let both = site.key("sensitive").error(format!("`{wire}` is sensitive, and says that it is not"));
            self.report(both.help("say it once, at the items or at what holds them"));
            return;
        }
        if is_telling && given.is_empty() {
            let silent = site.error(format!("`{wire}` has the name of a secret"));
            self.report(silent.help("say `sensitive: true`, or `sensitive: false` if everybody may see it"));
        } else if !is_telling && field.sensitive == Some(false) {
            self.meaningless(
                &site.key("sensitive"),
                "sensitive: false",
                "nothing is sensitive unless it has the name of a secret; remove it",
            );
        }
    }

    fn meaningless(&mut self, site: &Site<'_>, key: &str, help: &str) {
        self.report(site.error(format!("`{key}` has no meaning here")).help(help));
    }
}

/// What lists and maps of the field hold in the end; any other field itself.
pub(super) fn leaf(field: &spec::Field) -> &spec::Field {
    match &field.items {
        Some(items) if matches!(field.kind.as_str(), "list" | "map") => leaf(items),
        _ => field,
    }
}

/// What the field, and the items within, say of their being secret.
pub(super) fn sensitive_keys(field: &spec::Field) -> Vec<bool> {
    let within = field.items.as_deref().map(sensitive_keys).unwrap_or_default();
    field.sensitive.into_iter().chain(within).collect()
}
