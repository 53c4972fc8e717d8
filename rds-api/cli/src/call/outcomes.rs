//! What came of several calls, as one: rows that say whose they are, or a list of responses and errors.

use rds_api_core::object::success;
use serde_json::{Map, Value as Json, json};

use super::rows::{List, Rows};
use super::several_calls::{Outcome, Whose};
use crate::failure::{Failure, NOT_DONE};
use crate::terminal;

/// Tells which of the calls failed, and fails if one did.
pub(super) fn conclude(outcomes: &[Outcome]) -> Result<(), Failure> {
    let mut failed = Vec::new();
    for outcome in outcomes {
        let failure = match &outcome.result {
            Err(failure) => failure.clone(),
            Ok(response) if !success::is_raw_success(response) => Failure::refused(NOT_DONE),
            Ok(_) => continue,
        };
        terminal::error(&failure.message_of(&outcome.name()));
        failed.push(failure);
    }
    match failed.is_empty() {
        true => Ok(()),
        false => Err(Failure::of_several(&failed, outcomes.len())),
    }
}

/// A list with an object for each call: whose it is, and its response or its error.
pub(super) fn as_list(outcomes: &[Outcome]) -> Json {
    let object = |outcome: &Outcome| {
        let mut object = names(&outcome.whose);
        match &outcome.result {
            Ok(response) => object.insert("Response".to_owned(), response.clone()),
            Err(failure) => object.insert("Error".to_owned(), json!(failure.message())),
        };
        Json::Object(object)
    };
    outcomes.iter().map(object).collect()
}

fn names(whose: &Whose) -> Map<String, Json> {
    whose.iter().map(|(name, value)| (name.clone(), json!(value))).collect()
}

/// The entries of the lists of all calls, each with whose it is.
pub(super) struct Entries {
    name: String,
    entries: Vec<Json>,
    rest: Vec<String>,
    whose: Vec<String>,
}

impl Entries {
    pub(super) fn of(
        outcomes: &[Outcome],
        rows: impl for<'r> Fn(&'r Json) -> Result<Rows<'r>, Failure>,
    ) -> Result<Self, Failure> {
        let mut all = Self { name: String::new(), entries: Vec::new(), rest: Vec::new(), whose: Vec::new() };
        for outcome in outcomes {
            let names = outcome.whose.iter().map(|(name, _)| name);
            let new: Vec<String> = names.filter(|name| !all.whose.contains(name)).cloned().collect();
            all.whose.extend(new);
            let Ok(response) = &outcome.result else { continue };
            match rows(response)? {
                Rows::Thing(row) => {
                    let own = row.into_iter().filter(|(_, value)| !value.is_object());
                    all.add(outcome, own.map(|(name, value)| (name, value.clone())));
                }
                Rows::List(list) => {
                    for entry in list.entries {
                        match entry {
                            Json::Object(members) => all.add(outcome, members.clone()),
                            value => all.add(outcome, [(list.name.clone(), value.clone())]),
                        }
                    }
                    all.rest.extend(list.rest.map(|rest| format!("{}: {rest}", outcome.name())));
                    all.name = list.name;
                }
            }
        }
        Ok(all)
    }

    /// Adds an entry. Whose it is goes before a member of that name.
    fn add(&mut self, outcome: &Outcome, members: impl IntoIterator<Item = (String, Json)>) {
        let mut entry = names(&outcome.whose);
        for (name, value) in members {
            entry.entry(name).or_insert(value);
        }
        self.entries.push(Json::Object(entry));
    }

    pub(super) fn rows(&self) -> Rows<'_> {
        Rows::List(List {
            path: self.name.clone(),
            name: self.name.clone(),
            entries: &self.entries,
            rest: (!self.rest.is_empty()).then(|| self.rest.join(", ")),
            others: Vec::new(),
            whose: self.whose.clone(),
        })
    }
}
