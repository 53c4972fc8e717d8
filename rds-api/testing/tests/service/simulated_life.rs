//! What `simulated_life.txt` says, for whatever walks through it: the tests of the service, and those of its simulation.

use std::time::Duration;

use rds_api::schema::{self, Operation};
use serde_json::{Map, Value as Json};

/// A step of the life.
pub(crate) enum Step {
    /// Something is put into the account, as at an address below `/testing/`.
    Seed { address: String, given: Json },
    /// Time passes.
    Wait(Duration),
    /// An operation is called; if there is a code, it is refused with that.
    Call {
        line: usize,
        operation: &'static Operation,
        parameters: Map<String, Json>,
        refused: Option<String>,
    },
}

/// The steps of the life of an account that begins with this instance.
pub(crate) fn steps(instance: &str) -> impl Iterator<Item = Step> {
    let lines = include_str!("simulated_life.txt").lines().map(|line| line.trim().replace("$I", instance));
    let lines = lines.zip(1..).filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(text, line)| step(&text, line).unwrap_or_else(|| panic!("line {line}: {text}")))
}

fn step(text: &str, line: usize) -> Option<Step> {
    if let Some(seconds) = text.strip_prefix('+') {
        return Some(Step::Wait(Duration::from_secs(seconds.trim().parse().ok()?)));
    }
    if let Some((address, given)) = text.strip_prefix('/').and_then(|text| text.split_once(' ')) {
        return Some(Step::Seed { address: address.to_owned(), given: serde_json::from_str(given).ok()? });
    }
    let refused = text.strip_prefix('!').and_then(|text| text.split_once(' '));
    let (name, parameters) = refused.map_or(text, |(_, call)| call).split_once(' ')?;
    Some(Step::Call {
        line,
        operation: schema::operation(name)?,
        parameters: serde_json::from_str(parameters).ok()?,
        refused: refused.map(|(code, _)| code.to_owned()),
    })
}
