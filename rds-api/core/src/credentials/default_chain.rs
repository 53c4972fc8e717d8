//! Looking for credentials where the official tools look.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use super::http::with_causes;
use super::{
    AnyProvider, AssumeRoleWithOidc, BoxFuture, CliProfile, Credentials, CredentialsUri, EcsMetadata,
    Environment, EnvironmentVariables, IniFile, ProvideCredentials, Refreshing,
};
use crate::error::{Error, ErrorKind, Result};

/// A source by its name, and how it is set up from the environment.
type Source = (&'static str, fn(&Environment) -> Result<AnyProvider>);

/// The sources in the order in which the official tools ask them.
const SOURCES: [Source; 6] = [
    ("environment variables", |environment| Ok(Arc::new(EnvironmentVariables::of(environment)))),
    ("OIDC", |environment| Ok(Arc::new(AssumeRoleWithOidc::of(environment)?))),
    ("aliyun CLI profile", |environment| Ok(Arc::new(CliProfile::of(environment)?))),
    ("ini file", |environment| Ok(Arc::new(IniFile::of(environment)))),
    ("ECS instance metadata", |environment| Ok(Arc::new(EcsMetadata::of(environment, None)?))),
    ("credentials URI", |environment| {
        Ok(Arc::new(CredentialsUri::new(environment.required("ALIBABA_CLOUD_CREDENTIALS_URI")?)))
    }),
];

/// The default chain, with temporary credentials kept and renewed.
pub fn default_chain() -> Refreshing<DefaultChain> {
    Refreshing::new(DefaultChain::new())
}

/// Asks one source after the other, and stays with the first that gives credentials.
///
/// | | source | asked if |
/// | --- | --- | --- |
/// | 1 | environment variables | `ALIBABA_CLOUD_ACCESS_KEY_ID` and `ALIBABA_CLOUD_ACCESS_KEY_SECRET` are set |
/// | 2 | OIDC | `ALIBABA_CLOUD_ROLE_ARN`, `…_OIDC_PROVIDER_ARN` and `…_OIDC_TOKEN_FILE` are set |
/// | 3 | `~/.aliyun/config.json` | unless `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is `true` |
/// | 4 | `~/.alibabacloud/credentials.ini` | it is there |
/// | 5 | ECS instance metadata | unless `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is `true` |
/// | 6 | credentials URI | `ALIBABA_CLOUD_CREDENTIALS_URI` is set |
///
/// If none gives any, the error lists all and why each gave nothing.
#[derive(Debug, Default)]
pub struct DefaultChain {
    environment: Environment,
    /// The source that gave credentials. From then on the others are not asked: a program should not change
    /// its identity because its source fails for a moment.
    found: OnceLock<AnyProvider>,
}

impl DefaultChain {
    /// Looks in the environment of the process, when first asked.
    pub fn new() -> Self {
        Self::default()
    }

    #[cfg(test)]
    pub(super) fn of(environment: Environment) -> Self {
        Self { environment, found: OnceLock::new() }
    }

    async fn find(&self) -> Result<Credentials> {
        if let Some(found) = self.found.get() {
            return found.provide().await;
        }
        let mut message = "no source gives credentials".to_owned();
        for (name, source) in SOURCES {
            let error = match source(&self.environment) {
                Ok(provider) => match provider.provide().await {
                    Ok(credentials) => {
                        tracing::debug!(source = name, "found credentials");
                        let _ = self.found.set(provider);
                        return Ok(credentials);
                    }
                    // No other source can do better.
                    Err(error) if error.kind() == ErrorKind::Runtime => return Err(error),
                    Err(error) => error,
                },
                Err(error) => error,
            };
            let reason = with_causes(&error);
            tracing::debug!(source = name, reason, "no credentials");
            let _ = write!(message, "; {name}: {reason}");
        }
        Err(Error::credentials(message))
    }
}

impl ProvideCredentials for DefaultChain {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(self.find())
    }

    fn invalidate(&self, refused: &Credentials) {
        if let Some(found) = self.found.get() {
            found.invalidate(refused);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::loopback::{Loopback, PLAIN, ROLE};
    use super::*;

    /// In a home that lacks nothing, the first source gives credentials. Then one after the other is taken away.
    #[tokio::test]
    async fn asks_in_the_official_order() {
        let server = Loopback::start(|request| match request.path.as_str() {
            "/uri" => (200, PLAIN.replace("STS.plain", "uri")),
            path if path.ends_with("/security-credentials/") => (200, "role".into()),
            _ if request.method == "POST" => (200, ROLE.replace("STS.id", "oidc")),
            _ => (200, PLAIN.replace("STS.plain", "metadata")),
        })
        .await;
        let home = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = home.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("token", "token");
        let cli = r#"{"profiles": [{"name": "default", "mode": "AK", "access_key_id": "cli", "access_key_secret": "s"}]}"#;
        write(".aliyun/config.json", cli);
        write(
            ".alibabacloud/credentials.ini",
            "[default]\ntype=access_key\naccess_key_id=ini\naccess_key_secret=s",
        );
        let (uri, token) = (format!("{}/uri", server.address), home.path().join("token"));
        let mut variables = vec![
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "variables"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s"),
            ("ALIBABA_CLOUD_ROLE_ARN", "arn"),
            ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "arn"),
            ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token.to_str().unwrap()),
            ("ALIBABA_CLOUD_STS_ENDPOINT", &server.address),
            ("ALIBABA_CLOUD_CREDENTIALS_URI", &uri),
            ("http://100.100.100.200", &server.address),
        ];
        let mut found = Vec::new();
        for step in 0..6 {
            match step {
                1 => drop(variables.drain(..1)),
                2 => drop(variables.drain(..2)),
                3 => std::fs::remove_file(home.path().join(".aliyun/config.json")).unwrap(),
                4 => std::fs::remove_file(home.path().join(".alibabacloud/credentials.ini")).unwrap(),
                5 => variables.push(("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")),
                _ => {}
            }
            let chain = DefaultChain::of(Environment::fake(home.path(), &variables));
            found.push(chain.provide().await.unwrap().access_key_id().to_owned());
        }
        assert_eq!(found, ["variables", "oidc", "cli", "ini", "metadata", "uri"]);
    }

    #[tokio::test]
    async fn says_why_each_source_gave_nothing() {
        let variables = [("http://100.100.100.200", "http://127.0.0.1:1")];
        let chain = DefaultChain::of(Environment::fake("/nowhere", &variables));
        let error = chain.provide().await.unwrap_err().to_string();
        let parts: Vec<_> = error.split("; ").collect();
        assert_eq!(parts.len(), 7, "{error}");
        for (part, expected) in parts.iter().zip([
            "no source gives credentials",
            "environment variables: ALIBABA_CLOUD_ACCESS_KEY_ID is not set",
            "OIDC: ALIBABA_CLOUD_ROLE_ARN is not set",
            "aliyun CLI profile: /nowhere/.aliyun/config.json cannot be read: ",
            "ini file: there is no file /nowhere/",
            "ECS instance metadata: asking the instance metadata at http://127.0.0.1:1 for a token failed: ",
            "credentials URI: ALIBABA_CLOUD_CREDENTIALS_URI is not set",
        ]) {
            assert!(part.starts_with(expected), "{part}");
        }
    }

    #[tokio::test]
    async fn stays_with_the_source_that_worked_and_only_with_that() {
        let home = tempfile::tempdir().unwrap();
        let variables = [("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")];
        let chain = DefaultChain::of(Environment::fake(home.path(), &variables));
        assert!(chain.provide().await.is_err());

        std::fs::create_dir(home.path().join(".alibabacloud")).unwrap();
        let ini = home.path().join(".alibabacloud/credentials");
        std::fs::write(&ini, "[default]\ntype=access_key\naccess_key_id=ini\naccess_key_secret=s").unwrap();
        assert_eq!(chain.provide().await.unwrap().access_key_id(), "ini");
        std::fs::remove_file(&ini).unwrap();
        assert_eq!(chain.provide().await.unwrap().access_key_id(), "ini");
    }
}
