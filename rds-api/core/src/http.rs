//! HTTP: sending requests, and reading what comes back.

mod body;
pub mod client;
mod connections;
pub mod default_transport;
mod denial;
mod document;
mod error_body;
pub(crate) mod hints;
pub(crate) mod proxy;
pub(crate) mod recognition;
pub mod response;
pub(crate) mod roots;
pub mod transport;
