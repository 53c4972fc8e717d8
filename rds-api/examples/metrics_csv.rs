//! Metrics of an instance as CSV: a line for each number at each time.
//!
//! ```sh
//! cargo run -p rds-api --example metrics_csv -- rm-shop --fake
//! ```

mod support;

use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::time::SystemTime;

use clap::Parser;
use rds_api::operations::monitoring::describe_db_instance_performance::DescribeDBInstancePerformanceRequired;
use rds_api::{Client, Result};
use support::{Connection, shown};

/// Print metrics of an instance as CSV.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    connection: Connection,
    /// The instance.
    instance: String,
    /// The metrics, commas between.
    #[arg(long, default_value = "MySQL_MemCpuUsage,MySQL_Sessions")]
    keys: String,
    /// How far back, in hours.
    #[arg(long, default_value_t = 1)]
    hours: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    support::end(run(Arguments::parse()).await)
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let (client, _service) = arguments.connection.open()?;
    let time = support::last_hours(arguments.hours);
    write_metrics(&client, &arguments.instance, &arguments.keys, time, io::stdout()).await
}

/// Writes each number of these metrics in a time; where the service has none, the field is `-`.
pub(crate) async fn write_metrics(
    client: &Client,
    instance: &str,
    keys: &str,
    (from, to): (SystemTime, SystemTime),
    output: impl io::Write,
) -> Result<(), Box<dyn Error>> {
    let required = DescribeDBInstancePerformanceRequired {
        db_instance_id: instance.into(),
        key: keys.into(),
        start_time: from.into(),
        end_time: to.into(),
    };
    let series = client.describe_db_instance_performance(required).await?.series();
    let mut csv = csv::Writer::from_writer(output);
    csv.write_record(["time", "metric", "number", "value"])?;
    for series in &series {
        for name in &series.names {
            for (time, value) in series.values(name) {
                csv.write_record([time.as_str(), &series.key, name, &shown(value)])?;
            }
        }
    }
    Ok(csv.flush()?)
}
