//! Checks that the length of a text which its documentation tells is in the keys, too, where a call is checked by it.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::Lowering;
use super::keys::leaf;
use crate::site::Site;
use crate::spec::{self, Role};

/// A length as documentation writes it: `2 to 64 lowercase letters`, `at most 200 characters`.
static LENGTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = r"(?i)(?:\b(\d+) to|\bat most|\bup to) (\d+) (?:\w+ )?(?:characters|letters)\b";
    Regex::new(pattern).ok()
});

impl Lowering<'_> {
    /// Reports a parameter whose documentation tells other lengths than its keys, or lengths that no key has.
    pub(super) fn lengths(&mut self, site: &Site<'_>, wire: &str, field: &spec::Field, doc: &str) {
        let text = leaf(field);
        // Longer tokens than documented are taken by the service, so the length is no limit of theirs.
        if text.kind != "string" || field.role == Some(Role::IdempotencyToken) {
            return;
        }
        let Some((least, most)) = length(doc) else { return };
        let keys = [("min_length", least, text.min_length), ("max_length", Some(most), text.max_length)];
        let others: Vec<_> =
            keys.into_iter().filter(|(_, told, limit)| told.is_some() && told != limit).collect();
        let told = |(key, told, _): &(&str, Option<usize>, _)| told.map(|told| format!("`{key}: {told}`"));
        let expected: Vec<_> = others.iter().filter_map(told).collect();
        let Some((key, _, limit)) = others.first() else { return };
        let place =
            if limit.is_some() && field.kind == "string" { site.key(key).value() } else { site.clone() };
        let other = place.error(format!("the documentation of `{wire}` tells a length that its keys do not"));
        self.report(other.help(format!("say {}, or correct its documentation", expected.join(" and "))));
    }
}

/// The least and the greatest length in a text, where it tells one and only one.
fn length(doc: &str) -> Option<(Option<usize>, usize)> {
    let mut found = LENGTH.as_ref()?.captures_iter(doc);
    let (length, None) = (found.next()?, found.next()) else { return None };
    let number = |group| length.get(group).and_then(|number| number.as_str().parse().ok());
    Some((number(1).filter(|least| *least > 0), number(2)?))
}
