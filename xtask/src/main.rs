//! The commands of this repository: `cargo xtask COMMAND`.
//!
//! The one part that reads and writes the repository's files; what they hold is decided in `codegen`.

#![forbid(unsafe_code)]
#![cfg_attr(clippy, deny(missing_docs, unreachable_pub))]

mod bench_build;
mod bench_calls;
mod bench_cold;
mod bench_service;
mod cost;
mod generate;
mod import;
mod interop;
mod measured_program;
mod new;
mod package;
mod repository;
mod schema;
mod server;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use repository::Repository;
use table::Table;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The commands of this repository")]
struct Arguments {
    /// The repository to work on; the one that this is run in unless given.
    #[arg(long, global = true, value_name = "FOLDER")]
    root: Option<PathBuf>,
    /// The specification, instead of that of the repository: that of another product.
    #[arg(long, global = true, value_name = "FOLDER")]
    spec: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generate the client's code from the specification.
    Codegen(generate::Arguments),
    /// Begin the specification of an operation, as a file that already passes.
    New {
        /// The family: a folder below spec/.
        family: String,
        /// The operation's wire name, such as DescribeBackupTasks.
        operation: String,
    },
    /// Add to spec/ what the vendor's published API metadata knows, or tell what differs.
    Import(import::Arguments),
    /// Export JSON Schema of the parameters and the response of each operation.
    Schema(schema::Arguments),
    /// Measure what building the client takes, beside another SDK.
    BenchBuild(bench_build::Arguments),
    /// Measure what building a program takes from nothing, with all that the client needs, beside another SDK.
    BenchCold(bench_cold::Arguments),
    /// Measure what a call of the client takes, beside the least that one can take.
    BenchCalls(bench_calls::Arguments),
    /// Measure what the embedded service bears.
    BenchService(bench_service::Arguments),
    /// Tell what a command takes.
    #[command(hide = true)]
    Cost(cost::Arguments),
    /// Run the official clients against the embedded service, and the client against the official signing code.
    Interop(interop::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let repository = match arguments.root.map(Repository::at).map_or_else(Repository::here, Ok) {
        Ok(repository) => repository.with_specification(arguments.spec),
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = match arguments.command {
        Command::Codegen(arguments) => generate::run(&repository, &arguments),
        Command::New { family, operation } => new::run(&repository, &family, &operation),
        Command::BenchBuild(arguments) => return Table::print(bench_build::measure(&repository, &arguments)),
        Command::BenchCold(arguments) => return Table::print(bench_cold::measure(&repository, &arguments)),
        Command::BenchCalls(arguments) => return Table::print(bench_calls::measure(&repository, &arguments)),
        Command::BenchService(arguments) => {
            return Table::print(bench_service::measure(&repository, &arguments));
        }
        Command::Cost(arguments) => return cost::run(&arguments),
        Command::Import(arguments) => return import::run(&repository, &arguments),
        Command::Schema(arguments) => schema::run(&repository, &arguments),
        Command::Interop(arguments) => interop::run(&repository, &arguments),
    };
    match outcome {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
