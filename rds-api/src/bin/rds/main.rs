//! `rds`: any operation of RDS from the command line, and the embedded service for programs in any language.

#![forbid(unsafe_code)]

mod failure;
mod rust_program;
mod seed;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Alibaba Cloud RDS (OpenAPI 2014-08-15) from the command line.
#[derive(Parser)]
#[command(name = "rds", version, after_long_help = failure::EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Arguments),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(arguments) => serve::run(arguments).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
