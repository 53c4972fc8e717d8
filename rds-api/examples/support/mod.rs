//! What the examples share: whom they call, how they show what is there, and how they end.
#![allow(dead_code, reason = "each example needs some of it")]

use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use clap::Args;
use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use rds_api::{Client, Result};
use rds_api_testing::{FakeInstance, FakeService};

/// Whom an example calls.
#[derive(Debug, Args)]
pub(crate) struct Connection {
    /// Call an embedded service, with an account that has some instances, in the place of the real one.
    #[arg(long)]
    fake: bool,
    /// The region to call, with the credentials of the environment.
    #[arg(long, default_value = "cn-hangzhou")]
    region: String,
}

impl Connection {
    /// A client, and the embedded service, which must outlive it.
    pub(crate) fn open(&self) -> Result<(Client, Option<FakeService>)> {
        if !self.fake {
            return Ok((Client::from_env(&self.region)?, None));
        }
        let service = account()?;
        Ok((service.client()?.in_region(&self.region)?, Some(service)))
    }
}

/// An embedded service with instances in three regions, where changes and backups take no time.
pub(crate) fn account() -> Result<FakeService> {
    let days = |days: u64| Duration::from_secs(days * 24 * 3600);
    let shop = FakeInstance::new("MySQL").id("rm-shop").age(days(30)).daily_backups(7);
    let shop = shop.database("orders").database("customers").account("app", "ReadWrite");
    let query = "SELECT * FROM orders WHERE note LIKE '%late%'";
    let shop = shop.slow_query("orders", query, Duration::from_secs(7));
    let maps =
        FakeInstance::new("PostgreSQL").id("pgm-maps").age(days(3)).daily_backups(2).region("cn-beijing");
    let new = FakeInstance::new("MySQL").id("rm-new").region("cn-shanghai");
    let service = FakeService::builder().instance(shop).instance(maps).instance(new);
    service.backup_duration(Duration::ZERO).change_duration(Duration::ZERO).start()
}

/// The time some hours ago, and now.
pub(crate) fn last_hours(hours: u64) -> (SystemTime, SystemTime) {
    let now = SystemTime::now();
    (now - Duration::from_secs(hours * 3600), now)
}

/// A table with these columns.
pub(crate) fn table<const N: usize>(columns: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(columns);
    table
}

/// A value as a table shows it, or that there is none.
pub(crate) fn shown<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// The end of a program.
pub(crate) fn end(result: Result<(), Box<dyn Error>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
