//! The environment of the process: its variables and the home directory.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::source_text::{self, Form};
use crate::error::{Error, Result};

/// Variables and home directory, those of the process (the default) or, in tests, fake ones.
///
/// Providers read them through this type, because a test that sets a variable of the process changes it under
/// every other test, for which the language requires unsafe code.
#[derive(Clone, Default)]
pub(crate) struct Environment {
    /// The program stands in the place of the aliyun tool; see `DefaultChain::like_aliyun_tool`.
    is_tool: bool,
    #[cfg(test)]
    fake: Option<std::sync::Arc<FakeEnvironment>>,
}

#[cfg(test)]
struct FakeEnvironment {
    home: PathBuf,
    variables: std::collections::HashMap<String, OsString>,
}

impl Environment {
    /// A fake environment, whose home is a directory of the test.
    #[cfg(test)]
    pub(crate) fn fake(home: impl Into<PathBuf>, variables: &[(&str, &str)]) -> Self {
        Self::fake_os(home, variables.iter().map(|(name, value)| (*name, OsString::from(value))))
    }

    /// The same with values that need not be Unicode.
    #[cfg(test)]
    pub(crate) fn fake_os<'v>(
        home: impl Into<PathBuf>,
        variables: impl IntoIterator<Item = (&'v str, OsString)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let fake = FakeEnvironment { home: home.into(), variables };
        Self { is_tool: false, fake: Some(std::sync::Arc::new(fake)) }
    }

    /// The same environment for a program that stands in the place of the aliyun tool.
    pub(super) fn like_aliyun_tool(mut self) -> Self {
        self.is_tool = true;
        self
    }

    /// Whether the program stands in the place of the aliyun tool.
    pub(super) fn is_tool(&self) -> bool {
        self.is_tool
    }

    /// The value of a variable as it is, `None` if it is not set or empty.
    fn raw(&self, name: &str) -> Option<OsString> {
        let is_empty = |value: &OsString| ["", "\"\"", "''"].iter().any(|empty| value == empty);
        #[cfg(test)]
        if let Some(fake) = &self.fake {
            return fake.variables.get(name).filter(|value| !is_empty(value)).cloned();
        }
        std::env::var_os(name).filter(|value| !is_empty(value))
    }

    /// Whether a variable is set, to whatever it may be.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    fn value(&self, name: &str, form: Form) -> Result<Option<String>> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        let text = raw.into_string().map_err(|_| Error::credentials(format!("{name} is not UTF-8")))?;
        let text = source_text::value(&text, Form::OneLine, name)?;
        Ok(Some(source_text::value(source_text::unquoted(text, name)?, form, name)?.to_owned()))
    }

    /// The value of a variable, `None` if it is not set or empty.
    pub(crate) fn variable(&self, name: &str) -> Result<Option<String>> {
        self.value(name, Form::OneLine)
    }

    /// The value of a variable that has a key id or a token.
    pub(super) fn visible(&self, name: &str) -> Result<Option<String>> {
        self.value(name, Form::VisibleAscii)
    }

    /// The value of the first of these variables that is set.
    pub(super) fn first(&self, names: &[&'static str]) -> Result<Option<(&'static str, String)>> {
        match names.iter().find(|name| self.is_set(name)) {
            Some(name) => Ok(self.variable(name)?.map(|value| (*name, value))),
            None => Ok(None),
        }
    }

    /// Whether a switch is on: `true`, in any case, or `1`.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.raw(name).is_some_and(|value| {
            let value = value.to_string_lossy();
            let value = source_text::unquoted(&value, name).unwrap_or_default();
            value.eq_ignore_ascii_case("true") || value == "1"
        })
    }

    /// A path in the home directory.
    pub(crate) fn in_home(&self, path: &str) -> Result<PathBuf> {
        #[cfg(test)]
        if let Some(fake) = &self.fake {
            return Ok(fake.home.join(path));
        }
        let home = std::env::home_dir().ok_or_else(|| {
            Error::credentials(format!("{path} cannot be looked for: there is no home directory"))
        })?;
        Ok(home.join(path))
    }

    /// The address of a service that always has the same one. In tests a variable of that name overrides it.
    pub(crate) fn address(&self, official: &str) -> String {
        #[cfg(test)]
        if let Ok(Some(address)) = self.variable(official) {
            return address;
        }
        official.to_owned()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Environment")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_read_or_its_flaw_is_told() {
        let read = |value: &str| Environment::fake("", &[("NAME", value)]).visible("NAME");
        assert_eq!(read("").unwrap(), None);
        assert_eq!(read("\u{feff}value\r\n").unwrap().as_deref(), Some("value"));
        assert_eq!(read("'value'").unwrap().as_deref(), Some("value"));
        assert_eq!(read("\" value \"").unwrap().as_deref(), Some("value"));
        assert_eq!(read("''").unwrap(), None);
        assert_eq!(read("'a b'").unwrap_err().to_string(), "NAME has a blank in it");
        assert_eq!(read("' '").unwrap_err().to_string(), "NAME is blank");
        assert_eq!(
            read("'value").unwrap_err().to_string(),
            "NAME has quotation marks that do not enclose all of it"
        );
        assert_eq!(read(" \n").unwrap_err().to_string(), "NAME is blank");
        assert_eq!(read("a\nb").unwrap_err().to_string(), "NAME has a line break in it");
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStringExt as _;
            let value = OsString::from_vec(b"hidden\xff".to_vec());
            let error = Environment::fake_os("", [("NAME", value)]).variable("NAME").unwrap_err();
            assert_eq!(error.to_string(), "NAME is not UTF-8");
        }
    }
}
