//! From the values of a request to what is sent.

pub mod parameters;
pub(crate) mod sign;
