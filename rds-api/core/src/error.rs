//! Errors: what failed, whether the request may have been executed anyway, and what to do about it.
//!
//! After a failed call a program wants to know four things: is the request wrong, is it worth another try,
//! may the service have executed it, and what to tell the support of the service. [`Error`] tells them
//! without making anyone match on texts:
//!
//! | kind | what happened | what to do |
//! | --- | --- | --- |
//! | [`Input`](ErrorKind::Input) | the request or the configuration is wrong; nothing was sent | fix what the message names |
//! | [`Credentials`](ErrorKind::Credentials) | no source of credentials gave any | read the list of sources in the message |
//! | [`Connect`](ErrorKind::Connect) | no connection: refused, DNS, TLS; nothing was sent | check endpoint, network, proxy |
//! | [`ConnectTimeout`](ErrorKind::ConnectTimeout) | no connection in time; nothing was sent | the same, or allow more time |
//! | [`Interrupted`](ErrorKind::Interrupted) | the connection broke during the exchange | see [`may_have_been_executed`](Error::may_have_been_executed) |
//! | [`ReadTimeout`](ErrorKind::ReadTimeout), [`AttemptTimeout`](ErrorKind::AttemptTimeout), [`CallTimeout`](ErrorKind::CallTimeout) | the response, an attempt, or the call took too long | the same; or allow more time |
//! | [`Throttled`](ErrorKind::Throttled) | the service refused for the rate of calls, also after the retries | call less often, see [`retry_after`](Error::retry_after) |
//! | [`Service`](ErrorKind::Service) | the service refused or failed, with a code | look at [`class`](Error::class), [`code`](Error::code) and [`recommendation`](Error::recommendation) |
//! | [`Response`](ErrorKind::Response) | the response is not the service's, whatever its status: HTML of a gateway, no request id, a redirect, too large | check endpoint and proxies; with a status of success the call may have been executed |
//! | [`Decode`](ErrorKind::Decode) | a success whose body does not fit its type; the call was executed | look for what it has done in [`body`](Error::body), and report it with the path in the message |
//! | [`WaitFailed`](ErrorKind::WaitFailed) | what was waited for has failed, or has not been there for too long | look at the state in the message, and at the thing itself |
//! | [`WaitTimeout`](ErrorKind::WaitTimeout) | what was waited for did not come in time; it may still | wait again, for longer; `source()` has the error of the last poll, if that failed |
//! | [`File`](ErrorKind::File) | a file of this machine could not be written | look at the path and the cause in the message: permissions, space, another download |
//! | [`Runtime`](ErrorKind::Runtime) | a blocking call inside an async task, or an async one outside of tokio or in a runtime without timers or I/O; nothing was sent, unless the runtime was shut down meanwhile | await the first or make it inside `tokio::task::spawn_blocking`; for the others use `send_blocking()`, or build the runtime with `enable_all()` |
//!
//! What the service refuses with, a code says, and there are a thousand. [`ErrorClass`] says what each of them asks for:
//! wait, ask again with the same token, mend the clock, have something allowed, or give up. The predicates, the retries,
//! the waiters and the program `rds` go by it.
//!
//! A status of success is believed only if the body shows that it is the service's: [`Response`](crate::Response) has
//! the table.
//!
//! Alone, the message tells the innermost cause too, since most programs print no more than that; `source()` has all of them.
//!
//! ```
//! use rds_api::{Error, ErrorKind};
//!
//! fn advice(error: &Error) -> &'static str {
//!     if error.is_not_found() {
//!         "no such instance"
//!     } else if error.is_instance_busy() {
//!         "the instance is changing: try again in a minute"
//!     } else if error.may_have_been_executed() {
//!         "look whether it happened before trying again"
//!     } else if error.kind() == ErrorKind::Throttled {
//!         "slow down"
//!     } else {
//!         "see the message"
//!     }
//! }
//! # assert_eq!(advice(&Error::input("x")), "see the message");
//! ```

use std::borrow::Cow;
use std::error::Error as StdError;
use std::time::Duration;

use bytes::Bytes;

pub use class::{ErrorClass, ErrorCodes};
pub use kind::ErrorKind;
pub use remedy::Remedy;
pub use service::{AccessDenied, ServiceError};

pub(crate) mod class;
mod context;
mod display;
mod kind;
mod remedy;
mod service;

use display::differing_clocks;

/// The result of everything that can fail in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed. See the [module documentation](self) for what each kind asks for.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    /// The failure, without the operation and without what the service said.
    message: Cow<'static, str>,
    remedy: Option<Remedy>,
    /// The write that it followed, in words.
    following: Option<String>,
    operation: Option<String>,
    endpoint: Option<String>,
    service: Option<ServiceError>,
    http_status: Option<u16>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    may_have_been_executed: bool,
    retryable: bool,
    /// The connection had carried a response before, and broke before it carried another.
    on_stale_connection: bool,
    /// A source of credentials that nobody has set up.
    not_configured: bool,
    /// The response has a status of success, and says of itself that the operation failed.
    denied_by_response: bool,
    attempts: u32,
    /// It may hold anything, so it is never shown.
    body: Option<Bytes>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    #[doc(hidden)]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            remedy: None,
            following: None,
            operation: None,
            endpoint: None,
            service: None,
            http_status: None,
            request_id: None,
            retry_after: None,
            may_have_been_executed: false,
            retryable: false,
            on_stale_connection: false,
            not_configured: false,
            denied_by_response: false,
            attempts: 0,
            body: None,
            source: None,
        }))
    }

    /// An error of kind [`Input`](ErrorKind::Input), for code that checks requests itself, such as a
    /// transport.
    pub fn input(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    /// An error of kind [`Credentials`](ErrorKind::Credentials), for your own credentials provider.
    ///
    /// The message is shown as it is, so it must not hold a secret.
    pub fn credentials(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Credentials, message)
    }

    /// An error of kind [`Connect`](ErrorKind::Connect), for your own transport: nothing was sent, so
    /// any call may be tried again.
    pub fn connect(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Connect, message).retryable(true)
    }

    /// An error of kind [`Interrupted`](ErrorKind::Interrupted), for your own transport: the request
    /// may have reached the service, so only what is safe to repeat is tried again.
    pub fn interrupted(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Interrupted, message).retryable(true).maybe_executed(true)
    }

    /// The service's response.
    pub(crate) fn service(service: ServiceError) -> Self {
        let is_throttled = service.class() == Some(ErrorClass::Throttled);
        let kind = if is_throttled { ErrorKind::Throttled } else { ErrorKind::Service };
        let mut error = Self::new(kind, differing_clocks(&service).unwrap_or_default());
        error.0.retryable = service.is_transient();
        error.0.may_have_been_executed = service.may_have_been_executed();
        error.0.http_status = Some(service.http_status());
        error.0.request_id = service.request_id().map(str::to_owned);
        error.0.service = Some(service);
        error
    }

    /// The refusal of a source of credentials, which nothing of a call's own is known of.
    pub(crate) fn refused_by_source(what: &str, service: ServiceError) -> Self {
        let clocks = differing_clocks(&service).map(|clocks| format!(": {clocks}")).unwrap_or_default();
        let mut error = Self::credentials(format!("{what} was refused{clocks}"));
        error.0.retryable = service.is_transient();
        error.0.http_status = Some(service.http_status());
        error.0.request_id = service.request_id().map(str::to_owned);
        error.0.service = Some(service);
        error
    }

    /// What a response with a status of success is worth that says of itself that the operation failed.
    pub(crate) fn denied_by_response(message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::new(ErrorKind::Response, message);
        error.0.denied_by_response = true;
        error
    }

    /// Adds the cause, which `source()` then gives.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn in_call(mut self, operation: &str, endpoint: &str, attempts: u32) -> Self {
        self.0.operation.get_or_insert_with(|| operation.to_owned());
        self.0.endpoint.get_or_insert_with(|| endpoint.to_owned());
        self.0.attempts = attempts;
        self
    }

    /// Adds where it happened, unless the error already says so.
    pub(crate) fn in_sequence(mut self, operation: &str, endpoint: &str, request_id: Option<String>) -> Self {
        self.0.request_id = self.0.request_id.or(request_id);
        let attempts = self.0.attempts;
        self.in_call(operation, endpoint, attempts)
    }

    /// Adds the write that the call followed, so that nobody repeats that with it.
    pub(crate) fn following(mut self, write: &str) -> Self {
        self.0.following = Some(write.to_owned());
        self.retryable(false).maybe_executed(true)
    }

    pub(crate) fn of_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(crate) fn at_status(mut self, status: u16, request_id: Option<&str>) -> Self {
        self.0.http_status = Some(status);
        if self.0.request_id.is_none() {
            self.0.request_id = request_id.map(str::to_owned);
        }
        self
    }

    pub(crate) fn with_body(mut self, body: Bytes) -> Self {
        self.0.body = Some(body);
        self
    }

    #[doc(hidden)]
    pub fn retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    pub(crate) fn on_stale_connection(mut self, stale: bool) -> Self {
        self.0.on_stale_connection = stale;
        self
    }

    pub(crate) fn is_on_stale_connection(&self) -> bool {
        self.0.on_stale_connection
    }

    pub(crate) fn maybe_executed(mut self, maybe: bool) -> Self {
        self.0.may_have_been_executed = maybe;
        self
    }

    pub(crate) fn after(mut self, hint: Option<Duration>) -> Self {
        self.0.retry_after = hint;
        self
    }

    pub(crate) fn explain(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.message = message.into();
        self
    }

    /// The kind of the failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the service responded with a success that says of itself that the operation failed, such as `Success: false`,
    /// where a list or a thing was expected.
    pub fn is_denied_by_response(&self) -> bool {
        self.0.denied_by_response
    }

    /// The service's own response, if the service gave one; with kind [`Credentials`](ErrorKind::Credentials)
    /// that of the security token service.
    pub fn service_error(&self) -> Option<&ServiceError> {
        self.0.service.as_ref()
    }

    /// The service's error code, such as `InvalidDBInstanceId.NotFound`.
    pub fn code(&self) -> Option<&str> {
        self.service_error().map(ServiceError::code)
    }

    /// What the service's error code means, or `None` if there is none or it does not say what is to be done.
    pub fn class(&self) -> Option<ErrorClass> {
        let of_code = self.service_error().and_then(ServiceError::class);
        of_code.or_else(|| self.is_throttled().then_some(ErrorClass::Throttled))
    }

    /// The message of the service, without the string to sign that some responses echo.
    pub fn service_message(&self) -> Option<&str> {
        self.service_error().map(ServiceError::message)
    }

    /// The address of the service's page on this error, if the response names one.
    pub fn recommendation(&self) -> Option<&str> {
        self.service_error().and_then(ServiceError::recommendation)
    }

    /// The id the service gave the request: what its support asks for first.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The HTTP status of the response, if one came.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The body of the response that shows the failure, as it came, if one came whole.
    ///
    /// With kind [`Decode`](ErrorKind::Decode) it has what the call has done, such as the id of what was created. It may
    /// hold secrets of the request and of the response, so neither `Display` nor `Debug` shows it.
    pub fn body(&self) -> Option<&Bytes> {
        self.0.body.as_ref()
    }

    /// The operation that was called, if the failure belongs to a call.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// The host that was called.
    pub fn endpoint(&self) -> Option<&str> {
        self.0.endpoint.as_deref()
    }

    /// How many attempts were made: 0 when the call failed before the first.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the service asks to wait before the next call. The client has waited so long before each repetition,
    /// unless that would have been longer than the call may take: then this is why it gave up, and the message says so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the same call may succeed within seconds, without any change. What passes too, but after minutes, is
    /// [`is_instance_busy`](Error::is_instance_busy).
    ///
    /// It says nothing about whether repeating is safe; see
    /// [`may_have_been_executed`](Error::may_have_been_executed).
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Whether the service refused the call for its rate, so that it was certainly not executed.
    pub fn is_throttled(&self) -> bool {
        self.0.kind == ErrorKind::Throttled
    }

    /// Whether the thing the call is about does not exist, such as an instance, a database or a backup: class
    /// [`NotFound`](ErrorClass::NotFound). A region or a class of instances that does not exist is another matter.
    pub fn is_not_found(&self) -> bool {
        self.is_of(ErrorClass::NotFound)
    }

    /// Whether the instance is in a state that does not allow the operation now, but will later: it is
    /// being changed, or another task runs on it. Class [`Busy`](ErrorClass::Busy).
    pub fn is_instance_busy(&self) -> bool {
        self.is_of(ErrorClass::Busy)
    }

    /// Whether the service that was called responded with a code of a class, rather than a source of credentials.
    fn is_of(&self, class: ErrorClass) -> bool {
        self.0.kind == ErrorKind::Service && self.class() == Some(class)
    }

    /// Whether any of the timeouts ended the call or the waiting.
    pub fn is_timeout(&self) -> bool {
        use ErrorKind::{AttemptTimeout, CallTimeout, ConnectTimeout, ReadTimeout, WaitTimeout};
        matches!(self.0.kind, ConnectTimeout | ReadTimeout | AttemptTimeout | CallTimeout | WaitTimeout)
    }

    /// Whether the service may have executed the call although it failed.
    ///
    /// `false` is certain: the request was never sent, or the service refused it. `true` means look before
    /// repeating a call that changes something. A call that the client can repeat safely it has repeated
    /// already, as often as the retry settings allow.
    pub fn may_have_been_executed(&self) -> bool {
        self.0.may_have_been_executed
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
