//! Keeping secrets out of what is shown.

use rds_api::schema::{Field, Operation};
use serde_json::{Map, Value as Json};

/// What stands where a secret was.
pub(crate) const HIDDEN: &str = "****";

/// Values that must not be shown, whatever they stand in.
#[derive(Default)]
pub(crate) struct Masking {
    secrets: Vec<(String, String)>,
    /// Too short to be looked for in texts, where they would be found in everything.
    short: Vec<String>,
}

impl Masking {
    /// Hides a value wherever it stands, in plain text or percent-encoded, once or twice, as it is in the string
    /// to sign.
    pub(crate) fn hide(&mut self, secret: &str, shown: String) {
        if secret.len() < 4 {
            return self.short.push(secret.to_owned());
        }
        let once = percent(secret);
        let mut written =
            vec![percent(&once), once, Json::from(secret).to_string().trim_matches('"').to_owned()];
        written.push(secret.to_owned());
        self.secrets.extend(written.into_iter().map(|written| (written, shown.clone())));
        // The longest first: another may be a part of it.
        self.secrets.sort_by_key(|(secret, _)| std::cmp::Reverse(secret.len()));
        self.secrets.dedup();
    }

    /// Hides the sensitive values of a call.
    pub(crate) fn hide_parameters(&mut self, operation: &Operation, parameters: &Map<String, Json>) {
        for (name, value) in parameters {
            match operation.parameter(name) {
                Some(field) => self.hide_in(field, value),
                None if looks_secret(name) => self.hide_all(value),
                None => {}
            }
        }
    }

    fn hide_in(&mut self, field: &Field, value: &Json) {
        if field.sensitive {
            return self.hide_all(value);
        }
        let fields = field.shape.items.as_deref().map_or(&field.shape.fields, |items| &items.fields);
        match value {
            Json::Array(elements) => elements.iter().for_each(|element| self.hide_in(field, element)),
            Json::Object(members) => {
                for inner in fields {
                    if let Some(value) = members.get(&inner.name) {
                        self.hide_in(inner, value);
                    }
                }
            }
            _ => {}
        }
    }

    fn hide_all(&mut self, value: &Json) {
        match value {
            Json::String(text) => self.hide(text, HIDDEN.to_owned()),
            Json::Array(elements) => elements.iter().for_each(|element| self.hide_all(element)),
            Json::Object(members) => members.values().for_each(|member| self.hide_all(member)),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    /// A whole value, hidden if it is a secret that is too short to be found in a text.
    pub(crate) fn value(&self, value: &str) -> String {
        if self.short.iter().any(|secret| secret == value) { HIDDEN } else { value }.to_owned()
    }

    /// The text without the secrets.
    pub(crate) fn text(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, (secret, shown)| text.replace(secret, shown))
    }

    /// The value without the secrets.
    pub(crate) fn json(&self, value: &mut Json) {
        match value {
            Json::String(text) => *text = self.text(text),
            Json::Array(elements) => elements.iter_mut().for_each(|element| self.json(element)),
            Json::Object(members) => members.values_mut().for_each(|member| self.json(member)),
            _ => {}
        }
    }
}

/// The parameters as they may be shown and kept: without what is sensitive.
pub(crate) fn harmless(operation: &Operation, parameters: &Map<String, Json>) -> Map<String, Json> {
    let mut harmless = parameters.clone();
    for (name, value) in &mut harmless {
        match operation.parameter(name) {
            Some(field) => without_secrets(field, value),
            None if looks_secret(name) => *value = HIDDEN.into(),
            None => {}
        }
    }
    harmless
}

fn without_secrets(field: &Field, value: &mut Json) {
    if field.sensitive {
        *value = HIDDEN.into();
        return;
    }
    let fields = field.shape.items.as_deref().map_or(&field.shape.fields, |items| &items.fields);
    match value {
        Json::Array(elements) => elements.iter_mut().for_each(|element| without_secrets(field, element)),
        Json::Object(members) => {
            for inner in fields {
                if let Some(value) = members.get_mut(&inner.name) {
                    without_secrets(inner, value);
                }
            }
        }
        _ => {}
    }
}

/// Whether the name alone says that a value is nobody's business.
pub(crate) fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "secret", "token", "privatekey"].iter().any(|part| name.contains(part))
        && name != "clienttoken"
}

/// The id of a key, so that its owner knows it and nobody else does.
pub(crate) fn key_id(id: &str) -> String {
    let characters: Vec<char> = id.chars().collect();
    match characters.len() {
        0..8 => HIDDEN.to_owned(),
        length => {
            let shown = |range: &[char]| range.iter().collect::<String>();
            format!("{}{HIDDEN}{}", shown(&characters[..4]), shown(&characters[length - 2..]))
        }
    }
}

fn percent(text: &str) -> String {
    const KEPT: percent_encoding::AsciiSet =
        percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    percent_encoding::utf8_percent_encode(text, &KEPT).to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::schema;
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_hidden_in_every_spelling() {
        let mut masking = Masking::default();
        let parameters = json!({ "AccountName": "app", "AccountPassword": "p&ss w\"rd" });
        let operation = schema::operation("CreateAccount").unwrap();
        masking.hide_parameters(operation, parameters.as_object().unwrap());
        for text in ["x p&ss w\"rd", r#"{"a":"p&ss w\"rd"}"#, "p%26ss%20w%22rd", "p%2526ss%2520w%2522rd app"]
        {
            let shown = masking.text(text);
            assert!(!shown.contains("ss") && shown.contains(HIDDEN), "{shown}");
        }
        assert_eq!(masking.text("an app"), "an app");
    }

    #[test]
    fn sensitive_members_are_not_kept() {
        let operation = schema::operation("ModifyPGHbaConfig").unwrap();
        let parameters =
            json!({ "HbaItem": [{ "Address": "::1", "Option": "ldapbindpasswd=x" }], "ApiSecret": "y" });
        let kept = harmless(operation, parameters.as_object().unwrap());
        assert_eq!(kept["HbaItem"][0], json!({ "Address": "::1", "Option": HIDDEN }));
        assert_eq!(kept["ApiSecret"], HIDDEN);
    }

    #[test]
    fn a_key_id_is_known_to_its_owner_only() {
        assert_eq!(key_id("LTAI5tExampleKey9Z"), "LTAI****9Z");
        assert_eq!(key_id("short"), HIDDEN);
    }
}
