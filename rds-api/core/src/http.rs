//! HTTP: sending requests, and reading what comes back.

pub mod client;
mod connections;
mod error_body;
pub(crate) mod hints;
pub mod response;
pub mod transport;
