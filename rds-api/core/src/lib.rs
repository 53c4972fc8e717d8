//! The core of [`rds-api`](https://docs.rs/rds-api), which does all that a call does whatever its operation: credentials,
//! endpoints, signing, retries, decoding, pages and waiters.
//!
//! Use `rds-api`, which shows all of this that is for programs. What is left is for its own use, and may change
//! with each version.
//!
//! It is a crate of its own so that a compiler has done with it, and with its memory, before it begins with the
//! 1,000 structures of the API; and so that nothing here can depend on what is generated.
#![forbid(unsafe_code)]
#![cfg_attr(clippy, deny(missing_docs, unreachable_pub))]

#[cfg(feature = "schema")]
pub mod catalogue;
pub mod client;
mod clock;
pub mod credentials;
#[cfg(feature = "download")]
pub mod download;
mod duration;
mod endpoint;
pub mod error;
mod future;
pub mod http;
mod instant;
pub mod operation;
mod response;
mod runtime;
pub mod sequence;
pub mod service;
pub mod signature;
pub mod timestamp;

// What the other crates of the client need. It is no part of the interface, and may change with each version.
#[doc(hidden)]
pub mod execute;
#[doc(hidden)]
pub mod file;
#[doc(hidden)]
pub mod object;
#[doc(hidden)]
pub mod request;
#[doc(hidden)]
pub mod secrecy;
#[doc(hidden)]
pub mod text;

#[cfg(test)]
#[path = "../tests/support/secret_scan.rs"]
mod secret_scan;

pub use client::format::Format;
pub use client::retry::RetryPolicy;
pub use credentials::Credentials;
pub use endpoint::{Endpoint, Network};
pub use error::{Error, ErrorClass, ErrorKind, Result};
pub use operation::{Access, Method, Operation, ParameterValue, Request};
pub use response::Response;
pub use sequence::caller_identity::CallerIdentity;
pub use sequence::fan_out::FanOut;
pub use sequence::raw::RawCall;
pub use sequence::stream::ResultStream;
pub use service::Service;
pub use timestamp::Timestamp;
