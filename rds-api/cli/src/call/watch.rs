//! `--watch`: the same read again and again, until it is interrupted.

use std::time::Duration;

use rds_api::Timestamp;

use super::response;
use crate::connection;
use crate::failure::Failure;
use crate::output;
use crate::shutdown::Shutdown;
use crate::terminal;

/// The option that reads again and again.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Watch {
    /// Read again and again, every so many seconds, 2 unless given, until ctrl-c. On a terminal each response takes the place of
    /// the one before it; into a pipe each is a line of JSON, unless --output says otherwise.
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "2",
        help_heading = response::HEADING,
        value_parser = connection::seconds
    )]
    watch: Option<Duration>,
}

impl Watch {
    /// The pause between two reads, if there are to be several.
    pub(crate) fn pause(&self) -> Option<Duration> {
        self.watch
    }
}

/// Reads again after each pause. On a terminal each response takes the place of the one before it. What fails later than
/// at first is told, and tried again.
pub(crate) async fn repeat(
    what: &str,
    pause: Duration,
    read: impl AsyncFn() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let interrupted = Shutdown::listen()?.requested();
    tokio::pin!(interrupted);
    let mut is_first = true;
    loop {
        if !is_first {
            tokio::select! {
                ended = &mut interrupted => return ended,
                () = tokio::time::sleep(pause) => {}
            }
        }
        let round = async {
            let now = Timestamp::from(std::time::SystemTime::now());
            output::redraw(&format!("{what}, every {} s until ctrl-c, {now}", pause.as_secs_f64()))?;
            read().await
        };
        tokio::select! {
            ended = &mut interrupted => return ended,
            outcome = round => match outcome {
                Err(failure) if is_first || failure.is_final() => return Err(failure),
                Err(failure) => terminal::error(failure.message()),
                Ok(()) => {}
            },
        }
        is_first = false;
    }
}
