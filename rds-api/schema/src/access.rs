use std::borrow::Cow;

/// Whether an operation changes anything at the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Access {
    /// It changes nothing, so it may always be repeated.
    Read,
    /// It may change something.
    Write,
}

impl Access {
    /// The access of one call with these parameters, by name and value. An operation that otherwise reads writes where
    /// one of `writes_when` is among them, however it is cased.
    pub fn of_call<'p, V: AsRef<str>>(
        self,
        writes_when: &[ParameterValue],
        parameters: impl IntoIterator<Item = (&'p str, V)>,
    ) -> Self {
        let writes = |(name, value): (&str, V)| {
            let value = value.as_ref().trim();
            writes_when
                .iter()
                .any(|when| when.name.eq_ignore_ascii_case(name) && when.value.eq_ignore_ascii_case(value))
        };
        match !writes_when.is_empty() && parameters.into_iter().any(writes) {
            true => Self::Write,
            false => self,
        }
    }
}

/// A value of a parameter, by the names of the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ParameterValue {
    /// The name of the parameter.
    pub name: Cow<'static, str>,
    /// Its value, as text.
    pub value: Cow<'static, str>,
}

impl ParameterValue {
    /// A value of a parameter that is known when the program is compiled.
    pub const fn new(name: &'static str, value: &'static str) -> Self {
        Self { name: Cow::Borrowed(name), value: Cow::Borrowed(value) }
    }
}

impl From<(String, String)> for ParameterValue {
    fn from((name, value): (String, String)) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}
