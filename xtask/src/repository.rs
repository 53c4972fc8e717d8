//! The files of the repository.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use codegen::Source;

/// A checkout of this repository, or the files of another product that it makes a client of.
pub(crate) struct Repository {
    root: PathBuf,
    /// The folder of the specification, if it is not `spec/`. Its files are `spec/…` all the same.
    specification: Option<PathBuf>,
}

/// The files that hold text about the specification beside it, and what is generated there.
const BESIDE_THE_SPECIFICATION: [&str; 2] = [".md", "spec/schema.json"];

impl Repository {
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { root, specification: None }
    }

    /// The same with another specification.
    pub(crate) fn with_specification(self, folder: Option<PathBuf>) -> Self {
        Self { specification: folder, ..self }
    }

    /// The folder of the specification, if it is not `spec/`.
    pub(crate) fn specification_folder(&self) -> Option<&Path> {
        self.specification.as_deref()
    }

    /// A path of the specification, or a line that begins with one, with the folder that it really is in.
    pub(crate) fn shown(&self, line: &str) -> String {
        match (self.specification_folder(), line.strip_prefix("spec/")) {
            (Some(folder), Some(rest)) => folder.join(rest).display().to_string(),
            _ => line.to_owned(),
        }
    }

    /// The command that makes code of this specification, where that of another product wants `arguments`.
    pub(crate) fn codegen(&self, arguments: &str) -> String {
        match self.specification_folder() {
            Some(folder) => format!("cargo xtask --spec {} codegen {arguments}", folder.display()),
            None => codegen::emit::COMMAND.to_owned(),
        }
    }

    /// The checkout that this program is run in. Several may share one target folder, and so the program: where it was
    /// built says nothing.
    pub(crate) fn here() -> Result<Self, String> {
        // Cargo says which package it runs, also where `--manifest-path` leads away from the current folder.
        let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let current =
            std::env::current_dir().map_err(|error| format!("there is no current folder: {error}"))?;
        let candidates =
            package.iter().flat_map(|package| package.ancestors().take(2)).chain(current.ancestors());
        let is_root =
            |folder: &&Path| folder.join("xtask/Cargo.toml").is_file() && folder.join("spec").is_dir();
        match candidates.into_iter().find(is_root) {
            Some(root) => Ok(Self::at(root.to_path_buf())),
            None => Err(format!(
                "{} is not within a checkout of this repository: go there, or pass `--root FOLDER`",
                current.display()
            )),
        }
    }

    /// Where cargo builds, and where what is fetched may lie.
    pub(crate) fn target(&self) -> PathBuf {
        // A relative folder is one below the root: that is where cargo is run.
        let folder = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
        self.root.join(folder)
    }

    /// A cargo command in the repository.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root).args(arguments);
        cargo
    }

    /// The files below `spec/`, sorted by path: those of the specification, and those that somebody may take for one.
    pub(crate) fn specification(&self) -> Result<Vec<Source>, String> {
        let files = self.files("spec")?;
        let beside = |path: &str| BESIDE_THE_SPECIFICATION.iter().any(|end| path.ends_with(end));
        let files = files.into_iter().filter(|(path, _)| !beside(path));
        Ok(files.map(|(path, text)| Source { path, text }).collect())
    }

    /// The texts of all files below `folder`, by path from the root; of a file, its own. What is not there has none.
    /// Hidden files and what editors leave behind are not there. Whoever reads a text finds a replacement character
    /// where it is not UTF-8.
    pub(crate) fn files(&self, folder: &str) -> Result<BTreeMap<String, String>, String> {
        let mut files = BTreeMap::new();
        if self.path(folder).is_file() {
            files.insert(folder.to_owned(), self.read(folder)?);
            return Ok(files);
        }
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(self.path(&folder)) {
                Ok(entries) => entries,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(format!("cannot list {folder}: {error}")),
            };
            for entry in entries {
                let unlisted = |error| format!("cannot list {folder}: {error}");
                let entry = entry.map_err(unlisted)?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if is_left_behind(&name) {
                    continue;
                }
                let path = format!("{folder}/{name}");
                if entry.file_type().map_err(unlisted)?.is_dir() {
                    open.push(path);
                } else {
                    let text = self.read(&path)?;
                    files.insert(path, text);
                }
            }
        }
        Ok(files)
    }

    /// The text of one file.
    pub(crate) fn read(&self, path: &str) -> Result<String, String> {
        let target = self.path(path);
        let unread = |error| format!("cannot read {path}: {error}");
        // Reading a pipe would wait for whoever writes into it.
        if !fs::metadata(&target).map_err(unread)?.is_file() {
            return Err(format!("cannot read {path}: it is no file"));
        }
        let bytes = fs::read(target).map_err(unread)?;
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// Where `path` is.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        let below = path.strip_prefix("spec").map(|rest| rest.strip_prefix('/').unwrap_or(rest));
        match (&self.specification, below) {
            (Some(folder), Some(below)) => folder.join(below),
            _ => self.root.join(path),
        }
    }

    /// Writes one file, making its folder if need be.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result<(), String> {
        let target = self.path(path);
        let made = target.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&target, text)).map_err(|error| format!("cannot write {path}: {error}"))
    }

    /// Removes one file, and its folder once that is empty.
    pub(crate) fn remove(&self, path: &str) -> Result<(), String> {
        let target = self.path(path);
        fs::remove_file(&target).map_err(|error| format!("cannot remove {path}: {error}"))?;
        if let Some(folder) = target.parent() {
            // It fails for a folder that still holds something, which is what is wanted.
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }
}

/// Whether a file of this name is hidden, or what an editor keeps beside the file that it has open.
fn is_left_behind(name: &str) -> bool {
    const ENDINGS: [&str; 7] = ["~", ".swp", ".swo", ".tmp", ".bak", ".orig", ".rej"];
    name.starts_with('.') || name.starts_with('#') || ENDINGS.iter().any(|ending| name.ends_with(ending))
}
