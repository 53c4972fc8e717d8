//! A library under measurement.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::cost::Cost;
use crate::measured_program::Program;

/// A library, and the program that calls one of its operations.
pub(super) struct Candidate {
    /// The name of the library's package.
    pub(super) library: &'static str,
    program: Program,
}

/// What is measured of a library.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Check,
    Dev,
    Release,
}

impl Stage {
    pub(super) const ALL: [Self; 3] = [Self::Check, Self::Dev, Self::Release];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Dev => "dev build",
            Self::Release => "release build",
        }
    }

    fn command(self) -> &'static str {
        if self == Self::Check { "check" } else { "build" }
    }

    fn profile(self) -> &'static str {
        if self == Self::Release { "release" } else { "dev" }
    }
}

impl Candidate {
    /// Writes the package with `source` as its program. `dependency` is what Cargo.toml says of the library, and
    /// `lock` the versions to use, unless those of the last run are to be kept.
    pub(super) fn new(
        folder: PathBuf,
        library: &'static str,
        dependency: &str,
        source: &str,
        lock: Option<String>,
    ) -> Result<Self, String> {
        let dependencies = format!(
            "{library} = {dependency}\ntokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n"
        );
        Ok(Self { library, program: Program::new(folder, &dependencies, source, lock)? })
    }

    fn cargo(&self, command: &str, stage: Stage) -> Command {
        let mut cargo = self.program.cargo(command);
        cargo.args(["--profile", stage.profile()]).env("CARGO_PROFILE_RELEASE_STRIP", "true");
        cargo
    }

    /// Builds what the library needs, and the library.
    pub(super) fn prepare(&self, stage: Stage) -> Result<(), String> {
        Cost::of(self.cargo(stage.command(), stage).args(["--package", self.library])).map(drop)
    }

    /// Builds the library alone.
    pub(super) fn measure(&self, stage: Stage) -> Result<Cost, String> {
        self.measure_with(stage, &[])
    }

    /// Builds the library together with some of what it needs.
    pub(super) fn measure_with(&self, stage: Stage, others: &[&str]) -> Result<Cost, String> {
        let mut packages = [&[self.library], others].concat();
        packages.sort();
        let each = packages.iter().flat_map(|package| ["--package", package]);
        Cost::of(self.cargo("clean", stage).args(each))?;
        let cost = Cost::of(self.cargo(stage.command(), stage).args(["--package", self.library]))?;
        let mut built: Vec<&str> = cost.messages.lines().filter_map(built_package).collect();
        built.sort();
        if built == packages {
            Ok(cost)
        } else {
            Err(format!("{built:?} were built instead of {packages:?}"))
        }
    }

    /// The size of the stripped program, in bytes.
    pub(super) fn program_size(&self) -> Result<u64, String> {
        Cost::of(&self.cargo("build", Stage::Release))?;
        let program = self.program.executable();
        let metadata = fs::metadata(&program);
        metadata.map(|metadata| metadata.len()).map_err(|error| format!("{}: {error}", program.display()))
    }
}

/// The package that a message of cargo says is being built.
fn built_package(message: &str) -> Option<&str> {
    let mut words = message.split_whitespace();
    matches!(words.next()?, "Checking" | "Compiling").then(|| words.next())?
}
