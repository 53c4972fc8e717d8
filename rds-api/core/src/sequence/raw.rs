//! Calls of operations that the specification does not know.

use std::borrow::Cow;
use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value as Json;

use crate::client::retry::RetryPolicy;
use crate::client::shared::Shared;
use crate::error::Result;
use crate::execute::{Options, execute};
use crate::future::BoxFuture;
use crate::http::response::RawResponse;
use crate::operation::{Access, Method, Operation};
use crate::request::parameters::Parameters;
use crate::response::Response;
use crate::sequence::{PreparedCall, Sequence, Strategy};

/// A call of any operation by its name, with parameters as text and the response as JSON: what
/// `Client::call_raw` returns.
///
/// Nothing is known of the operation, so it counts as a write that may not be repeated, until
/// [`with_access`](RawCall::with_access) says otherwise. Like every call it owns a clone of its client.
#[derive(Clone)]
#[must_use = "a call is sent only when it is awaited"]
pub struct RawCall {
    client: Arc<Shared>,
    operation: Operation,
    parameters: Parameters,
    options: Options,
    /// The operation is one of the specification.
    is_known: bool,
}

impl RawCall {
    #[doc(hidden)]
    pub fn new(client: Arc<Shared>, operation: String, parameters: Vec<(String, String)>) -> Self {
        let operation =
            Operation { name: Cow::Owned(operation), ..Operation::new("", "", Access::Write, Method::Post) };
        let parameters = Parameters::untyped(parameters, client.service.sensitive());
        Self { client, operation, parameters, options: Options::default(), is_known: false }
    }

    /// A call of an operation of which something is known.
    #[doc(hidden)]
    pub fn described(client: Arc<Shared>, operation: Operation, parameters: Parameters) -> Self {
        Self { client, operation, parameters, options: Options::default(), is_known: true }
    }

    /// Says whether the operation changes anything; [`Access::Write`] unless set. Say [`Access::Read`] of one that
    /// does not, so that failed attempts are repeated.
    pub fn with_access(mut self, access: Access) -> Self {
        (self.operation.access, self.operation.writes_when) = (access, &[]);
        self
    }

    /// Sets the HTTP method; POST unless set.
    pub fn with_method(mut self, method: Method) -> Self {
        self.operation.method = method;
        self
    }

    /// Sets a parameter. It replaces one of the same name and travels where that did, otherwise in the query. One that the protocol has, such as `Action` or `Signature`, is refused as
    /// [`Input`](crate::ErrorKind::Input) when the call is sent.
    pub fn with_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.parameters.push((name.into(), value.into()));
        self
    }

    /// Adds a parameter that travels in the form body instead of the query.
    pub fn with_form_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.add_to_form(name.into(), value.into());
        self
    }

    /// Sets how long the whole call may take, attempts and backoff together; the client's
    /// call timeout unless set. Of a list or a waiter it bounds each call.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Sets how long one attempt may take, connection and response included; the client's attempt timeout unless
    /// set. What is left of the call's timeout bounds it, too.
    pub fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options.attempt_timeout = Some(timeout);
        self
    }

    /// Sets how failed attempts of this call are repeated; as the client's settings say unless set.
    pub fn with_retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// Sets the parameter `ClientToken`, the idempotency token, of ASCII characters. The service executes a
    /// token once however often it is sent, so failed attempts of a write are repeated. An operation that is known to
    /// take none refuses it, which is an error of kind [`Input`](crate::ErrorKind::Input).
    pub fn with_idempotency_token(mut self, token: impl Into<String>) -> Self {
        if !self.is_known {
            self.operation.idempotency_token = Some("ClientToken");
        }
        self.options.idempotency_token = Some(token.into());
        self
    }

    /// The call as the first of many.
    pub(crate) fn sequence(self, strategy: Box<dyn Strategy>) -> Sequence {
        let (client, call) = self.into_parts();
        Sequence::new(client, call, strategy)
    }

    /// The client, and what it is to send.
    pub(crate) fn into_parts(self) -> (Arc<Shared>, PreparedCall) {
        let Self { client, operation, parameters, options, .. } = self;
        (client, PreparedCall { operation, parameters, options })
    }

    /// Sends the call; the same as awaiting it.
    #[allow(clippy::manual_async_fn, reason = "the future of an async function holds its arguments twice")]
    pub fn send(self) -> impl Future<Output = Result<Json>> + Send {
        async move { self.send_full().await.map(|response| response.value) }
    }

    /// Sends the call and waits for the response on this thread; see `Call::send_blocking`.
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Json> {
        let client = self.client.clone();
        client.block_on(self.send())
    }

    /// Sends the call, and gives the response with its status, request id, number of attempts and body.
    #[allow(clippy::manual_async_fn, reason = "the future of an async function holds its arguments twice")]
    pub fn send_full(mut self) -> impl Future<Output = Result<Response<Json>>> + Send {
        async move {
            let mut value = Json::Null;
            let mut decode = |response: &mut RawResponse| response.decode_json(&mut value);
            execute(&self.client, &self.operation, &mut self.parameters, &self.options, &mut decode)
                .await
                .map(|response| response.into_response(value))
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
