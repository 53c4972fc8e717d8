//! `--verbose`: the traces of the client on stderr.

use std::io::IsTerminal as _;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::prelude::*;

/// Starts to log: from `-v` on every call and attempt as it ends, from `-vv` on what happens in between, from
/// `-vvv` on what the HTTP stack does.
pub(crate) fn start(verbosity: u8) {
    let targets = match verbosity {
        0 => return,
        1 => Targets::new().with_target("rds_api", LevelFilter::INFO),
        2 => Targets::new().with_target("rds_api", LevelFilter::DEBUG),
        // The server for agents logs requests whole, and passwords with them.
        _ => Targets::new().with_default(LevelFilter::DEBUG).with_target("rmcp", LevelFilter::OFF),
    };
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal() && !is_plain)
        .with_span_events(FmtSpan::CLOSE)
        // It would be said on stderr, which is what has failed.
        .log_internal_errors(false)
        .with_target(false);
    tracing_subscriber::registry().with(targets).with(layer).init();
}
