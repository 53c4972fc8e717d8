//! The values by which a write is followed: from its request and its response into the parameters of what follows.

use rds_api_schema::{Given, Source, Takes};

use crate::object::{Value, find};
use crate::request::parameters::Parameters;

/// A parameter of what follows, with its values as far as they are known before the write.
pub(crate) struct Filling {
    pub(super) given: Given,
    pub(super) values: Vec<String>,
}

impl Filling {
    /// With the values that a request has, and those parameters that stand in the place of some of them.
    pub(crate) fn of(given: &Given, request: Value<'_>, options: &[(String, String)]) -> Self {
        let values = match given.source {
            Source::Value(value) => vec![value.to_owned()],
            Source::Response(_) => Vec::new(),
            Source::Request(name) => match options.iter().rev().find(|(option, _)| option == name) {
                Some((_, value)) => vec![value.clone()],
                None => find::texts(request, name),
            },
        };
        Self { given: *given, values }
    }

    /// Takes what the response of the write has, where the values come from there. The service joins the ids of what it makes
    /// at once with commas, which no id has.
    pub(crate) fn take(&mut self, response: Value<'_>) {
        if let Source::Response(path) = self.given.source {
            let texts = find::texts(response, path);
            let ids =
                texts.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|id| !id.is_empty());
            self.values = ids.map(str::to_owned).collect();
        }
    }

    /// The values after the first one where the parameter takes one of them at a time.
    pub(super) fn later(&self) -> &[String] {
        match self.given.takes.is_list() {
            true => &[],
            false => self.values.get(1..).unwrap_or_default(),
        }
    }

    /// The name of the source, unless it is a text that is always the same.
    fn source(&self) -> Option<&'static str> {
        match self.given.source {
            Source::Request(name) => Some(name),
            Source::Response(path) => Some(path.rsplit('.').next().unwrap_or(path)),
            Source::Value(_) => None,
        }
    }

    /// Why the values are not what the parameter takes.
    pub(super) fn problem(&self) -> Option<String> {
        let Self { given, values } = self;
        let source = self.source().unwrap_or(given.parameter);
        if values.is_empty() {
            return Some(format!("there is no `{source}`"));
        }
        if given.takes == Takes::Number {
            let mut others = values.iter().filter(|value| value.trim().parse::<i64>().is_err());
            if let Some(value) = others.next() {
                return Some(format!("`{source}`, `{value}`, is no whole number"));
            }
        }
        let is_given = matches!(given.source, Source::Request(_));
        (is_given && !self.later().is_empty()).then(|| self.several())
    }

    /// Says that there are more values than are taken.
    pub(super) fn several(&self) -> String {
        let source = self.source().unwrap_or(self.given.parameter);
        format!("there are several `{source}`, `{}`", self.values.join("`, `"))
    }

    /// The parameter as JSON has it: the first of the values where it takes one.
    #[cfg(feature = "schema")]
    pub(crate) fn json(&self) -> serde_json::Value {
        let values = self.values.clone();
        match self.given.takes {
            Takes::Text | Takes::Number => values.into_iter().next().into(),
            Takes::Json => serde_json::Value::from(values).to_string().into(),
            Takes::Flattened | Takes::Joined => values.into(),
        }
    }

    /// Puts the values where the parameter travels, or the first of them where it takes one.
    pub(super) fn fill(&self, parameters: &mut Parameters) {
        let Given { parameter, takes, .. } = self.given;
        match takes {
            Takes::Text => parameters.set(parameter, self.values.first().cloned().unwrap_or_default()),
            Takes::Number => {
                let first = self.values.first().map(|value| value.trim().to_owned());
                parameters.set(parameter, first.unwrap_or_default());
            }
            Takes::Joined => parameters.set(parameter, self.values.join(",")),
            Takes::Json => {
                parameters.set(parameter, serde_json::Value::from(self.values.clone()).to_string())
            }
            Takes::Flattened => {
                for (number, value) in (1..).zip(&self.values) {
                    parameters.set(&format!("{parameter}.{number}"), value.clone());
                }
            }
        }
    }
}

/// What has been done, with its ids.
pub(super) fn accepted(operation: &str, given: &[Filling]) -> String {
    let mut ids: Vec<String> = Vec::new();
    for filling in given {
        let id = filling.source().map(|source| format!("{source} {}", filling.values.join(", ")));
        ids.extend(id.filter(|id| !filling.values.is_empty() && !ids.contains(id)));
    }
    if ids.is_empty() {
        return format!("{operation} was accepted");
    }
    format!("{operation} was accepted ({})", ids.join(", "))
}
