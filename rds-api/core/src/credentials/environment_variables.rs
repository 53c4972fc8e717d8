//! Credentials from environment variables.

use super::{BoxFuture, Credentials, Environment, ProvideCredentials};
use crate::error::{Error, Result};

/// The name of the source.
pub(super) const SOURCE: &str = "environment variables";
const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
const TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";

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
        let environment = &self.environment;
        match (environment.visible(ID)?, environment.variable(SECRET)?) {
            (Some(id), Some(secret)) => {
                let token = environment.visible(TOKEN)?.unwrap_or_default();
                Ok(Credentials::new(id, secret).with_security_token(token).with_source(SOURCE))
            }
            (Some(_), None) => Err(Error::credentials(format!("{SECRET} is not set, but {ID} is"))),
            (None, Some(_)) => Err(Error::credentials(format!("{ID} is not set, but {SECRET} is"))),
            (None, None) => Err(Error::credentials(format!("{ID} is not set")).not_configured()),
        }
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
        let error = read(1).unwrap_err();
        assert_eq!(
            error.to_string(),
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set, but ALIBABA_CLOUD_ACCESS_KEY_ID is"
        );
        assert!(!error.is_not_configured());
        let error = read(0).unwrap_err();
        assert_eq!(error.to_string(), "ALIBABA_CLOUD_ACCESS_KEY_ID is not set");
        assert!(error.is_not_configured());
    }

    #[test]
    fn what_came_along_with_a_value_goes_and_a_flaw_names_its_variable() {
        for (id, secret, token, expected) in [
            ("LTAI\n", "secret\r\n", "token\n", Ok(("LTAI", "secret", Some("token")))),
            ("\u{feff}LTAI", " sec ret ", "", Ok(("LTAI", "sec ret", None))),
            ("LT\nAI", "s", "", Err("ALIBABA_CLOUD_ACCESS_KEY_ID has a line break in it")),
            ("  ", "s", "", Err("ALIBABA_CLOUD_ACCESS_KEY_ID is blank")),
            (
                "LTAI",
                "hid\u{7}den",
                "",
                Err("ALIBABA_CLOUD_ACCESS_KEY_SECRET has a control character (U+0007) in it"),
            ),
            ("LTAI", "\n", "", Err("ALIBABA_CLOUD_ACCESS_KEY_SECRET is blank")),
            ("LTAI", "s", "to ken", Err("ALIBABA_CLOUD_SECURITY_TOKEN has a blank in it")),
            ("LTÄI", "s", "", Err("ALIBABA_CLOUD_ACCESS_KEY_ID has a character that is not ASCII in it")),
        ] {
            let read = EnvironmentVariables::of(&Environment::fake(
                "",
                &[(ID, id), (SECRET, secret), (TOKEN, token)],
            ))
            .read();
            let parts =
                read.as_ref().map(|it| (it.access_key_id(), it.access_key_secret(), it.security_token()));
            let parts = parts.map_err(|error| error.to_string());
            assert_eq!(parts, expected.map_err(str::to_owned), "{id:?}");
            if let Err(error) = &read {
                assert!(!error.is_not_configured());
            }
        }
    }
}
