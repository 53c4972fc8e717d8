//! A program under measurement: in a package of its own, which has nothing of this workspace but what it depends on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Beginnings of the variables by which whoever runs this would change what is measured.
const FOREIGN: [&str; 6] =
    ["CARGO_BUILD_", "CARGO_ENCODED_", "CARGO_INCREMENTAL", "CARGO_PROFILE_", "CARGO_TARGET_", "RUST"];

/// The package of a program.
pub(crate) struct Program {
    folder: PathBuf,
}

impl Program {
    /// Writes the package. `dependencies` are those of Cargo.toml, and `lock` has their versions, unless those of the last
    /// run are to be kept.
    pub(crate) fn new(
        folder: PathBuf,
        dependencies: &str,
        source: &str,
        lock: Option<String>,
    ) -> Result<Self, String> {
        let manifest = format!(
            "# Written by `cargo xtask`.\n\
             [package]\nname = \"measured\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependencies}\n\
             [workspace]\n"
        );
        let mut files = vec![("Cargo.toml", manifest), ("src/main.rs", source.to_owned())];
        files.extend(lock.map(|lock| ("Cargo.lock", lock)));
        let cannot = |error: std::io::Error| format!("cannot write to {}: {error}", folder.display());
        let folder = std::path::absolute(&folder).map_err(cannot)?;
        fs::create_dir_all(folder.join("src")).map_err(cannot)?;
        for (name, text) in files {
            fs::write(folder.join(name), text).map_err(cannot)?;
        }
        Ok(Self { folder })
    }

    /// A command of cargo on this package alone.
    pub(crate) fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo
            .args([command, "--manifest-path"])
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

    /// Where the release build of the program is.
    pub(crate) fn executable(&self) -> PathBuf {
        self.folder.join(format!("target/release/measured{}", std::env::consts::EXE_SUFFIX))
    }

    /// Where the package is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs the release build on one core, and reads the numbers that it prints.
    pub(crate) fn numbers<const COUNT: usize>(
        &self,
        core: usize,
        arguments: &[&str],
    ) -> Result<[u64; COUNT], String> {
        let program = self.executable();
        let failed = |why: String| format!("{} {}: {why}", program.display(), arguments.join(" "));
        let output = on_core(core, &program).args(arguments).stderr(Stdio::inherit()).output();
        let output = output.map_err(|error| failed(error.to_string()))?;
        if !output.status.success() {
            return Err(failed(output.status.to_string()));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let numbers: Vec<u64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        numbers.try_into().map_err(|_| failed(format!("{text:?} is not {COUNT} numbers")))
    }
}

/// A command that runs a program on one core, where that can be said.
pub(crate) fn on_core(core: usize, program: &Path) -> Command {
    let has_core = std::thread::available_parallelism().is_ok_and(|cores| cores.get() > core);
    let can_say = Command::new("taskset").arg("--version").output().is_ok();
    if !(has_core && can_say) {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &core.to_string()]).arg(program);
    command
}
