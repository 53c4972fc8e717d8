//! The crate that is generated: that of this repository, or one of another product that stands on the same core.

use std::path::{Path, PathBuf};

use codegen::Dependencies;

use crate::repository::Repository;

/// A crate that is made of a specification.
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its files.
    pub(crate) folder: Repository,
    /// Whether it is that of another product, which may have to begin.
    pub(crate) is_other: bool,
}

impl Package {
    /// The client of this repository.
    pub(crate) fn own(repository: &Repository) -> Self {
        Self {
            name: "rds-api".to_owned(),
            folder: Repository::at(repository.path("rds-api")),
            is_other: false,
        }
    }

    /// One of another product.
    pub(crate) fn other(name: &str, folder: &Path) -> Self {
        Self { name: name.to_owned(), folder: Repository::at(folder.to_owned()), is_other: true }
    }

    /// What its manifest says of the crates of this repository, and of those that it shares with them.
    pub(crate) fn dependencies(&self, repository: &Repository) -> Result<Dependencies, String> {
        let manifest = repository.read("Cargo.toml")?;
        let line = |key: &str| {
            let found = manifest.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
            found.ok_or_else(|| format!("Cargo.toml has no line `{key} = …`"))
        };
        let text = |key: &str| Ok::<String, String>(line(key)?.trim_matches('"').to_owned());
        let version = |key: &str| {
            let (_, rest) = line(key)?.split_once("version = ").unwrap_or(("", line(key)?));
            let version = rest.split('"').nth(1);
            version.map(str::to_owned).ok_or_else(|| format!("Cargo.toml has no version of {key}"))
        };
        let beside = |path: &str, key: &str, more: &str| {
            let path = std::path::absolute(repository.path(path));
            let path =
                path.map_err(|error| format!("cannot find {}: {error}", repository.path("").display()))?;
            let folder = std::path::absolute(self.folder.path("")).unwrap_or_default();
            let path = relative(&folder, &path);
            let version = version(key)?;
            Ok::<String, String>(format!("{{ version = {version:?}, path = {:?}{more} }}", path.display()))
        };
        Ok(Dependencies {
            edition: text("edition")?,
            rust_version: text("rust-version")?,
            core: beside("rds-api/core", "rds-api-core", "")?,
            testing: beside("rds-api/testing", "rds-api-testing", ", default-features = false")?,
            serde_json: line("serde_json")?.to_owned(),
            tokio: version("tokio")?,
        })
    }
}

/// The way from a folder to a path, both absolute.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    if shared <= 1 {
        // Only the root: the way there says less than the path.
        return to.to_owned();
    }
    let up = from.components().skip(shared).map(|_| "..");
    up.collect::<PathBuf>().join(to.components().skip(shared).collect::<PathBuf>())
}
