//! The embedded service: a server on loopback that behaves as RDS does, to run and test programs without an
//! account.
//!
//! A mock in the place of the client hides the bugs that matter: a parameter nobody sends, a response that does
//! not decode, a retry that does something twice. So this is a real HTTP server, and signing, retries and
//! decoding are those of every day. This test asks whether a program's code survives a backup that is
//! throttled, then cut off, then finished:
//!
//! ```
//! use rds_api::operations::backup::DescribeBackupTasksRequest;
//! use rds_api_testing::{FakeService, Fault, Refusal};
//! # use std::time::Duration;
//! # use rds_api::{Client, Result};
//! # async fn back_up(client: &Client, instance: &str) -> Result<Option<String>> {
//! #     let job = client.create_backup(instance).await?.backup_job_id.and_then(|id| id.parse().ok());
//! #     let tasks = client.describe_backup_tasks(instance).backup_job_id(job.unwrap_or(0)).await?;
//! #     Ok(tasks.items[0].backup_id.clone())
//! # }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> rds_api::Result<()> {
//! let service = FakeService::builder().backup_duration(Duration::ZERO).start()?;
//! let rule = service
//!     .on::<DescribeBackupTasksRequest>()
//!     .refuse(Refusal::throttled())
//!     .fault(Fault::ResetBeforeExecution);
//!
//! let backup = back_up(&service.client()?, FakeService::INSTANCE).await?; // the code under test
//!
//! assert!(backup.is_some());
//! assert_eq!(rule.count(), 3, "throttled, cut off, executed");
//! assert_eq!(service.journal().len(), 1, "one backup was started, not two");
//! # Ok(())
//! # }
//! ```
//!
//! # What is simulated
//!
//! The server verifies signatures of both versions, timestamps, nonces and temporary credentials, takes GET
//! and POST, query and form, responds in JSON and XML, validates parameters against the specification, and
//! honours idempotency tokens. Behind that is an account with one instance, [`FakeService::INSTANCE`], and those that
//! [`FakeServiceBuilder::instance`] adds:
//!
//! | what | is simulated |
//! | --- | --- |
//! | instances | of all engines, in all regions: created, listed, changed, paid, started, stopped, moved, released, rebuilt; clones, restored, temporary and read-only ones |
//! | backups, logs | started, followed through their phases, listed, deleted; files of backups and logs are downloaded from the service, whole or in ranges; slow queries and errors can be seeded |
//! | accounts, databases | created, listed, changed, copied, deleted; privileges granted and revoked |
//! | addresses, proxies | allocated, changed, released; who may connect |
//! | settings, engine parameters, groups of them | kept, with the defaults, names and ranges of the engine |
//! | performance | curves that are always the same for the same instance, key and time |
//! | catalogue | regions, zones, versions, classes and prices that fit one another |
//! | whitelists and their templates, tags, rules, secrets | kept |
//! | tasks, events | follow from what is called |
//! | RDS Custom | instances, disks, snapshots, deployment sets, permissions |
//! | all other operations | validated; the response has the examples of the specification, and the header `x-response-source: example` |
//!
//! [`FakeService::simulated_operations`] lists what is simulated. Each of its responses has every member of the
//! specification: from state, or empty. A [`strict`](FakeServiceBuilder::strict) service refuses all else.
//!
//! Ids are those of the service with a prefix, such as `rm-fake0000000000002`. There are at most 100 instances, 1,000
//! other things of each kind, and the latest 10,000 tasks, events and lines of a log; beyond that it refuses, or forgets
//! the oldest.
//!
//! Time that passes in it is that of its [`Clock`], which a test moves on instead of waiting:
//!
//! ```
//! use std::time::Duration;
//! use rds_api_testing::FakeService;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> rds_api::Result<()> {
//! let service = FakeService::start()?;
//! let client = service.client()?;
//! client.stop_db_instance(FakeService::INSTANCE).await?;
//!
//! let error = client.create_backup(FakeService::INSTANCE).await.unwrap_err();
//! assert_eq!(error.code(), Some("OperationDenied.DBInstanceStatus"));
//!
//! service.clock().advance(Duration::from_secs(60));
//! client.start_db_instance(FakeService::INSTANCE).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # One service for all tests
//!
//! A service runs on a thread of its own, so a test needs no async runtime to start it, and tests with runtimes
//! of their own may share it:
//!
//! ```
//! use std::sync::LazyLock;
//! use rds_api_testing::FakeService;
//!
//! static SERVICE: LazyLock<FakeService> = LazyLock::new(|| FakeService::start().expect("a free port"));
//!
//! # async fn test() -> rds_api::Result<()> {
//! // In each `#[tokio::test]`:
//! let client = SERVICE.client()?;
//! client.describe_db_instances().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Its time is the real one, or that of its [`Clock`]. A runtime whose clock is paused, by `tokio::time::pause`,
//! jumps to the next timeout while it waits for the network; so leave it running.
//!
//! # Rules, faults and history
//!
//! | | |
//! | --- | --- |
//! | [`on`](FakeService::on) | a typed [`Rule`]: responses, refusals and faults for one operation, in a sequence |
//! | [`build`] | a response for a rule, with some of its members |
//! | [`inject`](FakeService::inject) | a [`Fault`] for an operation, a share of requests, or a number of them |
//! | [`requests`](FakeService::requests) | the requests that came, as typed values |
//! | [`journal`](FakeService::journal) | the changes that were executed, whatever became of the responses |
//!
//! A program in another language finds the same at the address `/testing/` below the service's own:
//!
//! | | |
//! | --- | --- |
//! | `GET /testing/requests` | the requests that came, as a JSON list |
//! | `GET /testing/journal` | the changes that were executed, likewise |
//! | `GET /testing/state` | the state of the account, for [`FakeServiceBuilder::state`] |
//! | `POST /testing/clock?advance=60` | moves the clock on by 60 s |
//! | `POST /testing/faults?fault=Delay&seconds=2` | injects a fault, which `operation=`, `share=`, `skip=` and `times=` narrow down; a refusal has `status=`, `code=` and `message=` |
//! | `DELETE /testing/faults` | ends all faults |
//! | `DELETE /testing/requests` | forgets the requests and changes up to now |
//!
//! `rds serve` remembers the latest 10,000 requests and changes; the header `X-Total-Count` of a list tells how
//! many there were. In a program in Rust, [`history_limit`](FakeServiceBuilder::history_limit) sets how many are
//! kept.
//!
//! Where the real service must have the word, a [`Recorder`] keeps exchanges with it in a file, and a
//! [`Replay`] plays them back.

#![forbid(unsafe_code)]
#![cfg_attr(clippy, deny(missing_docs, unreachable_pub))]

pub use build::build;
pub use builder::FakeServiceBuilder;
pub use clock::Clock;
pub use execution::Simulate;
#[cfg(feature = "simulation")]
pub use fake_instance::FakeInstance;
pub use fake_service::FakeService;
pub use fault::Fault;
pub use history::HistoryEntry;
pub use injection::Injection;
pub use recording::recorder::Recorder;
pub use recording::replay::Replay;
pub use refusal::Refusal;
pub use rule::Rule;

mod build;
mod builder;
mod clock;
mod execution;
mod expiring;
#[cfg(feature = "simulation")]
mod fake_instance;
mod fake_service;
mod fault;
#[cfg(feature = "simulation")]
#[cfg(any(fuzzing, test))]
#[allow(missing_docs, unreachable_pub, reason = "there for fuzzers and tests only")]
pub mod fuzzing;
mod history;
#[doc(hidden)]
pub mod http_server;
mod injection;
mod recording;
mod refusal;
mod rule;
mod server;
#[cfg(feature = "simulation")]
mod simulation;
