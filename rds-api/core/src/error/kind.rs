//! The kinds of errors.

/// The kind of an [`Error`](super::Error).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request or the configuration is wrong; nothing was sent.
    Input,
    /// There are no credentials to sign with, or refreshing them failed; nothing was sent.
    Credentials,
    /// No connection could be made: refused, no such host, TLS refused. Nothing was sent.
    Connect,
    /// No connection was made within the connect timeout. Nothing was sent.
    ConnectTimeout,
    /// The connection broke after the request began to be sent, or in the middle of the response.
    Interrupted,
    /// The service sent nothing for as long as the read timeout allows.
    ReadTimeout,
    /// One attempt took longer than its timeout.
    AttemptTimeout,
    /// The whole call, retries and backoff included, took longer than its timeout.
    CallTimeout,
    /// The service refused the call for its rate.
    Throttled,
    /// The service refused the call or failed to execute it, and said so with a code.
    Service,
    /// The response is not one of the service.
    Response,
    /// The call succeeded, but its response does not fit the type.
    Decode,
    /// What a waiter waited for has failed, or has not been there for too long.
    WaitFailed,
    /// What a waiter waited for did not come in time.
    WaitTimeout,
    /// A file of this machine could not be written, such as that of a download.
    File,
    /// A blocking call was made inside an async task, or an async one outside of tokio, or in a runtime that has no
    /// timers or no I/O, or the thread behind blocking calls could not be started. Nothing was sent, unless the runtime
    /// was shut down during the call.
    ///
    /// What a runtime lacks tokio tells by a panic only, which becomes this error; the hook for panics still sees it,
    /// and a program that is built to abort on panics ends.
    Runtime,
}
