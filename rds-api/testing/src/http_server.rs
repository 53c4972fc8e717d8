//! HTTP on loopback as the embedded service and the explorer of `rds` serve it: within limits, so that whoever can reach
//! the port cannot keep a connection, its memory or a thread for as long as they like; and told who asks, so that a page
//! that a browser has open cannot ask in the name of its reader.
//!
//! It is no part of the interface, and may change with each version.

pub use connections::{Limits, Slots, serve};
pub use origin::{is_foreign, is_loopback};
pub use upload::{Unread, read};

mod connections;
mod origin;
mod upload;
