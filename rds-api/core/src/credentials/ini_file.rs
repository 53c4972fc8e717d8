//! Credentials from the ini file of the official SDKs.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{
    AnyProvider, AssumeRole, AssumeRoleWithOidc, BoxFuture, Cached, Credentials, EcsMetadata, Environment,
    ProvideCredentials, RoleSession,
};
use crate::error::{Error, Result};

/// Where the SDKs look; they do not agree.
const USUAL_PATHS: [&str; 2] = [".alibabacloud/credentials.ini", ".alibabacloud/credentials"];

/// Reads a section of an ini file, and reads it again only after the service has refused what it said.
///
/// ```ini
/// [default]
/// type = access_key              ; or ecs_ram_role, ram_role_arn, oidc_role_arn
/// access_key_id = …
/// access_key_secret = …
/// ```
///
/// ```
/// use rds_api::credentials::IniFile;
///
/// let staging = IniFile::new().section("staging");
/// # let _ = staging;
/// ```
#[derive(Debug, Default)]
pub struct IniFile {
    environment: Environment,
    path: Option<PathBuf>,
    section: Option<String>,
    remembered: Cached,
}

impl IniFile {
    /// Reads the file that `ALIBABA_CLOUD_CREDENTIALS_FILE` names, or `credentials.ini` or `credentials` in
    /// `~/.alibabacloud`; of it the section that `ALIBABA_CLOUD_PROFILE` names, or `default`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads this file.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Reads this section.
    pub fn section(mut self, name: impl Into<String>) -> Self {
        self.section = Some(name.into());
        self
    }

    pub(super) fn of(environment: &Environment) -> Self {
        Self { environment: environment.clone(), ..Self::default() }
    }

    fn read(&self) -> Result<AnyProvider> {
        let (path, text) = self.text()?;
        let name = self.section.clone().or_else(|| self.environment.variable("ALIBABA_CLOUD_PROFILE"));
        let section = Section::find(&path, &text, name.as_deref().unwrap_or("default"))?;
        section.provider(&self.environment)
    }

    fn text(&self) -> Result<(PathBuf, String)> {
        let given = self.path.clone();
        let given =
            given.or_else(|| self.environment.variable("ALIBABA_CLOUD_CREDENTIALS_FILE").map(PathBuf::from));
        let paths = match given {
            Some(path) => vec![path],
            None => USUAL_PATHS.iter().map(|path| self.environment.in_home(path)).collect::<Result<_>>()?,
        };
        let existing = paths.iter().find(|path| path.exists());
        let path = existing.ok_or_else(|| {
            let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
            Error::credentials(format!("there is no file {}", paths.join(" or ")))
        })?;
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::credentials(format!("{} cannot be read", path.display())).with_source(error)
        })?;
        Ok((path.clone(), text))
    }
}

impl ProvideCredentials for IniFile {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(self.remembered.provide(|| self.read()))
    }

    fn invalidate(&self, _: &Credentials) {
        self.remembered.forget();
    }
}

/// One section of the file.
struct Section<'t> {
    path: &'t Path,
    name: &'t str,
    keys: HashMap<&'t str, &'t str>,
}

impl<'t> Section<'t> {
    fn find(path: &'t Path, text: &'t str, name: &'t str) -> Result<Self> {
        let mut keys = None;
        let mut inside = false;
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
            if let Some(header) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                inside = header.trim() == name;
                if inside {
                    keys.get_or_insert_with(HashMap::new);
                }
            } else if let (true, Some((key, value)), Some(keys)) = (inside, line.split_once('='), &mut keys) {
                keys.insert(key.trim(), without_comment(value));
            }
        }
        let absent = || Error::credentials(format!("{} has no section [{name}]", path.display()));
        Ok(Self { path, name, keys: keys.ok_or_else(absent)? })
    }

    fn optional(&self, key: &str) -> Option<&'t str> {
        self.keys.get(key).copied().filter(|value| !value.is_empty())
    }

    fn required(&self, key: &str) -> Result<&'t str> {
        self.optional(key).ok_or_else(|| self.error(&format!("`{key}` is missing")))
    }

    fn error(&self, message: &str) -> Error {
        Error::credentials(format!("section [{}] of {}: {message}", self.name, self.path.display()))
    }

    fn provider(&self, environment: &Environment) -> Result<AnyProvider> {
        Ok(match self.required("type")? {
            "access_key" => Arc::new(self.key()?),
            "ecs_ram_role" => Arc::new(EcsMetadata::of(environment, self.optional("role_name"))?),
            "ram_role_arn" => Arc::new(AssumeRole::new(self.key()?, self.role(environment)?)),
            "oidc_role_arn" => Arc::new(AssumeRoleWithOidc::new(
                self.required("oidc_provider_arn")?,
                self.required("oidc_token_file_path")?,
                self.role(environment)?,
            )),
            other => {
                let known = "access_key, ecs_ram_role, ram_role_arn and oidc_role_arn";
                return Err(self.error(&format!("type `{other}` is not supported; {known} are")));
            }
        })
    }

    fn key(&self) -> Result<Credentials> {
        Ok(Credentials::new(self.required("access_key_id")?, self.required("access_key_secret")?))
    }

    fn role(&self, environment: &Environment) -> Result<RoleSession> {
        Ok(RoleSession::new(self.required("role_arn")?)
            .session_name(self.optional("role_session_name").unwrap_or_default())
            .policy(self.optional("policy").unwrap_or_default())
            .in_environment(environment))
    }
}

/// Cuts a comment, which begins with `#` or `;` after a blank, so that a `#` may be part of a value.
fn without_comment(value: &str) -> &str {
    let comments = [" #", "\t#", " ;", "\t;"];
    let end = comments.iter().filter_map(|comment| value.find(comment)).min();
    value[..end.unwrap_or(value.len())].trim()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::loopback::{Loopback, PLAIN, ROLE};
    use super::*;

    const FILE: &str = "
# comment
[default]
type = access_key  # comment
access_key_id=id
access_key_secret = se#cret
[role]
type = ram_role_arn
access_key_id = id
access_key_secret = secret
role_arn = acs:ram::1:role/x
role_session_name = session
policy = {}
[oidc]
type = oidc_role_arn
oidc_provider_arn = provider
oidc_token_file_path = TOKEN
role_arn = acs:ram::1:role/x
[ecs]
type = ecs_ram_role
role_name = x
[rsa]
type = rsa_key_pair
[partial]
type = access_key
access_key_id = id
";

    #[tokio::test]
    async fn reads_every_type() {
        let server = Loopback::start(|request| match request.method.as_str() {
            "POST" => (200, ROLE.into()),
            _ => (200, PLAIN.into()),
        })
        .await;
        let home = tempfile::tempdir().unwrap();
        let token = home.path().join("token");
        std::fs::write(&token, "token").unwrap();
        std::fs::create_dir(home.path().join(".alibabacloud")).unwrap();
        let path = home.path().join(".alibabacloud/credentials");
        std::fs::write(path, FILE.replace("TOKEN", token.to_str().unwrap())).unwrap();
        let environment = Environment::fake(
            home.path(),
            &[("ALIBABA_CLOUD_STS_ENDPOINT", &server.address), ("http://100.100.100.200", &server.address)],
        );
        let section = async |name| IniFile::of(&environment).section(name).provide().await;
        let error = async |name| section(name).await.unwrap_err().to_string();

        assert_eq!(IniFile::of(&environment).provide().await.unwrap(), Credentials::new("id", "se#cret"));
        assert_eq!(section("role").await.unwrap().access_key_id(), "STS.id");
        assert_eq!(section("oidc").await.unwrap().access_key_id(), "STS.id");
        assert_eq!(section("ecs").await.unwrap().access_key_id(), "STS.plain");
        assert!(error("rsa").await.contains("type `rsa_key_pair` is not supported"));
        assert!(error("absent").await.ends_with("has no section [absent]"));
        assert!(
            error("partial").await.ends_with(".alibabacloud/credentials: `access_key_secret` is missing")
        );
        assert_eq!(server.requests()[0].parameter("RoleSessionName").as_deref(), Some("session"));
    }

    #[tokio::test]
    async fn says_where_it_looked() {
        let error = IniFile::of(&Environment::fake("/nowhere", &[])).provide().await.unwrap_err();
        let expected =
            "there is no file /nowhere/.alibabacloud/credentials.ini or /nowhere/.alibabacloud/credentials";
        assert_eq!(error.to_string(), expected);
    }

    #[tokio::test]
    async fn file_and_section_come_from_the_environment() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, "[x]\ntype = access_key\naccess_key_id = id\naccess_key_secret = secret")
            .unwrap();
        let path = file.path().to_str().unwrap();
        let variables = [("ALIBABA_CLOUD_CREDENTIALS_FILE", path), ("ALIBABA_CLOUD_PROFILE", "x")];
        let ini = IniFile::of(&Environment::fake("", &variables));
        assert_eq!(ini.provide().await.unwrap(), Credentials::new("id", "secret"));
        drop(file);
        assert!(ini.provide().await.is_ok(), "what worked is remembered");
    }
}
