//! What a command takes: time, and the memory of its largest process.
//!
//! The system tells the largest child of a process only for its whole life. So each command is run by a process
//! of its own, which is this program again with the hidden command `cost`.

use std::env;
use std::fmt;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use clap::Args;

/// The arguments of the hidden command.
#[derive(Args)]
pub(crate) struct Arguments {
    /// What to run.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<String>,
}

/// What a command took.
pub(crate) struct Cost {
    /// From its start to its end.
    pub(crate) wall: Duration,
    /// On all processors together, its children's time too.
    pub(crate) processor: Duration,
    /// The resident memory of its largest process at its peak, in bytes.
    pub(crate) peak: u64,
    /// What it wrote to stderr.
    pub(crate) messages: String,
}

impl fmt::Display for Cost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wall, processor) = (self.wall.as_secs_f64(), self.processor.as_secs_f64());
        write!(formatter, "{wall:.2} s, {processor:.2} s of processor time, {} MB", self.peak / 1_000_000)
    }
}

impl Cost {
    /// Runs a command to its end, which must be a good one.
    pub(crate) fn of(command: &Command) -> Result<Self, String> {
        let words: Vec<_> = std::iter::once(command.get_program()).chain(command.get_args()).collect();
        let line = words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
        let failed = |why: &str| format!("{line} has failed: {why}");
        let own = env::current_exe().map_err(|error| failed(&error.to_string()))?;
        let mut process = Command::new(own);
        process.args(["cost", "--"]).args(words).stdin(Stdio::null());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => process.env(name, value),
                None => process.env_remove(name),
            };
        }
        let output = process.output().map_err(|error| failed(&error.to_string()))?;
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        let told = String::from_utf8_lossy(&output.stdout);
        let numbers: Vec<u64> = told
            .lines()
            .last()
            .unwrap_or_default()
            .split(' ')
            .filter_map(|number| number.parse().ok())
            .collect();
        match numbers[..] {
            [wall, processor, peak] if output.status.success() => Ok(Self {
                wall: Duration::from_micros(wall),
                processor: Duration::from_micros(processor),
                peak,
                messages,
            }),
            _ => Err(failed(&messages)),
        }
    }
}

/// The hidden command: runs what it is given, and tells on the last line of its output what that took.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let [program, rest @ ..] = &arguments.command[..] else { return ExitCode::FAILURE };
    let started = Instant::now();
    match Command::new(program).args(rest).status() {
        Ok(status) if status.success() => {
            let wall = started.elapsed();
            let (processor, peak) = used_by_children();
            println!("\n{} {} {peak}", wall.as_micros(), processor.as_micros());
            ExitCode::SUCCESS
        }
        Ok(status) => {
            eprintln!("{program}: {status}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{program} cannot be run: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The processor time of all children that have ended, and the peak memory of the largest, in bytes.
#[cfg(unix)]
fn used_by_children() -> (Duration, u64) {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;

    let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) else { return (Duration::ZERO, 0) };
    let time = usage.user_time() + usage.system_time();
    // Apple's systems count bytes, all others kilobytes.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    let peak = u64::try_from(usage.max_rss()).unwrap_or_default() * unit;
    (Duration::from_micros(u64::try_from(time.num_microseconds()).unwrap_or_default()), peak)
}

#[cfg(not(unix))]
fn used_by_children() -> (Duration, u64) {
    (Duration::ZERO, 0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    #[cfg(unix)]
    #[test]
    fn children_are_counted() {
        let ended = std::process::Command::new("cat").arg("/dev/null").status().unwrap();
        assert!(ended.success());
        let (_, peak) = super::used_by_children();
        assert!(peak > 100_000, "{peak}");
    }
}
