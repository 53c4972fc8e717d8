//! `wait_for_operation`: looks again and again until something is done, and tells how it goes.

use std::time::{Duration, Instant};

use rds_api::Access;
use rds_api::schema::{NamedWaiter, Operation, OperationExt as _};
use rds_api_core::object::Value;
use rds_api_core::object::find::texts;
use rds_api_core::text::short_line;
use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};
use serde_json::{Value as Json, json};

use super::account::Account;
use super::arguments::{WaitArguments, max_bytes, seconds};
use super::bounds::{Bounded, bounded};
use super::call;
use super::outcome::{self, Failed};

pub(super) async fn wait(
    account: &Account,
    arguments: WaitArguments,
    context: &RequestContext<RoleServer>,
) -> Result<Json, Failed> {
    let timeout = seconds("timeout_seconds", arguments.timeout_seconds, 1.0, 86_400.0)?;
    let every = seconds("every_seconds", arguments.every_seconds, 0.2, 600.0)?;
    let max_bytes = max_bytes(arguments.max_bytes)?;
    let call = call::checked(&arguments.operation, &arguments.parameters)?;
    if call.access() == Access::Write {
        return Err(outcome::wrong_arguments(&format!(
            "{} may change something each time it is called, so it is not repeated to wait",
            call.operation.name
        )));
    }
    let waiter = waiter(call.operation, arguments.waiter.as_deref())?;
    let client =
        account.client(arguments.region.as_deref()).map_err(|error| outcome::client_failed(&error))?;
    let mut wait = call.operation.call(&client, &call.parameters).until(waiter.until.clone());
    if let Some(timeout) = timeout {
        wait = wait.with_timeout(timeout);
    }
    if let Some(every) = every {
        wait = wait.with_delay(every).with_max_delay(every);
    }
    let mut progress = Progress::new(context);
    let mut looks = wait.progress();
    let mut last = Json::Null;
    loop {
        let (next, shown) = call.watched(looks.next()).await;
        match next {
            Some(Ok(look)) => {
                last = shown.response(look.response);
                progress.tell(&last, waiter).await;
            }
            Some(Err(error)) => {
                let more = told(last, max_bytes, &progress, waiter);
                return Err(outcome::call_failed(&call, &shown, &error, more));
            }
            None => break,
        }
    }
    let mut result = told(last, max_bytes, &progress, waiter);
    result["done"] = true.into();
    Ok(outcome::told(result))
}

/// What is told at the end of a wait, however it has ended.
fn told(last: Json, max_bytes: usize, progress: &Progress, waiter: &NamedWaiter) -> Json {
    let state = state(&last, waiter);
    let Bounded { value, left_out } = bounded(last, max_bytes);
    json!({
        "waiter": waiter.name,
        "state": state,
        "looks": progress.looks,
        "waited_seconds": progress.started.elapsed().as_secs(),
        "left_out": left_out,
        "last_response": value,
    })
}

fn waiter<'o>(operation: &'o Operation, name: Option<&str>) -> Result<&'o NamedWaiter, Failed> {
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

/// The values that are looked at, on a line.
fn state(response: &Json, waiter: &NamedWaiter) -> Option<String> {
    let mut values = texts(Value::json(response), &waiter.until.field);
    values.dedup();
    (!values.is_empty()).then(|| short_line(&values.join(", "), 200))
}

/// The members that tell how much is done, in per cent.
const PERCENTAGES: [&str; 2] = ["Process", "Progress"];

/// How much of it is done, where the response says so beside what is looked at.
fn percentage(response: &Json, waiter: &NamedWaiter) -> Option<u64> {
    let place = waiter.until.field.rsplit_once('.').map_or(String::new(), |(place, _)| format!("{place}."));
    let found = |name: &&str| texts(Value::json(response), &format!("{place}{name}")).first()?.parse().ok();
    PERCENTAGES.iter().find_map(found)
}

/// Tells the client how it goes, if it wants to know.
struct Progress {
    token: Option<ProgressToken>,
    peer: Peer<RoleServer>,
    started: Instant,
    looks: u32,
}

impl Progress {
    fn new(context: &RequestContext<RoleServer>) -> Self {
        let token = context.meta.get_progress_token();
        Self { token, peer: context.peer.clone(), started: Instant::now(), looks: 0 }
    }

    async fn tell(&mut self, response: &Json, waiter: &NamedWaiter) {
        self.looks += 1;
        let Some(token) = self.token.clone() else { return };
        let state = state(response, waiter).unwrap_or_else(|| "not there".to_owned());
        let percentage = percentage(response, waiter).map(|done| format!(", {done} %")).unwrap_or_default();
        let elapsed = Duration::from_secs(self.started.elapsed().as_secs());
        let message = format!("{state}{percentage} after {} s", elapsed.as_secs());
        // It has to grow with each, which only the number of looks certainly does.
        let notification = ProgressNotificationParam::new(token, f64::from(self.looks)).with_message(message);
        // Who is gone is told nothing.
        let _ = self.peer.notify_progress(notification).await;
    }
}
