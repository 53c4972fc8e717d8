//! `cargo xtask interop`: the proof by clients that no one here wrote.
//!
//! The official Python and Node clients, of both generations, and programs that are built on them call the embedded
//! service; the official clients of the Model Context Protocol speak with `rds mcp`; the client calls servers that check its
//! signatures with the official clients' own signing code; and axe looks at every page of the explorer. The
//! scripts are in `xtask/interop/`; what they need is installed into `target/interop/`, once for each set of versions.

mod installation;

use std::env;
use std::process::Command;
use std::thread::ScopedJoinHandle;
use std::time::Instant;

use clap::Args;

use crate::repository::Repository;
use crate::server::{Server, cannot_run, words};
use installation::Installation;

/// The scripts that call the embedded service.
const CALLERS: [&str; 5] = ["v3.py", "v1.py", "v3.mjs", "v1.mjs", "mcp_tools.py"];
/// Programs that are built on these clients, and what calls ours as agents do, each with what the embedded service that it
/// alone calls is started with.
const PROGRAMS: [(&str, &[&str]); 6] = [
    ("ansible_plays.py", &["--change-duration", "1", "--clock-speed", "100"]),
    ("prowler_checks.py", &["--instances", "4"]),
    ("rds_mcp.py", &["--instances", "35"]),
    ("scoutsuite_instances.py", &["--instances", "4"]),
    ("terraform_instance.py", &[]),
    ("terraform_resources.py", &[]),
];
/// The scripts that check our signatures.
const VERIFIERS: [&str; 2] = ["verify.py", "verify.mjs"];

/// The build of all that is run here, as the tests of the workspace have it, so that what they have built is not built anew.
const BUILD: [&str; 6] =
    ["test", "--quiet", "--workspace", "--no-run", "--test=explorer", "--example=check_signatures"];
/// The scan of every page of the explorer.
const SCAN: [&str; 5] = ["test", "--quiet", "--workspace", "--test=explorer", "axe_finds_nothing"];

/// The arguments of `cargo xtask interop`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Fail when the official clients cannot be installed, instead of skipping; the default where the
    /// variable CI is set.
    #[arg(long)]
    required: bool,
}

pub(crate) fn run(repository: &Repository, arguments: &Arguments) -> Result<String, String> {
    let installation = match Installation::of_clients(repository) {
        Ok(installation) => installation,
        Err(reason) if arguments.required || env::var_os("CI").is_some() => return Err(reason),
        Err(reason) => return Ok(format!("skipped: {reason}")),
    };
    finish(&mut repository.cargo(&BUILD))?;
    let built = |name: &str| {
        let name = format!("debug/{name}{}", env::consts::EXE_SUFFIX);
        repository.target().join(name)
    };
    let serve = |arguments: &[&str]| Server::start(Command::new(built("rds")).arg("serve").args(arguments));
    let plain = serve(&["--instances", "35"])?;
    let temporary = serve(&["--access-key-id", "temporary", "--security-token", "to+ken/="])?;
    for script in CALLERS {
        let mut call = installation.script(script);
        call.env("RDS_PLAIN", &plain.description).env("RDS_TEMPORARY", &temporary.description);
        satisfy(script, &mut call)?;
    }
    // Side by side, because some of them sleep for most of their time.
    std::thread::scope(|scope| {
        let programs = PROGRAMS.map(|(script, arguments)| {
            let (installation, serve, built) = (&installation, &serve, &built);
            scope.spawn(move || {
                let service = serve(arguments)?;
                let mut call = installation.script(script);
                call.env("RDS_PLAIN", &service.description).env("RDS_PROGRAM", built("rds"));
                satisfy(script, &mut call)
            })
        });
        programs.into_iter().try_for_each(finished)
    })?;
    for script in VERIFIERS {
        let verifier = Server::start(&mut installation.script(script))?;
        finish(Command::new(built("examples/check_signatures")).arg(verifier.endpoint()))?;
        println!("{script} is content with our signatures");
    }
    let axe = installation.package("axe-core").join("axe.min.js");
    finish(repository.cargo(&SCAN).env("RDS_AXE", axe))?;
    println!("axe is content with the explorer");
    Ok("the official clients and ours agree".to_owned())
}

/// Runs a script that calls the embedded service.
fn satisfy(script: &str, command: &mut Command) -> Result<(), String> {
    let began = Instant::now();
    finish(command)?;
    println!("{script} is content with the embedded service, after {} s", began.elapsed().as_secs());
    Ok(())
}

/// What a thread has come to.
fn finished(thread: ScopedJoinHandle<'_, Result<(), String>>) -> Result<(), String> {
    thread.join().unwrap_or_else(|_| Err("a thread has panicked".to_owned()))
}

/// Runs a command to its end, which must be a good one.
fn finish(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{} has failed: {status}", words(command))),
        Err(error) => Err(cannot_run(command, &error)),
    }
}
