//! The server: a thread with a runtime of its own that accepts connections until it is told to stop.
//!
//! A service in the runtime of a test would end with the first test that uses it, stand still while the runtime
//! rests, and outlive its owner until the runtime comes round to ending it.

use std::io;
use std::net::TcpListener as StdTcpListener;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::http_server::{self, Limits, Slots, Unread};
use crate::refusal::Refusal;
use crate::server::body::{Body, ConnectionAborted};
use crate::server::exchange::Exchange;
use crate::server::http_request::HttpRequest;
use crate::server::state::State;

pub(crate) mod authentication;
mod body;
mod control;
mod download;
mod exchange;
pub(crate) mod http_request;
pub(crate) mod parameters;
mod response;
pub(crate) mod state;
mod times;
mod xml;

/// What clients may take. A client keeps an idle connection for a shorter time than this server, so that it is the
/// client that closes it.
pub(crate) fn limits() -> Limits {
    Limits {
        connections: max_connections(),
        head: Duration::from_secs(75),
        body: Duration::from_secs(60),
        body_bytes: 16 << 20,
    }
}

/// Half of the files that the process may have open, since a test has both ends of its connections.
fn max_connections() -> usize {
    #[cfg(unix)]
    if let Ok((files, _)) = nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE) {
        return usize::try_from(files / 2).unwrap_or(usize::MAX).clamp(64, 16_384);
    }
    512
}

/// The time that an end waits for clients to close their side of a connection. They do so in less than a millisecond,
/// unless their runtime rests.
const GRACE: Duration = Duration::from_millis(50);

/// A running server. When this is dropped, it closes its listener and all connections before it returns.
pub(crate) struct Server {
    /// Tells the thread to end, and how long it may wait for clients.
    stop: Option<oneshot::Sender<Duration>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves on the listener, from a thread of its own.
    pub(crate) fn start(listener: StdTcpListener, state: Arc<State>) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let (sender, ready) = mpsc::sync_channel(1);
        // The runtime is made and dropped by the thread, because inside a task it cannot be dropped.
        let serve = move || match runtime(listener) {
            Ok((runtime, listener)) => {
                let _ = sender.send(Ok(()));
                runtime.block_on(serve(listener, state, stopped));
            }
            Err(error) => drop(sender.send(Err(error))),
        };
        let thread = thread::Builder::new().name("fake-service".to_owned()).spawn(serve)?;
        ready.recv().unwrap_or_else(|_| Err(io::Error::other("the thread of the server has panicked")))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The runtime of a single thread, which is this one, cannot close anything before this returns.
        let is_only_thread = Handle::try_current()
            .is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::CurrentThread);
        let grace = if is_only_thread { Duration::ZERO } else { GRACE };
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(grace);
        }
        // A rule may hold the last reference to its own service; then this is the server's thread, which ends
        // soon after this.
        if let Some(thread) = self.thread.take_if(|it| it.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
    }
}

fn runtime(listener: StdTcpListener) -> io::Result<(Runtime, TcpListener)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    listener.set_nonblocking(true)?;
    let _entered = runtime.enter();
    let listener = TcpListener::from_std(listener)?;
    Ok((runtime, listener))
}

/// Serves until it is told to stop, and then closes the listener and every connection.
async fn serve(listener: TcpListener, state: Arc<State>, mut stopped: oneshot::Receiver<Duration>) {
    let slots = Slots::new(&state.limits);
    let mut connections = JoinSet::new();
    let (stop, stopping) = watch::channel(());
    let grace = loop {
        tokio::select! {
            grace = &mut stopped => break grace.unwrap_or_default(),
            accepted = slots.accept(&listener) => if let Ok((stream, slot)) = accepted {
                let connection = connection(stream, state.clone(), stopping.clone());
                connections.spawn(async move {
                    let _slot = slot;
                    connection.await;
                });
            },
            Some(_) = connections.join_next() => {}
        }
    };
    drop(listener);
    drop(stop);
    // The shortest timeout takes a millisecond, which the end of every test on one thread would take.
    if grace > Duration::ZERO {
        let _ = tokio::time::timeout(grace, connections.join_all()).await;
    }
}

/// Serves one connection until the client closes it or the server stops.
async fn connection(stream: TcpStream, state: Arc<State>, mut stopping: watch::Receiver<()>) {
    let _open = state.connections.clone();
    let http = state.limits.http();
    let service = service_fn(move |request| handle(state.clone(), request));
    let mut connection = http.serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // An error is the client's, or one that a fault has made.
        _ = &mut connection => return,
        _ = stopping.changed() => {}
    }
    // Once the client has closed its side too, it cannot take the connection for one that is good for another call.
    let mut stream = connection.into_parts().io.into_inner();
    let _ = stream.shutdown().await;
    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
}

async fn handle(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Body>, ConnectionAborted> {
    let (head, body) = request.into_parts();
    if control::is_asked(&head) {
        return control::respond(&state, &head, body).await;
    }
    if let Some(response) = download::respond(&state, &head).await {
        return response;
    }
    let body = match http_server::read(&head.headers, body, &state.limits).await {
        Err(Unread::Incomplete) => return Err(ConnectionAborted),
        body => body,
    };
    let parse = |body: &[u8]| HttpRequest::parse(&head.method, &head.uri, &head.headers, body);
    match body {
        Ok(body) => Exchange::new(&state, parse(&body)).respond().await,
        Err(_) => Ok(Exchange::new(&state, parse(&[])).refuse(Refusal::too_large())),
    }
}
