//! Replacing secrets in what others wrote.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value as Json;

use super::MASK;
use super::document::{quoted_sensitive_values, sensitive_values, strings_to_sign};
use super::encoded::Decoded;
use super::names::SensitiveNames;
use super::spelling::{Reader, first_bytes};
use super::unescaped::Unescaped;
use super::written;
use crate::text::one_line;

/// A shorter value is no secret worth the name, and would be found in any text.
pub(super) const MIN_SECRET_LEN: usize = 4;

/// Quotes of documents in documents are looked for no farther than this before what is shown.
const QUOTED_BEFORE: usize = 64 * 1024;

/// Every character of a value may be spelled as long as this, such as `%25%35%43%75%30%30%30%30`.
const MAX_SPELLING_LEN: usize = 64;

/// Values that must not be shown, and names whose values must not. Kept for one call only.
#[derive(Clone, Default)]
pub struct Redactor {
    names: SensitiveNames,
    secrets: Vec<Secret>,
}

#[derive(Clone)]
struct Secret {
    value: String,
    shown: Cow<'static, str>,
}

/// A part of a document, and what is shown of it.
type Hidden<'r> = (Range<usize>, &'r str);

impl Redactor {
    /// Hides the values of these names, and no others yet.
    pub fn new(names: SensitiveNames) -> Self {
        Self { names, secrets: Vec::new() }
    }

    /// The names whose values are hidden.
    pub fn names(&self) -> SensitiveNames {
        self.names
    }

    /// Also hides `value`, wherever it stands and however it is spelled. A value shorter than four characters is
    /// hidden only where it is all that is shown, by [`whole`](Self::whole).
    pub fn hide(&mut self, value: &str) {
        self.hide_as(value, MASK);
    }

    /// Hides `value` and shows something else in its place.
    pub fn hide_as(&mut self, value: &str, shown: impl Into<Cow<'static, str>>) {
        if !value.is_empty() && self.secrets.iter().all(|secret| secret.value != value) {
            self.secrets.push(Secret { value: value.to_owned(), shown: shown.into() });
        }
    }

    /// Hides every text and number in `value`, and the text of all of it.
    pub fn hide_json(&mut self, value: &Json) {
        match value {
            Json::Null | Json::Bool(_) => {}
            Json::Number(number) => self.hide(&number.to_string()),
            Json::String(text) => self.hide(text),
            Json::Array(elements) => {
                self.hide(&value.to_string());
                elements.iter().for_each(|element| self.hide_json(element));
            }
            Json::Object(members) => {
                self.hide(&value.to_string());
                members.values().for_each(|member| self.hide_json(member));
            }
        }
    }

    /// Hides what a text of JSON holds that has a sensitive name.
    pub fn hide_members_of(&mut self, text: &str) {
        if text.trim_start().starts_with(['{', '['])
            && let Ok(json) = serde_json::from_str(text)
        {
            self.hide_members(&json);
        }
    }

    fn hide_members(&mut self, json: &Json) {
        match json {
            Json::Array(elements) => elements.iter().for_each(|element| self.hide_members(element)),
            Json::Object(members) => {
                for (name, value) in members {
                    match self.names.contain(name) {
                        true => self.hide_json(value),
                        false => self.hide_members(value),
                    }
                }
            }
            Json::String(text) => self.hide_members_of(text),
            _ => {}
        }
    }

    /// `text` without the hidden values.
    pub fn redact(&self, text: &str) -> String {
        self.replaced(text.as_bytes(), 0..text.len(), self.values(text.as_bytes()))
    }

    /// What may be shown of the id of a response. The service's are UUIDs, in which nothing can be spelled otherwise, and
    /// a look for what is encoded would cost more than all else that a success does.
    pub(crate) fn id(&self, id: &str) -> String {
        let has = |secret: &Secret| {
            let mut parts = id.as_bytes().windows(secret.value.len());
            parts.any(|part| part.eq_ignore_ascii_case(secret.value.as_bytes()))
        };
        match is_uuid(id) && !self.secrets.iter().any(has) {
            true => id.to_owned(),
            false => self.redact(id),
        }
    }

    /// A value that stands alone, replaced if it is hidden and too short to be found in a text. Others are left to
    /// [`redact`](Self::redact), which takes them out of the text that they become a part of.
    pub fn whole<'v>(&self, value: &'v str) -> &'v str {
        let is_hidden =
            value.len() < MIN_SECRET_LEN && self.secrets.iter().any(|secret| secret.value == value);
        if is_hidden { MASK } else { value }
    }

    /// Takes the hidden values out of all texts and numbers of a value, and out of its names.
    pub fn redact_json(&self, json: &mut Json) {
        match json {
            Json::Null | Json::Bool(_) => {}
            Json::Number(number) => {
                let text = number.to_string();
                let shown = self.redact(&text);
                if shown != text {
                    *json = shown.into();
                }
            }
            Json::String(text) => *text = self.redact(text),
            Json::Array(elements) => elements.iter_mut().for_each(|element| self.redact_json(element)),
            Json::Object(members) => {
                for (name, mut value) in std::mem::take(members) {
                    self.redact_json(&mut value);
                    members.insert(self.redact(&name), value);
                }
            }
        }
    }

    /// `body` without the hidden values and without the string to sign: what may be shown of a response to whoever
    /// asked for it.
    pub fn body(&self, body: &str) -> String {
        let mut hidden = self.values(body.as_bytes());
        hidden.extend(masked(strings_to_sign(body.as_bytes())));
        self.replaced(body.as_bytes(), 0..body.len(), hidden)
    }

    /// What may be shown of a value that may hold members of its own, such as JSON: no value of a sensitive name
    /// either.
    pub fn document(&self, document: &str) -> String {
        self.part(document.as_bytes(), 0..document.len(), &|name| self.names.contain(name))
    }

    /// The same, where it is known better which names are sensitive.
    pub fn document_with(&self, document: &str, is_sensitive: &dyn Fn(&str) -> bool) -> String {
        self.part(document.as_bytes(), 0..document.len(), is_sensitive)
    }

    /// What may be shown of a document around the byte `at`: a line of some 200 characters.
    pub(crate) fn excerpt(&self, document: &[u8], at: usize) -> String {
        const BEFORE: usize = 120;
        const MAX_LEN: usize = 200;
        let is_inside = |at: &usize| document.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
        let start = (at.min(document.len()).saturating_sub(BEFORE)..).find(|at| !is_inside(at)).unwrap_or(0);
        let end = (0..=document.len().min(start + MAX_LEN)).rev().find(|at| !is_inside(at)).unwrap_or(0);
        let shown = one_line(&self.part(document, start..end, &|name| self.names.contain(name)));
        let before = if start > 0 { "… " } else { "" };
        let after = if end < document.len() { " …" } else { "" };
        if shown.is_empty() { shown } else { format!("{before}{shown}{after}") }
    }

    /// A part of a document, without what is hidden in all of it: a secret that the cut goes through would not
    /// be found after it.
    fn part(&self, document: &[u8], part: Range<usize>, is_sensitive: &dyn Fn(&str) -> bool) -> String {
        let longest =
            self.secrets.iter().map(|secret| secret.value.len() * MAX_SPELLING_LEN).max().unwrap_or(0);
        let around = part.start.saturating_sub(longest)..document.len().min(part.end + longest);
        let mut hidden: Vec<_> =
            self.values(&document[around.clone()]).into_iter().map(|it| moved(it, around.start)).collect();
        hidden.extend(masked(sensitive_values(&document[..part.end], is_sensitive)));
        hidden.extend(masked(strings_to_sign(&document[..part.end])));
        let quoted = part.start.saturating_sub(QUOTED_BEFORE);
        let found = quoted_sensitive_values(&document[quoted..part.end], is_sensitive);
        hidden.extend(masked(found).map(|it| moved(it, quoted)));
        self.replaced(document, part, hidden)
    }

    /// Wherever the hidden values stand, in any spelling, and in what is encoded as a whole.
    fn values<'r>(&'r self, document: &[u8]) -> Vec<Hidden<'r>> {
        let is_long = |secret: &&Secret| secret.value.len() >= MIN_SECRET_LEN;
        let secrets = self.secrets.iter().filter(is_long);
        let forms: Vec<_> = secrets.map(|secret| (written::forms(&secret.value), &*secret.shown)).collect();
        let of_value =
            forms.iter().flat_map(|(forms, shown)| forms.iter().map(|form| (form.as_bytes(), *shown)));
        let sought: Vec<Sought<'_, 'r>> = of_value.collect();
        if sought.is_empty() {
            return Vec::new();
        }
        let begins = first_bytes(sought.iter().map(|(value, _)| *value));
        let mut found = find(Reader::new(document), &begins, &sought);
        let encoded = |text: &[u8]| {
            let mut found: Vec<Hidden<'r>> = Vec::new();
            for decoded in Decoded::all(text) {
                let inside = find(Reader::of_bytes(&decoded.bytes), &begins, &sought);
                found.extend(inside.into_iter().map(|(range, shown)| (decoded.place(range, text), shown)));
            }
            found
        };
        found.extend(encoded(document));
        // The digits of an encoding may be spelled in some way as well.
        if let Some(Unescaped { text, places, .. }) = Unescaped::new(document) {
            let inside = encoded(&text).into_iter();
            found.extend(inside.map(|(place, shown)| (places[place.start]..places[place.end], shown)));
        }
        found
    }

    /// A part of a document, with what is hidden replaced.
    fn replaced(&self, document: &[u8], part: Range<usize>, mut hidden: Vec<Hidden<'_>>) -> String {
        hidden.retain(|(range, _)| range.end > part.start && range.start < part.end);
        // Of those that begin together the longest says what is shown.
        hidden.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut shown = Vec::new();
        let mut at = part.start;
        let mut is_masked = false;
        for (range, mask) in hidden {
            // One that overlaps with the one before is a part of the same secret.
            if !is_masked || range.start >= at {
                shown.extend_from_slice(&document[at..range.start.max(at)]);
                shown.extend_from_slice(mask.as_bytes());
            }
            is_masked = true;
            at = at.max(range.end);
        }
        shown.extend_from_slice(document.get(at..part.end).unwrap_or_default());
        String::from_utf8_lossy(&shown).into_owned()
    }
}

fn is_uuid(text: &str) -> bool {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let has_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split('-').map(str::len).eq(GROUPS) && text.split('-').all(has_digits)
}

/// A value that is looked for, and what is shown in its place.
type Sought<'v, 'r> = (&'v [u8], &'r str);

/// Where values stand in a document of this length.
fn find<'r>(mut reader: Reader<'_>, begins: &[bool; 256], sought: &[Sought<'_, 'r>]) -> Vec<Hidden<'r>> {
    let mut found: Vec<Hidden<'r>> = Vec::new();
    let mut next = 0;
    while let Some(at) = reader.next_of(next, begins) {
        next = at + 1;
        let may_begin = reader.beginnings(at);
        let mut before = 0;
        for (value, shown) in sought {
            if may_begin(value)
                && let Some(end) = reader.end_of(at, before, value)
            {
                found.push((at..end, shown));
            }
            before += value.len();
        }
    }
    found
}

fn masked<'r>(ranges: Vec<Range<usize>>) -> impl Iterator<Item = Hidden<'r>> {
    ranges.into_iter().map(|range| (range, MASK))
}

fn moved((range, shown): Hidden<'_>, by: usize) -> Hidden<'_> {
    (range.start + by..range.end + by, shown)
}

#[cfg(test)]
mod tests;
