//! Many calls at once while everything that can go wrong does, to see that no write is lost or done twice and
//! that nothing leaks. Everything runs in this process, over loopback.
//!
//! ```sh
//! cargo run --release -p rds-api --example soak
//! ```

mod soak;

use std::process::ExitCode;

use clap::Parser;
use soak::Soak;

/// Makes calls while faults strike, checks what came of them, and reports it in a line.
#[derive(Parser)]
struct Arguments {
    /// How many calls in all.
    #[arg(long, default_value_t = 100_000)]
    calls: usize,
    /// How many are in flight at a time.
    #[arg(long, default_value_t = 64)]
    tasks: usize,
    /// The share of requests that a fault strikes, from 0 to 1.
    #[arg(long, default_value_t = 0.2)]
    faults: f64,
    /// What decides which, and which calls are made.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { calls, tasks, faults, seed } = Arguments::parse();
    let soak = Soak { calls, tasks, rounds: 10, faults, seed };
    match soak.run().await {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(violation) => {
            eprintln!("{violation}");
            ExitCode::FAILURE
        }
    }
}
