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
//! | backups, logs | started, followed through their phases, listed, deleted; files of backups and logs are downloaded from the service, whole or in ranges; slow queries, errors and audited statements can be seeded |
//! | clusters | nodes added, resized, moved, removed; endpoints for reads, their addresses and weights |
//! | accounts, databases | created, listed, changed, copied, deleted; privileges granted and revoked; extensions of PostgreSQL with the versions that the engine brings |
//! | other regions | backups and logs copied by a policy, kept, downloaded, restored there; global active databases |
//! | migrations | of PostgreSQL to an instance: assessed, copied, followed, cut over |
//! | addresses, proxies | allocated, changed, released; who may connect |
//! | settings, engine parameters, groups of them | kept, with the defaults, names and ranges of the engine |
//! | performance | curves that are always the same for the same instance, key and time |
//! | catalogue | regions, zones, versions, classes and prices that fit one another |
//! | whitelists and their templates, tags, rules, secrets | kept |
//! | SQL audit | switched on and off, kept for its retention, listed, written to files to download, summed up in daily reports |
//! | tasks, events | follow from what is called; tasks that the service has planned are seeded, moved, called off, and done in time |
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
//! | [`seed`](FakeService::seed) | what happened by no call: slow queries, errors, audited statements, events, planned tasks, further instances |
//! | [`snapshot`](FakeService::snapshot), [`restore`](FakeService::restore) | the state, to begin each test with the same |
//! | [`requests`](FakeService::requests) | the requests that came, as typed values |
//! | [`journal`](FakeService::journal) | the changes that were executed, whatever became of the responses |
//!
//! A program in another language has the same at the address `/testing/` below the service's own. What it gives is a JSON
//! object in the body, or `name=value` in the query, and each of these is optional unless it is in bold:
//!
//! | request | takes | does |
//! | --- | --- | --- |
//! | `GET /testing/` | | lists these addresses |
//! | `GET /testing/clock` | | tells the time of the service |
//! | `POST /testing/clock` | **`advance`**: seconds | moves the clock on |
//! | `POST /testing/durations` | `backup`, `change`: seconds | changes how long a backup takes, and a change of an instance |
//! | `POST /testing/error-logs` | **`instance`**, **`text`**, `ago`: seconds | writes a line in the error log |
//! | `POST /testing/events` | **`instance`**, **`type`** such as `SystemFailure.Reboot`, `category` (`Exception`), `level` (`WARN`), `detail`, `ago`: seconds | adds an entry to the event center |
//! | `GET /testing/faults` | | lists the faults, with their `id` and the `count` of requests that each has hit |
//! | `POST /testing/faults` | **`fault`**: the name of a [`Fault`]; its `seconds` or its `code`, `message`, `status` (400) and `retry_after` (seconds); `operation`, `share` from 0 to 1 (1), `skip` (0), `times` | injects a fault, and tells its `id`; the operation `GetObject` stands for downloads |
//! | `DELETE /testing/faults` | `id` | ends that fault, or all |
//! | `POST /testing/instances` | **`engine`**, `id`, `version`, `class`, `region`, `description`, `age`: seconds, `stopped`, `databases`: names, `accounts`: objects of `name` and `privilege`, `daily_backups`, `tags`: an object, `slow_queries` and `statements`: as below without `instance`, `error_logs`: texts, `whitelist` | adds an instance, as [`FakeInstance`] describes it, and tells its id |
//! | `GET /testing/journal` | | lists the changes that were executed, oldest first |
//! | `DELETE /testing/journal` | | forgets requests and changes up to now |
//! | `POST /testing/planned-tasks` | **`instance`**, **`type`** such as `rds_apsaradb_upgrade`, `level` (`S1`), `switch_in` (a day), `deadline_in` (a week) and `prepare` (0): seconds, `can_cancel`, `can_change` | plans a task, as [`PlannedTask`] describes it, and tells its `id` |
//! | `GET /testing/requests` | | lists the requests that were let in, oldest first |
//! | `DELETE /testing/requests` | | forgets requests and changes up to now |
//! | `GET /testing/rules` | | lists the rules, with their `id`, the `count` of requests that have met them, and `steps_left` |
//! | `POST /testing/rules` | **`operation`**, `matching`: parameters and their values, `steps`: see below | adds a [`Rule`], and tells its `id` |
//! | `DELETE /testing/rules` | `id` | ends that rule, or all |
//! | `POST /testing/settings` | `history_limit`, `seed`, `strict` | changes what [`FakeServiceBuilder`] has set |
//! | `POST /testing/slow-queries` | **`instance`**, **`sql`**, `database`, `user`, `host` (`10.0.0.1`), `took`: seconds, `ago`: seconds, `rows_examined` (100000), `rows_sent` (1) | writes a statement in the slow log, as [`Statement`] describes it, and in the SQL audit if that is on |
//! | `GET /testing/state` | | tells the state of the account |
//! | `POST /testing/statements` | as for slow queries | records a statement in the SQL audit, which is to be on |
//! | `POST /testing/state` | the state | goes on from there |
//!
//! A step of a rule is an object with `do` and, unless it is for one request, `times`: a number or `always`. It does
//! `respond` with **`response`**, as the service would have it on the wire, with some or all of its members; `refuse` with
//! **`code`**, `message`, `status` and `retry_after`; `fault` with **`fault`** and what that takes; or `simulate`:
//!
//! ```json
//! {"operation": "DescribeBackups", "matching": {"DBInstanceId": "rm-shop"}, "steps": [
//!   {"do": "refuse", "code": "Throttling.User", "times": 2},
//!   {"do": "respond", "response": {"TotalRecordCount": 0}, "times": "always"}
//! ]}
//! ```
//!
//! What makes no sense changes nothing. The response has the status 400, 403 for whoever may not ask, 404 for what is not
//! there, 405 for another method, 413 for a body of more than 16 MiB, and a JSON object whose `Message` names what is
//! wrong. There are at most 1,000 faults and 1,000 rules that were made in this way.
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
#[cfg(feature = "simulation")]
pub use seed::{FakeEvent, LogLine, PlannedTask, Seed, Statement};

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
mod given;
mod history;
#[doc(hidden)]
pub mod http_server;
mod injection;
mod numbered;
mod recording;
mod refusal;
mod rule;
#[cfg(feature = "simulation")]
mod seed;
mod server;
#[cfg(feature = "simulation")]
mod simulation;
