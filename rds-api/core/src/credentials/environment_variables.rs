//! Credentials from environment variables.

use super::{BoxFuture, Credentials, Environment, ProvideCredentials};
use crate::error::Result;

/// Reads `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and, for temporary credentials,
/// `ALIBABA_CLOUD_SECURITY_TOKEN`.
#[derive(Debug, Default)]
pub struct EnvironmentVariables {
    environment: Environment,
}

impl EnvironmentVariables {
    /// Reads the variables of the process, at the time of each use.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn of(environment: &Environment) -> Self {
        Self { environment: environment.clone() }
    }

    fn read(&self) -> Result<Credentials> {
        let id = self.environment.required("ALIBABA_CLOUD_ACCESS_KEY_ID")?;
        let secret = self.environment.required("ALIBABA_CLOUD_ACCESS_KEY_SECRET")?;
        let token = self.environment.variable("ALIBABA_CLOUD_SECURITY_TOKEN").unwrap_or_default();
        Ok(Credentials::new(id, secret).with_security_token(token))
    }
}

impl ProvideCredentials for EnvironmentVariables {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(std::future::ready(self.read()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_key_and_token() {
        let variables = [
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret"),
            ("ALIBABA_CLOUD_SECURITY_TOKEN", "token"),
        ];
        let read = |count| EnvironmentVariables::of(&Environment::fake("", &variables[..count])).read();
        assert_eq!(read(3).unwrap(), Credentials::new("id", "secret").with_security_token("token"));
        assert_eq!(read(2).unwrap(), Credentials::new("id", "secret"));
        assert_eq!(read(1).unwrap_err().to_string(), "ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set");
        assert_eq!(read(0).unwrap_err().to_string(), "ALIBABA_CLOUD_ACCESS_KEY_ID is not set");
    }
}
