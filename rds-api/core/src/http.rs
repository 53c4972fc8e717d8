//! HTTP: sending requests, and reading what comes back.

pub mod client;
pub mod response;
pub mod transport;
