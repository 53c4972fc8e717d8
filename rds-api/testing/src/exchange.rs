//! One request on its way from the gateway through validation to the simulation, and its response on the way back.

use std::sync::PoisonError;

use http::{HeaderMap, Response};
use serde_json::{Map, Value as Json};

use super::answer::{Answer, BrokenOff, Content};
use super::fault::Fault;
use super::gateway::Received;
use super::history::Entry;
use super::rule::Step;
use super::state::State;
use super::{Refusal, examples, parameters};
use rds_api::Access;
use rds_api::schema::{self, Operation};

/// One request and what is made of it.
pub(super) struct Exchange<'s> {
    state: &'s State,
    received: Received,
    request_id: String,
}

type Parameters = Map<String, Json>;

impl<'s> Exchange<'s> {
    pub(super) fn new(state: &'s State, received: Received) -> Self {
        Self { state, received, request_id: state.request_id() }
    }

    pub(super) async fn answer(&self) -> Result<Response<Content>, BrokenOff> {
        let mut fault = self.state.faults.draw(self.received.action().unwrap_or_default());
        let result = match self.before(fault.as_ref()).await? {
            Some(refusal) => Err(refusal),
            None => match self.admit() {
                Ok((operation, parameters)) => self.decide(operation, parameters, &mut fault).await?,
                Err(refusal) => Err(refusal),
            },
        };
        let result = match (&fault, result) {
            (Some(Fault::ResetAfterExecution), _) => return Err(BrokenOff),
            (Some(Fault::RefuseAfterExecution(refusal)), _) => Err(refusal.clone()),
            (_, result) => result,
        };
        Ok(self.render(result, fault.as_ref()))
    }

    /// What a fault does before anything is executed.
    async fn before(&self, fault: Option<&Fault>) -> Result<Option<Refusal>, BrokenOff> {
        match fault {
            Some(Fault::Delay(pause)) => tokio::time::sleep(*pause).await,
            Some(Fault::ClockSkew(by)) => self.state.clock.advance(*by),
            Some(Fault::ResetBeforeExecution) => return Err(BrokenOff),
            Some(Fault::Refuse(refusal)) => return Ok(Some(refusal.clone())),
            _ => {}
        }
        Ok(None)
    }

    /// Lets the request in and reads its parameters.
    fn admit(&self) -> Result<(&'static Operation, Parameters), Refusal> {
        let unknown = |operation: &str| {
            Refusal::new(404, "InvalidAction.NotFound", format!("There is no operation `{operation}`."))
        };
        // The service looks for the operation before it looks who asks.
        if let Some(action) = self.received.action().filter(|action| !action.is_empty())
            && schema::operation(action).is_none()
        {
            return Err(unknown(action));
        }
        let operation = self.state.gateway.admit(&self.received, self.state.clock.now())?;
        let operation = schema::operation(&operation).ok_or_else(|| unknown(&operation))?;
        let parameters = parameters::read(operation, self.received.parameters())?;
        self.state.history.requests.add(self.entry(operation, &parameters));
        Ok((operation, parameters))
    }

    /// Does what the rules say, and without one what the service does.
    async fn decide(
        &self,
        operation: &'static Operation,
        parameters: Parameters,
        fault: &mut Option<Fault>,
    ) -> Result<Result<(&'static Operation, Json), Refusal>, BrokenOff> {
        let parameters = Json::Object(parameters);
        let step = self.state.rules.decide(&operation.name, &parameters);
        let Json::Object(parameters) = parameters else { unreachable!("it was made an object above") };
        match step {
            Step::Reply(reply) => return Ok(Ok((operation, reply(&Json::Object(parameters))))),
            Step::Simulate => {}
            Step::Fault(planned) => {
                let refusal = self.before(Some(&planned)).await?;
                *fault = Some(planned);
                if let Some(refusal) = refusal {
                    return Ok(Err(refusal));
                }
            }
        }
        Ok(self.execute(operation, &parameters).map(|body| (operation, body)))
    }

    fn execute(&self, operation: &'static Operation, parameters: &Parameters) -> Result<Json, Refusal> {
        let mut simulation = self.state.simulation.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.state.clock.now();
        if let Some(answer) = simulation.tokens.earlier(operation, parameters, now)? {
            return Ok(answer);
        }
        let mut body = match simulation.world.simulate(&operation.name, parameters, now) {
            Some(simulated) => simulated?,
            None => examples::body(operation, parameters),
        };
        body["RequestId"] = self.request_id.as_str().into();
        simulation.tokens.keep(operation, parameters, &body, now);
        if operation.access == Access::Write {
            self.state.history.journal.add(self.entry(operation, parameters));
        }
        Ok(body)
    }

    fn entry(&self, operation: &Operation, parameters: &Parameters) -> Entry {
        Entry {
            operation: operation.name.clone(),
            parameters: Json::Object(parameters.clone()),
            request_id: self.request_id.clone(),
            time: self.state.clock.now(),
        }
    }

    fn render(
        &self,
        result: Result<(&'static Operation, Json), Refusal>,
        fault: Option<&Fault>,
    ) -> Response<Content> {
        let retry_after = result.as_ref().err().and_then(|refusal| refusal.retry_after);
        let (status, root, mut body) = match result {
            Ok((operation, body)) => (200, format!("{}Response", operation.name), body),
            Err(refusal) => {
                let body = refusal.body(&self.request_id, self.received.host());
                (refusal.status, "Error".to_owned(), body)
            }
        };
        if !body["RequestId"].is_string() {
            body["RequestId"] = self.request_id.as_str().into();
        }
        let request_id = body["RequestId"].as_str().unwrap_or_default().to_owned();
        let mut answer = Answer { status, root, body, headers: HeaderMap::new() };
        answer.header("x-acs-request-id", &request_id);
        if let Some(pause) = retry_after {
            answer.header("x-acs-retry-after", &pause.as_millis().to_string());
        }
        let now = jiff::Timestamp::try_from(self.state.clock.now()).unwrap_or_default();
        answer.header("date", &now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
        answer.into_response(self.received.format(), fault)
    }
}
