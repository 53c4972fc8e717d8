//! Results of the tools: values, and failures that tell an agent what to do next.

use rds_api::error::Remedy;
use rds_api::schema::secrecy::holds_secret;
use rds_api::schema::{Operation, Problem, ProblemKind};
use rds_api::{Access, Error, ErrorKind};
use rds_api_core::text::short_line;
use serde_json::{Map, Value as Json, json};

use super::account::{CheckedCall, Shown};
use super::bounds::bounded;
use crate::advice::advice;
use crate::suggestion::nearest;

/// How long what is said of a failure may be.
const MAX_FAILURE_BYTES: usize = 20_000;

/// What a tool says that has not done what it was asked.
#[derive(Debug)]
pub(super) struct Failed(pub(super) Json);

/// What a tool says that has, without the members that have no value.
pub(super) fn told(mut value: Json) -> Json {
    drop_absent(&mut value);
    value
}

/// The refusal of something that was not sent.
pub(super) fn refused(kind: &str, message: &str, next: &str, more: Json) -> Failed {
    let mut failure = json!({
        "error": message,
        "kind": kind,
        "may_have_been_executed": false,
        "next": next,
    });
    if let (Some(failure), Json::Object(more)) = (failure.as_object_mut(), more) {
        failure.extend(more);
    }
    failed(failure)
}

/// The arguments of a tool are wrong.
pub(super) fn wrong_arguments(message: &str) -> Failed {
    refused(
        "Arguments",
        message,
        "Correct the arguments as the tool's input schema says; nothing was sent.",
        Json::Null,
    )
}

/// The parameters of an operation are wrong. What is wrong with a secret is not told, since that might repeat it.
pub(super) fn wrong_parameters(operation: &Operation, problems: &[Problem]) -> Failed {
    let words = |problem: &Problem| {
        let known =
            || operation.parameters.iter().filter(|field| !field.is_common).map(|field| field.name.as_str());
        match problem.kind {
            _ if operation.parameter(problem.parameter()).is_some_and(holds_secret) => {
                problem.without_value(operation)
            }
            ProblemKind::Unknown if problem.path == problem.parameter() => {
                match nearest(&problem.path, known()) {
                    Some(near) => format!("{problem}; did you mean {near}?"),
                    None => problem.to_string(),
                }
            }
            _ => problem.to_string(),
        }
    };
    let problems: Vec<String> = problems.iter().map(words).collect();
    refused(
        "Parameters",
        &problems.join("; "),
        "Correct the parameters; describe_operation has their JSON Schema. Nothing was sent.",
        json!({ "operation": operation.name, "problems": problems }),
    )
}

/// What a call has failed with, and what the agent can do about it. `more` is what is known besides.
pub(super) fn call_failed(call: &CheckedCall, shown: &Shown<'_>, error: &Error, more: Json) -> Failed {
    let advice = advice(call.operation, call.access(), error);
    let is_write = call.access() == Access::Write;
    let body = error.body().filter(|_| error.kind() == ErrorKind::Decode).map(|body| shown.body(body));
    let mut failure = json!({
        "error": short_line(&error.to_string(), 2_000),
        "operation": call.operation.name,
        "kind": advice["kind"],
        "class": error.class().map(|class| format!("{class:?}")),
        "code": error.code(),
        "http_status": error.http_status(),
        "request_id": error.request_id(),
        "attempts": error.attempts(),
        "meaning": advice["meaning"],
        "executed": advice["executed"],
        "may_have_been_executed": is_write && error.may_have_been_executed(),
        "is_worth_repeating": error.is_retryable(),
        "retry_after_seconds": error.retry_after().map(|pause| pause.as_secs_f64()),
        "parameter": advice["parameter"],
        "page": advice["recommendation"],
        "next": advice["todo"],
        "response_body": body,
    });
    if let (Some(failure), Json::Object(more)) = (failure.as_object_mut(), more) {
        failure.extend(more);
    }
    failed(shown.words(failure))
}

/// A failure that no call has had.
pub(super) fn client_failed(error: &Error) -> Failed {
    let message = short_line(&error.to_string(), 2_000);
    refused(
        &format!("{:?}", error.kind()),
        &message,
        "Correct what the message names; nothing was sent.",
        Json::Null,
    )
}

/// Why a file was not downloaded.
pub(super) fn download_failed(error: &Error) -> Failed {
    let argument = |remedy| match remedy {
        Remedy::Overwrite => Some("give it another `name`, or replace it with `overwrite`"),
        Remedy::NameFile => Some("give it a `name`"),
        _ => None,
    };
    let message = short_line(&error.told_with(argument), 2_000);
    let next = match error.is_retryable() {
        true => {
            "Ask again: what has come so far is kept where that is worth it, and the download goes on from there."
        }
        false => "Correct what the message names, or tell the user.",
    };
    let more = json!({ "is_worth_repeating": error.is_retryable() });
    refused(&format!("{:?}", error.kind()), &message, next, more)
}

/// A failure, told within bounds.
pub(super) fn failed(mut failure: Json) -> Failed {
    drop_absent(&mut failure);
    Failed(bounded(failure, MAX_FAILURE_BYTES).value)
}

/// Leaves out the members that say nothing.
pub(super) fn drop_absent(value: &mut Json) {
    let is_absent = |value: &Json| match value {
        Json::Null => true,
        Json::Array(entries) => entries.is_empty(),
        _ => false,
    };
    if let Json::Object(members) = value {
        let kept: Map<String, Json> =
            std::mem::take(members).into_iter().filter(|(_, it)| !is_absent(it)).collect();
        *members = kept;
    }
}
