//! Looking for credentials where the official tools look.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use super::http::with_causes;
use super::{
    AnyProvider, AssumeRoleWithOidc, BoxFuture, CliProfile, Credentials, CredentialsUri, EcsMetadata,
    Environment, EnvironmentVariables, IniFile, ProvideCredentials, Refreshing, assume_role_with_oidc,
    cli_profile, credentials_uri, ecs_metadata, environment_variables, ini_file,
};
use crate::error::{Error, ErrorKind, Result};

/// A source by its name, and how it is set up from the environment.
type Source = (&'static str, fn(&Environment) -> Result<AnyProvider>);

/// The sources in the order in which the official tools ask them.
const SOURCES: [Source; 6] = [
    (environment_variables::SOURCE, |environment| Ok(Arc::new(EnvironmentVariables::of(environment)))),
    (assume_role_with_oidc::SOURCE, |environment| Ok(Arc::new(AssumeRoleWithOidc::of(environment)?))),
    (cli_profile::SOURCE, |environment| Ok(Arc::new(CliProfile::of(environment)?))),
    (ini_file::SOURCE, |environment| Ok(Arc::new(IniFile::of(environment)))),
    (ecs_metadata::SOURCE, |environment| Ok(Arc::new(EcsMetadata::in_chain(environment)?))),
    (credentials_uri::SOURCE, |environment| match environment.visible(URI)? {
        Some(uri) => Ok(Arc::new(CredentialsUri::new(uri))),
        None => Err(Error::credentials(format!("{URI} is not set")).not_configured()),
    }),
];

const PROFILE: &str = "ALIBABA_CLOUD_PROFILE";
const URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";

/// The default chain, with temporary credentials kept and renewed.
pub fn default_chain() -> Refreshing<DefaultChain> {
    Refreshing::new(DefaultChain::new())
}

/// Asks one source after the other, and stays with the first that somebody has set up.
///
/// | | source | set up if |
/// | --- | --- | --- |
/// | 1 | environment variables | `ALIBABA_CLOUD_ACCESS_KEY_ID` or `ALIBABA_CLOUD_ACCESS_KEY_SECRET` is set |
/// | 2 | OIDC | `ALIBABA_CLOUD_ROLE_ARN`, `…_OIDC_PROVIDER_ARN` and `…_OIDC_TOKEN_FILE` are set |
/// | 3 | `~/.aliyun/config.json` | its profile has credentials; not if `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is `true` |
/// | 4 | `~/.alibabacloud/credentials.ini` | it has the section |
/// | 5 | ECS instance metadata | the instance has a role; not if `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is `true` |
/// | 6 | credentials URI | `ALIBABA_CLOUD_CREDENTIALS_URI` is set |
///
/// A source that is set up but fails is the error of the chain, where the official tools would ask the next: a program
/// must not become somebody else because a network fails for a moment or a file has a mistake. If the failure may
/// pass, the error [is retryable](crate::error::Error::is_retryable). The same is true of a profile that
/// `ALIBABA_CLOUD_PROFILE` names and neither file has. If nothing is set up, the error lists all sources and why each
/// gave nothing.
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

    /// For a program that stands in the place of the aliyun tool: without a file its variables count as well, which
    /// the official SDKs do not know (see [`CliProfile`]), and a `process_command` gets the standard input of this
    /// process.
    pub fn like_aliyun_tool(mut self) -> Self {
        self.environment = self.environment.like_aliyun_tool();
        self
    }

    #[cfg(test)]
    pub(super) fn of(environment: Environment) -> Self {
        Self { environment, found: OnceLock::new() }
    }

    async fn find(&self) -> Result<Credentials> {
        if let Some(found) = self.found.get() {
            return found.provide().await;
        }
        let mut reasons = String::new();
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
            if !error.is_not_configured() {
                return Err(error.of(name));
            }
            let reason = with_causes(&error);
            tracing::debug!(source = name, reason, "no credentials");
            let _ = write!(reasons, "; {name}: {reason}");
            if name == ini_file::SOURCE {
                self.expect_no_profile(&reasons)?;
            }
        }
        Err(Error::credentials(format!("no source gives credentials{reasons}")))
    }

    /// Whoever names a profile does not mean the role of the instance.
    fn expect_no_profile(&self, reasons: &str) -> Result<()> {
        match self.environment.variable(PROFILE)? {
            Some(profile) if profile != "default" => Err(Error::credentials(format!(
                "there is no profile `{profile}`, which {PROFILE} names{reasons}"
            ))),
            _ => Ok(()),
        }
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
    use super::super::Identity;
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
        let (mut found, mut told) = (Vec::new(), Vec::new());
        for step in 0..6 {
            match step {
                1 => drop(variables.drain(..2)),
                2 => drop(variables.drain(..1)),
                3 => std::fs::remove_file(home.path().join(".aliyun/config.json")).unwrap(),
                4 => std::fs::remove_file(home.path().join(".alibabacloud/credentials.ini")).unwrap(),
                5 => variables.push(("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")),
                _ => {}
            }
            let chain = DefaultChain::of(Environment::fake(home.path(), &variables));
            let credentials = chain.provide().await.unwrap();
            found.push(credentials.access_key_id().to_owned());
            told.push(Identity::of(&credentials).source().to_owned());
        }
        assert_eq!(found, ["variables", "oidc", "cli", "ini", "metadata", "uri"]);
        let names = SOURCES.map(|(name, _)| name);
        assert_eq!(told, names.map(str::to_owned), "each source tells its name");
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
            "aliyun CLI profile: there is no file /nowhere/.aliyun/config.json",
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

    /// Each source is set up and fails, and all after it would give credentials of somebody else.
    #[tokio::test]
    async fn a_source_that_is_set_up_and_fails_is_the_error_and_no_reason_to_become_another() {
        let server = Loopback::start(|request| match request.path.as_str() {
            path if path.starts_with("/busy") => (503, String::new()),
            path if path.ends_with("/security-credentials/") => (200, "role".into()),
            "/latest/api/token" => (200, "token".into()),
            _ => (200, PLAIN.into()),
        })
        .await;
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(path("token"), "token").unwrap();
        std::fs::write(path("broken.json"), "{").unwrap();
        std::fs::write(path("broken.ini"), "[default\n").unwrap();
        std::fs::write(path("other.ini"), "[other]\ntype = access_key").unwrap();
        let profile = |profile: &str| format!("{{\"profiles\": [{profile}]}}");
        std::fs::write(
            path("half.json"),
            profile(r#"{"name": "default", "mode": "AK", "access_key_id": "id"}"#),
        )
        .unwrap();
        std::fs::write(path("odd.json"), profile(r#"{"name": "default", "mode": "BearerToken"}"#)).unwrap();
        std::fs::create_dir(path(".alibabacloud")).unwrap();
        std::fs::write(
            path(".alibabacloud/credentials"),
            "[default]\ntype = access_key\naccess_key_id = ini\naccess_key_secret = s",
        )
        .unwrap();
        let shape = |name: &str, text: &str| {
            std::fs::write(path(name), text).unwrap();
            path(name)
        };
        let list = shape("list.json", "[]");
        let map = shape("map.json", r#"{"profiles": {"default": {"mode": "AK"}}}"#);
        let current = shape("current.json", r#"{"current": 5, "profiles": []}"#);
        let unnamed = shape("unnamed.json", r#"{"profiles": [{"mode": "AK", "access_key_id": "id"}]}"#);
        let region = shape("region.json", &profile(r#"{"name": "default", "mode": "AK", "region_id": "r"}"#));
        let ecs = shape("ecs.json", &profile(r#"{"name": "default", "mode": "EcsRamRole"}"#));
        let ecs_ini = shape("ecs.ini", "[default]\ntype = ecs_ram_role");
        let disabled = ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true".to_owned());
        let with = |variable, name, value: &String| vec![variable, (name, value.clone())];
        let [config, ini] = ["ALIBABA_CLOUD_CONFIG_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"];
        let oidc = |file: &str, sts: &str| {
            vec![
                ("ALIBABA_CLOUD_ROLE_ARN", "arn".to_owned()),
                ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "arn".to_owned()),
                ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", path(file)),
                ("ALIBABA_CLOUD_STS_ENDPOINT", sts.to_owned()),
            ]
        };
        let one = |name, value: &str| vec![(name, value.to_owned())];
        let busy = format!("{}/busy", server.address);
        for (variables, expected, may_pass) in [
            (
                one("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"),
                "environment variables: ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set",
                false,
            ),
            (
                one("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s"),
                "environment variables: ALIBABA_CLOUD_ACCESS_KEY_ID is not set",
                false,
            ),
            (
                one("ALIBABA_CLOUD_ACCESS_KEY_ID", " "),
                "environment variables: ALIBABA_CLOUD_ACCESS_KEY_ID is blank",
                false,
            ),
            (
                oidc("token", "http://127.0.0.1:1"),
                "OIDC: AssumeRoleWithOIDC of `arn` at http://127.0.0.1:1 failed",
                true,
            ),
            (oidc("token", &busy), "OIDC: AssumeRoleWithOIDC of `arn` at ", true),
            (oidc("absent", &server.address), "OIDC: the OIDC token: ", false),
            (one("ALIBABA_CLOUD_CONFIG_FILE", &path("absent.json")), "aliyun CLI profile: ", false),
            (one("ALIBABA_CLOUD_CONFIG_FILE", &path("broken.json")), "aliyun CLI profile: ", false),
            (
                one("ALIBABA_CLOUD_CONFIG_FILE", &path("half.json")),
                "aliyun CLI profile: profile `default` of ",
                false,
            ),
            (
                one("ALIBABA_CLOUD_CONFIG_FILE", &path("odd.json")),
                "aliyun CLI profile: profile `default` of ",
                false,
            ),
            (one(config, &list), "aliyun CLI profile: ", false),
            (one(config, &map), "aliyun CLI profile: ", false),
            (one(config, &current), "aliyun CLI profile: ", false),
            (one(config, &unnamed), "aliyun CLI profile: ", false),
            (
                with(("ALIBABACLOUD_PROFILE", "default".to_owned()), config, &region),
                "aliyun CLI profile: ",
                false,
            ),
            (
                with(("ALICLOUD_PROFILE", "default".to_owned()), config, &region),
                "aliyun CLI profile: ",
                false,
            ),
            (with(disabled.clone(), config, &ecs), "aliyun CLI profile: disabled by ", false),
            (with(disabled, ini, &ecs_ini), "ini file: disabled by ", false),
            (one("ALIBABA_CLOUD_CREDENTIALS_FILE", &path("absent.ini")), "ini file: ", false),
            (one("ALIBABA_CLOUD_CREDENTIALS_FILE", &path("broken.ini")), "ini file: ", false),
            (one("ALIBABA_CLOUD_CREDENTIALS_FILE", &path("other.ini")), "ini file: ", false),
            (
                one("ALIBABA_CLOUD_PROFILE", "absent"),
                "there is no profile `absent`, which ALIBABA_CLOUD_PROFILE names; ",
                false,
            ),
            (one("ALIBABA_CLOUD_PROFILE", " "), "aliyun CLI profile: ALIBABA_CLOUD_PROFILE is blank", false),
        ] {
            let mut variables: Vec<_> =
                variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
            variables.push(("http://100.100.100.200", &server.address));
            variables.push(("ALIBABA_CLOUD_CREDENTIALS_URI", &server.address));
            let chain = DefaultChain::of(Environment::fake(home.path(), &variables));
            let error = chain.provide().await.unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
            assert_eq!(
                (error.kind(), error.is_retryable()),
                (crate::error::ErrorKind::Credentials, may_pass),
                "{error}"
            );
        }
    }

    /// Nobody has set up a source, though something is there; the next one is asked.
    #[tokio::test]
    async fn what_nobody_has_set_up_is_passed_over() {
        let server = Loopback::start(|request| match request.path.as_str() {
            path if path.starts_with("/none") => (404, String::new()),
            path if path.starts_with("/page") => (200, "<html>".into()),
            path if path.starts_with("/busy") => (503, String::new()),
            _ => (200, PLAIN.into()),
        })
        .await;
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(path("empty.json"), r#"{"profiles": []}"#).unwrap();
        std::fs::write(
            path("blank.json"),
            r#"{"profiles": [{"name": "default", "mode": "AK", "access_key_id": "",
            "access_key_secret": "", "region_id": "cn-hangzhou"}]}"#,
        )
        .unwrap();
        let [none, page, busy] = ["none", "page", "busy"].map(|path| format!("{}/{path}", server.address));
        for (name, value, gives) in [
            ("ALIBABA_CLOUD_SECURITY_TOKEN", "token", true),
            ("ALIBABA_CLOUD_ROLE_ARN", "arn", true),
            ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/nowhere", true),
            ("ALIBABA_CLOUD_CONFIG_FILE", &path("empty.json"), true),
            ("ALIBABA_CLOUD_CONFIG_FILE", &path("blank.json"), true),
            ("ALIBABA_CLOUD_CONFIG_FILE", "/dev/null", true),
            ("ALIBABA_CLOUD_CREDENTIALS_FILE", "/dev/null", true),
            ("ALIBABA_CLOUD_PROFILE", "default", true),
            ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true", true),
            ("http://100.100.100.200", &none, true),
            ("http://100.100.100.200", &page, true),
            ("http://100.100.100.200", &busy, false),
            ("ALIBABA_CLOUD_ECS_METADATA", "role", false),
        ] {
            // What comes last stands for what is not there.
            let mut variables =
                vec![(name, value), ("ALIBABA_CLOUD_CREDENTIALS_URI", server.address.as_str())];
            if name != "http://100.100.100.200" {
                variables.push(("http://100.100.100.200", "http://127.0.0.1:1"));
            }
            let given = DefaultChain::of(Environment::fake(home.path(), &variables)).provide().await;
            match given {
                Ok(credentials) => {
                    assert!(gives && credentials.access_key_id() == "STS.plain", "{name} {value}")
                }
                Err(error) => assert!(!gives && error.is_retryable(), "{name} {value} {error}"),
            }
        }
    }

    #[tokio::test]
    async fn a_section_of_an_ini_file_needs_no_file_of_the_tool() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".alibabacloud")).unwrap();
        let section = "[prod]\ntype = access_key\naccess_key_id = of-prod\naccess_key_secret = s\n";
        std::fs::write(home.path().join(".alibabacloud/credentials.ini"), section).unwrap();
        let named = |name| {
            let variables =
                [("ALIBABA_CLOUD_PROFILE", name), ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")];
            DefaultChain::of(Environment::fake(home.path(), &variables))
        };
        for chain in [named("prod"), named("prod").like_aliyun_tool()] {
            assert_eq!(chain.provide().await.unwrap().access_key_id(), "of-prod");
        }
        for chain in [named("absent"), named("absent").like_aliyun_tool()] {
            let error = chain.provide().await.unwrap_err().to_string();
            assert!(error.contains("`absent`, which ALIBABA_CLOUD_PROFILE names"), "{error}");
        }
    }

    #[tokio::test]
    async fn in_the_place_of_the_tool_its_variables_count_without_a_file() {
        let home = tempfile::tempdir().unwrap();
        let variables = [
            ("ALICLOUD_ACCESS_KEY_ID", "tool"),
            ("ALICLOUD_ACCESS_KEY_SECRET", "s"),
            ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"),
        ];
        let environment = Environment::fake(home.path(), &variables);
        assert!(DefaultChain::of(environment.clone()).provide().await.is_err());
        let chain = DefaultChain::of(environment).like_aliyun_tool();
        assert_eq!(chain.provide().await.unwrap().access_key_id(), "tool");
    }
}
