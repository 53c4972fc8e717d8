//! A hook for metrics.
//!
//! By the conventions of OpenTelemetry the time that calls take is a histogram, [`CALL_DURATION`] in seconds with the
//! boundaries [`CALL_DURATION_BOUNDARIES`], and [`Measurement::attributes`] are what it is told apart by. They have few
//! values, whatever the service sends: never an id, a message or a parameter. The recipes of
//! `rds-api` have a hook that records it.
//!
//! ```
//! use std::sync::Arc;
//! use std::sync::atomic::{AtomicU64, Ordering};
//! use rds_api::metrics::{Measurement, Metrics};
//! use rds_api::{Client, Credentials};
//!
//! #[derive(Debug, Default)]
//! struct Throttled(AtomicU64);
//!
//! impl Metrics for Throttled {
//!     fn attempt_ended(&self, measurement: &Measurement<'_>) {
//!         if measurement.error.is_some_and(|error| error.is_throttled()) {
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

use crate::error::{Error, ErrorKind};

/// A hook that is called when an attempt or a call ends. It runs in the task of the call, so it must be quick.
pub trait Metrics: fmt::Debug + Send + Sync {
    /// An attempt has ended.
    fn attempt_ended(&self, measurement: &Measurement<'_>) {
        let _ = measurement;
    }

    /// A call has ended, with its last attempt's outcome.
    fn call_ended(&self, measurement: &Measurement<'_>) {
        let _ = measurement;
    }
}

impl<M: Metrics + ?Sized> Metrics for Arc<M> {
    fn attempt_ended(&self, measurement: &Measurement<'_>) {
        (**self).attempt_ended(measurement);
    }

    fn call_ended(&self, measurement: &Measurement<'_>) {
        (**self).call_ended(measurement);
    }
}

/// The system of remote procedure calls, `rpc.system.name` of OpenTelemetry.
pub const SYSTEM: &str = "alibaba_cloud";

/// The name of the histogram of the time that calls take, in seconds.
pub const CALL_DURATION: &str = "rpc.client.call.duration";

/// The boundaries of its buckets, in seconds.
pub const CALL_DURATION_BOUNDARIES: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// The measurements of an attempt or a call that has ended.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Measurement<'a> {
    /// The operation.
    pub operation: &'a str,
    /// The product and the operation, such as `Rds/DescribeRegions`.
    pub method: &'a str,
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

impl<'a> Measurement<'a> {
    /// The attributes that OpenTelemetry tells calls apart by, by name: `rpc.system.name`, `rpc.method`, and of a failure
    /// `error.type`.
    pub fn attributes(&self) -> impl Iterator<Item = (&'static str, &'a str)> + use<'a> {
        let error = self.error_type().map(|kind| ("error.type", kind));
        [("rpc.system.name", SYSTEM), ("rpc.method", self.method)].into_iter().chain(error)
    }

    /// The class of the failure: the service's code if it gave one, such as `Throttling.User`, or else the name of the
    /// kind, such as `ReadTimeout`.
    pub fn error_type(&self) -> Option<&'a str> {
        self.error.map(error_type)
    }
}

/// The class of a failure. A code that does not look like one may be anything, so it is told by its kind.
pub(crate) fn error_type(error: &Error) -> &str {
    const MAX_CODE_LEN: usize = 100;
    let is_code = |code: &&str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        (1..=MAX_CODE_LEN).contains(&code.len()) && code.bytes().all(is_part)
    };
    error.code().filter(is_code).unwrap_or(match error.kind() {
        ErrorKind::Input => "Input",
        ErrorKind::Credentials => "Credentials",
        ErrorKind::Connect => "Connect",
        ErrorKind::ConnectTimeout => "ConnectTimeout",
        ErrorKind::Interrupted => "Interrupted",
        ErrorKind::ReadTimeout => "ReadTimeout",
        ErrorKind::AttemptTimeout => "AttemptTimeout",
        ErrorKind::CallTimeout => "CallTimeout",
        ErrorKind::Throttled => "Throttled",
        ErrorKind::Service => "Service",
        ErrorKind::Response => "Response",
        ErrorKind::Decode => "Decode",
        ErrorKind::WaitFailed => "WaitFailed",
        ErrorKind::WaitTimeout => "WaitTimeout",
        ErrorKind::File => "File",
        ErrorKind::Runtime => "Runtime",
    })
}
