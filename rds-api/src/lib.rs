//! Typed client of Alibaba Cloud RDS.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod credentials;
pub mod error;
mod http_client;
pub mod object;
pub mod signature;
mod timestamp;

pub use error::{Error, ErrorKind, Result};
pub use timestamp::Timestamp;
