//! Writes that are followed until what they began is done.
//!
//! A write returns when the service has taken it on, and tells by an id how to ask for the rest: a backup by its task, a
//! clone by the new instance. The specification knows both sides, so a call of such a write has the method `until_done`.
//! Await it for both responses:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> rds_api::Result<()> {
//! # use std::time::Duration;
//! # let service = rds_api_testing::FakeService::builder().backup_duration(Duration::ZERO).start()?;
//! # let client = service.client()?;
//! # let instance = rds_api_testing::FakeService::INSTANCE;
//! let backup = client.create_backup(instance).until_done().await?;
//! println!("{:?} made {:?}", backup.response.backup_job_id, backup.last.items[0].backup_id);
//! # Ok(())
//! # }
//! ```
//!
//! or start it, look at the response of the write, and wait later or show how far it is:
//!
//! ```no_run
//! # async fn example(client: rds_api::Client) -> rds_api::Result<()> {
//! use std::time::Duration;
//!
//! let restart = client.restart_db_instance("rm-uf6wjk5****").until_done();
//! let started = restart.with_timeout(Duration::from_secs(900)).start().await?;
//! println!("restarting, request id {:?}", started.response.request_id);
//!
//! let mut progress = started.wait.progress();
//! while let Some(progress) = progress.next().await {
//!     println!("{:?}", progress?.state);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What is waited for, and how long, stands on the page of the write. [`waiter`](crate::sequence::waiter) says what happens on
//! the way. Where the write makes several things at once, as `CreateDBInstance` with an `Amount` above 1, all of them are waited
//! for: by one call, or one after another where that takes one id.
//!
//! # Errors
//!
//! What is missing to follow the write is an error of kind [`Input`](ErrorKind::Input), before anything is sent. What fails
//! after the write has an error of the kind of every wait, whose message begins with the write and its ids. It is not
//! [retryable](Error::is_retryable): to try all of it again would do the write twice. A program that wants to wait again
//! keeps what [`start`](UntilDone::start) gives.

use std::borrow::Cow;
use std::fmt;
use std::future::IntoFuture;
use std::sync::{Arc, Mutex};

#[doc(hidden)]
pub use rds_api_schema::Given;
use rds_api_schema::{ParameterValue, Source, Waiter};

use crate::client::shared::Shared;
use crate::error::{Error, ErrorKind, Result};
use crate::execute::{Options, execute};
use crate::future::BoxFuture;
use crate::http::response::RawResponse;
use crate::object::{self, Empty as _, Value};
use crate::operation::Request;
use crate::request::parameters::Parameters;
use crate::sequence::filling::{Filling, accepted};
use crate::sequence::patience::patience;
use crate::sequence::stream::ResultStream;
use crate::sequence::subjects::Subjects;
use crate::sequence::waiter::Wait;
use crate::sequence::{PreparedCall, Seen, Sequence, Sink, lock};

/// A request of a write of which the specification says what follows it.
pub trait Followed: Request {
    /// The request of the operation that tells how far it is.
    type Next: Request;

    /// What ends it, and where the parameters of that operation come from.
    #[doc(hidden)]
    fn follow() -> Follow;
}

/// What ends a write, and where the parameters of what follows it come from.
#[doc(hidden)]
pub struct Follow {
    waiter: Waiter,
    with: Cow<'static, [Given]>,
    unless: &'static [ParameterValue],
}

impl Follow {
    /// A waiter of an operation with these parameters.
    pub fn new(waiter: Waiter, with: &'static [Given]) -> Self {
        Self { waiter, with: Cow::Borrowed(with), unless: &[] }
    }

    /// The values of parameters of the write with which nothing follows it.
    pub fn unless(self, unless: &'static [ParameterValue]) -> Self {
        Self { unless, ..self }
    }

    /// The same with parameters that are known only when the program runs.
    #[cfg(feature = "schema")]
    pub(crate) fn described(waiter: Waiter, with: Vec<Given>, unless: &'static [ParameterValue]) -> Self {
        Self { waiter, with: Cow::Owned(with), unless }
    }
}

/// A write and the wait for what it began, neither of which has begun: await it for [both responses](Done), or
/// [`start`](Self::start) it.
#[must_use = "nothing is sent until it is awaited or started"]
pub struct UntilDone<T, N> {
    plan: Plan,
    waiter: Waiter,
    empty: Empty<T, N>,
    start: Start<T, N>,
}

/// What stands for responses that are known to have nothing in them.
pub(crate) struct Empty<T, N> {
    pub(crate) response: fn() -> T,
    pub(crate) last: fn() -> N,
}

type Start<T, N> = fn(UntilDone<T, N>) -> BoxFuture<'static, Result<Started<T, N>>>;

/// A write that is done, with what came of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Done<T, N> {
    /// The response of the write.
    pub response: T,
    /// The last response of what followed it, which shows that it is done. Where it is done because something is not there
    /// any more, that may be an empty one. Of several things that are asked about one after another it is that of the last one.
    pub last: N,
}

/// A write that the service has taken on.
#[derive(Debug)]
#[non_exhaustive]
pub struct Started<T, N> {
    /// The response of the write.
    pub response: T,
    /// The wait for what it began. It may be dropped: the service goes on by itself.
    pub wait: Wait<N>,
}

impl<T: Send + 'static, N: Send + 'static> UntilDone<T, N> {
    /// A typed write with what follows it.
    #[doc(hidden)]
    pub fn of<R>(client: Arc<Shared>, request: &R, options: Options) -> Self
    where
        R: Followed<Response = T>,
        R::Next: Request<Response = N>,
        T: object::Empty,
        N: object::Empty,
    {
        let names = client.service.sensitive();
        let (parameters, next) = (Parameters::of(request, names), Parameters::of(&R::Next::empty(), names));
        let write = PreparedCall { operation: R::OPERATION.clone(), parameters, options };
        let next = PreparedCall {
            operation: R::Next::OPERATION.clone(),
            parameters: next,
            options: Options::default(),
        };
        let empty = Empty { response: T::empty, last: N::empty };
        Self::new(client, write, Value::object(request), next, R::follow(), empty)
    }

    /// A write with what follows it. `request` has the values of the write's parameters, `empty` what stands for responses
    /// that have nothing in them.
    pub(crate) fn new(
        client: Arc<Shared>,
        write: PreparedCall,
        request: Value<'_>,
        mut next: PreparedCall,
        follow: Follow,
        empty: Empty<T, N>,
    ) -> Self
    where
        Mutex<Option<T>>: Sink,
        Mutex<Option<N>>: Sink,
    {
        let Follow { waiter, with, unless } = follow;
        let Options { timeout, attempt_timeout, retry, .. } = write.options.clone();
        next.options = Options { timeout, attempt_timeout, retry, ..Options::default() };
        let given = with.iter().map(|given| Filling::of(given, request, &write.options.parameters)).collect();
        let plan = Plan { client, write, next, given, unless };
        Self { plan, waiter, empty, start: |write| Box::pin(start(write)) }
    }

    patience! {
        wait: "after the write",
        initial_delay: "between the write and the first poll; none unless the waiter says otherwise",
    }

    /// Sends the write, and gives its response and the wait for what it began. The time of the wait runs from when that is
    /// awaited.
    ///
    /// # Errors
    ///
    /// Those of the write. Where its response lacks what it would be followed by, the message begins with the write; its
    /// [`body`](Error::body) has the response.
    pub async fn start(self) -> Result<Started<T, N>> {
        (self.start)(self).await
    }
}

async fn start<T: 'static, N: 'static>(until_done: UntilDone<T, N>) -> Result<Started<T, N>>
where
    Mutex<Option<T>>: Sink,
    Mutex<Option<N>>: Sink,
{
    let UntilDone { plan, waiter, empty, .. } = until_done;
    let sink = Arc::new(Mutex::new(None));
    let begun = plan.begin(sink.clone()).await?;
    let response = lock(&sink).take().unwrap_or_else(empty.response);
    Ok(Started { response, wait: begun.wait(waiter, empty.last) })
}

#[cfg(feature = "schema")]
impl<T, N: 'static> UntilDone<T, N>
where
    Mutex<Option<N>>: Sink,
{
    /// The wait for what the write began when it was sent before, and was responded to so.
    pub(crate) fn after(self, response: Value<'_>) -> Result<Wait<N>> {
        let Self { plan, waiter, empty, .. } = self;
        plan.check()?;
        let begun = plan.follow(response);
        let begun =
            begun.map_err(|Unfollowed { message, accepted }| Error::input(message).following(&accepted));
        Ok(begun?.wait(waiter, empty.last))
    }
}

impl<T: Send + 'static, N: Send + 'static> IntoFuture for UntilDone<T, N> {
    type Output = Result<Done<T, N>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Started { response, wait } = self.start().await?;
            Ok(Done { response, last: wait.await? })
        })
    }
}

impl<T, N> fmt::Debug for UntilDone<T, N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UntilDone")
            .field("operation", &self.plan.write.operation.name)
            .field("next", &self.plan.next.operation.name)
            .field("waiter", &self.waiter)
            .finish_non_exhaustive()
    }
}

/// All but the types of a write with what follows it.
struct Plan {
    client: Arc<Shared>,
    write: PreparedCall,
    next: PreparedCall,
    given: Vec<Filling>,
    unless: &'static [ParameterValue],
}

/// A write that the service has taken on, and the call that tells how far it is.
struct Begun {
    client: Arc<Shared>,
    next: PreparedCall,
    /// The write in words, with its ids.
    write: String,
    subjects: Subjects,
}

impl Begun {
    fn wait<N: 'static>(self, waiter: Waiter, empty: fn() -> N) -> Wait<N>
    where
        Mutex<Option<N>>: Sink,
    {
        let Self { client, next, write, subjects } = self;
        let wait = Wait::new(waiter, move |strategy| {
            ResultStream::new(Sequence::new(client, next, strategy).following(write), empty)
        });
        wait.for_all(subjects)
    }
}

/// A write whose response does not have what it would be followed by.
struct Unfollowed {
    message: String,
    /// The write in words, with its ids.
    accepted: String,
}

impl Plan {
    /// Sends the write, whose response is decoded to `sink`, and prepares what follows it.
    async fn begin(self, sink: Arc<dyn Sink>) -> Result<Begun> {
        self.check()?;
        let (client, mut write) = (self.client.clone(), self.write.clone());
        let mut decode = |response: &mut RawResponse| sink.fill(response);
        let raw =
            execute(&client, &write.operation, &mut write.parameters, &write.options, &mut decode).await?;
        let mut plan = Some(self);
        let mut begun = None;
        sink.inspect(&mut |value| {
            let is_refused = Seen { value, raw: &raw }.says_that_it_failed();
            begun = plan.take().filter(|_| !is_refused).map(|plan| plan.follow(value));
        });
        let fails = |kind, message: String| {
            Error::new(kind, message)
                .in_sequence(&write.operation.name, client.endpoint.host(), raw.request_id.clone())
                .with_body(raw.body.clone())
        };
        match begun {
            Some(Ok(begun)) => Ok(begun),
            Some(Err(Unfollowed { message, accepted })) => {
                Err(fails(ErrorKind::Decode, message).following(&accepted))
            }
            None => {
                let message = "the response says that it was not done, so nothing follows it";
                Err(fails(ErrorKind::WaitFailed, message.to_owned()))
            }
        }
    }

    /// Prepares what follows the write, which was responded to so.
    fn follow(self, response: Value<'_>) -> Result<Begun, Unfollowed> {
        let Self { client, write, mut next, mut given, .. } = self;
        given.iter_mut().for_each(|filling| filling.take(response));
        let accepted = accepted(&write.operation.name, &given);
        let mut several = given.iter().filter(|filling| !filling.later().is_empty());
        let (first, another) = (several.next(), several.next());
        let problem = given.iter().find_map(Filling::problem);
        if let Some(problem) = problem.or_else(|| another.map(Filling::several)) {
            let message = format!("{problem} in its response, by which {} follows it", next.operation.name);
            return Err(Unfollowed { message, accepted });
        }
        given.iter().for_each(|filling| filling.fill(&mut next.parameters));
        let lists = given.iter().filter(|filling| filling.given.takes.is_list());
        let mut subjects = Subjects::at_once(lists.map(|filling| filling.values.len()).max().unwrap_or(1));
        if let Some(Filling { given, values }) = first {
            subjects = subjects.one_after_another(given.parameter, values);
        }
        Ok(Begun { client, next, write: accepted, subjects })
    }

    /// Refuses a write that could not be followed, before it is sent.
    fn check(&self) -> Result<()> {
        let PreparedCall { operation, parameters, options } = &self.write;
        let name = &operation.name;
        let refused =
            |message: String| Err(Error::input(message).in_call(name, self.client.endpoint.host(), 0));
        let is = |when: &&ParameterValue| {
            let mut texts = parameters.iter().chain(&options.parameters);
            texts.any(|(name, value)| *when.name == *name && when.value.eq_ignore_ascii_case(value.trim()))
        };
        if let Some(ParameterValue { name, value, .. }) = self.unless.iter().find(is) {
            return refused(format!(
                "with `{name}` set to `{value}` nothing is done at once that could be waited for; send it alone"
            ));
        }
        let is_known = |filling: &&Filling| !matches!(filling.given.source, Source::Response(_));
        match self.given.iter().filter(is_known).find_map(Filling::problem) {
            Some(problem) => refused(format!(
                "{problem} in the request, by which {} follows it; give it, or send it alone",
                self.next.operation.name
            )),
            None => Ok(()),
        }
    }
}
