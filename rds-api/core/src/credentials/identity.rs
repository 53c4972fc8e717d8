//! Whose credentials are in use.

use std::time::SystemTime;

use super::Credentials;

/// Whose credentials a client uses: which source gave them, and the id of the key, but nothing that is secret.
///
/// `Client::identity` gives it, and `Client::caller_identity` asks the service for the account behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    source: String,
    profile: Option<String>,
    access_key_id: String,
    is_temporary: bool,
    expiration: Option<SystemTime>,
}

impl Identity {
    pub(crate) fn of(credentials: &Credentials) -> Self {
        let source = credentials.origin().source.as_deref().unwrap_or("the program");
        Self {
            source: source.to_owned(),
            profile: credentials.origin().profile.clone(),
            access_key_id: credentials.access_key_id().to_owned(),
            is_temporary: credentials.security_token().is_some(),
            expiration: credentials.expiration(),
        }
    }

    /// The source that gave the credentials, such as `environment variables` or `aliyun CLI profile`; `the program` for
    /// keys that it has from elsewhere.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The profile of the aliyun CLI, or the section of the ini file.
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// The id of the key.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// Whether a security token goes with the key.
    pub fn is_temporary(&self) -> bool {
        self.is_temporary
    }

    /// When the credentials expire, if they do.
    pub fn expiration(&self) -> Option<SystemTime> {
        self.expiration
    }
}
