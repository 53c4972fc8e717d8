//! Calls of operations that the specification does not know.

use std::borrow::Cow;
use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::answer::Answer;
use crate::credentials::BoxFuture;
use crate::execute::{Options, execute};
use crate::handle::Handle;
use crate::http::response::RawResponse;
use crate::operation::{Access, Method, Operation};
use crate::request::parameters::Parameters;
use crate::series::{Plan, Prepared, Series};
use crate::{Result, RetryPolicy};

/// A call of any operation by its name, with parameters as text and an answer as JSON: what
/// `Client::call_raw` returns.
///
/// Nothing is known of the operation, so it counts as a write that may not be repeated, until
/// [`access`](RawCall::access) says otherwise.
#[derive(Clone)]
#[must_use = "a call is sent only when it is awaited"]
pub struct RawCall {
    client: Arc<Handle>,
    operation: Operation,
    parameters: Parameters,
    options: Options,
}

impl RawCall {
    #[doc(hidden)]
    pub fn new(client: Arc<Handle>, operation: String, parameters: Vec<(String, String)>) -> Self {
        let operation =
            Operation { name: Cow::Owned(operation), ..Operation::new("", "", Access::Write, Method::Post) };
        let parameters = Parameters::untyped(parameters, client.service.sensitive());
        Self::of(client, operation, parameters)
    }

    /// A call of an operation of which something is known.
    #[doc(hidden)]
    pub fn of(client: Arc<Handle>, operation: Operation, parameters: Parameters) -> Self {
        Self { client, operation, parameters, options: Options::default() }
    }

    /// Whether the operation changes anything. Say [`Access::Read`] of one that does not, so that failed
    /// attempts are repeated.
    pub fn access(mut self, access: Access) -> Self {
        self.operation.access = access;
        self
    }

    /// The HTTP method; POST unless set.
    pub fn method(mut self, method: Method) -> Self {
        self.operation.method = method;
        self
    }

    /// A parameter that travels in the form body instead of the query.
    pub fn form(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.add_to_form(name.into(), value.into());
        self
    }

    /// How long the whole call may take.
    pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// How failed attempts of this call are repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// The call as the first of many.
    pub(crate) fn series(self, plan: Box<dyn Plan>) -> Series {
        let Self { client, operation, parameters, options } = self;
        Series::new(client, Prepared { operation, parameters, options }, plan)
    }

    /// Sends the call; the same as awaiting it.
    #[allow(clippy::manual_async_fn, reason = "the future of an async function holds its arguments twice")]
    pub fn send(self) -> impl Future<Output = Result<Json>> + Send {
        async move { self.send_with_metadata().await.map(|answer| answer.value) }
    }

    /// Sends the call and waits for the answer on this thread; see `Call::send_blocking`.
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Json> {
        let client = self.client.clone();
        client.block_on(self.send())
    }

    /// Sends the call, and gives the answer together with its status, request id and body.
    #[allow(clippy::manual_async_fn, reason = "the future of an async function holds its arguments twice")]
    pub fn send_with_metadata(mut self) -> impl Future<Output = Result<Answer<Json>>> + Send {
        async move {
            let mut value = Json::Null;
            let mut decode = |received: &RawResponse| received.decode_json(&mut value);
            execute(&self.client, &self.operation, &mut self.parameters, &self.options, &mut decode)
                .await
                .map(|received| received.into_answer(value))
        }
    }
}

/// Shows the names of the parameters only: nothing is known of their values.
impl fmt::Debug for RawCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.parameters.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("RawCall")
            .field("operation", &self.operation.name)
            .field("parameters", &names)
            .finish_non_exhaustive()
    }
}

impl IntoFuture for RawCall {
    type Output = Result<Json>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
