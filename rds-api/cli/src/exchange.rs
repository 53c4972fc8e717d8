//! The exchanges of a call: a transport that lets requests through, and records them for the call they belong to.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use rds_api::Result;
use rds_api::transport::{BoxFuture, ResponseBody, Transport};

tokio::task_local! {
    /// The exchanges of the call that the current task makes.
    static EXCHANGES: Arc<Mutex<Vec<Exchange>>>;
}

/// One attempt.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) request: http::Request<Bytes>,
    /// `None` if no response came.
    pub(crate) response: Option<http::Response<Bytes>>,
    pub(crate) elapsed: Duration,
}

/// Runs a call, and returns its outcome and its exchanges.
pub(crate) async fn record<F: Future>(call: F) -> (F::Output, Vec<Exchange>) {
    let exchanges = Arc::new(Mutex::new(Vec::new()));
    let outcome = EXCHANGES.scope(exchanges.clone(), call).await;
    let exchanges = std::mem::take(&mut *exchanges.lock().unwrap_or_else(PoisonError::into_inner));
    (outcome, exchanges)
}

/// A transport that records the exchanges of calls made within [`record`].
#[derive(Debug)]
pub(crate) struct Recording(pub(crate) Arc<dyn Transport>);

impl Transport for Recording {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>>> {
        Box::pin(async move {
            let started = Instant::now();
            let kept = request.clone();
            let response = self.0.send(request).await;
            let exchange = Exchange {
                request: kept,
                response: response.as_ref().ok().cloned(),
                elapsed: started.elapsed(),
            };
            // There is nothing to record for outside of `record`.
            let _ = EXCHANGES.try_with(|exchanges| {
                exchanges.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
            });
            response
        })
    }

    /// What is downloaded is no exchange of a call, and may be longer than memory.
    fn stream(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<ResponseBody>>> {
        self.0.stream(request)
    }
}
