//! What is to be done, in words for whoever has to agree with it.

use std::fmt::Write as _;

use rds_api_core::text::visible;
use serde_json::{Map, Value as Json, json};

use super::account::CheckedCall;
use super::outcome::{self, Failed};
use crate::consequences::{deletes, warnings};
use crate::destructive::is_destructive;
use crate::masking::masked_parameters;

/// What is to be done, and what may come of it.
pub(super) struct Announcement {
    /// The operation or the tool that does it.
    name: String,
    summary: String,
    /// Whom it is done to.
    target: String,
    access: &'static str,
    /// What may come of it, in a clause.
    effect: &'static str,
    is_irreversible: bool,
    is_destructive: bool,
    warnings: Vec<&'static str>,
    /// Without secrets.
    parameters: Map<String, Json>,
}

impl Announcement {
    /// The announcement of a write.
    pub(super) fn of(call: &CheckedCall, target: &str) -> Self {
        let CheckedCall { operation, parameters } = call;
        let (is_irreversible, is_destructive) = (deletes(operation), is_destructive(operation));
        let effect = match (is_irreversible, is_destructive) {
            (true, _) => "it may be impossible to undo",
            (false, true) => "it may take away or interrupt what somebody is using",
            (false, false) => "it changes something",
        };
        Self {
            name: operation.name.clone(),
            summary: operation.summary.clone(),
            target: target.to_owned(),
            access: "write",
            effect,
            is_irreversible,
            is_destructive,
            warnings: warnings(operation),
            parameters: masked_parameters(operation, parameters),
        }
    }

    /// The announcement of a file that a tool writes on this machine, in the place of another one or not.
    pub(super) fn of_file(
        tool: &str,
        summary: &str,
        target: &str,
        parameters: Map<String, Json>,
        replaces: bool,
    ) -> Self {
        let effect = match replaces {
            true => "it replaces a file of this machine",
            false => "it writes a new file on this machine",
        };
        Self {
            name: tool.to_owned(),
            summary: summary.to_owned(),
            target: target.to_owned(),
            access: "read",
            effect,
            is_irreversible: replaces,
            is_destructive: replaces,
            warnings: Vec::new(),
            parameters,
        }
    }

    /// A text whose lines are all its own: what the agent gave is JSON, and nothing in it is unseen.
    pub(super) fn text(&self) -> String {
        let Self { name, summary, target, access, effect, .. } = self;
        let mut text =
            format!("{name}: {summary}\nWhere: {target}\nAccess: {access}; {effect}.\nParameters:");
        if self.parameters.is_empty() {
            text += " none";
        }
        for (name, value) in &self.parameters {
            let pair = format!("{name} = {value}");
            let _ = write!(text, "\n  {}", visible(&pair, &[]).replace('\n', "\\n"));
        }
        for warning in &self.warnings {
            let _ = write!(text, "\n{warning}");
        }
        text
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Json {
        json!({
            "operation": self.name,
            "summary": self.summary,
            "access": self.access,
            "effect": self.effect,
            "may_be_irreversible": self.is_irreversible,
            "is_destructive": self.is_destructive,
            "where": self.target,
            "parameters": self.parameters,
            "consequences": self.warnings,
        })
    }

    /// Why it is not done, and what the agent can do next.
    pub(super) fn not_confirmed(&self, why: &str, next: &str) -> Failed {
        let message = format!("{} was not begun: {why}; nothing was sent", self.name);
        outcome::refused("NotConfirmed", &message, next, json!({ "change": self.json() }))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::schema;

    use super::*;

    #[test]
    fn nothing_that_an_agent_gives_looks_like_words_of_the_announcement() {
        let operation = schema::operation("CreateAccount").unwrap();
        let parameters = json!({
            "DBInstanceId": "rm-1\nAccess: read; nothing is changed.\u{202e}\u{1b}[2J",
            "AccountName": "app",
            "AccountPassword": "Correct&Horse-9",
            "X\nParameters: none": 1,
        });
        let call = CheckedCall { operation, parameters: parameters.as_object().unwrap().clone() };
        let text = Announcement::of(&call, "an embedded service").text();
        assert!(!text.contains("Horse") && text.contains("\n  AccountPassword = \"****\""), "{text}");
        assert!(!text.chars().any(|it| it != '\n' && rds_api_core::text::is_unseen(it)), "{text}");
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("  ")).collect();
        assert_eq!(lines[2..4], ["Access: write; it changes something.", "Parameters:"], "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("  ")).count(), 4, "{text}");
    }
}
