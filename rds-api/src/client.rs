//! The client: one for an account and a region, cheap to clone, made once and shared.

use std::fmt;
use std::sync::Arc;
#[cfg(feature = "blocking")]
use std::sync::OnceLock;
use std::sync::atomic::AtomicI64;

#[cfg(feature = "blocking")]
use crate::blocking::Driver;
use crate::builder::{ClientBuilder, Timeouts};
use crate::call::Call;
use crate::credentials::{ProvideCredentials, Refreshing};
use crate::endpoint::Endpoint;
use crate::metrics::Metrics;
use crate::operation::Request;
use crate::pace::Pace;
use crate::raw::RawCall;
use crate::retry::{Budget, RetryPolicy};
use crate::signature::SignatureVersion;
use crate::transport::Transport;
use crate::{Format, Result};

/// A client of the service.
///
/// It has a method for each operation, listed on the [front page](crate). Connections, credentials, the budget
/// of retries and the limits are shared by its clones, so make one and clone it.
///
/// ```no_run
/// # async fn example() -> rds_api::Result<()> {
/// use rds_api::Client;
/// use rds_api::types::BackupMode;
///
/// let client = Client::from_env("cn-hangzhou")?;
/// let tasks = client
///     .describe_backup_tasks("rm-uf6wjk5****")
///     .backup_mode(BackupMode::Automated)
///     .await?;
/// for job in &tasks.items {
///     println!("{:?} {:?}", job.backup_job_id, job.backup_status);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Endpoint,
    pub(crate) credentials: Refreshing<Arc<dyn ProvideCredentials>>,
    pub(crate) signature: SignatureVersion,
    pub(crate) format: Format,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) timeouts: Timeouts,
    pub(crate) pace: Pace,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) metrics: Option<Arc<dyn Metrics>>,
    pub(crate) user_agent: String,
    pub(crate) max_response_bytes: usize,
    pub(crate) traces_parameters: bool,
    /// Milliseconds that the service's clock is ahead of ours, once a refusal has shown it.
    pub(crate) clock_offset: AtomicI64,
    /// What drives blocking calls, once there was one.
    #[cfg(feature = "blocking")]
    pub(crate) driver: OnceLock<Driver>,
}

impl Client {
    /// A client for a region, with credentials from where the official tools look for them and everything
    /// else at its default. The environment variables are listed at
    /// [`credentials::DefaultChain`](crate::credentials::DefaultChain).
    ///
    /// Nothing is looked up yet: missing credentials are an error of the first call.
    ///
    /// # Errors
    ///
    /// [`Input`](crate::ErrorKind::Input) if the region is not valid or TLS cannot be set up.
    pub fn from_env(region: impl Into<String>) -> Result<Self> {
        Self::builder().region(region).build()
    }

    /// A client with settings of your own.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn from_inner(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// A call with a request built elsewhere.
    ///
    /// ```no_run
    /// # async fn example(client: &rds_api::Client) -> rds_api::Result<()> {
    /// use rds_api::backup::DescribeBackupTasksRequest;
    ///
    /// let mut request = DescribeBackupTasksRequest::new("rm-uf6wjk5****");
    /// request.backup_job_id = Some(476);
    /// let tasks = client.call(request).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn call<R: Request>(&self, request: R) -> Call<'_, R> {
        Call::new(self, request)
    }

    /// A call of an operation that this crate does not know, by its name. Signing, retries and errors are
    /// those of every call.
    ///
    /// ```no_run
    /// # async fn example(client: &rds_api::Client) -> rds_api::Result<()> {
    /// use rds_api::Access;
    ///
    /// let answer = client
    ///     .call_raw("DescribeSomethingNew", [("DBInstanceId", "rm-uf6wjk5****")])
    ///     .access(Access::Read)
    ///     .await?;
    /// println!("{}", answer["RequestId"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn call_raw<N: Into<String>, V: Into<String>>(
        &self,
        operation: impl Into<String>,
        parameters: impl IntoIterator<Item = (N, V)>,
    ) -> RawCall<'_> {
        let parameters = parameters.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        RawCall::new(self, operation.into(), parameters)
    }

    /// The region of the client, if it has one.
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The endpoint that calls go to.
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("region", &self.0.region)
            .field("endpoint", &self.0.endpoint)
            .field("credentials", &self.0.credentials)
            .field("signature", &self.0.signature)
            .finish_non_exhaustive()
    }
}
