//! The values by which a write is followed: from its request and its response into the parameters of what follows.

use rds_api_schema::{Given, Source, Takes};

use crate::object::{Value, find};
use crate::request::parameters::Parameters;
use crate::sequence::PreparedCall;

/// A parameter of what follows, with its values as far as they are known before the write.
pub(super) struct Filling {
    pub(super) given: Given,
    pub(super) values: Vec<String>,
}

impl Filling {
    pub(super) fn of(given: &Given, request: Value<'_>, write: &PreparedCall) -> Self {
        let values = match given.source {
            Source::Value(value) => vec![value.to_owned()],
            Source::Response(_) => Vec::new(),
            // An option of the call stands in the place of a parameter of the request.
            Source::Request(name) => {
                let mut options = write.options.parameters.iter().rev();
                match options.find(|(option, _)| option == name) {
                    Some((_, value)) => vec![value.clone()],
                    None => find::texts(request, name),
                }
            }
        };
        Self { given: *given, values }
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
        let source = self.source().unwrap_or(self.given.parameter);
        match &*self.values {
            [] => Some(format!("there is no `{source}`")),
            [value] if self.given.takes == Takes::Number => match value.trim().parse::<i64>() {
                Ok(_) => None,
                Err(_) => Some(format!("`{source}`, `{value}`, is no whole number")),
            },
            [_, _, ..] if !self.given.takes.is_list() => {
                Some(format!("there are several `{source}`, `{}`", self.values.join("`, `")))
            }
            // The service joins the ids of what it makes at once with commas, which no id has.
            [value] if value.contains(',') && matches!(self.given.source, Source::Response(_)) => {
                Some(format!("there are several `{source}`, `{value}`,"))
            }
            _ => None,
        }
    }

    /// Puts the values where the parameter travels.
    pub(super) fn fill(&self, parameters: &mut Parameters) {
        let Given { parameter, takes, .. } = self.given;
        match takes {
            Takes::Text => parameters.set(parameter, self.values.concat()),
            Takes::Number => parameters.set(parameter, self.values.concat().trim().to_owned()),
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
