//! Waiting until something is as it should be.
//!
//! Most changes of the service go on after their call has returned: a backup takes minutes, an instance a
//! quarter of an hour. The loop that asks until it is done is easily got wrong: it asks too often and is
//! throttled, takes a passing failure for the end, does not notice that what it waits for has failed, or never
//! ends. So the operations that tell how far something is have methods `until_…`, listed on the page of the
//! operation. Await one for the last response:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> rds_api::Result<()> {
//! # use std::time::Duration;
//! # let service = rds_api_testing::FakeService::builder().backup_duration(Duration::ZERO).start()?;
//! # let client = service.client()?;
//! # let instance = rds_api_testing::FakeService::INSTANCE;
//! # let started = client.create_backup(instance).await?;
//! # let job = started.backup_job_id.and_then(|id| id.parse().ok()).expect("a number");
//! let done = client.describe_backup_tasks(instance).backup_job_id(job).until_finished().await?;
//! println!("{:?}", done.items[0].backup_id);
//! # Ok(())
//! # }
//! ```
//!
//! Whoever made the change need not know the operation that tells: [`follow`](crate::sequence::follow) waits for what a write
//! began. Or take each response as it comes, to show how far it is:
//!
//! ```no_run
//! # async fn example(client: rds_api::Client, job: i64) -> rds_api::Result<()> {
//! use std::time::Duration;
//!
//! let wait = client.describe_backup_tasks("rm-uf6wjk5****").backup_job_id(job).until_finished();
//! let mut progress = wait.with_timeout(Duration::from_secs(6 * 3600)).progress();
//! while let Some(progress) = progress.next().await {
//!     let progress = progress?;
//!     println!("{:?}: {:?} %", progress.phase, progress.percent);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What happens on the way
//!
//! | a response | means |
//! | --- | --- |
//! | all values of the field mean done | the end |
//! | one of them means failed | an error of kind [`WaitFailed`](ErrorKind::WaitFailed) |
//! | it has nothing where the thing would be, or the thing is not found | done, if that is waited for; else go on, because what was just created takes a moment to be seen, but not for longer than [`not_found_grace`](Waiter::not_found_grace) |
//! | throttled, unreachable, failed for now, the instance is busy | ask again, more slowly; the call has been repeated by its own settings before |
//! | any other error, also where nothing shows that a response is the service's, and where it is the resource group, the network or the role that is not found | that error |
//! | too late | an error of kind [`WaitTimeout`](ErrorKind::WaitTimeout), which says what was seen last |
//!
//! The first poll is at once. The delays between polls grow by half each time up to a bound, and are shortened
//! by up to a fifth at random. A change begins a moment after its call, so whoever waits for an instance to
//! run that ran before may see it still running: [`with_initial_delay`](Wait::with_initial_delay) waits before
//! the first poll.
//!
//! # Waiting for something else
//!
//! Every call can be waited with, for any field of its response:
//!
//! ```no_run
//! # async fn example(client: rds_api::Client) -> rds_api::Result<()> {
//! use rds_api::waiter::Waiter;
//!
//! let unlocked = Waiter::new("Items.LockMode").done(["Unlock"]).failed(["LockByExpiration"]);
//! client.describe_db_instance_attribute("rm-uf6wjk5****").until(unlocked).await?;
//! # Ok(())
//! # }
//! ```
//!
//! [`RawCall::until`] does the same for operations that this crate does not know.

use std::fmt;
use std::future::IntoFuture;

pub use crate::sequence::progress::Progress;
pub use rds_api_schema::Waiter;
use serde_json::Value as Json;

use crate::error::{Error, ErrorKind, Result};
use crate::future::BoxFuture;
use crate::sequence::Strategy;
use crate::sequence::patience::patience;
use crate::sequence::poller::Poller;
use crate::sequence::progress::Report;
use crate::sequence::raw::RawCall;
use crate::sequence::stream::ResultStream;
use crate::sequence::subjects::Subjects;

/// Waiting that has not begun: await it for the last response, or follow its [`progress`](Wait::progress).
///
/// Where it is done because something is not there any more, the last response may be an empty one.
#[must_use = "nothing is sent until it is awaited or its progress is asked for"]
pub struct Wait<T> {
    waiter: Waiter,
    subjects: Subjects,
    begin: Box<dyn FnOnce(Box<dyn Strategy>) -> ResultStream<T> + Send>,
}

impl RawCall {
    /// Repeats the call until what is waited for is done. It must be known to be a [read](RawCall::with_access).
    pub fn until(self, waiter: Waiter) -> Wait<Json> {
        Wait::new(waiter, |strategy| ResultStream::new(self.sequence(strategy), || Json::Null))
    }
}

impl<T> Wait<T> {
    /// `begin` makes the calls, as it is told to.
    #[doc(hidden)]
    pub fn new(
        waiter: Waiter,
        begin: impl FnOnce(Box<dyn Strategy>) -> ResultStream<T> + Send + 'static,
    ) -> Self {
        Self { waiter, subjects: Subjects::default(), begin: Box::new(begin) }
    }

    /// The same for these things.
    pub(crate) fn for_all(self, subjects: Subjects) -> Self {
        Self { subjects, ..self }
    }

    patience! {
        wait: "from when it is awaited",
        initial_delay: "before the first poll; none unless the waiter says otherwise",
    }

    /// How far it is by every response, the last of which has the one that awaiting gives. That it is not found yet is told,
    /// too. Where waiting fails, the response that shows it comes first and then the error. The time runs from here.
    pub fn progress(self) -> ResultStream<Progress<T>>
    where
        T: 'static,
    {
        let report = Report::new();
        self.responses(report.clone()).map(move |response| report.of(response))
    }

    fn responses(self, report: Report) -> ResultStream<T> {
        let Self { waiter, subjects, begin } = self;
        begin(Box::new(Poller::new(waiter, subjects, report)))
    }
}

impl<T: Send + 'static> IntoFuture for Wait<T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut responses = self.responses(Report::new());
            let mut last = None;
            while let Some(response) = responses.next().await {
                last = Some(response?);
            }
            last.ok_or_else(|| Error::new(ErrorKind::WaitFailed, "waiting ended without a response"))
        })
    }
}

impl<T> fmt::Debug for Wait<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Wait").field("waiter", &self.waiter).finish_non_exhaustive()
    }
}
