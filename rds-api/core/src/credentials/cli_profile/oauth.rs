//! Credentials for whoever has logged in by OAuth with the command line tool.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::cloud_sso::seconds_since_1970;
use super::config_file::{ConfigFile, Profile};
use crate::credentials::http::{self, FieldNames, HttpOptions};
use crate::credentials::secret::Secret;
use crate::credentials::{BoxFuture, Credentials, Environment, ProvideCredentials, source_file};
use crate::error::{Error, Result};

/// With less left than this, the access token is renewed.
const RENEW_BEFORE_SECONDS: i64 = 1200;

const NAMES: FieldNames = FieldNames {
    id: "accessKeyId",
    secret: "accessKeySecret",
    token: "securityToken",
    expiration: "expiration",
};

/// Trades the access token of a login for credentials, and renews the token in time. The tokens are read from
/// the profile for each renewal and written back to it, because the tool uses the same.
#[derive(Debug)]
pub(super) struct OAuth {
    path: PathBuf,
    profile: String,
    address: String,
    client_id: &'static str,
    /// The newest tokens, in case they could not be written.
    unwritten: Mutex<Option<Tokens>>,
}

#[derive(Clone, Debug)]
struct Tokens {
    access: Secret,
    refresh: Secret,
    expire: i64,
}

impl OAuth {
    pub(super) fn new(profile: &Profile<'_>, environment: &Environment) -> Result<Self> {
        let (address, client_id) = match profile.required("oauth_site_type")? {
            "CN" => ("https://oauth.aliyun.com", "4038181954557748008"),
            "INTL" => ("https://oauth.alibabacloud.com", "4103531455503354461"),
            other => {
                return Err(profile.error(&format!("`oauth_site_type` is `{other}`; it must be CN or INTL")));
            }
        };
        Ok(Self {
            path: profile.file.path().to_owned(),
            profile: profile.name.to_owned(),
            address: environment.address(address),
            client_id,
            unwritten: Mutex::new(None),
        })
    }

    async fn request(&self) -> Result<Credentials> {
        let mut tokens = self.tokens().await?;
        let left = tokens.expire.saturating_sub(seconds_since_1970());
        if left < RENEW_BEFORE_SECONDS || tokens.access.reveal().is_empty() {
            tokens = self.renew(&tokens).await?;
            self.keep(&tokens).await;
        }
        let what = format!("getting credentials from {}", self.address);
        let request = HttpOptions::for_service()
            .client(&self.address)?
            .post(format!("{}/v1/exchange", self.address))
            .bearer_auth(tokens.access.reveal());
        NAMES.temporary(&http::json(request, &what, tokens.access.reveal()).await?, &what)
    }

    /// The tokens of the profile, or those that could not be written to it, whichever last longer.
    async fn tokens(&self) -> Result<Tokens> {
        let path = self.path.clone();
        let file = source_file::off_the_runtime(move || ConfigFile::read(path)).await?;
        let profile = file.profile(&self.profile)?;
        let access = match profile.optional("oauth_access_token")? {
            Some(token) => profile.visible("oauth_access_token", token)?,
            None => "",
        };
        let written = Tokens {
            access: Secret::new(access),
            refresh: Secret::new(profile.required("oauth_refresh_token")?),
            expire: profile.number("oauth_access_token_expire")?.unwrap_or_default(),
        };
        let unwritten = self.unwritten.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(unwritten.filter(|unwritten| unwritten.expire > written.expire).unwrap_or(written))
    }

    async fn renew(&self, tokens: &Tokens) -> Result<Tokens> {
        let what = format!("renewing the login at {}", self.address);
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens.refresh.reveal()),
            ("client_id", self.client_id),
        ];
        let request =
            HttpOptions::for_service().client(&self.address)?.post(format!("{}/v1/token", self.address));
        let response = http::json(http::with_form(request, &form), &what, tokens.refresh.reveal());
        let response = response.await.map_err(|error| {
            let login = format!("log in with `aliyun configure --mode OAuth --profile {}`", self.profile);
            let retryable = error.is_retryable();
            Error::credentials(format!("the login could not be renewed; if this persists, {login}"))
                .retryable(retryable)
                .with_source(error)
        })?;
        let text = |name: &str| match response[name].as_str() {
            Some(text) if !text.is_empty() => Ok(Secret::new(text)),
            _ => Err(Error::credentials(format!("{what}: the response has no `{name}`"))),
        };
        let Some(seconds) = response["expires_in"].as_i64() else {
            return Err(Error::credentials(format!("{what}: the response has no `expires_in`")));
        };
        Ok(Tokens {
            access: text("access_token")?,
            refresh: text("refresh_token")?,
            expire: seconds_since_1970().saturating_add(seconds),
        })
    }

    /// Writes the tokens to the profile before anything else can fail: the old ones are used up.
    async fn keep(&self, tokens: &Tokens) {
        let keys = Map::from_iter([
            ("oauth_access_token".to_owned(), Value::from(tokens.access.reveal())),
            ("oauth_refresh_token".to_owned(), Value::from(tokens.refresh.reveal())),
            ("oauth_access_token_expire".to_owned(), json!(tokens.expire)),
        ]);
        let (path, profile) = (self.path.clone(), self.profile.clone());
        let update = move || ConfigFile::update(&path, &profile, keys);
        let written = source_file::off_the_runtime(update).await;
        if let Err(error) = &written {
            tracing::warn!(%error, "the renewed OAuth login is used, but the next program will need a new one");
        }
        let unwritten = written.is_err().then(|| tokens.clone());
        *self.unwritten.lock().unwrap_or_else(PoisonError::into_inner) = unwritten;
    }
}

impl ProvideCredentials for OAuth {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(self.request())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tempfile::NamedTempFile;

    use super::*;
    use crate::credentials::loopback::Loopback;

    const EXCHANGED: &str = r#"{"requestId": "1", "accessKeyId": "STS.oauth", "accessKeySecret": "hidden",
        "securityToken": "token", "expiration": "2030-01-02T03:04:05Z"}"#;
    const RENEWED: &str = r#"{"access_token": "new-access", "refresh_token": "new-refresh", "expires_in": 10800,
        "token_type": "Bearer"}"#;

    async fn server() -> Loopback {
        Loopback::start(|request| match request.path.as_str() {
            "/v1/token" => (200, RENEWED.into()),
            _ => (200, EXCHANGED.into()),
        })
        .await
    }

    fn login(server: &Loopback, seconds_left: i64) -> (NamedTempFile, OAuth) {
        let file = NamedTempFile::new().unwrap();
        let profile = json!({"name": "x", "mode": "OAuth", "oauth_site_type": "CN", "oauth_access_token": "old-access",
            "oauth_refresh_token": "old-refresh", "oauth_access_token_expire": seconds_since_1970() + seconds_left,
            "of_a_later_version": [1, 2]});
        std::fs::write(&file, json!({"current": "x", "profiles": [profile]}).to_string()).unwrap();
        let environment = Environment::fake("", &[("https://oauth.aliyun.com", &server.address)]);
        let config = ConfigFile::read(file.path().to_owned()).unwrap();
        let oauth = OAuth::new(&config.profile("x").unwrap(), &environment).unwrap();
        (file, oauth)
    }

    fn written(file: &NamedTempFile) -> Value {
        serde_json::from_slice::<Value>(&std::fs::read(file).unwrap()).unwrap()["profiles"][0].take()
    }

    #[tokio::test]
    async fn a_login_with_time_left_is_used() {
        let server = server().await;
        let (_file, oauth) = login(&server, 3600);
        assert_eq!(oauth.provide().await.unwrap().access_key_id(), "STS.oauth");
        assert_eq!(server.lines(), ["POST /v1/exchange"]);
        assert_eq!(server.requests()[0].header("authorization"), Some("Bearer old-access"));
    }

    #[tokio::test]
    async fn a_login_near_its_end_is_renewed_and_written_back() {
        let server = server().await;
        let (file, oauth) = login(&server, 1000);
        oauth.provide().await.unwrap();
        assert_eq!(server.lines(), ["POST /v1/token", "POST /v1/exchange"]);
        let requests = server.requests();
        assert_eq!(
            requests[0].body,
            "grant_type=refresh_token&refresh_token=old-refresh&client_id=4038181954557748008"
        );
        assert_eq!(requests[1].header("authorization"), Some("Bearer new-access"));
        let profile = written(&file);
        assert_eq!(profile["oauth_access_token"], "new-access");
        assert_eq!(profile["oauth_refresh_token"], "new-refresh");
        assert!(profile["oauth_access_token_expire"].as_i64().unwrap() > seconds_since_1970() + 10000);
        assert_eq!(profile["of_a_later_version"], json!([1, 2]));

        oauth.provide().await.unwrap();
        assert_eq!(server.lines().len(), 3, "the renewed login was read from the file");
    }

    #[tokio::test]
    async fn failures_are_explained_without_secrets() {
        let server =
            Loopback::start(|_| (400, r#"{"error": "invalid_grant", "error_description": "hidden"}"#.into()))
                .await;
        let (file, oauth) = login(&server, 0);
        let error = oauth.provide().await.unwrap_err();
        assert!(
            error.to_string().contains("log in with `aliyun configure --mode OAuth --profile x`"),
            "{error}"
        );
        for secret in ["old-access", "old-refresh", "hidden"] {
            assert!(!format!("{error:?} {oauth:?}").contains(secret), "{error:?}");
        }
        assert_eq!(written(&file)["oauth_refresh_token"], "old-refresh");
    }

    #[tokio::test]
    async fn tokens_that_cannot_be_written_are_kept() {
        let (_file, mut oauth) = {
            let config = json!({"profiles": [{"name": "x", "oauth_refresh_token": "old"}]}).to_string();
            let file = NamedTempFile::new().unwrap();
            std::fs::write(&file, config).unwrap();
            let path = file.path().to_owned();
            let oauth = OAuth {
                path,
                profile: "x".into(),
                address: String::new(),
                client_id: "",
                unwritten: Mutex::new(None),
            };
            (file, oauth)
        };
        let readable = std::mem::replace(&mut oauth.path, "/nowhere/config.json".into());
        oauth.keep(&Tokens { access: Secret::new("new"), refresh: Secret::new("new"), expire: 1 }).await;
        oauth.path = readable;
        assert_eq!(oauth.tokens().await.unwrap().refresh.reveal(), "new");
    }
}
