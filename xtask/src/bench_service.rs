//! `cargo xtask bench-service`: what the embedded service bears, as `rds serve` in a release build: a million requests, and
//! ten thousand connections.

use std::time::Instant;

use clap::Args;

use crate::bench_calls;
use crate::measured_program::on_core;
use crate::repository::Repository;
use crate::server::Server;
use crate::table::Table;

/// Where the table stands in the README.
const NAME: &str = "bench-service";
/// Enough requests for everything that is remembered of them to be full.
const WARM_UP: usize = 300_000;
const REQUESTS: usize = 1_000_000;
const IN_FLIGHT: &str = "64";
const CONNECTIONS: u64 = 10_000;
/// How much memory may grow over all requests.
const GROWTH: f64 = 1.05;

/// The arguments of `cargo xtask bench-service`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Put the table into README.md.
    #[arg(long)]
    write_readme: bool,
}

pub(crate) fn measure(repository: &Repository, arguments: &Arguments) -> Result<Table, String> {
    let program = bench_calls::program(repository)?;
    let built = repository.cargo(&["build", "--release", "--package=rds-cli", "--bin=rds"]).status();
    if !built.is_ok_and(|status| status.success()) {
        return Err("`rds` cannot be built".to_owned());
    }
    let rds = repository.target().join(format!("release/rds{}", std::env::consts::EXE_SUFFIX));
    let mut serve = on_core(0, &rds);
    serve.args(["serve", "--instances", "1", "--access-key-id", "id", "--access-key-secret", "secret"]);
    let service = Server::start(&mut serve)?;
    let load = |requests: usize| {
        let began = Instant::now();
        program.numbers::<4>(1, &["load", service.endpoint(), &requests.to_string(), IN_FLIGHT])?;
        Ok::<_, String>(began.elapsed())
    };
    load(WARM_UP)?;
    let before = service.memory();
    let took = load(REQUESTS)?.as_secs_f64();
    let after = service.memory();

    let mut table = Table::new("then", "at first");
    if let (Some(before), Some(after)) = (before, after) {
        let name = format!("memory, after {REQUESTS} requests and after {WARM_UP}");
        table.compare(&name, [after, before], |bytes| format!("{:.1} MB", bytes / 1e6), Some(GROWTH));
    }
    let [answered] = program.numbers(1, &["connect", service.endpoint(), &CONNECTIONS.to_string()])?;
    let name = format!("of {CONNECTIONS} connections that are open at once, not answered");
    table.bound(&name, (CONNECTIONS - answered) as f64, 0.0, |count| format!("{count:.0}"));
    let rate = REQUESTS as f64 / took;
    table.close(&format!(
        "`rds serve` in a release build on one core, called by the client on another, {IN_FLIGHT} requests of \
         `DescribeDBInstances` at a time: {rate:.0} a second."
    ));
    if arguments.write_readme {
        table.write_to_readme(repository, NAME)?;
    }
    Ok(table)
}
