//! The body of every call: sign, send, interpret the response, and try again where that is safe. Only its entrance
//! is generic over the request.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rds_api_schema::is_idempotency_token;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;

use crate::client::limits::later;
use crate::client::metrics::{Measurement, Metrics};
use crate::client::retry;
use crate::client::retry::RetryPolicy;
use crate::client::shared::Shared;
use crate::client::telemetry;
use crate::clock::{Correction, Reading};
use crate::credentials::{Credentials, ProvideCredentials};
use crate::error::{Error, ErrorClass, ErrorKind, Result};
use crate::http::response::{self, Exchange, RawResponse};
use crate::object::Empty as _;
use crate::operation::{Access, Operation, Request};
use crate::request::parameters::Parameters;
use crate::request::sign::sign;
use crate::response::Response;
use crate::runtime::guarded;
use crate::secrecy::MASK;

/// The options of one call that differ from its client's.
#[derive(Clone, Default)]
pub struct Options {
    /// The time limit of the whole call.
    pub timeout: Option<Duration>,
    /// The time limit of one attempt.
    pub attempt_timeout: Option<Duration>,
    /// The policy for failed attempts.
    pub retry: Option<RetryPolicy>,
    /// The idempotency token, instead of a fresh one.
    pub idempotency_token: Option<String>,
    /// Parameters besides those of the request, or in their place.
    pub parameters: Vec<(String, String)>,
}

/// Executes the call of one request, whose response is decoded within the attempts.
pub fn send<R: Request>(
    client: Arc<Shared>,
    request: &R,
    options: Options,
) -> impl Future<Output = Result<Response<R::Response>>> + Send + use<R> {
    let mut parameters = Parameters::of(request, client.service.sensitive());
    async move {
        let mut value = None;
        let mut decode = |response: &mut RawResponse| response.decode(&mut value);
        let response = execute(&client, R::OPERATION, &mut parameters, &options, &mut decode).await?;
        Ok(response.into_response(value.unwrap_or_else(R::Response::empty)))
    }
}

/// Decodes the body of a success.
pub(crate) type Decode<'d> = dyn FnMut(&mut RawResponse) -> Result<()> + Send + 'd;

/// Executes one call.
pub(crate) async fn execute(
    client: &Shared,
    operation: &Operation,
    parameters: &mut Parameters,
    options: &Options,
    decode: &mut Decode<'_>,
) -> Result<RawResponse> {
    for (name, value) in &options.parameters {
        parameters.set(name, value.clone());
    }
    let operation = &effective(operation, parameters);
    let started = Instant::now();
    let deadline = later(started, options.timeout.unwrap_or(client.timeouts.call));
    let mut call = Call {
        client,
        operation,
        method: OnceLock::new(),
        parameters,
        options,
        has_token: false,
        deadline,
        attempts: 0,
        in_doubt: false,
    };
    let span = telemetry::call(client, || call.method());
    let result = guarded(async {
        call.complete()?;
        if client.traces_parameters {
            tracing::debug!(parameters = ?call.visible_parameters(), "parameters");
        }
        match timeout_at(deadline, client.limits.enter()).await {
            Ok(_permit) => {
                telemetry::waited("max_calls_in_flight", started.elapsed());
                call.run(decode).await
            }
            Err(_) => Err(Error::new(ErrorKind::CallTimeout, "the call waited too long for its turn")),
        }
    })
    .instrument(span.clone())
    .await
    .unwrap_or_else(|lack| Err(Error::from(lack).maybe_executed(call.in_doubt)));
    let result =
        result.map_err(|error| error.in_call(&operation.name, client.endpoint.host(), call.attempts));
    call.report(&span, started, &result, |metrics, measurement| metrics.call_ended(measurement));
    result
}

/// The operation as these parameters make it: what reads otherwise may change something with them, and is then sent,
/// repeated and understood as what does so always.
fn effective<'o>(operation: &'o Operation, parameters: &Parameters) -> Cow<'o, Operation> {
    match operation.access_with(&[&parameters.query, &parameters.form]) {
        access if access == operation.access => Cow::Borrowed(operation),
        access => Cow::Owned(Operation { access, ..operation.clone() }),
    }
}

struct Call<'c> {
    client: &'c Shared,
    operation: &'c Operation,
    /// The name of what is called, once it is told.
    method: OnceLock<String>,
    parameters: &'c mut Parameters,
    options: &'c Options,
    /// An idempotency token makes it safe to repeat.
    has_token: bool,
    deadline: Instant,
    attempts: u32,
    /// An attempt may have been executed, whatever a later one says.
    in_doubt: bool,
}

/// An attempt that failed.
struct Failed {
    error: Error,
    /// Nothing if it was not signed.
    signed: Option<Signed>,
}

/// What an attempt was signed with.
struct Signed {
    credentials: Credentials,
    time: Reading,
}

/// The causes of a refusal that were repaired, each once per call at most.
#[derive(Default)]
struct Repaired {
    clock: Option<Correction>,
    credentials: bool,
}

impl Call<'_> {
    fn method(&self) -> &str {
        self.method.get_or_init(|| telemetry::method(self.client, self.operation))
    }

    /// Fills in what the client adds to a request.
    fn complete(&mut self) -> Result<()> {
        let Self { client, operation, parameters, options, .. } = self;
        if let (Some(name), Some(region)) = (operation.region, &client.region)
            && !parameters.has(name)
        {
            parameters.set(name, region.clone());
        }
        if let Some(mistake) = &parameters.mistake {
            return Err(Error::input(mistake.reason.clone()));
        }
        let Some(name) = operation.idempotency_token else {
            return match options.idempotency_token {
                Some(_) => Err(Error::input("the operation takes no idempotency token")),
                None => Ok(()),
            };
        };
        if let Some(token) = &options.idempotency_token {
            parameters.set(name, token.clone());
        } else if operation.access == Access::Write && !parameters.has(name) {
            parameters.set(name, uuid::Uuid::new_v4().to_string());
        }
        let token = parameters.iter().find(|(existing, _)| existing == name).map(|(_, value)| value);
        self.has_token = token.is_some();
        match token {
            Some(token) if !is_idempotency_token(token) => {
                let message = "the idempotency token is empty, or has other characters than those of ASCII";
                Err(Error::input(message))
            }
            _ => Ok(()),
        }
    }

    async fn run(&mut self, decode: &mut Decode<'_>) -> Result<RawResponse> {
        let policy = self.options.retry.clone().unwrap_or_else(|| self.client.retry.clone());
        let mut repairs = Repaired::default();
        // What failed before it was sent counts as well. What was repaired does not, nor what met a connection that the
        // service had given up: that is paid for by the response that the connection carried before.
        let mut tries = 0;
        loop {
            tries += 1;
            let Failed { error, signed } = match self.attempt(decode).await {
                Ok(response) => {
                    self.client.budget.earn();
                    return Ok(response);
                }
                Err(failed) => failed,
            };
            let error = error.maybe_executed(self.in_doubt);
            if !retry::is_safe(self.operation.access, self.has_token, &error) {
                return Err(error);
            }
            let repaired = match error.is_on_stale_connection() && policy.attempts() > 1 {
                true => Some("connection"),
                false => self.repair(&error, signed.as_ref(), &mut repairs),
            };
            if let Some(what) = repaired {
                telemetry::repaired(what, &error);
                tries -= 1;
                continue;
            }
            if !error.is_retryable() || tries >= policy.attempts() {
                return Err(error);
            }
            let backoff = policy.backoff(tries, &error);
            if later(Instant::now(), backoff) >= self.deadline {
                return Err(error);
            }
            if let Err(used_up) = self.client.budget.take() {
                if used_up.is_news {
                    telemetry::warn_of_budget(self.client);
                }
                return Err(error);
            }
            telemetry::pausing(backoff, &error);
            tokio::time::sleep(backoff).await;
        }
    }

    /// Repairs what made the service refuse an attempt before it looked at it, once per call, and says what it was.
    fn repair(
        &self,
        error: &Error,
        signed: Option<&Signed>,
        repaired: &mut Repaired,
    ) -> Option<&'static str> {
        // What was not signed was refused by the source of the credentials.
        let (service, signed) = (error.service_error()?, signed?);
        if service.class() == Some(ErrorClass::Clock) {
            let clock = &self.client.clock;
            if let Some(in_vain) = repaired.clock {
                clock.undo(in_vain);
                return None;
            }
            repaired.clock = clock.correct(signed.time, service.clock_offset());
            if let Some(ahead) = repaired.clock?.ahead() {
                telemetry::warn_of_clock(self.client, ahead);
            }
            return Some("clock");
        }
        let refused = &signed.credentials;
        if service.is_expired_token(refused.security_token().is_some()) && !repaired.credentials {
            repaired.credentials = true;
            self.client.credentials.invalidate(refused);
            return Some("credentials");
        }
        None
    }

    /// One attempt, in a span of its own.
    async fn attempt(&mut self, decode: &mut Decode<'_>) -> Result<RawResponse, Failed> {
        let deadline = self.deadline;
        let too_late = |executed: bool| {
            Error::new(ErrorKind::CallTimeout, "the call took longer than its timeout")
                .maybe_executed(executed)
        };
        let credentials = match timeout_at(deadline, self.client.credentials.provide()).await {
            Ok(provided) => {
                let checked = provided.and_then(|credentials| credentials.check().map(|()| credentials));
                checked.map_err(|error| Failed { error, signed: None })?
            }
            Err(_) => return Err(Failed { error: too_late(false), signed: None }),
        };
        let queued = Instant::now();
        if timeout_at(deadline, self.client.limits.attempt()).await.is_err() {
            return Err(Failed { error: too_late(false), signed: None });
        }
        telemetry::waited("max_attempts_per_second", queued.elapsed());
        self.attempts += 1;
        let span = telemetry::attempt(self.client, self.operation, self.attempts);
        let signed = Signed { credentials, time: self.client.clock.read() };
        let started = Instant::now();
        let limit = self.options.attempt_timeout.unwrap_or(self.client.timeouts.attempt);
        let attempt_deadline = later(started, limit).min(deadline);
        // Until it has ended, nothing is known of this attempt.
        let was_in_doubt = std::mem::replace(&mut self.in_doubt, true);
        let result = match timeout_at(attempt_deadline, self.exchange(&signed)).instrument(span.clone()).await
        {
            Ok(result) => result.and_then(|mut response| decode(&mut response).map(|()| response)),
            Err(_) if attempt_deadline == deadline => Err(too_late(true)),
            Err(_) => Err(Error::new(ErrorKind::AttemptTimeout, "the attempt took longer than its timeout")
                .retryable(true)
                .maybe_executed(true)),
        };
        self.in_doubt = was_in_doubt;
        if let Err(error) = &result {
            self.in_doubt |= error.may_have_been_executed();
        }
        self.report(&span, started, &result, |metrics, measurement| metrics.attempt_ended(measurement));
        if let Ok(response) = &result {
            self.client.clock.accepted(signed.time, || response.clock_offset());
        }
        result.map_err(|error| Failed { error, signed: Some(signed) })
    }

    /// Tells the span and the metrics how an attempt or the call has ended.
    fn report(
        &self,
        span: &tracing::Span,
        started: Instant,
        result: &Result<RawResponse>,
        tell: fn(&dyn Metrics, &Measurement<'_>),
    ) {
        let elapsed = started.elapsed();
        let response = result.as_ref();
        let status = response.map_or_else(|error| error.http_status(), |response| Some(response.status));
        let request_id =
            response.map_or_else(|error| error.request_id(), |response| response.request_id.as_deref());
        telemetry::ended(span, self.attempts, status, request_id, result.as_ref().err());
        if let Some(metrics) = &self.client.metrics {
            let measurement = Measurement {
                operation: &self.operation.name,
                method: self.method(),
                endpoint: self.client.endpoint.host(),
                attempt: self.attempts,
                elapsed,
                status,
                error: result.as_ref().err(),
            };
            tell(metrics.as_ref(), &measurement);
        }
    }

    /// Signs, sends and reads.
    async fn exchange(&self, Signed { credentials, time }: &Signed) -> Result<RawResponse> {
        let signed = sign(self.client, self.operation, self.parameters, credentials, time.time)?;
        let mut secrets = self.parameters.secrets.clone();
        secrets.hide(credentials.access_key_secret());
        if let Some(token) = credentials.security_token() {
            secrets.hide(token);
        }
        let response = self.client.transport.send(signed.request).await?;
        if response.body().len() > self.client.max_response_bytes {
            return Err(crate::http::default_transport::too_large(self.client.max_response_bytes));
        }
        let exchange = Exchange {
            operation: self.operation,
            secrets,
            signed: &signed.texts,
            codes: &self.client.service.error_codes,
            attempts: self.attempts,
            max_response_bytes: self.client.max_response_bytes,
        };
        response::interpret(response, exchange)
    }

    /// The parameters as a trace may show them.
    fn visible_parameters(&self) -> Vec<(&str, String)> {
        let visible =
            |(name, value): &'_ (String, String)| match self.parameters.secrets.names().contain(name) {
                true => MASK.to_owned(),
                false => self.parameters.secrets.document(value),
            };
        self.parameters.iter().map(|pair| (pair.0.as_str(), visible(pair))).collect()
    }
}
