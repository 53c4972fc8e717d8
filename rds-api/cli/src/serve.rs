//! `rds serve`: the embedded service for programs in any language.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rds_api::Credentials;
use rds_api_core::file;
use rds_api_core::text::visible;
use rds_api_testing::FakeService;
use serde_json::{Value as Json, json};

use crate::failure::Failure;
use crate::shutdown::Shutdown;
use crate::{seed, terminal};

/// How many requests and changes are remembered.
const HISTORY_LIMIT: usize = 10_000;

/// More than any state has within the limits of an account.
const MAX_STATE_BYTES: u64 = 1 << 30;

/// Run the embedded service, which behaves as RDS does, until ctrl-c or SIGTERM.
///
/// The first line of the output is a JSON object with all that a client needs, written once the service
/// listens: `endpoint` (a URL), `address` (host and port), `region`, `access_key_id`, `access_key_secret`, `security_token` (null
/// without one) and `instances`, the ids of the instances that exist.
///
/// Only keys given here are let in, and only from this machine. The account begins with the instance
/// rm-fake0000000000001, a running MySQL 8.0 with the database `orders`, the account `app` and one finished
/// backup.
///
/// `rds operations --simulated` lists the operations that are simulated with state. The response to any other has the
/// examples of the specification, which its header `x-response-source: example` tells.
///
/// Beside the operations, and unsigned, programs in any language find at /testing/ what the crate rds-api-testing has for
/// tests: GET /testing/requests tells what was asked, and GET /testing/journal what was changed; POST
/// /testing/clock?advance=60 moves the service's clock on; POST
/// /testing/faults?fault=Refuse&code=Throttling.User&operation=CreateBackup&times=2 makes requests fail; and there are rules,
/// seeds of instances, logs and events, settings, and the state. GET /testing/ lists the addresses, and
/// the documentation of the crate rds-api-testing has a table of what each takes.
///
/// Limits: 100 instances, 1,000 other things of each kind, 16 MiB for the body of a request, half as many connections as
/// files may be open (`ulimit -n`). The latest 10,000 requests, changes, tasks, events and lines of a log are remembered;
/// the header X-Total-Count of /testing/requests and /testing/journal tells how many there were.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The port, on loopback [default: a free one].
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// The region of the instances.
    #[arg(long, default_value = "cn-hangzhou")]
    region: String,
    /// The id of the access key that is let in.
    #[arg(long, value_name = "ID", default_value = "fake-key-id", allow_hyphen_values = true)]
    access_key_id: String,
    /// Its secret.
    #[arg(long, value_name = "SECRET", default_value = "fake-key-secret", allow_hyphen_values = true)]
    access_key_secret: String,
    /// The security token that must come with the key, which makes it a temporary one.
    #[arg(long, value_name = "TOKEN", allow_hyphen_values = true)]
    security_token: Option<String>,
    /// How many instances exist from the start, 100 at most; the engines take turns.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    instances: u16,
    /// How many seconds a backup takes.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    backup_duration: u32,
    /// How many seconds an instance takes to be created, started, stopped, changed or released.
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    change_duration: u32,
    /// A file with the state of the account. The service begins with it, if it is there, and writes it when it ends; then
    /// --instances counts for nothing.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Refuse the operations that are not simulated with state.
    #[arg(long)]
    strict: bool,
    /// How many seconds the service's clock goes on in a second. At another speed than 1 it lets in requests
    /// of any time.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    clock_speed: f64,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let service = start(&arguments).await?;
    let instances = seed::instances(&service).await?;
    service.clear_history();
    let endpoint = service.endpoint();
    let credentials = service.credentials();
    let description = json!({
        "endpoint": endpoint,
        "address": endpoint.trim_start_matches("http://"),
        "region": service.region(),
        "access_key_id": credentials.access_key_id(),
        "access_key_secret": credentials.access_key_secret(),
        "security_token": credentials.security_token(),
        "instances": instances,
    });
    // Before the line is written: whoever reads it may end this at once.
    let shutdown = Shutdown::listen()?;
    announce(&service, &description)?;
    let ended = shutdown.requested().await;
    if let Some(file) = &arguments.state {
        write_state(file, &service.snapshot())?;
    }
    ended
}

/// The state that a service was in, if it has left one.
fn read_state(path: &Path) -> Result<Option<String>, Failure> {
    match file::read_text(path, MAX_STATE_BYTES) {
        Ok(state) => Ok(Some(state)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::usage(format!("{} {}", path.display(), file::why(&error)))),
    }
}

/// Writes the state as a whole, or leaves what was there.
fn write_state(file: &Path, state: &str) -> Result<(), Failure> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    let written = fs::write(&beside, state).and_then(|()| fs::rename(&beside, file));
    written.map_err(|error| Failure::usage(format!("{} cannot be written: {error}", file.display())))
}

/// Whoever started this waits for the line; if it is gone, so is the reason to serve.
fn announce(service: &FakeService, description: &Json) -> Result<(), Failure> {
    let mut stdout = std::io::stdout();
    let line = description.to_string();
    writeln!(stdout, "{}", visible(&line, &[])).map_err(Failure::output)?;
    if stdout.is_terminal() {
        terminal::note(&format!(
            "call it from another terminal: ALIBABA_CLOUD_ACCESS_KEY_ID={} ALIBABA_CLOUD_ACCESS_KEY_SECRET=… \
             rds call DescribeDBInstances --region {} --endpoint {}",
            service.credentials().access_key_id(),
            service.region(),
            service.endpoint(),
        ));
    }
    Ok(())
}

async fn start(arguments: &Arguments) -> Result<FakeService, Failure> {
    let mut credentials = Credentials::new(&arguments.access_key_id, &arguments.access_key_secret);
    if let Some(token) = &arguments.security_token {
        credentials = credentials.with_security_token(token);
    }
    let backup = Duration::from_secs(arguments.backup_duration.into());
    let change = Duration::from_secs(arguments.change_duration.into());
    // Filling the account moves the clock by that much.
    let ahead = backup + change;
    let tolerance = match arguments.clock_speed {
        1.0 => Duration::from_secs(15 * 60) + ahead,
        _ => Duration::MAX,
    };
    let state = arguments.state.as_deref().map(read_state).transpose()?.flatten();
    let is_new = state.is_none();
    let mut builder = FakeService::builder();
    if let Some(state) = state {
        builder = builder.state(state);
    }
    let service = builder
        .strict(arguments.strict)
        .port(arguments.port)
        .region(&arguments.region)
        .credentials(credentials)
        .backup_duration(backup)
        .change_duration(change)
        .clock_speed(arguments.clock_speed)
        .clock_tolerance(tolerance)
        .history_limit(HISTORY_LIMIT)
        .start()?;
    if is_new {
        seed::fill(&service, arguments.instances, ahead).await?;
    }
    Ok(service)
}
