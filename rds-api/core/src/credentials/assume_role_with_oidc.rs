//! Credentials of a role for whoever holds a token of an identity provider.

use std::path::PathBuf;

use super::http::HttpOptions;
use super::role_session::StsRequest;
use super::source_text::{self, Form};
use super::{BoxFuture, Credentials, Environment, ProvideCredentials, RoleSession, source_file};
use crate::clock;
use crate::error::{Error, Result};

/// The name of the source.
pub(super) const SOURCE: &str = "OIDC";
const ROLE: &str = "ALIBABA_CLOUD_ROLE_ARN";
const PROVIDER: &str = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN";
const TOKEN_FILE: &str = "ALIBABA_CLOUD_OIDC_TOKEN_FILE";

/// Takes on a RAM role with a token in a file (STS operation `AssumeRoleWithOIDC`), as pods of a Kubernetes
/// cluster with RRSA do. The file is read for each renewal, because whoever wrote it replaces it in time.
///
/// ```
/// use rds_api::credentials::AssumeRoleWithOidc;
///
/// let role = AssumeRoleWithOidc::new(
///     "acs:ram::123456789012****:oidc-provider/cluster",
///     "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token",
///     "acs:ram::123456789012****:role/backup-reader",
/// );
/// # let _ = role;
/// ```
#[derive(Debug)]
pub struct AssumeRoleWithOidc {
    provider_arn: String,
    token_file: PathBuf,
    session: RoleSession,
    http_options: HttpOptions,
}

impl AssumeRoleWithOidc {
    /// Takes on a role, given by its ARN or as a [`RoleSession`], with a token of the provider.
    pub fn new(
        provider_arn: impl Into<String>,
        token_file: impl Into<PathBuf>,
        session: impl Into<RoleSession>,
    ) -> Self {
        Self {
            provider_arn: provider_arn.into(),
            token_file: token_file.into(),
            session: session.into(),
            http_options: HttpOptions::for_service(),
        }
    }

    /// As the variables say that RRSA sets.
    pub(super) fn of(environment: &Environment) -> Result<Self> {
        for (name, other) in [(ROLE, TOKEN_FILE), (PROVIDER, TOKEN_FILE), (TOKEN_FILE, TOKEN_FILE)] {
            if environment.is_set(name) {
                continue;
            }
            // The role alone is also there for others, a token is not.
            if environment.is_set(other) {
                tracing::warn!("{other} is of no use, since {name} is not set");
            }
            return Err(Error::credentials(format!("{name} is not set")).not_configured());
        }
        let read = |name| environment.variable(name).map(Option::unwrap_or_default);
        let (role_arn, provider_arn, token_file) = (read(ROLE)?, read(PROVIDER)?, read(TOKEN_FILE)?);
        let mut session = RoleSession::new(role_arn).in_environment(environment)?;
        if let Some(name) = environment.variable("ALIBABA_CLOUD_ROLE_SESSION_NAME")? {
            session = session.session_name(name);
        }
        Ok(Self::new(provider_arn, token_file, session))
    }

    async fn request(&self) -> Result<Credentials> {
        let path = self.token_file.clone();
        let text = source_file::off_the_runtime(move || source_file::read(&path)).await;
        let text = text.map_err(|error| error.of("the OIDC token"))?;
        let place = format!("the OIDC token in {}", self.token_file.display());
        let token = source_text::value(&text, Form::VisibleAscii, place)?;
        let form = [("OIDCProviderArn", self.provider_arn.as_str()), ("OIDCToken", token)];
        let action = "AssumeRoleWithOIDC";
        let now = clock::now();
        let request = StsRequest { action, now, query: &[], form: &form, secret: token };
        let credentials = self.session.request(&self.http_options, request, |_| None).await?;
        Ok(credentials.with_source(SOURCE))
    }
}

impl ProvideCredentials for AssumeRoleWithOidc {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(self.request())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::http::with_causes;
    use super::super::loopback::{Loopback, ROLE};
    use super::*;

    #[tokio::test]
    async fn sends_the_token_of_the_moment_without_a_signature() {
        let server = Loopback::start(|_| (200, ROLE.into())).await;
        let directory = tempfile::tempdir().unwrap();
        let token_file = directory.path().join("token");
        let environment = Environment::fake(
            directory.path(),
            &[
                ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/x"),
                ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/y"),
                ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token_file.to_str().unwrap()),
                ("ALIBABA_CLOUD_ROLE_SESSION_NAME", "pod"),
                ("ALIBABA_CLOUD_STS_ENDPOINT", &server.address),
            ],
        );
        let role = AssumeRoleWithOidc::of(&environment).unwrap();
        let error = role.provide().await.unwrap_err();
        assert!(with_causes(&error).contains(&token_file.display().to_string()), "{error}");

        for token in ["first", "second"] {
            std::fs::write(&token_file, format!("{token}\n")).unwrap();
            assert_eq!(role.provide().await.unwrap().access_key_id(), "STS.id");
            let request = server.requests().pop().unwrap();
            assert_eq!(request.parameter("OIDCToken").as_deref(), Some(token));
            assert!(!request.path.contains(token), "the token is not in the address");
            assert_eq!(request.parameter("OIDCProviderArn").as_deref(), Some("acs:ram::1:oidc-provider/y"));
            assert_eq!(request.parameter("RoleSessionName").as_deref(), Some("pod"));
            assert_eq!(request.parameter("Signature"), None);
        }
    }

    #[tokio::test]
    async fn a_refusal_is_explained_without_the_token() {
        let body =
            r#"{"RequestId": "R-1", "Code": "AuthenticationFail.NoPermission", "Message": "Not you."}"#;
        let server = Loopback::start(move |_| (403, body.into())).await;
        let token = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&token, "hidden").unwrap();
        let session = RoleSession::new("arn").sts_endpoint(&server.address);
        let error = AssumeRoleWithOidc::new("provider", token.path(), session).provide().await.unwrap_err();
        assert!(error.to_string().starts_with("AssumeRoleWithOIDC of `arn` at http://127.0.0.1:"), "{error}");
        assert!(error.to_string().contains(" was refused: AuthenticationFail.NoPermission (403): Not you."));
        assert_eq!(
            (error.code(), error.request_id()),
            (Some("AuthenticationFail.NoPermission"), Some("R-1"))
        );
        assert!(!error.is_retryable() && !format!("{error:?}").contains("hidden"), "{error:?}");
    }

    #[test]
    fn says_which_variable_is_missing() {
        let environment = Environment::fake("", &[("ALIBABA_CLOUD_ROLE_ARN", "arn")]);
        let error = AssumeRoleWithOidc::of(&environment).unwrap_err();
        assert_eq!(error.to_string(), "ALIBABA_CLOUD_OIDC_PROVIDER_ARN is not set");
    }
}
