//! Running a call for the page.

use rds_api::schema::{Operation, OperationExt as _, Problem};
use rds_api::signature::SignatureVersion;
use rds_api::{Access, Format};
use rds_api_core::object::success::is_raw_success;
use serde_json::{Map, Value as Json, json};

use super::form::{Form, Parsed};
use super::record::{Clock, record};
use super::{Explorer, command, follow};
use crate::exchange;
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
        let clock = Clock::start();
        let (outcome, exchanges) = exchange::record(operation.call(client, parameters).send_full()).await;
        let mut call = record(
            operation,
            parameters,
            outcome.as_ref().map(|response| &response.value),
            &exchanges,
            &clock.stop(),
        );
        if let Some(response) = outcome.ok().filter(|response| is_raw_success(&response.value)) {
            let client = self.target.client(Format::Json, form.signature());
            call["follow"] = follow::offer(client, operation, parameters, &response.value).into();
        }
        call
    }
}

pub(super) fn shown(problems: &[Problem]) -> Json {
    let shown = problems.iter().map(
        |problem| json!({ "path": problem.path, "parameter": problem.parameter(), "reason": problem.reason }),
    );
    shown.collect()
}
