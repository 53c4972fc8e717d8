//! Credentials for whoever has logged in to CloudSSO with the command line tool.

use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::config_file::{ConfigFile, Profile};
use crate::clock;
use crate::credentials::http::{self, FieldNames, HttpOptions};
use crate::credentials::{BoxFuture, Credentials, ProvideCredentials, source_file};
use crate::error::Result;

/// Trades the access token of a login for credentials. The profile is read for each renewal, so that a new
/// login is noticed.
#[derive(Debug)]
pub(super) struct CloudSso {
    path: PathBuf,
    profile: String,
}

impl CloudSso {
    pub(super) fn new(profile: &Profile<'_>) -> Self {
        Self { path: profile.file.path().to_owned(), profile: profile.name.to_owned() }
    }

    async fn request(&self) -> Result<Credentials> {
        let path = self.path.clone();
        let file = source_file::off_the_runtime(move || ConfigFile::read(path)).await?;
        let profile = file.profile(&self.profile)?;
        let login = format!("log in with `aliyun configure --mode CloudSSO --profile {}`", self.profile);
        let Some(token) = profile.optional("access_token")? else {
            return Err(profile.error(&format!("`access_token` is missing; {login}")));
        };
        let token = profile.visible("access_token", token)?;
        if profile.number("cloud_sso_access_token_expire")?.unwrap_or_default() <= seconds_since_1970() {
            return Err(profile.error(&format!("the login has expired; {login}")));
        }
        let sign_in = profile.required("cloud_sso_sign_in_url")?;
        let Ok(url) = Url::parse(sign_in) else {
            return Err(profile.error(&format!("`cloud_sso_sign_in_url` is not a URL: `{sign_in}`")));
        };
        let address = http::secure(&url.origin().ascii_serialization())?;
        let what = format!("getting credentials from CloudSSO at {address}");
        let body = json!({
            "AccountId": profile.required("cloud_sso_account_id")?,
            "AccessConfigurationId": profile.required("cloud_sso_access_config")?,
        });
        let request = HttpOptions::for_service()
            .client(&address)?
            .post(format!("{address}/cloud-credentials"))
            .bearer_auth(token)
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string());
        let response: Value = http::json(request, &what, token).await?;
        FieldNames::USUAL.temporary(&response["CloudCredential"], &what)
    }
}

impl ProvideCredentials for CloudSso {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(self.request())
    }
}

pub(super) fn seconds_since_1970() -> i64 {
    let since = clock::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use crate::clock::Clock;
    use crate::credentials::loopback::{Loopback, PLAIN};
    use crate::error::Error;

    use super::*;

    async fn request(server: &Loopback, change: impl FnOnce(&mut Value)) -> Result<Credentials, Error> {
        let mut profile = json!({"name": "x", "mode": "CloudSSO", "access_token": "hidden",
            "cloud_sso_sign_in_url": format!("{}/start/login", server.address), "cloud_sso_account_id": "account",
            "cloud_sso_access_config": "config", "cloud_sso_access_token_expire": seconds_since_1970() + 60});
        change(&mut profile);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, json!({"profiles": [profile]}).to_string()).unwrap();
        let file = ConfigFile::read(file.path().to_owned()).map(|config| (config, file)).unwrap();
        CloudSso::new(&file.0.profile("x").unwrap()).request().await
    }

    #[tokio::test]
    async fn trades_the_token_for_credentials() {
        let server = Loopback::start(|_| (200, format!("{{\"CloudCredential\": {PLAIN}}}"))).await;
        let credentials = request(&server, |_| {}).await.unwrap();
        assert_eq!(credentials.access_key_id(), "STS.plain");
        assert_eq!(server.lines(), ["POST /cloud-credentials"]);
        let sent = &server.requests()[0];
        assert_eq!(sent.header("authorization"), Some("Bearer hidden"));
        assert_eq!(sent.body, r#"{"AccountId":"account","AccessConfigurationId":"config"}"#);
    }

    #[tokio::test]
    async fn without_a_valid_login_it_says_to_log_in() {
        let server = Loopback::start(|_| (200, "{}".into())).await;
        let error = request(&server, |it| it["cloud_sso_access_token_expire"] = json!(1)).await.unwrap_err();
        assert!(
            error.to_string().contains("the login has expired; log in with `aliyun configure"),
            "{error}"
        );
        assert!(!format!("{error:?}").contains("hidden"));
        let error = request(&server, |it| it["access_token"] = json!("")).await.unwrap_err();
        assert!(error.to_string().contains("`access_token` is missing; log in"), "{error}");
        let error = request(&server, |it| it["cloud_sso_sign_in_url"] = json!("http://sso.example")).await;
        assert!(error.unwrap_err().to_string().contains("it must be https"));
        assert!(server.requests().is_empty());
        let error = request(&server, |_| {}).await.unwrap_err();
        assert!(error.to_string().ends_with("the response has no `AccessKeyId`"), "{error}");
    }

    #[tokio::test]
    async fn a_login_expires_by_the_clock_of_the_service() {
        let body = format!("{{\"CloudCredential\": {PLAIN}}}");
        let server = Loopback::start(move |_| (200, body.clone())).await;
        for (expires_in, service_ahead, is_taken) in
            [(60, 0, true), (60, 7200, false), (-3600, 0, false), (-3600, -7200, true)]
        {
            let clock = Arc::new(Clock::default());
            clock.correct(clock.read(), Some(service_ahead * 1000));
            let expire = json!(seconds_since_1970() + expires_in);
            let asked = request(&server, |profile| profile["cloud_sso_access_token_expire"] = expire);
            assert_eq!(clock.asking(asked).await.is_ok(), is_taken, "{expires_in} {service_ahead}");
        }
    }
}
