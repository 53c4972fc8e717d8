//! `cargo xtask bench-build`: what the client costs whoever builds it, beside what the largest of its kind costs.
//!
//! Both libraries are built alone, in turns, on two cores without incremental compilation, their dependencies
//! built before. Figures mean something only on a machine that does nothing else.

mod candidate;

use std::process::Command;
use std::time::Duration;

use clap::Args;

use crate::cost::Cost;
use crate::repository::Repository;
use crate::table::Table;
use candidate::{Candidate, Stage};

/// The library to compare with, and its version.
pub(crate) const BASELINE: (&str, &str) = ("aws-sdk-rds", "1.159.0");
/// The crate below our library, as the other has its runtime in crates below. It is measured besides.
const CORE: &str = "rds-api-core";
/// How many operations the other has.
const BASELINE_OPERATIONS: usize = 168;
/// The seconds that generating, or checking what was generated, may take.
const CODEGEN_BUDGET: f64 = 1.0;

const OUR_PROGRAM: &str = include_str!("../bench-build/rds-api.rs");
const BASELINE_PROGRAM: &str = include_str!("../bench-build/aws-sdk-rds.rs");

/// Where the table stands in the README.
const NAME: &str = "bench-build";

/// The arguments of `cargo xtask bench-build`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// How often each build is measured; the median counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Put the table into README.md.
    #[arg(long)]
    write_readme: bool,
}

pub(crate) fn measure(repository: &Repository, arguments: &Arguments) -> Result<Table, String> {
    let operations =
        repository.specification()?.iter().filter(|source| source.path.matches('/').count() == 2).count();
    let folder = |name: &str| repository.path("target/bench-build").join(name);
    let ours = format!("{{ path = {:?} }}", repository.path("rds-api"));
    let lock = repository.read("Cargo.lock")?;
    let ours = Candidate::new(folder("rds-api"), "rds-api", &ours, OUR_PROGRAM, Some(lock))?;
    let theirs = format!("\"={}\"", BASELINE.1);
    let theirs = Candidate::new(folder(BASELINE.0), BASELINE.0, &theirs, BASELINE_PROGRAM, None)?;

    let (other, version) = BASELINE;
    let mut table = Table::new(
        &format!("rds-api ({operations} operations)"),
        &format!("{other} {version} ({BASELINE_OPERATIONS} operations)"),
    );
    let mut peaks = [0, 0];
    for stage in Stage::ALL {
        let mut walls = [Vec::new(), Vec::new()];
        let mut with_core = Vec::new();
        for candidate in [&ours, &theirs] {
            eprintln!("{}: building what {} needs", stage.name(), candidate.library);
            candidate.prepare(stage)?;
        }
        for run in 1..=arguments.runs {
            for (candidate, index) in [(&ours, 0), (&theirs, 1)] {
                let cost = candidate.measure(stage)?;
                eprintln!("{} of {}, run {run}: {cost}", stage.name(), candidate.library);
                walls[index].push(cost.wall);
                peaks[index] = peaks[index].max(cost.peak);
            }
            let cost = ours.measure_with(stage, &[CORE])?;
            eprintln!("{} of {} and {CORE}, run {run}: {cost}", stage.name(), ours.library);
            with_core.push(cost.wall);
            peaks[0] = peaks[0].max(cost.peak);
        }
        let budget = if stage == Stage::Check { 0.20 } else { 0.15 };
        let [alone, theirs] = walls.map(|walls| median(walls).as_secs_f64());
        table.compare(stage.name(), [alone, theirs], show_seconds, Some(budget));
        let name = format!("{}, with `{CORE}`", stage.name());
        let budget = (stage != Stage::Check).then_some(0.15);
        table.compare(&name, [median(with_core).as_secs_f64(), theirs], show_seconds, budget);
    }
    table.compare("peak memory of the compiler", peaks.map(|peak| peak as f64), show_megabytes, Some(0.30));
    let sizes = [ours.program_size()? as f64, theirs.program_size()? as f64];
    table.compare("program that calls one operation", sizes, show_megabytes, Some(0.60));

    for (what, check) in [("`cargo xtask codegen`", None), ("`cargo xtask codegen --check`", Some("--check"))]
    {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut walls = Vec::new();
        for _ in 0..arguments.runs {
            let mut command = Command::new(&own);
            command.arg("--root").arg(repository.path("")).arg("codegen").args(check);
            walls.push(Cost::of(&command)?.wall);
        }
        table.bound(what, median(walls).as_secs_f64(), CODEGEN_BUDGET, |seconds| format!("{seconds:.2} s"));
    }

    let runs = arguments.runs;
    table.close(&format!(
        "Each library alone, its dependencies built, as a dependency (without lints), `CARGO_INCREMENTAL=0`, two \
         jobs at a time, the median of {runs}, in turns. Both have what no operation is about (signing, retries, \
         …) in crates of their own, which are dependencies; ours is measured together with the library, too, beside \
         the other alone. The program is a stripped release build."
    ));
    if arguments.write_readme {
        table.write_to_readme(repository, NAME)?;
    }
    Ok(table)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

pub(crate) fn show_seconds(seconds: f64) -> String {
    format!("{seconds:.1} s")
}

pub(crate) fn show_megabytes(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_runs_are_quicker_than_the_median() {
        let seconds = [5, 1, 3].map(Duration::from_secs);
        assert_eq!(median(seconds.to_vec()), Duration::from_secs(3));
        assert_eq!(median(Vec::new()), Duration::ZERO);
    }
}
