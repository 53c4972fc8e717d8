//! `cargo xtask bench-calls`: what a call costs the program that makes it, beside the least that it can cost: `reqwest`
//! with structs that serde derives, without a signature, a retry or an error that says what happened.
//!
//! Instructions are counted by callgrind, where it is installed, as the difference of two runs: so nothing counts but
//! calls, and the figures are the same on a busy machine. Times are those of the client's thread over loopback, each
//! process on a core of its own, the best of several rounds in turns.

mod callgrind;

use clap::Args;

use crate::measured_program::{Program, on_core};
use crate::repository::Repository;
use crate::server::Server;
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
/// A response with a body of 100 MB.
const LARGE: &str = "json-564000";
/// How often the memory that a body takes may be as much as the body, besides what it becomes.
const COPIES: f64 = 1.05;
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

pub(crate) fn measure(repository: &Repository, arguments: &Arguments) -> Result<Table, String> {
    let program = program(repository)?;
    let server = Server::start(on_core(0, &program.executable()).arg("serve"))?;
    let bench = Bench { program, endpoint: server.endpoint().to_owned() };

    let mut table = Table::new("rds-api", "reqwest and derived structs");
    if callgrind::is_installed() {
        bench.count_all(&mut table)?;
    }
    bench.time_all(arguments.rounds, &mut table)?;
    let [begin, end] = bench.stream()?;
    let name = "peak memory, a list of 1,000,000 entries in pages of 100, beside that after 1,000";
    table.compare(name, [end, begin], |bytes| format!("{:.1} MB", bytes / 1e6), Some(GROWTH));
    let [besides, length] = bench.large()?;
    let name = "memory that a body of 100 MB takes besides what it becomes, beside its length";
    table.compare(name, [besides, length], |bytes| format!("{:.1} MB", bytes / 1e6), Some(COPIES));
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

/// The program that makes calls, built.
pub(crate) fn program(repository: &Repository) -> Result<Program, String> {
    let dependencies = format!("rds-api = {{ path = {:?} }}\n{DEPENDENCIES}", repository.path("rds-api"));
    let folder = repository.path("target/bench-calls");
    let program = Program::new(folder, &dependencies, SOURCE, Some(repository.read("Cargo.lock")?))?;
    let built = program.cargo("build").arg("--release").status();
    match built.is_ok_and(|status| status.success()) {
        true => Ok(program),
        false => Err("the program that is measured cannot be built".to_owned()),
    }
}

/// The program, and the server that it calls.
struct Bench {
    program: Program,
    endpoint: String,
}

/// What the program says of a call.
struct Measured {
    nanoseconds: u64,
    allocations: u64,
    future: u64,
}

impl Bench {
    /// The rows about instructions.
    fn count_all(&self, table: &mut Table) -> Result<(), String> {
        for size in &SIZES {
            let counts = [self.count("typed", size)?, self.count("floor", size)?];
            table.compare(&format!("instructions, {}", size.name), counts, thousands, Some(size.budget));
        }
        let in_json = self.count("typed", &SIZES[1])?;
        let in_xml = self.count("typed", &Size { name: "30 tasks in XML", id: "xml-30", ..SIZES[1] })?;
        let name = "instructions, 30 tasks in XML, beside ours in JSON";
        table.compare(name, [in_xml, in_json], thousands, Some(1.6));
        Ok(())
    }

    /// The rows about time and allocations.
    fn time_all(&self, rounds: u32, table: &mut Table) -> Result<(), String> {
        let mut alone = Vec::new();
        for size in &SIZES {
            for in_flight in [1, 64] {
                let [ours, theirs] = self.best(rounds, size, in_flight)?;
                let name = format!("processor time, {}, {in_flight} in flight", size.name);
                let times = [ours.nanoseconds, theirs.nanoseconds].map(|time| time as f64);
                table.compare(&name, times, microseconds, Some(size.budget * NOISE));
                if in_flight == 1 {
                    alone.push((size, ours, theirs));
                }
            }
        }
        let mut future = 0;
        for (size, ours, theirs) in alone {
            let name = format!("allocations, {}", size.name);
            let counts = [ours.allocations, theirs.allocations].map(|count| count as f64);
            let show = |count: f64| format!("{count:.0}");
            match size.allocations {
                Some(budget) => table.bound(&name, counts[0], budget, show),
                None => table.compare(&name, counts, show, None),
            }
            future = ours.future;
        }
        table.bound("size of a call's future", future as f64, FUTURE, |bytes| format!("{bytes:.0} B"));
        Ok(())
    }

    /// What a call takes against the clock in the best round, of ours and of what is least.
    fn best(&self, rounds: u32, size: &Size, in_flight: usize) -> Result<[Measured; 2], String> {
        let mut best = [self.time("typed", size, in_flight)?, self.time("floor", size, in_flight)?];
        for _ in 1..rounds {
            for (mode, best) in ["typed", "floor"].into_iter().zip(&mut best) {
                let measured = self.time(mode, size, in_flight)?;
                if measured.nanoseconds < best.nanoseconds {
                    *best = measured;
                }
            }
        }
        Ok(best)
    }

    /// The instructions of a call.
    fn count(&self, mode: &str, size: &Size) -> Result<f64, String> {
        eprintln!("counting {mode}, {}", size.name);
        let few = size.counted / 5;
        let count = |calls: usize| {
            let calls = calls.to_string();
            let arguments = [mode, &self.endpoint, size.id, &calls, "1"];
            callgrind::instructions(&self.program.executable(), &arguments, self.program.folder())
        };
        let (first, second) = (count(few)?, count(few + size.counted)?);
        Ok(second.saturating_sub(first) as f64 / size.counted as f64)
    }

    /// What a call takes against the clock.
    fn time(&self, mode: &str, size: &Size, in_flight: usize) -> Result<Measured, String> {
        eprintln!("timing {mode}, {}, {in_flight} in flight", size.name);
        let (calls, in_flight) = (size.timed.to_string(), in_flight.to_string());
        let arguments = [mode, &self.endpoint, size.id, &calls, &in_flight];
        let [nanoseconds, allocations, _, future] = self.program.numbers(1, &arguments)?;
        Ok(Measured { nanoseconds, allocations, future })
    }

    /// The peaks of memory near the beginning of a long list, and at its end.
    fn stream(&self) -> Result<[f64; 2], String> {
        eprintln!("reading a list of a million entries");
        Ok(self.program.numbers(1, &["stream", &self.endpoint])?.map(|bytes| bytes as f64))
    }

    /// What the largest body takes besides what it becomes, and its length.
    fn large(&self) -> Result<[f64; 2], String> {
        eprintln!("reading a body of 100 MB");
        Ok(self.program.numbers(1, &["large", &self.endpoint, LARGE])?.map(|bytes| bytes as f64))
    }
}
