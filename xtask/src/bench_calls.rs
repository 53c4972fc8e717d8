//! `cargo xtask bench-calls`: what a call costs the program that makes it, beside the least that it can cost: `reqwest`
//! with structs that serde derives, without a signature, a retry or an error that says what happened.
//!
//! Instructions are counted by callgrind, where it is installed, as the difference of two runs: so nothing counts but
//! calls, and the figures are the same on a busy machine. Times are those of the client's thread over loopback, each
//! process on a core of its own, the best of several rounds in turns.

mod callgrind;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use clap::Args;

use crate::measured_program::Program;
use crate::repository::Repository;
use crate::table::Table;

const SOURCE: &str = include_str!("../bench-calls/main.rs");
/// What the program needs besides the client. The features of `reqwest` are those that the client has it with.
const DEPENDENCIES: &str = r#"reqwest = { version = "0.13", default-features = false, features = ["rustls-no-provider"] }
rustls = { version = "0.23", default-features = false, features = ["ring"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
stats_alloc = "0.1"
tokio = { version = "1", features = ["rt", "net", "time"] }
"#;

/// Where the table stands in the README.
const NAME: &str = "bench-calls";
/// How much a time may differ from its budget without a meaning.
const NOISE: f64 = 1.1;
/// The bytes that the future of a call may have.
const FUTURE: f64 = 2048.0;
/// How much memory may grow over a list of a million entries.
const GROWTH: f64 = 1.1;

/// A response, by the instance id that the program's server takes for a request of it.
struct Size {
    name: &'static str,
    id: &'static str,
    /// Calls under callgrind.
    counted: usize,
    /// Calls against the clock.
    timed: usize,
    /// The greatest ratio to what is least.
    budget: f64,
    /// The most allocations of a call: half of those that it once had, where they are not those of the texts in it.
    allocations: Option<f64>,
}

const SIZES: [Size; 3] = [
    Size { name: "1 task", id: "json-1", counted: 500, timed: 20_000, budget: 1.6, allocations: Some(124.0) },
    Size {
        name: "30 tasks",
        id: "json-30",
        counted: 500,
        timed: 10_000,
        budget: 1.0,
        allocations: Some(169.0),
    },
    Size { name: "10,000 tasks", id: "json-10000", counted: 5, timed: 100, budget: 0.8, allocations: None },
];

/// The arguments of `cargo xtask bench-calls`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// How often each time is measured; the best counts.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Put the table into README.md.
    #[arg(long)]
    write_readme: bool,
}

pub(crate) fn run(repository: &Repository, arguments: &Arguments) -> ExitCode {
    match measure(repository, arguments) {
        Ok(table) => table.print(),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn measure(repository: &Repository, arguments: &Arguments) -> Result<Table, String> {
    let dependencies = format!("rds-api = {{ path = {:?} }}\n{DEPENDENCIES}", repository.path("rds-api"));
    let folder = repository.path("target/bench-calls");
    let program = Program::new(folder.clone(), &dependencies, SOURCE, Some(repository.read("Cargo.lock")?))?;
    let built = program.cargo("build").arg("--release").status();
    if !built.is_ok_and(|status| status.success()) {
        return Err("the program that is measured cannot be built".to_owned());
    }
    let server = Server::start(&program.executable())?;
    let bench = Bench { program: program.executable(), folder, endpoint: server.endpoint.clone() };

    let mut table = Table::new("rds-api", "reqwest and derived structs");
    if callgrind::is_installed() {
        let mut of_json = 0;
        for size in &SIZES {
            let [ours, theirs] = [bench.count("typed", size)?, bench.count("floor", size)?];
            if size.id == "json-30" {
                of_json = ours;
            }
            let name = format!("instructions, {}", size.name);
            table.compare(&name, [ours as f64, theirs as f64], thousands, Some(size.budget));
        }
        let xml = bench.count("typed", &Size { name: "30 tasks in XML", id: "xml-30", ..SIZES[1] })?;
        let name = "instructions, 30 tasks in XML, beside ours in JSON";
        table.compare(name, [xml as f64, of_json as f64], thousands, Some(1.6));
    }
    let mut future = 0;
    let mut allocations = Vec::new();
    for size in &SIZES {
        for in_flight in [1, 64] {
            let mut best: [Option<Measured>; 2] = [None, None];
            for _ in 0..arguments.rounds {
                for (mode, best) in ["typed", "floor"].into_iter().zip(&mut best) {
                    let measured = bench.time(mode, size, in_flight)?;
                    if best.as_ref().is_none_or(|best| measured.nanoseconds < best.nanoseconds) {
                        *best = Some(measured);
                    }
                }
            }
            let [Some(ours), Some(theirs)] = best else { continue };
            let name = format!("processor time, {}, {in_flight} in flight", size.name);
            let times = [ours.nanoseconds, theirs.nanoseconds].map(|time| time as f64);
            table.compare(&name, times, microseconds, Some(size.budget * NOISE));
            if in_flight == 1 {
                future = ours.future;
                allocations.push((size, ours, theirs));
            }
        }
    }
    for (size, ours, theirs) in allocations {
        let name = format!("allocations, {}", size.name);
        let counts = [ours.allocations, theirs.allocations].map(|count| count as f64);
        let show = |count: f64| format!("{count:.0}");
        match size.allocations {
            Some(budget) => table.bound(&name, counts[0], budget, show),
            None => table.compare(&name, counts, show, None),
        }
    }
    table.bound("size of a call's future", future as f64, FUTURE, |bytes| format!("{bytes:.0} B"));
    let [begin, end] = bench.stream()?;
    let name = "peak memory, a list of 1,000,000 entries in pages of 100, beside that after 1,000";
    table.compare(name, [end, begin], |bytes| format!("{:.1} MB", bytes / 1e6), Some(GROWTH));
    drop(server);

    let rounds = arguments.rounds;
    table.close(&format!(
        "`DescribeBackupTasks`. Instructions by callgrind, without those of SHA-256's compression, for which processors have \
         instructions that it does not; times of the client's thread over loopback, client and server on a core each, the \
         best of {rounds} rounds in turns."
    ));
    if arguments.write_readme {
        table.write_to_readme(repository, NAME)?;
    }
    Ok(table)
}

fn thousands(count: f64) -> String {
    format!("{:.1} k", count / 1e3)
}

fn microseconds(nanoseconds: f64) -> String {
    format!("{:.1} µs", nanoseconds / 1e3)
}

/// The program, and the server that it calls.
struct Bench {
    program: PathBuf,
    folder: PathBuf,
    endpoint: String,
}

/// What the program says of a call.
struct Measured {
    nanoseconds: u64,
    allocations: u64,
    future: u64,
}

impl Bench {
    /// The instructions of a call.
    fn count(&self, mode: &str, size: &Size) -> Result<u64, String> {
        eprintln!("counting {mode}, {}", size.name);
        let few = size.counted / 5;
        let count = |calls: usize| {
            let calls = calls.to_string();
            callgrind::instructions(
                &self.program,
                &[mode, &self.endpoint, size.id, &calls, "1"],
                &self.folder,
            )
        };
        let (first, second) = (count(few)?, count(few + size.counted)?);
        Ok(second.saturating_sub(first) / size.counted as u64)
    }

    /// What a call takes against the clock.
    fn time(&self, mode: &str, size: &Size, in_flight: usize) -> Result<Measured, String> {
        eprintln!("timing {mode}, {}, {in_flight} in flight", size.name);
        let (calls, in_flight) = (size.timed.to_string(), in_flight.to_string());
        match self.numbers(&[mode, &self.endpoint, size.id, &calls, &in_flight])?[..] {
            [nanoseconds, allocations, _, future] => Ok(Measured { nanoseconds, allocations, future }),
            _ => Err(format!("{} has printed something else than four numbers", self.program.display())),
        }
    }

    /// The peaks of memory near the beginning of a long list, and at its end.
    fn stream(&self) -> Result<[f64; 2], String> {
        eprintln!("reading a list of a million entries");
        match self.numbers(&["stream", &self.endpoint])?[..] {
            [begin, end] => Ok([begin as f64, end as f64]),
            _ => Err(format!("{} has printed something else than two numbers", self.program.display())),
        }
    }

    fn numbers(&self, arguments: &[&str]) -> Result<Vec<u64>, String> {
        let mut command = on_core(1, &self.program);
        let output = command.args(arguments).stderr(Stdio::inherit()).output();
        let output = output.map_err(|error| format!("{}: {error}", self.program.display()))?;
        if !output.status.success() {
            return Err(format!("{} has failed: {}", self.program.display(), output.status));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.split_whitespace().filter_map(|number| number.parse().ok()).collect())
    }
}

/// A command that runs a program on one core, where that can be said.
fn on_core(core: usize, program: &Path) -> Command {
    let has_core = std::thread::available_parallelism().is_ok_and(|cores| cores.get() > core);
    let can_say = Command::new("taskset").arg("--version").output().is_ok();
    if !(has_core && can_say) {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &core.to_string()]).arg(program);
    command
}

/// The program as a server, until this is dropped.
struct Server {
    process: Child,
    endpoint: String,
}

impl Server {
    fn start(program: &Path) -> Result<Self, String> {
        let mut command = on_core(0, program);
        let process = command.arg("serve").stdout(Stdio::piped()).spawn();
        let process = process.map_err(|error| format!("{}: {error}", program.display()))?;
        let mut server = Self { process, endpoint: String::new() };
        if let Some(output) = server.process.stdout.take() {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
            line.trim().clone_into(&mut server.endpoint);
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It fails only for a process that has ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
