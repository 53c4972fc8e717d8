//! A backup of every instance of a region whose last one is older than a day, followed to its end.
//!
//! ```sh
//! cargo run -p rds-api --example back_up_when_due -- --fake --region cn-shanghai
//! ```

mod support;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use comfy_table::Table;
use rds_api::types::BackupSetStatus;
use rds_api::{Client, FanOut, Result, Timestamp};
use support::{Connection, shown};

/// Back up the instances of a region whose last backup is older than a day. On the real service the backups are real.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    connection: Connection,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    support::end(run(Arguments::parse()).await)
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let (client, _service) = arguments.connection.open()?;
    println!("{}", back_up_all(&client).await?);
    Ok(())
}

/// A row for each instance: its last backup, and the new one where it was due.
pub(crate) async fn back_up_all(client: &Client) -> Result<Table> {
    let instances = client.describe_db_instances().items().into_vec().await?;
    let ids = instances.into_iter().filter_map(|instance| instance.db_instance_id);
    let backups = FanOut::each(ids, |id| back_up_when_due(client.clone(), id.clone()));
    let mut backups = backups.in_order();

    let mut table = support::table(["Instance", "Last backup", "New backup"]);
    while let Some((id, backup)) = backups.next().await {
        match backup {
            Ok((last, new)) => table.add_row([id, shown(last), shown(new)]),
            Err(error) => table.add_row([id, "?".to_owned(), error.to_string()]),
        };
    }
    Ok(table)
}

/// The time of the last backup, and the id of a new one if that is older than a day.
async fn back_up_when_due(client: Client, instance: String) -> Result<(Option<Timestamp>, Option<String>)> {
    let (a_day_ago, _) = support::last_hours(24);
    let backups = client.describe_backups(&*instance).backup_status(BackupSetStatus::Success).items();
    let last = backups.into_vec().await?.into_iter().filter_map(|backup| backup.backup_end_time).max();
    if last.as_ref().is_some_and(|last| *last > Timestamp::from(a_day_ago)) {
        return Ok((last, None));
    }
    let backup = client.create_backup(instance).until_done().await?;
    Ok((last, backup.last.items.into_iter().find_map(|task| task.backup_id)))
}
