//! Credentials that another program prints.

use std::io::IsTerminal as _;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use std::{fmt, io};

use serde_json::Value;
use tokio::process::Command;

use super::http::{self, FieldNames, MAX_RESPONSE_BYTES};
use super::process_group::{self, Group};
use super::{BoxFuture, Credentials, ProvideCredentials, source_text};
use crate::error::{Error, Result};
use crate::runtime::guarded;

const NAMES: FieldNames = FieldNames {
    id: "access_key_id",
    secret: "access_key_secret",
    token: "sts_token",
    expiration: "expiration",
};

/// Runs a program that prints credentials: a JSON object of `mode` (`AK` or `StsToken`), `access_key_id`,
/// `access_key_secret`, `sts_token` and, if they expire, `expiration` (a time such as `2024-03-15T08:30:00Z`, or seconds
/// since 1970). One that prints another mode is refused: what it prints are not yet the credentials.
///
/// The command is split into words as a POSIX shell does, on Windows too, so quote a path with backslashes. No
/// shell interprets it. What the program writes to its standard error goes to that of this process. After a minute it
/// is stopped, on Unix with all that it has started, for which it gets a process group of its own. It is done when it
/// ends, whatever it leaves running.
///
/// ```
/// use rds_api::credentials::ExternalProcess;
///
/// let vault = ExternalProcess::new("vault-credentials --role 'backup reader'");
/// # let _ = vault;
/// ```
pub struct ExternalProcess {
    command: String,
    inherits_stdin: bool,
    limit: Duration,
}

impl ExternalProcess {
    /// Runs `command`.
    pub fn new(command: impl Into<String>) -> Self {
        Self { command: command.into(), inherits_stdin: false, limit: Duration::from_secs(60) }
    }

    /// Gives the program the standard input of this process, where it otherwise gets none: to ask whoever sits at the
    /// terminal for a code. At a terminal it stays in the process group of this process, since only that may read
    /// there.
    pub fn inherit_stdin(mut self) -> Self {
        self.inherits_stdin = true;
        self
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
        let output = async { tokio::time::timeout(self.limit, self.output(program, arguments)).await };
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
        let printed = source_text::decoded(&printed, format_args!("{what}: what it prints"))?;
        let response: Value = http::parse(&printed, &what)?;
        let is_temporary = is_temporary(&response).map_err(|error| error.of(&what))?;
        let credentials = NAMES.any(&response, &what)?;
        if is_temporary && credentials.security_token().is_none() {
            return Err(Error::credentials(format!("{what}: the response has no `sts_token`")));
        }
        Ok(credentials.with_source("external program"))
    }

    /// How a program ended and what it printed; `None` if that is too much to be credentials.
    async fn output(&self, program: &str, arguments: &[String]) -> io::Result<Option<(ExitStatus, Vec<u8>)>> {
        let mut command = Command::new(program);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::inherit());
        command.stdin(if self.inherits_stdin { Stdio::inherit() } else { Stdio::null() });
        // Also when the call that waits for it is given up.
        command.kill_on_drop(true);
        let leads_group = !(self.inherits_stdin && (io::stdin().is_terminal() || io::stderr().is_terminal()));
        if leads_group {
            process_group::lead_group(&mut command);
        }
        let mut child = command.spawn()?;
        let group = leads_group.then(|| Group::of(&child));
        let output = process_group::finish(&mut child, MAX_RESPONSE_BYTES).await?;
        if let (Some(_), Some(group)) = (&output, group) {
            group.leave();
        }
        Ok(output)
    }
}

/// What a profile names that its keys are only the beginning of.
const STEPS: [&str; 4] = ["ram_role_arn", "ram_role_name", "source_profile", "process_command"];

/// Whether the mode is that of temporary credentials. Refuses what asks for another step than to use the credentials, which
/// would be those of somebody else. Names are read in any case, as the aliyun tool does.
fn is_temporary(response: &Value) -> Result<bool> {
    let members = response.as_object().into_iter().flatten();
    let mut is_temporary = None;
    for (_, mode) in members.clone().filter(|(name, _)| name.eq_ignore_ascii_case("mode")) {
        match mode {
            Value::Null => {}
            Value::String(mode) if mode.is_empty() => {}
            Value::String(mode) if mode == "AK" => is_temporary = is_temporary.or(Some(false)),
            Value::String(mode) if mode == "StsToken" => is_temporary = Some(true),
            Value::String(mode)
                if mode.len() <= 40 && mode.bytes().all(|byte| byte.is_ascii_alphabetic()) =>
            {
                let message = format!("the mode `{mode}` is not supported; AK and StsToken are");
                return Err(Error::credentials(message));
            }
            _ => return Err(Error::credentials("the mode is not a mode; AK and StsToken are supported")),
        }
    }
    let says_something =
        |value: &Value| value.as_str().map_or(!value.is_null(), |text| !text.trim().is_empty());
    let step = STEPS.iter().find(|step| {
        members.clone().any(|(name, value)| name.eq_ignore_ascii_case(step) && says_something(value))
    });
    match (is_temporary, step) {
        (None, Some(step)) => Err(Error::credentials(format!(
            "it has a `{step}` and no mode, so its keys are not yet the credentials; AK and StsToken are supported"
        ))),
        (mode, _) => Ok(mode.unwrap_or(false)),
    }
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
        let sleeper =
            ExternalProcess { limit: Duration::from_millis(30), ..ExternalProcess::new("sleep 60") };
        assert!(sleeper.run().await.unwrap_err().to_string().ends_with("took longer than 30ms"));
        let talker = ExternalProcess::new("yes").run().await.unwrap_err().to_string();
        assert!(talker.ends_with("it prints more than 262144 bytes"), "{talker}");
    }

    const KEYS: &str = r#""access_key_id": "id", "access_key_secret": "hidden""#;

    #[tokio::test]
    async fn only_what_can_be_used_as_it_is_is_taken() {
        for (members, expected) in [
            (r#""mode": "AK""#, Ok(None)),
            (r#""mode": "", "expiration": null"#, Ok(None)),
            (r#""mode": "AK", "expiration": 1893553445"#, Ok(Some(1_893_553_445))),
            (r#""mode": "AK", "expiration": "2030-01-02T03:04:05Z""#, Ok(Some(1_893_553_445))),
            (r#""mode": "AK", "expiration": "9999-12-31T23:59:59Z""#, Ok(Some(253_402_300_799))),
            (
                r#""mode": "RamRoleArn", "ram_role_arn": "arn""#,
                Err("the mode `RamRoleArn` is not supported; AK and StsToken are"),
            ),
            (r#""mode": "ak""#, Err("the mode `ak` is not supported; AK and StsToken are")),
            (r#""mode": "hidden hidden""#, Err("the mode is not a mode; AK and StsToken are supported")),
            (
                r#""Mode": "RamRoleArn", "Ram_Role_Arn": "arn""#,
                Err("the mode `RamRoleArn` is not supported; AK and StsToken are"),
            ),
            (r#""MODE": "Bearer""#, Err("the mode `Bearer` is not supported; AK and StsToken are")),
            (r#""mode": "AK", "Mode": "OIDC""#, Err("the mode `OIDC` is not supported; AK and StsToken are")),
            (r#""Mode": "StsToken""#, Err("the response has no `sts_token`")),
            (
                r#""ram_role_arn": "arn""#,
                Err(
                    "it has a `ram_role_arn` and no mode, so its keys are not yet the credentials; AK and StsToken are supported",
                ),
            ),
            (
                r#""mode": "", "Source_Profile": "p""#,
                Err(
                    "it has a `source_profile` and no mode, so its keys are not yet the credentials; AK and StsToken are supported",
                ),
            ),
            (r#""ram_role_arn": "", "source_profile": null"#, Ok(None)),
            (r#""mode": "AK", "ram_role_arn": "arn""#, Ok(None)),
            (r#""mode": 1"#, Err("the mode is not a mode; AK and StsToken are supported")),
            (
                r#""mode": "AK", "expiration": 1893553445000"#,
                Err("is not a time such as 2024-03-15T08:30:00Z"),
            ),
            (r#""mode": "AK", "expiration": true"#, Err("is not a time such as 2024-03-15T08:30:00Z")),
            (r#""mode": "AK", "sts_token": 5"#, Err("`sts_token` of the response is not a text")),
        ] {
            let printed = run(&format!("echo '{{{KEYS}, {members}}}'")).await;
            match (printed, expected) {
                (Ok(credentials), Ok(expected)) => {
                    let since = |time: std::time::SystemTime| {
                        time.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
                    };
                    assert_eq!(credentials.expiration().map(since), expected, "{members}");
                }
                (Err(error), Err(expected)) => {
                    assert!(error.to_string().ends_with(expected), "{error}");
                    assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
                }
                (printed, _) => unreachable!("{members}: {printed:?}"),
            }
        }
    }

    #[tokio::test]
    async fn what_an_editor_or_a_shell_adds_does_no_harm() {
        let marked = run(&format!(r"printf '\357\273\277  {{{KEYS}}}\r\n\r\n'")).await;
        assert_eq!(marked.unwrap().access_key_id(), "id");
        let wide = run(r"printf '\377\376{\000}\000'").await.unwrap_err().to_string();
        assert!(
            wide.ends_with("what it prints is not UTF-8 but, it seems, UTF-16: save it as UTF-8"),
            "{wide}"
        );
    }

    #[tokio::test]
    async fn a_program_is_done_when_it_ends_whatever_it_leaves_behind() {
        // The one left behind holds the pipe for longer than the test may take.
        let script = format!("sleep 50 & echo '{{{KEYS}}}'");
        let left = tokio::time::timeout(Duration::from_secs(20), run(&script)).await;
        assert_eq!(left.unwrap().unwrap().access_key_id(), "id");
        let many = "x".repeat(100_000);
        let script = format!("printf '{{{KEYS}, \"x\": \"%s\"}}' {many}");
        assert_eq!(run(&script).await.unwrap().access_key_id(), "id");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_a_stopped_program_has_started_is_stopped_with_it() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("pid");
        let script = format!("sleep 1000 & echo $! > {}; wait", file.display());
        let command = format!("sh -c {}", shlex::try_quote(&script).unwrap());
        let process = ExternalProcess { limit: Duration::from_millis(300), ..ExternalProcess::new(command) };
        assert!(process.run().await.unwrap_err().to_string().ends_with("took longer than 300ms"));
        let id = std::fs::read_to_string(&file).unwrap();
        // Gone, or dead and not yet taken note of.
        let is_running = || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", id.trim())).unwrap_or_default();
            stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
        };
        while is_running() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
