//! The oldest backup of every instance in every region, as a table.
//!
//! ```sh
//! cargo run -p rds-api --example oldest_backups -- --fake
//! ```

mod support;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use comfy_table::Table;
use rds_api::types::BackupSetStatus;
use rds_api::{Client, FanOut, Regions, Result};
use support::{Connection, shown};

/// Print the oldest backup of every instance in every region.
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
    println!("{}", oldest_backups(&client).await?);
    Ok(())
}

/// A row for each instance, and for each region or instance that has failed.
pub(crate) async fn oldest_backups(client: &Client) -> Result<Table> {
    let mut table = support::table(["Region", "Instance", "Oldest backup", "Backups"]);
    let regions = Regions::all(client).await?;
    let instances = regions.lists(|client| client.describe_db_instances().items());
    let (instances, failures) = instances.in_order().partition().await;
    for (region, error) in failures {
        table.add_row([region.id(), "?", &error.to_string(), "?"]);
    }

    let ids = instances.into_iter().filter_map(|(region, instance)| Some((region, instance.db_instance_id?)));
    let backups = FanOut::each(ids, |(region, id)| {
        let backups = region.client().describe_backups(id).backup_status(BackupSetStatus::Success);
        backups.items().into_vec()
    });
    let mut backups = backups.in_order();
    while let Some(((region, id), backups)) = backups.next().await {
        let (oldest, count) = match backups {
            Ok(backups) => (
                shown(backups.iter().filter_map(|it| it.backup_end_time.as_ref()).min()),
                backups.len().to_string(),
            ),
            Err(error) => (error.to_string(), "?".to_owned()),
        };
        table.add_row([region.id(), &id, &oldest, &count]);
    }
    Ok(table)
}
