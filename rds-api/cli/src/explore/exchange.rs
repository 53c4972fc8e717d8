//! What went over the wire: a transport that lets through, and keeps what it saw for the call it belongs to.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use rds_api::Result;
use rds_api::transport::{BoxFuture, Transport};

tokio::task_local! {
    /// The exchanges of the call that the current task makes.
    static EXCHANGES: Arc<Mutex<Vec<Exchange>>>;
}

/// One attempt.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) request: http::Request<Bytes>,
    /// `None` if no answer came.
    pub(crate) answer: Option<http::Response<Bytes>>,
    pub(crate) elapsed: Duration,
}

/// Runs a call, and gives the exchanges it took beside its outcome.
pub(crate) async fn watch<F: Future>(call: F) -> (F::Output, Vec<Exchange>) {
    let exchanges = Arc::new(Mutex::new(Vec::new()));
    let outcome = EXCHANGES.scope(exchanges.clone(), call).await;
    let exchanges = std::mem::take(&mut *exchanges.lock().unwrap_or_else(PoisonError::into_inner));
    (outcome, exchanges)
}

/// A transport that keeps the exchanges of calls that are watched.
#[derive(Debug)]
pub(crate) struct Watched(pub(crate) Arc<dyn Transport>);

impl Transport for Watched {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>>> {
        Box::pin(async move {
            let started = Instant::now();
            let kept = request.clone();
            let answer = self.0.send(request).await;
            let exchange =
                Exchange { request: kept, answer: answer.as_ref().ok().cloned(), elapsed: started.elapsed() };
            // A call that nobody watches is none of the page's.
            let _ = EXCHANGES.try_with(|exchanges| {
                exchanges.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
            });
            answer
        })
    }
}
