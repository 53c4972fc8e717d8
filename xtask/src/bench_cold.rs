//! `cargo xtask bench-cold`: what building a program takes from nothing, with all that the client needs, beside a program
//! of another SDK that does as much: each finds its credentials, and calls one operation.

use std::collections::BTreeSet;
use std::fs;

use clap::Args;
use serde_json::Value as Json;

use crate::bench_build::{BASELINE, show_megabytes, show_seconds};
use crate::cost::Cost;
use crate::measured_program::Program;
use crate::repository::Repository;
use crate::table::Table;

/// What a program of the other needs besides to find its credentials, and its version.
const CREDENTIALS: (&str, &str) = ("aws-config", "1.13.0");
const OUR_PROGRAM: &str = include_str!("../bench-cold/rds-api.rs");
const BASELINE_PROGRAM: &str = include_str!("../bench-cold/aws-sdk-rds.rs");
const TOKIO: &str = r#"tokio = { version = "1", features = ["macros", "rt"] }"#;

/// Where the table stands in the README.
const NAME: &str = "bench-cold";
/// The greatest ratio of the times that is aimed at.
const BUDGET: f64 = 0.20;
/// How many of the packages that take longest are told.
const SLOWEST: usize = 30;

/// The arguments of `cargo xtask bench-cold`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Put the table into README.md.
    #[arg(long)]
    write_readme: bool,
}

pub(crate) fn measure(repository: &Repository, arguments: &Arguments) -> Result<Table, String> {
    let folder = |name: &str| repository.path("target/bench-cold").join(name);
    let ours = format!("rds-api = {{ path = {:?} }}\n{TOKIO}\n", repository.path("rds-api"));
    let lock = repository.read("Cargo.lock")?;
    let ours = Program::new(folder("rds-api"), &ours, OUR_PROGRAM, Some(lock))?;
    let theirs = [BASELINE, CREDENTIALS].map(|(library, version)| format!("{library} = \"={version}\"\n"));
    let theirs = format!("{}{TOKIO}\n", theirs.concat());
    let theirs = Program::new(folder(BASELINE.0), &theirs, BASELINE_PROGRAM, None)?;

    let [(ours, our_packages), (theirs, their_packages)] = [build(&ours)?, build(&theirs)?];
    let (other, version) = BASELINE;
    let (credentials, credentials_version) = CREDENTIALS;
    let mut table =
        Table::new("rds-api", &format!("{other} {version} with {credentials} {credentials_version}"));
    let seconds = [&ours, &theirs].map(|cost| cost.wall.as_secs_f64());
    table.compare("dev build of everything", seconds, show_seconds, Some(BUDGET));
    let packages = [our_packages, their_packages].map(|count| count as f64);
    table.compare("packages", packages, |count| format!("{count:.0}"), None);
    let peaks = [&ours, &theirs].map(|cost| cost.peak as f64);
    table.compare("peak memory of the compiler", peaks, show_megabytes, None);
    table.close(
        "A program that finds its credentials and calls one operation, built once from nothing with the default features, \
         `CARGO_INCREMENTAL=0`, two jobs at a time, the packages downloaded before.",
    );
    if arguments.write_readme {
        table.write_to_readme(repository, NAME)?;
    }
    Ok(table)
}

/// Builds a program from nothing, and counts the packages in it.
fn build(program: &Program) -> Result<(Cost, usize), String> {
    Cost::of(&program.cargo("fetch"))?;
    Cost::of(&program.cargo("clean"))?;
    eprintln!("building {}", program.folder().display());
    let cost = Cost::of(program.cargo("build").arg("--timings"))?;
    let packages: BTreeSet<_> =
        cost.messages.lines().filter_map(|line| line.trim().strip_prefix("Compiling ")).collect();
    for (package, seconds) in slowest(program)? {
        eprintln!("{seconds:7.2} s  {package}");
    }
    let packages = packages.len();
    Ok((cost, packages))
}

/// The packages that took longest by cargo's own report, and the seconds that each took, its build script's and its
/// compiler's.
fn slowest(program: &Program) -> Result<Vec<(String, f64)>, String> {
    let path = program.folder().join("target/cargo-timings/cargo-timing.html");
    let unreadable = |why: &str| format!("{}: {why}", path.display());
    let report = fs::read_to_string(&path).map_err(|error| unreadable(&error.to_string()))?;
    let units = report.split_once("const UNIT_DATA = ").and_then(|(_, rest)| rest.split_once("];"));
    let (units, _) = units.ok_or_else(|| unreadable("it has no times in it"))?;
    let units: Vec<Json> =
        serde_json::from_str(&format!("{units}]")).map_err(|error| unreadable(&error.to_string()))?;
    let mut packages: Vec<(String, f64)> = Vec::new();
    for unit in &units {
        let name = format!(
            "{} {}",
            unit["name"].as_str().unwrap_or_default(),
            unit["version"].as_str().unwrap_or_default()
        );
        let seconds = unit["duration"].as_f64().unwrap_or_default();
        match packages.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += seconds,
            None => packages.push((name, seconds)),
        }
    }
    packages.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    packages.truncate(SLOWEST);
    Ok(packages)
}
