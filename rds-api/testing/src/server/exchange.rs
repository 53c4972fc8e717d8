//! The way of one request through authentication, validation and simulation, and of its response back.

use std::sync::PoisonError;

use http::{HeaderMap, Response};
use serde_json::{Map, Value as Json, json};

use crate::execution::Outcome;
use crate::fault::Fault;
use crate::history::HistoryEntry;
use crate::refusal::Refusal;
use crate::rule::Step;
use crate::server::authentication::GET_CALLER_IDENTITY;
use crate::server::body::{Body, ConnectionAborted};
use crate::server::http_request::HttpRequest;
use crate::server::parameters;
use crate::server::response::ServiceResponse;
use crate::server::state::State;
use rds_api_core::Access;
use rds_api_core::catalogue::{Operation, OperationExt as _, Role};

/// One request, and the service that responds to it.
pub(super) struct Exchange<'s> {
    state: &'s State,
    request: HttpRequest,
    request_id: String,
}

type Parameters = Map<String, Json>;

/// What a response says, the operation that it is of, and whether it is made of examples.
type Told = (&'static Operation, Json, bool);

/// The header by which a response tells that it is made of examples, and so follows from nothing that was called before.
const SOURCE: &str = "x-response-source";

impl<'s> Exchange<'s> {
    pub(super) fn new(state: &'s State, request: HttpRequest) -> Self {
        Self { state, request, request_id: state.new_request_id() }
    }

    pub(super) async fn respond(&self) -> Result<Response<Body>, ConnectionAborted> {
        if self.request.action() == Some(GET_CALLER_IDENTITY) {
            let caller = self.state.authenticator.authenticate(&self.request, self.state.clock.now());
            return Ok(self.render(caller.map(|operation| (operation, caller_identity(), false)), None));
        }
        let action = self.request.action().unwrap_or_default();
        let mut fault = self.state.faults.draw(self.state.known(action).map_or(action, |known| &known.name));
        let result = match self.apply_before_execution(fault.as_ref()).await? {
            Some(refusal) => Err(refusal),
            None => match self.admit() {
                Ok((operation, parameters)) => self.decide(operation, parameters, &mut fault).await?,
                Err(refusal) => Err(refusal),
            },
        };
        let result = match (&fault, result) {
            (Some(Fault::ResetAfterExecution), _) => return Err(ConnectionAborted),
            (Some(Fault::RefuseAfterExecution(refusal)), _) => Err(refusal.clone()),
            (_, result) => result,
        };
        let result = result.map(|(operation, body, is_example)| (operation.name.clone(), body, is_example));
        Ok(self.render(result, fault.as_ref()))
    }

    /// The response to a request that is refused before anything is looked at.
    pub(super) fn refuse(&self, refusal: Refusal) -> Response<Body> {
        self.render(Err(refusal), None)
    }

    /// Applies a fault that takes effect before anything is executed.
    async fn apply_before_execution(
        &self,
        fault: Option<&Fault>,
    ) -> Result<Option<Refusal>, ConnectionAborted> {
        match fault {
            Some(Fault::Delay(delay)) => tokio::time::sleep(*delay).await,
            Some(Fault::ClockSkew(by)) => self.state.clock.advance(*by),
            Some(Fault::ResetBeforeExecution) => return Err(ConnectionAborted),
            Some(Fault::Refuse(refusal)) => return Ok(Some(refusal.clone())),
            Some(Fault::DisguisedRefusal(refusal)) => {
                return Ok(Some(Refusal { status: 200, ..refusal.clone() }));
            }
            // Nothing of it will be seen.
            Some(Fault::BlockedPage) => return Ok(Some(Refusal::unavailable())),
            _ => {}
        }
        Ok(None)
    }

    /// Authenticates the request and reads its parameters.
    fn admit(&self) -> Result<(&'static Operation, Parameters), Refusal> {
        let unknown = |operation: &str| {
            Refusal::new(404, "InvalidAction.NotFound", format!("There is no operation `{operation}`."))
        };
        // The service looks for the operation before it checks who calls.
        if let Some(action) = self.request.action().filter(|action| !action.is_empty())
            && self.state.known(action).is_none()
        {
            return Err(unknown(action));
        }
        let operation = self.state.authenticator.authenticate(&self.request, self.state.clock.now())?;
        let operation = self.state.known(&operation).ok_or_else(|| unknown(&operation))?;
        let mut raw = self.request.parameters();
        // A request without a region is about that of the address that it was sent to.
        if let Some(region) = operation.parameter_of(Role::Region).filter(|field| field.required) {
            let given = raw.entry(&region.name).or_default();
            if given.is_empty() {
                *given = &self.state.region;
            }
        }
        let parameters = parameters::read(&self.state.catalogue.service().error_codes, operation, raw)?;
        let execution = self.state.execution.lock().unwrap_or_else(PoisonError::into_inner);
        let is_simulated = execution.is_simulated(&operation.name);
        drop(execution);
        self.state.history.requests.add(self.entry(operation, &parameters, is_simulated));
        Ok((operation, parameters))
    }

    /// Follows the rules, and where they leave it to the service, executes the request.
    async fn decide(
        &self,
        operation: &'static Operation,
        parameters: Parameters,
        fault: &mut Option<Fault>,
    ) -> Result<Result<Told, Refusal>, ConnectionAborted> {
        let parameters = Json::Object(parameters);
        let step = self.state.rules.decide(&operation.name, &parameters);
        let Json::Object(parameters) = parameters else { unreachable!("it was made an object above") };
        match step {
            Step::Respond(respond) => return Ok(Ok((operation, respond(&Json::Object(parameters)), false))),
            Step::Simulate => {}
            Step::Fault(planned) => {
                let refusal = self.apply_before_execution(Some(&planned)).await?;
                *fault = Some(planned);
                if let Some(refusal) = refusal {
                    return Ok(Err(refusal));
                }
            }
        }
        Ok(self.execute(operation, &parameters))
    }

    fn execute(&self, operation: &'static Operation, parameters: &Parameters) -> Result<Told, Refusal> {
        // Held until the journal has the entry, so that it has them in the order of execution.
        let mut execution = self.state.execution.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.state.clock.now();
        let Outcome { response, is_repeat, is_example } =
            execution.execute(operation, parameters, &self.request_id, now)?;
        if operation.access_with(parameters) == Access::Write && !is_repeat {
            self.state.history.journal.add(self.entry(operation, parameters, !is_example));
        }
        Ok((operation, response, is_example))
    }

    fn entry(&self, operation: &Operation, parameters: &Parameters, is_simulated: bool) -> HistoryEntry {
        HistoryEntry {
            catalogue: self.state.catalogue,
            operation: operation.name.clone(),
            parameters: Json::Object(parameters.clone()),
            request_id: self.request_id.clone(),
            time: self.state.clock.now(),
            is_simulated,
        }
    }

    fn render(&self, result: Result<(String, Json, bool), Refusal>, fault: Option<&Fault>) -> Response<Body> {
        let retry_after = result.as_ref().err().and_then(|refusal| refusal.retry_after);
        let (status, root, mut body, is_example) = match result {
            Ok((operation, body, is_example)) => (200, format!("{operation}Response"), body, is_example),
            Err(refusal) => {
                let body = refusal.body(&self.request_id, self.request.host());
                (refusal.status, "Error".to_owned(), body, false)
            }
        };
        if !body["RequestId"].is_string() {
            body["RequestId"] = self.request_id.as_str().into();
        }
        let request_id = body["RequestId"].as_str().unwrap_or_default().to_owned();
        let mut response = ServiceResponse { status, root, body, headers: HeaderMap::new() };
        response.set_header("x-acs-request-id", &request_id);
        if is_example {
            response.set_header(SOURCE, "example");
        }
        if let Some(delay) = retry_after {
            response.set_header("x-acs-retry-after", &delay.as_millis().to_string());
        }
        let now = jiff::Timestamp::try_from(self.state.clock.now()).unwrap_or_default();
        response.set_header("date", &now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
        response.into_http(self.request.format(), fault)
    }
}

/// The one user of the account.
fn caller_identity() -> Json {
    json!({
        "AccountId": "1234567890123456",
        "Arn": "acs:ram::1234567890123456:user/fake",
        "IdentityType": "RAMUser",
        "PrincipalId": "200000000000000001",
        "UserId": "200000000000000001",
    })
}
