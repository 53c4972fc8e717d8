//! What a response lets conclude from what it lacks.
//!
//! A list that is empty ends a stream of pages, and a thing that is not there ends a wait for its end. Whoever waits acts on
//! that, so it takes more than a response without values: one that says of itself that it failed shows nothing, by whatever
//! name it says so, and neither does one that has nothing of where the thing would be.

use serde_json::{Map, Value as Json};

use crate::http::recognition::is_code_of_an_error;
use crate::http::response::RawResponse;
use crate::object::Value;
use crate::object::find::{member, texts};
use crate::object::scalar::scalar;
use crate::object::success::{is_no, is_success_of};
use crate::object::value::Kind;

/// A response as it was decoded, and as it came.
#[derive(Clone, Copy)]
pub struct Seen<'s> {
    /// The values.
    pub value: Value<'s>,
    pub(super) raw: &'s RawResponse,
}

impl Seen<'_> {
    /// Whether a response that is no error says that the operation did not do what was asked: by its code or its
    /// `Success`, or by a member that its type does not have and that only failures have.
    pub(super) fn says_that_it_failed(&self) -> bool {
        self.says_so_in(&self.raw.members())
    }

    /// Whether what a path leads to is absent, and not only unknown: it does not say that it failed, and has what the path
    /// begins with, be it empty, but no text or number in the place of that, or nothing but its request id, since XML leaves
    /// out what is empty. A thing that is there without the value is not absent.
    pub(super) fn shows_absence_at(&self, path: &str) -> bool {
        let members = self.raw.members();
        let is_shown = match path.split_once('.') {
            Some((first, _)) => match member(&members, first) {
                Some(place) => holds_values(place) && !holds_a_thing(place),
                None => members.keys().all(|name| name.eq_ignore_ascii_case("RequestId")),
            },
            None => members.iter().all(|(name, value)| is_about_the_call(name) || !holds_a_thing(value)),
        };
        is_shown && !self.says_so_in(&members)
    }

    /// Whether the list that a path leads to has no entry, and not only none that was understood: there is a place for
    /// values where the path begins, with nothing in it, or else members that the type has, or none at all.
    pub(super) fn shows_no_entry_at(&self, path: &str) -> bool {
        let members = self.raw.members();
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let is_shown = match member(&members, first) {
            Some(place) => holds_values(place) && !(rest.is_empty() && holds_a_thing(place)),
            None => {
                let mut others =
                    members.keys().filter(|name| !name.eq_ignore_ascii_case("RequestId")).peekable();
                others.peek().is_none() || !self.has("RequestId") || others.any(|name| self.has(name))
            }
        };
        is_shown && !self.says_so_in(&members)
    }

    fn says_so_in(&self, members: &Map<String, Json>) -> bool {
        !is_success_of(self.value)
            || texts(self.value, "Code").iter().any(|code| is_code_of_an_error(code))
            || tell_of_a_failure(members, &|name| self.has(name), NESTED)
    }

    /// Whether its type has a member of this name.
    fn has(&self, name: &str) -> bool {
        match self.value.kind {
            Kind::Object { object, .. } => object.members().any(|(own, _)| own.eq_ignore_ascii_case(name)),
            _ => false,
        }
    }
}

/// Whether a value has others in it, or would have if there were any. A text may be JSON.
fn holds_values(value: &Json) -> bool {
    match value {
        Json::Array(_) | Json::Object(_) | Json::Null => true,
        Json::String(text) => {
            text.is_empty() || serde_json::from_str(text).is_ok_and(|inside: Json| holds_values(&inside))
        }
        Json::Bool(_) | Json::Number(_) => false,
    }
}

/// Whether there is a thing in a place, whatever it has: an entry of a list, or a value. A text may be JSON.
fn holds_a_thing(place: &Json) -> bool {
    match place {
        Json::Null => false,
        Json::Array(entries) => entries.iter().any(|entry| entry.is_object() || holds_a_thing(entry)),
        Json::Object(members) => members.values().any(holds_a_thing),
        Json::String(text) => match serde_json::from_str(text) {
            Ok(inside @ (Json::Array(_) | Json::Object(_))) => holds_a_thing(&inside),
            _ => says_something(text.trim()),
        },
        scalar_value => says_something(&scalar(Value::json(scalar_value))),
    }
}

/// Whether a member, by its name, is about the call and not about a thing.
fn is_about_the_call(name: &str) -> bool {
    ["RequestId", "Code", "Message", "Success", "HttpStatusCode"]
        .iter()
        .any(|own| name.eq_ignore_ascii_case(own))
}

/// How deep members are looked at: those in `Data` or `Error`.
const NESTED: usize = 2;

/// Whether members tell of a failure that are not those of the type.
fn tell_of_a_failure(members: &Map<String, Json>, is_own: &dyn Fn(&str) -> bool, depth: usize) -> bool {
    members.iter().filter(|(name, _)| !is_own(name)).any(|(name, value)| {
        let name: String =
            name.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect();
        let text = scalar(Value::json(value));
        let (text, is_object) = (text.trim(), value.is_object());
        let is_failure = match name.as_str() {
            "success" | "succeeded" | "issuccess" | "ok" => is_no(text),
            "code" => is_code_of_an_error(text),
            "hostid" | "accessdenieddetail" => says_something(text),
            name if names_a_failure(name) => says_something(text),
            _ => false,
        };
        let inside = || {
            depth > 1
                && is_object
                && value.as_object().is_some_and(|inside| tell_of_a_failure(inside, &|_| false, depth - 1))
        };
        is_failure || inside()
    })
}

/// Whether a name, in lower case, is that of a failure, such as `errorcode` and `exception`.
fn names_a_failure(name: &str) -> bool {
    ["error", "errmsg", "errcode", "errno", "exception", "fault", "failure"]
        .iter()
        .any(|part| name.contains(part))
        && !name.contains("default")
}

/// Whether a value is there, and not that of the absence of a failure.
fn says_something(text: &str) -> bool {
    const NOTHING: [&str; 12] =
        ["", "{}", "[]", "0", "200", "false", "no", "none", "null", "ok", "success", "successful"];
    NOTHING.iter().all(|nothing| !text.eq_ignore_ascii_case(nothing))
}
