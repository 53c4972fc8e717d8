//! The client: one for an account and a region, cheap to clone, made once and shared.

use std::fmt;
use std::sync::Arc;

use rds_api_core::client::shared::Shared;
use rds_api_core::credentials::Identity;
use rds_api_core::sequence::caller_identity;
use rds_api_core::{CallerIdentity, Endpoint, RawCall, Request, Result};

use crate::builder::ClientBuilder;
use crate::call::Call;

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
pub struct Client(Arc<Shared>);

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

    /// A builder of a client, with all settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn from_shared(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    #[cfg(feature = "schema")]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.0
    }

    /// A call with a request built elsewhere.
    ///
    /// ```no_run
    /// # async fn example(client: &rds_api::Client) -> rds_api::Result<()> {
    /// use rds_api::operations::backup::DescribeBackupTasksRequest;
    ///
    /// let mut request = DescribeBackupTasksRequest::new("rm-uf6wjk5****");
    /// request.backup_job_id = Some(476);
    /// let tasks = client.call(request).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn call<R: Request>(&self, request: R) -> Call<R> {
        Call::new(self.0.clone(), request)
    }

    /// A call of an operation that this crate does not know, by its name. Signing, retries and errors are
    /// those of every call.
    ///
    /// ```no_run
    /// # async fn example(client: &rds_api::Client) -> rds_api::Result<()> {
    /// use rds_api::Access;
    ///
    /// let response = client
    ///     .call_raw("DescribeSomethingNew", [("DBInstanceId", "rm-uf6wjk5****")])
    ///     .with_access(Access::Read)
    ///     .await?;
    /// println!("{}", response["RequestId"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn call_raw<N: Into<String>, V: Into<String>>(
        &self,
        operation: impl Into<String>,
        parameters: impl IntoIterator<Item = (N, V)>,
    ) -> RawCall {
        let parameters = parameters.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        RawCall::new(self.0.clone(), operation.into(), parameters)
    }

    /// Waits for a future on this thread, without an async runtime in the program: for what has no blocking form
    /// of its own, such as several calls at once. A single call has `send_blocking()`.
    ///
    /// ```no_run
    /// fn main() -> rds_api::Result<()> {
    ///     let client = rds_api::Client::from_env("cn-hangzhou")?;
    ///     let call = client.describe_backup_tasks("rm-uf6wjk5****");
    ///     let response = client.block_on(call.send_full())?;
    ///     println!("{:?} after {} attempts", response.request_id, response.attempts);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the future, and [`Runtime`](crate::ErrorKind::Runtime) if this thread is running a task of tokio: to
    /// wait there would stop the tasks that share the thread. Inside `tokio::task::spawn_blocking` it may be
    /// called.
    #[cfg(feature = "blocking")]
    pub fn block_on<T>(&self, future: impl Future<Output = Result<T>>) -> Result<T> {
        self.0.block_on(future)
    }

    /// Whose credentials the client uses: which source gave them, and the id of the key. Where they come from the
    /// network, this asks for them, unless it has some that are still valid.
    ///
    /// ```no_run
    /// # async fn example(client: &rds_api::Client) -> rds_api::Result<()> {
    /// let identity = client.identity().await?;
    /// println!("{} of {}", identity.access_key_id(), identity.source());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Credentials`](crate::ErrorKind::Credentials) if there are none.
    pub async fn identity(&self) -> Result<Identity> {
        caller_identity::identity(&self.0).await
    }

    /// Asks the security token service who the client is: the account, and the user or role in it. Anybody may ask that.
    /// It is asked at `sts.aliyuncs.com`, unless `ALIBABA_CLOUD_STS_ENDPOINT` or `ALIBABA_CLOUD_STS_REGION` says
    /// otherwise, with the transport, timeouts and retries of the client.
    ///
    /// ```no_run
    /// # async fn example(client: &rds_api::Client) -> rds_api::Result<()> {
    /// let caller = client.caller_identity().await?;
    /// println!("{} in account {}", caller.arn, caller.account_id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of every call.
    pub async fn caller_identity(&self) -> Result<CallerIdentity> {
        caller_identity::caller_identity(&self.0).await
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
