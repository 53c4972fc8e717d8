//! Instructions, counted by callgrind.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The compression function of SHA-256, by parts of its names in the crates that have one. In it a processor with
/// instructions for it takes a twentieth of what callgrind counts, which runs without them.
const COMPRESSION: [&str; 2] = ["sha256", "compress"];

/// Whether callgrind is there to be run.
pub(super) fn is_installed() -> bool {
    let version = Command::new("valgrind").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// The instructions of a whole run of a program, without those of the compression function.
pub(super) fn instructions(program: &Path, arguments: &[&str], folder: &Path) -> Result<u64, String> {
    let profile = folder.join("callgrind.out");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--quiet"]);
    command.arg(format!("--callgrind-out-file={}", profile.display())).arg(program).args(arguments);
    let status = command.stdout(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(format!("valgrind has failed: {status}")),
        Err(error) => return Err(format!("valgrind cannot be run: {error}")),
    }
    let text = fs::read_to_string(&profile).map_err(|error| format!("{}: {error}", profile.display()))?;
    Ok(of_functions(&text).iter().filter(|(name, _)| !is_compression(name)).map(|(_, count)| count).sum())
}

fn is_compression(function: &str) -> bool {
    COMPRESSION.iter().all(|part| function.contains(part))
}

/// The instructions of each function by itself, of a profile in callgrind's format.
fn of_functions(profile: &str) -> HashMap<&str, u64> {
    let mut names = HashMap::new();
    let mut counts = HashMap::<&str, u64>::new();
    let (mut function, mut is_of_callee) = ("", false);
    for line in profile.lines() {
        if let Some(name) = line.strip_prefix("fn=") {
            // `(3) name` the first time, and `(3)` after that.
            let (id, name) = name.split_once(' ').unwrap_or((name, ""));
            if !name.is_empty() {
                names.insert(id, name);
            }
            function = names.get(id).copied().unwrap_or_default();
        } else if let Some(callee) = line.strip_prefix("cfn=") {
            if let Some((id, name)) = callee.split_once(' ') {
                names.insert(id, name);
            }
        } else if line.starts_with("calls=") {
            is_of_callee = true;
        } else if line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first)) {
            let count = line.split(' ').nth(1).and_then(|count| count.parse::<u64>().ok());
            if !std::mem::take(&mut is_of_callee) {
                *counts.entry(function).or_default() += count.unwrap_or_default();
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_function_counts_by_itself() {
        let profile = "events: Ir\nfl=(1) main.rs\nfn=(1) main\n0 10\ncfn=(2) sha2::sha256::compress\ncalls=3 0\n0 600\n\
                       +1 5\n\nfn=(2)\n* 600\nfn=(1)\n0 1\n";
        let counts = of_functions(profile);
        assert_eq!(counts, HashMap::from([("main", 16), ("sha2::sha256::compress", 600)]));
        assert!(is_compression("sha2::sha256::compress") && !is_compression("main"));
    }
}
