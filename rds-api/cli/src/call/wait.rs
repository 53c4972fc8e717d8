//! `--wait`: polling until something is done.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use jsonpath_rust::JsonPath as _;
use rds_api::RawCall;
use rds_api::schema::{NamedWaiter, Operation};
use rds_api_core::text::short_line;
use serde_json::Value as Json;

use super::table::cell;
use crate::failure::Failure;
use crate::masking::Masking;
use crate::suggestion::nearest;
use crate::terminal;

/// The paths to the percentage of what is done, in responses that have it.
const PERCENTAGES: [&str; 2] = ["$..Process", "$..Progress"];

/// The waiter of this name, or the only one.
pub(super) fn waiter<'o>(operation: &'o Operation, name: &str) -> Result<&'o NamedWaiter, Failure> {
    let waiters = &operation.waiters;
    let names = || waiters.iter().map(|waiter| waiter.name.as_str());
    if let ([only], "") = (&waiters[..], name) {
        return Ok(only);
    }
    waiters.iter().find(|waiter| waiter.name == name).ok_or_else(|| {
        let operation = &operation.name;
        let known = names().collect::<Vec<_>>().join(", ");
        Failure::usage(match nearest(name, names()) {
            _ if waiters.is_empty() => format!("{operation} has nothing to wait for"),
            _ if name.is_empty() => format!("say what to wait for: --wait with one of {known}"),
            Some(nearest) => format!("{operation} has no waiter `{name}`; did you mean {nearest}?"),
            None => format!("{operation} has no waiter `{name}`; there are {known}"),
        })
    })
}

/// Polls until it is done, and returns the last response.
pub(super) async fn follow(
    call: RawCall,
    waiter: &NamedWaiter,
    timeout: Option<Duration>,
    every: Option<Duration>,
    masking: &Masking,
) -> Result<Json, Failure> {
    let mut wait = call.until(waiter.until.clone());
    if let Some(timeout) = timeout {
        wait = wait.with_timeout(timeout);
    }
    if let Some(every) = every {
        wait = wait.with_delay(every).with_max_delay(every);
    }
    let field = waiter.until.field.rsplit('.').next().unwrap_or_default();
    let mut progress = Progress::new(format!("$..{field}"));
    let mut responses = wait.progress();
    let mut last = Json::Null;
    while let Some(response) = responses.next().await {
        last = masking.json(response?);
        progress.show(&last);
    }
    Ok(last)
}

/// How far it is: a bar on a terminal, a line for each change elsewhere.
struct Progress {
    bar: ProgressBar,
    is_terminal: bool,
    /// The path to the field that is waited for.
    field: String,
    started: Instant,
    line: String,
}

impl Progress {
    fn new(field: String) -> Self {
        let bar = ProgressBar::new(100).with_finish(ProgressFinish::AndClear);
        set_style(&bar, "{spinner} {elapsed}  {msg}");
        let is_terminal = std::io::stderr().is_terminal();
        if is_terminal {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self { bar, is_terminal, field, started: Instant::now(), line: String::new() }
    }

    fn show(&mut self, response: &Json) {
        let mut values = texts(response, &self.field);
        values.dedup();
        let percent = PERCENTAGES.iter().find_map(|path| texts(response, path).first()?.parse::<u64>().ok());
        let values = short_line(&values.join(", "), 200);
        let mut line = if values.is_empty() { "not there".to_owned() } else { values };
        if let Some(percent) = percent {
            set_style(&self.bar, "{bar:40} {elapsed}  {msg}");
            self.bar.set_position(percent);
            line = format!("{line} {percent} %");
        }
        if !self.is_terminal && line != self.line {
            terminal::note(&format!("{line} after {} s", self.started.elapsed().as_secs()));
        }
        self.bar.set_message(line.clone());
        self.line = line;
    }
}

fn set_style(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}

fn texts(response: &Json, path: &str) -> Vec<String> {
    response.query(path).unwrap_or_default().into_iter().map(cell).collect()
}
