//! A hook for metrics.
//!
//! ```
//! use std::sync::Arc;
//! use std::sync::atomic::{AtomicU64, Ordering};
//! use rds_api::metrics::{Measured, Metrics};
//! use rds_api::{Client, Credentials};
//!
//! #[derive(Debug, Default)]
//! struct Throttled(AtomicU64);
//!
//! impl Metrics for Throttled {
//!     fn attempt(&self, measured: &Measured<'_>) {
//!         if measured.error.is_some_and(|error| error.is_throttled()) {
//!             self.0.fetch_add(1, Ordering::Relaxed);
//!         }
//!     }
//! }
//!
//! let throttled = Arc::new(Throttled::default());
//! let client = Client::builder()
//!     .region("cn-hangzhou")
//!     .credentials(Credentials::new("my-key-id", "my-key-secret"))
//!     .metrics(throttled.clone())
//!     .build()?;
//! assert_eq!(throttled.0.load(Ordering::Relaxed), 0);
//! # Ok::<(), rds_api::Error>(())
//! ```

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;

/// A hook that is called when an attempt or a call ends. It runs in the task of the call, so it must be quick.
pub trait Metrics: fmt::Debug + Send + Sync {
    /// An attempt has ended.
    fn attempt(&self, measured: &Measured<'_>) {
        let _ = measured;
    }

    /// A call has ended, with its last attempt's outcome.
    fn call(&self, measured: &Measured<'_>) {
        let _ = measured;
    }
}

impl<M: Metrics + ?Sized> Metrics for Arc<M> {
    fn attempt(&self, measured: &Measured<'_>) {
        (**self).attempt(measured);
    }

    fn call(&self, measured: &Measured<'_>) {
        (**self).call(measured);
    }
}

/// The measurements of an attempt or a call that has ended.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Measured<'a> {
    /// The operation.
    pub operation: &'a str,
    /// The host that was called.
    pub endpoint: &'a str,
    /// Which attempt this was, from 1; for a call, how many there were.
    pub attempt: u32,
    /// The time it took; for a call, with backoff.
    pub elapsed: Duration,
    /// The HTTP status, if a response came.
    pub status: Option<u16>,
    /// The failure, or `None` for a success.
    pub error: Option<&'a Error>,
}
