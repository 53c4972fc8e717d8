//! Typed client of Alibaba Cloud RDS (OpenAPI 2014-08-15): all its operations as async methods, with an embedded
//! service to test against.
//!
//! ```no_run
//! use rds_api::Client;
//! use rds_api::types::BackupMode;
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> rds_api::Result<()> {
//!     // Credentials from where the official tools look for them.
//!     let client = Client::from_env("cn-hangzhou")?;
//!
//!     // Required parameters are arguments, optional ones are methods.
//!     let tasks = client
//!         .describe_backup_tasks("rm-uf6wjk5****")
//!         .backup_mode(BackupMode::Manual)
//!         .await?;
//!     for task in &tasks.items {
//!         println!("{:?} {:?}", task.backup_job_id, task.backup_status);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Where to go from here
//!
//! - [`recipes`] answer "how do I …?" with short programs: follow a backup, restore, read metrics and slow logs, call
//!   from an axum handler, test, …
//! - [`Client`] has a method for each operation, listed [below](#operations-by-family); the page of an
//!   operation's module says what it needs and how it fails. [`Client::builder`] has all settings.
//! - [`Error`] says what failed, whether the call may have been executed, and what to do. See
//!   [`error`] for each kind.
//! - A failed call is repeated where repeating cannot do anything twice: [`RetryPolicy`].
//! - Lists that come in pages are streams: `client.describe_db_instances().items()`, see [`pagination`].
//! - What goes on after its call is waited for: `client.create_backup(…).until_done()`, see [`follow`]; or by asking how far
//!   it is, `client.describe_backup_tasks(…).until_finished()`, see [`waiter`].
//! - Many calls at once, over regions or anything else: [`Regions`], [`FanOut`].
//! - Backups and logs become files with `client.download(…)` (feature `download`).
//! - Programs without an async runtime say `send_blocking()` instead of `await` (feature `blocking`).
//! - Proxies, certificates, an HTTP stack of your own: [`transport`]. What calls do: spans of `tracing` by
//!   the conventions of OpenTelemetry, and [`metrics`].
//! - Enums keep values that the service adds later; nothing breaks on them.
//! - [`Client::call_raw`] reaches operations and parameters that this version does not know.
//! - The crate `rds-api-testing` is a real server that behaves as the service does, for tests without an account.
//!
//! # Features
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `rustls-ring` (default) | TLS by rustls with ring, the quickest to build |
//! | `rustls-aws-lc` | TLS by rustls with aws-lc |
//! | `native-tls` | TLS by the system's library |
//! | `blocking` | `send_blocking()` on every call, and [`Client::block_on`], for programs without an async runtime |
//! | `serde` | `Serialize` and `Deserialize` of requests, responses and what is in them |
//! | `hash` | `Hash` of enums and timestamps, to use them as keys of a `HashMap` |
//! | `chrono`, `time` | a [`Timestamp`] from and to the `DateTime` of chrono, the `OffsetDateTime` of time |
//! | `download` | backups and logs as files: `client.download(…)` and the module `download` |
//! | `schema` | the description of each operation, for code to walk |
//!
//! Cargo gives all crates of a program the same `reqwest` of a version. So with `rustls-ring`, a program whose own clients of
//! `reqwest` have no TLS, or none with a provider of cryptography, sees `reqwest::Client::new()` panic with "No rustls
//! crypto provider is configured". Make them with [`transport::http_client`], or say once at the start of `main`, with the
//! crate `rustls`: `rustls::crypto::ring::default_provider().install_default()`. The clients of this crate need neither.
//!
#![doc = include_str!("operations/index.md")]
#![forbid(unsafe_code)]
#![cfg_attr(clippy, deny(missing_docs, unreachable_pub))]

// Formatted by the generator, like all that it writes.
#[rustfmt::skip]
mod call;
#[rustfmt::skip]
mod client;
#[cfg(feature = "download")]
pub mod download;
#[rustfmt::skip]
pub mod operations;
#[doc = include_str!("recipes.md")]
pub mod recipes {}
mod regions;
#[cfg(feature = "schema")]
#[rustfmt::skip]
pub mod schema;
pub mod series;
#[rustfmt::skip]
mod service;
#[rustfmt::skip]
pub mod types;

pub use call::Call;
pub use client::{Client, ClientBuilder};
#[doc(inline)]
pub use rds_api_core::{
    Access, CallerIdentity, Credentials, Endpoint, Error, ErrorClass, ErrorKind, FanOut, Format, Method,
    Network, Operation, RawCall, Request, Response, Result, ResultStream, RetryPolicy, Service, Timestamp,
    client::metrics, credentials, error, http::transport, object::UnrecognizedValue, sequence::follow,
    sequence::pagination, sequence::waiter, signature,
};
pub use regions::{Region, Regions};
pub use service::SERVICE;

/// The items that generated code needs. They are no part of the interface, and may change with each version.
#[doc(hidden)]
pub mod __private {
    pub use rds_api_core::object::*;
    pub use rds_api_core::request::parameters::parameters;
    pub use rds_api_core::sequence::follow::{Follow, Followed, Given};
    pub use rds_api_core::sequence::pagination::{Paginated, Pagination};
    pub use rds_api_core::sequence::waiter::{Wait, Waiter};
    pub use rds_api_core::{Access, Method, Operation, ParameterValue, Request, Timestamp};
    pub use serde_json::Value as Json;

    pub use crate::{Call, Client};
}

/// The code of the README, compiled and run with the tests of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
