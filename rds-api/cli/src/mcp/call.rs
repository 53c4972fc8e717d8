//! `call_operation` and `write_operation`: one call, checked before it is sent.

use rds_api::Client;
use rds_api::schema::OperationExt as _;
use rds_api_core::object::success::is_raw_success;
use rds_api_core::secrecy::MASK;
use rds_api_core::text::short_line;
use serde_json::{Map, Value as Json, json};

use super::account::{Account, CheckedCall};
use super::arguments::{CallArguments, max_bytes};
use super::bounds::{Bounded, bounded};
use super::describe::{EXAMPLES, operation};
use super::following;
use super::outcome::{self, Failed};
use super::pages;
use crate::failure::NOT_DONE;
use crate::query::Query;
use crate::values;

/// What a query may make of a response before it is cut.
const MAX_FOUND_BYTES: usize = 512 << 20;
/// A longer expression is no question to a response.
const MAX_QUERY_CHARS: usize = 1_000;

/// The call that is asked for, unless something is wrong with it.
pub(super) fn checked(name: &str, given: &Map<String, Json>) -> Result<CheckedCall, Failed> {
    let operation = operation(name)?;
    let (parameters, problems) = values::read(operation, given);
    match problems.is_empty() {
        true => Ok(CheckedCall { operation, parameters }),
        false => Err(outcome::wrong_parameters(operation, &problems)),
    }
}

/// What is to be shown of a response: its bound, and what is asked of it.
pub(super) struct View {
    max_bytes: usize,
    query: Option<Query>,
    /// The region that was asked for, to be asked for again.
    region: Option<String>,
}

impl View {
    pub(super) fn of(arguments: &CallArguments) -> Result<Self, Failed> {
        let wrong =
            |why: &str| outcome::wrong_arguments(&format!("query is not a valid JMESPath expression: {why}"));
        if arguments.query.as_ref().is_some_and(|query| query.chars().count() > MAX_QUERY_CHARS) {
            return Err(wrong("it is too long"));
        }
        let query = arguments.query.as_deref().map(Query::parse).transpose().map_err(|why| wrong(&why))?;
        Ok(Self { max_bytes: max_bytes(arguments.max_bytes)?, query, region: arguments.region.clone() })
    }

    fn found(&self, response: &Json) -> Result<Option<Json>, String> {
        let Some(query) = &self.query else { return Ok(None) };
        query.find_within(response, MAX_FOUND_BYTES).map(Some)
    }
}

/// Sends a call, and shows what is asked for of its response.
pub(super) async fn send(
    account: &Account,
    client: &Client,
    call: &CheckedCall,
    view: &View,
) -> Result<Json, Failed> {
    let (outcome, shown) = call.watched(call.operation.call(client, &call.parameters).send_full()).await;
    let full = match outcome {
        Ok(full) => full,
        Err(error) => return Err(outcome::call_failed(call, &shown, &error, Json::Null)),
    };
    let is_done = is_raw_success(&full.value);
    let pagination = call.operation.pagination.as_ref();
    let next_page = pagination.and_then(|pagination| pages::next(pagination, &call.parameters, &full.value));
    let response = shown.response(full.value);
    let region = view.region.as_deref();
    let to_wait = following::to_wait(client, call.operation, &call.parameters, region, &response);
    let to_wait = to_wait.filter(|_| is_done);
    let members = members(&response);
    let (name, found) = match view.found(&response) {
        Ok(Some(found)) => ("result", found),
        Ok(None) => ("response", response),
        // The call was made, so all of its response is shown.
        Err(why) => {
            let Bounded { value, left_out } = bounded(response, view.max_bytes);
            return Ok(outcome::told(json!({
                "operation": call.operation.name,
                "request_id": full.request_id,
                "note": format!("the query finds nothing in this response: {why}"),
                "response": value,
                "left_out": left_out,
                "to_wait": to_wait,
            })));
        }
    };
    let Bounded { value, left_out } = bounded(found, view.max_bytes);
    let is_cut = !left_out.is_empty();
    let mut notes = Vec::new();
    if name == "result" && value.is_null() {
        notes.push(format!("the query finds nothing in the response{members}"));
    }
    if value.to_string().contains(MASK) {
        notes.push(format!("{MASK} stands for what is secret; `rds call` shows it to a person"));
    }
    if account.has_examples_only(call.operation) {
        notes.push(EXAMPLES.to_owned());
    }
    let mut result = json!({
        "operation": call.operation.name,
        "request_id": full.request_id.map(|id| shown.words(id.into())),
        "left_out": left_out,
        "to_see_more": is_cut.then_some(
            "Ask for what matters with `query`, for a smaller page, or for more with `max_bytes`."
        ),
        "next_page": next_page,
        "to_wait": to_wait,
        "notes": notes,
    });
    outcome::drop_absent(&mut result);
    // A query may well find nothing, and then says so.
    result[name] = value;
    if is_done {
        return Ok(result);
    }
    result["error"] = NOT_DONE.into();
    result["next"] = "Read the response for the reason.".into();
    Err(Failed(result))
}

/// What a response has, for whoever asks for what it has not.
fn members(response: &Json) -> String {
    let names: Vec<&str> =
        response.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!(", which has {}", short_line(&names.join(", "), 1_000)),
    }
}
