//! Credentials that another program prints.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use std::{fmt, io};

use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use super::http::{self, FieldNames, MAX_RESPONSE_BYTES};
use super::{BoxFuture, Credentials, ProvideCredentials};
use crate::error::{Error, Result};
use crate::runtime::guarded;

const NAMES: FieldNames = FieldNames {
    id: "access_key_id",
    secret: "access_key_secret",
    token: "sts_token",
    expiration: "expiration",
};

/// Runs a program that prints credentials: a JSON object of `mode` (`AK` or `StsToken`), `access_key_id`,
/// `access_key_secret`, `sts_token` and, if they expire, `expiration`.
///
/// The command is split into words as a POSIX shell does, on Windows too, so quote a path with backslashes. No
/// shell interprets it. What the program writes to its standard error goes to that of this process. It is stopped
/// after a minute.
///
/// ```
/// use rds_api::credentials::ExternalProcess;
///
/// let vault = ExternalProcess::new("vault-credentials --role 'backup reader'");
/// # let _ = vault;
/// ```
pub struct ExternalProcess {
    command: String,
    limit: Duration,
}

impl ExternalProcess {
    /// Runs `command`.
    pub fn new(command: impl Into<String>) -> Self {
        Self { command: command.into(), limit: Duration::from_secs(60) }
    }

    /// The program, without arguments, which may hold a secret.
    fn program(&self) -> String {
        shlex::Shlex::new(&self.command).next().unwrap_or_default()
    }

    async fn run(&self) -> Result<Credentials> {
        let words = shlex::split(&self.command).unwrap_or_default();
        let Some((program, arguments)) = words.split_first() else {
            return Err(Error::credentials(
                "the command to run for credentials is empty, or a quote in it is open",
            ));
        };
        let what = format!("running `{program}` for credentials");
        let output = async { tokio::time::timeout(self.limit, output(program, arguments)).await };
        let output = guarded(output)
            .await?
            .map_err(|_| Error::credentials(format!("{what} took longer than {:?}", self.limit)))?
            .map_err(|error| Error::credentials(format!("{what} failed")).with_source(error))?;
        let Some((status, printed)) = output else {
            return Err(Error::credentials(format!(
                "{what}: it prints more than {MAX_RESPONSE_BYTES} bytes"
            )));
        };
        if !status.success() {
            return Err(Error::credentials(format!("{what} failed with {status}")));
        }
        let response: Value = http::parse(&String::from_utf8_lossy(&printed), &what)?;
        let credentials = NAMES.any(&response, &what)?;
        if response["mode"] == "StsToken" && credentials.security_token().is_none() {
            return Err(Error::credentials(format!("{what}: the response has no `sts_token`")));
        }
        Ok(credentials)
    }
}

/// How a program ended and what it printed; `None` if that is too much to be credentials.
async fn output(program: &str, arguments: &[String]) -> io::Result<Option<(ExitStatus, Vec<u8>)>> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        // Also when the call that waits for it is given up.
        .kill_on_drop(true)
        .spawn()?;
    let mut printed = Vec::new();
    if let Some(stdout) = &mut child.stdout {
        stdout.take(MAX_RESPONSE_BYTES as u64 + 1).read_to_end(&mut printed).await?;
    }
    if printed.len() > MAX_RESPONSE_BYTES {
        return Ok(None);
    }
    Ok(Some((child.wait().await?, printed)))
}

impl ProvideCredentials for ExternalProcess {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(self.run())
    }
}

impl fmt::Debug for ExternalProcess {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("ExternalProcess").field(&self.program()).finish()
    }
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    async fn run(script: &str) -> Result<Credentials> {
        ExternalProcess::new(format!("sh -c {}", shlex::try_quote(script).unwrap())).run().await
    }

    #[tokio::test]
    async fn takes_what_is_printed() {
        let permanent =
            run(r#"echo '{"mode": "AK", "access_key_id": "id", "access_key_secret": "secret"}'"#).await;
        assert_eq!(permanent.unwrap(), Credentials::new("id", "secret"));
        let temporary =
            run(r#"echo '{"mode": "StsToken", "access_key_id": "id", "access_key_secret": "secret",
                      "sts_token": "token", "expiration": "2030-01-02T03:04:05Z"}'"#);
        let temporary = temporary.await.unwrap();
        assert_eq!(temporary.security_token(), Some("token"));
        assert!(temporary.expiration().is_some());
    }

    #[tokio::test]
    async fn failures_are_explained_without_secrets() {
        for (script, expected) in [
            ("echo hidden", "the response is not JSON"),
            (r#"echo '{"access_key_id": "id"}'"#, "the response has no `access_key_secret`"),
            (
                r#"echo '{"mode": "StsToken", "access_key_id": "id", "access_key_secret": "hidden"}'"#,
                "the response has no `sts_token`",
            ),
            ("echo hidden; exit 3", "failed with exit status: 3"),
        ] {
            let error = run(script).await.unwrap_err();
            assert!(error.to_string().starts_with("running `sh` for credentials"), "{error}");
            assert!(error.to_string().ends_with(expected), "{error}");
            assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
        }
        let open = ExternalProcess::new("sh -c 'hidden").run().await.unwrap_err();
        assert!(open.to_string().ends_with("a quote in it is open"), "{open}");
        let absent = ExternalProcess::new("no-such-program hidden");
        assert_eq!(
            absent.run().await.unwrap_err().to_string(),
            "running `no-such-program` for credentials failed"
        );
        assert!(!format!("{absent:?}").contains("hidden"));
    }

    #[tokio::test]
    async fn a_program_that_does_not_end_is_stopped() {
        let sleeper = ExternalProcess { command: "sleep 60".into(), limit: Duration::from_millis(30) };
        assert!(sleeper.run().await.unwrap_err().to_string().ends_with("took longer than 30ms"));
        let talker = ExternalProcess::new("yes").run().await.unwrap_err().to_string();
        assert!(talker.ends_with("it prints more than 262144 bytes"), "{talker}");
    }
}
