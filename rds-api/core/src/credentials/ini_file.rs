//! Credentials from the ini file of the official SDKs.

use std::path::PathBuf;
use std::sync::Arc;

use super::ini::Ini;
use super::origin::OfProfile;
use super::source_text::{self, Form};
use super::{
    AnyProvider, AssumeRole, AssumeRoleWithOidc, BoxFuture, Cached, Credentials, EcsMetadata, Environment,
    ProvideCredentials, RoleSession, source_file,
};
use crate::error::{Error, Result};

/// Where the SDKs look; they do not agree.
const USUAL_PATHS: [&str; 2] = [".alibabacloud/credentials.ini", ".alibabacloud/credentials"];
/// The name of the source.
pub(super) const SOURCE: &str = "ini file";
const FILE: &str = "ALIBABA_CLOUD_CREDENTIALS_FILE";
const PROFILE: &str = "ALIBABA_CLOUD_PROFILE";

/// Reads a section of an ini file, and reads it again only after the service has refused what it said.
///
/// ```ini
/// [default]
/// type = access_key              ; or sts, ecs_ram_role, ram_role_arn, oidc_role_arn
/// access_key_id = …
/// access_key_secret = …
/// ```
///
/// The file is read as the official SDKs read it: `=` or `:`, comments after a blank and `#` or `;`, quotation marks, a
/// `\` that continues a line, the last of several values. `enable = false` switches a section off. What cannot be read
/// is an error that names the line.
///
/// ```
/// use rds_api::credentials::IniFile;
///
/// let staging = IniFile::new().section("staging");
/// # let _ = staging;
/// ```
#[derive(Debug, Default)]
pub struct IniFile {
    place: Place,
    remembered: Cached,
}

/// Which section of which file.
#[derive(Clone, Debug, Default)]
struct Place {
    environment: Environment,
    path: Option<PathBuf>,
    section: Option<String>,
    /// It is one of several sources, so what nobody has set up is no failure.
    is_in_chain: bool,
}

impl IniFile {
    /// Reads the file that `ALIBABA_CLOUD_CREDENTIALS_FILE` names, or `credentials.ini` or `credentials` in
    /// `~/.alibabacloud`; of it the section that `ALIBABA_CLOUD_PROFILE` names, or `default`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads this file.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.place.path = Some(path.into());
        self
    }

    /// Reads this section.
    pub fn section(mut self, name: impl Into<String>) -> Self {
        self.place.section = Some(name.into());
        self
    }

    pub(super) fn of(environment: &Environment) -> Self {
        let place = Place { environment: environment.clone(), is_in_chain: true, ..Place::default() };
        Self { place, ..Self::default() }
    }
}

impl Place {
    fn read(&self) -> Result<AnyProvider> {
        let (path, is_given) = self.path()?;
        let text = source_file::read(&path)?;
        let broken = |mistake| Error::credentials(format!("{}, {mistake}", path.display()));
        let ini = Ini::parse(&text).map_err(broken)?;
        let named = match &self.section {
            Some(name) => Some(name.clone()),
            None => self.environment.variable(PROFILE)?,
        };
        let name = named.as_deref().unwrap_or("default");
        if !ini.has(name).map_err(broken)? {
            let names: Vec<_> = ini.names().map(|name| format!("[{name}]")).collect();
            let others = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let error = format!("{} has no section [{name}]; there is {others}", path.display());
            let is_elsewhere = named.is_some() || !is_given || names.is_empty();
            if self.is_in_chain && is_elsewhere && !names.is_empty() {
                tracing::warn!("{error}");
            }
            let error = Error::credentials(error);
            return Err(if is_elsewhere { error.not_configured() } else { error });
        }
        let section = Section { path: path.display().to_string(), ini: &ini, name };
        OfProfile::of(section.provider(&self.environment), SOURCE, name)
    }

    /// The file, and whether somebody has named it.
    fn path(&self) -> Result<(PathBuf, bool)> {
        let given = match &self.path {
            Some(path) => Some(path.clone()),
            None => self.environment.variable(FILE)?.map(PathBuf::from),
        };
        if let Some(given) = given {
            return Ok((given, true));
        }
        let usual: Vec<_> =
            USUAL_PATHS.iter().map(|path| self.environment.in_home(path)).collect::<Result<_>>()?;
        match usual.iter().find(|path| source_file::exists(path)) {
            Some(path) => Ok((path.clone(), false)),
            None => {
                let paths: Vec<_> = usual.iter().map(|path| path.display().to_string()).collect();
                Err(Error::credentials(format!("there is no file {}", paths.join(" or "))).not_configured())
            }
        }
    }
}

impl ProvideCredentials for IniFile {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        let place = self.place.clone();
        Box::pin(self.remembered.provide(move || place.read()))
    }

    fn invalidate(&self, _: &Credentials) {
        self.remembered.forget();
    }
}

/// One section of the file.
struct Section<'t> {
    path: String,
    ini: &'t Ini,
    name: &'t str,
}

impl Section<'_> {
    /// The text of a key, `None` if it is not there or empty.
    fn optional(&self, key: &str) -> Result<Option<String>> {
        let entry = self.ini.expanded(self.name, key).map_err(|mistake| self.error(&mistake.to_string()))?;
        Ok(entry.map(|entry| entry.value).filter(|value| !value.is_empty()))
    }

    fn required(&self, key: &str) -> Result<String> {
        self.optional(key)?.ok_or_else(|| self.error(&format!("`{key}` is missing")))
    }

    /// The same of a value that may have only so much in it.
    fn value(&self, key: &str, form: Form) -> Result<String> {
        let entry = self.ini.expanded(self.name, key).map_err(|mistake| self.error(&mistake.to_string()))?;
        let Some(entry) = entry else { return Err(self.error(&format!("`{key}` is missing"))) };
        let what = format!("`{key}` (line {})", entry.line);
        let value = source_text::value(&entry.value, form, &what);
        value.map(str::to_owned).map_err(|error| self.error(&error.to_string()))
    }

    fn error(&self, message: &str) -> Error {
        Error::credentials(format!("section [{}] of {}: {message}", self.name, self.path))
    }

    fn provider(&self, environment: &Environment) -> Result<AnyProvider> {
        if self.optional("enable")?.is_some_and(|enable| enable.eq_ignore_ascii_case("false")) {
            return Err(self.error("it is switched off by `enable = false`"));
        }
        Ok(match self.required("type")?.as_str() {
            "access_key" => Arc::new(self.key()?),
            "sts" => {
                Arc::new(self.key()?.with_security_token(self.value("security_token", Form::VisibleAscii)?))
            }
            "ecs_ram_role" => Arc::new(EcsMetadata::of(environment, self.optional("role_name")?.as_deref())?),
            "ram_role_arn" => Arc::new(AssumeRole::new(self.key()?, self.role(environment)?)),
            "oidc_role_arn" => Arc::new(AssumeRoleWithOidc::new(
                self.or_variable("oidc_provider_arn", environment, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN")?,
                self.or_variable("oidc_token_file_path", environment, "ALIBABA_CLOUD_OIDC_TOKEN_FILE")?,
                self.role(environment)?,
            )),
            other => {
                let known = "access_key, sts, ecs_ram_role, ram_role_arn and oidc_role_arn";
                return Err(self.error(&format!("type `{other}` is not supported; {known} are")));
            }
        })
    }

    fn key(&self) -> Result<Credentials> {
        let id = self.value("access_key_id", Form::VisibleAscii)?;
        Ok(Credentials::new(id, self.value("access_key_secret", Form::OneLine)?))
    }

    /// The value of a key, for which a variable stands in.
    fn or_variable(&self, key: &str, environment: &Environment, variable: &str) -> Result<String> {
        match self.optional(key)? {
            Some(_) => self.value(key, Form::OneLine),
            None => environment
                .variable(variable)?
                .ok_or_else(|| self.error(&format!("`{key}` is missing, and {variable} is not set"))),
        }
    }

    fn role(&self, environment: &Environment) -> Result<RoleSession> {
        RoleSession::new(self.or_variable("role_arn", environment, "ALIBABA_CLOUD_ROLE_ARN")?)
            .session_name(self.optional("role_session_name")?.unwrap_or_default())
            .policy(self.optional("policy")?.unwrap_or_default())
            .in_environment(environment)
    }
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
        assert!(error("absent").await.contains("has no section [absent]; there is [default], [role], "));
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
