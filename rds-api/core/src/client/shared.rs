//! What the clones of a client share.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

#[cfg(feature = "blocking")]
use crate::client::blocking::LazyDriver;
use crate::client::limits::Pace;
use crate::client::metrics::Metrics;
use crate::client::retry::{Budget, RetryPolicy};
use crate::credentials::{ProvideCredentials, Refreshing};
use crate::endpoint::Endpoint;
use crate::http::transport::Transport;
use crate::service::Service;
use crate::signature::SignatureVersion;

/// The settings of a client, and what its calls have to know of one another.
pub struct Handle {
    /// The product that is called.
    pub service: &'static Service,
    /// The region, if the client has one.
    pub region: Option<String>,
    /// Where calls go.
    pub endpoint: Endpoint,
    /// Who signs, kept until it expires.
    pub credentials: Refreshing<Arc<dyn ProvideCredentials>>,
    /// How calls are signed.
    pub signature: SignatureVersion,
    /// The form of the answers.
    pub(crate) format: Format,
    /// How failed attempts are repeated.
    pub(crate) retry: RetryPolicy,
    /// What all calls together may spend on repeating.
    pub(crate) budget: Budget,
    /// How long attempts and calls may take.
    pub(crate) timeouts: Timeouts,
    /// How many calls may be under way, and begin in a second.
    pub(crate) pace: Pace,
    /// What carries requests.
    pub(crate) transport: Arc<dyn Transport>,
    /// What is told of attempts and calls.
    pub(crate) metrics: Option<Arc<dyn Metrics>>,
    /// The header of that name.
    pub(crate) user_agent: String,
    /// The largest body of an answer.
    pub(crate) max_response_bytes: usize,
    /// Whether traces show parameters.
    pub(crate) traces_parameters: bool,
    /// Milliseconds that the service's clock is ahead of ours, once a refusal has shown it.
    pub(crate) clock_offset: AtomicI64,
    /// Drives blocking calls.
    #[cfg(feature = "blocking")]
    pub(crate) driver: LazyDriver,
}

#[cfg(feature = "blocking")]
impl Handle {
    /// Waits for a future on this thread, without an async runtime in the program.
    ///
    /// # Errors
    ///
    /// Those of the future, and [`Runtime`](crate::error::ErrorKind::Runtime) if this thread is running a task of
    /// tokio.
    pub fn block_on<T>(
        &self,
        future: impl Future<Output = crate::error::Result<T>>,
    ) -> crate::error::Result<T> {
        self.driver.block_on(future)
    }
}

/// The form that answers come in. The types are the same for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// XML.
    Xml,
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// One attempt.
    pub attempt: Duration,
    /// A whole call.
    pub call: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { attempt: Duration::from_secs(60), call: Duration::from_secs(180) }
    }
}
