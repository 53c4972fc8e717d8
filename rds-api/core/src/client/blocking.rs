//! Calls of programs without an async runtime.
//!
//! A future needs someone to poll it, timers, and a watch over its sockets. The calling thread does the first;
//! a thread in the background, one for each client, started by its first blocking call and ended with the
//! client, does the others. So connections are kept between calls, and whatever the future spawns lives on.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::{self, Builder};
use tokio::sync::oneshot;
use tokio::task::coop;

use crate::error::{Error, ErrorKind, Result};

/// The driver of a client, started by its first blocking call.
#[derive(Default)]
pub(crate) struct LazyDriver(OnceLock<Driver>);

impl LazyDriver {
    /// Waits for a future on this thread.
    pub(crate) fn block_on<T>(&self, future: impl Future<Output = Result<T>>) -> Result<T> {
        if is_in_task() {
            let message = "a blocking call inside an async task would stop others: await it, or make it inside \
                           `tokio::task::spawn_blocking`";
            return Err(Error::new(ErrorKind::Runtime, message));
        }
        let _entered = self.started()?.runtime.enter();
        let signal = Arc::new(Signal { thread: thread::current(), is_set: AtomicBool::new(false) });
        let waker = Waker::from(signal.clone());
        let mut context = Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
                return result;
            }
            signal.wait();
        }
    }

    fn started(&self) -> Result<&Driver> {
        if let Some(driver) = self.0.get() {
            return Ok(driver);
        }
        // Of two threads that come here at once, one starts a driver in vain, and ends it with this.
        let driver = Driver::start()?;
        Ok(self.0.get_or_init(|| driver))
    }
}

/// This thread is running an async task, which must not block.
///
/// Tokio has no question for that: `Handle::try_current` also finds a runtime inside `spawn_blocking`, where
/// blocking is what the thread is for. But only tasks have a budget of steps before they must yield, so the
/// question is whether steps run out. The first step gives all of them back when it is dropped.
fn is_in_task() -> bool {
    let mut context = Context::from_waker(Waker::noop());
    let _gives_back = coop::poll_proceed(&mut context);
    (0..=u8::MAX).any(|_| match coop::poll_proceed(&mut context) {
        Poll::Ready(step) => {
            step.made_progress();
            false
        }
        Poll::Pending => true,
    })
}

/// Wakes a thread. It does not rely on the thread's own token, which other code may use up.
struct Signal {
    thread: Thread,
    is_set: AtomicBool,
}

impl Signal {
    fn wait(&self) {
        while !self.is_set.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.is_set.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// A runtime in a thread of its own, which watches over timers and sockets.
struct Driver {
    runtime: runtime::Handle,
    /// Ends the thread when it is dropped.
    _end: oneshot::Sender<Infallible>,
}

impl Driver {
    fn start() -> Result<Self> {
        let failed = |error: std::io::Error| {
            Error::new(ErrorKind::Runtime, "the thread behind blocking calls cannot be started")
                .with_source(error)
        };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        let thread = thread::Builder::new().name("rds-api-blocking".to_owned());
        thread.spawn(move || runtime.block_on(ended)).map_err(failed)?;
        Ok(Self { runtime: handle, _end: end })
    }
}
