//! `rds`: any operation of RDS from the command line, and the embedded service for programs in any language.

#![forbid(unsafe_code)]
#![cfg_attr(clippy, deny(missing_docs, unreachable_pub))]

mod advice;
mod backups;
mod call;
mod captured_request;
mod command_line;
mod completions;
mod configuration;
mod configure;
mod connection;
mod consequences;
mod destructive;
mod download;
mod exchange;
mod explain;
mod explore;
mod failure;
mod field_notes;
mod followable;
mod logging;
mod masking;
#[cfg(feature = "mcp")]
mod mcp;
mod names;
mod operations;
mod output;
mod pager;
mod progress_bar;
mod query;
mod questions;
mod response_format;
mod rust_program;
mod search;
mod seed;
mod serve;
mod shutdown;
mod signature;
mod skeleton;
mod slow;
mod sparkline;
mod suggestion;
mod terminal;
mod time_option;
mod token;
mod top;
mod values;
mod vendor_page;
mod whoami;

use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::CompleteEnv;

use crate::failure::Failure;

const EXAMPLES: &str = "\
Without an account:
  rds operations backup                    find an operation
  rds explain DescribeBackups              read its parameters and its response
  rds call DescribeDBInstances --fake      call it, on an embedded service
  rds explore                              do all of this in the browser
  rds mcp --fake                           let an agent do it";

/// Alibaba Cloud RDS (OpenAPI 2014-08-15) from the command line.
#[derive(Parser)]
#[command(name = "rds", version, after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{}", failure::EXIT_CODES))]
struct Arguments {
    /// Log to stderr what is sent and how it goes; twice for more.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Call(Box<call::Arguments>),
    Operations(operations::Arguments),
    Backups(Box<backups::Arguments>),
    Download(Box<download::Arguments>),
    Slow(Box<slow::Arguments>),
    Top(Box<top::Arguments>),
    #[command(alias = "describe")]
    Explain(explain::Arguments),
    Skeleton(skeleton::Arguments),
    Explore(Box<explore::Arguments>),
    #[cfg(feature = "mcp")]
    Mcp(Box<mcp::Arguments>),
    Serve(serve::Arguments),
    Whoami(whoami::Arguments),
    Configure(configure::Arguments),
    Completions(completions::Arguments),
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return Failure::start(&error).report(),
    };
    let code = runtime.block_on(run());
    // What still waits, for a file of a disk that does not respond perhaps, is not waited for.
    runtime.shutdown_background();
    code
}

async fn run() -> ExitCode {
    CompleteEnv::with_factory(completions::command).var(completions::VARIABLE).complete();
    let matches = match parse() {
        Ok(matches) => matches,
        Err(error) => return call::explain_usage(error),
    };
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => return call::explain_usage(error),
    };
    logging::start(arguments.verbose);
    let outcome = match arguments.command {
        Command::Call(arguments) => call::run(*arguments).await,
        Command::Operations(arguments) => operations::run(&arguments),
        Command::Backups(arguments) => backups::run(*arguments).await,
        Command::Download(arguments) => download::run(*arguments).await,
        Command::Slow(arguments) => slow::run(*arguments).await,
        Command::Top(arguments) => top::run(*arguments).await,
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Skeleton(arguments) => skeleton::run(&arguments),
        Command::Explore(arguments) => explore::run(*arguments).await,
        Command::Serve(arguments) => serve::run(arguments).await,
        #[cfg(feature = "mcp")]
        Command::Mcp(arguments) => mcp::run(*arguments).await,
        Command::Whoami(arguments) => whoami::run(arguments).await,
        Command::Configure(arguments) => configure::run(arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Reads the command line. An operation that is called by another name than its own, or that the specification
/// does not have, is a command only once it has been seen.
fn parse() -> Result<ArgMatches, clap::Error> {
    let arguments = command_line::arguments();
    let matches = Arguments::command().try_get_matches_from(arguments)?;
    match call::unknown_operation(&matches)? {
        Some(name) => {
            let call = |command| call::with_operation(command, name);
            Arguments::command().mut_subcommand("call", call).try_get_matches_from(arguments)
        }
        None => Ok(matches),
    }
}
