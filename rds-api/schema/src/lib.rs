//! The form in which operations are described: by the generator, which writes descriptions down, and by the
//! client, which reads them.
//!
//! This crate has types and the rules that both sides must read in the same way, and it does nothing; but with the
//! feature `json-schema` it says the same as [`JsonSchemas`]. What every build of the client needs ([`Access`],
//! [`Method`], [`Pagination`], [`Waiter`], [`Given`]) is always there; an [`Operation`]
//! and its [`Field`]s only with the feature `serde`, since a description is of use only where it is read or written.
//!
//! Structs may get further fields. The enums are complete on purpose: code that walks a description has to mind
//! every kind of value and every style, so a further one is a breaking change.

#![forbid(unsafe_code)]
#![cfg_attr(clippy, deny(missing_docs, unreachable_pub))]

mod access;
#[cfg(feature = "serde")]
mod field;
#[cfg(feature = "serde")]
mod follows;
mod given;
mod idempotency_token;
#[cfg(feature = "json-schema")]
mod json_schema;
#[cfg(feature = "serde")]
mod limits;
mod method;
#[cfg(feature = "serde")]
mod operation;
mod pagination;
mod precision;
mod range;
mod sensitive_name;
#[cfg(feature = "serde")]
mod shape;
mod waiter;

pub use access::{Access, ParameterValue};
#[cfg(feature = "serde")]
pub use field::{Field, Location, Role, Style};
#[cfg(feature = "serde")]
pub use follows::Follows;
pub use given::{Given, Source, Takes};
pub use idempotency_token::is_idempotency_token;
#[cfg(feature = "json-schema")]
pub use json_schema::JsonSchemas;
#[cfg(feature = "serde")]
pub use limits::{Limits, anchored};
pub use method::Method;
#[cfg(feature = "serde")]
pub use operation::{NamedWaiter, Operation};
pub use pagination::{Pagination, PaginationStyle};
pub use precision::Precision;
pub use range::{RANGES, ends_a_range};
pub use sensitive_name::is_sensitive_name;
#[cfg(feature = "serde")]
pub use shape::{EnumValue, Kind, Metric, Shape};
pub use waiter::Waiter;
