//! The files of the repository.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use codegen::Source;

/// A checkout of this repository.
pub(crate) struct Repository {
    root: PathBuf,
}

/// The repository that this program was built in.
pub(crate) fn own_root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

impl Repository {
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { root }
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

    /// The YAML files below `spec/`, sorted by path.
    pub(crate) fn specification(&self) -> Result<Vec<Source>, String> {
        let files = self.files("spec")?;
        let yaml = files.into_iter().filter(|(path, _)| path.ends_with(".yaml"));
        Ok(yaml.map(|(path, text)| Source { path, text }).collect())
    }

    /// The texts of all files below `folder`, by path from the root; of a file, its own. What is not there has none.
    pub(crate) fn files(&self, folder: &str) -> Result<BTreeMap<String, String>, String> {
        let mut files = BTreeMap::new();
        if self.root.join(folder).is_file() {
            files.insert(folder.to_owned(), self.read(folder)?);
            return Ok(files);
        }
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(self.root.join(&folder)) {
                Ok(entries) => entries,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(format!("cannot list {folder}: {error}")),
            };
            for entry in entries {
                let entry = entry.map_err(|error| format!("cannot list {folder}: {error}"))?;
                let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
                if entry.path().is_dir() {
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
        fs::read_to_string(self.root.join(path)).map_err(|error| format!("cannot read {path}: {error}"))
    }

    /// Where `path` is.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Writes one file, making its folder if need be.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result<(), String> {
        let target = self.root.join(path);
        let made = target.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&target, text)).map_err(|error| format!("cannot write {path}: {error}"))
    }

    /// Removes one file, and its folder once that is empty.
    pub(crate) fn remove(&self, path: &str) -> Result<(), String> {
        let target = self.root.join(path);
        fs::remove_file(&target).map_err(|error| format!("cannot remove {path}: {error}"))?;
        if let Some(folder) = target.parent() {
            // It fails for a folder that still holds something, which is what is wanted.
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }
}
