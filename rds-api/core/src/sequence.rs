//! Calls of one operation, one after another, each planned by the answer before it: what paging and waiting
//! have in common, not generic over anything.

pub mod pagination;
pub mod raw;
pub mod stream;
pub mod waiter;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use serde_json::Value as Json;

use crate::client::shared::Handle;
use crate::error::{Error, ErrorKind, Result};
use crate::execute::{Options, execute};
use crate::future::BoxFuture;
use crate::http::response::RawResponse;
use crate::object::{Empty, Value};
use crate::operation::{Access, Operation};
use crate::request::parameters::Parameters;

/// What one call of a series is made of.
#[derive(Clone)]
pub struct Prepared {
    /// What is called.
    pub operation: Operation,
    /// With which parameters.
    pub parameters: Parameters,
    /// What its calls do otherwise than the client.
    pub options: Options,
}

impl Prepared {
    /// How long the call may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.options.timeout.unwrap_or(Duration::MAX)
    }
}

/// Decides what an answer means for the calls after it.
pub trait Plan: Send {
    /// Prepares the first call, and gives the pause before it.
    fn begin(&mut self, call: &mut Prepared) -> Result<Duration>;

    /// Judges an answer, and prepares the call after it.
    fn judge(&mut self, answer: Result<Value<'_>>, call: &mut Prepared) -> Verdict;
}

/// What becomes of an answer, and what follows it.
pub enum Verdict {
    /// The answer is shown, if there is one.
    Show(Then),
    /// The answer is passed over.
    Skip(Then),
}

/// What follows an answer.
pub enum Then {
    /// The next call, after a pause.
    Call(Duration),
    /// Nothing.
    End,
    /// An error.
    Fail(Error),
}

/// Where the answers of a series are decoded to: within the call, which fails if that does.
pub trait Place: Send + Sync {
    /// Decodes an answer.
    fn fill(&self, received: &RawResponse) -> Result<()>;

    /// Shows what is in the answer.
    fn judged(&self, judge: &mut dyn FnMut(Value<'_>) -> Verdict) -> Verdict;

    /// Forgets the answer.
    fn clear(&self);
}

impl<T: Empty> Place for Mutex<Option<T>> {
    fn fill(&self, received: &RawResponse) -> Result<()> {
        let mut object = T::empty();
        received.decode(&mut object)?;
        *lock(self) = Some(object);
        Ok(())
    }

    fn judged(&self, judge: &mut dyn FnMut(Value<'_>) -> Verdict) -> Verdict {
        judge(Value::object(lock(self).get_or_insert_with(T::empty)))
    }

    fn clear(&self) {
        *lock(self) = None;
    }
}

impl Place for Mutex<Option<Json>> {
    fn fill(&self, received: &RawResponse) -> Result<()> {
        let mut json = Json::Null;
        received.decode_json(&mut json)?;
        if json.is_string() {
            let message = "the answer is XML, and a series of raw calls needs `Format::Json`";
            return Err(Error::new(ErrorKind::Decode, message));
        }
        *lock(self) = Some(json);
        Ok(())
    }

    fn judged(&self, judge: &mut dyn FnMut(Value<'_>) -> Verdict) -> Verdict {
        judge(Value::json(lock(self).get_or_insert_default()))
    }

    fn clear(&self) {
        *lock(self) = None;
    }
}

pub(crate) fn lock<T>(place: &Mutex<Option<T>>) -> MutexGuard<'_, Option<T>> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A series under way.
pub struct Series {
    client: Arc<Handle>,
    call: Prepared,
    plan: Box<dyn Plan>,
    state: State,
}

enum State {
    /// A call comes next, after a pause.
    Waiting(Duration),
    Calling(BoxFuture<'static, Result<RawResponse>>),
    Ending(Option<Error>),
}

impl Series {
    /// The calls that `plan` makes of one.
    pub fn new(client: Arc<Handle>, mut call: Prepared, mut plan: Box<dyn Plan>) -> Self {
        // What a single call puts in the place of its own parameters is to be seen, and changed, by the plan.
        for (name, value) in std::mem::take(&mut call.options.parameters) {
            call.parameters.set(&name, value);
        }
        call.options.timeout.get_or_insert(client.timeouts.call);
        let state = match repeatable(&call.operation).and_then(|()| plan.begin(&mut call)) {
            Ok(pause) => State::Waiting(pause),
            Err(error) => State::Ending(Some(error)),
        };
        Self { client, call, plan, state }
    }

    /// The next answer that is shown, in `place`; nothing in it where the plan shows that there is none.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        place: &Arc<dyn Place>,
    ) -> Poll<Option<Result<()>>> {
        loop {
            let calling = match &mut self.state {
                State::Waiting(pause) => {
                    let calling = send(self.client.clone(), self.call.clone(), *pause, place.clone());
                    self.state = State::Calling(calling);
                    continue;
                }
                State::Calling(calling) => calling,
                State::Ending(error) => return Poll::Ready(error.take().map(Err)),
            };
            let received = ready!(calling.as_mut().poll(context));
            let request_id = received.as_ref().ok().and_then(|received| received.request_id.clone());
            let (plan, call) = (&mut self.plan, &mut self.call);
            let verdict = match received {
                Ok(_) => place.judged(&mut |answer| plan.judge(Ok(answer), call)),
                Err(error) => plan.judge(Err(error), call),
            };
            let (shown, then) = match verdict {
                Verdict::Show(then) => (true, then),
                Verdict::Skip(then) => (false, then),
            };
            self.state = match then {
                Then::Call(pause) => State::Waiting(pause),
                Then::End => State::Ending(None),
                Then::Fail(error) => {
                    let host = self.client.endpoint.host();
                    State::Ending(Some(error.in_series(&self.call.operation.name, host, request_id)))
                }
            };
            if shown {
                return Poll::Ready(Some(Ok(())));
            }
            place.clear();
        }
    }
}

/// Refuses to repeat what may change something each time.
fn repeatable(operation: &Operation) -> Result<()> {
    match operation.access {
        Access::Read => Ok(()),
        Access::Write => Err(Error::input(format!(
            "{} may change something each time it is called, so it is not repeated to page or to wait; of a raw \
             call that changes nothing, say `.with_access(Access::Read)`",
            operation.name
        ))),
    }
}

/// A call after a pause, whose answer is decoded to `place`.
fn send(
    client: Arc<Handle>,
    call: Prepared,
    pause: Duration,
    place: Arc<dyn Place>,
) -> BoxFuture<'static, Result<RawResponse>> {
    Box::pin(async move {
        let Prepared { operation, mut parameters, options } = call;
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        let mut decode = |received: &RawResponse| place.fill(received);
        execute(&client, &operation, &mut parameters, &options, &mut decode).await
    })
}
