//! The folder that an agent may have files written to.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::outcome::{self, Failed};
use crate::failure::Failure;

/// A longer name is none to all file systems, once something is added to it.
const MAX_NAME_LEN: usize = 200;

/// A folder, by its path without links.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let opened = fs::canonicalize(path);
        let wrong = |why: String| Failure::usage(format!("--download-folder {}: {why}", path.display()));
        let folder = opened.map_err(|error| wrong(error.to_string()))?;
        if folder.is_dir() { Ok(Self(folder)) } else { Err(wrong("it is no folder".to_owned())) }
    }

    /// Where a file of this name goes. It is in the folder and in no other, whatever lies there by now.
    pub(super) fn place(&self, name: &str, overwrites: bool) -> Result<PathBuf, Failed> {
        if !is_plain(name) {
            return Err(outcome::wrong_arguments(
                "`name` is no plain name of a file: letters, digits and -_.+= only, 200 at most, no path, beginning with a \
                 letter or a digit, and without .part",
            ));
        }
        let refuse = |why: &str, next: &str| {
            let path = self.0.join(name);
            let message = format!("{} {why}; nothing was downloaded", path.display());
            Err(outcome::refused("File", &message, next, Json::Null))
        };
        // It may have been replaced by a link since.
        if fs::canonicalize(&self.0).ok().as_ref() != Some(&self.0) {
            return refuse("would lie in another folder than this server was started with", "Tell the user.");
        }
        let path = self.0.join(name);
        match fs::symlink_metadata(&path) {
            Ok(there) if !there.is_file() => {
                refuse("is there already, and is no file", "Give another `name`.")
            }
            Ok(_) if !overwrites => {
                refuse("is there already", "Give another `name`, or replace it with `overwrite`.")
            }
            _ => Ok(path),
        }
    }
}

/// Whether a name leads nowhere else, on any system, and is none of what a download keeps beside a file.
fn is_plain(name: &str) -> bool {
    let is_kept = |character: char| character.is_ascii_alphanumeric() || "-_.+=".contains(character);
    let is_part = |piece: &str| piece.eq_ignore_ascii_case("part");
    name.len() <= MAX_NAME_LEN
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(is_kept)
        && !name.ends_with('.')
        && !name.split('.').any(is_part)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_name_of_a_new_file_has_a_place() {
        let directory = tempfile::tempdir().unwrap();
        let outside = directory.path().join("outside");
        let inside = directory.path().join("inside");
        fs::create_dir(&inside).unwrap();
        fs::create_dir(&outside).unwrap();
        fs::create_dir(inside.join("folder")).unwrap();
        fs::write(inside.join("there"), "x").unwrap();
        let folder = Folder::open(&inside).unwrap();
        let place = |name: &str| folder.place(name, false);
        let expected = fs::canonicalize(&inside).unwrap().join("backup_1.tar.gz");
        assert_eq!(place("backup_1.tar.gz").unwrap(), expected);
        for name in [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "a\\b",
            "/etc/passwd",
            "C:x",
            "-rf",
            ".bashrc",
            "x.",
            "x.part",
            "x.part.json",
            "x.PART",
            "a b",
            "a\nb",
            "\u{202e}x",
            "folder",
            "there",
            &"x".repeat(201),
        ] {
            assert!(place(name).is_err(), "{name}");
        }
        assert!(folder.place("there", true).is_ok() && folder.place("folder", true).is_err());
        assert!(Folder::open(&inside.join("there")).is_err() && Folder::open(&inside.join("none")).is_err());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(outside.join("x"), inside.join("link")).unwrap();
            assert!(place("link").is_err() && folder.place("link", true).is_err());
            fs::rename(&inside, directory.path().join("moved")).unwrap();
            std::os::unix::fs::symlink(&outside, &inside).unwrap();
            assert!(place("new").is_err());
        }
    }
}
