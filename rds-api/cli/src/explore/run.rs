//! Running a call for the page, and what the page is told of it.

use std::time::{Instant, SystemTime};

use rds_api::schema::{self, FieldExt as _, Operation, OperationExt as _, Problem, ProblemKind};
use rds_api::signature::SignatureVersion;
use rds_api::{Access, Format, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::advice::advice;
use super::exchange::{self, Exchange};
use super::{Explorer, signing};
use crate::masking::{Masking, harmless};
use crate::rust_program::program;

/// What the page sends: a form as it stands.
#[derive(Deserialize)]
pub(crate) struct Form {
    operation: String,
    /// What was typed, or a value where the form edits values.
    #[serde(default)]
    parameters: Map<String, Json>,
    #[serde(default)]
    format: AnswerFormat,
    #[serde(default)]
    signature: Signature,
    /// The answer to a question that was asked before.
    confirmation: Option<String>,
    /// Sends what the specification does not allow.
    #[serde(default)]
    unchecked: bool,
    /// One of many: not for the history.
    #[serde(default)]
    unkept: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum AnswerFormat {
    #[default]
    Json,
    Xml,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Signature {
    #[default]
    V3,
    V1,
}

/// The operation of a form, its values, and what is wrong with them.
struct Read {
    operation: &'static Operation,
    parameters: Map<String, Json>,
    problems: Vec<Problem>,
}

impl Form {
    fn read(&self) -> Result<Read, String> {
        let operation = schema::operation(&self.operation)
            .ok_or_else(|| format!("there is no operation `{}`", self.operation))?;
        let mut parameters = Map::new();
        let mut problems = Vec::new();
        for (name, given) in &self.parameters {
            let parsed = match (operation.parameter(name), given) {
                (_, Json::Null) => continue,
                (Some(field), Json::String(text)) => field.parse(text),
                _ => Ok(given.clone()),
            };
            let value = parsed.unwrap_or_else(|problem| {
                problems.push(problem);
                given.clone()
            });
            parameters.insert(name.clone(), value);
        }
        let unread: Vec<String> = problems.iter().map(|problem| problem.parameter().to_owned()).collect();
        let checked = operation.check(&parameters).into_iter();
        problems.extend(checked.filter(|problem| {
            let is_known = problem.kind != ProblemKind::Unknown || problem.path != problem.parameter();
            is_known && unread.iter().all(|name| name != problem.parameter())
        }));
        Ok(Read { operation, parameters, problems })
    }
}

impl Explorer {
    /// The program of a form, and what is wrong with the form: asked while someone types.
    pub(crate) fn preview(&self, form: &Form) -> Result<Json, String> {
        let Read { operation, parameters, problems } = form.read()?;
        let code = program(operation, &parameters, self.target.service());
        Ok(json!({ "code": code, "problems": shown(&problems) }))
    }

    /// Runs a form. The answer has one of `problems`, `question` and `call`.
    pub(crate) async fn run(&self, form: &Form) -> Result<Json, String> {
        let Read { operation, parameters, problems } = form.read()?;
        if !problems.is_empty() && !form.unchecked {
            return Ok(json!({ "problems": shown(&problems) }));
        }
        if self.target.is_real() && operation.access == Access::Write {
            let token = form.confirmation.as_deref().unwrap_or_default();
            if !self.confirmations.admit(token, operation, &parameters) {
                return Ok(
                    json!({ "question": self.confirmations.ask(&self.target, operation, &parameters) }),
                );
            }
        }
        let call = self.call(operation, &parameters, form).await;
        Ok(json!({ "call": if form.unkept { call } else { self.history.keep(call) } }))
    }

    async fn call(&self, operation: &'static Operation, parameters: &Map<String, Json>, form: &Form) -> Json {
        let format = match form.format {
            AnswerFormat::Json => Format::Json,
            AnswerFormat::Xml => Format::Xml,
        };
        let (signature, signature_name) = match form.signature {
            Signature::V3 => (SignatureVersion::V3, "v3"),
            Signature::V1 => (SignatureVersion::V1, "v1"),
        };
        let client = self.target.client(format, signature);
        let at = Timestamp::to_the_second(SystemTime::now());
        let started = Instant::now();
        let call = operation.call(client, parameters).send_with_metadata();
        let (outcome, exchanges) = exchange::watch(call).await;
        let elapsed = started.elapsed();

        let mut masking = Masking::default();
        masking.hide_parameters(operation, parameters);
        for exchange in &exchanges {
            signing::hide_credentials(&exchange.request, &mut masking);
        }
        let last = exchanges.last();
        let answer = last.and_then(|exchange| exchange.answer.as_ref());
        let body = answer.map(|answer| String::from_utf8_lossy(answer.body()).into_owned());
        let (status, request_id, error) = match &outcome {
            Ok(answer) => (Some(answer.status), answer.request_id.clone(), Json::Null),
            Err(error) => {
                let mut advice = advice(operation, error);
                masking.json(&mut advice);
                (error.http_status(), error.request_id().map(str::to_owned), advice)
            }
        };
        json!({
            "operation": operation.name,
            "parameters": harmless(operation, parameters),
            "at": at.as_str(),
            "elapsed_ms": elapsed.as_secs_f64() * 1000.0,
            "ok": outcome.is_ok(),
            "status": status,
            "request_id": request_id.or_else(|| request_id_in(body.as_deref())),
            "attempts": exchanges.iter().map(attempt).collect::<Vec<_>>(),
            "body": body.map(|body| masking.text(without_echo(&body))),
            "signature": signature_name,
            "signing": last.map(|exchange| signing::steps(&exchange.request, &masking)),
            "error": error,
        })
    }
}

fn attempt(exchange: &Exchange) -> Json {
    json!({
        "status": exchange.answer.as_ref().map(|answer| answer.status().as_u16()),
        "elapsed_ms": exchange.elapsed.as_secs_f64() * 1000.0,
    })
}

fn shown(problems: &[Problem]) -> Json {
    let shown = problems.iter().map(
        |problem| json!({ "path": problem.path, "parameter": problem.parameter(), "reason": problem.reason }),
    );
    shown.collect()
}

/// The request id of a JSON answer whose headers have none.
fn request_id_in(body: Option<&str>) -> Option<String> {
    let body: Json = serde_json::from_str(body?).ok()?;
    body.get("RequestId")?.as_str().map(str::to_owned)
}

/// An answer without the string to sign that a refused signature echoes, with every parameter of the call.
fn without_echo(body: &str) -> &str {
    body.find("server string to sign is:").map_or(body, |at| &body[..at])
}
