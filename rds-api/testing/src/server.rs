//! The server: a request on its way from the gateway through validation to the simulation, and back.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value as Json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::answer::{Answer, BrokenOff, Content};
use super::clock::Clock;
use super::fault::{Fault, Faults};
use super::gateway::{Gateway, Received};
use super::history::{Entry, History};
use super::idempotency::Tokens;
use super::rule::{Rules, Step};
use super::world::World;
use super::{Refusal, control, examples, parameters};
use rds_api::Access;
use rds_api::schema::{self, Operation};

/// Larger bodies are refused.
const LARGEST_BODY: usize = 16 << 20;

/// What the service knows and remembers.
pub(super) struct State {
    pub(super) gateway: Gateway,
    pub(super) simulation: Mutex<Simulation>,
    pub(super) clock: Clock,
    pub(super) rules: Rules,
    pub(super) faults: Faults,
    pub(super) history: History,
    /// What the ids of requests are made of.
    pub(super) random: Mutex<fastrand::Rng>,
    /// Held by every connection, so that its holders can be counted.
    pub(super) connections: Arc<()>,
}

/// What is changed by writes, all under one lock, so that each is done wholly or not at all.
pub(super) struct Simulation {
    pub(super) world: World,
    pub(super) tokens: Tokens,
}

/// Serves until this future is dropped, and then drops every connection.
pub(super) async fn run(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    let opened = state.connections.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let _ = stream.set_nodelay(true);
                    let state = state.clone();
                    let service = service_fn(move |request| handle(state.clone(), request));
                    let connection = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service);
                    let open = opened.clone();
                    connections.spawn(async move {
                        // An error is the client's, or one that a fault has made.
                        let _ = connection.await;
                        drop(open);
                    });
                }
                // The connection was gone already, or there are too many; neither ends the service.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn handle(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Content>, BrokenOff> {
    let (head, body) = request.into_parts();
    if let Some(answer) = control::answer(&state, &head.method, &head.uri) {
        return Ok(answer);
    }
    let body = Limited::new(body, LARGEST_BODY).collect().await.map_err(|_| BrokenOff)?.to_bytes();
    let received = Received::parse(&head.method, &head.uri, &head.headers, &body);
    let exchange = Exchange { state: &state, received, request_id: state.request_id() };
    exchange.answer().await
}

impl State {
    fn request_id(&self) -> String {
        let random = self.random.lock().unwrap_or_else(PoisonError::into_inner).u128(..);
        uuid::Builder::from_random_bytes(random.to_le_bytes()).into_uuid().to_string().to_uppercase()
    }
}

/// One request and what is made of it.
struct Exchange<'s> {
    state: &'s State,
    received: Received,
    request_id: String,
}

type Parameters = Map<String, Json>;

impl Exchange<'_> {
    async fn answer(&self) -> Result<Response<Content>, BrokenOff> {
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
