//! The embedded service as its users see it: the real client against the real server.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::{Duration, SystemTime};

use rds_api::Credentials;
use rds_api::operations::backup::describe_backup_tasks::BackupStatus;
use rds_api::signature::SignatureVersion;
use rds_api::types::BackupMode;
use rds_api::{Access, Format, RetryPolicy};
use rds_api_testing::*;

mod account;
mod audit;
mod authentication;
mod backups;
mod cluster;
mod connections;
mod control;
mod control_faults;
mod control_rules;
mod cross_region;
mod custom;
mod downloads;
mod echoes;
mod extensions;
mod extremes;
mod faults;
mod followed;
mod global_databases;
mod leniency;
mod life;
mod limits;
mod migration;
mod network;
mod operations;
mod pagination;
mod parameters;
mod performance;
mod planned_tasks;
mod recordings;
mod refusals;
mod rules;
mod schema_calls;
mod secrecy;
#[path = "../../../core/tests/support/secret_scan.rs"]
mod secret_scan;
mod seeds;
mod settings;
mod simulated;
mod simulated_life;
mod state;
mod times;
mod waiter;

/// A service with the default settings.
fn service() -> FakeService {
    FakeService::start().unwrap()
}
