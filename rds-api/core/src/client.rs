//! The settings of a client, and what its calls share.

#[cfg(feature = "blocking")]
mod blocking;
pub(crate) mod limits;
pub mod metrics;
pub mod retry;
#[doc(hidden)]
pub mod settings;
#[doc(hidden)]
pub mod shared;
pub(crate) mod telemetry;
