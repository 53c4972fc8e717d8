//! The environment of the process: its variables and the home directory.

use std::fmt;
use std::path::PathBuf;

use crate::error::{Error, Result};

/// Variables and home directory, those of the process (the default) or, in tests, fake ones.
///
/// Providers read them through this type, because a test that sets a variable of the process changes it under
/// every other test, for which the language requires unsafe code.
#[derive(Clone, Default)]
pub(crate) struct Environment {
    #[cfg(test)]
    fake: Option<std::sync::Arc<FakeEnvironment>>,
}

#[cfg(test)]
struct FakeEnvironment {
    home: PathBuf,
    variables: std::collections::HashMap<String, String>,
}

impl Environment {
    /// A fake environment, whose home is a directory of the test.
    #[cfg(test)]
    pub(crate) fn fake(home: impl Into<PathBuf>, variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Self { fake: Some(std::sync::Arc::new(FakeEnvironment { home: home.into(), variables })) }
    }

    /// The value of a variable, `None` if it is not set, empty or not Unicode.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        #[cfg(test)]
        if let Some(fake) = &self.fake {
            return fake.variables.get(name).filter(|value| !value.is_empty()).cloned();
        }
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    /// The value of a variable that must be set.
    pub(crate) fn required(&self, name: &str) -> Result<String> {
        self.variable(name).ok_or_else(|| Error::credentials(format!("{name} is not set")))
    }

    /// Whether a switch is on: `true`, in any case, or `1`.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true") || value == "1")
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
        if let Some(address) = self.variable(official) {
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
