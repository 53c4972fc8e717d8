//! The program `rds`, as tests run it: without the environment that they run in.
#![allow(dead_code, reason = "each test binary has a copy, and uses a part of it")]

use std::process::{Command, Output, Stdio};

/// `rds` with these arguments, in an environment that has nothing, and with nothing to read.
pub(crate) fn rds(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rds"));
    command.args(arguments).env_clear().env("HOME", "/nowhere").stdin(Stdio::null());
    command
}

/// What a command said on stderr.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
