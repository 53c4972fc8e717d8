//! The newest backup of an instance, restored to a new instance that is checked against the old one.
//!
//! ```sh
//! cargo run -p rds-api --example restore_and_check -- rm-shop --fake
//! ```

mod support;

use std::collections::BTreeSet;
use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use rds_api::types::{BackupSetStatus, PayType};
use rds_api::{Client, Result};
use support::Connection;

/// Restore the newest backup of an instance to a new one, and check it. On the real service the new instance is billed.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    connection: Connection,
    /// The instance.
    instance: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    support::end(run(Arguments::parse()).await)
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let (client, _service) = arguments.connection.open()?;
    let Restored { id, missing } = restore(&client, &arguments.instance).await?;
    println!("{id} runs, with the data of {}", arguments.instance);
    match missing.is_empty() {
        true => Ok(()),
        false => Err(format!("{id} lacks databases: {missing:?}").into()),
    }
}

/// A new instance that runs.
pub(crate) struct Restored {
    pub(crate) id: String,
    /// The databases that the old instance has and this has not, such as those that were made since the backup.
    pub(crate) missing: BTreeSet<String>,
}

/// Restores the newest backup to a new instance.
pub(crate) async fn restore(client: &Client, instance: &str) -> Result<Restored, Box<dyn Error>> {
    let backups = client.describe_backups(instance).backup_status(BackupSetStatus::Success).items();
    let newest = backups.into_vec().await?.into_iter().max_by_key(|backup| backup.backup_end_time.clone());
    let backup = newest.and_then(|backup| backup.backup_id).ok_or("there is no backup to restore")?;

    let restore = client.clone_db_instance(instance, PayType::Postpaid).backup_id(backup);
    let id = restore.until_done().await?.response.db_instance_id.ok_or("the new instance has no id")?;
    let (old, new) = (databases(client, instance).await?, databases(client, &id).await?);
    Ok(Restored { missing: &old - &new, id })
}

/// The names of the databases of an instance.
async fn databases(client: &Client, instance: &str) -> Result<BTreeSet<String>> {
    let databases = client.describe_databases(instance).items().into_vec().await?;
    Ok(databases.into_iter().filter_map(|database| database.db_name).collect())
}
