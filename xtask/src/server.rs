//! A server that a command of this repository starts for others to call.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// A server that runs until this is dropped.
pub(crate) struct Server {
    process: Child,
    /// The first line of its output: a JSON object with the member `endpoint` and others.
    pub(crate) description: String,
}

impl Server {
    /// Starts a server and waits until it responds, which it says in its first line.
    pub(crate) fn start(command: &mut Command) -> Result<Self, String> {
        let mut process =
            command.stdout(Stdio::piped()).spawn().map_err(|error| cannot_run(command, &error))?;
        let output = process.stdout.take();
        let mut server = Self { process, description: String::new() };
        let read = output.map(|output| BufReader::new(output).read_line(&mut server.description));
        match read {
            Some(Ok(length)) if length > 0 => Ok(server),
            _ => Err(format!("{} has ended before it has served anything", words(command))),
        }
    }

    pub(crate) fn endpoint(&self) -> &str {
        let value = self.description.split_once(r#""endpoint":"#).map_or("", |(_, value)| value);
        value.trim_start().trim_start_matches('"').split('"').next().unwrap_or_default()
    }

    /// The resident memory of the process, in bytes, where the system tells it.
    pub(crate) fn memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse::<f64>().ok().map(|kilobytes| kilobytes * 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It fails only for a process that has ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn cannot_run(command: &Command, error: &std::io::Error) -> String {
    format!("{} cannot be run: {error}", words(command))
}

/// A command as one would type it.
pub(crate) fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
