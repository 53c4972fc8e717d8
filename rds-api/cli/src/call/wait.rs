//! `--wait`: polling until something is done, be it a read that tells how far it is, or a write that a read follows.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressFinish};
use rds_api::schema::{CATALOGUE, NamedWaiter, Operation, OperationExt as _, Source};
use rds_api::waiter::Wait;
use rds_api::{Client, waiter};
use rds_api_core::text::short_line;
use serde_json::{Map, Value as Json};

use super::table::cell;
use crate::failure::Failure;
use crate::masking::Masking;
use crate::progress_bar::{self, Style};
use crate::rust_program::{Ending, Patience};
use crate::suggestion::nearest;
use crate::terminal;

/// What is waited for.
pub(super) enum Goal {
    /// A waiter of the operation.
    Waiter(&'static NamedWaiter),
    /// What follows the operation.
    Follow,
}

impl Goal {
    /// How a program ends that waits for it.
    pub(super) fn ending(&self, patience: Patience) -> Ending {
        match self {
            Self::Waiter(waiter) => Ending::Waiter(waiter, patience),
            Self::Follow => Ending::UntilDone(patience),
        }
    }
}

/// What follows a write, the waiter of this name, or the only one.
pub(super) fn goal(
    operation: &'static Operation,
    name: &str,
    parameters: &Map<String, Json>,
) -> Result<Goal, Failure> {
    let waiters = &operation.waiters;
    if operation.follows.as_ref().is_some_and(|follows| name.is_empty() || follows.waiter == name) {
        return Ok(Goal::Follow);
    }
    let names = || {
        let own = waiters.iter().map(|waiter| waiter.name.as_str());
        own.chain(operation.follows.as_ref().map(|follows| follows.waiter.as_str()))
    };
    if let ([only], "") = (&waiters[..], name) {
        return Ok(Goal::Waiter(only));
    }
    waiters.iter().find(|waiter| waiter.name == name).map(Goal::Waiter).ok_or_else(|| {
        let known = names().collect::<Vec<_>>().join(", ");
        let nothing = match usual_follower(parameters) {
            Some(command) => format!("; what it changes may be followed by\n       {command}"),
            None => String::new(),
        };
        let operation = &operation.name;
        Failure::usage(match nearest(name, names()) {
            _ if names().next().is_none() => format!("{operation} has nothing to wait for{nothing}"),
            _ if name.is_empty() => format!("say what to wait for: --wait with one of {known}"),
            Some(nearest) => format!("{operation} has no waiter `{name}`; did you mean {nearest}?"),
            None => format!("{operation} has no waiter `{name}`; there are {known}"),
        })
    })
}

/// The command by which most writes are followed that take these parameters.
fn usual_follower(parameters: &Map<String, Json>) -> Option<String> {
    let mut commands: BTreeMap<String, usize> = BTreeMap::new();
    for follows in CATALOGUE.operations().filter_map(|operation| operation.follows.as_ref()) {
        let options = follows.with.iter().map(|given| match &given.source {
            Source::Request(name) if given.takes.is_text() => match parameters.get(name) {
                Some(Json::String(text)) if is_plain(text) => Some(format!("--{} {text}", given.parameter)),
                _ => None,
            },
            _ => None,
        });
        let Some(options) = options.collect::<Option<Vec<String>>>() else { continue };
        let command =
            format!("rds call {} {} --wait={}", follows.operation, options.join(" "), follows.waiter);
        *commands.entry(command).or_default() += 1;
    }
    commands.into_iter().max_by_key(|(_, writes)| *writes).map(|(command, _)| command)
}

/// Whether a text is the same to every shell, and no secret.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.'))
}

/// The wait for what is waited for, once the write that it follows has been sent.
pub(super) async fn begin(
    goal: &Goal,
    client: &Client,
    operation: &'static Operation,
    parameters: &Map<String, Json>,
    masking: &Masking,
) -> Result<Wait<Json>, Failure> {
    let waiter = match goal {
        Goal::Waiter(waiter) => waiter,
        Goal::Follow => {
            let started = CATALOGUE.until_done(client, operation, parameters)?.start().await?;
            note_accepted(&operation.name, &masking.json(started.response));
            return Ok(started.wait);
        }
    };
    Ok(operation.call(client, parameters).until(waiter.until.clone()))
}

/// Tells what a write that is followed responded, since only the last response is printed.
fn note_accepted(operation: &str, response: &Json) {
    let members = response.as_object().into_iter().flatten();
    let members: Vec<String> = members.map(|(name, value)| format!("{name} {}", cell(value))).collect();
    terminal::note(&format!("{operation} was accepted: {}", short_line(&members.join(", "), 500)));
}

/// Polls until it is done, and returns the last response.
pub(super) async fn follow(
    mut wait: Wait<Json>,
    timeout: Option<Duration>,
    every: Option<Duration>,
    masking: &Masking,
) -> Result<Json, Failure> {
    if let Some(timeout) = timeout {
        wait = wait.with_timeout(timeout);
    }
    if let Some(every) = every {
        wait = wait.with_delay(every).with_max_delay(every);
    }
    let mut shown = Progress::new();
    let mut progress = wait.progress();
    let mut last = Json::Null;
    while let Some(progress) = progress.next().await {
        let progress = progress?;
        shown.show(&progress, masking);
        last = masking.json(progress.response);
    }
    Ok(last)
}

/// How far it is: a bar on a terminal, a line for each change elsewhere.
struct Progress {
    bar: ProgressBar,
    is_terminal: bool,
    line: String,
}

impl Progress {
    fn new() -> Self {
        let bar = ProgressBar::new(100).with_finish(ProgressFinish::AndClear);
        progress_bar::set_style(&bar, Style::Unknown);
        let is_terminal = std::io::stderr().is_terminal();
        if is_terminal {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self { bar, is_terminal, line: String::new() }
    }

    fn show(&mut self, progress: &waiter::Progress<Json>, masking: &Masking) {
        let state = progress.state.clone().map(|state| masking.json(state.into()));
        let mut line = match &state {
            Some(state) => short_line(&cell(state), 200),
            None => "not there".to_owned(),
        };
        if let Some(id) = progress.of.clone().map(|id| masking.json(id.into())) {
            line = format!("{} {line}", short_line(&cell(&id), 100));
        }
        if let Some(percent) = progress.percent {
            progress_bar::set_style(&self.bar, Style::Share);
            self.bar.set_position(percent as u64);
            line = format!("{line} {percent:.0} %");
        }
        if !self.is_terminal && line != self.line {
            terminal::note(&format!("{line} after {} s", progress.elapsed.as_secs()));
        }
        self.bar.set_message(line.clone());
        self.line = line;
    }
}
