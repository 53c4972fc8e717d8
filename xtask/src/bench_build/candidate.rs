//! A library under measurement, in a package of its own that needs nothing of this workspace.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::cost::Cost;

/// A library, and the program that calls one of its operations.
pub(super) struct Candidate {
    /// The name of the library's package.
    pub(super) library: &'static str,
    folder: PathBuf,
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

/// Beginnings of the variables by which whoever runs this would change what is measured.
const FOREIGN: [&str; 6] =
    ["CARGO_BUILD_", "CARGO_ENCODED_", "CARGO_INCREMENTAL", "CARGO_PROFILE_", "CARGO_TARGET_", "RUST"];

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
        let manifest = format!(
            "# Written by `cargo xtask bench-build`.\n\
             [package]\nname = \"one-call\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{library} = {dependency}\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n\
             [profile.release]\nstrip = true\n\n[workspace]\n"
        );
        let mut files = vec![("Cargo.toml", manifest), ("src/main.rs", source.to_owned())];
        files.extend(lock.map(|lock| ("Cargo.lock", lock)));
        let cannot = |error: std::io::Error| format!("cannot write to {}: {error}", folder.display());
        let folder = std::path::absolute(&folder).map_err(cannot)?;
        fs::create_dir_all(folder.join("src")).map_err(cannot)?;
        for (name, text) in files {
            fs::write(folder.join(name), text).map_err(cannot)?;
        }
        Ok(Self { library, folder })
    }

    fn cargo(&self, command: &str, stage: Stage) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo
            .args([command, "--profile", stage.profile(), "--manifest-path"])
            .arg(self.folder.join("Cargo.toml"))
            // Below this folder the settings of the repository would apply, which no user has.
            .current_dir(std::env::temp_dir());
        let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
        for name in names.filter(|name| FOREIGN.iter().any(|foreign| name.starts_with(foreign))) {
            // The choice of a toolchain is meant, and told in the result.
            if !name.starts_with("RUSTUP_") {
                cargo.env_remove(name);
            }
        }
        // As cargo does for what comes from a registry, and not for a path: no lints.
        cargo.env("RUSTFLAGS", "--cap-lints=allow");
        cargo.env("CARGO_INCREMENTAL", "0").env("CARGO_BUILD_JOBS", "2");
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
        let program = self.folder.join(format!("target/release/one-call{}", std::env::consts::EXE_SUFFIX));
        let metadata = fs::metadata(&program);
        metadata.map(|metadata| metadata.len()).map_err(|error| format!("{}: {error}", program.display()))
    }
}

/// The package that a message of cargo says is being built.
fn built_package(message: &str) -> Option<&str> {
    let mut words = message.split_whitespace();
    matches!(words.next()?, "Checking" | "Compiling").then(|| words.next())?
}
