//! Typed client of Alibaba Cloud RDS.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod builder;
mod call;
#[cfg(feature = "catalogue")]
pub mod catalogue;
mod client;
pub mod credentials;
mod endpoint;
pub mod error;
mod execute;
mod generated;
mod http_client;
pub mod metrics;
pub mod object;
mod operation;
mod pace;
mod raw;
mod received;
mod redact;
mod retry;
pub mod signature;
mod signed;
#[cfg(feature = "testing")]
pub mod testing;
mod timestamp;
pub mod transport;

pub use builder::{ClientBuilder, Format};
pub use call::{Answer, Call};
pub use client::Client;
pub use credentials::Credentials;
pub use endpoint::{Endpoint, Network};
pub use error::{Error, ErrorKind, Result};
pub use generated::*;
pub use operation::{Access, Method, Operation, Request};
pub use raw::RawCall;
pub use retry::RetryPolicy;
pub use timestamp::Timestamp;
