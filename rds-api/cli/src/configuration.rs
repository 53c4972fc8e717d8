//! The file with the profiles of the aliyun tool, which `rds` shares.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rds_api_core::file;
use serde::Serialize as _;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Map, Value as Json, json};

/// More than any file of profiles.
const MAX_BYTES: u64 = 16 << 20;

/// The file, with all that others have written into it.
pub(crate) struct Configuration {
    path: PathBuf,
    content: Map<String, Json>,
}

impl Configuration {
    /// Reads the file that `ALIBABA_CLOUD_CONFIG_FILE` names, or `~/.aliyun/config.json`. What is not there is empty.
    pub(crate) fn read() -> Result<Self, String> {
        let path = path()?;
        let shown = path.display();
        let text = match file::read_text(&path, MAX_BYTES) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("{shown} {}", file::why(&error))),
        };
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return Ok(Self { path, content: Map::new() });
        }
        match serde_json::from_str(text) {
            Ok(Json::Object(content)) => Ok(Self { path, content }),
            Ok(_) => Err(format!("{shown} is no object of JSON, so it is left as it is")),
            // Of the text it shows nothing.
            Err(error) => Err(format!("{shown} is not JSON, so it is left as it is: {error}")),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn profiles(&self) -> &[Json] {
        let profiles = member(&self.content, "profiles").and_then(|name| self.content.get(&name)?.as_array());
        profiles.map_or(&[], Vec::as_slice)
    }

    /// The names of all profiles.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.profiles().iter().filter_map(|profile| text(profile.as_object()?, "name"))
    }

    /// What a profile says of something, if it says anything.
    pub(crate) fn value(&self, profile: &str, key: &str) -> Option<&str> {
        let profiles = self.profiles().iter().filter_map(Json::as_object);
        let mut named = profiles.filter(|keys| text(keys, "name") == Some(profile));
        text(named.next()?, key).filter(|value| !value.is_empty())
    }

    /// Sets keys of a profile in the file as it is by now, which others may have written since it was read.
    pub(crate) fn change(
        &self,
        profile: &str,
        keys: Vec<(&str, String)>,
        is_current: bool,
    ) -> Result<(), String> {
        let path = self.path.display();
        let unwritten = |error: io::Error| format!("{path} cannot be written, and is as it was: {error}");
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            create_private(folder).map_err(unwritten)?;
        }
        let change = || {
            let mut file = Self::read()?;
            file.set(profile, keys, is_current)?;
            file.write().map_err(unwritten)
        };
        file::while_held(&self.path, || Ok(change())).map_err(unwritten)?
    }

    /// Sets keys of a profile, which is added if it is new. It becomes the current one if there is none or if it is to.
    fn set(&mut self, profile: &str, keys: Vec<(&str, String)>, is_current: bool) -> Result<(), String> {
        let list = member(&self.content, "profiles").unwrap_or_else(|| "profiles".to_owned());
        let wrong =
            || format!("`profiles` of {} is no list, so the file is left as it is", self.path.display());
        let profiles = self.content.entry(list).or_insert_with(|| json!([]));
        let profiles = match profiles {
            Json::Array(profiles) => profiles,
            Json::Null => {
                *profiles = json!([]);
                profiles.as_array_mut().ok_or_else(wrong)?
            }
            _ => return Err(wrong()),
        };
        let is_named = |it: &Json| it.as_object().is_some_and(|keys| text(keys, "name") == Some(profile));
        let index = profiles.iter().position(is_named).unwrap_or_else(|| {
            profiles.push(json!({ "name": profile, "output_format": "json", "language": "en" }));
            profiles.len() - 1
        });
        let own = profiles.get_mut(index).and_then(Json::as_object_mut).ok_or("a profile is no object")?;
        for (key, value) in keys {
            let key = member(own, key).unwrap_or_else(|| key.to_owned());
            own.insert(key, value.into());
        }
        let current = member(&self.content, "current").unwrap_or_else(|| "current".to_owned());
        let has_current =
            self.content.get(&current).and_then(Json::as_str).is_some_and(|name| !name.is_empty());
        if is_current || !has_current {
            self.content.insert(current, profile.into());
        }
        Ok(())
    }

    /// Writes the file as a whole, for its owner alone.
    fn write(&self) -> io::Result<()> {
        let mut text = Vec::new();
        // The tool itself indents with tabs.
        let formatter = PrettyFormatter::with_indent(b"\t");
        self.content.serialize(&mut Serializer::with_formatter(&mut text, formatter))?;
        text.push(b'\n');
        file::replace_private(&self.path, &text)
    }
}

fn path() -> Result<PathBuf, String> {
    if let Some(path) = env::var_os("ALIBABA_CLOUD_CONFIG_FILE").filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    let home =
        ["HOME", "USERPROFILE"].into_iter().find_map(|name| env::var_os(name).filter(|it| !it.is_empty()));
    let home = home.ok_or("there is no home directory: HOME is not set")?;
    Ok(Path::new(&home).join(".aliyun/config.json"))
}

fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A member as the tool knows it, in any case.
fn member(members: &Map<String, Json>, name: &str) -> Option<String> {
    let exact = members.keys().find(|key| *key == name);
    exact.or_else(|| members.keys().find(|key| key.eq_ignore_ascii_case(name))).cloned()
}

fn text<'m>(members: &'m Map<String, Json>, name: &str) -> Option<&'m str> {
    members.get(&member(members, name)?)?.as_str()
}
