//! The file of the aliyun command line tool, read and written.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize as _;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// The whole file, as it is: what this crate does not know stays in it.
pub(super) struct ConfigFile {
    path: PathBuf,
    content: Value,
}

/// One profile in the file.
#[derive(Clone, Copy)]
pub(super) struct Profile<'f> {
    pub(super) file: &'f ConfigFile,
    pub(super) name: &'f str,
    keys: &'f Map<String, Value>,
}

impl ConfigFile {
    pub(super) fn read(path: PathBuf) -> Result<Self> {
        let unreadable = |what: &str| Error::credentials(format!("{} {what}", path.display()));
        let text = fs::read(&path).map_err(|error| unreadable("cannot be read").with_source(error))?;
        let content =
            serde_json::from_slice(&text).map_err(|error| unreadable("is not JSON").with_source(error))?;
        Ok(Self { path, content })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The name of the profile to use if no other is named.
    pub(super) fn current(&self) -> &str {
        self.content["current"].as_str().filter(|name| !name.is_empty()).unwrap_or("default")
    }

    pub(super) fn profile(&self, name: &str) -> Result<Profile<'_>> {
        let profiles = self.content["profiles"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut names = Vec::new();
        for keys in profiles.iter().filter_map(Value::as_object) {
            let Some(this) = keys.get("name").and_then(Value::as_str) else { continue };
            if this == name {
                return Ok(Profile { file: self, name: this, keys });
            }
            names.push(format!("`{this}`"));
        }
        let path = self.path.display();
        let others = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        Err(Error::credentials(format!("{path} has no profile `{name}`; there is {others}")))
    }

    /// Sets keys of a profile and writes the file, so that whoever reads it meanwhile sees all of the old or
    /// all of the new.
    pub(super) fn update(path: &Path, profile: &str, keys: Map<String, Value>) -> Result<()> {
        // What others have written since this process read it must not be lost.
        let mut file = Self::read(path.to_owned())?;
        let profiles = file.content["profiles"].as_array_mut().into_iter().flatten();
        let mut profiles = profiles.filter_map(Value::as_object_mut);
        if let Some(existing) = profiles.find(|keys| keys.get("name").is_some_and(|name| name == profile)) {
            existing.extend(keys);
        }
        replace(path, &file.content).map_err(|error| {
            Error::credentials(format!("{} cannot be written", path.display())).with_source(error)
        })
    }
}

fn replace(path: &Path, content: &Value) -> io::Result<()> {
    // A link stays one: the file it leads to is replaced.
    let path = fs::canonicalize(path)?;
    let mut text = Vec::new();
    // The tool itself indents with tabs.
    content.serialize(&mut Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b"\t")))?;
    let new = path.with_extension(format!("json.{:016x}", fastrand::u64(..)));
    let written = write_private(&new, &text).and_then(|()| fs::rename(&new, &path));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}

/// Writes a file that only its owner can read.
fn write_private(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

impl<'f> Profile<'f> {
    /// The text of a key, `None` also if it is empty: the tool writes many empty ones.
    pub(super) fn optional(&self, key: &str) -> Option<&'f str> {
        self.keys.get(key)?.as_str().filter(|text| !text.is_empty())
    }

    pub(super) fn required(&self, key: &str) -> Result<&'f str> {
        self.optional(key).ok_or_else(|| self.error(&format!("`{key}` is missing")))
    }

    pub(super) fn number(&self, key: &str) -> Option<i64> {
        self.keys.get(key)?.as_i64()
    }

    pub(super) fn is_on(&self, key: &str) -> bool {
        self.keys.get(key).is_some_and(|value| value == true)
    }

    /// An error that says which profile of which file it is about.
    pub(super) fn error(&self, message: &str) -> Error {
        Error::credentials(format!("profile `{}` of {}: {message}", self.name, self.file.path.display()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_update_changes_its_keys_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config.json");
        let before = json!({"current": "b", "profiles": [{"name": "a", "x": 1}, {"name": "b", "later": [1.5], "t": ""}],
                            "meta_path": "", "unknown": {"kept": null}});
        fs::write(&path, before.to_string()).unwrap();
        ConfigFile::update(&path, "b", Map::from_iter([("t".to_owned(), json!("token"))])).unwrap();

        let mut expected = before;
        expected["profiles"][1]["t"] = json!("token");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap().to_string(), expected.to_string());
        assert!(text.contains("\n\t\"current\": \"b\""), "{text}");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left behind");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn mistakes_are_named_without_showing_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, r#"{"profiles": [{"access_key_secret": "hidden", }]}"#).unwrap();
        let error = ConfigFile::read(file.path().to_owned()).err().unwrap();
        assert!(error.to_string().ends_with(" is not JSON"), "{error}");
        assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
        let error = ConfigFile::read("/nowhere/config.json".into()).err().unwrap();
        assert_eq!(error.to_string(), "/nowhere/config.json cannot be read");
        fs::write(&file, "{}").unwrap();
        let error = ConfigFile::read(file.path().to_owned()).unwrap().profile("x").err().unwrap();
        assert!(error.to_string().ends_with("has no profile `x`; there is none"), "{error}");
    }
}
