//! What an address beside the API is asked, as `name=value` with `&` between: known names, once each.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

/// The values of a query, by name.
pub(super) struct Query(BTreeMap<String, String>);

impl Query {
    /// Reads a query that may have these names, or says what is wrong with it.
    pub(super) fn read(query: &str, known: &[&str]) -> Result<Self, String> {
        let mut values = BTreeMap::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !known.contains(&name) {
                return Err(match known {
                    [] => format!("there is no `{name}`; this address takes no parameters"),
                    _ => format!("there is no `{name}`; there are {}", known.join(", ")),
                });
            }
            let value = value.replace('+', " ");
            let value = percent_encoding::percent_decode_str(&value).decode_utf8();
            let value = value.map_err(|_| format!("`{name}` is not UTF-8"))?.into_owned();
            if value.is_empty() {
                return Err(format!("`{name}` is empty; give it as `{name}=value`, or not at all"));
            }
            if values.insert(name.to_owned(), value).is_some() {
                return Err(format!("`{name}` comes twice"));
            }
        }
        Ok(Self(values))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A value of another type, of which only those are taken for which this is true. `what` it is to be is for the error.
    pub(super) fn value<T: FromStr>(
        &self,
        name: &str,
        what: &str,
        is_taken: impl Fn(&T) -> bool,
    ) -> Result<Option<T>, String> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let value = text.parse().ok().filter(is_taken);
        value.map(Some).ok_or_else(|| format!("`{name}` is `{text}`, and is to be {what}"))
    }

    /// A time in seconds.
    pub(super) fn seconds(&self, name: &str) -> Result<Option<Duration>, String> {
        let is_time = |seconds: &f64| Duration::try_from_secs_f64(*seconds).is_ok();
        let seconds = self.value(name, "a number of seconds, such as 0.5, and not below 0", is_time)?;
        Ok(seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()))
    }
}
