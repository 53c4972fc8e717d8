//! `wait_for_operation`: looks again and again until something is done, and tells how it goes.

use std::time::Instant;

use rds_api::Access;
use rds_api::schema::{CATALOGUE, NamedWaiter, Operation, OperationExt as _, ProblemKind};
use rds_api::waiter::{self, Wait};
use rds_api_core::text::short_line;
use rmcp::RoleServer;
use rmcp::service::RequestContext;
use serde_json::{Value as Json, json};

use super::account::{Account, CheckedCall, Shown};
use super::arguments::{WaitArguments, max_bytes, seconds};
use super::bounds::{Bounded, bounded};
use super::call;
use super::describe;
use super::notifier::Notifier;
use super::outcome::{self, Failed};
use crate::followable::keep_what_follows;
use crate::values;

pub(super) async fn wait(
    account: &Account,
    arguments: WaitArguments,
    context: &RequestContext<RoleServer>,
) -> Result<Json, Failed> {
    let timeout = seconds("timeout_seconds", arguments.timeout_seconds, 1.0, 86_400.0)?;
    let every = seconds("every_seconds", arguments.every_seconds, 0.2, 600.0)?;
    let max_bytes = max_bytes(arguments.max_bytes)?;
    let Goal { call, waiter, mut wait } = goal(account, &arguments)?;
    if let Some(timeout) = timeout {
        wait = wait.with_timeout(timeout);
    }
    if let Some(every) = every {
        wait = wait.with_delay(every).with_max_delay(every);
    }
    let mut seen = Seen { waiter: &waiter.name, started: Instant::now(), looks: 0, last: None };
    let mut notifier = Notifier::new(context);
    let mut progress = wait.progress();
    loop {
        let (next, shown) = call.watched(progress.next()).await;
        match next {
            Some(Ok(look)) => {
                seen.see(look, &shown);
                notifier.tell(f64::from(seen.looks), None, seen.in_words()).await;
            }
            Some(Err(error)) => {
                let more = seen.told(max_bytes);
                return Err(outcome::call_failed(&call, &shown, &error, more));
            }
            None => break,
        }
    }
    let mut result = seen.told(max_bytes);
    result["done"] = true.into();
    Ok(outcome::told(result))
}

/// What is waited for, by which call.
struct Goal {
    call: CheckedCall,
    waiter: &'static NamedWaiter,
    wait: Wait<Json>,
}

fn goal(account: &Account, arguments: &WaitArguments) -> Result<Goal, Failed> {
    let operation = describe::operation(&arguments.operation)?;
    let client =
        || account.client(arguments.region.as_deref()).map_err(|error| outcome::client_failed(&error));
    if let Some((follower, waiter)) = CATALOGUE.follower(operation) {
        let Some(response) = &arguments.response else { return Err(unsent(operation)) };
        let (mut parameters, mut problems) = values::read(operation, &arguments.parameters);
        problems.retain(|problem| problem.kind != ProblemKind::Missing);
        if !problems.is_empty() {
            return Err(outcome::wrong_parameters(operation, &problems));
        }
        keep_what_follows(operation, &mut parameters);
        let wait = CATALOGUE.follow(&client()?, operation, &parameters, &Json::Object(response.clone()));
        let wait = wait.map_err(|error| outcome::client_failed(&error))?;
        return Ok(Goal { call: CheckedCall { operation: follower, parameters }, waiter, wait });
    }
    let call = call::checked(&arguments.operation, &arguments.parameters)?;
    if call.access() == Access::Write {
        return Err(outcome::wrong_arguments(&format!(
            "{operation} may change something each time it is called, so it is not repeated to wait, and nothing is known to \
             follow it",
            operation = operation.name
        )));
    }
    let waiter = waiter(operation, arguments.waiter.as_deref())?;
    let wait = operation.call(&client()?, &call.parameters).until(waiter.until.clone());
    Ok(Goal { call, waiter, wait })
}

/// A write is not made to wait for it.
fn unsent(operation: &Operation) -> Failed {
    let message = format!(
        "{} may change something each time it is called, so it is not sent to wait; what follows it is waited for with its \
         response",
        operation.name
    );
    let next = "Make it with write_operation, whose result has `to_wait`: the arguments of this tool.";
    outcome::refused("Arguments", &message, next, Json::Null)
}

fn waiter(operation: &'static Operation, name: Option<&str>) -> Result<&'static NamedWaiter, Failed> {
    let waiters = &operation.waiters;
    let names: Vec<&str> = waiters.iter().map(|waiter| waiter.name.as_str()).collect();
    match (name, &waiters[..]) {
        (None, [only]) => Ok(only),
        (_, []) => Err(outcome::refused(
            "Arguments",
            &format!("{} tells of nothing that could be waited for", operation.name),
            "Wait with an operation that has waiters, such as DescribeDBInstanceAttribute or DescribeBackupTasks; \
             describe_operation lists the waiters of one.",
            Json::Null,
        )),
        (Some(name), _) => waiters.iter().find(|waiter| waiter.name == name).ok_or_else(|| {
            let message = format!("{} has no waiter {name:?}; it has {}", operation.name, names.join(", "));
            outcome::wrong_arguments(&message)
        }),
        (None, _) => {
            let message =
                format!("{} has several waiters: say which of {}", operation.name, names.join(", "));
            Err(outcome::wrong_arguments(&message))
        }
    }
}

/// What was seen of it.
struct Seen<'w> {
    waiter: &'w str,
    started: Instant,
    looks: u32,
    /// Without secrets.
    last: Option<waiter::Progress<Json>>,
}

impl Seen<'_> {
    fn see(&mut self, mut look: waiter::Progress<Json>, shown: &Shown<'_>) {
        let words = |text: String| shown.words(text.into()).as_str().map(|text| short_line(text, 200));
        look.response = shown.response(look.response);
        look.state = look.state.and_then(words);
        look.phase = look.phase.and_then(words);
        look.of = look.of.and_then(words);
        self.looks += 1;
        self.last = Some(look);
    }

    /// The newest look, on a line.
    fn in_words(&self) -> String {
        let Some(look) = &self.last else { return "nothing was seen".to_owned() };
        let of = look.of.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
        let state = look.state.as_deref().unwrap_or("not there");
        let percent = look.percent.map(|percent| format!(", {percent:.0} %")).unwrap_or_default();
        format!("{of}{state}{percent} after {} s", look.elapsed.as_secs())
    }

    /// What is told at the end of a wait, however it has ended.
    fn told(self, max_bytes: usize) -> Json {
        let mut told = json!({
            "waiter": self.waiter,
            "looks": self.looks,
            "waited_seconds": self.started.elapsed().as_secs(),
            "last_response": Json::Null,
        });
        if let Some(look) = self.last {
            let Bounded { value, left_out } = bounded(look.response, max_bytes);
            told["of"] = json!(look.of);
            told["state"] = json!(look.state);
            told["phase"] = json!(look.phase);
            told["percent"] = json!(look.percent);
            told["left_out"] = json!(left_out);
            told["last_response"] = value;
        }
        told
    }
}
