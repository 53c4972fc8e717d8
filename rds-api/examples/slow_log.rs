//! The slow queries of a week, the slowest first.
//!
//! ```sh
//! cargo run -p rds-api --example slow_log -- rm-shop --fake
//! ```

mod support;

use std::cmp::Reverse;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use comfy_table::Table;
use rds_api::{Client, Result};
use support::{Connection, shown};

/// Print the slow queries of the last week.
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
    println!("{}", slow_queries(&client, &arguments.instance).await?);
    Ok(())
}

/// A row for each query of the last seven days.
pub(crate) async fn slow_queries(client: &Client, instance: &str) -> Result<Table> {
    let (from, now) = support::last_hours(7 * 24);
    // The service takes whole minutes, and this one has begun.
    let to = now + Duration::from_secs(60);
    let queries = client.describe_slow_log_records(instance, from, to).page_size(100).items();
    let mut queries = queries.into_vec().await?;
    queries.sort_by_key(|query| Reverse(query.query_time_ms));

    let mut table = support::table(["Time", "Milliseconds", "Database", "Query"]);
    for query in queries {
        table.add_row([
            shown(query.execution_start_time),
            shown(query.query_time_ms),
            shown(query.db_name),
            shown(query.sql_text),
        ]);
    }
    Ok(table)
}
