//! A request that would go out, caught on its way.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use rds_api::Error;
use rds_api::transport::{BoxFuture, Transport};

/// A transport that keeps the request instead of sending it.
#[derive(Debug, Clone, Default)]
pub(crate) struct CapturedRequest(Arc<Mutex<Option<http::Request<Bytes>>>>);

impl CapturedRequest {
    /// The last request.
    pub(crate) fn take(&self) -> Option<http::Request<Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Transport for CapturedRequest {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, rds_api::Result<http::Response<Bytes>>> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        Box::pin(async { Err(Error::input("nothing is sent in a dry run")) })
    }
}
