//! The official clients, from the registries of their languages into `target/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{cannot_run, finish, finished, words};
use crate::repository::Repository;

/// The folder of the scripts and of the files that say which versions they need.
const SCRIPTS: &str = "xtask/interop";
/// The file that says which versions are installed: written last, so that half an installation is none.
const INSTALLED: &str = "installed.txt";

/// The folder that the scripts run in, with what they need.
pub(super) struct Installation(PathBuf);

impl Installation {
    /// Installs what is not installed yet, and copies the scripts beside it, where Node looks for packages.
    pub(super) fn of_clients(repository: &Repository) -> Result<Self, String> {
        let folder = repository.target().join("interop");
        let scripts = repository.files(SCRIPTS)?;
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::write(&path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
        };
        fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        for (path, text) in &scripts {
            write(path.trim_start_matches(SCRIPTS).trim_start_matches('/'), text)?;
        }
        let version = |name: &str| scripts.get(&format!("{SCRIPTS}/{name}")).map_or("", String::as_str);
        let wanted = ["requirements.txt", "programs.txt", "package.json"].map(version).join("\n");
        if fs::read_to_string(folder.join(INSTALLED)).ok().as_ref() != Some(&wanted) {
            install(&folder)
                .map_err(|reason| format!("the official clients cannot be installed: {reason}"))?;
            write(INSTALLED, &wanted)?;
        }
        Ok(Self(folder))
    }

    /// The folder of a package of Node.
    pub(super) fn package(&self, name: &str) -> PathBuf {
        self.0.join("node_modules").join(name)
    }

    /// The command that runs a script.
    pub(super) fn script(&self, name: &str) -> Command {
        let mut command = match name.ends_with(".py") {
            true => Command::new(python(&self.0)),
            false => Command::new("node"),
        };
        command.current_dir(&self.0).arg(name);
        command
    }
}

/// The Python of the installation.
fn python(folder: &Path) -> PathBuf {
    folder.join("python/bin/python")
}

/// Asks both registries at once, because each takes a while.
fn install(folder: &Path) -> Result<(), String> {
    std::thread::scope(|scope| {
        let node = scope.spawn(|| {
            let npm = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
            quietly(Command::new("npm").args(npm).arg("--loglevel=error").current_dir(folder))
        });
        finish(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder.join("python")))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        for what in [
            ["--no-compile", "--requirement", "requirements.txt"].as_slice(),
            &["--no-compile", "--no-deps", "--ignore-requires-python", "--requirement", "programs.txt"],
        ] {
            quietly(Command::new(python(folder)).args(pip).args(what).current_dir(folder))?;
        }
        finished(node)
    })
}

/// Runs a command whose output is worth reading only if it fails.
fn quietly(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| cannot_run(command, &error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{} has failed:\n{}", words(command), String::from_utf8_lossy(&output.stderr).trim_end()))
}
