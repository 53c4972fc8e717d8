//! Running a call for the page, and its record for the page.

use std::time::{Instant, SystemTime};

use bytes::Bytes;
use rds_api::schema::{Operation, OperationExt as _, Problem};
use rds_api::signature::SignatureVersion;
use rds_api::{Access, Format, Timestamp};
use rds_api_core::object::success::is_raw_success;
use rds_api_core::text::short_line;
use serde_json::{Map, Value as Json, json};

use super::form::{Form, Parsed};
use super::{Explorer, command, signing};
use crate::advice::advice;
use crate::call::overview;
use crate::exchange::{self, Exchange};
use crate::failure::NOT_DONE;
use crate::masking::{Masking, masked_parameters};
use crate::rust_program::program;

impl Explorer {
    /// The program of a form, and what is wrong with the form: asked while someone types.
    pub(crate) async fn preview(&self, form: &Form) -> Result<Json, String> {
        let Parsed { operation, parameters, problems } = form.parse()?;
        let service = self.target.service();
        let client = self.target.client(Format::Json, SignatureVersion::V3);
        let code = json!({
            "rust": program(operation, &parameters, service),
            "other": program(operation, &parameters, &service.other(client.region())),
            "rds": command::rds(operation, &parameters, service),
            "curl": command::curl(operation, &parameters, client).await,
        });
        let shareable = form.shareable(operation, &parameters);
        Ok(json!({ "code": code, "problems": shown(&problems), "shareable": shareable }))
    }

    /// Runs a form. The result has one of `problems`, `question` and `call`.
    pub(crate) async fn run(&self, form: &Form) -> Result<Json, String> {
        let Parsed { operation, parameters, problems } = form.parse()?;
        if !problems.is_empty() && !form.unchecked {
            return Ok(json!({ "problems": shown(&problems) }));
        }
        let access = operation.access_with(&parameters);
        if self.target.is_real() && access == Access::Write {
            let token = form.confirmation.as_deref().unwrap_or_default();
            if !self.confirmations.admit(token, operation, &parameters) {
                let mut question = self.confirmations.ask(&self.target, operation, &parameters);
                question["identity"] = self.target.identity().await;
                return Ok(json!({ "question": question }));
            }
        }
        let call = self.call(operation, &parameters, form).await;
        Ok(json!({ "call": if form.unrecorded { call } else { self.history.record(call) } }))
    }

    async fn call(&self, operation: &'static Operation, parameters: &Map<String, Json>, form: &Form) -> Json {
        let client = self.target.client(form.format(), form.signature());
        let at = Timestamp::from_system_time_secs(SystemTime::now());
        let started = Instant::now();
        let call = operation.call(client, parameters).send_full();
        let (outcome, exchanges) = exchange::record(call).await;
        let elapsed = started.elapsed();

        let masking = Masking::new(Some(operation), parameters);
        let mut masking = masking.redactor();
        for exchange in &exchanges {
            signing::hide_credentials(&exchange.request, &mut masking);
        }
        let last = exchanges.last();
        let response = last.and_then(|exchange| exchange.response.as_ref());
        let body = response.map(|response| String::from_utf8_lossy(response.body()).into_owned());
        let (status, request_id, error) = match &outcome {
            Ok(response) => (Some(response.status), response.request_id.clone(), Json::Null),
            Err(error) => {
                let mut advice = advice(operation, operation.access_with(parameters), error);
                masking.redact_json(&mut advice);
                (error.http_status(), error.request_id().map(str::to_owned), advice)
            }
        };
        // What was sent may come back, and is as secret here as in the body.
        let shown_value = outcome.as_ref().ok().map(|response| {
            let mut value = response.value.clone();
            masking.redact_json(&mut value);
            value
        });
        let overview = shown_value.as_ref().map(|value| overview(value, operation, parameters));
        let is_done = outcome.as_ref().is_ok_and(|response| is_raw_success(&response.value));
        json!({
            "operation": operation.name,
            "access": operation.access_with(parameters),
            "parameters": masked_parameters(operation, parameters),
            "at": at.as_str(),
            "elapsed_ms": elapsed.as_secs_f64() * 1000.0,
            "ok": outcome.is_ok(),
            "not_done": (outcome.is_ok() && !is_done).then_some(NOT_DONE),
            "status": status,
            // It is there to be copied, and may be put into a terminal.
            "request_id": request_id.or_else(|| request_id_in(body.as_deref())).map(|id| short_line(&id, 128)),
            "attempts": exchanges.iter().map(attempt).collect::<Vec<_>>(),
            "body": body.map(|body| masking.body(&body)),
            "is_example": response.is_some_and(is_example),
            "overview": overview,
            "signing": last.map(|exchange| signing::steps(&exchange.request, &masking)),
            "error": error,
        })
    }
}

/// Whether a response of the embedded service is made of the examples of the documentation.
fn is_example(response: &http::Response<Bytes>) -> bool {
    response.headers().get("x-response-source").is_some_and(|source| source == "example")
}

fn attempt(exchange: &Exchange) -> Json {
    json!({
        "status": exchange.response.as_ref().map(|response| response.status().as_u16()),
        "elapsed_ms": exchange.elapsed.as_secs_f64() * 1000.0,
    })
}

fn shown(problems: &[Problem]) -> Json {
    let shown = problems.iter().map(
        |problem| json!({ "path": problem.path, "parameter": problem.parameter(), "reason": problem.reason }),
    );
    shown.collect()
}

/// The request id of a JSON response whose headers have none.
fn request_id_in(body: Option<&str>) -> Option<String> {
    let body: Json = serde_json::from_str(body?).ok()?;
    body.get("RequestId")?.as_str().map(str::to_owned)
}
