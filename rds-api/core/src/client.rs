//! The settings of a client, and what its calls share.

#[cfg(feature = "blocking")]
mod blocking;
#[doc(hidden)]
pub mod builder;
#[doc(hidden)]
pub mod format;
#[doc(hidden)]
pub mod handle;
pub(crate) mod limits;
pub mod metrics;
pub mod retry;
pub(crate) mod retry_budget;
#[doc(hidden)]
pub mod settings;
#[doc(hidden)]
pub mod shared;
pub(crate) mod telemetry;
#[doc(hidden)]
pub mod timeouts;
