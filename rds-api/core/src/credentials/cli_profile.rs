//! Credentials from the configuration of the aliyun command line tool.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::origin::OfProfile;
use super::source_text::Form;
use super::{
    AnyProvider, AssumeRole, AssumeRoleWithOidc, BoxFuture, Cached, Credentials, CredentialsUri, EcsMetadata,
    Environment, ExternalProcess, ProvideCredentials, RoleSession, source_file,
};
use crate::error::{Error, Result};
use cloud_sso::CloudSso;
use config_file::ConfigFile;
use oauth::OAuth;
use profile_settings::{NAMES_PROFILE, ProfileSettings, SHARED_NAME, file_is_ignored};

mod cloud_sso;
mod config_file;
mod oauth;
mod profile_settings;

/// The name of the source.
pub(super) const SOURCE: &str = "aliyun CLI profile";
const FILE: &str = "ALIBABA_CLOUD_CONFIG_FILE";
const DISABLED: &str = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED";
const DISABLE_EXTERNAL: &str = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS";

/// Reads a profile of `~/.aliyun/config.json`, which `aliyun configure` writes, and reads it again only after the
/// service has refused what it said.
///
/// | mode | where the credentials come from |
/// | --- | --- |
/// | `AK`, `StsToken` | the profile itself |
/// | `RamRoleArn` | a role, taken on with the keys of the profile |
/// | `ChainableRamRoleArn` | a role, taken on with another profile |
/// | `RamRoleArnWithRoleName` | a role, taken on with that of the instance |
/// | `EcsRamRole` | the role of the instance |
/// | `OIDC` | a role, taken on with a token |
/// | `CloudSSO`, `OAuth` | a login with `aliyun configure`; renewed OAuth tokens are written back |
/// | `CredentialsURI` | an address |
/// | `External` | a program |
///
/// ```
/// use rds_api::credentials::CliProfile;
///
/// let production = CliProfile::new().profile("production");
/// # let _ = production;
/// ```
///
/// What a profile does not say, variables do, as for the tool: `ALIBABA_CLOUD_ACCESS_KEY_ID`,
/// `ALIBABACLOUD_ACCESS_KEY_ID`, `ALICLOUD_ACCESS_KEY_ID`, `ACCESS_KEY_ID`, and likewise the secret, the token
/// (`…SECURITY_TOKEN`) and the region (`…REGION_ID`, `REGION`); and, with the first two beginnings, `…ROLE_ARN`,
/// `…OIDC_PROVIDER_ARN`, `…OIDC_TOKEN_FILE` and `…EXTERNAL_ID`. If there is no file, or `ALIBABA_CLOUD_IGNORE_PROFILE`
/// is `TRUE`, they say all.
#[derive(Debug, Default)]
pub struct CliProfile {
    place: Place,
    remembered: Cached,
}

/// Which profile of which file.
#[derive(Clone, Debug, Default)]
struct Place {
    environment: Environment,
    path: Option<PathBuf>,
    profile: Option<String>,
    /// It is one of several sources, so what nobody has set up is no failure.
    is_in_chain: bool,
}

impl CliProfile {
    /// Reads the profile that `ALIBABACLOUD_PROFILE`, `ALIBABA_CLOUD_PROFILE` or `ALICLOUD_PROFILE` names, or the
    /// current one, of the file that `ALIBABA_CLOUD_CONFIG_FILE` names, or `~/.aliyun/config.json`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads this file.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.place.path = Some(path.into());
        self
    }

    /// Reads this profile.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.place.profile = Some(name.into());
        self
    }

    /// As the environment says, which may also forbid it.
    pub(super) fn of(environment: &Environment) -> Result<Self> {
        if environment.is_on(DISABLED) {
            return Err(Error::credentials(format!("disabled by {DISABLED}")).not_configured());
        }
        let place = Place { environment: environment.clone(), is_in_chain: true, ..Place::default() };
        Ok(Self { place, ..Self::default() })
    }

    /// The region that the profile names, or else a variable, if one does. This reads the file on the spot.
    ///
    /// # Errors
    ///
    /// [`Credentials`](crate::error::ErrorKind::Credentials) if the file cannot be read or has no such profile.
    pub fn region(&self) -> Result<Option<String>> {
        let region = |settings: &ProfileSettings<'_>| settings.optional("region_id");
        match self.place.with_settings(region) {
            // The variable may name a section of another file.
            Err(error) if error.is_not_configured() => {
                let file = ConfigFile::absent(None);
                region(&ProfileSettings {
                    profile: file.profile("default")?,
                    environment: &self.place.environment,
                })
            }
            read => read,
        }
    }

    /// Lets a `process_command` ask at the terminal, as that of the aliyun tool may, for a code perhaps: it gets the
    /// standard input of this process, where it otherwise gets none.
    pub fn like_aliyun_tool(mut self) -> Self {
        self.place.environment = self.place.environment.like_aliyun_tool();
        self
    }
}

impl Place {
    fn read(&self) -> Result<AnyProvider> {
        // Whoever names a profile by a variable that only the tool knows means one of this file.
        let named = self.environment.first(&NAMES_PROFILE)?;
        let is_meant = named.is_some_and(|(variable, _)| variable != SHARED_NAME);
        let is_optional = self.is_in_chain && !is_meant;
        self.with_settings(|settings| match is_optional && settings.says_nothing()? {
            true => Err(settings.profile.error("it has no credentials").not_configured()),
            false => OfProfile::of(provider(settings, &mut Vec::new()), SOURCE, settings.profile.name),
        })
    }

    fn with_settings<T>(&self, read: impl FnOnce(&ProfileSettings<'_>) -> Result<T>) -> Result<T> {
        let environment = &self.environment;
        let named = match &self.profile {
            Some(name) => Some(("", name.clone())),
            None => environment.first(&NAMES_PROFILE)?,
        };
        let file = self.file(named.as_ref().map(|(variable, name)| (*variable, name.as_str())))?;
        let name = named.as_ref().map_or(file.current(), |(_, name)| name);
        let profile = file.profile(name).map_err(|error| match &named {
            // The SDKs name a section of their ini file so, too.
            Some((SHARED_NAME, _)) => error.not_configured(),
            None if file.has_no_profile() => error.not_configured(),
            _ => error,
        })?;
        read(&ProfileSettings { profile, environment })
    }

    /// The file, of which a variable may have named a profile.
    fn file(&self, named: Option<(&str, &str)>) -> Result<ConfigFile> {
        let given = match &self.path {
            Some(path) => Some(path.clone()),
            None => self.environment.variable(FILE)?.map(PathBuf::from),
        };
        if self.path.is_none() && file_is_ignored(&self.environment)? {
            return Ok(ConfigFile::absent(Some("cn-hangzhou")));
        }
        if let Some(path) = given {
            return ConfigFile::read(path);
        }
        let path = self.environment.in_home(".aliyun/config.json")?;
        if source_file::exists(&path) {
            return ConfigFile::read(path);
        }
        if self.is_in_chain && !self.environment.is_tool() {
            return Err(Error::credentials(format!("there is no file {}", path.display())).not_configured());
        }
        match named {
            None | Some((_, "default")) => Ok(ConfigFile::absent(None)),
            // It may name a section of another file.
            Some((SHARED_NAME, _)) => ConfigFile::read(path).map_err(Error::not_configured),
            Some(_) => ConfigFile::read(path),
        }
    }
}

impl ProvideCredentials for CliProfile {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        let place = self.place.clone();
        Box::pin(self.remembered.provide(move || place.read()))
    }

    fn invalidate(&self, _: &Credentials) {
        self.remembered.forget();
    }
}

/// The provider that a profile describes. `users` are the profiles that wait for this one, to notice a loop.
fn provider<'f>(settings: &ProfileSettings<'f>, users: &mut Vec<&'f str>) -> Result<AnyProvider> {
    let ProfileSettings { profile, environment } = *settings;
    let key = || -> Result<Credentials> {
        let id = settings.value("access_key_id", Form::VisibleAscii)?;
        Ok(Credentials::new(id, settings.value("access_key_secret", Form::OneLine)?))
    };
    let metadata = || EcsMetadata::of(environment, profile.optional("ram_role_name")?);
    let assume_role = |source: AnyProvider| -> Result<AnyProvider> {
        let external_id = settings.optional("external_id")?.unwrap_or_default();
        Ok(Arc::new(AssumeRole::new(source, role(settings)?).external_id(external_id)))
    };
    Ok(match settings.mode()?.as_str() {
        "AK" => Arc::new(key()?),
        "StsToken" => Arc::new(key()?.with_security_token(settings.value("sts_token", Form::VisibleAscii)?)),
        "RamRoleArn" => match settings.token_of_key()? {
            Some(_) => {
                let token = settings.value("sts_token", Form::VisibleAscii)?;
                assume_role(Arc::new(key()?.with_security_token(token)))?
            }
            None => assume_role(Arc::new(key()?))?,
        },
        "ChainableRamRoleArn" => {
            users.push(profile.name);
            let source = profile.required("source_profile")?;
            if users.contains(&source) {
                let path = users.join(" -> ");
                return Err(
                    profile.error(&format!("the source profiles run in a circle: {path} -> {source}"))
                );
            }
            let source = ProfileSettings { profile: profile.file.profile(source)?, environment };
            assume_role(provider(&source, users)?)?
        }
        "RamRoleArnWithRoleName" => assume_role(Arc::new(metadata()?))?,
        "EcsRamRole" => Arc::new(metadata()?),
        "OIDC" => Arc::new(AssumeRoleWithOidc::new(
            settings.value("oidc_provider_arn", Form::OneLine)?,
            settings.path("oidc_token_file")?,
            role(settings)?,
        )),
        "CloudSSO" => Arc::new(CloudSso::new(&profile)),
        "OAuth" => Arc::new(OAuth::new(&profile, environment)?),
        "CredentialsURI" => {
            Arc::new(CredentialsUri::new(settings.value("credentials_uri", Form::VisibleAscii)?))
        }
        "External" if environment.is_on(DISABLE_EXTERNAL) => {
            return Err(profile.error(&format!("running programs is disabled by {DISABLE_EXTERNAL}")));
        }
        "External" => {
            let process = ExternalProcess::new(profile.required("process_command")?);
            Arc::new(if environment.is_tool() { process.inherit_stdin() } else { process })
        }
        other => {
            let known = "AK, StsToken, RamRoleArn, ChainableRamRoleArn, RamRoleArnWithRoleName, EcsRamRole, OIDC, \
                         CloudSSO, OAuth, CredentialsURI and External";
            return Err(profile.error(&format!("mode `{other}` is not supported; {known} are")));
        }
    })
}

fn role(settings: &ProfileSettings<'_>) -> Result<RoleSession> {
    let profile = &settings.profile;
    let role = RoleSession::new(settings.value("ram_role_arn", Form::OneLine)?)
        .session_name(profile.optional("ram_session_name")?.unwrap_or_default())
        .policy(profile.optional("policy")?.unwrap_or_default())
        .sts_region(profile.optional("sts_region")?.unwrap_or_default())
        .sts_in_vpc(profile.is_on("enable_vpc")?)
        .sts_endpoint(settings.optional("sts_endpoint")?.unwrap_or_default())
        .in_environment(settings.environment)?;
    Ok(match profile.number("expired_seconds")? {
        Some(seconds @ 1..) => role.duration(Duration::from_secs(seconds.unsigned_abs())),
        _ => role,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::super::loopback::{Loopback, PLAIN, ROLE};
    use super::*;

    async fn server() -> Loopback {
        Loopback::start(|request| match request.method.as_str() {
            "POST" => (200, ROLE.into()),
            _ => (200, PLAIN.into()),
        })
        .await
    }

    /// Writes the profile, named `x`, and others into a home, and reads it.
    async fn read(server: &Loopback, mut profile: Value, others: Value) -> Result<Credentials> {
        profile["name"] = json!("x");
        let mut profiles = vec![profile];
        profiles.extend(others.as_array().cloned().unwrap_or_default());
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".aliyun")).unwrap();
        let file = json!({"current": "x", "profiles": profiles}).to_string();
        std::fs::write(home.path().join(".aliyun/config.json"), file).unwrap();
        let environment = Environment::fake(
            home.path(),
            &[
                ("ALIBABA_CLOUD_STS_ENDPOINT", &server.address),
                ("http://100.100.100.200", &server.address),
                ("https://oauth.alibabacloud.com", &server.address),
            ],
        );
        CliProfile::of(&environment)?.provide().await
    }

    #[test]
    fn a_profile_names_its_region() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("config.json");
        let profiles = json!([{"name": "a", "region_id": "eu-central-1"}, {"name": "b", "region_id": ""}]);
        std::fs::write(&path, json!({"current": "a", "profiles": profiles}).to_string()).unwrap();
        let region = |name: &str| CliProfile::new().path(&path).profile(name).region();
        assert_eq!(region("a").unwrap().as_deref(), Some("eu-central-1"));
        assert_eq!(region("b").unwrap(), None);
        assert!(region("c").unwrap_err().to_string().contains("has no profile `c`"));
    }

    #[tokio::test]
    async fn modes_that_hold_keys() {
        let server = server().await;
        let ak = json!({"mode": "AK", "access_key_id": "id", "access_key_secret": "secret"});
        assert_eq!(read(&server, ak, json!([])).await.unwrap(), Credentials::new("id", "secret"));
        let token = json!({"mode": "StsToken", "access_key_id": "id", "access_key_secret": "secret", "sts_token": "token"});
        let credentials = read(&server, token, json!([])).await.unwrap();
        assert_eq!(credentials, Credentials::new("id", "secret").with_security_token("token"));
        assert!(server.requests().is_empty());
    }

    #[tokio::test]
    async fn modes_that_take_on_a_role() {
        let server = server().await;
        let role = json!({"mode": "RamRoleArn", "access_key_id": "id", "access_key_secret": "secret",
            "sts_token": "token", "ram_role_arn": "arn", "ram_session_name": "session", "expired_seconds": 900,
            "policy": "{}", "external_id": "partner"});
        assert_eq!(read(&server, role, json!([])).await.unwrap().access_key_id(), "STS.id");
        let request = server.requests().pop().unwrap();
        for (name, value) in [
            ("AccessKeyId", "id"),
            ("SecurityToken", "token"),
            ("RoleArn", "arn"),
            ("RoleSessionName", "session"),
            ("DurationSeconds", "900"),
            ("Policy", "{}"),
            ("ExternalId", "partner"),
        ] {
            assert_eq!(request.parameter(name).as_deref(), Some(value), "{name}");
        }

        let with_instance =
            json!({"mode": "RamRoleArnWithRoleName", "ram_role_name": "r", "ram_role_arn": "arn"});
        assert_eq!(read(&server, with_instance, json!([])).await.unwrap().access_key_id(), "STS.id");
        let request = server.requests().pop().unwrap();
        assert_eq!(request.parameter("AccessKeyId").as_deref(), Some("STS.plain"));

        let token = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&token, "the-token").unwrap();
        let oidc = json!({"mode": "OIDC", "oidc_provider_arn": "provider", "ram_role_arn": "arn",
            "oidc_token_file": token.path()});
        assert_eq!(read(&server, oidc, json!([])).await.unwrap().access_key_id(), "STS.id");
        let request = server.requests().pop().unwrap();
        assert_eq!(request.parameter("OIDCToken").as_deref(), Some("the-token"));
    }

    #[tokio::test]
    async fn modes_that_ask_elsewhere() {
        let server = server().await;
        let ecs = json!({"mode": "EcsRamRole", "ram_role_name": "r"});
        assert_eq!(read(&server, ecs, json!([])).await.unwrap().access_key_id(), "STS.plain");
        let uri = json!({"mode": "CredentialsURI", "credentials_uri": server.address});
        assert_eq!(read(&server, uri, json!([])).await.unwrap().access_key_id(), "STS.plain");
        #[cfg(unix)]
        {
            let command = r#"echo '{"access_key_id": "id", "access_key_secret": "secret"}'"#;
            let external = json!({"mode": "External", "process_command": command});
            assert_eq!(read(&server, external, json!([])).await.unwrap(), Credentials::new("id", "secret"));
        }
    }

    #[tokio::test]
    async fn modes_of_a_login() {
        let server = Loopback::start(|request| match request.path.as_str() {
            "/cloud-credentials" => (200, format!("{{\"CloudCredential\": {PLAIN}}}")),
            _ => (
                200,
                r#"{"accessKeyId": "STS.oauth", "accessKeySecret": "hidden", "securityToken": "token",
                          "expiration": "2030-01-02T03:04:05Z"}"#
                    .into(),
            ),
        })
        .await;
        let sso = json!({"mode": "CloudSSO", "access_token": "token", "cloud_sso_sign_in_url": server.address,
            "cloud_sso_account_id": "a", "cloud_sso_access_config": "c",
            "cloud_sso_access_token_expire": 4_000_000_000_u64});
        assert_eq!(read(&server, sso, json!([])).await.unwrap().access_key_id(), "STS.plain");
        let oauth = json!({"mode": "OAuth", "oauth_site_type": "INTL", "oauth_access_token": "access",
            "oauth_refresh_token": "refresh", "oauth_access_token_expire": 4_000_000_000_u64});
        assert_eq!(read(&server, oauth, json!([])).await.unwrap().access_key_id(), "STS.oauth");
        assert_eq!(server.lines(), ["POST /cloud-credentials", "POST /v1/exchange"]);
    }

    #[tokio::test]
    async fn a_profile_is_read_once_and_again_when_it_was_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let write = |id: &str| {
            let profile = json!({"name": "default", "mode": "StsToken", "access_key_id": id,
                "access_key_secret": "secret", "sts_token": "token"});
            std::fs::write(&file, json!({"profiles": [profile]}).to_string()).unwrap();
        };
        write("old");
        let profile = CliProfile::new().path(file.path());
        let old = profile.provide().await.unwrap();
        write("new");
        assert_eq!(profile.provide().await.unwrap().access_key_id(), "old");
        profile.invalidate(&old);
        assert_eq!(profile.provide().await.unwrap().access_key_id(), "new");
    }

    #[tokio::test]
    async fn programs_are_not_run_where_that_is_disabled() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let profile = json!({"name": "default", "mode": "External", "process_command": "touch hidden"});
        std::fs::write(&file, json!({"profiles": [profile]}).to_string()).unwrap();
        let path = file.path().to_str().unwrap();
        let variables = [("ALIBABA_CLOUD_CONFIG_FILE", path), (DISABLE_EXTERNAL, "TRUE")];
        let error = CliProfile::of(&Environment::fake("", &variables)).unwrap().provide().await.unwrap_err();
        assert!(error.to_string().ends_with(&format!("running programs is disabled by {DISABLE_EXTERNAL}")));
    }

    #[tokio::test]
    async fn a_chain_of_roles_ends_or_is_refused() {
        let server = server().await;
        let chained = |name, source| json!({"name": name, "mode": "ChainableRamRoleArn", "source_profile": source, "ram_role_arn": name});
        let keys =
            json!({"name": "keys", "mode": "AK", "access_key_id": "id", "access_key_secret": "secret"});
        let ends = read(&server, chained("x", "y"), json!([chained("y", "keys"), keys])).await;
        assert_eq!(ends.unwrap().access_key_id(), "STS.id");
        let roles: Vec<_> =
            server.requests().iter().map(|request| request.parameter("RoleArn").unwrap()).collect();
        assert_eq!(roles, ["y", "x"]);

        let circle = read(&server, chained("x", "y"), json!([chained("y", "z"), chained("z", "y")])).await;
        let error = circle.unwrap_err().to_string();
        assert!(error.ends_with("the source profiles run in a circle: x -> y -> z -> y"), "{error}");
        let error = read(&server, chained("x", "absent"), json!([])).await.unwrap_err().to_string();
        assert!(error.ends_with("has no profile `absent`; there is `x`"), "{error}");
    }

    #[tokio::test]
    async fn mistakes_are_named_with_their_place() {
        let server = server().await;
        for (profile, expected) in [
            (json!({}), "it has no credentials"),
            (json!({"ram_role_arn": "arn", "access_key_id": "id"}), "`mode` is missing"),
            (json!({"mode": "AK", "access_key_secret": "hidden"}), "`access_key_id` is missing"),
            (
                json!({"mode": "BearerToken", "bearer_token": "hidden"}),
                "mode `BearerToken` is not supported; AK, ",
            ),
            (json!({"mode": "ChainableRamRoleArn"}), "`source_profile` is missing"),
            (json!({"mode": "OAuth", "oauth_site_type": "MOON"}), "`oauth_site_type` is `MOON`; it must be"),
        ] {
            let error = read(&server, profile, json!([])).await.unwrap_err();
            let text = error.to_string();
            assert!(text.starts_with("profile `x` of ") && text.contains(".aliyun/config.json: "), "{text}");
            assert!(text.contains(expected), "{text}");
            assert!(!format!("{error:?}").contains("hidden"));
        }
        let disabled = Environment::fake("", &[("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")]);
        assert!(CliProfile::of(&disabled).unwrap_err().to_string().starts_with("disabled by"));
    }
}
