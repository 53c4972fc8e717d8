//! `rds mcp`: the operations for agents, by the Model Context Protocol.
//!
//! A server over standard input and output, or over HTTP on loopback (see [`http`]). Its tools find, describe and call
//! operations, wait, and download files. What may change something is shown to the agent's user first (see [`consent`]), no result has a
//! secret (see [`account`]), and none is longer than it was asked to be (see [`bounds`]).

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::pin::pin;

use clap::ArgGroup;
use rmcp::service::{ServerInitializeError, serve_server_with_ct};
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio_util::sync::CancellationToken;

use crate::connection::Connection;
use crate::failure::Failure;
use crate::shutdown::Shutdown;
use crate::terminal;
use account::Account;
use consent::Consent;
use folder::Folder;
use server::RdsServer;

mod account;
mod announcement;
mod arguments;
mod bounds;
mod call;
mod consent;
mod describe;
mod download;
mod find;
mod folder;
mod following;
mod http;
mod notifier;
mod outcome;
mod pages;
mod prompts;
mod resources;
mod server;
mod tools;
mod wait;

/// More than any request has that makes sense.
const MAX_REQUEST_BYTES: usize = 4 << 20;

const SETTINGS: &str = "\
In the settings of an agent, to try it without an account:
  { \"mcpServers\": { \"rds\": { \"command\": \"rds\", \"args\": [\"mcp\", \"--fake\"] } } }";

/// Let agents find, describe and call operations: a server of the Model Context Protocol (MCP).
///
/// An agent starts it and speaks with it over standard input and output, until the input ends; with --http it serves this
/// machine over HTTP. Its tools search the operations, describe one (JSON Schema of what it takes and gives, limits,
/// errors, waiters, what follows a write), call one that reads, and wait until something is done. There are resources,
/// rds://operation/{name} and rds://family/{name}, and prompts for what is asked every day.
///
/// It only reads unless it is started with --allow-writes. What is secret is masked in every result, and a result is
/// 50,000 bytes long at most, unless more is asked for; it says what was left out.
#[derive(clap::Args)]
#[command(after_help = SETTINGS)]
#[command(group = ArgGroup::new("more").multiple(true))]
pub(crate) struct Arguments {
    /// Also offer to change things, by a tool of its own. Before each change the agent's user is asked (by elicitation) and
    /// shown what it does: the operation, its parameters with secrets masked, and whether it can be undone. Where an
    /// agent cannot ask, changes are refused, unless there is --yes.
    #[arg(long, group = "more")]
    allow_writes: bool,
    /// Also offer to download backups and logs, by a tool of its own, into this folder and nowhere else. The agent's user is
    /// asked before each, where the agent can ask; no file is replaced unless that is asked for, and agreed to.
    #[arg(long, value_name = "FOLDER", group = "more")]
    download_folder: Option<PathBuf>,
    /// Make changes, and replace files, without asking where the agent cannot ask its user. One that can has to ask all the
    /// same.
    #[arg(long, requires = "more")]
    yes: bool,
    /// Serve over HTTP on this port of this machine (0 for a free one), until ctrl-c or SIGTERM. The address goes to
    /// stderr, and so does a token, which every request brings as `Authorization: Bearer TOKEN`; the variable
    /// RDS_MCP_TOKEN sets it, to 16 characters at least, and then it is not shown.
    #[arg(long, value_name = "PORT")]
    http: Option<u16>,
    #[command(flatten)]
    connection: Connection,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let folder = arguments.download_folder.as_deref().map(Folder::open).transpose()?;
    let account = Account::open(&arguments.connection).await?;
    let consent = Consent::new(arguments.allow_writes, arguments.yes);
    let server = RdsServer::new(account, consent, folder);
    // Before anything is written: whoever reads it may end this at once.
    let shutdown = Shutdown::listen()?;
    match arguments.http {
        Some(port) => http::serve(server, port, shutdown).await,
        None => serve_stdio(server, shutdown).await,
    }
}

async fn serve_stdio(server: RdsServer, shutdown: Shutdown) -> Result<(), Failure> {
    if std::io::stdin().is_terminal() {
        terminal::note(
            "this speaks with an agent over stdin and stdout; `rds mcp --help` says how to set one up",
        );
    }
    let stop = CancellationToken::new();
    let last = server.clone();
    let transport = AsyncRwTransport::new_server(tokio::io::stdin(), tokio::io::stdout())
        .with_max_line_length(MAX_REQUEST_BYTES);
    let serving = async {
        match serve_server_with_ct(server, transport, stop.clone()).await {
            Ok(running) => drop(running.waiting().await),
            // Who has started this is gone, or does not want it any more.
            Err(
                ServerInitializeError::ConnectionClosed(_)
                | ServerInitializeError::TransportError { .. }
                | ServerInitializeError::Cancelled,
            ) => {}
            // What came may have secrets in it.
            Err(_) => {
                return Err(Failure::usage(
                    "what came on stdin does not begin as the Model Context Protocol does",
                ));
            }
        }
        Ok(())
    };
    let mut serving = pin!(serving);
    let ended = tokio::select! {
        ended = &mut serving => ended,
        asked = shutdown.requested() => {
            stop.cancel();
            serving.await.and(asked)
        }
    };
    last.finish().await;
    ended
}
