//! `cargo xtask bench-build`: what the client costs whoever builds it, beside what the largest of its kind costs.
//!
//! Both libraries are built alone, in turns, on two cores without incremental compilation, their dependencies
//! built before. Figures mean something only on a machine that does nothing else.

mod candidate;
pub(crate) mod cost;

use std::fs;
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::Args;

use crate::repository::Repository;
use candidate::{Candidate, Stage};
use cost::Cost;

/// The library to compare with, and its version.
const BASELINE: (&str, &str) = ("aws-sdk-rds", "1.159.0");
/// The crate below our library, as the other has its runtime in crates below. It is measured besides.
const CORE: &str = "rds-api-core";
/// How many operations the other has.
const BASELINE_OPERATIONS: usize = 168;
/// The seconds that generating, or checking what was generated, may take.
const CODEGEN_BUDGET: f64 = 1.0;

const OUR_PROGRAM: &str = include_str!("../bench-build/rds-api.rs");
const BASELINE_PROGRAM: &str = include_str!("../bench-build/aws-sdk-rds.rs");

/// Where the table stands in the README.
const BEGIN: &str = "<!-- bench-build -->\n";
const END: &str = "<!-- /bench-build -->";

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

pub(crate) fn run(repository: &Repository, arguments: &Arguments) -> ExitCode {
    match measure(repository, arguments) {
        Ok(table) => {
            println!("{}", table.text);
            if table.is_within_budgets { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn measure(repository: &Repository, arguments: &Arguments) -> Result<Table, String> {
    let operations =
        repository.specification()?.iter().filter(|source| source.path.matches('/').count() == 2).count();
    let folder = |name: &str| repository.path("target/bench-build").join(name);
    let ours = format!("{{ path = {:?} }}", repository.path("rds-api"));
    let lock = repository.read("Cargo.lock")?;
    let ours = Candidate::new(folder("rds-api"), "rds-api", &ours, OUR_PROGRAM, Some(lock))?;
    let theirs = format!("\"={}\"", BASELINE.1);
    let theirs = Candidate::new(folder(BASELINE.0), BASELINE.0, &theirs, BASELINE_PROGRAM, None)?;

    let mut table = Table::new(operations);
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
        table.compare(&name, [median(with_core).as_secs_f64(), theirs], show_seconds, None);
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
        table.bound(what, median(walls).as_secs_f64(), CODEGEN_BUDGET);
    }

    table.close(arguments.runs);
    if arguments.write_readme {
        let readme = repository.read("README.md")?;
        repository.write("README.md", &with_table(&readme, &table.text)?)?;
    }
    Ok(table)
}

/// The README with `table` between its marks.
fn with_table(readme: &str, table: &str) -> Result<String, String> {
    let parts = readme.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.ok_or_else(|| {
        format!("README.md has no place for the table: write {} and {END} where it is to stand", BEGIN.trim())
    })?;
    Ok(format!("{before}{BEGIN}{table}{END}{after}"))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn show_seconds(seconds: f64) -> String {
    format!("{seconds:.1} s")
}

fn show_megabytes(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1e6)
}

/// The results, as Markdown.
struct Table {
    text: String,
    is_within_budgets: bool,
}

impl Table {
    fn new(operations: usize) -> Self {
        let (other, version) = BASELINE;
        let text = format!(
            "| | rds-api ({operations} operations) | {other} {version} ({BASELINE_OPERATIONS} operations) | ratio | budget |\n\
             | --- | --- | --- | --- | --- |\n"
        );
        Self { text, is_within_budgets: true }
    }

    /// A row that compares; `budget` is the greatest ratio, where there is one.
    fn compare(
        &mut self,
        what: &str,
        [ours, theirs]: [f64; 2],
        show: impl Fn(f64) -> String,
        budget: Option<f64>,
    ) {
        let ratio = ours / theirs;
        let budget =
            budget.map_or(String::new(), |budget| format!(" {budget:.2}{}", self.judge(ratio <= budget)));
        self.text += &format!("| {what} | {} | {} | {ratio:.3} |{budget} |\n", show(ours), show(theirs));
    }

    /// A row about seconds that are bounded by themselves.
    fn bound(&mut self, what: &str, seconds: f64, budget: f64) {
        let is_met = self.judge(seconds <= budget);
        self.text += &format!("| {what} | {seconds:.2} s | | | {budget:.0} s{is_met} |\n");
    }

    fn judge(&mut self, is_met: bool) -> &'static str {
        self.is_within_budgets &= is_met;
        if is_met { "" } else { ", missed" }
    }

    /// Adds where, when and how the figures were made.
    fn close(&mut self, runs: u32) {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let compiler = Command::new("rustc").arg("--version").output();
        let compiler = compiler.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        let compiler = compiler.unwrap_or_else(|_| "an unknown compiler".to_owned());
        let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
        self.text += &format!(
            "\nEach library alone, its dependencies built, as a dependency (without lints), `CARGO_INCREMENTAL=0`, two \
             jobs at a time, the median of {runs}, in turns. Both have what no operation is about (signing, retries, \
             …) in crates of their own, which are dependencies; ours is measured together with the library, too, beside \
             the other alone. The program is a stripped release build. {cores} cores ({}), {compiler}, {date}.\n",
            processor()
        );
    }
}

/// The model of the processor.
fn processor() -> String {
    let described = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = described.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, model)| model.trim().to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_missed_budget_fails_the_run_and_is_told() {
        let mut table = Table::new(413);
        table.compare("check", [1.0, 10.0], show_seconds, Some(0.20));
        table.compare("more", [1.0, 1.0], show_seconds, None);
        assert!(table.is_within_budgets);
        table.bound("codegen", 1.25, 1.0);
        assert!(!table.is_within_budgets);
        let rows: Vec<&str> = table.text.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| check | 1.0 s | 10.0 s | 0.100 | 0.20 |",
                "| more | 1.0 s | 1.0 s | 1.000 | |",
                "| codegen | 1.25 s | | | 1 s, missed |"
            ]
        );
    }

    #[test]
    fn the_table_takes_the_place_of_the_last_one() {
        let readme = format!("# A\n\n{BEGIN}old\n{END}\n\nB\n");
        let once = with_table(&readme, "| new |\n").unwrap();
        assert_eq!(once, format!("# A\n\n{BEGIN}| new |\n{END}\n\nB\n"));
        assert_eq!(with_table(&once, "| new |\n").unwrap(), once);
        assert!(
            with_table("# A\n", "").unwrap_err().contains("<!-- bench-build --> and <!-- /bench-build -->")
        );
    }

    #[test]
    fn half_of_the_runs_are_quicker_than_the_median() {
        let seconds = [5, 1, 3].map(Duration::from_secs);
        assert_eq!(median(seconds.to_vec()), Duration::from_secs(3));
        assert_eq!(median(Vec::new()), Duration::ZERO);
    }
}
