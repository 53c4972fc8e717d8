//! Checks on what the client decides by itself: what it fills in, where a parameter travels, and what it repeats.

use indexmap::IndexMap;

use super::Lowering;
use crate::model::Field;
use crate::site::Site;
use crate::spec::{self, Access, HttpMethod, Location, Role};
use crate::verbs::CHANGING_VERBS;

/// The characters of a token that the client makes.
const TOKEN: usize = 36;

impl Lowering<'_> {
    /// Reports what the client would fill in twice. On a read a token only says what the parameter is, and so how it is
    /// written.
    pub(super) fn roles(&mut self, site: &Site<'_>, request: &[Field]) {
        let mut seen: Vec<(Role, &str)> = Vec::new();
        for field in request {
            let Some(role) = field.role else { continue };
            let site = site.key(&field.wire).key("role");
            if let Some((_, other)) = seen.iter().find(|(known, _)| *known == role) {
                let twice = site.error(format!("`{other}` has this role already"));
                self.report(twice.help("keep one of the two"));
            }
            seen.push((role, &field.wire));
        }
    }

    /// Reports what is said of the value of a parameter that the client fills in, and that its value does not keep.
    pub(super) fn filled_in(&mut self, site: &Site<'_>, request: &IndexMap<String, spec::Field>) {
        for (wire, field) in request {
            let Some(role) = field.role else { continue };
            let site = site.key(wire);
            let is_token = role == Role::IdempotencyToken;
            let text = "the client fills it in: remove it, or the `role`";
            let token = "the client makes tokens of 36 characters: correct it, or remove it";
            for (key, is_given, help) in [
                ("pattern", field.pattern.is_some(), text),
                ("number", field.number.is_some(), text),
                ("known_values", field.known_values.is_some(), text),
                ("default", is_token && field.default.is_some(), text),
                ("min_length", is_token && field.min_length.is_some_and(|least| least > TOKEN), token),
                ("max_length", is_token && field.max_length.is_some_and(|most| most < TOKEN), token),
            ] {
                if is_given {
                    let against =
                        site.key(key).error(format!("`{wire}` has a `role`, which `{key}` contradicts"));
                    self.report(against.help(help));
                }
            }
        }
    }

    /// Reports parameters in the body of a request that has none.
    pub(super) fn travels(&mut self, site: &Site<'_>, spec: &spec::Operation) {
        if spec.method != HttpMethod::Get {
            return;
        }
        for (wire, _) in spec.request.iter().filter(|(_, field)| field.location == Location::Form) {
            let lost = site.key("request").key(wire).key("in").error("a request by `get` has no form body");
            self.report(lost.help("say `method: post`, or remove `in: form`").warning());
        }
    }

    /// Reports a read that is called like a write: a read is repeated without a thought.
    pub(super) fn reads(&mut self, site: &Site<'_>, name: &str, spec: &spec::Operation) {
        let rest = CHANGING_VERBS.iter().find_map(|verb| name.strip_prefix(verb));
        let is_verb = rest.is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_uppercase()));
        if spec.access == Access::Read && spec.writes_when.is_empty() && is_verb {
            let odd =
                site.key("access").value().error(format!("`{name}` is called like what changes something"));
            self.report(odd.help("say `access: write`, unless it may be repeated at any time").warning());
        }
    }
}
