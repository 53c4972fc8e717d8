//! Keeping the secrets of a call off the terminal and out of the explorer, wherever a response repeats them.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use rds_api::schema::Operation;
use rds_api::schema::secrecy::{self, holds_secret};
use rds_api::transport::{BoxFuture, Transport};
use rds_api::{ClientBuilder, Result, SERVICE};
use rds_api_core::secrecy::{MASK, Redactor};
use serde_json::{Map, Value as Json};

/// What must not be shown of a call: its sensitive parameters, and what its requests prove themselves with.
#[derive(Clone)]
pub(crate) struct Masking(Arc<Mutex<Redactor>>);

impl Masking {
    /// The secrets among the parameters of a call.
    pub(crate) fn new(operation: Option<&Operation>, parameters: &Map<String, Json>) -> Self {
        let redactor = match operation {
            Some(operation) => secrecy::redactor(SERVICE.sensitive(), operation, parameters),
            None => {
                let mut redactor = Redactor::new(SERVICE.sensitive());
                redactor.hide_members_of(&Json::from(parameters.clone()).to_string());
                redactor
            }
        };
        Self(Arc::new(Mutex::new(redactor)))
    }

    /// Also learns the secrets of the requests that this client sends.
    pub(crate) fn watch(&self, builder: ClientBuilder) -> ClientBuilder {
        let masking = self.clone();
        builder.wrap_transport(move |inner| Watching { masking: masking.clone(), inner })
    }

    /// The value without the secrets.
    pub(crate) fn json(&self, mut value: Json) -> Json {
        self.redactor().redact_json(&mut value);
        value
    }

    /// What may be shown of a request that was sent, or was to be sent.
    pub(crate) fn redactor(&self) -> MutexGuard<'_, Redactor> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Masking {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Masking").finish_non_exhaustive()
    }
}

/// A transport that notes the secrets of the requests that it sends.
#[derive(Debug)]
struct Watching {
    masking: Masking,
    inner: Arc<dyn Transport>,
}

impl Transport for Watching {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>>> {
        self.masking.redactor().hide_sent(&request);
        self.inner.send(request)
    }
}

/// Whether the value of a parameter must not be shown.
pub(crate) fn is_secret(operation: Option<&Operation>, name: &str) -> bool {
    let parameter = name.split('.').next().unwrap_or(name);
    let field = operation.and_then(|operation| operation.parameter(parameter));
    field.map_or_else(|| SERVICE.sensitive().contain(name), holds_secret)
}

/// Whether a text that is not secret as a whole has a secret in it, such as a password in a text of JSON.
pub(crate) fn holds_secret_text(text: &str) -> bool {
    Redactor::new(SERVICE.sensitive()).document(text) != text
}

/// The parameters as they may be shown and kept: without what is sensitive.
pub(crate) fn masked_parameters(operation: &Operation, parameters: &Map<String, Json>) -> Map<String, Json> {
    let mut masked = parameters.clone();
    secrecy::mask_members(SERVICE.sensitive(), &operation.parameters, &mut masked);
    masked
}

/// The id of a key, so that its owner knows it and nobody else does.
pub(crate) fn key_id(id: &str) -> String {
    let characters: Vec<char> = id.chars().collect();
    match characters.len() {
        0..8 => MASK.to_owned(),
        length => {
            let shown = |range: &[char]| range.iter().collect::<String>();
            format!("{}{MASK}{}", shown(&characters[..4]), shown(&characters[length - 2..]))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::schema;
    use serde_json::json;

    use super::*;

    #[test]
    fn sensitive_members_are_not_kept() {
        let operation = schema::operation("ModifyPGHbaConfig").unwrap();
        let parameters =
            json!({ "HbaItem": [{ "Address": "::1", "Option": "ldapbindpasswd=x" }], "ApiSecret": "y" });
        let kept = masked_parameters(operation, parameters.as_object().unwrap());
        assert_eq!(kept["HbaItem"][0], json!({ "Address": "::1", "Option": MASK }));
        assert_eq!(kept["ApiSecret"], MASK);
        assert!(is_secret(Some(operation), "HbaItem.1.Option") && is_secret(None, "NewPasswd"));
        assert!(!is_secret(Some(operation), "DBInstanceId") && !is_secret(None, "NextToken"));
    }

    #[test]
    fn a_key_id_is_known_to_its_owner_only() {
        assert_eq!(key_id("LTAI5tExampleKey9Z"), "LTAI****9Z");
        assert_eq!(key_id("short"), MASK);
    }
}
