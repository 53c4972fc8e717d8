//! Taking out of parameters and bodies what must not be in a file or on a screen.

use rds_api_core::redact::spellings;
use serde_json::Value as Json;

use rds_api::schema::Field;
use rds_api_core::error::{ECHO, without_echo};

/// What stands where a secret was.
pub(super) const SCRUBBED: &str = "****";

/// What to take out.
#[derive(Default)]
pub(super) struct Scrubber<'s> {
    /// The names of members whose values are sensitive.
    names: Vec<&'s str>,
    /// Values that are secret wherever they stand.
    secrets: Vec<&'s str>,
}

impl<'s> Scrubber<'s> {
    /// Takes out what the specification calls sensitive among these members, however deep it is.
    pub(super) fn of(fields: &'s [Field]) -> Self {
        let mut names = Vec::new();
        sensitive(fields, &mut names);
        Self { names, secrets: Vec::new() }
    }

    /// Also takes out these values. One shorter than four characters is likely to be a part of something
    /// else, and no secret worth the name.
    pub(super) fn and(mut self, secrets: &'s [String]) -> Self {
        self.secrets.extend(secrets.iter().filter(|secret| secret.len() >= 4).map(String::as_str));
        self
    }

    /// A body, whatever it is written in.
    pub(super) fn body(&self, body: &str) -> String {
        match serde_json::from_str::<Json>(body) {
            Ok(mut json) => {
                self.json(&mut json);
                json.to_string()
            }
            Err(_) => self.text(body),
        }
    }

    /// A value, and all in it.
    pub(super) fn json(&self, json: &mut Json) {
        match json {
            Json::Object(members) => {
                for (name, value) in members {
                    if (self.names.contains(&name.as_str()) || is_secret(name)) && !value.is_null() {
                        *value = SCRUBBED.into();
                    }
                    if let (true, Some(text)) = (name.eq_ignore_ascii_case("message"), value.as_str()) {
                        *value = without_echo(text).into();
                    }
                    self.json(value);
                }
            }
            Json::Array(elements) => elements.iter_mut().for_each(|element| self.json(element)),
            Json::String(text) => {
                for secret in self.secrets.iter().filter(|secret| text.contains(**secret)).collect::<Vec<_>>()
                {
                    *text = text.replace(secret, SCRUBBED);
                }
            }
            _ => {}
        }
    }

    /// XML, or what was meant to be JSON or XML and broke on the way.
    fn text(&self, body: &str) -> String {
        let mut text = body.to_owned();
        for name in &self.names {
            let (start, end) = (format!("<{name}>"), format!("</{name}>"));
            let mut from = 0;
            while let Some(open) = text[from..].find(&start).map(|at| from + at + start.len()) {
                let Some(close) = text[open..].find(&end).map(|at| open + at) else { break };
                text.replace_range(open..close, SCRUBBED);
                from = open + SCRUBBED.len();
            }
        }
        match (text.find(ECHO), text.find("</Message>")) {
            (Some(from), Some(to)) if from < to => text.replace_range(from..to, ""),
            _ => {}
        }
        for secret in &self.secrets {
            for written in spellings(secret) {
                text = text.replace(&written, SCRUBBED);
            }
        }
        text
    }
}

/// Whether the name alone says that a value is nobody's business.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "secret", "securitytoken", "privatekey"].iter().any(|part| name.contains(part))
}

/// Whether anything in a parameter is sensitive.
pub(super) fn holds_secret(field: &Field) -> bool {
    !Scrubber::of(std::slice::from_ref(field)).names.is_empty()
}

/// The names of all sensitive members, however deep.
fn sensitive<'f>(fields: &'f [Field], names: &mut Vec<&'f str>) {
    for field in fields {
        if field.sensitive {
            names.push(&field.name);
        }
        sensitive(&field.shape.fields, names);
        if let Some(items) = &field.shape.items {
            sensitive(&items.fields, names);
        }
    }
}
