//! The async runtime of the program that a call runs in, and what it may lack.
//!
//! Tokio panics where it is asked for timers or I/O that a runtime was built without, or that has been shut down, and has
//! no question for either. So this is the one place where a panic is caught: tokio's own about its runtime become
//! errors, and all others go on. A program that aborts on panics ends all the same.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::error::{Error, ErrorKind, Result};

/// What the program's runtime lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// There is none.
    Runtime,
    Timers,
    Io,
    /// It has been shut down.
    Life,
}

impl Lack {
    /// The lack that a panic of tokio's tells of.
    fn of(panic: &(dyn Any + Send)) -> Option<Self> {
        let text = panic.downcast_ref::<&str>().copied().or_else(|| Some(panic.downcast_ref::<String>()?))?;
        let is = |part: &str| text.contains(part);
        match () {
            () if is(
                "there is no reactor running, must be called from the context of a Tokio 1.x runtime",
            ) =>
            {
                Some(Self::Runtime)
            }
            () if !is("A Tokio 1.x context was found, but") => None,
            () if is("timers are disabled") => Some(Self::Timers),
            () if is("IO is disabled") => Some(Self::Io),
            () if is("it is being shutdown") => Some(Self::Life),
            () => None,
        }
    }
}

impl From<Lack> for Error {
    fn from(lack: Lack) -> Self {
        let message = match lack {
            Lack::Runtime => {
                "there is no async runtime of tokio: run the call in one, or use `send_blocking()` of the feature \
                 `blocking`"
            }
            Lack::Timers => "the async runtime has no timers: build it with `enable_all()`",
            Lack::Io => "the async runtime has no I/O: build it with `enable_all()`",
            Lack::Life => "the async runtime has been shut down",
        };
        Self::new(ErrorKind::Runtime, message)
    }
}

/// Fails if there is no runtime.
pub(crate) fn current() -> Result<Handle, Lack> {
    Handle::try_current().map_err(|_| Lack::Runtime)
}

/// The future, which ends with what the runtime lacks where tokio would panic. It is boxed, so that it lies in the future
/// around it once.
pub(crate) fn guarded<T>(future: impl Future<Output = T>) -> impl Future<Output = Result<T, Lack>> {
    let mut future = Box::pin(future);
    poll_fn(move |context| {
        if let Err(lack) = current() {
            return Poll::Ready(Err(lack));
        }
        // After a panic the future is never polled again, so nobody sees it half changed.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => match Lack::of(&*panic) {
                Some(lack) => Poll::Ready(Err(lack)),
                None => resume_unwind(panic),
            },
        }
    })
}

/// Waits so long.
pub(crate) async fn sleep(duration: Duration) -> Result<(), Lack> {
    guarded(async { tokio::time::sleep(duration).await }).await
}
