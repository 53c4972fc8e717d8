//! Sources of access keys.
//!
//! A program should run unchanged on a laptop, in a container and on a server, and its keys should be in none
//! of its sources. So a client does not take keys but something that provides them, and by default that is
//! the [`DefaultChain`]: it looks where the official tools look, in their order, and stays with the first
//! source that gives something.
//!
//! ```
//! use rds_api::credentials::{self, Credentials, ProvideCredentials};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> rds_api::Result<()> {
//! // Environment variables, OIDC, the profile of the aliyun CLI, an ini file, instance metadata, a URI.
//! let found_where_the_official_tools_look = credentials::default_chain();
//!
//! // Keys that the program has from elsewhere.
//! let given = Credentials::new("my-key-id", "my-key-secret");
//! assert_eq!(given.provide().await?.access_key_id(), "my-key-id");
//!
//! // A role taken on with them.
//! use rds_api::credentials::{AssumeRole, RoleSession};
//! let role = RoleSession::new("acs:ram::123456789012****:role/backup-reader").session_name("nightly");
//! let of_a_role = AssumeRole::new(given, role);
//! # Ok(())
//! # }
//! ```
//!
//! | source | type |
//! | --- | --- |
//! | keys in the program | [`Credentials`] |
//! | environment variables | [`EnvironmentVariables`] |
//! | profile of the aliyun CLI, all its modes | [`CliProfile`] |
//! | ini file of the official SDKs | [`IniFile`] |
//! | metadata of the ECS instance | [`EcsMetadata`] |
//! | token of an identity provider, as in Kubernetes (RRSA) | [`AssumeRoleWithOidc`] |
//! | a role, taken on with credentials of any source | [`AssumeRole`] |
//! | an HTTP address | [`CredentialsUri`] |
//! | a program that prints them | [`ExternalProcess`] |
//! | anything else | implement [`ProvideCredentials`] |
//!
//! # What is read, and what is refused
//!
//! What stands around a value of a variable, a file or a response by accident goes: blanks, line ends, a byte order mark.
//! What cannot be one is an error of kind [`Credentials`](crate::error::ErrorKind::Credentials) that names the variable or
//! the file, the line or the key, and the flaw, but not the value: "ALIBABA_CLOUD_ACCESS_KEY_ID has a line break in it". Ids
//! and tokens are visible ASCII; secrets are on one line. Values that a program gives are taken as they are, and looked at
//! before anything is signed with them. Files are regular files of at most 1 MiB, in UTF-8.
//!
//! [`Identity`] tells which source and which key is in use.
//!
//! Most of these yield temporary credentials. The client keeps them and renews them in time, by wrapping the
//! provider in [`Refreshing`].

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use crate::error::{Error, Result};
use origin::Origin;
use secret::Secret;
use source_text::Form;

pub use crate::future::BoxFuture;
pub use assume_role::AssumeRole;
pub use assume_role_with_oidc::AssumeRoleWithOidc;
use cached::Cached;
pub use cli_profile::CliProfile;
pub use credentials_uri::CredentialsUri;
pub use default_chain::{DefaultChain, default_chain};
pub use ecs_metadata::EcsMetadata;
pub(crate) use environment::Environment;
pub use environment_variables::EnvironmentVariables;
pub use external_process::ExternalProcess;
pub use identity::Identity;
pub use ini_file::IniFile;
pub use refreshing::Refreshing;
pub use role_session::RoleSession;

mod assume_role;
mod assume_role_with_oidc;
mod cached;
mod cli_profile;
mod credentials_uri;
mod default_chain;
mod ecs_metadata;
mod environment;
mod environment_variables;
mod expiration;
mod external_process;
mod http;
mod identity;
mod ini;
mod ini_file;
#[cfg(all(test, unix))]
mod leaks;
#[cfg(test)]
mod loopback;
mod origin;
mod process_group;
mod refreshing;
mod role_session;
mod secret;
mod source_file;
mod source_text;

/// A source of credentials.
///
/// Providers are asked once for every renewal, not for every request: [`Refreshing`], which the client puts
/// around any provider, keeps what has an expiration. Credentials without an expiration are asked for each time.
///
/// ```
/// use rds_api::credentials::{BoxFuture, Credentials, ProvideCredentials};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// impl ProvideCredentials for Vault {
///     fn provide(&self) -> BoxFuture<'_, rds_api::Result<Credentials>> {
///         Box::pin(async {
///             // Ask the vault here; turn its failures into `rds_api::Error::credentials(…)`.
///             Ok(Credentials::new("id", "secret"))
///         })
///     }
/// }
/// ```
pub trait ProvideCredentials: fmt::Debug + Send + Sync {
    /// Gives credentials to sign with, or says why there are none.
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>>;

    /// Takes note that the service refused `refused` as expired or unknown, so that they are not given out
    /// again. For providers that keep what they gave; others need not implement it.
    fn invalidate(&self, refused: &Credentials) {
        let _ = refused;
    }
}

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Arc<P> {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        (**self).provide()
    }

    fn invalidate(&self, refused: &Credentials) {
        (**self).invalidate(refused);
    }
}

/// A provider of any type.
type AnyProvider = Arc<dyn ProvideCredentials>;

/// An access key, perhaps a temporary one.
///
/// `Debug` shows the key id and nothing else. Clones share what they hold, and the last of them overwrites the secrets in
/// memory when it is dropped.
#[derive(Clone)]
pub struct Credentials(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    access_key_id: String,
    access_key_secret: Secret,
    security_token: Option<Secret>,
    expiration: Option<SystemTime>,
    origin: Origin,
}

impl Credentials {
    /// The pair that makes a permanent key, and part of a temporary one.
    pub fn new(access_key_id: impl Into<String>, access_key_secret: impl Into<String>) -> Self {
        Self(Arc::new(Parts {
            access_key_id: access_key_id.into(),
            access_key_secret: Secret::new(access_key_secret),
            security_token: None,
            expiration: None,
            origin: Origin::default(),
        }))
    }

    /// Adds the token that temporary credentials come with. An empty token counts as none.
    pub fn with_security_token(mut self, token: impl Into<String>) -> Self {
        self.parts_mut().security_token = Some(Secret::new(token)).filter(|token| !token.reveal().is_empty());
        self
    }

    /// Adds the time from which the service no longer accepts them.
    pub fn with_expiration(mut self, expiration: SystemTime) -> Self {
        self.parts_mut().expiration = Some(expiration);
        self
    }

    /// Says which source they come from, for [`Identity`] to tell. Each source of this crate does, as in
    /// `environment variables`.
    pub fn with_source(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.parts_mut().origin.source = Some(name.into());
        self
    }

    /// Says in which profile of a file they stand.
    fn with_profile(mut self, name: impl Into<String>) -> Self {
        self.parts_mut().origin.profile = Some(name.into());
        self
    }

    fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// What this one holds, to be changed; what clones hold stays as it is.
    fn parts_mut(&mut self) -> &mut Parts {
        Arc::make_mut(&mut self.0)
    }

    /// The id of the key, which is not a secret.
    pub fn access_key_id(&self) -> &str {
        &self.0.access_key_id
    }

    /// The secret to sign with.
    pub fn access_key_secret(&self) -> &str {
        self.0.access_key_secret.reveal()
    }

    /// The token to send along, if the credentials are temporary.
    pub fn security_token(&self) -> Option<&str> {
        self.0.security_token.as_ref().map(Secret::reveal)
    }

    /// When they expire, if they do.
    pub fn expiration(&self) -> Option<SystemTime> {
        self.0.expiration
    }

    /// Finds out, before anything is signed, that a part cannot be one: a line break at the end of a secret makes
    /// every signature wrong, and in a header nothing of the kind can stand.
    pub(crate) fn check(&self) -> Result<()> {
        let parts = [
            ("access key id", Some(self.access_key_id()), Form::VisibleAscii),
            ("access key secret", Some(self.access_key_secret()), Form::OneLine),
            ("security token", self.security_token(), Form::VisibleAscii),
        ];
        for (name, part, form) in parts {
            if let Some(flaw) = part.and_then(|part| source_text::flaw(part, form)) {
                return Err(Error::credentials(format!("the {name} {flaw}")));
            }
        }
        Ok(())
    }
}

/// Equal if they sign alike and expire together, wherever they come from.
impl PartialEq for Credentials {
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (&*self.0, &*other.0);
        one.access_key_id == other.access_key_id
            && one.access_key_secret == other.access_key_secret
            && one.security_token == other.security_token
            && one.expiration == other.expiration
    }
}

impl Eq for Credentials {}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("access_key_id", &self.0.access_key_id)
            .finish_non_exhaustive()
    }
}

impl ProvideCredentials for Credentials {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_key_id_only() {
        let credentials = Credentials::new("the-id", "the-secret").with_security_token("the-token");
        assert_eq!(format!("{credentials:?}"), "Credentials { access_key_id: \"the-id\", .. }");
    }

    #[test]
    fn an_empty_token_is_none() {
        assert_eq!(Credentials::new("id", "secret").with_security_token("").security_token(), None);
    }

    #[test]
    fn a_part_that_cannot_be_one_is_told_by_its_name() {
        let check = |id, secret, token| {
            let credentials = Credentials::new(id, secret).with_security_token(token);
            credentials.check().err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert_eq!(check("id", "secret", ""), "");
        assert_eq!(check("id", "sec ret", "token"), "");
        assert_eq!(check("id\n", "secret", ""), "the access key id ends with a line break");
        assert_eq!(check("i d", "secret", ""), "the access key id has a blank in it");
        assert_eq!(check("", "secret", ""), "the access key id is empty");
        assert_eq!(check("id", "secret\r\n", ""), "the access key secret ends with a line break");
        assert_eq!(check("id", "  ", ""), "the access key secret is blank");
        assert_eq!(check("id", "", ""), "the access key secret is empty");
        assert_eq!(check("id", "secret", "to\nken"), "the security token has a line break in it");
        assert_eq!(
            check("id", "secret", "\u{feff}token"),
            "the security token begins with a byte order mark"
        );
    }

    #[test]
    fn a_clone_that_is_changed_leaves_the_other_as_it_was() {
        let permanent = Credentials::new("id", "secret");
        let temporary =
            permanent.clone().with_security_token("token").with_expiration(SystemTime::UNIX_EPOCH);
        assert_eq!((permanent.security_token(), permanent.expiration()), (None, None));
        assert_eq!(temporary.security_token(), Some("token"));
        assert_ne!(permanent, temporary);
    }

    #[tokio::test]
    async fn a_shared_provider_is_a_provider() {
        let shared: AnyProvider = Arc::new(Credentials::new("id", "secret"));
        assert_eq!(shared.provide().await.unwrap().access_key_id(), "id");
    }
}
