//! The file of the aliyun command line tool, read and written.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize as _;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Map, Value, json};

use crate::credentials::source_file;
use crate::credentials::source_text::{self, Form};
use crate::error::{Error, Result};
use crate::file;

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
        let text = source_file::read(&path)?;
        Self::parse(path, &text)
    }

    fn parse(path: PathBuf, text: &str) -> Result<Self> {
        match serde_json::from_str(text) {
            Ok(content) => match misshapen(&content) {
                Some(what) => Err(Error::credentials(format!("{} is JSON, but {what}", path.display()))),
                None => Ok(Self { path, content }),
            },
            Err(_) if source_text::trimmed(text).is_empty() => {
                Err(Error::credentials(format!("{} is empty", path.display())).not_configured())
            }
            // Of the text it shows nothing.
            Err(error) => Err(Error::credentials(format!("{} is not JSON: {error}", path.display()))),
        }
    }

    /// The file that the tool acts by where there is none: one profile that says nothing but, perhaps, its region.
    pub(super) fn absent(region: Option<&str>) -> Self {
        let profile = json!({"name": "default", "region_id": region});
        Self { path: "the environment".into(), content: json!({"profiles": [profile]}) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The name of the profile to use if no other is named.
    pub(super) fn current(&self) -> &str {
        let current = self.content.as_object().and_then(|content| member(content, "current"));
        current.and_then(Value::as_str).filter(|name| !name.is_empty()).unwrap_or("default")
    }

    fn entries(&self) -> &[Value] {
        let profiles = self.content.as_object().and_then(|content| member(content, "profiles"));
        profiles.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    fn profiles(&self) -> impl Iterator<Item = (&str, &Map<String, Value>)> {
        let entries = self.entries().iter();
        entries.filter_map(|keys| Some((member(keys.as_object()?, "name")?.as_str()?, keys.as_object()?)))
    }

    /// Whether nobody has made a profile in it.
    pub(super) fn has_no_profile(&self) -> bool {
        self.entries().iter().all(Value::is_null)
    }

    /// The profile of a name, the first of several.
    pub(super) fn find(&self, name: &str) -> Option<Profile<'_>> {
        let (name, keys) = self.profiles().find(|(this, _)| *this == name)?;
        Some(Profile { file: self, name, keys })
    }

    pub(super) fn profile(&self, name: &str) -> Result<Profile<'_>> {
        self.find(name).ok_or_else(|| {
            let names: Vec<_> = self.profiles().map(|(name, _)| format!("`{name}`")).collect();
            let others = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let path = self.path.display();
            Error::credentials(format!("{path} has no profile `{name}`; there is {others}"))
        })
    }

    /// Sets keys of a profile and writes the file, so that whoever reads it meanwhile sees all of the old or
    /// all of the new.
    pub(super) fn update(path: &Path, profile: &str, keys: Map<String, Value>) -> Result<()> {
        let unwritten = |error: io::Error| {
            Error::credentials(format!("{} cannot be written", path.display())).with_source(error)
        };
        // What others have written since this process read it must not be lost.
        let change = || {
            let text = String::from_utf8(source_file::read_bytes(path)?)
                .map_err(|_| Error::credentials(format!("{} is not UTF-8", path.display())))?;
            let mut file = Self::parse(path.to_owned(), source_text::trimmed(&text))?;
            let profiles = file.content["profiles"].as_array_mut().into_iter().flatten();
            let mut profiles = profiles.filter_map(Value::as_object_mut);
            if let Some(existing) = profiles.find(|keys| keys.get("name").is_some_and(|name| name == profile))
            {
                existing.extend(keys);
            }
            replace(path, &file.content).map_err(unwritten)
        };
        file::while_held(path, || Ok(change())).map_err(unwritten)?
    }
}

fn replace(path: &Path, content: &Value) -> io::Result<()> {
    let mut text = Vec::new();
    // The tool itself indents with tabs.
    content.serialize(&mut Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b"\t")))?;
    file::replace_private(path, &text)
}

/// What is wrong with the file, if it has not the form that the tool writes, which does not read it either. Passed over, it
/// would have another profile taken than was meant, or another source.
fn misshapen(content: &Value) -> Option<String> {
    let Some(content) = content.as_object() else { return Some("no object".to_owned()) };
    let is_text = |value: Option<&Value>| value.is_none_or(|value| value.is_string() || value.is_null());
    if !is_text(member(content, "current")) {
        return Some("its `current` is not a text".to_owned());
    }
    let profiles = match member(content, "profiles") {
        None | Some(Value::Null) => return None,
        Some(Value::Array(profiles)) => profiles,
        Some(_) => return Some("its `profiles` is not a list".to_owned()),
    };
    let mut profiles = profiles.iter().enumerate().map(|(index, profile)| (index + 1, profile));
    profiles.find_map(|(number, profile)| match profile {
        Value::Null => None,
        Value::Object(keys) if is_text(member(keys, "name")) => None,
        Value::Object(_) => Some(format!("the `name` of its profile {number} is not a text")),
        _ => Some(format!("its profile {number} is no object")),
    })
}

/// A member by its name, in any case, as the tool reads it.
fn member<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    let in_any_case =
        || members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    members.get(name).or_else(in_any_case)
}

impl<'f> Profile<'f> {
    /// The text of a key, `None` also if it is empty: the tool writes many empty ones.
    pub(super) fn optional(&self, key: &str) -> Result<Option<&'f str>> {
        match member(self.keys, key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(self.error(&format!("`{key}` is not a text"))),
        }
    }

    pub(super) fn required(&self, key: &str) -> Result<&'f str> {
        self.optional(key)?.ok_or_else(|| self.error(&format!("`{key}` is missing")))
    }

    /// The value of a key, which must be visible ASCII.
    pub(super) fn visible<'v>(&self, key: &str, value: &'v str) -> Result<&'v str> {
        let value = source_text::value(value, Form::VisibleAscii, format!("`{key}`"));
        value.map_err(|error| self.error(&error.to_string()))
    }

    /// The number of a key, also of one that is written as a text.
    pub(super) fn number(&self, key: &str) -> Result<Option<i64>> {
        let number = match member(self.keys, key) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_i64(),
        };
        number.map(Some).ok_or_else(|| self.error(&format!("`{key}` is not a whole number")))
    }

    pub(super) fn is_on(&self, key: &str) -> Result<bool> {
        match member(self.keys, key) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(is_on)) => Ok(*is_on),
            Some(_) => Err(self.error(&format!("`{key}` is neither true nor false"))),
        }
    }

    /// An error that says which profile of which file it is about.
    pub(super) fn error(&self, message: &str) -> Error {
        Error::credentials(format!("profile `{}` of {}: {message}", self.name, self.file.path.display()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;

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
    fn what_the_tool_reads_is_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let read = |text: &[u8]| {
            fs::write(&file, text).unwrap();
            ConfigFile::read(file.path().to_owned())
        };
        let name =
            |text: &[u8]| read(text).map(|file| file.current().to_owned()).map_err(|error| error.to_string());
        assert_eq!(name(b"\xef\xbb\xbf{\"current\": \"a\"}").unwrap(), "a");
        assert_eq!(name(b"{\r\n\t\"current\": \"a\"\r\n}\r\n").unwrap(), "a");
        assert_eq!(name(b"{\"Current\": \"a\"}").unwrap(), "a");
        assert_eq!(name(b"{\"current\": \"a\", \"current\": \"b\"}").unwrap(), "b");
        assert_eq!(name(b"{\"note\": \"\xd6\xd0\", \"current\": \"a\"}").unwrap(), "a");
        for (text, expected) in [
            (&b"{} x"[..], "is not JSON: trailing characters at line 1 column 4"),
            (b"{}{}", "is not JSON: trailing characters at line 1 column 3"),
            (b"\n", " is empty"),
            (b"{", " is not JSON: EOF while parsing an object at line 1 column 1"),
            (b"\xff\xfe{\0}\0", "is not UTF-8 but, it seems, UTF-16: save it as UTF-8"),
        ] {
            let error = name(text).unwrap_err();
            assert!(error.ends_with(expected), "{error}");
        }

        let text =
            br#"{"profiles": [{"NAME": "x", "Mode": "AK", "access_key_id": 5, "expired_seconds": "900",
            "oauth_access_token_expire": "soon"}, {"name": "x", "mode": "second"}, null]}"#;
        let file = read(text).unwrap();
        let profile = file.profile("x").unwrap();
        assert_eq!(profile.optional("mode").unwrap(), Some("AK"));
        assert!(
            profile
                .optional("access_key_id")
                .unwrap_err()
                .to_string()
                .ends_with("`access_key_id` is not a text")
        );
        assert_eq!(profile.number("expired_seconds").unwrap(), Some(900));
        assert!(profile.number("oauth_access_token_expire").is_err());
    }

    #[test]
    fn another_form_than_the_tool_writes_is_refused() {
        let profile = r#"{"name": "default", "mode": "AK"}"#;
        for (text, expected) in [
            ("[]".to_owned(), "no object"),
            ("null".to_owned(), "no object"),
            ("\"default\"".to_owned(), "no object"),
            (format!("[{profile}]"), "no object"),
            (format!("{{\"current\": 5, \"profiles\": [{profile}]}}"), "its `current` is not a text"),
            (format!("{{\"Current\": [\"x\"], \"profiles\": [{profile}]}}"), "its `current` is not a text"),
            (format!("{{\"profiles\": {profile}}}"), "its `profiles` is not a list"),
            (format!("{{\"profiles\": {{\"default\": {profile}}}}}"), "its `profiles` is not a list"),
            ("{\"profiles\": \"default\"}".to_owned(), "its `profiles` is not a list"),
            (format!("{{\"profiles\": [{profile}, \"x\"]}}"), "its profile 2 is no object"),
            ("{\"profiles\": [{\"name\": 5}]}".to_owned(), "the `name` of its profile 1 is not a text"),
        ] {
            let error = ConfigFile::parse("config.json".into(), &text).err().unwrap().to_string();
            assert_eq!(error, format!("config.json is JSON, but {expected}"), "{text}");
        }
        for text in ["{}", "{\"current\": null, \"profiles\": null}", "{\"profiles\": [null]}"] {
            assert!(ConfigFile::parse("config.json".into(), text).unwrap().has_no_profile(), "{text}");
        }
        let unnamed =
            ConfigFile::parse("config.json".into(), "{\"profiles\": [{\"mode\": \"AK\"}]}").unwrap();
        assert!(!unnamed.has_no_profile());
    }

    #[test]
    fn mistakes_are_named_without_showing_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, r#"{"profiles": [{"access_key_secret": "hidden", }]}"#).unwrap();
        let error = ConfigFile::read(file.path().to_owned()).err().unwrap();
        assert!(error.to_string().contains(" is not JSON: trailing comma at line 1"), "{error}");
        assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
        let error = ConfigFile::read("/nowhere/config.json".into()).err().unwrap();
        assert_eq!(error.to_string(), "/nowhere/config.json cannot be read");
        fs::write(&file, "{}").unwrap();
        let error = ConfigFile::read(file.path().to_owned()).unwrap().profile("x").err().unwrap();
        assert!(error.to_string().ends_with("has no profile `x`; there is none"), "{error}");
    }
}
