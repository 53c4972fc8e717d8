//! Connections: how many, and for how long.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1::Builder;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

/// What a client may take of a server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once. Further ones wait until one of these is closed.
    pub connections: usize,
    /// The time from the end of one request, or the beginning of the connection, to the end of the headers of the next.
    pub head: Duration,
    /// The time that the body of a request may take.
    pub body: Duration,
    /// The bytes that the body of a request may have.
    pub body_bytes: usize,
}

impl Limits {
    /// HTTP/1.1 on one connection.
    pub fn http(&self) -> Builder {
        let mut builder = Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(self.head);
        builder
    }
}

/// The places for connections that are open at once.
#[derive(Debug, Clone)]
pub struct Slots(Arc<Semaphore>);

/// The place of one connection, to be kept as long as that.
#[derive(Debug)]
pub struct Slot {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Slots {
    /// So many places.
    pub fn new(limits: &Limits) -> Self {
        Self(Arc::new(Semaphore::new(limits.connections)))
    }

    /// The next connection, as soon as there is a place for it.
    pub async fn accept(&self, listener: &TcpListener) -> io::Result<(TcpStream, Slot)> {
        let permit = self.0.clone().acquire_owned().await.ok();
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                Ok((stream, Slot { _permit: permit }))
            }
            Err(error) => {
                // The connection was gone already, or the process has too many files open; neither ends a server.
                tokio::time::sleep(Duration::from_millis(10)).await;
                Err(error)
            }
        }
    }
}

/// Serves until it is dropped, which closes all connections.
pub async fn serve<S, B>(listener: TcpListener, service: S, limits: Limits)
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let slots = Slots::new(&limits);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = slots.accept(&listener) => if let Ok((stream, slot)) = accepted {
                let connection = limits.http().serve_connection(TokioIo::new(stream), service.clone());
                connections.spawn(async move {
                    let _slot = slot;
                    // An error is the client's.
                    let _ = connection.await;
                });
            },
            Some(_) = connections.join_next() => {}
        }
    }
}
