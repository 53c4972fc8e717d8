//! What [`rds-api`](https://docs.rs/rds-api) does with a request, whatever the operation: credentials, endpoints,
//! signing, retries, decoding, pages and waiters.
//!
//! Use `rds-api`, which shows all of this that is for programs. What is left is for its own use, and may change
//! with each version.
//!
//! It is a crate of its own so that a compiler has done with it, and with its memory, before it begins with the
//! 1,000 structures of the API; and so that nothing here can depend on what is generated.
#![forbid(unsafe_code)]
#![cfg_attr(clippy, deny(missing_docs, unreachable_pub))]

#[cfg(feature = "blocking")]
mod blocking;
pub mod credentials;
mod endpoint;
pub mod error;
pub mod execute;
pub mod handle;
pub mod http;
pub mod metrics;
#[doc(hidden)]
pub mod object;
pub mod operation;
mod pace;
pub mod pagination;
mod raw;
#[doc(hidden)]
pub mod request;
mod response;
mod result_stream;
mod retry;
#[doc(hidden)]
pub mod secrecy;
#[cfg(test)]
#[path = "../tests/support/secret_scan.rs"]
mod secret_scan;
pub mod series;
pub mod service;
pub mod settings;
pub mod signature;
pub mod text;
pub mod timestamp;
pub mod waiter;

pub use credentials::Credentials;
pub use endpoint::{Endpoint, Network};
pub use error::{Error, ErrorKind, Result};
pub use handle::Format;
pub use operation::{Access, Method, Operation, Request};
pub use raw::RawCall;
pub use response::Response;
pub use result_stream::ResultStream;
pub use retry::RetryPolicy;
pub use service::Service;
pub use timestamp::Timestamp;
