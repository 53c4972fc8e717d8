//! `rds explore`: a page in the browser that runs any operation and shows the code that does the same.
//!
//! The page is served on loopback to whoever has its address (see [`guard`]), asks this process for everything,
//! and never sees a secret of the credentials (see [`crate::masking`]).

use std::io::Write as _;

use hyper_util::service::TowerToHyperService;
use rds_api_testing::http_server;
use tokio::net::TcpListener;

use crate::connection::Connection;
use crate::failure::Failure;
use crate::shutdown::Shutdown;
use crate::terminal;
use confirmation::Confirmations;
use guard::Guard;
use history::History;
use target::Target;

mod command;
mod confirmation;
mod examples;
mod follow;
mod form;
mod guard;
mod history;
mod identifiers;
mod json_response;
mod page;
mod record;
mod run;
mod server;
mod signing;
mod target;

/// Explore the operations in the browser: fill in a form, run it, take the Rust code with you.
///
/// The page is served on this machine only, under an address that holds a secret; open the address that is
/// printed. Calls go to an embedded service with three instances, which needs no account and is gone afterwards,
/// or with --account to the service itself. There the page asks before it changes anything.
#[derive(clap::Args)]
#[command(mut_args(|option| if option.get_id() == "fake" || option.get_id() == "signature" { option.hide(true) } else { option }))]
pub(crate) struct Arguments {
    /// Call the service itself, with the credentials that the client finds.
    #[arg(long, conflicts_with = "fake")]
    account: bool,
    /// The port of the page, on loopback [default: a free one].
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
    #[command(flatten)]
    connection: Connection,
}

/// The state that all requests of the page share.
struct Explorer {
    target: Target,
    history: History,
    confirmations: Confirmations,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let target = if arguments.account {
        Target::account(&arguments.connection).await?
    } else if arguments.connection.profile.is_some() {
        return Err(Failure::usage("--profile needs --account: without it calls go to an embedded service"));
    } else {
        Target::embedded().await?
    };
    let listener = TcpListener::bind(("127.0.0.1", arguments.port)).await.map_err(|error| {
        Failure::usage(format!("the page cannot be served on port {}: {error}", arguments.port))
    })?;
    let port = listener.local_addr().map_err(Failure::output)?.port();
    let guard = Guard::new(port);
    let address = guard.address();
    let explorer = Explorer { target, history: History::default(), confirmations: Confirmations::default() };
    let service = TowerToHyperService::new(server::router(guard, explorer));
    let server = http_server::serve(listener, service, server::LIMITS);
    // Before the line is written: whoever reads it may end this at once.
    let shutdown = Shutdown::listen()?;
    // Alone on the first line, for whoever started this to open.
    writeln!(std::io::stdout(), "{address}").map_err(Failure::output)?;
    terminal::note("open the address in a browser; ctrl-c ends this");
    tokio::select! {
        () = server => Ok(()),
        ended = shutdown.requested() => ended,
    }
}
