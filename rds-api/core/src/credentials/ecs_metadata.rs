//! Credentials of the RAM role of the ECS instance that the program runs on.

use std::error::Error as _;

use super::http::{self, FieldNames, HttpOptions};
use super::{BoxFuture, Credentials, Environment, ProvideCredentials};
use crate::error::{Error, Result};
use crate::signature::percent;
use reqwest::Client;
use reqwest::header::HeaderValue;

/// The name of the source.
pub(super) const SOURCE: &str = "ECS instance metadata";
const OFFICIAL_ADDRESS: &str = "http://100.100.100.200";
const DISABLED: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";

/// Asks the metadata service of the instance, first for a token (security-hardened mode, IMDSv2) and, if it
/// gives none, without.
///
/// ```
/// use rds_api::credentials::EcsMetadata;
///
/// let any_role_of_the_instance = EcsMetadata::new();
/// let strict = EcsMetadata::new().role("backup-reader").require_token(true);
/// # let _ = (any_role_of_the_instance, strict);
/// ```
#[derive(Debug)]
pub struct EcsMetadata {
    role: Option<String>,
    /// Somebody has said that this is an instance with a role.
    is_expected: bool,
    token_required: bool,
    address: String,
    http_options: HttpOptions,
}

impl Default for EcsMetadata {
    fn default() -> Self {
        Self::new()
    }
}

impl EcsMetadata {
    /// Takes the role that the instance has.
    pub fn new() -> Self {
        let address = OFFICIAL_ADDRESS.to_owned();
        Self {
            role: None,
            is_expected: true,
            token_required: false,
            address,
            http_options: HttpOptions::for_metadata(),
        }
    }

    /// FieldNames the role, which saves a request.
    pub fn role(mut self, name: impl Into<String>) -> Self {
        self.role = Some(name.into()).filter(|name| !name.is_empty());
        self
    }

    /// Whether to fail, rather than to ask without a token, if the service gives none.
    pub fn require_token(mut self, required: bool) -> Self {
        self.token_required = required;
        self
    }

    /// Asks at another address, such as `http://127.0.0.1:1338` of a mock.
    pub fn endpoint(mut self, address: impl Into<String>) -> Self {
        let address = address.into();
        self.address = address.trim_end_matches('/').to_owned();
        self
    }

    /// As the environment says, which may also forbid to ask at all. `role` wins over the environment's.
    pub(super) fn of(environment: &Environment, role: Option<&str>) -> Result<Self> {
        if environment.is_on(DISABLED) {
            return Err(Error::credentials(format!("disabled by {DISABLED}")).not_configured());
        }
        let role = match role {
            Some(role) => Some(role.to_owned()),
            None => environment.variable("ALIBABA_CLOUD_ECS_METADATA")?,
        };
        Ok(Self::new()
            .role(role.unwrap_or_default())
            .require_token(environment.is_on("ALIBABA_CLOUD_IMDSV1_DISABLED"))
            .endpoint(environment.address(OFFICIAL_ADDRESS)))
    }

    /// As in a chain of sources, where nobody has said that this is an instance unless its role is known.
    pub(super) fn in_chain(environment: &Environment) -> Result<Self> {
        let metadata = Self::of(environment, None)?;
        Ok(Self { is_expected: metadata.role.is_some(), ..metadata })
    }

    async fn request(&self) -> Result<Credentials> {
        let client = self.http_options.client(&self.address)?;
        let token = self.token(&client).await.map_err(|error| match self.is_expected {
            true => error,
            false => error.not_configured(),
        })?;
        let role = match &self.role {
            Some(role) => role.clone(),
            None => self.role_of_instance(&client, &token).await?,
        };
        let what =
            format!("asking the instance metadata at {} for credentials of role `{role}`", self.address);
        let path = percent::encode(&role).to_string();
        let response = http::json(self.get(&client, &path, &token), &what, token.secret()).await;
        let response = response.map_err(|error| token.explain(error))?;
        if response["Code"] != "Success" {
            let code = response["Code"].as_str().unwrap_or_default();
            return Err(Error::credentials(format!(
                "{what}: the response's `Code` is `{code}`, not `Success`"
            )));
        }
        Ok(FieldNames::USUAL.temporary(&response, &what)?.with_source(SOURCE))
    }

    async fn role_of_instance(&self, client: &Client, token: &Token) -> Result<String> {
        let what = format!("asking the instance metadata at {} for the role", self.address);
        let role = http::text(self.get(client, "", token), &what, token.secret()).await;
        let error = match role.as_deref().map(str::trim) {
            Ok("") => Error::credentials(format!("{what}: the instance has none")),
            Ok(role) if is_role_name(role) => return Ok(role.to_owned()),
            Ok(_) => Error::credentials(format!("{what}: the response is not a valid role name")),
            Err(_) => token.explain(role.err().unwrap_or_else(|| Error::credentials(what))),
        };
        // Whatever takes connections there is not the metadata of an instance unless it says something.
        let is_there =
            error.is_retryable() && (error.http_status().is_some() || matches!(token, Token::Given(_)));
        Err(if is_there || self.is_expected { error } else { error.not_configured() })
    }

    /// The token to show in the requests that follow, unless the service does without.
    async fn token(&self, client: &Client) -> Result<Token> {
        let what = format!("asking the instance metadata at {} for a token", self.address);
        let request = client
            .put(format!("{}/latest/api/token", self.address))
            .header("x-aliyun-ecs-metadata-token-ttl-seconds", "21600");
        let token = http::text(request, &what, "").await.and_then(|token| {
            // A page is none, even if it has no blank.
            let valid = Some(&token).filter(|token| is_token(token));
            let mut token = valid
                .and_then(|token| HeaderValue::from_str(token).ok())
                .ok_or_else(|| Error::credentials(format!("{what}: the response is not a valid token")))?;
            token.set_sensitive(true);
            Ok(token)
        });
        match token {
            Ok(token) => Ok(Token::Given(token)),
            Err(error) if self.token_required || is_out_of_reach(&error) => Err(error),
            Err(error) => Ok(Token::Refused(error)),
        }
    }

    fn get(&self, client: &Client, path: &str, token: &Token) -> reqwest::RequestBuilder {
        let request =
            client.get(format!("{}/latest/meta-data/ram/security-credentials/{path}", self.address));
        match token {
            Token::Given(token) => request.header("x-aliyun-ecs-metadata-token", token.clone()),
            Token::Refused(_) => request,
        }
    }
}

/// The token of the hardened mode, or why there is none.
enum Token {
    Given(HeaderValue),
    Refused(Error),
}

impl Token {
    fn secret(&self) -> &str {
        match self {
            Self::Given(token) => token.to_str().unwrap_or_default(),
            Self::Refused(_) => "",
        }
    }

    /// Adds to the failure of a request that it had no token: that may be all that it failed for.
    fn explain(&self, error: Error) -> Error {
        match self {
            Self::Given(_) => error,
            Self::Refused(refusal) => {
                let may_pass = error.is_retryable() || refusal.is_retryable();
                error
                    .with_note(format_args!("it was asked without a token, since {refusal}"))
                    .retryable(may_pass)
            }
        }
    }
}

/// Whether a text can be the name of a role. Anything may listen at the address.
fn is_role_name(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Whether a text can be a token of the hardened mode.
fn is_token(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(['<', '{', '[']) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether there was not even a connection. Then this is no ECS instance, and asking without a token would
/// only take another second to find the same.
fn is_out_of_reach(error: &Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<reqwest::Error>());
    cause.is_some_and(reqwest::Error::is_connect)
}

impl ProvideCredentials for EcsMetadata {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(self.request())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Duration;

    use super::super::loopback::{Loopback, PLAIN};
    use super::*;

    const TOKEN: &str = "PUT /latest/api/token";
    const LIST: &str = "GET /latest/meta-data/ram/security-credentials/";
    const ROLE: &str = "GET /latest/meta-data/ram/security-credentials/the-role";

    /// The metadata service of an instance; `with_tokens` is whether it gives, and wants, tokens.
    async fn instance(with_tokens: bool) -> Loopback {
        Loopback::start(move |request| match (request.method.as_str(), request.path.as_str()) {
            ("PUT", _) if with_tokens => (200, "the-token\n".into()),
            ("PUT", _) => (404, "no such thing".into()),
            _ if with_tokens && request.header("x-aliyun-ecs-metadata-token") != Some("the-token") => {
                (403, String::new())
            }
            (_, path) if path.ends_with('/') => (200, "the-role\n".into()),
            _ => (200, PLAIN.into()),
        })
        .await
    }

    #[tokio::test]
    async fn asks_with_a_token() {
        let instance = instance(true).await;
        let credentials = EcsMetadata::new().endpoint(&instance.address).provide().await.unwrap();
        assert_eq!(credentials.access_key_id(), "STS.plain");
        assert_eq!(instance.lines(), [TOKEN, LIST, ROLE]);
        assert_eq!(instance.requests()[0].header("x-aliyun-ecs-metadata-token-ttl-seconds"), Some("21600"));
    }

    #[tokio::test]
    async fn asks_without_if_there_are_no_tokens_and_that_is_allowed() {
        let instance = instance(false).await;
        let metadata = EcsMetadata::new().endpoint(&instance.address).role("the-role");
        assert!(metadata.provide().await.is_ok());
        assert_eq!(instance.lines(), [TOKEN, ROLE]);
        let error = metadata.require_token(true).provide().await.unwrap_err();
        assert!(error.to_string().contains("for a token was refused (HTTP status 404)"), "{error}");
    }

    #[tokio::test]
    async fn the_environment_is_respected() {
        let instance = instance(true).await;
        let with =
            |name, value| Environment::fake("", &[(OFFICIAL_ADDRESS, &instance.address), (name, value)]);
        let error = EcsMetadata::of(&with(DISABLED, "true"), None).unwrap_err();
        assert_eq!(error.to_string(), "disabled by ALIBABA_CLOUD_ECS_METADATA_DISABLED");
        let metadata = EcsMetadata::of(&with("ALIBABA_CLOUD_ECS_METADATA", "the-role"), None).unwrap();
        metadata.provide().await.unwrap();
        assert_eq!(instance.lines(), [TOKEN, ROLE]);
        assert!(
            EcsMetadata::of(&with("ALIBABA_CLOUD_IMDSV1_DISABLED", "TRUE"), None).unwrap().token_required
        );
    }

    #[tokio::test]
    async fn failures_are_explained() {
        for (status, body, expected) in [
            (200, r#"{"Code": "Failed", "AccessKeySecret": "hidden"}"#, "`Code` is `Failed`, not `Success`"),
            (200, r#"{"Code": "Success"}"#, "the response has no `AccessKeyId`"),
            (200, "hidden", "the response is not JSON"),
            (404, "hidden", "for credentials of role `x` was refused (HTTP status 404)"),
        ] {
            let instance = Loopback::start(move |request| match request.method.as_str() {
                "PUT" => (200, "token".into()),
                _ => (status, body.into()),
            })
            .await;
            let error = EcsMetadata::new().endpoint(&instance.address).role("x").provide().await.unwrap_err();
            assert!(error.to_string().ends_with(expected), "{error}");
            assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
        }
    }

    #[tokio::test]
    async fn an_instance_without_a_role_is_named_as_the_reason() {
        for (status, list, expected) in [
            (200, "\n", "for the role: the instance has none"),
            (200, "<html>hidden</html>", "for the role: the response is not a valid role name"),
            (404, "hidden", "for the role was refused (HTTP status 404)"),
        ] {
            let instance = Loopback::start(move |request| match request.method.as_str() {
                "PUT" => (200, "token".into()),
                _ => (status, list.into()),
            })
            .await;
            let error = EcsMetadata::new().endpoint(&instance.address).provide().await.unwrap_err();
            assert!(error.to_string().ends_with(expected), "{error}");
            assert_eq!(instance.lines(), [TOKEN, LIST]);
        }
    }

    /// A hardened instance whose token comes too late, and what refuses to do without.
    #[tokio::test]
    async fn a_failure_without_a_token_says_why_there_was_none() {
        for (token_status, expected) in [
            (
                500,
                "for the role was refused; it was asked without a token, since asking the instance metadata at",
            ),
            (404, "for a token was refused (HTTP status 404) (HTTP status 403)"),
        ] {
            let instance = Loopback::start(move |request| match request.method.as_str() {
                "PUT" => (token_status, String::new()),
                _ => (403, String::new()),
            })
            .await;
            let error = EcsMetadata::new().endpoint(&instance.address).provide().await.unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
            assert_eq!(error.is_retryable(), token_status == 500, "{error}");
        }
        let mut metadata = EcsMetadata::new().endpoint(Loopback::silent().await);
        metadata.http_options.connect_timeout = Duration::from_millis(20);
        metadata.http_options.read_timeout = Duration::from_millis(20);
        let error = metadata.provide().await.unwrap_err();
        assert!(error.to_string().ends_with("for a token took too long"), "{error}");
        assert!(error.to_string().contains("; it was asked without a token, since "), "{error}");
    }

    #[tokio::test]
    async fn elsewhere_than_on_an_instance_one_attempt_is_enough() {
        let error = EcsMetadata::new().endpoint("http://127.0.0.1:1").provide().await.unwrap_err();
        assert!(error.to_string().ends_with("for a token failed"), "{error}");

        let mut metadata = EcsMetadata::new().endpoint(Loopback::silent().await).require_token(true);
        metadata.http_options.connect_timeout = Duration::from_millis(20);
        metadata.http_options.read_timeout = Duration::from_millis(20);
        let error = metadata.provide().await.unwrap_err();
        assert!(error.to_string().ends_with("for a token took too long"), "{error}");
    }
}
