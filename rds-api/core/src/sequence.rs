//! Calls of one operation, one after another, each made of the response before it: the common part of paging and
//! waiting, which is not generic over anything.

pub mod caller_identity;
pub mod cursor;
pub mod fan_out;
pub(crate) mod filling;
pub mod follow;
pub mod pagination;
mod patience;
mod poller;
pub mod progress;
pub mod raw;
mod seen;
pub mod stream;
mod subjects;
pub mod waiter;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use serde_json::Value as Json;

use crate::client::shared::Shared;
use crate::client::telemetry;
use crate::error::{Error, ErrorKind, Result};
use crate::execute::{Options, execute};
use crate::future::BoxFuture;
use crate::http::response::RawResponse;
use crate::object::{Empty, Value};
use crate::operation::{Access, Operation};
use crate::request::parameters::Parameters;
use crate::runtime;

pub use seen::Seen;

/// The parts of one call of a sequence.
#[derive(Clone)]
pub struct PreparedCall {
    /// The operation.
    pub operation: Operation,
    /// The parameters, as they stand before the client adds its own.
    pub parameters: Parameters,
    /// The options that differ from the client's.
    pub options: Options,
}

impl PreparedCall {
    /// The time limit of the whole call.
    pub(crate) fn timeout(&self) -> Duration {
        self.options.timeout.unwrap_or(Duration::MAX)
    }
}

/// Decides by each response what follows it.
pub trait Strategy: Send {
    /// Prepares the first call, and gives the delay before it.
    fn begin(&mut self, call: &mut PreparedCall) -> Result<Duration>;

    /// Evaluates a response, and prepares the call after it.
    fn evaluate(&mut self, response: Result<Seen<'_>>, call: &mut PreparedCall) -> Outcome;
}

/// The use of a response, and what follows it.
pub enum Outcome {
    /// The response is shown, if there is one.
    Show(Next),
    /// The response is passed over.
    Skip(Next),
}

/// The step after a response.
pub enum Next {
    /// The next call, after a delay.
    Call(Duration),
    /// Nothing.
    End,
    /// An error.
    Fail(Error),
}

/// The destination of responses. They are decoded to it within the call, which fails if that does.
pub trait Sink: Send + Sync {
    /// Decodes a response.
    fn fill(&self, response: &mut RawResponse) -> Result<()>;

    /// Shows the response to `evaluate`.
    fn inspect(&self, evaluate: &mut dyn FnMut(Value<'_>));

    /// Forgets the response.
    fn clear(&self);
}

impl<T: Empty> Sink for Mutex<Option<T>> {
    fn fill(&self, response: &mut RawResponse) -> Result<()> {
        let mut object = None;
        response.decode(&mut object)?;
        *lock(self) = object;
        Ok(())
    }

    fn inspect(&self, evaluate: &mut dyn FnMut(Value<'_>)) {
        evaluate(Value::object(lock(self).get_or_insert_with(T::empty)))
    }

    fn clear(&self) {
        *lock(self) = None;
    }
}

impl Sink for Mutex<Option<Json>> {
    fn fill(&self, response: &mut RawResponse) -> Result<()> {
        let mut json = Json::Null;
        response.decode_json(&mut json)?;
        if json.is_string() {
            let message = "the response is XML, and a sequence of raw calls needs `Format::Json`";
            return Err(Error::new(ErrorKind::Decode, message));
        }
        *lock(self) = Some(json);
        Ok(())
    }

    fn inspect(&self, evaluate: &mut dyn FnMut(Value<'_>)) {
        evaluate(Value::json(lock(self).get_or_insert_default()))
    }

    fn clear(&self) {
        *lock(self) = None;
    }
}

pub(crate) fn lock<T>(sink: &Mutex<Option<T>>) -> MutexGuard<'_, Option<T>> {
    sink.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A sequence under way.
pub struct Sequence {
    client: Arc<Shared>,
    call: PreparedCall,
    strategy: Box<dyn Strategy>,
    /// The write that it follows, in words.
    following: Option<String>,
    state: State,
}

enum State {
    /// A call comes next, after a delay.
    Waiting(Duration),
    Calling(BoxFuture<'static, Result<RawResponse>>),
    Ending(Option<Error>),
}

impl Sequence {
    /// The calls that `strategy` makes of one.
    pub fn new(client: Arc<Shared>, mut call: PreparedCall, mut strategy: Box<dyn Strategy>) -> Self {
        // The strategy sees, and may change, what a single call puts in the place of its own parameters.
        for (name, value) in std::mem::take(&mut call.options.parameters) {
            call.parameters.set(&name, value);
        }
        call.options.timeout.get_or_insert(client.timeouts.call);
        let state = match repeatable(&call).and_then(|()| strategy.begin(&mut call)) {
            Ok(delay) => State::Waiting(delay),
            Err(error) => State::Ending(Some(error)),
        };
        Self { client, call, strategy, following: None, state }
    }

    /// The same as what follows a write, which every error then begins with.
    pub(crate) fn following(self, write: String) -> Self {
        Self { following: Some(write), ..self }
    }

    /// The next response that is shown, in `sink`; nothing in it where the strategy shows that there is none.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        sink: &Arc<dyn Sink>,
    ) -> Poll<Option<Result<()>>> {
        loop {
            let calling = match &mut self.state {
                State::Waiting(delay) => {
                    let calling = send(self.client.clone(), self.call.clone(), *delay, sink.clone());
                    self.state = State::Calling(calling);
                    continue;
                }
                State::Calling(calling) => calling,
                State::Ending(error) => {
                    let error = error.take().map(|error| match &self.following {
                        Some(write) => error.following(write),
                        None => error,
                    });
                    return Poll::Ready(error.map(Err));
                }
            };
            let response = ready!(calling.as_mut().poll(context));
            let request_id = response.as_ref().ok().and_then(|response| response.request_id.clone());
            let (strategy, call) = (&mut self.strategy, &mut self.call);
            let mut outcome = Outcome::Skip(Next::End);
            match response {
                Ok(raw) => {
                    sink.inspect(&mut |value| {
                        outcome = strategy.evaluate(Ok(Seen { value, raw: &raw }), call)
                    });
                }
                Err(error) => outcome = strategy.evaluate(Err(error), call),
            }
            let (shown, next) = match outcome {
                Outcome::Show(next) => (true, next),
                Outcome::Skip(next) => (false, next),
            };
            self.state = match next {
                Next::Call(delay) => State::Waiting(delay),
                Next::End => State::Ending(None),
                Next::Fail(error) => {
                    let host = self.client.endpoint.host();
                    State::Ending(Some(error.in_sequence(&self.call.operation.name, host, request_id)))
                }
            };
            if shown {
                return Poll::Ready(Some(Ok(())));
            }
            sink.clear();
        }
    }
}

/// Refuses to repeat what may change something each time.
fn repeatable(PreparedCall { operation, parameters, .. }: &PreparedCall) -> Result<()> {
    let name = &operation.name;
    match operation.access_with(&[&parameters.query, &parameters.form]) {
        Access::Read => Ok(()),
        Access::Write if operation.access == Access::Read => Err(Error::input(format!(
            "{name} changes something with these parameters each time it is called, so it is not repeated to page or \
             to wait"
        ))),
        Access::Write => Err(Error::input(format!(
            "{name} may change something each time it is called, so it is not repeated to page or to wait; if it is a \
             raw call that changes nothing, say so: `.with_access(Access::Read)`"
        ))),
    }
}

/// A call after a delay, whose response is decoded to `sink`.
fn send(
    client: Arc<Shared>,
    call: PreparedCall,
    delay: Duration,
    sink: Arc<dyn Sink>,
) -> BoxFuture<'static, Result<RawResponse>> {
    Box::pin(async move {
        let PreparedCall { operation, mut parameters, options } = call;
        if !delay.is_zero() {
            telemetry::delaying(&operation, delay);
            let slept = runtime::sleep(delay).await;
            slept.map_err(|lack| Error::from(lack).in_call(&operation.name, client.endpoint.host(), 0))?;
        }
        let mut decode = |response: &mut RawResponse| sink.fill(response);
        execute(&client, &operation, &mut parameters, &options, &mut decode).await
    })
}
